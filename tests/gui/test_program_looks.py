"""What the whole window looks like where room is short or the text large: nothing is cut off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.panes.document import DocumentPane
from tests.gui.whole import add, connect

NOTE = "2 modules of a-router-with-a-long-name.example.net cannot be used; what they describe is shown as plain XML."


def file_document(program: Program, qtbot: QtBot, folder: Path) -> DocumentPane:
    path = folder / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    return program.documents.panes[0]


def test_a_long_note_leaves_the_session_in_sight(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    status = program.window.status
    qtbot.waitUntil(lambda: status.session.isVisible() and status.keyring.isVisible())
    status.tell(NOTE)
    status.say_errors(12, 3)
    shown = (status.connection, status.lock, status.errors, status.notice, status.keyring, status.session)
    qtbot.waitUntil(lambda: all(item.width() >= item.minimumSizeHint().width() for item in shown))
    assert program.window.width() == 1366
    for item in shown:
        assert item.geometry().right() < status.width(), item.objectName()
    assert status.session.width() >= status.session.sizeHint().width(), "whole"
    assert status.notice.text == NOTE and status.notice.toolTip() == NOTE


def test_bars_of_a_document_follow_the_text_size(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    pane = file_document(program, qtbot, tmp_path)
    bars: list[QWidget] = [pane.path_bar, pane.view_bar, pane.path_bar.search]
    before = [(bar.height(), bar.minimumHeight()) for bar in bars]
    for _ in range(4):
        program.window.actions_.larger.trigger()
    after = [bar.height() for bar in bars]
    assert after[0] == after[1] == round(36 * 17 / 13), (before, after)
    for bar in bars:
        assert bar.height() >= bar.minimumSizeHint().height()
    assert pane.path_bar.search.width() == round(230 * 17 / 13)
    program.window.actions_.normal_size.trigger()


def test_the_node_pane_never_scrolls_sideways(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    """A long value on the button that brings it back does not widen the pane."""
    pane = file_document(program, qtbot, tmp_path)
    pane.document.replace_text(pane.document.text().replace(b">a<", b">a-long-host-name<"))
    pane.document.rebase(pane.document.snapshot().data)
    pane.document.replace_text(pane.document.text().replace(b">a-long-host-name<", b">b<"))
    pane.jump("/*[1]/*[1]")
    pane.tree.expandAll()
    pane.tree.setCurrentIndex(pane.model.index(0, 0, pane.model.index(0, 0)))
    node = program.node
    for font in (13, 17):
        program._resize_text(font)
        qtbot.waitUntil(node.revert.isVisible)
        bar = node._scroll.horizontalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() == 0)  # noqa: B023
        assert "a-long-host-name" in node.revert.toolTip()
