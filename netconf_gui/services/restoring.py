"""Making a document out of a draft that was left behind."""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.config.document import Document
from netconf_gui.config.edits import from_json
from netconf_gui.errors import ConfigError
from netconf_gui.workspace.drafts import DraftContent
from netconf_gui.yang.schema import Schema


@dataclass(frozen=True, slots=True)
class Restored:
    """`lost` commands at the end could not be done again; `reason` says why, "" if none was lost."""

    document: Document
    lost: int = 0
    reason: str = ""


def restore(content: DraftContent, schema: Schema | None, *, name: str = "") -> Restored:
    """The document as it was left, with its commands to undo; raises `ConfigError` if what it began with is broken."""
    document = Document(content.base if content.start is None else content.start, schema, name=name)
    lost, reason = 0, ""
    for number, record in enumerate(content.edits):
        try:
            document.apply(from_json(record))
        except ConfigError as error:
            lost, reason = len(content.edits) - number, error.message
            break
    if content.start is not None:
        document.rebase(content.base)
    if content.cut and not reason:
        lost, reason = lost + 1, "The program ended while the last change was being written."
    document.prepare()
    return Restored(document, lost, reason)
