"""What a schema browser is about: one compiled set of modules, its texts, and where it came from.

Plain objects without widgets.  Does not live here: showing it (`panes/schema_browser`), opening one
(`schema_browsing`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netconf_gui.errors import SchemaError
from netconf_gui.gui.models.schema_modules import ModuleRow, module_rows
from netconf_gui.yang.cache import sha256
from netconf_gui.yang.schema import ModuleInfo, NodeKind, Schema, SchemaNode, SqliteSchema
from netconf_gui.yang.set_compare import SetModule, described
from netconf_gui.yang.source_index import SourceSet

if TYPE_CHECKING:
    from netconf_gui.yang.check import Engine


LARGE = 300  # modules
_SENT = frozenset({NodeKind.RPC, NodeKind.ACTION, NodeKind.NOTIFICATION})


@dataclass(eq=False)
class SchemaSubject:
    """`schema` answers the GUI thread; background work asks `background()`, a reader of its own.

    `origins` says of a module in a word where its text is from; `texts` are used where there is no engine.
    """

    title: str
    schema: Schema
    engine: Engine | None = None
    key: str | None = None
    device_id: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._twin: SqliteSchema | None = None
        self._closed = False
        self._rows: list[ModuleRow] | None = None
        self._importers: dict[str, tuple[str, ...]] | None = None
        self.sources = SourceSet(self.text_of)

    @property
    def is_large(self) -> bool:
        """Whether a worker should `prepare` it before it is shown."""
        return len(self.schema.modules) > LARGE

    def prepare(self) -> None:
        """Have what a browser asks first at hand: for workers, where the set is large."""
        for nodes in (self.schema.roots, self.schema.rpcs, self.schema.notifications):
            nodes()
        self.module_rows()
        self.importers("")

    def module_rows(self) -> list[ModuleRow]:
        """The rows of the table of modules."""
        if self._rows is None:
            self._rows = module_rows(self.schema.modules, self.schema.broken, self.origin)
        return self._rows

    def importers(self, module: str) -> tuple[str, ...]:
        """The modules that import a module, by name."""
        if self._importers is None:
            found: dict[str, set[str]] = {}
            for item in self.schema.modules:
                for name, _ in item.imports:
                    found.setdefault(name, set()).add(item.name)
            self._importers = {name: tuple(sorted(users)) for name, users in found.items()}
        return self._importers.get(module, ())

    def background(self) -> Schema:
        """A reader for worker threads: a long question there never makes the window wait."""
        schema = self.schema
        if not isinstance(schema, SqliteSchema):
            return schema
        with self._lock:
            if self._closed:
                raise SchemaError("The schema is not shown any more.")
            if self._twin is None:
                self._twin = SqliteSchema(schema.path, cache_nodes=50_000)
            return self._twin

    def text_of(self, name: str) -> bytes | None:
        """The YANG text of a module or submodule; None where it is not at hand.  Reads a file: for workers."""
        if name in self.texts:
            return self.texts[name]
        if self.engine is None or self.key is None:
            return None
        try:
            return self.engine.module_text(self.key, name) or None
        except SchemaError:
            return None

    def origin(self, module: ModuleInfo) -> str:
        """Where the text of a module is from, in a word; "" where that is not known."""
        return self.origins.get(module.name) or module.source

    def described(self) -> list[SetModule]:
        """All modules as sets are compared, with hashes of their texts.  Reads a file: for workers."""
        digests = {name: sha256(text) for name, text in self.texts.items()}
        if self.engine is not None and self.key is not None:
            digests = {**self.engine.module_digests(self.key), **digests}
        return [described(module, digests.get(module.name, "")) for module in self.schema.modules]

    def close(self, *_destroyed: object) -> None:
        """The browser is gone: let go of the file."""
        with self._lock:
            twin, self._twin = self._twin, None
            self._closed = True
        if twin is not None:
            twin.close()


def can_send(node: SchemaNode | None, subject: SchemaSubject) -> bool:
    """Whether the console of a device can send an operation, or ask for notifications of this kind."""
    return node is not None and node.kind in _SENT and bool(subject.device_id)
