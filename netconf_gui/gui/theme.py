"""The look in force: which tokens, which fonts, how large; palette and style sheet made from them.

`theme()` is the one Theme of the program.  It follows the system's light or dark, or a chosen one, and tells by
`changed` when colours or sizes are others; icons keep their colour, so `icons` makes them anew then.
Colours themselves are in `tokens.py`; the style sheet's text is `resources/themes/app.qss`.
"""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QFile, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from netconf_gui.gui._generated import resources_rc
from netconf_gui.gui.tokens import DARK, LIGHT, SIZES, Tokens

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = ("system", "light", "dark")
SMALLEST, LARGEST = 10, 22  # interface font, px

resources_rc.qInitResources()

_INTERFACE = {
    "win32": ("Segoe UI Variable Text", "Segoe UI"),
    "darwin": (),
    "linux": ("Inter", "Noto Sans", "DejaVu Sans"),
}
_MONO = {
    "win32": ("Cascadia Mono", "Consolas"),
    "darwin": ("SF Mono", "Menlo"),
    "linux": ("JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"),
}


def style_sheet(tokens: Tokens, factor: float) -> str:
    """The style sheet for `tokens`; every length over 2 px is scaled by `factor`."""
    source = QFile(":/themes/app.qss")
    if not source.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError("app.qss is not among the compiled resources")
    text = bytes(source.readAll().data()).decode("utf-8")
    source.close()
    mono = ", ".join(f'"{name}"' for name in _families(True))
    values = {**tokens.by_name(), "mono": mono, "dir": f":/themes/{'dark' if tokens.dark else 'light'}"}
    text = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)

    def scale(match: re.Match[str]) -> str:
        length = int(match[1])
        return f"{length if length <= 2 else round(length * factor)}px"

    return re.sub(r"(\d+)px", scale, text)


def palette(tokens: Tokens) -> QPalette:
    """The palette for `tokens`; Highlight is the select fill, so selected rows keep their mark colours."""
    made = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: tokens.chrome,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.alt,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.text3,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.on_accent,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.select,
        role.HighlightedText: tokens.text,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line2,
        role.Dark: tokens.control,
        role.Shadow: tokens.line2,
    }
    for one, colour in colours.items():
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        made.setColor(group.Disabled, one, QColor(tokens.disabled))
    made.setColor(group.Disabled, role.Base, QColor(tokens.chrome))
    made.setColor(group.Disabled, role.Highlight, QColor(tokens.select_off))
    made.setColor(group.Inactive, role.Highlight, QColor(tokens.select_off))
    return made


@cache
def _families(mono: bool) -> tuple[str, ...]:
    """The families to use here; looked up once, since asking Qt is slow for something done while painting."""
    table, system = (
        (_MONO, QFontDatabase.SystemFont.FixedFont) if mono else (_INTERFACE, QFontDatabase.SystemFont.GeneralFont)
    )
    wanted = table.get(sys.platform, table["linux"])
    found = tuple(name for name in wanted if QFontDatabase.hasFamily(name))
    return found or (QFontDatabase.systemFont(system).family(),)


@lru_cache(maxsize=128)
def _font(mono: bool, px: int, weight: int, italic: bool) -> QFont:
    font = QFont()
    font.setFamilies(list(_families(mono)))
    if mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFixedPitch(True)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setItalic(italic)
    return font


class Theme(QObject):
    """What is drawn with: read `tokens`, `px()`, `color()`, `font()`; listen to `changed`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.mode: Mode = "system"
        self.font_px = SIZES.font
        self._applying = False
        self._following = False

    @property
    def factor(self) -> float:
        """The user's font size over 13 px; all sizes scale with it."""
        return self.font_px / SIZES.font

    def px(self, length: float) -> int:
        """`length` (px at the base font size) at the size in force."""
        return max(1, round(length * self.factor))

    @property
    def row_height(self) -> int:
        """Height of a tree or table row in px."""
        return self.px(SIZES.row)

    def color(self, token: str) -> QColor:
        """The colour of a token, by its name in `Tokens`."""
        return QColor(getattr(self.tokens, token))

    def font(self, size: int = SIZES.font, *, weight: int = 400, italic: bool = False) -> QFont:
        """The interface font; `size` in px at the base font size."""
        return QFont(_font(False, self.px(size), weight, italic))

    def mono(self, size: int = SIZES.caption, *, weight: int = 400) -> QFont:
        """The font of values, paths and XML."""
        return QFont(_font(True, self.px(size), weight, False))

    def apply(self, mode: Mode | None = None, *, font_px: int | None = None) -> None:
        """Use `mode` (system, light, dark) and interface font size (px) from now on; None keeps what is."""
        app = QApplication.instance()
        if not isinstance(app, QApplication) or self._applying:
            return
        self._applying = True
        before = (self.tokens, self.font_px)
        try:
            self.mode = mode or self.mode
            self.font_px = min(max(font_px or self.font_px, SMALLEST), LARGEST)
            hints = QGuiApplication.styleHints()
            if not self._following:
                hints.colorSchemeChanged.connect(self._system_changed)
                self._following = True
            if self.mode == "system":
                hints.unsetColorScheme()
            else:
                hints.setColorScheme(Qt.ColorScheme.Dark if self.mode == "dark" else Qt.ColorScheme.Light)
            dark = self.mode == "dark" or (self.mode == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
            self.tokens = DARK if dark else LIGHT
            if app.styleSheet() and (self.tokens, self.font_px) == before:
                return  # a style sheet polishes every widget anew, also when it is the same
            self._dress(app)
        finally:
            self._applying = False
        self.changed.emit()

    def _dress(self, app: QApplication) -> None:
        # under a style sheet the style does not say its name any more, and setting it polishes every widget
        if not app.styleSheet():
            fusion = QStyleFactory.create("Fusion")
            if fusion is not None:
                app.setStyle(fusion)
        app.setFont(self.font())
        app.setPalette(palette(self.tokens))
        app.setStyleSheet(style_sheet(self.tokens, self.factor))

    def _system_changed(self) -> None:
        if self.mode == "system":
            self.apply()


_theme: Theme | None = None


def theme() -> Theme:
    """The one Theme of the program (made on first use, on the GUI thread)."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme
