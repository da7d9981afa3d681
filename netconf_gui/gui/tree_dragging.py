"""Moving entries of a list by the mouse: only within the list, to the place that a line shows.

Lives here: where a drag may be dropped, and the line.  Does not live here: the command (`config.editing.move_entry`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from PySide6.QtCore import QMimeData, QPoint, QRect
from PySide6.QtGui import QPainter, QPen

from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.theme import theme

MIME = "application/x-netconf-gui-entry"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry would go: before or behind another one of its list."""

    other: etree._Element
    before: bool
    y: int  # of the line, in the viewport
    left: int


def refusal(row: Row | None) -> str:
    """Why a row cannot be moved, as a sentence; "" if it can."""
    if row is None or row.kind is not RowKind.ENTRY or row.removed:
        return "Only entries of lists can be moved."
    node = row.node
    if node is None:
        return "Without a schema nobody knows whether the order means something: move it in the XML view."
    if not node.config:
        return f"{node.name} is state of the device."
    if not node.ordered_by_user:
        return f"The order of {node.name} is the device's own: its entries cannot be moved."
    return ""


def entry_mime() -> QMimeData:
    """What a drag carries: nothing that means anything elsewhere."""
    data = QMimeData()
    data.setData(MIME, b"entry")
    return data


def spot_for(dragged: Row | None, target: Row | None, rect: QRect, at: QPoint) -> Spot | None:
    """Where `dragged` would go if it were let go at a point of the row `target`, which is at `rect`."""
    if dragged is None or target is None or target.kind is not RowKind.ENTRY or target.removed:
        return None
    one, other = dragged.own_element, target.own_element
    if one is None or other is None or one is other or one.tag != other.tag or one.getparent() is not other.getparent():
        return None
    before = at.y() < rect.center().y()
    return Spot(other, before, rect.top() if before else rect.bottom() + 1, rect.left())


def draw_spot(painter: QPainter, spot: Spot, width: int) -> None:
    """The line between two rows, with a small ring where it begins."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().color("accent"), 2))
    side = theme().px(6)
    painter.drawEllipse(spot.left, spot.y - side // 2, side, side)
    painter.drawLine(spot.left + side, spot.y, width, spot.y)
