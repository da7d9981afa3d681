"""Where a document comes from and what can be asked about it: a device's datastore, or a file.

Plain data that the window hands to document views; the document itself is `config.document.Document`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from netconf_gui.protocol.capabilities import Capabilities
    from netconf_gui.protocol.profiles import Profile
    from netconf_gui.services.check import Judge
    from netconf_gui.yang.check import Engine

EDIT_LIMIT = 10 * 1024 * 1024


@dataclass(slots=True)
class DocumentContext:
    """Every field may be missing: a file has no device, a document without schema has no key."""

    device_id: str = ""
    device_name: str = ""
    datastore: str = ""
    fetched_at: float | None = None  # seconds since the epoch
    engine: Engine | None = None
    key: str | None = None  # the engine's key of the compiled modules
    schema_title: str = ""  # of documents without a device: which modules describe them
    file: Path | None = None
    digest: str = ""  # of the file when it was read or written last
    name: str = ""  # of documents that are nowhere yet
    capabilities: Capabilities | None = None
    profile: Profile | None = None
    read_only: bool = False
    defaults: str = ""  # the with-defaults mode it was read in, where that is not the one for editing
    reported: Mapping[tuple[etree._Element, str], str] = field(default_factory=dict)  # defaults the device marked
    judge: Judge | None = None  # of a request: what checks it, in place of the check of a configuration
    edit_limit: int = EDIT_LIMIT  # bytes: longer XML is shown, but not edited as text

    @property
    def is_request(self) -> bool:
        """Whether the document is an rpc or action rather than a configuration."""
        return self.judge is not None

    @property
    def title(self) -> str:
        """What the tab says: "pe1.fra candidate", or the file's name."""
        if self.device_name:
            return f"{self.device_name} {self.datastore}".strip()
        return self.file.name if self.file else self.name or "Untitled"
