"""The tree model against the document: right rows at the start, and the same rows after any edits."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Group, SetValue
from netconf_gui.errors import ConfigError
from netconf_gui.gui.models import rows as rows_module
from netconf_gui.gui.models.config_tree import LOOK, ConfigTreeModel
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.models.rows import Row, RowKind
from tests.gui import sample


def rows(model: ConfigTreeModel, parent: QModelIndex | None = None) -> list[QModelIndex]:
    parent = parent or QModelIndex()
    return [model.index(number, 0, parent) for number in range(model.rowCount(parent))]


def names(model: ConfigTreeModel, parent: QModelIndex | None = None) -> list[str]:
    return [index.siblingAtColumn(1).data() for index in rows(model, parent)]


def at(model: ConfigTreeModel, *wanted: str) -> QModelIndex:
    index = QModelIndex()
    for name in wanted:
        index = next(row for row in rows(model, index) if row.siblingAtColumn(1).data() == name)
    return index


def outline(model: ConfigTreeModel, depth: int = 9) -> list[object]:
    """All rows as nested lists of what is shown."""

    def below(parent: QModelIndex, left: int) -> list[object]:
        return [(index.data(LOOK), below(index, left - 1) if left else []) for index in rows(model, parent)]

    return below(QModelIndex(), depth)


@pytest.fixture
def doc() -> Document:
    return sample.document(6)  # the model tester walks everything at every signal


@pytest.fixture
def model(qtbot, doc) -> ConfigTreeModel:
    made = ConfigTreeModel(doc)
    made._tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return made


def test_the_top_level_follows_the_schema_and_ends_with_what_it_does_not_know(model):
    assert names(model) == ["system", "interfaces", "acl", "routes", "vendor"]
    assert at(model, "vendor").siblingAtColumn(Column.TYPE).data() == "no schema"


def test_lists_are_grouped_and_counted(model):
    group = at(model, "interfaces", "interface")
    look = group.data(LOOK)
    assert (look.icon, look.chip, look.type) == ("list", "4 entries", "list, key name")
    assert names(model, group) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert rows(model, group)[0].data(LOOK).side == "Core to core2.ams"


def test_long_lists_are_in_buckets(qapp):
    model = ConfigTreeModel(sample.document(1240))
    group = at(model, "routes", "route")
    assert names(model, group) == ["0 … 499", "500 … 999", "1,000 … 1,239"]
    last = rows(model, group)[2]
    assert model.rowCount(last) == 240
    assert last.data(LOOK).side == "10.3.232.0/24 … 10.4.215.0/24"
    assert names(model, last)[0] == "10.3.232.0/24"


def test_leaf_lists_show_their_values(model):
    group = at(model, "system", "search")
    assert group.siblingAtColumn(Column.VALUE).data() == "a.example, b.example"
    assert names(model, group) == ["a.example", "b.example"]


def test_secrets_are_not_shown(model):
    assert at(model, "system", "password").siblingAtColumn(Column.VALUE).data() == "••••••••"


def test_what_is_unset_shows_with_its_default(model):
    assert "rate" not in names(model, at(model, "system"))
    model.set_show_unset(True)
    look = at(model, "interfaces", "interface", "lo0", "enabled").data(LOOK)
    assert (look.unset, look.ghost) == (True, "default true")
    assert at(model, "interfaces", "interface", "lo0", "ipv4", "address").data(LOOK).unset


def test_other_cases_of_a_choice_are_below_it(model):
    model.set_show_unset(True)
    choice = at(model, "system", "transport")
    assert names(model, choice) == ["tcp"]
    assert names(model, rows(model, choice)[0]) == ["tcp-port", "tcp-keepalive"]


def test_a_changed_value_is_told_for_its_row_and_those_above(model, doc, qtbot):
    at(model, "interfaces", "interface", "xe-0/0/1", "mtu")
    told = []
    model.dataChanged.connect(lambda top, _bottom, _roles: told.append(top.siblingAtColumn(1).data()))
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    editing.set_text(doc, sample.element(doc, "interfaces/interface[xe-0/0/1]/mtu"), "9192")
    assert {"mtu", "xe-0/0/1", "interface", "interfaces"} <= set(told)
    assert "system" not in told and not resets
    look = at(model, "interfaces", "interface", "xe-0/0/1", "mtu").data(LOOK)
    assert (look.state, look.old, look.value) == ("changed", "1500", "9192")
    assert at(model, "interfaces").data(LOOK).below


def test_a_removed_entry_stays_where_it_was_struck(model, doc):
    group = at(model, "interfaces", "interface")
    rows(model, group)
    editing.remove(doc, sample.element(doc, "interfaces/interface[xe-0/0/1]"))
    assert names(model, group) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    look = rows(model, group)[1].data(LOOK)
    assert (look.state, look.side) == ("removed", "removed")
    assert not model.flags(rows(model, group)[1].siblingAtColumn(2)) & Qt.ItemFlag.ItemIsEditable
    doc.undo()
    assert rows(model, group)[1].data(LOOK).state == "same"


def test_setting_an_unset_leaf_keeps_its_row(model, doc):
    model.set_show_unset(True)
    index = at(model, "interfaces", "interface", "lo0", "enabled")
    row = model.row_at(index)
    editing.set_leaf(doc, sample.element(doc, "interfaces/interface[lo0]"), row.node, "false")
    again = at(model, "interfaces", "interface", "lo0", "enabled")
    assert model.row_at(again) is row
    assert row.kind is RowKind.NODE and again.data(LOOK).state == "added"
    doc.undo()
    assert row.kind is RowKind.UNSET


def test_changes_only_hides_the_rest(model, doc):
    editing.set_text(doc, sample.element(doc, "interfaces/interface[xe-0/0/1]/mtu"), "9192")
    editing.remove(doc, sample.element(doc, "acl/term[10]"))
    model.set_changes_only(True)
    assert names(model) == ["interfaces", "acl"]
    assert names(model, at(model, "interfaces", "interface")) == ["xe-0/0/1"]
    editing.set_text(doc, sample.element(doc, "system/hostname"), "pe2.fra")
    assert names(model) == ["system", "interfaces", "acl"]
    doc.undo()
    assert names(model) == ["interfaces", "acl"]


def test_a_moved_entry_moves_its_row(model, doc):
    group = at(model, "acl", "term")
    moved = model.row_at(rows(model, group)[0])
    editing.move_entry(doc, sample.element(doc, "acl/term[10]"), after=sample.element(doc, "acl/term[30]"))
    assert names(model, group) == ["20", "30", "10"]
    assert model.row_at(rows(model, group)[2]) is moved
    assert rows(model, group)[2].data(LOOK).state == "moved"


def test_rows_of_elements_are_found_without_opening_anything(qapp):
    doc = sample.document(1240)
    model = ConfigTreeModel(doc)
    entry = sample.element(doc, "routes")[700]
    row = model.row_of(entry[1])
    assert row is not None and row.parent.own_element is entry
    assert row.parent.parent.kind is RowKind.BUCKET
    assert model.row_by_address(row.address()) is row


def test_an_index_that_outlived_its_row_is_harmless(model, doc):
    index = at(model, "acl", "term", "30")
    entry = sample.element(doc, "acl/term[30]")
    editing.remove(doc, entry)
    doc.rebase(doc.snapshot().data)
    assert index.data(LOOK) is None and not index.parent().isValid()
    assert model.rowCount(index) == 0 and not model.flags(index)


def random_edit(doc: Document, dice: random.Random) -> None:
    """Any one thing that a person may do."""
    choice = dice.randrange(9)
    schema = doc.schema
    everything = [one for one in doc.root.iter() if isinstance(one.tag, str) and one is not doc.root]
    try:
        if choice == 0:
            node = schema.find("/ex:interfaces/interface")
            editing.create_entry(doc, sample.element(doc, "interfaces"), node, {"name": f"ge-{dice.randrange(5)}"})
        elif choice in (1, 2):
            editing.remove(doc, dice.choice(everything))
        elif choice == 3:
            leaf = dice.choice([one for one in everything if len(one) == 0])
            editing.set_text(doc, leaf, str(dice.randrange(100, 200)))
        elif choice == 4:
            doc.undo()
        elif choice == 5:
            doc.redo()
        elif choice == 6:
            terms = [one for one in everything if one.tag.endswith("}term") or one.tag.endswith("}search")]
            one = dice.choice(terms)
            editing.move_entry(doc, one, before=dice.choice([each for each in terms if each.tag == one.tag]))
        elif choice == 7:
            node = schema.find(dice.choice(["/ex:system/tcp-port", "/ex:system/udp-port", "/ex:system/level"]))
            editing.set_leaf(doc, sample.element(doc, "system"), node, "80")
        else:
            node = schema.find("/ex:routes/route")
            editing.create_entry(
                doc, sample.element(doc, "routes"), node, {"prefix": f"192.0.{dice.randrange(9)}.0/24"}
            )
    except (ConfigError, IndexError):
        pass


def loaded(row: Row) -> int:
    return 1 + sum(loaded(child) for child in row.children or ())


@pytest.mark.parametrize("unset", [False, True])
@pytest.mark.parametrize("changes_only", [False, True])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 100_000), route_count=st.sampled_from([2, 3, 8]))
def test_any_edits_leave_the_model_as_if_it_were_new(qapp, monkeypatch, unset, changes_only, seed, route_count):
    monkeypatch.setattr(rows_module, "BUCKET", 3)
    dice = random.Random(seed)
    doc = sample.document(route_count)
    model = ConfigTreeModel(doc)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_show_unset(unset)
    model.set_changes_only(changes_only)
    outline(model, depth=dice.randrange(6))
    for _ in range(6):
        random_edit(doc, dice)
    fresh = ConfigTreeModel(doc)
    fresh.set_show_unset(unset)
    fresh.set_changes_only(changes_only)
    assert outline(model) == outline(fresh)
    for element in list(doc.root.iter("{*}interface", "{*}mtu", "{*}term")):
        row = model.row_of(element)
        assert row is None or row.own_element is element
    model.close()
    fresh.close()
    del tester


@pytest.mark.parametrize("changes_only", [False, True])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 100_000), route_count=st.sampled_from([2, 3, 8]))
def test_many_edits_in_one_step_leave_the_model_as_if_it_were_new(qapp, monkeypatch, changes_only, seed, route_count):
    monkeypatch.setattr(rows_module, "BUCKET", 3)
    dice = random.Random(seed)
    other = sample.document(route_count)
    for _ in range(8):
        random_edit(other, dice)
    doc = sample.document(route_count)
    model = ConfigTreeModel(doc)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_changes_only(changes_only)
    outline(model, depth=dice.randrange(6))
    doc.apply(Group(other.recipe().edits))
    for step in (doc.undo, doc.redo):
        fresh = ConfigTreeModel(doc)
        fresh.set_changes_only(changes_only)
        assert outline(model) == outline(fresh)
        fresh.close()
        step()
    model.close()
    del tester


def test_many_edits_in_one_step_tell_each_row_once(qapp):
    doc = sample.document(600)
    model = ConfigTreeModel(doc)
    for index in rows(model, at(model, "routes")):
        model.rowCount(index)
    told: list[int] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.internalId()))
    hops = list(doc.root.iter(f"{{{sample.NS}}}next-hop"))
    doc.apply(Group(tuple(SetValue(doc.path_of(one), "192.0.2.9") for one in hops)))
    assert told and len(told) == len(set(told)) < 20
    model.close()
