"""The draft that an apply must never harm: written as the window writes it, recovered as the next start does."""

from __future__ import annotations

from netconf_gui.config.document import Document
from netconf_gui.config.edits import to_json
from netconf_gui.services.restoring import restore
from netconf_gui.workspace.drafts import Draft, DraftHead
from netconf_gui.workspace.workspace import Workspace


def begin_draft(workspace: Workspace, base: bytes, mine: bytes) -> Draft:
    """What leads from `base` to `mine`, on disk and at work."""
    document = Document(base)
    document.replace_text(mine)
    draft = workspace.drafts.new()
    edits = [to_json(edit) for edit in document.recipe().edits]
    draft.begin(DraftHead("running", device_id="box1", device_name="box", datastore="running"), base, None, edits)
    return draft


def recovered(workspace: Workspace) -> bytes | None:
    """What the next start makes of the draft that was left, which is removed; None if there is none."""
    left = workspace.drafts.left()
    if not left:
        return None
    found = restore(left[0].read(), None).document.snapshot().data
    for one in left:
        one.remove()
    return found
