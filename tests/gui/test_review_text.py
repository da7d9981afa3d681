"""The text of a review: lines against lines, folded, side by side or unified, drawn only where it is seen."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from netconf_gui.gui.models.diff_text import TextRows, compare_texts, words
from netconf_gui.gui.panes.diff_text_view import DiffTextView
from tests.gui.review_sample import PATIENCE, edited, open_review

OLD = """<a>
  <list>
    <entry>
      <name>one</name>
      <mtu>1500</mtu>
    </entry>
    <entry>
      <name>two</name>
      <mtu>1500</mtu>
    </entry>
  </list>
</a>"""


def all_rows(rows: TextRows):
    return [rows.row(number) for number in range(rows.count)]


def texts(found, side: str) -> list[str]:
    """The lines that the rows show of one side, gaps opened."""
    lines = found.difference.old if side == "old" else found.difference.new
    return [lines[getattr(row, side)] for row in all_rows(found) if getattr(row, side) >= 0]


def test_rows_show_every_line_of_both_sides_once():
    chance = random.Random(7)
    old = [f"<leaf-{number % 13}>{number}</leaf-{number % 13}>" for number in range(400)]
    new = [line for line in old if chance.random() > 0.1]
    for _ in range(40):
        new.insert(chance.randrange(len(new)), f"<leaf-{chance.randrange(13)}>new</leaf>")
    for layout in ("side", "unified"):
        rows = TextRows(compare_texts("\n".join(old), "\n".join(new)), layout)
        rows.unfold_all()
        assert rows.gaps == 0
        assert texts(rows, "old") == old and texts(rows, "new") == new
        assert len(rows.changes) == rows.difference.changes
        assert all(rows.row(row).state != "same" for row in rows.changes)


def test_long_equal_stretches_are_folded_until_they_are_opened():
    old = [f"line {number}" for number in range(100)]
    new = [*old[:50], "another", *old[51:]]
    rows = TextRows(compare_texts("\n".join(old), "\n".join(new)))
    gaps = [number for number, row in enumerate(all_rows(rows)) if row.state == "gap"]
    assert [rows.row(number).hidden for number in gaps] == [47, 46]
    assert rows.unfold(gaps[0]) and not rows.unfold(gaps[0])
    assert rows.gaps == 1 and rows.row(0) == ("same", 0, 0, 0)
    rows.fold_all()
    assert rows.gaps == 2


def test_partners_are_lines_of_the_same_element():
    new = OLD.replace(
        "<name>two</name>\n      <mtu>1500</mtu>", "<name>2</name>\n      <speed>9</speed>\n      <mtu>9000</mtu>"
    )
    rows = TextRows(compare_texts(OLD, new))
    seen = [(row.state, row.old, row.new) for row in all_rows(rows) if row.state not in ("same", "gap")]
    assert seen == [("changed", 7, 7), ("added", -1, 8), ("changed", 8, 9)]
    assert words("<mtu>1500</mtu>", "<mtu>9000</mtu>") == ([(5, 4)], [(5, 4)])
    rows.set_layout("unified")
    states = {row.old: rows.partner(row) for row in all_rows(rows) if row.state == "removed"}
    assert states == {7: (7, 7), 8: (8, 9)}


def test_a_new_entry_begins_with_its_own_tag():
    entry = "    <entry>\n      <name>one</name>\n      <mtu>1500</mtu>\n    </entry>\n"
    new = OLD.replace("    <entry>\n      <name>two", entry.replace("one", "new") + "    <entry>\n      <name>two")
    rows = TextRows(compare_texts(OLD, new))
    added = [rows.difference.new[row.new].strip() for row in all_rows(rows) if row.state == "added"]
    assert added[0] == "<entry>" and added[-1] == "</entry>"


def test_nothing_and_something():
    rows = TextRows(compare_texts("", "a\nb"))
    assert [row.state for row in all_rows(rows)] == ["added", "added"]
    assert TextRows(compare_texts("", "")).count == 0
    with pytest.raises(IndexError):
        rows.row(2)


@pytest.fixture
def view(qtbot):
    made = DiffTextView("diffText", "Differences as text")
    qtbot.addWidget(made)
    made.resize(900, 400)
    old = [f"<leaf>{number}</leaf>" for number in range(1000)]
    new = [line.replace("500", "five") for line in old]
    made.show_rows(TextRows(compare_texts("\n".join(old), "\n".join(new))))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_keys_move_open_and_copy(view, qtbot):
    assert view.rows.row(0).state == "gap"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.rows.gaps == 1 and view.rows.row(0).state == "same"
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.current == view.rows.count - 1
    view.go_to_change(0)
    assert view.accessibleDescription() == "line 501 changed: <leaf>500</leaf> → <leaf>five</leaf>"
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "<leaf>five</leaf>\n<leaf>501</leaf>"
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "<leaf>500</leaf>\n<leaf>501</leaf>"
    view.set_layout("unified")
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    copied = view.selected_text().split("\n")
    assert copied[500:502] == ["- <leaf>500</leaf>", "+ <leaf>five</leaf>"] and len(copied) == 1001


def test_a_click_opens_a_gap_and_the_strip_leads_to_changes(view, qtbot):
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(450, 5))
    assert view.rows.gaps == 1
    strip = view.overview
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(4, strip.height() - 2))
    assert view.verticalScrollBar().value() > 100
    assert not view.grab().isNull()


def test_what_is_drawn_does_not_depend_on_the_length(qtbot):
    """Only rows in sight are asked for."""
    made = DiffTextView("diffText", "Differences as text")
    qtbot.addWidget(made)
    made.resize(900, 300)
    chance = random.Random(3)
    old = [f"  <leaf-{number % 97}>{number}</leaf-{number % 97}>" for number in range(100_000)]
    new = list(old)
    for number in chance.sample(range(100_000), 5_000):
        new[number] += " <!-- x -->"
    made.show_rows(TextRows(compare_texts("\n".join(old), "\n".join(new))))
    made.unfold_all()
    asked = []
    rows, ask = made.rows, made.rows.row
    rows.row = lambda number: asked.append(number) or ask(number)  # type: ignore[method-assign]
    made.show()
    qtbot.waitExposed(made)
    made.go_to_change(2_500)
    asked.clear()
    made.viewport().grab()
    assert 0 < len(asked) < 100
    assert rows.count == 100_000


def test_the_review_reads_the_text_when_it_is_looked_at(qtbot):
    with open_review(qtbot, edited()) as (made, pane):
        assert made.text.rows.count == 0
        qtbot.keyClick(made, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: made.count > 0, timeout=PATIENCE)
        assert made.splitter.orientation() is Qt.Orientation.Vertical
        assert made.text.layout_ == "side" and made.bar.position.text() == f"1 of {made.count}"
        qtbot.keyClick(made, Qt.Key.Key_F8)
        assert made.bar.position.text() == f"2 of {made.count}"
        qtbot.keyClick(made, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
        assert made.text.layout_ == "unified" and made.bar.position.text() == f"2 of {made.count}"
        before = made.count
        pane.undo()  # the move
        qtbot.waitUntil(lambda: made.count < before, timeout=PATIENCE)
        qtbot.keyClick(made, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        assert made.modes.current == "tree" and made.splitter.orientation() is Qt.Orientation.Horizontal


def test_lines_are_found_in_both_texts_and_gaps_opened():
    new = OLD.replace("<name>two</name>", "<name>2</name>").replace("</list>", "</list>\n  <more>two</more>")
    for layout in ("side", "unified"):
        rows = TextRows(compare_texts(OLD + "\n" * 40 + "<two/>", new + "\n" * 40 + "<two/>"), layout)
        assert rows.gaps == 2
        hits = rows.hits("two")
        assert len(hits) == 3
        shown = [rows.row(rows.row_of_line(hit)) for hit in hits]
        lines = [rows.difference.new[row.new] if row.old < 0 else rows.difference.old[row.old] for row in shown]
        assert [line.strip() for line in lines] == ["<name>two</name>", "<more>two</more>", "<two/>"]
        assert rows.gaps == 1, "only what hid one was opened"
        for hit in hits:
            row = rows.row_of_line(hit)
            assert rows.line_at(row) <= hit <= rows.line_at(row, last=True)


def test_find_goes_through_changes_and_lines(qtbot):
    with open_review(qtbot, edited()) as (made, _pane):
        made.find()
        finder = made.finder
        qtbot.keyClicks(finder.field, "xe-0/0/1")
        qtbot.keyClick(finder.field, Qt.Key.Key_Return)
        assert finder.words.text() == "1 of 1" and made.bar.position.text() == "1 of 4"
        made.modes.choose("side")
        qtbot.waitUntil(lambda: made.count > 0, timeout=PATIENCE)
        finder.start()
        qtbot.keyClicks(finder.field, "9192")
        for _ in range(2):
            qtbot.keyClick(finder.field, Qt.Key.Key_Return)
            assert "9192" in made.text.words_of(made.text.current) and finder.words.text() == "1 of 1"
        finder.field.setText("prefix-length")
        qtbot.keyClick(finder.field, Qt.Key.Key_F3)
        assert "prefix-length" in made.text.words_of(made.text.current), "what was folded is opened"
        finder.field.setText("nowhere")
        qtbot.keyClick(finder.field, Qt.Key.Key_Return)
        assert finder.words.text() == "Nothing found"
        qtbot.keyClick(finder.field, Qt.Key.Key_Escape)
        assert not finder.isVisible() and made.text.hasFocus()
