"""Widgets that make do with the room there is."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.fitting import ButtonRows, ScrolledPage


def test_buttons_go_on_in_the_next_row(qtbot: QtBot) -> None:
    buttons = [QPushButton(f"Button number {number}") for number in range(6)]
    rows = ButtonRows("rows", "Rows", buttons)
    qtbot.addWidget(rows)
    wide = buttons[0].sizeHint().width()
    rows.resize(wide * 8, 60)
    rows.show()
    qtbot.waitUntil(lambda: len({button.y() for button in buttons}) == 1, timeout=10_000)
    rows.resize(wide * 2 + 60, 200)
    qtbot.waitUntil(lambda: len({button.y() for button in buttons}) == 3, timeout=10_000)
    assert all(button.width() >= button.sizeHint().width() for button in buttons), "no word is cut"


def test_a_high_page_scrolls(qtbot: QtBot) -> None:
    page = QLabel("\n".join(["line"] * 200))
    area = ScrolledPage("area", "Area", page)
    qtbot.addWidget(area)
    assert area.sizeHint().height() == page.sizeHint().height()
    assert area.minimumSizeHint().height() < page.sizeHint().height() / 4


def test_the_device_dialog_can_be_lower_than_its_pages(qtbot: QtBot) -> None:
    dialog = DeviceDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    dialog.resize(dialog.width(), 400)
    assert dialog.minimumSizeHint().height() <= 400, "title and buttons stay in sight on a low screen"
    assert dialog.findChild(QToolButton, "devicePages_profile") is not None
