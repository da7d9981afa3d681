"""All icons: Phosphor from QtAwesome by the program's own names, and own SVGs for YANG nodes and device states.

`icon()` gives a QIcon in a token's colour, made once per theme; `bind()` gives a button, action or label its icon
for good: when the theme changes, `refresh()` makes it anew.  Icons are kept as pixmaps at several scales, so
nothing of Python runs while they are painted.
"""

from __future__ import annotations

import functools
import os
import time
from functools import lru_cache

from PySide6.QtCore import QByteArray, QFile, QIODevice, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolBar, QToolButton, QWidget
from shiboken6 import isValid

from netconf_gui.gui.theme import theme

# qtawesome reads it when it is imported
os.environ.setdefault("QT_API", "pyside6")
import qtawesome

# the program's word for it -> Phosphor's
PHOSPHOR = {
    "add": "plus",
    "connect": "link",
    "disconnect": "link-break",
    "refresh": "arrows-clockwise",
    "undo": "arrow-counter-clockwise",
    "redo": "arrow-clockwise",
    "validate": "checks",
    "diff": "git-diff",
    "apply": "paper-plane-right",
    "guard": "shield-check",
    "confirm": "check",
    "roll-back": "arrow-u-up-left",
    "close": "x",
    "stop": "stop-circle",
    "locked": "lock-simple",
    "unlocked": "lock-simple-open",
    "datastore": "database",
    "draft": "note-pencil",
    "snapshot": "clock-counter-clockwise",
    "stale": "clock-counter-clockwise",
    "sessions": "users",
    "search": "magnifying-glass",
    "filter": "funnel-simple",
    "show-unset": "eye",
    "hide": "eye-slash",
    "tree": "tree-structure",
    "xml": "code",
    "json": "brackets-curly",
    "format": "text-align-left",
    "table": "table",
    "columns": "columns",
    "copy": "copy",
    "duplicate": "copy-simple",
    "paste": "clipboard-text",
    "cut": "scissors",
    "rename": "pencil-line",
    "first": "arrow-line-up",
    "last": "arrow-line-down",
    "delete": "trash",
    "unset": "eraser",
    "edit": "pencil-simple",
    "save": "floppy-disk",
    "open": "folder-open",
    "export": "export",
    "import": "download-simple",
    "merge": "git-merge",
    "demo": "flask",
    "device": "hard-drives",
    "fleet": "stack",
    "group": "folder-simple",
    "error": "warning-circle",
    "warning": "warning",
    "info": "info",
    "success": "check-circle",
    "activity": "activity",
    "wire": "terminal-window",
    "settings": "gear-six",
    "host-key": "fingerprint",
    "certificate": "identification-card",
    "call-home": "phone-incoming",
    "credentials": "key",
    "home": "house",
    "more": "dots-three-vertical",
    "up": "caret-up",
    "down": "caret-down",
    "left": "caret-left",
    "right": "caret-right",
    "file": "file-text",
    "hash": "hash",
    "timer": "timer",
    "clock": "clock",
    "nothing": "circle-dashed",
    "problems": "warning-circle",
    "fix": "wrench",
    "node": "leaf",
    "move-up": "arrow-up",
    "move-down": "arrow-down",
    "arrow": "arrow-right",
    "expand": "arrows-out-line-vertical",
    "collapse": "arrows-in-line-vertical",
    "pin": "push-pin",
    "pause": "pause",
    "question": "question",
    "external": "arrow-square-out",
    "list": "list-bullets",
    "zoom-in": "magnifying-glass-plus",
    "zoom-out": "magnifying-glass-minus",
    "zoom-fit": "arrows-out",
    "schema": "book-open",
    "back": "arrow-left",
    "graph": "share-network",
    "swap": "arrows-left-right",
    "calendar": "calendar-blank",
    "target": "crosshair-simple",
    "favourite": "star",
    "console": "terminal",
    "notification": "bell",
}
# own SVGs, resources/icons/yang
NODE_KINDS = (
    "container",
    "presence",
    "list",
    "entry",
    "bucket",
    "leaf",
    "leaf-list",
    "key",
    "choice",
    "case",
    "rpc",
    "action",
    "notification",
    "anydata",
    "when-false",
)
# own SVGs, resources/icons/state
STATES = ("connected", "offline", "connecting")

# px that are drawn exactly (14, 16 and 24 at ratios 1 and 2, heads of dialogs); others are scaled down
_SCALES = (14, 16, 24, 28, 32, 48)
_DISABLED_SCALES = (16, 32)
_SLICE = 0.01  # seconds of drawing between two turns of the window
_WARMING = 20  # ms between two icons that are drawn in advance


def icon(name: str, ink: str = "text2") -> QIcon:
    """The icon of that name (a key of PHOSPHOR) in that token's colour; KeyError for unknown names."""
    return _phosphor(PHOSPHOR[name], theme().color(ink).name(), theme().tokens.disabled)


def node_icon(kind: str, ink: str = "text2") -> QIcon:
    """The icon of a YANG node: one of NODE_KINDS."""
    return _svg(f":/icons/yang/{kind}.svg", theme().color(ink).name(), theme().tokens.disabled)


def state_icon(state: str, ink: str = "text2") -> QIcon:
    """The shape that tells a device's state: one of STATES."""
    return _svg(f":/icons/state/{state}.svg", theme().color(ink).name(), theme().tokens.disabled)


def logo(size: int, ratio: float = 1.0) -> QPixmap:
    """The program's logo, `size` px square at the given device pixel ratio."""
    pixmap = _render(_read(":/logo.svg"), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def app_icon() -> QIcon:
    """The window's icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(logo(size))
    return made


def pixmap(made: QIcon, size: int, ratio: float) -> QPixmap:
    """`made` at `size` logical px for a screen of that ratio."""
    return made.pixmap(QSize(size, size), ratio)


def bind(target: QAction | QAbstractButton | QLabel, name: str, ink: str = "text2", *, size: int = 16) -> None:
    """Give `target` an icon (of PHOSPHOR, or "node:KIND", "state:STATE") that follows the theme; `size` for labels."""
    target.setProperty("iconName", name)
    target.setProperty("iconToken", ink)
    target.setProperty("iconPx", size)
    _dress(target)


def refresh() -> None:
    """Make every bound icon anew, those that can be seen first; called when the theme has changed."""
    bound = [
        child
        for window in QApplication.topLevelWidgets()
        for child in window.findChildren(QObject)
        if child.property("iconName")
    ]
    hidden: list[QObject] = []
    for child in bound:
        if _is_seen(child):
            _dress(child)
        else:
            hidden.append(child)
    _dress_later(hidden)


def _is_seen(target: QObject) -> bool:
    """Whether a widget, or a tool button of an action, is on the screen."""
    if isinstance(target, QAction):
        return any(isinstance(one, QToolBar | QToolButton) and one.isVisible() for one in target.associatedObjects())
    return isinstance(target, QWidget) and target.isVisible()


def _dress_later(targets: list[QObject]) -> None:
    """The rest, a few milliseconds at a time; whichever theme is in force by then counts."""
    until = time.perf_counter() + _SLICE
    while targets and time.perf_counter() < until:
        target = targets.pop()
        if isValid(target):
            _dress(target)
    if targets:
        QTimer.singleShot(0, functools.partial(_dress_later, targets))


def warm(owner: QObject) -> None:
    """Draw the icons one by one while nobody waits: the first document is shown sooner."""
    waiting = iter(PHOSPHOR)
    timer = QTimer(owner, interval=_WARMING)

    def next_one() -> None:
        name = next(waiting, None)
        if name is None:
            timer.stop()
        else:
            icon(name)

    timer.timeout.connect(next_one)
    timer.start()


def named(name: str, ink: str) -> QIcon:
    """As `icon`, `node_icon` or `state_icon`, chosen by the prefix "node:" or "state:"."""
    prefix, colon, rest = name.partition(":")
    if colon:
        return node_icon(rest, ink) if prefix == "node" else state_icon(rest, ink)
    return icon(name, ink)


def _dress(target: QObject) -> None:
    made = named(str(target.property("iconName")), str(target.property("iconToken")))
    if isinstance(target, QLabel):
        size = theme().px(int(target.property("iconPx")))
        target.setPixmap(pixmap(made, size, target.devicePixelRatioF()))
    elif isinstance(target, QAction | QAbstractButton):
        target.setIcon(made)


@lru_cache(maxsize=512)
def _phosphor(name: str, colour: str, disabled: str) -> QIcon:
    source = qtawesome.icon(f"ph.{name}", color=colour, color_disabled=disabled, scale_factor=1.1)
    made = QIcon()
    for mode, sizes in ((QIcon.Mode.Normal, _SCALES), (QIcon.Mode.Disabled, _DISABLED_SCALES)):
        for size in sizes:
            made.addPixmap(source.pixmap(QSize(size, size), mode), mode)
    return made


@lru_cache(maxsize=256)
def _svg(path: str, colour: str, disabled: str) -> QIcon:
    text = _read(path)
    made = QIcon()
    for mode, ink, sizes in (
        (QIcon.Mode.Normal, colour, _SCALES),
        (QIcon.Mode.Disabled, disabled, _DISABLED_SCALES),
    ):
        drawing = text.replace("currentColor", ink)
        for size in sizes:
            made.addPixmap(_render(drawing, size), mode)
    return made


def _read(path: str) -> str:
    source = QFile(path)
    if not source.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(f"{path} is not among the compiled resources")
    text = bytes(source.readAll().data()).decode("utf-8")
    source.close()
    return text


def _render(drawing: str, size: int) -> QPixmap:
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
