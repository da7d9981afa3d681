"""Reading a part of a device in the whole window: ticking, texts in step, completion, kept filters, what comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.config.path import InstancePath
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.console import FieldsDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.filter import FilterPage
from netconf_gui.gui.panes.filter_tree import box_of
from netconf_gui.services.filters import NO_XPATH
from netconf_gui.workspace.filter_favourites import FilterFavourite
from netconf_gui.workspace.inventory import Device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press

IF = "urn:ietf:params:xml:ns:yang:ietf-interfaces"


@pytest.fixture(scope="module")
def door(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    key = Path(tmp_path_factory.mktemp("door")) / "host_key"
    with DemoServer(DemoDevice(model), host_key=key, password=PASSWORD) as made:
        yield made


@pytest.fixture
def device(qtbot: QtBot, program: Program, door: DemoServer) -> Device:
    made = add(program, door)
    connect(qtbot, program, made)
    return made


@pytest.fixture
def page(qtbot: QtBot, program: Program, device: Device) -> FilterPage:
    program.filters.action.trigger()
    found = program.filters.page(device.id)
    assert found is not None
    program.window.activateWindow()
    qtbot.waitUntil(program.window.isActiveWindow, timeout=LONG)
    return found


def row_of(page: FilterPage, text: str) -> QModelIndex:
    """``interfaces/interface/[xe-0/0/0]/mtu``: names of rows from the top, entries in brackets."""
    at = QModelIndex()
    for name in text.split(" / "):
        page.tree.expand(at)
        found = [
            page.model.index(row, 0, at)
            for row in range(page.model.rowCount(at))
            if str(page.model.index(row, 0, at).data()).rpartition(":")[2] == name
        ]
        assert found, name
        at = found[0]
    page.tree.show_index(at)
    return at


def tick(qtbot: QtBot, page: FilterPage, text: str) -> QModelIndex:
    """A click into the box."""
    index = row_of(page, text)
    spot = box_of(page.tree.visualRect(index)).center()
    qtbot.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot))
    return index


def write(qtbot: QtBot, page: FilterPage, text: str) -> None:
    """Type into the XPath in place of what is there."""
    page.kinds.choose("xpath")
    editor = page.xpath.editor
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus, timeout=LONG)
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    page.xpath.flush()


def answer(qtbot: QtBot, program: Program, before: int) -> DocumentPane:
    qtbot.waitUntil(lambda: len(program.documents.panes) > before, timeout=LONG)
    return program.documents.panes[-1]


def state(index: QModelIndex) -> Qt.CheckState:
    return Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))


def test_ticks_become_texts_and_a_document(qtbot: QtBot, program: Program, page: FilterPage, device: Device) -> None:
    assert not page.bar.read.isEnabled() and "Tick" in page.notice.text
    entries = row_of(page, "interfaces / interface")
    names = [str(page.model.index(row, 0, entries).data()) for row in range(page.model.rowCount(entries))]
    first = names[0]
    leaf = tick(qtbot, page, f"interfaces / interface / {first} / enabled")
    assert state(leaf) is Qt.CheckState.Checked and state(leaf.parent()) is Qt.CheckState.PartiallyChecked
    assert f"<name>{first}</name>" in page.subtree.text and "<enabled/>" in page.subtree.text
    assert page.xpath.text == f"/if:interfaces/if:interface[if:name='{first}']/if:enabled"
    assert page.xpath.namespaces == {"if": IF} and page.prefixes.rowCount() == 1
    before = len(program.documents.panes)
    qtbot.mouseClick(page.bar.read, Qt.MouseButton.LeftButton)
    pane = answer(qtbot, program, before)
    root = pane.document.root
    leafs = [str(one.tag).rpartition("}")[2] for one in root.iter() if not len(one)]
    assert leafs == ["name", "enabled"]
    banner = program.filters.parts.banner_of(pane)
    assert banner is not None
    qtbot.waitUntil(banner.isVisible, timeout=LONG)
    assert "running of pe1" in banner.text.text()
    assert pane.context.read_only and not pane.context.device_id
    assert not program.window.actions_.review.isEnabled()
    assert program.documents.of_device(device.id) is not pane
    path = InstancePath.parse(f"/ietf-interfaces:interfaces/interface[name='{first}']/enabled", pane.document.schema)
    assert pane.jump(str(path))
    press(qtbot, banner, "filterWholeButton")
    qtbot.waitUntil(lambda: program.documents.current is not pane, timeout=LONG)
    whole = program.documents.current
    assert whole is not None and whole.context.device_id == device.id
    qtbot.waitUntil(lambda: whole.path_text() == str(path), timeout=LONG)
    before = len(program.documents.panes)
    program.documents.show_pane(pane)
    press(qtbot, banner, "filterAgainButton")
    at = program.filters.parts.part_of(pane).at
    qtbot.waitUntil(lambda: program.filters.parts.part_of(pane).at > at, timeout=LONG)
    assert len(program.documents.panes) == before
    page.clear()
    press(qtbot, banner, "filterChangeButton")
    assert program.window.documents.currentWidget() is page and "<enabled/>" in page.subtree.text


def test_keys_tick_and_untick(qtbot: QtBot, page: FilterPage) -> None:
    index = row_of(page, "system")
    page.tree.setFocus()
    qtbot.keyClick(page.tree, Qt.Key.Key_Space)
    assert state(index) is Qt.CheckState.Checked and len(page.picks) == 1
    child = page.model.index(0, 0, index)
    page.tree.show_index(child)
    qtbot.keyClick(page.tree, Qt.Key.Key_Space)
    assert state(child) is Qt.CheckState.Unchecked and state(index) is Qt.CheckState.PartiallyChecked
    assert len(page.picks) == page.model.rowCount(index) - 1
    tick(qtbot, page, "system")
    tick(qtbot, page, "system")
    assert page.picks == () and page.subtree.text == ""
    every = tick(qtbot, page, "interfaces / interface")
    page.tree.expand(every)
    qtbot.mouseClick(
        page.tree.viewport(),
        Qt.MouseButton.LeftButton,
        pos=box_of(page.tree.visualRect(page.model.index(0, 0, every))).center(),
    )
    assert "Untick the list first" in page.notice.text and len(page.picks) == 1
    qtbot.mouseClick(page.bar.clear, Qt.MouseButton.LeftButton)
    assert page.picks == ()


def test_a_node_is_found_by_name(qtbot: QtBot, page: FilterPage) -> None:
    page.find_action.trigger()
    qtbot.keyClicks(page.search, "mtu")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert "mtu" in str(page.tree.currentIndex().data())
    page.search.clear()
    qtbot.keyClicks(page.search, "no-such-node")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert "No node" in page.notice.text


def test_xpath_by_hand(qtbot: QtBot, program: Program, page: FilterPage) -> None:
    write(qtbot, page, "/ietf-interfaces:interfaces/ietf-interfaces:interface/ietf-interfaces:name")
    assert len(page.picks) == 1 and "<name/>" in page.subtree.text
    write(qtbot, page, "/ietf-interfaces:interfaces[")
    assert page.notice.text.startswith("Line 1, column") and not page.bar.read.isEnabled()
    assert [mark.ink for mark in page.xpath.editor.marks] == ["error"]
    write(qtbot, page, "/ietf-interfaces:interfaces/ietf-interfaces:nought")
    assert [mark.ink for mark in page.xpath.editor.marks] == ["warning"] and page.bar.read.isEnabled()
    assert "no node nought" in page.notice.text
    write(qtbot, page, "//ietf-interfaces:name")
    assert page.model.locked and "Only XPath" in page.notice.text and page.subtree.text == ""
    before = len(program.documents.panes)
    page.read_action.trigger()
    pane = answer(qtbot, program, before)
    assert {str(one.tag).rpartition("}")[2] for one in pane.document.root.iter() if not len(one)} >= {"name"}


def test_subtree_by_hand_completes(qtbot: QtBot, page: FilterPage) -> None:
    page.kinds.choose("subtree")
    editor = page.subtree.editor
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus, timeout=LONG)
    qtbot.keyClicks(editor, "<interfac")
    qtbot.waitUntil(lambda: page.subtree.completer.visible, timeout=LONG)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert page.subtree.text == f'<interfaces xmlns="{IF}"></interfaces>'
    qtbot.keyClicks(editor, "<interface><oper")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "<interface><oper-status/>" in page.subtree.text, "state can be asked for"
    page.subtree.flush()
    assert page.notice.text.startswith("Line") and not page.bar.read.isEnabled()
    qtbot.keyClicks(editor, "</")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    page.subtree.flush()
    assert len(page.picks) == 1 and page.xpath.text.endswith("/if:oper-status")


def test_xpath_completes_keys_with_their_values(qtbot: QtBot, page: FilterPage) -> None:
    page.kinds.choose("xpath")
    editor = page.xpath.editor
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus, timeout=LONG)
    for typed in ("/interfaces", "/interface", "[nam"):
        qtbot.keyClicks(editor, typed)
        qtbot.waitUntil(lambda: page.xpath.completer.visible, timeout=LONG)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    values = [one.text for one in page.xpath.completer.proposals]
    assert page.xpath.completer.visible and len(values) > 1 and "[if:name='" in page.xpath.text
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert f"[if:name='{values[0]}'" in page.xpath.text
    qtbot.keyClicks(editor, "]")
    page.xpath.flush()
    assert str(page.picks[0]) == f"/interfaces/interface[{values[0]}]"


def test_kept_filters(qtbot: QtBot, program: Program, page: FilterPage, device: Device) -> None:
    tick(qtbot, page, "system")
    page.keep_action.trigger()
    asked = dialog(qtbot, FieldsDialog)
    qtbot.keyClicks(asked.findChild(QLineEdit, "NameField"), "The system")
    press(qtbot, asked, "actButton")
    assert [one.name for one in program.workspace.filters.of()] == ["The system"]
    page.clear()
    page.sides.choose("kept")
    before = len(program.documents.panes)
    index = page.kept_model.index(0, 0)
    qtbot.mouseClick(page.kept.viewport(), Qt.MouseButton.LeftButton, pos=page.kept.visualRect(index).center())
    pane = answer(qtbot, program, before)
    assert "The system" in pane.context.title and "<system" in page.subtree.text
    program.window.documents.setCurrentWidget(page)
    page.kept.setFocus()
    qtbot.keyClick(page.kept, Qt.Key.Key_F2)
    asked = dialog(qtbot, FieldsDialog)
    field = asked.findChild(QLineEdit, "NameField")
    field.selectAll()
    qtbot.keyClicks(field, "Sys")
    press(qtbot, asked, "actButton")
    assert page.kept_model.index(0, 0).data() == "Sys"
    program.filters.menu.aboutToShow.emit()
    assert [one.text() for one in program.filters.menu.actions()] == ["Sys"]
    before = len(program.documents.panes)
    program.filters.menu.actions()[0].trigger()
    answer(qtbot, program, before)
    program.window.documents.setCurrentWidget(page)
    page.kept.setCurrentIndex(page.kept_model.index(0, 0))
    qtbot.keyClick(page.kept, Qt.Key.Key_Delete)
    question = dialog(qtbot, Question)
    button = next(one for one in question.findChildren(QPushButton) if one.text() == "Delete")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert program.workspace.filters.of() == () and page.no_kept.isVisible()


def test_what_the_device_lacks_is_said(qtbot: QtBot, page: FilterPage) -> None:
    page.apply(FilterFavourite("old", "subtree", '<a xmlns="urn:a"/>', (), "get-config", "startup-2"))
    assert "no datastore startup-2" in page.notice.text and page.applied is None
    offer = page.offer
    assert offer is not None
    page.offer = type(offer)(offer.operations, offer.datastores, (), (), NO_XPATH, "")
    write(qtbot, page, "/ietf-system:system")
    assert page.notice.text == NO_XPATH and page.request.kind == "subtree" and page.bar.read.isEnabled()
    write(qtbot, page, "//ietf-system:system")
    assert page.notice.text == NO_XPATH and not page.bar.read.isEnabled()


def test_nodes_of_documents_and_schemas(qtbot: QtBot, program: Program, device: Device) -> None:
    pane = program.documents.panes[0]
    assert pane.jump("/ietf-system:system")
    pane.tree.setFocus()
    names = [one.objectName() for one in pane.more_actions]
    assert "readOnlyThisAction" in names
    add_action = next(one for one in pane.more_actions if one.objectName() == "addToFilterAction")
    add_action.trigger()
    page = program.filters.page(device.id)
    assert page is not None and [str(one) for one in page.picks] == ["/system"]
    program.schemas.filter_wanted.emit(device.id, "/ietf-interfaces:interfaces/interface")
    assert [str(one) for one in page.picks] == ["/system", "/interfaces/interface"]
    program.documents.show_pane(pane)
    only = next(one for one in pane.more_actions if one.objectName() == "readOnlyThisAction")
    only.trigger()
    part = answer(qtbot, program, 1)
    assert [str(one.tag).rpartition("}")[2] for one in part.document.root] == ["system"]
    assert isinstance(program.filters.menu, QMenu)


def test_kept_filters_in_the_subscription(qtbot: QtBot, program: Program, device: Device) -> None:
    text = f'<interfaces xmlns="{IF}"/>'
    program.workspace.filters.keep(FilterFavourite("Ports", text=text))
    window = program.window
    window.activateWindow()
    asked = program.notifications.wishes.ask(device.id)
    assert asked is not None
    qtbot.waitUntil(lambda: asked.known is not None, timeout=LONG)
    menu = asked.pick_menu()
    entry = next(one for one in menu.actions() if one.objectName() == "pickKeptAction")
    assert entry.text() == "Kept filter: Ports"
    entry.trigger()
    assert asked.filter_text.toPlainText() == text and asked.filter_kind.current == "subtree"
    asked.reject()
