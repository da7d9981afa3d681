"""XML and JSON views with real keys and mouse: completion, hovers, folding, formatting, to the tree and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes import json_view, xml_view
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.text_view import TextView
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.text.language import JSON, XML
from netconf_gui.gui.theme import theme
from netconf_gui.yang.problem import Problem
from tests.gui import sample

Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MTU = "interfaces/interface[xe-0/0/1]/mtu"
WAIT = 15_000


@pytest.fixture
def make(qtbot) -> Iterator[Callable[..., DocumentPane]]:
    made: list[tuple[DocumentPane, TaskManager]] = []

    def new(document: Document, **fields: object) -> DocumentPane:
        tasks = TaskManager()
        pane = DocumentPane(document, tasks, context=DocumentContext(file=Path("a.xml"), **fields))
        made.append((pane, tasks))
        qtbot.addWidget(pane)
        pane.resize(1100, 700)
        with qtbot.waitExposed(pane):
            pane.show()
        return pane

    yield new
    for pane, tasks in made:
        pane.close_pane()
        tasks.close()


@pytest.fixture
def pane(make) -> DocumentPane:
    return make(sample.document(5))


def view_of(pane: DocumentPane, key: str, how: str = "") -> TextView:
    pane.set_view(key)
    if how:
        pane.set_view(how)
    view = pane.side.view(key)
    assert isinstance(view, TextView)
    view.editor.setFocus()
    return view


def put_cursor(view: TextView, behind: str) -> None:
    cursor = view.editor.textCursor()
    cursor.setPosition(view.editor.plain_text().index(behind) + len(behind))
    view.editor.setTextCursor(cursor)


def value(pane: DocumentPane, path: str) -> str | None:
    try:
        return sample.element(pane.document, path).text
    except IndexError:
        return None  # not there (yet)


def shown(view: TextView) -> list[str]:
    completer = view.assistant.completer
    return [one.text for one in completer.proposals] if completer.visible else []


# completion


def test_an_element_and_its_value_are_completed_in_xml(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<hostname>pe1.fra</hostname>")
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(view.editor, "<")
    assert shown(view)[:3] == ["flags", "rate", "big"]
    qtbot.keyClicks(view.editor, "fl")
    assert shown(view) == ["flags"]
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert "\n  <flags></flags>\n" in view.editor.plain_text()
    assert shown(view) == ["syn", "ack", "fin"], "the value is asked for at once"
    qtbot.keyClick(view.editor, Qt.Key.Key_Down)
    qtbot.keyClick(view.editor, Qt.Key.Key_Tab)
    assert "<flags>ack</flags>" in view.editor.plain_text() and not shown(view)
    qtbot.waitUntil(lambda: pane.document.changes() == 1)
    assert value(pane, "system/flags") == "ack"


def test_escape_and_moving_away_close_the_list(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<level>")
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    assert shown(view) == ["low", "medium", "high"]
    qtbot.keyClick(view.editor, Qt.Key.Key_Escape)
    assert not shown(view)
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    qtbot.keyClick(view.editor, Qt.Key.Key_Left)
    assert not shown(view) and pane.document.revision == 0
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    pane.path_bar.search.setFocus()
    assert not shown(view)


def test_a_chosen_value_takes_the_place_of_the_old_one(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<level>low")
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    popup = view.assistant.completer.popup
    row = popup.model().index(2, 0)
    qtbot.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=popup.visualRect(row).center())
    qtbot.waitUntil(lambda: value(pane, "system/level") == "high")


def test_tags_close_themselves_and_lines_keep_their_indentation(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<hostname>pe1.fra</hostname>")
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(view.editor, "<debug>")
    qtbot.keyClick(view.editor, Qt.Key.Key_Escape)
    assert "\n  <debug></debug>\n" in view.editor.plain_text()
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert "\n  <debug>\n    \n  </debug>\n" in view.editor.plain_text()
    assert view.editor.textCursor().positionInBlock() == 4


def test_an_entry_brings_its_keys_in_json(qtbot, pane):
    view = view_of(pane, "json")
    put_cursor(view, '"seq": 10,\n        "action": "low"\n      },')
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    assert shown(view) == ["{ term }"]
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(view.editor, "15")
    qtbot.waitUntil(lambda: pane.document.changes() == 1)
    assert [child[0].text for child in sample.element(pane.document, "acl")] == ["10", "15", "20", "30"]
    assert pane.document.undo_text == "edit the text"
    qtbot.keyClick(view.editor, Qt.Key.Key_Z, Ctrl)
    assert not pane.document.is_dirty and '"seq": 15' not in view.editor.plain_text()


def test_a_member_and_its_value_are_completed_in_json(qtbot, pane):
    view = view_of(pane, "json")
    put_cursor(view, '"mtu": 1500,')
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(view.editor, '"')
    assert shown(view) == ["parent-if"], "all others are there"
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert shown(view) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert '"parent-if": "xe-0/0/0",\n' in view.editor.plain_text()
    qtbot.waitUntil(lambda: value(pane, "interfaces/interface[xe-0/0/1]/parent-if") == "xe-0/0/0")


def test_a_read_only_text_is_not_completed(qtbot, make):
    pane = make(sample.document(2), read_only=True)
    view = view_of(pane, "json")
    put_cursor(view, '"level": ')
    qtbot.keyClick(view.editor, Qt.Key.Key_Space, Ctrl)
    assert not shown(view) and view.editor.isReadOnly()


# JSON and comments


def test_broken_json_is_marked_in_words_and_leaves_the_document_alone(qtbot, pane):
    view = view_of(pane, "json", "both")
    put_cursor(view, '"mtu": 1500')
    qtbot.keyClick(view.editor, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: view.broken)
    line = view.editor.plain_text().split('"mtu": 1500')[0].count("\n") + 1
    words = view.banner.where.text()
    assert words.startswith(f"Line {line + 1}, column ") and "A comma, or the end of the object" in words
    assert any(problem.source == "json" and problem.line == line + 1 for problem in pane.problems)
    assert not pane.document.is_dirty
    qtbot.keyClick(view.editor, Qt.Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: not view.broken)
    assert not pane.document.is_dirty


def test_what_does_not_fit_the_schema_in_json_is_told(qtbot, pane):
    view = view_of(pane, "json")
    text = '{"ex:system": {"search": "one"}}'
    view.editor.selectAll()
    view.editor.insertPlainText(text)
    qtbot.waitUntil(lambda: view.broken)
    assert view.banner.where.text().startswith("Line 1, column 16: The leaf-list search is an array; here is a text.")


def test_json_says_where_it_cannot_be(qtbot, make):
    pane = make(Document(sample.text(1), None))
    view = view_of(pane, "json")
    assert view.focus_target() is view.nothing and "needs a schema" in view.nothing.text.text()


def test_comments_are_shown_and_edited_in_xml_and_stay_when_json_is_edited(qtbot, make):
    text = sample.text(2).replace(b"<level>low", b"<!--why low--><level>low")
    pane = make(Document(text, sample.schema(), name="a"))
    view = view_of(pane, "xml", "both")
    assert "\n  <!--why low-->\n  <level>low" in view.editor.plain_text()
    put_cursor(view, "<!--why")
    qtbot.keyClicks(view.editor, " so")
    qtbot.waitUntil(lambda: pane.document.can_undo)
    assert pane.document.changes() == 0 and pane.document.undo_text == "edit comments"
    editing.set_text(pane.document, sample.element(pane.document, "system/hostname"), "pe2")
    assert "<!--why so low-->" in view.editor.plain_text() and "pe2" in view.editor.plain_text()
    json = view_of(pane, "json")
    put_cursor(json, '"hostname": "pe')
    qtbot.keyClicks(json.editor, "9")
    qtbot.waitUntil(lambda: value(pane, "system/hostname") == "pe92")
    pane.set_view("xml")
    assert "<!--why so low-->" in view.editor.plain_text() and "pe92" in view.editor.plain_text()


def test_what_json_cannot_show_is_not_deleted_by_editing_json(qtbot, pane):
    view = view_of(pane, "json")
    assert sample.element(pane.document, "vendor/thing").get("a") == "1"
    put_cursor(view, '"hostname": "pe')
    qtbot.keyClicks(view.editor, "7")
    qtbot.waitUntil(lambda: value(pane, "system/hostname") == "pe71.fra")
    assert sample.element(pane.document, "vendor/thing").get("a") == "1" and pane.document.changes() == 1


# hovers, problems


def test_a_hover_tells_description_and_type(qtbot, pane):
    for key, before in (("xml", "<mt"), ("json", '"mt')):
        view = view_of(pane, key)
        words = view.assistant.hover_text(view.editor.plain_text().index(before) + 2)
        assert "The largest packet, in bytes" in words and "Whole number (uint16)" in words and "68 to 65535" in words
    assert view.assistant.hover_text(0) == ""


def test_problems_are_underlined_and_told(qtbot, pane):
    view = view_of(pane, "xml", "both")
    found = {sample.element(pane.document, MTU): Problem("error", "", "mtu is too small.")}
    view.assistant.set_problems(lambda: found)
    view.assistant.show_problems()
    text = view.editor.plain_text()
    (mark,) = view.editor.marks
    assert text[mark.start : mark.end] == "1500" and mark.ink == "error"
    assert view.assistant.hover_text(mark.start + 1) == "mtu is too small."
    found.clear()
    view.assistant.show_problems()
    assert view.editor.marks == ()


# folding


def test_folding_by_keys_and_in_the_margin(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<hostname>")
    hidden = view.editor.document().findBlockByNumber(1)
    qtbot.keyClick(view.editor, Qt.Key.Key_F9)
    assert view.editor.folding.folded() == {0} and not hidden.isVisible()
    assert view.editor.textCursor().blockNumber() == 0
    assert not pane.grab().isNull()
    qtbot.keyClick(view.editor, Qt.Key.Key_F9)
    assert hidden.isVisible()
    margin = view.editor.findChild(type(view.editor._margin), "xmlEditorNumbers")
    spot = QPoint(margin.width() - 6, 4)
    qtbot.mouseMove(margin, spot)
    qtbot.mouseClick(margin, Qt.MouseButton.LeftButton, pos=spot)
    assert view.editor.folding.folded() == {0} and not hidden.isVisible()
    qtbot.keyClick(view.editor, Qt.Key.Key_F9, Ctrl | Shift)
    assert hidden.isVisible() and not view.editor.folding.folded()
    qtbot.keyClick(view.editor, Qt.Key.Key_F9, Shift)
    assert len(view.editor.folding.folded()) > 3


def test_folds_stay_while_the_text_changes_and_open_for_the_cursor(qtbot, pane):
    view = view_of(pane, "json", "both")
    line = view.editor.plain_text().split('"ex:interfaces"')[0].count("\n")
    view.editor.folding.set_folded(line, True)
    editing.remove(pane.document, sample.element(pane.document, "system/level"))
    assert view.editor.folding.folded() == {line - 1}
    pane.tree.setFocus()
    pane.show_element(sample.element(pane.document, MTU))
    assert not view.editor.folding.folded() and view.editor.textCursor().block().isVisible()


# to the tree and back


def test_cursors_follow_each_other(qtbot, pane):
    for key, behind in (("xml", "<mtu>150"), ("json", '"mtu": 150')):
        view = view_of(pane, key, "both")
        view.editor.setFocus()
        put_cursor(view, behind)
        qtbot.waitUntil(lambda: pane.row is not None and pane.row.own_element is sample.element(pane.document, MTU))
        assert view.editor.hasFocus(), "the focus stays"
        pane.tree.setFocus()
        pane.show_element(sample.element(pane.document, "system/level"))
        line = view.editor.textCursor().block().text()
        assert "level" in line and pane.tree.hasFocus()


def test_f12_and_ctrl_click_lead_to_the_tree(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<mtu>150")
    qtbot.keyClick(view.editor, Qt.Key.Key_F12)
    assert pane.view == "tree" and pane.tree.hasFocus()
    assert pane.row.own_element is sample.element(pane.document, MTU)
    view = view_of(pane, "json", "both")
    put_cursor(view, '"hostname"')
    spot = view.editor.cursorRect().center()
    QTest.mouseClick(view.editor.viewport(), Qt.MouseButton.LeftButton, Ctrl, spot)
    assert pane.row.own_element is sample.element(pane.document, "system/hostname") and pane.tree.hasFocus()


def test_the_current_node_is_shown_in_the_text(qtbot, pane):
    pane.show_element(sample.element(pane.document, MTU))
    pane.show_in_text()
    assert pane.view == "both" and pane.xml.editor.hasFocus()
    assert pane.xml.editor.textCursor().block().text().strip() == "<mtu>1500</mtu>"


# formatting and undo


def test_formatting_is_one_step(qtbot, pane):
    view = view_of(pane, "xml")
    neat = view.editor.plain_text()
    put_cursor(view, "</hostname>")
    qtbot.keyClicks(view.editor, "    ")
    qtbot.waitUntil(lambda: not view.pending)
    untidy = view.editor.plain_text()
    qtbot.keyClick(view.editor, Qt.Key.Key_J, Ctrl | Shift)
    assert view.editor.plain_text() == neat != untidy
    qtbot.waitUntil(lambda: not view.pending)
    qtbot.keyClick(view.editor, Qt.Key.Key_Z, Ctrl)
    assert view.editor.plain_text() == untidy
    qtbot.keyClick(view.editor, Qt.Key.Key_Z, Ctrl | Shift)
    assert view.editor.plain_text() == neat and not pane.document.can_undo


def test_typed_no_break_spaces_stay(qtbot, pane):
    view = view_of(pane, "xml")
    put_cursor(view, "<description>Tran")
    view.editor.textCursor().insertText("\u00a0")
    qtbot.waitUntil(lambda: value(pane, "interfaces/interface[xe-0/0/1]/description") == "Tran\u00a0sit")


def test_the_context_menu_offers_what_can_be_done(qtbot, pane):
    view = view_of(pane, "xml")
    view.editor.customContextMenuRequested.emit(QPoint(80, 40))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [one.text().replace("&", "") for one in menu.actions() if one.text()]
    assert texts[:4] == ["Complete", "Go to tree", "Format", "Fold or unfold here"]
    menu.close()
    assert any(one.text().replace("&", "") == "JSON text" for one in pane.edit_actions())


# large texts


@pytest.mark.parametrize("key", ["xml", "json"])
def test_large_texts_are_made_and_read_on_another_thread(qtbot, make, monkeypatch, key):
    language = replace(XML if key == "xml" else JSON, at_once=500)
    monkeypatch.setattr(xml_view if key == "xml" else json_view, key.upper(), language)
    pane = make(sample.document(50))
    pane.set_view(key)
    pane.set_view("both")
    view = pane.side.view(key)
    qtbot.waitUntil(lambda: view.focus_target() is view.editor, timeout=WAIT)
    pane.show_element(sample.element(pane.document, MTU))
    qtbot.waitUntil(lambda: "mtu" in view.editor.textCursor().block().text(), timeout=WAIT)
    assert not view.editor.isReadOnly()
    view.editor.setFocus()
    put_cursor(view, "<mtu>150" if key == "xml" else '"mtu": 150')
    qtbot.keyClicks(view.editor, "7")
    qtbot.waitUntil(lambda: value(pane, MTU) == "15070", timeout=WAIT)
    qtbot.waitUntil(lambda: not view.pending, timeout=WAIT)
    editing.set_text(pane.document, sample.element(pane.document, MTU), "1600")
    qtbot.waitUntil(lambda: "1600" in view.editor.plain_text(), timeout=WAIT)
    put_cursor(view, "<mtu>" if key == "xml" else '"mtu"')
    qtbot.keyClicks(view.editor, '"')
    qtbot.keyClicks(view.editor, "<{")
    qtbot.waitUntil(lambda: view.broken, timeout=WAIT)
    view.restore()
    qtbot.waitUntil(lambda: "1600" in view.editor.plain_text() and not view.holds_text, timeout=WAIT)


# looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_are_drawn_in_both_themes(qtbot, pane, scheme):
    theme().apply(scheme, font_px=13)
    for key in ("xml", "json"):
        view = view_of(pane, key, "both")
        view.editor.folding.set_folded(2 if key == "json" else 0, True)
        view.editor.hovered.emit(3, view.editor.mapToGlobal(QPointF(5, 5).toPoint()))
        assert not pane.grab().isNull()
