"""The schema browser in the whole window: opened from menus and the Node pane, instances, creating, filters, files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMetaMethod, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui import schema_subject
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.panes.schema_compare import SchemaCompare
from netconf_gui.yang.schema import SchemaNode
from netconf_gui.yang.update_rules import Verdict
from tests.gui.schema_sample import DATA, OTHER_NET, in_background, subject
from tests.gui.whole import LONG, dialog, shown


@pytest.fixture
def pane(qtbot: QtBot, program: Program, tmp_path: Path) -> Iterator[DocumentPane]:
    """A file in the window, with its modules compiled."""
    about = in_background(qtbot, program.tasks, lambda: subject(tmp_path, program.engine, "modules"))
    context = DocumentContext(file=tmp_path / "pe1.xml", engine=program.engine, key=about.key, schema_title="modules")
    made = program.documents.add(Document(DATA, about.schema, name="pe1"), context)
    yield made
    while made.document.can_undo:
        made.document.undo()
    program.documents.close_page(made)


def node(pane: DocumentPane, path: str) -> SchemaNode:
    schema = pane.document.schema
    found = schema.find(path) if schema is not None else None
    assert found is not None, path
    return found


def open_browser(qtbot: QtBot, program: Program, pane: DocumentPane, path: str = "") -> SchemaBrowser:
    program.window.actions_.browse_schema.trigger()
    qtbot.waitUntil(lambda: bool(program.schemas.browsers), timeout=LONG)
    browser = program.schemas.browsers[0]
    if path:
        browser.show_node(node(pane, path))
    return browser


def xml(pane: DocumentPane) -> str:
    return pane.document.snapshot().data.decode()


def test_it_opens_for_the_document_and_once(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    qtbot.waitUntil(program.window.actions_.browse_schema.isEnabled, timeout=LONG)
    browser = open_browser(qtbot, program, pane)
    tabs = program.window.documents
    assert tabs.currentWidget() is browser and tabs.tabText(tabs.currentIndex()) == "Schema: modules"
    names = {act.objectName() for act in program.window.menus.view.actions()}
    assert "schemaSourceAction" in names
    program.documents.show_pane(pane)
    names = {act.objectName() for act in program.window.menus.view.actions()}
    assert "schemaSourceAction" not in names and "viewTreeAction" in names
    program.window.actions_.browse_schema.trigger()
    assert program.schemas.browsers == [browser] and tabs.currentWidget() is browser
    program.documents.close_page(browser)
    assert program.schemas.browsers == []


def test_every_widget_has_a_name(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:system")
    for view in ("diagram", "source", "graph", "instances"):
        browser.set_view(view)
    browser.side.modes.choose("modules")
    compare = SchemaCompare(program.tasks)
    qtbot.addWidget(compare)
    own = ("QTabBar", "QAbstractButton", "QToolButton", "QScrollBar", "QMenu")  # what Qt puts into its widgets
    for page in (browser, compare):
        for widget in page.findChildren(QWidget):
            above = widget.parentWidget().objectName() if widget.parentWidget() else ""
            if widget.objectName().startswith("qt_") or above.startswith("qt_"):
                continue
            if type(widget).__module__.startswith(("PySide6", "netconf_gui")) and type(widget).__name__ not in own:
                assert widget.objectName(), (type(widget), above)
                assert widget.accessibleName(), widget.objectName()


def test_keys_are_not_taken(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane)
    qtbot.waitUntil(lambda: not program.window.actions_.find.isEnabled(), timeout=LONG)
    taken = {act.shortcut().toString(): act for act in program.window.actions() if not act.shortcut().isEmpty()}
    for act in (*browser.edit_actions(), *browser.view_actions()):
        other = taken.get(act.shortcut().toString())
        # the window's Find is for documents, and greyed now
        assert other is None or not other.isEnabled(), (act.objectName(), other.objectName())


def test_a_large_schema_is_prepared_first(
    qtbot: QtBot, program: Program, pane: DocumentPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_subject, "LARGE", 1)
    browser = open_browser(qtbot, program, pane)
    assert program.window.documents.currentWidget() is browser
    program.documents.show_pane(pane)
    program.schemas.show_module(pane, "net-types")
    assert program.schemas.browsers == [browser] and browser.module == "net-types"


def test_from_the_node_pane(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    element = pane.document.root[1][0][1]
    pane.show_element(element)
    qtbot.waitUntil(lambda: program.node.in_schema.isVisible(), timeout=LONG)
    qtbot.mouseClick(program.node.in_schema, Qt.MouseButton.LeftButton)
    browser = program.schemas.browsers[0]
    assert browser.node is not None and browser.node.path == "/net:interfaces/interface/mtu"


def test_instances_are_listed_and_shown(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:interfaces/interface/mtu")
    qtbot.mouseClick(browser.details.instances, Qt.MouseButton.LeftButton)
    instances = browser.instances
    qtbot.waitUntil(lambda: instances.count.text() == "2 instances in pe1.xml", timeout=LONG)
    model = instances.model
    assert [model.index(at, 0).data() for at in range(2)] == [
        "/net:interfaces/interface[name='xe0']/mtu",
        "/net:interfaces/interface[name='xe1']/mtu",
    ]
    instances.view.setFocus()
    qtbot.keyClick(instances.view, Qt.Key.Key_Down)
    qtbot.keyClick(instances.view, Qt.Key.Key_Return)
    assert program.documents.current is pane and pane.row is not None
    assert pane.row.own_element is pane.document.root[1][1][1]


def test_instances_of_a_document_that_was_replaced(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:interfaces/interface")
    browser.set_view("instances")
    instances = browser.instances
    qtbot.waitUntil(lambda: instances.count.text() == "3 instances in pe1.xml", timeout=LONG)
    fewer = Document(DATA.replace(b"<interface><name>xe2</name></interface>", b""), pane.document.schema, name="pe1")
    pane.show_document(fewer, pane.context)
    qtbot.waitUntil(lambda: instances.count.text() == "2 instances in pe1.xml", timeout=LONG)


def test_instances_of_one_of_several_documents(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    context = DocumentContext(name="second", engine=program.engine, key=pane.context.key)
    second = program.documents.add(Document(DATA, pane.document.schema, name="second"), context)
    browser = open_browser(qtbot, program, pane, "/net:system/hostname")
    browser.set_view("instances")
    instances = browser.instances
    qtbot.waitUntil(lambda: bool(instances.count.text()), timeout=LONG)
    assert instances.choice.isVisible()
    qtbot.mouseClick(instances.choice, Qt.MouseButton.LeftButton)
    menu = instances.findChild(QMenu, "instancesDocuments")
    assert menu is not None and len(menu.actions()) == 2
    for act in menu.actions():
        told = f"1 instance in {act.text()}"
        act.trigger()
        qtbot.waitUntil(lambda told=told: instances.count.text() == told, timeout=LONG)  # type: ignore[misc]
    menu.close()
    program.documents.close_page(second)


def test_instances_follow_edits(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:system/contact")
    browser.set_view("instances")
    instances = browser.instances
    qtbot.waitUntil(lambda: instances.empty.isVisible() and "has none" in instances.empty.text.text(), timeout=LONG)
    editing.set_leaf(pane.document, pane.document.root[0], node(pane, "/net:system/contact"), "ops")
    qtbot.waitUntil(lambda: instances.count.text() == "1 instance in pe1.xml", timeout=LONG)


def test_create_with_the_parents_that_are_needed(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:system/clock/zone")
    qtbot.mouseClick(browser.details.make, Qt.MouseButton.LeftButton)
    assert program.documents.current is pane
    qtbot.waitUntil(
        lambda: pane.row is not None and pane.row.node == node(pane, "/net:system/clock/zone"), timeout=LONG
    )
    field = pane.tree.findChild(QLineEdit)
    assert field is not None
    field.selectAll()
    qtbot.keyClicks(field, "CET")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: "<clock><zone>CET</zone></clock>" in xml(pane).replace("\n", "").replace(" ", ""), timeout=LONG
    )


def test_create_asks_which_entry_is_meant(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:interfaces/interface/unit")
    browser.create_action.trigger()
    asked = dialog(qtbot, ListDialog)
    assert [asked.list.topLevelItem(at).text(0) for at in range(3)] == ["xe0", "xe1", "xe2"]
    asked.list.setCurrentItem(asked.list.topLevelItem(2))
    qtbot.mouseClick(asked.buttons["use"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _named("addEntryDialog") is not None, timeout=LONG)
    entry = _named("addEntryDialog")
    assert entry is not None
    field = entry.findChildren(QLineEdit)[0]
    field.selectAll()
    qtbot.keyClicks(field, "7")
    button = next(one for one in entry.findChildren(QPushButton) if one.isDefault())
    qtbot.waitUntil(button.isEnabled, timeout=LONG)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    third = pane.document.root[1][2]
    qtbot.waitUntil(lambda: [child.tag.rpartition("}")[2] for child in third] == ["name", "unit"], timeout=LONG)
    assert third[1][0].text == "7"


def _named(name: str) -> QDialog | None:
    found = shown(QDialog)
    return found if found is not None and found.objectName() == name else None


def test_what_is_there_is_shown_instead(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:system/hostname")
    before = pane.document.revision
    browser.create_action.trigger()
    assert pane.row is not None and pane.row.own_element is pane.document.root[0][0]
    assert pane.document.revision == before


def test_filters_are_offered_once_somebody_wants_them(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    browser = open_browser(qtbot, program, pane, "/net:interfaces")
    offered = program.schemas.isSignalConnected(QMetaMethod.fromSignal(program.schemas.filter_wanted))
    assert browser.details.filter.isVisible() is offered
    told: list[tuple[str, str]] = []
    program.schemas.filter_wanted.connect(lambda device, path: told.append((device, path)))
    program.documents.show_pane(pane)
    program.window.actions_.browse_schema.trigger()
    browser.show_node(node(pane, "/net:interfaces"))
    assert browser.details.filter.isVisible()
    qtbot.mouseClick(browser.details.filter, Qt.MouseButton.LeftButton)
    assert told == [("", "/net:interfaces")]


def test_another_revision_from_a_file(qtbot: QtBot, program: Program, pane: DocumentPane, tmp_path: Path) -> None:
    file = tmp_path / "new" / "net@2026-06-01.yang"
    file.parent.mkdir()
    file.write_text(OTHER_NET, encoding="utf-8")
    browser = open_browser(qtbot, program, pane)
    browser.show_module("net")
    browser.revision_action.trigger()
    chooser = program.window.findChild(QFileDialog, "revisionFileDialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    tabs = program.window.documents
    qtbot.waitUntil(lambda: isinstance(tabs.currentWidget(), SchemaCompare), timeout=LONG)
    page = tabs.currentWidget()
    assert isinstance(page, SchemaCompare)
    qtbot.waitUntil(lambda: page.changes is not None, timeout=LONG)
    assert page.changes is not None and page.changes.verdict is Verdict.INCOMPATIBLE


def test_a_file_of_another_module_is_refused(
    qtbot: QtBot, program: Program, pane: DocumentPane, tmp_path: Path
) -> None:
    browser = open_browser(qtbot, program, pane)
    with qtbot.waitSignal(program.documents.failed, timeout=LONG) as failed:
        program.schemas.compare_revision(browser, "net", tmp_path / "modules" / "net-types.yang")
    assert "is net-types, not net" in str(failed.args[1])
    qtbot.waitUntil(lambda: shown(QDialog) is not None, timeout=LONG)
    shown(QDialog).reject()


def test_comparing_begins_with_the_set_in_front(qtbot: QtBot, program: Program, pane: DocumentPane) -> None:
    open_browser(qtbot, program, pane)
    program.window.actions_.compare_schemas.trigger()
    asked = dialog(qtbot, ListDialog)
    asked.reject()
    page = program.window.documents.currentWidget()
    assert isinstance(page, SchemaCompare) and page.left.text() == "modules"
