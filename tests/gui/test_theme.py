"""The theme in force: palette, live switching, sizes, icons that follow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.gui import icons
from netconf_gui.gui.theme import LARGEST, SMALLEST, theme
from netconf_gui.gui.tokens import DARK, LIGHT


def ink(icon: QIcon) -> str:
    """The colour of the most opaque pixel of an icon."""
    image = icon.pixmap(QSize(16, 16)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda pixel: pixel.alpha()).name().upper()


def test_switching_changes_palette_and_tells(qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().apply("dark")
    assert theme().tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == DARK.surface
    assert qapp.palette().color(QPalette.ColorRole.Highlight).name().upper() == DARK.select
    theme().apply("light")
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == LIGHT.surface


def test_sizes_follow_the_font_size_within_limits(qtbot: QtBot) -> None:
    theme().apply(font_px=26)
    assert theme().font_px == LARGEST
    theme().apply(font_px=4)
    assert theme().font_px == SMALLEST
    theme().apply(font_px=13)
    assert theme().row_height == 24
    assert theme().font().pixelSize() == 13
    assert theme().mono().pixelSize() == 12


def test_bound_icons_are_made_anew_when_the_theme_changes(qtbot: QtBot) -> None:
    theme().changed.connect(icons.refresh)
    window = QWidget()
    qtbot.addWidget(window)
    button, act = QToolButton(window), QAction(window)
    picture = QLabel(window)
    for target in (button, act, picture):
        icons.bind(target, "refresh")
    assert ink(act.icon()) == LIGHT.text2
    theme().apply("dark")
    assert ink(button.icon()) == DARK.text2
    assert ink(act.icon()) == DARK.text2
    assert ink(QIcon(picture.pixmap())) == DARK.text2
    theme().changed.disconnect(icons.refresh)


ALL = [*icons.PHOSPHOR, *(f"node:{kind}" for kind in icons.NODE_KINDS), *(f"state:{one}" for one in icons.STATES)]


@pytest.mark.parametrize("name", ALL)
def test_every_icon_is_drawn_in_its_ink(qtbot: QtBot, name: str) -> None:
    image = icons.named(name, "error").pixmap(QSize(16, 16)).toImage()
    opaque = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 100
    ]
    assert len(opaque) >= 4
    assert all(abs(pixel.red() - theme().color("error").red()) <= 3 for pixel in opaque)


def test_unknown_icons_are_refused(qtbot: QtBot) -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")
    with pytest.raises(FileNotFoundError):
        icons.node_icon("no-such-kind")
