"""One apply of the history in full: the facts, the note, the differences as a tree, and what was sent.

It shows what it is given and tells by signals what a person wants; reading and comparing are started by `history`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QStackedWidget, QWidget

from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row
from netconf_gui.gui.history_pairs import Pair
from netconf_gui.gui.models.diff_outline import DiffMarks
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.models.history import outcome_words, when
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from netconf_gui.gui.panes.long_text import LongText
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, ElidedLabel, EmptyState, Segments
from netconf_gui.workspace.snapshots import Entry

COLOURED = 200_000  # characters of an edit-config that are shown with colours
SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}
_CHIPS = {"applied": "added", "unchanged": "plain", "rolled-back": "warning", "unknown": "error"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to go back to: the configuration `side` ("before" or "after") an apply, or only what it changed."""

    side: str
    whole: bool


REVERTS = (
    ("undo", "&Undo what it changed…", "roll-back", Wish("before", whole=False)),
    ("before", "Everything as &before it…", "", Wish("before", whole=True)),
    ("again", "What it changed as &after it…", "", Wish("after", whole=False)),
    ("after", "&Everything as after it…", "", Wish("after", whole=True)),
)
EXPORTS = (
    ("before", "Configuration &before it…", "xml"),
    ("after", "Configuration &after it…", "xml"),
    ("text", "&Differences as text…", "diff"),
    ("html", "Differences as &HTML…", "external"),
)


class HistoryDetails(QWidget):
    """`mode_chosen(changes | now | plan | inverse)`, and a signal for each thing that can be done with the entry."""

    mode_chosen = Signal(str)
    noted = Signal(str)
    revert_wanted = Signal(object)
    export_wanted = Signal(str)
    pin_wanted = Signal(bool)
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "historyDetails", "Details", role="pane")
        self.entries: tuple[Entry, ...] = ()
        self._connected = False
        layout = column(self)
        layout.addWidget(self._build_head())
        layout.addWidget(self._build_bar())
        self._build_body()
        layout.addWidget(self.body, 1)
        self.show_entries(())

    # ------------------------------------------------------------------------------------------------- building

    def _build_head(self) -> QWidget:
        head = self._head = named(QWidget(), "historyHead", "Facts", role="pane")
        inside = column(head, margins=(12, 8, 12, 8), spacing=6)
        line = row(spacing=8)
        self.title = label("", "historyTitle", kind="head")
        self.outcome = Chip("historyOutcome")
        self.pin_button = self._button("&Pin", "historyPinButton", "pin", "Keep it for good: it is never dropped")
        self.pin_button.setCheckable(True)
        self.pin_button.clicked.connect(self.pin_wanted)
        self.delete_button = self._button("De&lete…", "historyDeleteButton", "delete", "Drop it from the history")
        self.delete_button.clicked.connect(self.delete_wanted)
        line.addWidget(self.title)
        line.addWidget(self.outcome)
        line.addStretch(1)
        line.addWidget(self.pin_button)
        line.addWidget(self.delete_button)
        inside.addLayout(line)
        self.facts = label("", "historyFacts", kind="secondary", wrap=True)
        self.text = label("", "historyText", wrap=True)
        for part in (self.facts, self.text):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(part)
        self.note = named(QLineEdit(), "historyNote", "Note")
        self.note.setPlaceholderText("Note: why it was done, the ticket, what to look at")
        self.note.setClearButtonEnabled(True)
        self.note.editingFinished.connect(self._say_note)
        inside.addWidget(self.note)
        return head

    def _build_bar(self) -> QWidget:
        bar = named(QWidget(), "historyDetailsBar", "What is shown", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.modes = Segments(
            "historyModes",
            "What is shown",
            (
                ("changes", "Changes", "tree"),
                ("now", "Against now", ""),
                ("plan", "Sent", "xml"),
                ("inverse", "Opposite", ""),
            ),
        )
        self.modes.chosen.connect(self.mode_chosen)
        self.modes.button("changes").setToolTip("What the apply found and what it left")
        self.modes.button("plan").setToolTip("The edit-config that was sent")
        self.modes.button("inverse").setToolTip("The edit-config that takes it back")
        line.addWidget(self.modes)
        line.addStretch(1)
        self.export_button = self._button("E&xport", "historyExportButton", "export", "Save it in a file")
        self.revert_button = self._button(
            "&Revert", "historyRevertButton", "roll-back", "Go back, as a draft to review"
        )
        self.exports = self._menu(self.export_button, "historyExportMenu", "Export")
        self.reverts = self._menu(self.revert_button, "historyRevertMenu", "Revert")
        self.export_actions: dict[str, QAction] = {}
        for key, text, icon in EXPORTS:
            made = self.export_actions[key] = action(self, text, f"historyExport_{key}Action", icon=icon)
            made.triggered.connect(lambda _on=False, key=key: self.export_wanted.emit(key))
            self.exports.addAction(made)
        self.revert_actions: dict[str, QAction] = {}
        for key, text, icon, wish in REVERTS:
            made = self.revert_actions[key] = action(self, text, f"historyRevert_{key}Action", icon=icon)
            made.triggered.connect(lambda _on=False, wish=wish: self.revert_wanted.emit(wish))
            self.reverts.addAction(made)
        line.addWidget(self.export_button)
        line.addWidget(self.revert_button)
        return bar

    def _button(self, text: str, name: str, icon: str, tip: str) -> QPushButton:
        button = push_button(text, name, icon=icon)
        button.setToolTip(tip)
        button.setProperty("compact", True)
        return button

    def _menu(self, button: QPushButton, name: str, title: str) -> QMenu:
        menu = named(QMenu(self), name, title)
        button.setMenu(menu)
        return menu

    def _build_body(self) -> None:
        self.model = DiffTreeModel(self)
        self.tree = DiffTreeView(self.model, "historyTree", "Differences")
        self.xml = XmlEditor("historyXml", "edit-config", read_only=True)
        self.long_xml = LongText("historyLongXml", "edit-config")
        self.empty = EmptyState("historyDetailsEmpty", "snapshot", "Choose an apply", "")
        self.legend = ElidedLabel("historyLegend")
        self.legend.setProperty("kind", "label")
        self.chips = {kind: Chip(f"history_{kind}Chip", "", kind) for kind in SIGNS}
        page = self._compared = named(QWidget(), "historyCompared", "Differences", role="pane")
        inside = column(page)
        line = named(QWidget(), "historyLegendBar", "Which differences", role="pane")
        fix_height(line, SIZES.bar)
        head = row(line, margins=(12, 0, 12, 0), spacing=8)
        head.addWidget(self.legend, 1)
        for chip in self.chips.values():
            chip.hide()
            head.addWidget(chip)
        inside.addWidget(line)
        inside.addWidget(self.tree, 1)
        self.body = named(QStackedWidget(), "historyBody", "Details")
        for part in (page, self.xml, self.long_xml, self.empty):
            self.body.addWidget(part)

    # --------------------------------------------------------------------------------------------- what is shown

    @property
    def mode(self) -> str:
        return self.modes.current

    def set_connected(self, connected: bool) -> None:
        """Whether there is a device to compare with and to go back on."""
        self._connected = connected
        self._allow()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """One apply, two to compare (newest first), or none; its differences come by `show_difference`."""
        typing = self.note.hasFocus() and self.note.isModified() and [one.id for one in self.entries]
        self.entries = tuple(entries)
        single = self.entries[0] if len(self.entries) == 1 else None
        self._head.setVisible(bool(self.entries))
        for part in (self.text, self.note, self.pin_button, self.outcome):
            part.setVisible(single is not None)
        if single is not None:
            self.title.setText(when(single))
            self.outcome.show_text(outcome_words(single), _CHIPS.get(single.outcome, "plain"))
            self.facts.setText(facts(single))
            self.text.setText(single.text)
            if typing != [single.id]:  # not from under the person's hands
                self.note.setText(single.note)
            self.pin_button.setChecked(single.pinned)
            self.pin_button.setText("Un&pin" if single.pinned else "&Pin")
        elif len(self.entries) == 2:
            self.title.setText("Two applies compared")
            self.facts.setText(f"{_left(self.entries[1])} against {_left(self.entries[0])}.")
        elif self.entries:
            self.title.setText(f"{len(self.entries)} applies chosen")
            self.facts.setText("Choose one to see what it changed, or two to compare what they left.")
        self._allow()

    def _allow(self) -> None:
        """Offer what can be done with what is chosen."""
        single = self.entries[0] if len(self.entries) == 1 else None
        parts = single.parts if single is not None else {}
        there = {side: side in parts for side in ("before", "after")}
        changed = there["before"] and there["after"] and parts["before"] != parts["after"]
        for key, _text, _icon, wish in REVERTS:
            self.revert_actions[key].setEnabled(there[wish.side] and (wish.whole or changed))
        self.revert_button.setEnabled(self._connected and any(there.values()))
        self.revert_button.setToolTip(
            "Go back, as a draft to review" if self._connected else "Connect to the device to go back"
        )
        for side, known in there.items():
            self.export_actions[side].setEnabled(known)
        compared = len(self.entries) in (1, 2)
        for key in ("text", "html"):
            self.export_actions[key].setEnabled(compared)
        self.export_button.setEnabled(compared)
        for key in ("now", "plan", "inverse"):
            self.modes.button(key).setEnabled(single is not None and (key in parts or key == "now"))
        now = self.modes.button("now")
        now.setEnabled(now.isEnabled() and self._connected)
        now.setToolTip(
            "What it left, against what the device holds now" if self._connected else "Connect to the device first"
        )
        if not self.modes.button(self.mode).isEnabled():
            self.modes.choose("changes")

    def show_difference(self, marks: DiffMarks, pair: Pair) -> None:
        """The differences between the two of a pair."""
        difference, legend = marks.difference, pair.legend
        self.model.headers[2], self.model.headers[3] = pair.old_word, pair.new_word
        self.model.show(difference, marks)
        counts = difference.counts
        for kind, chip in self.chips.items():
            chip.show_text(f"{SIGNS[kind]} {counts[kind]:,} {kind}" if counts[kind] else "", kind)
        self.legend.setText(legend)
        self.legend.setAccessibleName(legend)
        if difference:
            self.body.setCurrentWidget(self._compared)
        else:
            self.say("No differences", legend)

    def show_xml(self, text: str) -> None:
        large = len(text) > COLOURED
        self.xml.set_text("" if large else text)
        self.long_xml.show_text(text if large else "")
        self.body.setCurrentWidget(self.long_xml if large else self.xml)

    def focus_shown(self) -> None:
        """Give the keyboard to what is shown."""
        shown: QWidget = self.tree if self.body.currentWidget() is self._compared else self.xml
        (shown if shown.isVisible() else self.modes).setFocus()

    def say(self, title: str, words: str) -> None:
        """Words in place of differences."""
        self.empty.say(title, words)
        self.body.setCurrentWidget(self.empty)

    def _say_note(self) -> None:
        if len(self.entries) == 1 and self.note.text() != self.entries[0].note:
            self.note.setModified(False)
            self.noted.emit(self.note.text())


def facts(entry: Entry) -> str:
    """Who did it on what, in a line."""
    who = f"By {entry.who} as {entry.address}" if entry.who else f"As {entry.address}"
    edits = f"{entry.count:,} edit{'' if entry.count == 1 else 's'}" if entry.count else "An edit as it was given"
    damaged = f" Some of it cannot be read: {entry.damage}." if entry.damage else ""
    return f"{who}. {edits} to {entry.datastore}, in {entry.seconds:.1f} s.{damaged}"


def _left(entry: Entry) -> str:
    return f"What the apply of {when(entry)} left"
