"""*Copy as* with real keys: the node under the cursor in other tools' notations."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from netconf_gui.gui.application import Program
from netconf_gui.gui.panes.document import DocumentPane
from tests.gui.whole import LONG

TEXT = '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>'


@pytest.fixture
def pane(program: Program, qtbot: QtBot, tmp_path: Path) -> DocumentPane:
    path = tmp_path / "a.xml"
    path.write_text(TEXT, "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1, timeout=LONG)
    pane = program.documents.panes[0]
    pane.tree.setFocus()
    pane.show_element(pane.document.root[0][0])
    return pane


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Qt.Key.Key_X, "hostname"),
        (Qt.Key.Key_F, "<hostname"),
        (Qt.Key.Key_R, "/restconf/data/"),
        (Qt.Key.Key_C, "curl --user admin"),
        (Qt.Key.Key_N, "from ncclient import manager"),
    ],
)
def test_two_strokes_copy_the_node(program: Program, qtbot: QtBot, pane: DocumentPane, key: Qt.Key, text: str) -> None:
    QGuiApplication.clipboard().clear()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pane.tree, Qt.Key.Key_Y, both)
    qtbot.keyClick(pane.tree, key)
    qtbot.waitUntil(lambda: text in QGuiApplication.clipboard().text(), timeout=LONG)
    assert program.window.status.notice.text.startswith("Copied as ")


def test_the_menu_stands_in_edit_and_says_what_cannot_be(program: Program, qtbot: QtBot, pane: DocumentPane) -> None:
    menu = pane.findChild(QMenu, "copyAsMenu")
    assert menu is not None and menu.menuAction() in program.window.menus.edit.actions()
    assert [one.text() for one in menu.actions()][:2] == ["XPath", "Instance-identifier"]


def test_what_has_no_name_elsewhere_is_told(program: Program, qtbot: QtBot, pane: DocumentPane) -> None:
    pane.document.replace_text(b'<a xmlns="urn:x"><item><b>1</b></item><item><b>1</b></item></a>')
    pane.show_element(pane.document.root[0][1])
    act = pane.findChild(QAction, "copyAsGnmiAction")
    assert act is not None
    act.trigger()
    qtbot.waitUntil(lambda: "gNMI cannot name it" in program.window.status.notice.text, timeout=LONG)
