"""Two sets of modules compared in a tab: what differs, what changed in a module, and the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from netconf_gui.gui.panes.schema_compare import SchemaCompare
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.yang.check import Engine
from netconf_gui.yang.set_compare import Difference
from netconf_gui.yang.update_rules import Verdict
from tests.gui.schema_sample import MORE, OTHER_NET, in_background, subject

LONG = 20_000  # ms


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def sets(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[SchemaSubject, SchemaSubject]:
    folder = tmp_path_factory.mktemp("modules")
    new = MORE.replace("Painted", "Coloured")
    return subject(folder, engine), subject(folder, engine, "pe2", net=OTHER_NET, net_more=new)


def copy(one: SchemaSubject) -> SchemaSubject:
    return SchemaSubject(one.title, one.schema, one.engine, one.key)


@pytest.fixture
def compare(qtbot: QtBot, sets: tuple[SchemaSubject, SchemaSubject]) -> Iterator[SchemaCompare]:
    manager = TaskManager()
    made = SchemaCompare(manager)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.set_side("left", copy(sets[0]))
    made.set_side("right", copy(sets[1]))
    qtbot.waitUntil(lambda: made.comparison is not None, timeout=LONG)
    yield made
    manager.cancel_all()
    manager.close()


def choose(qtbot: QtBot, pane: SchemaCompare, module: str) -> None:
    pane.tree.setFocus()
    pane.tree.setCurrentIndex(pane.model.find(module))
    qtbot.waitUntil(lambda: pane.changes is not None and pane.changes.module == module, timeout=LONG)


def test_what_differs(compare: SchemaCompare) -> None:
    found = compare.comparison
    assert found is not None
    assert [(item.difference, item.module) for item in found.differences] == [
        (Difference.REVISION, "net"),
        (Difference.TEXT, "net-more"),
    ]
    assert compare.model.index(0, 0).data() == "Other revision  1"
    assert compare.same.text() == "1 module is the same"
    assert (compare.left.text(), compare.right.text()) == ("pe1", "pe2")


def test_what_changed_in_a_module(qtbot: QtBot, compare: SchemaCompare) -> None:
    choose(qtbot, compare, "net")
    changes = compare.changes
    assert changes is not None and changes.verdict is Verdict.INCOMPATIBLE
    told = {(item.path, item.rule) for item in changes.findings}
    assert told == {("/net:interfaces/interface/mtu", "value-space"), ("/net:system/contact", "obsolete-stays")}
    compare.changes_view.setFocus()
    qtbot.keyClick(compare.changes_view, Qt.Key.Key_Home)
    page = " ".join(compare.page.toPlainText().replace("\u200b", "").split())
    assert "incompatible" in page and "RFC 7950, section 11" in page
    assert compare.chips[Verdict.INCOMPATIBLE].text() == "2 incompatible"


def test_descriptions_are_to_be_looked_at(qtbot: QtBot, compare: SchemaCompare) -> None:
    choose(qtbot, compare, "net-more")
    changes = compare.changes
    assert changes is not None
    rules = {(item.rule, item.verdict) for item in changes.findings}
    assert ("description", Verdict.REVIEW) in rules and ("revision", Verdict.INCOMPATIBLE) in rules


def test_swapped(qtbot: QtBot, compare: SchemaCompare) -> None:
    before = compare.comparison
    qtbot.mouseClick(compare.swap, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: compare.comparison is not before, timeout=LONG)
    assert compare.comparison is not None and compare.comparison.left == "pe2"


def test_the_report_is_copied_and_saved(qtbot: QtBot, compare: SchemaCompare, tmp_path: Path) -> None:
    choose(qtbot, compare, "net")
    qtbot.mouseClick(compare.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert "pe1 ↔ pe2" in text and "net: 2026-01-01 (pe1) → 2026-06-01 (pe2)" in text and "section 11" in text
    qtbot.mouseClick(compare.save, Qt.MouseButton.LeftButton)
    chooser = compare.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "report.txt"))
    chooser.reject()
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == text


def test_the_same_set_has_no_differences(qtbot: QtBot, sets: tuple[SchemaSubject, SchemaSubject]) -> None:
    manager = TaskManager()
    made = SchemaCompare(manager)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.choose_wanted) as asked:
        made.left.click()
    assert asked.args == ["left"]
    made.set_side("left", copy(sets[0]))
    made.set_side("right", copy(sets[0]))
    qtbot.waitUntil(lambda: made.empty.title.text() == "No differences", timeout=LONG)
    manager.close()


def test_a_module_on_one_side_only(
    qtbot: QtBot, engine: Engine, sets: tuple[SchemaSubject, SchemaSubject], tmp_path: Path
) -> None:
    manager = TaskManager()
    made = SchemaCompare(manager)
    qtbot.addWidget(made)
    made.show()
    made.set_side("left", copy(sets[0]))
    made.set_side("right", in_background(qtbot, manager, lambda: subject(tmp_path, engine, "pe3", net_more="")))
    qtbot.waitUntil(lambda: made.comparison is not None, timeout=LONG)
    made.tree.setCurrentIndex(made.model.find("net-more"))
    qtbot.waitUntil(lambda: "one side only" in made.hint.text.text(), timeout=LONG)
    manager.close()
