"""Somebody's uncommitted edits lie in candidate: what they are, and whether they are discarded or kept.

Asked by a job that waits (`asking`): `decided("discard")` or `decided("stop")`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.summary import shortened
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.theme import theme
from netconf_gui.services.change import masked
from netconf_gui.services.events import Leftovers

MOST = 500  # rows; the rest is counted
SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}


class LeftoversDialog(ListDialog):
    """Object name `leftoversDialog`; dismissing it keeps them and stops the apply."""

    decided = Signal(object)

    def __init__(self, parent: QWidget | None, device: str, left: Leftovers) -> None:
        count = len(left.entries)
        super().__init__(
            parent,
            "leftoversDialog",
            f"{left.datastore.capitalize()} of {device} holds {count_words(count, 'edit')} that nobody committed",
            "They would become active together with your change. They may be somebody's work: discarding them "
            "cannot be undone. Nothing of yours has been sent.",
            ("Node", "", "In running", f"In {left.datastore}"),
            [_row(entry) for entry in left.entries[:MOST]],
            [Choice("discard", "Discard them", "danger"), Choice("stop", "Keep them and stop", "primary")],
            icon="warning",
            ink="warning",
        )
        if count > MOST:
            self.add_row(ListRow((f"and {count - MOST:,} more", "", "", ""), None))
        _tint(self)
        fit_to_rows(self, count)
        self.resize(theme().px(720), self.sizeHint().height())
        self.answered.connect(lambda key: self.decided.emit("discard" if key == "discard" else "stop"))


def _row(entry: DiffEntry) -> ListRow:
    return ListRow(
        (
            entry.path.short(),
            f"{SIGNS.get(entry.kind, '')} {entry.kind}",
            _value(entry, entry.old),
            _value(entry, entry.new),
        ),
        entry,
    )


def _value(entry: DiffEntry, value: str | None) -> str:
    return "" if value is None else shortened(masked(entry.path, value) or "")


def _tint(dialog: ListDialog) -> None:
    """The words of what changed in its colour, beside the sign; the whole path as a tip."""
    for at in range(dialog.list.topLevelItemCount()):
        item = dialog.list.topLevelItem(at)
        entry = item.data(0, Qt.ItemDataRole.UserRole)
        if isinstance(entry, DiffEntry):
            item.setForeground(1, theme().color(entry.kind))
            item.setToolTip(0, str(entry.path))
            for column in (2, 3):
                item.setFont(column, theme().mono())
