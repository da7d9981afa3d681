"""The tree of a review: only what differs or all around it, filtered by kind, made as it is looked at."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from netconf_gui.config import codec, editing
from netconf_gui.config.diff import diff
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.diff_outline import DiffKind
from netconf_gui.gui.models.diff_tree import PATH, DiffTreeModel
from netconf_gui.gui.models.looks import HIDDEN
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from tests.gui import sample
from tests.gui.review_sample import PATIENCE, edited, open_review


def difference_of(document):
    """As the review's worker makes it: two trees of its own."""
    mine = codec.read_root(document.snapshot().data)
    return diff(codec.read_root(document.base), mine, document.schema)


def shown(model: DiffTreeModel, *names: str):
    """The index of a row by the names of the rows that lead to it."""
    at = model.index(-1, 0)
    for name in names:
        found = [model.index(number, 1, at) for number in range(model.rowCount(at))]
        at = next(index for index in found if index.data() == name).siblingAtColumn(0)
    return at


def names(model: DiffTreeModel, *way: str) -> list[str]:
    at = shown(model, *way)
    return [model.index(number, 1, at).data() for number in range(model.rowCount(at))]


@pytest.fixture
def model(qapp):
    made = DiffTreeModel()
    made.show(difference_of(edited()))
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    del tester


def test_what_is_the_same_can_be_shown_around(model):
    assert names(model) == ["interfaces", "acl"]
    model.set_changes_only(False)
    assert names(model) == ["system", "interfaces", "acl", "routes", "vendor"]
    entries = ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0", "xe-0/0/3"]
    assert names(model, "interfaces", "interface") == entries, "what is gone stands where it stood"
    same = shown(model, "interfaces", "interface", "xe-0/0/0", "mtu")
    assert [same.siblingAtColumn(column).data() for column in range(4)] == ["", "mtu", "9000", "9000"]
    assert shown(model, "interfaces", "interface", "xe-0/0/1").data(LOOK).below
    assert not shown(model, "routes").data(LOOK).below
    gone = shown(model, "interfaces", "interface", "xe-0/0/2", "description")
    assert gone.data(LOOK).state == "removed" and gone.siblingAtColumn(2).data() == "Old link to rr1"
    assert gone.data(PATH) == "/ex:interfaces/interface[name='xe-0/0/2']/description"
    password = shown(model, "system", "password")
    assert password.data(LOOK).value == HIDDEN
    model.set_changes_only(True)
    assert names(model) == ["interfaces", "acl"]


def test_kinds_are_filtered(model):
    model.set_kinds({"moved"})
    assert names(model) == ["acl"] and [entry.kind for entry in model.changes] == ["moved"]
    model.set_kinds({"added", "removed"})
    assert names(model, "interfaces", "interface") == ["xe-0/0/2", "xe-0/0/3"]
    model.set_changes_only(False)
    assert len(names(model)) == 5 and len(model.changes) == 2


def test_every_change_has_a_row_that_is_found(model):
    for only in (True, False):
        model.set_changes_only(only)
        for entry in model.changes:
            row = model.row_of(entry)
            assert row is not None and row.entry is entry
            assert model.path_of(row) == entry.path and model.row_at_path(entry.path) is row
            assert model.row_at(model.index_of(row)) is row


def test_long_lists_come_in_parts_and_are_not_walked_through(qapp):
    document = sample.document(6000)
    holder = sample.element(document, "routes")
    far = holder[20 * 256 + 5]
    editing.set_text(document, next(child for child in far if child.tag.endswith("next-hop")), "192.0.2.9")
    editing.remove(document, holder[7])
    model = DiffTreeModel()
    model.show(difference_of(document))
    model.set_changes_only(False)
    group = shown(model, "routes", "route")
    assert group.data(LOOK).chip == "6,000 entries"
    parts = names(model, "routes", "route")
    assert parts[0] == "0 … 499" and len(parts) == 13 and parts[-1] == "10.0.7.0/24", "what is gone stands behind"
    changed = next(entry for entry in model.changes if entry.kind == "changed")
    row = model.row_of(changed)
    above = row.parent
    assert above.kind is DiffKind.ENTRY and above.parent.kind is DiffKind.BUCKET
    assert above.parent.low <= 20 * 256 + 5 < above.parent.high
    unseen = [part for part in model.row_at(group).children if part.kind is DiffKind.BUCKET and part.children is None]
    assert len(unseen) == 11
    assert len(holder) == 5999


def test_many_changes_of_one_list_come_in_parts(qapp):
    document = sample.document(1300)
    for entry in list(sample.element(document, "routes"))[:1200]:
        editing.set_text(document, next(child for child in entry if child.tag.endswith("next-hop")), "192.0.2.9")
    model = DiffTreeModel()
    model.show(difference_of(document))
    assert names(model, "routes", "route") == ["0 … 499", "500 … 999", "1,000 … 1,199"]
    view = DiffTreeView(model)
    view.show_change(1199)
    assert view.current_row is not None and view.current_row.entry is model.changes[1199]
    view.deleteLater()


def test_secrets_are_dots_and_say_that_they_changed(qapp):
    document = sample.document(3)
    editing.set_text(document, sample.element(document, "system/password"), "correct-horse")
    model = DiffTreeModel()
    model.show(difference_of(document))
    look = shown(model, "system", "password").data(LOOK)
    assert (look.old, look.value, look.side) == (HIDDEN, HIDDEN, "changed")


def test_chips_filter_and_steps_follow(qtbot):
    with open_review(qtbot, edited()) as (made, _pane):
        qtbot.mouseClick(made.counts.chips["moved"], Qt.MouseButton.LeftButton)
        assert made.count == 1
        qtbot.keyClick(made, Qt.Key.Key_F8)
        assert made.bar.position.text() == "1 of 1" and made.tree.current_row.state == "moved"
        qtbot.mouseClick(made.counts.chips["added"], Qt.MouseButton.LeftButton)
        assert made.count == 2
        for kind in ("moved", "added"):
            qtbot.mouseClick(made.counts.chips[kind], Qt.MouseButton.LeftButton)
        assert made.count == 4


def test_changes_only_is_a_button_and_a_key(qtbot):
    with open_review(qtbot, edited()) as (made, _pane):
        qtbot.mouseClick(made.bar.only, Qt.MouseButton.LeftButton)
        assert not made.model.changes_only and names(made.model)[0] == "system"
        row = made.model.row_of(made.model.changes[0])
        assert made.tree.isExpanded(made.model.index_of(row.parent)), "the ways to what differs are open"
        qtbot.keyClick(made, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert made.model.changes_only and made.bar.only.isChecked()


def test_the_cursor_stays_over_a_new_comparison(qtbot):
    with open_review(qtbot, edited()) as (made, pane):
        made.tree.show_change(2)
        path = made.model.path_of(made.tree.current_row)
        with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
            editing.set_text(pane.document, sample.element(pane.document, "interfaces/interface[xe-0/0/0]/mtu"), "1400")
        assert made.model.path_of(made.tree.current_row) == path
        assert made.bar.position.text() == f"{made.at + 1} of 5"


def test_clicks_move_the_position(qtbot):
    with open_review(qtbot, edited()) as (made, _pane):
        made.step(1)
        made.tree.show_row(made.model.row_of(made.model.changes[3]))
        assert made.bar.position.text() == "4 of 4"
        qtbot.keyClick(made, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
        assert made.bar.position.text() == "3 of 4"


def test_every_element_has_one_row_whatever_was_edited(qapp):
    for seed in range(15):
        chance, document = random.Random(seed), sample.document(40)
        routes, terms = sample.element(document, "routes"), sample.element(document, "acl")
        for _ in range(12):
            entry = chance.choice(list(routes))
            if chance.random() < 0.4:
                editing.remove(document, entry)
            else:
                editing.set_text(document, entry[1], f"192.0.2.{chance.randrange(9)}")
        editing.move_entry(document, terms[2], before=terms[chance.randrange(2)])
        difference = difference_of(document)
        model = DiffTreeModel()
        model.show(difference)
        for only in (True, False):
            model.set_changes_only(only)
            there, stack = [], [model.row_at(model.index(-1, -1))]
            while stack:
                row = stack.pop()
                index = model.index_of(row)
                count = model.rowCount(index)
                assert model.hasChildren(index) == bool(count)
                stack.extend(model.row_at(model.index(number, 0, index)) for number in range(count))
                there += [row.own_element] if row.own_element is not None else []
            assert len(there) == len(set(there))
            differing = {model.row_of(entry).own_element for entry in model.changes}
            assert differing <= set(there) and len(differing) == len(difference)
            if not only:
                leafs = [element for element in difference.mine_root.iter() if len(element) == 0]
                keys = {"name", "ip", "seq", "prefix"}
                missing = {element for element in leafs if element.tag.rpartition("}")[2] not in keys} - set(there)
                assert not missing
