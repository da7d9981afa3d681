"""The page of a rebase: what two sides cannot both have, node by node, and what the draft will be.

Lives here: the page with its counts, decisions and buttons.  Does not live here: the list of conflicts
(`conflict_cells`), comparing and going on with the decisions (`gui/rebasing`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLabel, QMenu, QSplitter, QWidget

from netconf_gui.config.merge import SIDES, Side
from netconf_gui.config.path import InstancePath
from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.models.conflicts import ConflictsModel, OutcomeModel
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.conflict_cells import ROW, ConflictsView
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip
from netconf_gui.services.rebase import Rebase

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

NARROW = 620  # px: below it the buttons that decide everything are one with a menu

PROMISE = "Nothing is sent. Your draft is kept whatever you choose."


class ConflictsPane(QWidget):
    """`use_wanted`: every conflict is decided, go on.  `leave_wanted`: put the page away.  `jump_wanted(path)`."""

    use_wanted = Signal()
    leave_wanted = Signal()
    jump_wanted = Signal(str)

    def __init__(self, pane: DocumentPane, found: Rebase, by: str = "") -> None:
        """`by` says who changed the device and when, if that is known."""
        super().__init__()
        named(self, "conflictsPane", f"Conflicts: {pane.context.title}", role="pane")
        self.document_pane = pane
        self.found = found
        self.model = ConflictsModel(self)
        self.outcome_model = OutcomeModel(self)
        layout = column(self)
        layout.addWidget(self._build_head(by))
        layout.addWidget(self._build_body(), 1)
        layout.addWidget(self._build_foot())
        self._make_actions()
        self.model.decided.connect(self._decided)
        self.setFocusProxy(self.view)
        self.show_found(found)

    # building

    def _build_head(self, by: str) -> QWidget:
        head = named(QWidget(), "conflictsHead", "What happened")
        lines = column(head, margins=(20, 16, 20, 8), spacing=4)
        name = self.document_pane.context.device_name or self.document_pane.context.title
        lines.addWidget(label(f"{name} changed while you edited", "conflictsTitle", kind="title"))
        self._by = by
        self.words = label("", "conflictsWords", kind="secondary", wrap=True)
        lines.addWidget(self.words)
        line = self._line = row(spacing=8)
        self.open_chip, self.decided_chip = Chip("openChip"), Chip("decidedChip")
        self.merged_chip = Chip("mergedChip")
        self.previous = tool_button("Previous undecided", "previousConflict", icon="up")
        self.next = tool_button("Next undecided", "nextConflict", icon="down")
        self.all_mine = push_button("Mine for all", "allMineButton")
        self.all_theirs = push_button("Device's for all", "allTheirsButton")
        self.all_base = push_button("Base for all", "allBaseButton")
        for chip in (self.open_chip, self.decided_chip, self.merged_chip):
            line.addWidget(chip)
        line.addStretch(1)
        self._alls = (self.all_base, self.all_mine, self.all_theirs)
        self.all = push_button("For all", "allButton")
        offered = named(QMenu(self.all), "allMenu", "Decide every conflict in the same way")
        for button in self._alls:
            same = action(self, button.text(), f"{button.objectName()}Action")
            same.triggered.connect(button.click)
            offered.addAction(same)
        self.all.setMenu(offered)
        self.all.hide()
        for widget in (self.previous, self.next, *self._alls, self.all):
            line.addWidget(widget)
        lines.addSpacing(theme().px(8))
        lines.addLayout(line)
        self.all_base.clicked.connect(lambda: self.model.decide_all("base"))
        self.all_mine.clicked.connect(lambda: self.model.decide_all("mine"))
        self.all_theirs.clicked.connect(lambda: self.model.decide_all("theirs"))
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        return head

    def _build_body(self) -> QWidget:
        self.view = ConflictsView(self.model)
        self.view.chosen.connect(lambda at, side: self._choose(at, side))
        self.view.activated_index.connect(lambda _index: self.step(1))
        self.view.menu_wanted.connect(self._menu)
        below = named(QWidget(), "outcomeBox", "Result")
        lines = column(below)
        title = named(QWidget(), "outcomeHead", "Result", role="strip")
        fix_height(title, SIZES.pane_head)
        line = row(title, margins=(20, 0, 20, 0), spacing=8)
        line.addWidget(label("Result", "outcomeTitle", kind="head"))
        line.addWidget(label("what becomes of every change, yours and the device's", "outcomeWords", kind="hint"), 1)
        lines.addWidget(title)
        self.outcome = RowTree("outcomeView", "Result")
        self.outcome.setRootIsDecorated(False)
        self.outcome.setModel(self.outcome_model)
        self.outcome.activated_index.connect(self._jump)
        header = self.outcome.header()
        header.setObjectName("outcomeHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        theme().changed.connect(self._scale)
        self._scale()
        lines.addWidget(self.outcome, 1)
        body = named(QSplitter(Qt.Orientation.Vertical), "conflictsSplitter", "Conflicts and result")
        body.setHandleWidth(theme().px(4))
        body.setChildrenCollapsible(False)
        body.addWidget(self.view)
        body.addWidget(below)
        body.setStretchFactor(0, 3)
        body.setStretchFactor(1, 2)
        self.view.setMinimumHeight(theme().px(SIZES.header + ROW))
        return body

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(NARROW)
        for button in self._alls:
            button.setVisible(not narrow)
        self.all.setVisible(narrow)
        self._line.setSpacing(theme().px(4 if narrow else 8))
        self._promise.setText("Nothing is sent." if narrow else PROMISE)

    def _scale(self) -> None:
        self.outcome.header().setMinimumSectionSize(theme().px(20))
        self.outcome.header().resizeSection(0, theme().px(SIZES.gutter))
        self.outcome.header().setFixedHeight(theme().px(SIZES.header))

    def _build_foot(self) -> QWidget:
        foot = named(QWidget(), "conflictsFoot", "Go on", role="dialog-foot")
        fix_height(foot, SIZES.dialog_foot)
        line = row(foot, margins=(20, 0, 20, 0), spacing=8)
        picture = named(QLabel(), "conflictsFootIcon", "information")
        icons.bind(picture, "info")
        line.addWidget(picture)
        self._promise = label(PROMISE, "conflictsFootText", wrap=True)
        line.addWidget(self._promise, 1)
        self.leave_button = push_button("Cancel", "leaveConflictsButton")
        self.use_button = push_button("Use this", "useDecisionsButton", role="primary")
        line.addWidget(self.leave_button)
        line.addWidget(self.use_button)
        self.leave_button.clicked.connect(self.leave_wanted)
        self.use_button.clicked.connect(self.use_wanted)
        return foot

    def _make_actions(self) -> None:
        pane = self
        self.mine = action(pane, "&Mine", "decideMineAction", shortcut="M", tip="Keep what the draft says")
        self.theirs = action(pane, "&Device's", "decideTheirsAction", shortcut="D", tip="Take what the device has")
        self.base = action(pane, "&Base", "decideBaseAction", shortcut="B", tip="Put back what was there before")
        self.undecided = action(pane, "&Undecided", "undecidedAction", shortcut="U", tip="Take the decision back")
        self.next_action = action(pane, "&Next undecided", "nextConflictAction", icon="down", shortcut="F8")
        self.previous_action = action(
            pane, "&Previous undecided", "previousConflictAction", icon="up", shortcut="Shift+F8"
        )
        self.go = action(pane, "&Go to the node", "goToConflictAction", icon="node")
        self.copy_path = action(pane, "Copy pat&h", "copyConflictPathAction", icon="copy", shortcut="Ctrl+Shift+C")
        self.use = action(pane, "U&se this", "useDecisionsAction", icon="merge", shortcut="Ctrl+Return")
        pairs = (
            (self.mine, lambda: self.view.choose("mine")),
            (self.theirs, lambda: self.view.choose("theirs")),
            (self.base, lambda: self.view.choose("base")),
            (self.undecided, lambda: self.view.choose(None)),
            (self.next_action, lambda: self.step(1)),
            (self.previous_action, lambda: self.step(-1)),
            (self.go, self._go),
            (self.copy_path, lambda: copy_text(self._path())),
            (self.use, self.use_wanted.emit),
        )
        for one, do in pairs:
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            one.triggered.connect(lambda _on=False, act=do: act())
            self.addAction(one)
        for button, one in ((self.previous, self.previous_action), (self.next, self.next_action)):
            button.setToolTip(one.toolTip())

    def edit_actions(self) -> list[QAction]:
        """What belongs into the menu Edit while the page is in front."""
        return [self.mine, self.theirs, self.base, self.undecided, self.copy_path]

    def view_actions(self) -> list[QAction]:
        return [self.next_action, self.previous_action, self.go]

    # what is shown

    def show_found(self, found: Rebase) -> None:
        """Show another comparison; decisions about what is contested still are kept."""
        self.found = found
        fetched = self.document_pane.context.fetched_at
        self.model.headers[1:] = [
            f"Base  fetched {datetime.fromtimestamp(fetched):%H:%M}" if fetched is not None else "Base",
            "Mine  draft",
            f"Device now  {datetime.fromtimestamp(found.read_at):%H:%M}",
        ]
        self.outcome_model.show(found.merge, self.model.decisions)
        self.model.show(found.merge.conflicts)
        count = len(found.merge.conflicts)
        what = f"{count_words(count, 'node')} {'was' if count == 1 else 'were'} changed by both of you."
        last = "Nothing can be applied before it is decided." if count == 1 else ""
        self.words.setText(
            " ".join(filter(None, (self._by, what, last or "Nothing can be applied before each one is decided.")))
        )
        self.step(1)

    @property
    def decisions(self) -> dict[InstancePath, Side]:
        """What was decided so far."""
        return dict(self.model.decisions)

    def step(self, by: int) -> None:
        """Go to the next or previous conflict that is not decided, around the end."""
        rows = self.model.open_rows
        if not rows:
            return
        at = self.view.row
        after = [one for one in rows if one > at] if by > 0 else [one for one in rows if one < at]
        ends = rows[0] if by > 0 else rows[-1]
        self.view.show_row((after[0] if by > 0 else after[-1]) if after else ends)

    def _choose(self, at: int, side: str) -> None:
        self.model.decide(at, next((one for one in SIDES if one == side), None))

    def _decided(self) -> None:
        left, count = len(self.model.open_rows), len(self.model.conflicts)
        self.open_chip.show_text(f"{left:,} to decide" if left else "", "warning")
        self.decided_chip.show_text(f"{count - left:,} decided" if count > left else "", "added")
        merged = self.outcome_model.merged
        self.merged_chip.show_text(f"{merged:,} merged" if merged else "", "info")
        self.outcome_model.refresh(self.model.decisions)
        for step in (self.next_action, self.previous_action, self.next, self.previous):
            step.setEnabled(left > 0)
        for go_on in (self.use, self.use_button):
            go_on.setEnabled(not left)
        words = f"Decide {left:,} more to continue" if left else "Use this"
        self.use_button.setText(words)
        self.use_button.setAccessibleName(words)
        self.use_button.setToolTip("" if left else self.use.toolTip())

    # nodes

    def _path(self) -> str:
        conflict = self.model.conflict_at(self.view.currentIndex())
        return "" if conflict is None else str(conflict.path)

    def _go(self) -> None:
        conflict = self.model.conflict_at(self.view.currentIndex())
        if conflict is not None:
            path = conflict.path if conflict.what == "node" else conflict.path.parent
            self.jump_wanted.emit(str(path))

    def _jump(self, index: QModelIndex) -> None:
        if index.isValid():
            self.jump_wanted.emit(self.outcome_model.outcome(index.row()).path)

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if index.isValid():
            self.view.show_row(index.row())
        menu = named(QMenu(self), "conflictMenu", "Conflict")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.mine, self.theirs, self.base, self.undecided])
        menu.addSeparator()
        menu.addActions([self.go, self.copy_path])
        menu.addSeparator()
        menu.addActions([self.next_action, self.previous_action])
        menu.popup(spot)
