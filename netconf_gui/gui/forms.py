"""Named, accessible widgets made in code, and the small helpers that forms from `ui/` need.

Every widget that this program makes has an object name and an accessible name: use `named()` or one of the makers
here.  Composite widgets (chips, segments, empty states) are in `widgets.py`.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from netconf_gui.gui import icons
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


class _ComboRows(QStyledItemDelegate):
    """Rows of a combo box's list: as high as those of trees, drawn by the style sheet."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, theme().row_height))


def roomy(combo: QComboBox) -> None:
    """Give the list of a combo box rows of the usual height."""
    combo.setItemDelegate(_ComboRows(combo))


def named(widget: AnyWidget, object_name: str, accessible_name: str, *, role: str = "") -> AnyWidget:
    """Give a widget its object name, accessible name and, if told, the `role` that the style sheet knows."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
    if role:
        widget.setProperty("role", role)
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    if isinstance(widget, QComboBox):
        roomy(widget)
    return widget


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet looks at, and have the widget drawn by it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def label(text: str, object_name: str, *, kind: str = "", wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label; `kind` as in the style sheet: welcome title card head label caption hint side error secondary."""
    made = named(QLabel(text, parent), object_name, text or object_name)
    if kind:
        made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def push_button(text: str, object_name: str, *, icon: str = "", role: str = "", ink: str = "text2") -> QPushButton:
    """A button; `role` primary or danger as in the style sheet."""
    made = named(QPushButton(text), object_name, text.replace("&", "").rstrip("…"))
    if role:
        made.setProperty("role", role)
    if icon:
        icons.bind(made, icon, "on_accent" if role == "primary" else ink)
    return made


def tool_button(
    accessible_name: str, object_name: str, *, icon: str = "", text: str = "", role: str = "", checkable: bool = False
) -> QToolButton:
    """A flat button with an icon, a text or both; the accessible name is its tooltip as well."""
    made = named(QToolButton(), object_name, accessible_name)
    made.setToolTip(accessible_name)
    made.setCheckable(checkable)
    if role:
        made.setProperty("role", role)
    if icon:
        icons.bind(made, icon)
    if text:
        made.setText(text)
        made.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if icon else Qt.ToolButtonStyle.ToolButtonTextOnly
        )
    made.setIconSize(icon_size(airy=bool(text and icon)))
    return made


def fix_height(widget: QWidget, px: int) -> None:
    """A fixed height that follows the text size; px at the base font size."""
    widget.setProperty("fixedHeightPx", px)
    widget.setFixedHeight(theme().px(px))


def fix_width(widget: QWidget, px: int) -> None:
    """A fixed width that follows the text size; px at the base font size."""
    widget.setProperty("fixedWidthPx", px)
    widget.setFixedWidth(theme().px(px))


def rescale() -> None:
    """Give what `fix_height`, `fix_width` and `tool_button` made the size of the text size in force."""
    for widget in QApplication.allWidgets():
        height, width = widget.property("fixedHeightPx"), widget.property("fixedWidthPx")
        if isinstance(height, int):
            widget.setFixedHeight(theme().px(height))
        if isinstance(width, int):
            widget.setFixedWidth(theme().px(width))
        if isinstance(widget, QToolButton) and widget.property("iconName"):
            airy = widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            widget.setIconSize(icon_size(airy=airy))


def icon_size(*, airy: bool = False) -> QSize:
    """The icon size of buttons; `airy` leaves room between icon and text."""
    side = theme().px(SIZES.icon)
    return QSize(side + (theme().px(4) if airy else 0), side)


def action(
    parent: QWidget,
    text: str,
    object_name: str,
    *,
    icon: str = "",
    shortcut: str | QKeySequence.StandardKey | None = None,
    tip: str = "",
    checkable: bool = False,
) -> QAction:
    """A QAction owned by `parent`; its tooltip names the shortcut."""
    made = QAction(text, parent)
    made.setObjectName(object_name)
    made.setCheckable(checkable)
    if icon:
        icons.bind(made, icon)
    if shortcut is not None:
        made.setShortcut(QKeySequence(shortcut))
    words = tip or text.replace("&", "").rstrip("…")
    keys = made.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    made.setToolTip(f"{words} ({keys})" if keys else words)
    made.setStatusTip("")
    return made


def hline(object_name: str) -> QFrame:
    """A hairline."""
    return named(QFrame(), object_name, "separator", role="hline")


def column(widget: QWidget, *, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0) -> QVBoxLayout:
    """A vertical layout on `widget`; px at the base font size."""
    layout = QVBoxLayout(widget)
    left, top, right, bottom = (theme().px(side) if side else 0 for side in margins)
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(theme().px(spacing) if spacing else 0)
    return layout


def row(
    widget: QWidget | None = None, *, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0
) -> QHBoxLayout:
    """A horizontal layout, on `widget` or free; px at the base font size."""
    layout = QHBoxLayout(widget) if widget is not None else QHBoxLayout()
    left, top, right, bottom = (theme().px(side) if side else 0 for side in margins)
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(theme().px(spacing) if spacing else 0)
    return layout
