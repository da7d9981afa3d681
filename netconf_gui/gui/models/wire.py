"""The model of the Wire pane: the messages of one session as its wire record keeps them, redacted."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role

if TYPE_CHECKING:
    from netconf_gui.session.wire import WireEntry

_BETWEEN = re.compile(r"(?<=>)\s*(?=<)")
COLUMNS = ("Time", "Message", "Size")


class WireModel(FlatTable):
    """Entries in the order they went over the wire."""

    headers = COLUMNS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[WireEntry] = []

    def show_entries(self, entries: list[WireEntry]) -> None:
        """Show these; when they continue what is shown, rows are only added."""
        last = self._entries[-1].seq if self._entries else None
        known = next((at for at, entry in enumerate(entries) if entry.seq == last), None)
        if known is None or not self._entries or entries[0].seq != self._entries[0].seq:
            self.beginResetModel()
            self._entries = list(entries)
            self.endResetModel()
            return
        new = entries[known + 1 :]
        if new:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._entries += new
            self.endInsertRows()

    def entry(self, index: Index) -> WireEntry | None:
        return self._entries[index.row()] if index.isValid() else None

    def size(self) -> int:
        return len(self._entries)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._entries[index.row()]
        column = index.column()
        sent = entry.direction == "out"
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return f"{time.strftime('%H:%M:%S', time.localtime(entry.when))}.{int(entry.when * 10) % 10}"
            return _name(entry) if column == 1 else QLocale().toString(entry.size)
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            return icons.icon("right" if sent else "left", "accent_text" if sent else "success")
        if role == Role.MONO:
            return column != 1
        if role == Role.INK:
            return "text2" if column == 0 else None
        if role == Role.SIDE and column == 1:
            return f"#{entry.message_id}" if entry.message_id else ""
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{'sent' if sent else 'received'}: {_name(entry)}, {entry.size} bytes. {entry.note}".strip()
        return None


def indented(text: str) -> str:
    """A message for people to read: an element a line, indented by depth; works on a message that was cut off too.

    Only white space between tags is touched, so nothing else is changed that went over the wire.
    """
    lines, depth = [], 0
    for part in _BETWEEN.split(text.strip()):
        closes = part.startswith("</")
        depth -= closes
        lines.append("  " * max(0, depth) + part)
        opens = part.startswith("<") and not part.startswith(("</", "<?", "<!"))
        depth += opens and not part.endswith("/>") and "</" not in part
    return "\n".join(lines)


def _name(entry: WireEntry) -> str:
    kind = entry.kind or "unreadable"
    return f"{kind} {entry.operation}" if entry.operation else kind
