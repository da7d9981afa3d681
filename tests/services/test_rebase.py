"""Refresh and rebase against a demo device: what others did on it comes into the draft, conflicts are asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.config.document import Document
from netconf_gui.config.edits import to_json
from netconf_gui.config.plan import plan
from netconf_gui.errors import ConfigError
from netconf_gui.services.load import read_datastore
from netconf_gui.services.rebase import DraftState, Rebase, rebase, refresh, sentence, settled
from netconf_gui.services.restoring import restore
from netconf_gui.session.datastores import commit, edit_config, editing_with_defaults
from netconf_gui.session.session import Session
from netconf_gui.workspace.drafts import DraftFolder, DraftHead
from tests.config.model import SCHEMA, top, words
from tests.services.conftest import Box, edited

HOSTNAME = b"<hostname>demo-edge-1</hostname>"
DESCRIPTION = b"<description>Core to core1.fra</description>"


def draft(base: str, mine: str) -> tuple[Document, DraftState]:
    document = Document(top(base), SCHEMA)
    document.replace_text(top(mine))
    return document, DraftState(document.base, document.recipe(), document.revision, SCHEMA)


def compared(base: str, mine: str, theirs: str) -> tuple[Document, Rebase]:
    document, state = draft(base, mine)
    return document, rebase(state, top(theirs), read_at=1.0)


def take(document: Document, found: Rebase, **decisions: str) -> str:
    """The draft as the window makes it: one step, another base."""
    chosen = {one.path: decisions[one.path.name] for one in found.merge.conflicts}
    done = settled(found, chosen)  # type: ignore[arg-type]
    if done.edit is not None:
        document.apply(done.edit)
    document.rebase(done.base, done.base_root, differences=done.left)
    assert document.changes() == len(done.left)
    assert [entry.path for entry in document.diff()] == [entry.path for entry in done.left]
    return words(document.root)[len("config(") : -1]


def test_a_device_that_did_not_change() -> None:
    _, found = compared("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>+1</mtu>")
    assert found.unchanged and settled(found).edit is None
    assert sentence(settled(found), "pe1") == (
        "Nothing had to be taken over from pe1. 1 change of yours is left to apply."
    )


def test_disjoint_changes_are_one_step_that_can_be_undone() -> None:
    document, found = compared("<mtu>1</mtu>", "<mtu>2</mtu><name>m</name>", "<mtu>1</mtu><tag>x</tag>")
    assert sentence(settled(found), "pe1") == ("1 change on pe1 was taken over. 2 changes of yours are left to apply.")
    assert take(document, found) == "top(mtu=2 name=m tag=x)"
    assert document.base == top("<mtu>1</mtu><tag>x</tag>")
    document.undo()
    assert words(document.root) == "config(top(mtu=2 name=m))"


def test_a_conflict_has_to_be_decided() -> None:
    for side, left in (("mine", 1), ("theirs", 0)):
        document, found = compared("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>3</mtu>")
        with pytest.raises(ConfigError, match="not decided"):
            settled(found)
        assert take(document, found, mtu=side) == f"top(mtu={2 if side == 'mine' else 3})"
        assert document.changes() == left


def test_what_the_device_holds_already_is_no_change_any_more() -> None:
    document, found = compared("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>2</mtu>")
    assert take(document, found) == "top(mtu=2)"
    assert sentence(settled(found), "pe1").endswith("Nothing of yours is left to apply: pe1 holds all of it.")


def test_a_draft_with_many_edits_and_comments_is_kept() -> None:
    document = Document(top("<!--why--><mtu>1</mtu>"), SCHEMA)
    document.replace_text(top("<!--why--><mtu>2</mtu>"))
    document.replace_text(top("<!--why--><mtu>2</mtu><name>n</name>"))
    found = rebase(
        DraftState(document.base, document.recipe(), document.revision, SCHEMA), top("<mtu>1</mtu>"), read_at=1.0
    )
    assert take(document, found) == "top(mtu=2 name=n)" and b"why" in document.text()


def test_a_rebased_draft_survives_a_crash(tmp_path: Path) -> None:
    document, found = compared("<mtu>1</mtu>", "<mtu>2</mtu><name>m</name>", "<mtu>1</mtu><tag>x</tag>")
    take(document, found)
    recipe, draft = document.recipe(), DraftFolder(tmp_path).new()
    draft.begin(DraftHead("t"), document.base, recipe.start, [to_json(edit) for edit in recipe.edits])
    draft.close()
    (left,) = DraftFolder(tmp_path).left()
    again = restore(left.read(), SCHEMA).document
    left.release()
    assert words(again.root) == words(document.root) and again.base == document.base
    assert again.changes() == document.changes() == 2


# on a device


def fetch(session: Session) -> bytes:
    return read_datastore(session, "running", with_defaults=editing_with_defaults(session.capabilities))


def by_somebody_else(box: Box, *changes: tuple[bytes, bytes]) -> None:
    """Another session changes the device."""
    session = box.connect()
    base = fetch(session)
    send(session, base, edited(base, *changes), box)


def send(session: Session, base: bytes, mine: bytes, box: Box) -> None:
    difference = diff(read_root(base), read_root(mine), box.device.model.schema)
    edit_config(session, "candidate", plan(difference).config, default_operation="none")
    commit(session)


def test_what_others_did_on_the_device_comes_into_the_draft(box: Box) -> None:
    session, schema = box.connect(), box.device.model.schema
    base = fetch(session)
    document = Document(base, schema)
    document.replace_text(edited(base, (HOSTNAME, b"<hostname>mine</hostname>")))
    state = DraftState(document.base, document.recipe(), document.revision, schema)
    assert refresh(session, "running", state).unchanged
    by_somebody_else(box, (DESCRIPTION, b"<description>theirs</description>"))
    found = refresh(session, "running", state)
    assert found.merge.disjoint and [one.path.name for one in found.merge.taken] == ["description"]
    done = settled(found)
    assert done.edit is not None
    document.apply(done.edit)
    document.rebase(done.base, done.base_root, differences=done.left)
    send(session, document.base, document.snapshot().data, box)
    assert b"<description>theirs</description>" in box.read() and box.leaf("system/hostname") == "mine"


def test_both_changed_one_leaf_of_the_device(box: Box) -> None:
    session, schema = box.connect(), box.device.model.schema
    base = fetch(session)
    document = Document(base, schema)
    document.replace_text(edited(base, (HOSTNAME, b"<hostname>mine</hostname>")))
    by_somebody_else(box, (HOSTNAME, b"<hostname>theirs</hostname>"))
    state = DraftState(document.base, document.recipe(), document.revision, schema)
    (conflict,) = refresh(session, "running", state).merge.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("demo-edge-1", "mine", "theirs")
