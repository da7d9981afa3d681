"""The schema browser by mouse and keyboard: choosing, searching, details, diagram, source, dependencies, history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.yang.check import Engine
from netconf_gui.yang.schema import MemorySchema, SchemaNode
from tests.gui import sample
from tests.gui.schema_sample import subject

LONG = 20_000  # ms
Key, Alt, Control = Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def about(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> SchemaSubject:
    return subject(tmp_path_factory.mktemp("modules"), engine)


@pytest.fixture
def manager() -> Iterator[TaskManager]:
    made = TaskManager()
    yield made
    made.cancel_all()
    made.close()


@pytest.fixture
def browser(qtbot: QtBot, about: SchemaSubject, manager: TaskManager) -> SchemaBrowser:
    made = SchemaBrowser(SchemaSubject(about.title, about.schema, about.engine, about.key, "", about.origins), manager)
    qtbot.addWidget(made)
    made.resize(842, 620)
    made.show()
    qtbot.waitExposed(made)
    return made


def node(browser: SchemaBrowser, path: str) -> SchemaNode:
    found = browser.subject.schema.find(path)
    assert found is not None, path
    return found


def page(browser: SchemaBrowser) -> str:
    """The details as one line of text, without the break points of paths."""
    return " ".join(browser.details.page.toPlainText().replace("\u200b", "").split())


def wait_source(qtbot: QtBot, browser: SchemaBrowser, module: str, selected: str) -> None:
    text = browser.source.text
    qtbot.waitUntil(
        lambda: browser.source.shown == module and text.textCursor().selectedText() == selected, timeout=LONG
    )


# ----------------------------------------------------------------------------------------------------- nodes, details


def test_the_tree_is_walked_by_keys(qtbot: QtBot, browser: SchemaBrowser) -> None:
    tree = browser.side.tree
    model = browser.side.tree_model
    assert [model.index(at, 0).data() for at in range(model.rowCount())] == ["Data", "Operations", "Notifications"]
    assert browser.node is not None and browser.node.path == "/net:system"
    tree.setFocus()
    for key in (Key.Key_Right, Key.Key_Down):
        qtbot.keyClick(tree, key)
    assert browser.node.path == "/net:system/hostname"
    told = page(browser)
    assert "How the element calls itself." in told
    assert "net-types:name → string" in told and "1 to 16 characters" in told
    assert browser.where.text() == "/net:system/hostname"


def test_details_of_a_node_say_all_that_the_module_says(browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:interfaces/interface/mtu"))
    told = page(browser)
    for words in ("Whole number (uint16)", "68 to 9000", "bytes", ". > 100", "Too small.", "net 2026-01-01"):
        assert words in told
    browser.show_node(node(browser, "/net:interfaces/interface"))
    assert "Keys name" in page(browser) and "any number" in page(browser)
    browser.show_node(node(browser, "/net:interfaces/interface/counters/drops"))
    assert "read only: state of the device" in page(browser)
    assert not browser.details.make.isEnabled() and browser.details.instances.isEnabled()
    browser.show_node(node(browser, "/net:system/net-more:colour"))
    assert "Augments /net:system" in page(browser)


def test_operations_are_no_data(browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:restart/input/delay"))
    assert not browser.create_action.isEnabled()
    browser.show_node(node(browser, "/net:restart"))
    assert not browser.instances_action.isEnabled()


def test_links_of_the_details_are_followed_by_keys(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:interfaces/interface/medium"))
    browser.details.page.setFocus()
    # the first link is the base of the identityref
    qtbot.keyClick(browser.details.page, Key.Key_Tab)
    qtbot.keyClick(browser.details.page, Key.Key_Return)
    assert browser.identity == "net:medium"
    told = page(browser)
    assert "What carries frames." in told and "Derived net:copper" in told


# ------------------------------------------------------------------------------------------------------------ search


def test_search_lists_while_typing(qtbot: QtBot, browser: SchemaBrowser) -> None:
    side = browser.side
    side.search.setFocus()
    qtbot.keyClicks(side.search, "painted")
    qtbot.waitUntil(lambda: side.hits.isVisible() and side.hits_model.rowCount() == 1, timeout=LONG)
    qtbot.keyClick(side.search, Key.Key_Down)
    assert browser.node is not None and browser.node.path == "/net:system/net-more:colour"
    assert side.tree_model.node_at(side.tree.currentIndex()) == browser.node
    side.search.setFocus()
    qtbot.keyClick(side.search, Key.Key_Escape)
    assert side.tree.isVisible() and side.search.text() == ""


def test_search_finds_modules_and_identities(qtbot: QtBot, browser: SchemaBrowser) -> None:
    side = browser.side
    qtbot.keyClicks(side.search, "copper")
    qtbot.waitUntil(lambda: side.hits.isVisible() and side.hits_model.rowCount() > 0, timeout=LONG)
    qtbot.keyClick(side.search, Key.Key_Return)
    assert browser.identity == "net:copper"
    side.search.selectAll()
    qtbot.keyClicks(side.search, "net-more")
    qtbot.waitUntil(lambda: side.hits_model.index(0, 0).data() == "net-more", timeout=LONG)
    qtbot.keyClick(side.search, Key.Key_Down)
    assert browser.module == "net-more" and browser.node is None


def test_nothing_found_is_said(qtbot: QtBot, browser: SchemaBrowser) -> None:
    qtbot.keyClicks(browser.side.search, "zebra")
    qtbot.waitUntil(browser.side.empty.isVisible, timeout=LONG)
    qtbot.keyClick(browser.side.search, Key.Key_Return)
    assert browser.node is not None


# ----------------------------------------------------------------------------------------------------------- modules


def test_modules_with_all_that_is_known(qtbot: QtBot, browser: SchemaBrowser) -> None:
    side = browser.side
    qtbot.mouseClick(side.modes.button("modules"), Qt.MouseButton.LeftButton)
    assert side.modules.isVisible() and side.modules_model.rowCount() == 3
    index = side.modules_model.index_of("net-more")
    qtbot.mouseClick(side.modules.viewport(), Qt.MouseButton.LeftButton, pos=side.modules.visualRect(index).center())
    assert browser.module == "net-more"
    qtbot.waitUntil(lambda: "/net:system/colour" in page(browser) or "net-more:colour" in page(browser), timeout=LONG)
    told = page(browser)
    for words in ("vendor (cisco), network element", "Imports net", "Augments net", "implemented"):
        assert words in told
    browser.show_module("net")
    told = page(browser)
    for words in ("YANG text, from folder", "Imported by net-more", "Augmented by net-more", "1 of 1 on: fast",
                  "Submodules net-part", "A second paragraph.", "user, network element"):  # fmt: skip
        assert words in told, words


def test_definitions_of_a_module_lead_to_the_source(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_module("net-types")
    qtbot.waitUntil(lambda: "Typedefs name" in page(browser), timeout=LONG)
    browser.details.page.setFocus()
    text = browser.details.page
    for _ in range(12):
        qtbot.keyClick(text, Key.Key_Tab)
        if text.textCursor().selectedText() == "name":
            break
    qtbot.keyClick(text, Key.Key_Return)
    wait_source(qtbot, browser, "net-types", "typedef name")


def test_modules_are_filtered_and_sorted(qtbot: QtBot, browser: SchemaBrowser) -> None:
    side = browser.side
    side.modes.choose("modules")
    qtbot.keyClicks(side.search, "vendor")
    assert [side.modules_model.index(at, 0).data() for at in range(side.modules_model.rowCount())] == ["net-more"]
    side.search.clear()
    side.modules.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert side.modules_model.index(0, 0).data() == "net-types"


# ----------------------------------------------------------------------------------------------------------- diagram


def test_the_tree_diagram_is_drawn_copied_and_saved(qtbot: QtBot, browser: SchemaBrowser, tmp_path: Path) -> None:
    qtbot.mouseClick(browser.views.button("diagram"), Qt.MouseButton.LeftButton)
    diagram = browser.diagram
    qtbot.waitUntil(lambda: "+--rw system" in diagram.text.toPlainText(), timeout=LONG)
    assert "+--rw m:colour?" in diagram.whole
    diagram.others.click()
    qtbot.waitUntil(lambda: "m:colour" not in diagram.whole, timeout=LONG)
    browser.show_module("net")
    qtbot.waitUntil(lambda: "rpcs:" in diagram.whole, timeout=LONG)
    diagram.levels.setValue(1)
    qtbot.waitUntil(lambda: "..." in diagram.whole, timeout=LONG)
    qtbot.mouseClick(diagram.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == diagram.whole
    qtbot.mouseClick(diagram.save, Qt.MouseButton.LeftButton)
    chooser = diagram.findChild(QFileDialog)
    assert chooser is not None
    file = tmp_path / "tree.txt"
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    assert file.read_text(encoding="utf-8") == diagram.whole
    assert "Saved as tree.txt" in diagram.notice.text


def test_a_diagram_that_cannot_be_saved(qtbot: QtBot, browser: SchemaBrowser, tmp_path: Path) -> None:
    browser.set_view("diagram")
    qtbot.waitUntil(lambda: bool(browser.diagram.whole), timeout=LONG)
    browser.diagram.save.click()
    chooser = browser.diagram.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "none" / "tree.txt"))
    chooser.reject()
    assert "cannot be written" in browser.diagram.notice.text


# ------------------------------------------------------------------------------------------------------------ source


def test_the_source_leads_to_definitions_and_back(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:system/hostname"))
    qtbot.mouseClick(browser.views.button("source"), Qt.MouseButton.LeftButton)
    wait_source(qtbot, browser, "net", "leaf hostname")
    text = browser.source.text
    index = text.index
    assert index is not None
    cursor = text.textCursor()
    cursor.setPosition(index.text.index("t:name; description") + 3)
    text.setTextCursor(cursor)
    text.setFocus()
    qtbot.keyClick(text, Key.Key_F12)
    wait_source(qtbot, browser, "net-types", "typedef name")
    qtbot.keyClick(text, Key.Key_Left, Alt)
    wait_source(qtbot, browser, "net", "leaf hostname")
    qtbot.keyClick(text, Key.Key_Right, Alt)
    wait_source(qtbot, browser, "net-types", "typedef name")


def test_control_click_follows_a_name(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:part/name"))
    browser.set_view("source")
    wait_source(qtbot, browser, "net-part", "leaf name")
    text = browser.source.text
    index = text.index
    assert index is not None
    cursor = text.textCursor()
    cursor.setPosition(index.text.index("net-types {") + 2)
    text.setTextCursor(cursor)
    spot = text.cursorRect(cursor).center() + QPoint(2, 0)
    qtbot.mouseMove(text.viewport(), spot)
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, Control, spot)
    qtbot.waitUntil(lambda: browser.source.shown == "net-types", timeout=LONG)


def test_what_leads_nowhere_is_said(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_module("net")
    browser.set_view("source")
    qtbot.waitUntil(lambda: browser.source.shown == "net", timeout=LONG)
    browser.source.text.follow.trigger()
    assert "no name here" in browser.source.notice.text


def test_no_text_at_hand(qtbot: QtBot, manager: TaskManager) -> None:
    made = SchemaBrowser(SchemaSubject("sample", sample.schema()), manager)
    qtbot.addWidget(made)
    made.show()
    made.set_view("source")
    qtbot.waitUntil(lambda: "not at hand" in made.source.notice.text, timeout=LONG)


# ------------------------------------------------------------------------------------------------------ dependencies


def test_the_dependency_picture_by_mouse_and_keys(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_module("net")
    qtbot.mouseClick(browser.views.button("graph"), Qt.MouseButton.LeftButton)
    view = browser.graph.view
    assert {box.module for box in view.picture.boxes} == {"net", "net-types", "net-more"}
    assert {(line.start, line.end, line.kind) for line in view.picture.lines} == {
        ("net", "net-types", "imports"),
        ("net-more", "net", "augments"),
    }
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect_of("net-more").center().toPoint())
    assert browser.module == "net-more" and view.picture.focus == "net-more"
    view.setFocus()
    qtbot.keyClick(view, Key.Key_Right)
    assert view.current == "net"
    qtbot.keyClick(view, Key.Key_Return)
    assert browser.module == "net"
    before = view.zoom
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.zoom > before
    qtbot.mouseClick(browser.graph.reach.button("all"), Qt.MouseButton.LeftButton)
    assert len(view.picture.boxes) == 3
    assert not view.grab().isNull()


def test_pictures_are_dragged(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.set_view("graph")
    view = browser.graph.view
    view.set_zoom(2.5)
    bar = view.horizontalScrollBar()
    bar.setValue(bar.maximum())
    spot = QPoint(5, 5)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseMove(view.viewport(), spot + QPoint(40, 0))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=spot + QPoint(40, 0))
    assert bar.value() < bar.maximum() or bar.maximum() == 0


# ----------------------------------------------------------------------------------------------------------- history


def test_back_and_forward(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:system/hostname"))
    browser.show_module("net-types")
    browser.set_view("graph")
    assert not browser.forward_button.isEnabled()
    qtbot.mouseClick(browser.back_button, Qt.MouseButton.LeftButton)
    assert browser.view == "details" and browser.module == "net-types"
    qtbot.mouseClick(browser.back_button, Qt.MouseButton.LeftButton)
    assert browser.node is not None and browser.node.name == "hostname"
    qtbot.keyClick(browser.side.tree, Key.Key_Right, Alt)
    qtbot.keyClick(browser.side.tree, Key.Key_Right, Alt)
    assert browser.view == "graph" and browser.module == "net-types"


def test_copy_path_and_menu(qtbot: QtBot, browser: SchemaBrowser) -> None:
    browser.show_node(node(browser, "/net:system/clock/zone"))
    qtbot.mouseClick(browser.details.copy_path, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "/net:system/clock/zone"
    browser.side.menu_wanted.emit(QPoint(0, 0))
    menu = browser.findChild(QMenu, "schemaMenu")
    assert menu is not None
    names = [act.objectName() for act in menu.actions() if not act.isSeparator()]
    assert "schemaInstancesAction" in names and "schemaFilterAction" not in names
    menu.close()


def test_where_there_is_little_room(qtbot: QtBot, browser: SchemaBrowser) -> None:
    button = browser.views.button("graph")
    assert isinstance(button, QToolButton)
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextOnly
    browser.resize(430, 500)
    qtbot.waitUntil(lambda: browser.splitter.orientation() is Qt.Orientation.Vertical, timeout=LONG)
    assert (
        button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly and button.accessibleName() == "Dependencies"
    )
    assert button.toolTip() == "Dependencies"
    browser.resize(842, 620)
    qtbot.waitUntil(lambda: browser.splitter.orientation() is Qt.Orientation.Horizontal, timeout=LONG)


def test_both_themes_and_an_empty_schema(qtbot: QtBot, browser: SchemaBrowser, manager: TaskManager) -> None:
    for view in ("details", "diagram", "source", "graph"):
        browser.set_view(view)
    light = browser.details.page.toHtml()
    theme().apply("dark")
    assert browser.details.page.toHtml() != light
    assert not browser.grab().isNull()
    empty = SchemaBrowser(SchemaSubject("empty", MemorySchema([])), manager)
    qtbot.addWidget(empty)
    empty.show()
    assert empty.node is None
