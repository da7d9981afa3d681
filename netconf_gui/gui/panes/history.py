"""The history of one device: its applies as a list that can be searched, beside the one that is chosen.

Files are read and configurations compared on workers only.  Going back and exporting are told by signals: they are
done elsewhere (`gui/history`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QSplitter, QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.errors import AppError
from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row
from netconf_gui.gui.history_pairs import Pair, Reading, pair_of
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.diff_outline import DiffMarks
from netconf_gui.gui.models.history import HistoryModel
from netconf_gui.gui.panes.history_details import HistoryDetails
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, Notice, SearchField, Segments
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.history import compare, search
from netconf_gui.workspace.snapshots import Entry, Listing, SnapshotStore
from netconf_gui.yang.schema import Schema

PAUSE = 200  # ms after the last key before the search begins
NARROW = 1160  # px: below it the details are under the list
_STATES: dict[str, tuple[str, Callable[[Entry], bool]]] = {
    "all": ("All", lambda entry: True),
    "applied": ("Applied", lambda entry: entry.outcome == "applied"),
    "other": ("Not applied", lambda entry: entry.outcome != "applied"),
    "pinned": ("Pinned", lambda entry: entry.pinned),
}
_TIP = (
    "All words must be found: in nodes, values, people, texts, notes, dates.\n"
    "path:mtu  value:9000  who:anna  outcome:rolled  note:ticket  since:2026-11  until:2026-11-21"
)


class HistorySource(Protocol):
    """The device whose history is shown."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def store(self) -> SnapshotStore: ...
    @property
    def connected(self) -> bool: ...

    def schema(self) -> Callable[[], Schema | None]:
        """What finds its schema, for a worker to call."""
        ...

    def read_now(self) -> Task | None:
        """Start reading running; the task's result is a `Reading`.  None if there is no session."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look into the history brings: all of it, and what the filter leaves."""

    listing: Listing
    shown: tuple[Entry, ...]


class HistoryPane(QWidget):
    """A page of the document tabs; object name of the list is `historyView`."""

    told = Signal(str)
    failed = Signal(str, object)  # what was tried, the error
    revert_wanted = Signal(object, object)  # the entry, the `Wish`
    export_wanted = Signal(object, str)  # the entry or the `Pair`, the form
    delete_wanted = Signal(object)  # ids

    def __init__(self, source: HistorySource, tasks: TaskManager) -> None:
        super().__init__()
        named(self, "historyPane", f"History: {source.name}", role="pane")
        self.source = source
        self._tasks = tasks
        self.listing: Listing | None = None
        self.pair: Pair | None = None
        self._shown: object = None  # the key of the pair whose differences are shown
        self._now: Reading | None = None
        self._wanted = ""  # the entry to choose when the list has come
        self._listing = Latest(tasks, self, f"Read the history of {source.name}")
        self._comparing = Latest(tasks, self, f"Compare in the history of {source.name}")
        self._listing.failed.connect(lambda error: self.failed.emit("reading the history", error))
        self._comparing.failed.connect(self._say_failed)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._look)
        layout = column(self)
        layout.addWidget(self._build_bar())
        self.notice = Notice("historyNotice")
        self.clean_button = push_button("Delete the damaged ones…", "historyCleanButton", icon="delete")
        self.clean_button.setProperty("compact", True)
        self.clean_button.clicked.connect(lambda: self.delete_wanted.emit(self._damaged()))
        inside = self.notice.layout()
        assert inside is not None
        inside.addWidget(self.clean_button)
        layout.addWidget(self.notice)
        self.details = HistoryDetails()
        self._stack = named(QStackedWidget(), "historyStack", "History")
        self._build_body()
        layout.addWidget(self._stack, 1)
        self._make_actions()
        self.setFocusProxy(self.view)
        self.set_connected()
        self.reload()

    # ------------------------------------------------------------------------------------------------- building

    def _build_bar(self) -> QWidget:
        bar = named(QWidget(), "historyBar", "Filter", role="bar")
        fix_height(bar, SIZES.bar)
        line = row(bar, margins=(8, 0, 12, 0), spacing=8)
        choices = tuple((key, words, "") for key, (words, _fits) in _STATES.items())
        self.states = Segments("historyStates", "Which applies", choices)
        self.filter = SearchField("historyFilter", "Search: node, value, person, note, date")
        self.filter.setToolTip(_TIP)
        self.filter.setMaximumWidth(theme().px(360))
        self.count = label("", "historyCount", kind="label")
        line.addWidget(self.states)
        line.addWidget(self.filter, 1)
        line.addStretch(1)
        line.addWidget(self.count)
        self.states.chosen.connect(lambda _key: self._look())
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        return bar

    def _build_body(self) -> None:
        self.model = HistoryModel(self)
        self.view = RowTree("historyView", "Applies, newest first")
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.view.header()
        header.setObjectName("historyHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in enumerate((172, 112, 84)):
            header.resizeSection(section, theme().px(width))
        self.view.selectionModel().selectionChanged.connect(lambda *_what: self._show_chosen())
        self.view.activated_index.connect(lambda _index: self.details.focus_shown())
        self.view.menu_wanted.connect(self._menu)
        self.details.mode_chosen.connect(self._mode_chosen)
        self.details.noted.connect(lambda text: self._write(lambda entry: self.source.store.annotate(entry, text)))
        self.details.pin_wanted.connect(lambda on: self._write(lambda entry: self.source.store.pin(entry, on)))
        self.details.delete_wanted.connect(self._delete)
        self.details.revert_wanted.connect(self._revert)
        self.details.export_wanted.connect(self._export)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal), "historySplitter", "Applies and details")
        self.splitter.setHandleWidth(theme().px(4))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.details)
        self.splitter.setSizes([560, 600])
        self.empty = EmptyState("historyEmpty", "snapshot", "", "")
        self._stack.addWidget(self.splitter)
        self._stack.addWidget(self.empty)

    def _make_actions(self) -> None:
        self.find_action = action(self, "&Search the history", "historyFindAction", icon="search", shortcut="Ctrl+F")
        self.find_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.find_action.triggered.connect(lambda: self.filter.setFocus())
        self.addAction(self.find_action)
        self.note_action = action(self, "Edit the &note", "historyNoteAction", icon="edit", shortcut="F2")
        self.note_action.triggered.connect(lambda: self.details.note.setFocus())
        self.delete_action = action(self, "De&lete…", "historyDeleteAction", icon="delete", shortcut="Del")
        self.delete_action.triggered.connect(lambda: self._delete())
        for made in (self.note_action, self.delete_action):
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.view.addAction(made)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = Qt.Orientation.Vertical if self.width() < theme().px(NARROW) else Qt.Orientation.Horizontal
        if self.splitter.orientation() != wanted:
            self.splitter.setOrientation(wanted)
            self.splitter.setSizes([1, 3] if wanted is Qt.Orientation.Vertical else [1, 1])

    # --------------------------------------------------------------------------------------------------- the list

    @property
    def chosen(self) -> tuple[Entry, ...]:
        """The entries that are selected, newest first."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.model.entries[number] for number in rows)

    def choose(self, *entry_ids: str) -> None:
        """Select these entries."""
        flags = QItemSelectionModel.SelectionFlag
        self.view.clearSelection()
        for number in (self.model.row_of(one) for one in entry_ids):
            if number >= 0:
                index = self.model.index(number, 0)
                self.view.selectionModel().setCurrentIndex(index, flags.Select | flags.Rows)

    def set_connected(self) -> None:
        """The device came or went."""
        self._now = None
        self.details.set_connected(self.source.connected)

    def reload(self, choose: str = "") -> None:
        """Read the history again, as after an apply; what is chosen stays chosen."""
        self.listing, self._now = None, None
        self._look(choose)

    def _look(self, choose: str = "") -> None:
        self._pause.stop()
        self._wanted = choose or self._wanted
        store, key, text, known = self.source.store, self.source.key, self.filter.text(), self.listing
        _words, fits = _STATES[self.states.current]

        def work(cancel: CancelToken, _report: Report) -> _Found:
            listing = known or store.entries(key)
            return _Found(listing, search(store, tuple(filter(fits, listing.entries)), text, cancel=cancel))

        self._listing.run(work, self._take)

    def _take(self, found: _Found) -> None:
        self.listing = found.listing
        before = [self._wanted] if self._wanted else [entry.id for entry in self.chosen]
        self._wanted = ""
        total = len(found.listing.entries)
        self.model.show_entries(found.shown)
        for key, (words, fits) in _STATES.items():
            self.states.button(key).setText(f"{words}  {sum(map(fits, found.listing.entries)):,}")
            self.states.button(key).updateGeometry()
        shown = len(found.shown)
        every = f"{total:,} appl{'y' if total == 1 else 'ies'}"
        self.count.setText(every if shown == total else f"{shown:,} of {every}")
        self.count.setAccessibleName(self.count.text())
        self._say_bad()
        if not total:
            kept = f"Every apply to {self.source.name} is kept here from now on."
            off = "Applies are not kept: the setting “keep” of the history is off."
            self.empty.say("Nothing applied yet", kept if self.source.store.wanted else off)
        elif not shown:
            self.empty.say("Nothing found", "No apply has all of these words.")
        self._stack.setCurrentWidget(self.splitter if shown else self.empty)
        there = [one for one in before if self.model.row_of(one) >= 0]
        self.choose(*(there or [entry.id for entry in found.shown[:1]]))
        if not shown:
            self._show_chosen()

    def _damaged(self) -> list[str]:
        """Entries that are of no use any more, or not of all."""
        found = self.listing or Listing()
        return [one.id for one in found.bad if not one.readable] + [one.id for one in found.entries if one.damage]

    def _say_bad(self) -> None:
        bad = self.listing.bad if self.listing is not None else ()
        self.clean_button.setVisible(bool(self._damaged()))
        texts = [one.text for one in bad[:3]]
        if len(bad) > 3:
            texts.append(f"{len(bad) - 3} more.")
        self.notice.say("warning", " ".join(texts))

    # -------------------------------------------------------------------------------------------------- the details

    def _show_chosen(self) -> None:
        self.details.show_entries(self.chosen)
        self._show()

    def _mode_chosen(self, mode: str) -> None:
        self._now = None
        if mode == "now":
            self._read_now()
        else:
            self._show()

    def _read_now(self) -> None:
        task = self.source.read_now()
        if task is None:
            self.details.say("Not connected", "Connect to the device to compare with what it holds now.")
            return
        self.details.say("Reading…", f"What {self.source.name} holds now is read.")
        task.done.connect(self._take_now)
        task.failed.connect(self._say_failed)

    def _take_now(self, reading: Reading) -> None:
        if self.details.mode == "now":
            self._now = reading
            self._show()

    def _show(self) -> None:
        """Read and compare what is chosen, in the way that is chosen; the latest wins."""
        entries, mode = self.chosen, self.details.mode
        shown, self._shown, self.pair = self._shown, None, None
        self._comparing.stop()
        if not entries:
            self.details.say("Choose an apply", "What it found, what it left and what it sent is shown here.")
        elif len(entries) > 2:
            self.details.say("More than two chosen", "Choose one apply, or two to compare.")
        elif mode in ("plan", "inverse") and len(entries) == 1:
            self._show_sent(entries[0], mode)
        elif mode == "now" and self._now is None:
            self._read_now()
        else:
            found = pair_of(entries, self._now if mode == "now" else None)
            if isinstance(found, str):
                self.details.say("Nothing to compare", found)
            elif found.key == shown:
                self.pair, self._shown = found, shown
            else:
                self._compare(found)

    def _compare(self, pair: Pair) -> None:
        self.pair = pair
        store, find_schema = self.source.store, self.source.schema()

        def work(cancel: CancelToken, _report: Report) -> DiffMarks:
            return DiffMarks(compare(pair.old.read(store), pair.new.read(store), find_schema(), cancel=cancel))

        def show(marks: DiffMarks) -> None:
            self.details.show_difference(marks, pair)
            self._shown = pair.key

        self.details.say("Comparing…", pair.legend)
        self._comparing.run(work, show)

    def _show_sent(self, entry: Entry, part: str) -> None:
        store = self.source.store

        def work(_cancel: CancelToken, _report: Report) -> str:
            return serialize(read_root(store.read(entry, part)), pretty=True).decode()

        self._comparing.run(work, self.details.show_xml)

    def _say_failed(self, error: BaseException) -> None:
        self.details.say("This cannot be shown", error.full_text() if isinstance(error, AppError) else str(error))

    # ------------------------------------------------------------------------------------------- what is done with it

    def _write(self, write: Callable[[Entry], Entry]) -> None:
        """Change the chosen entry's note or pin."""
        if len(self.chosen) != 1:
            return
        (entry,) = self.chosen
        task = self._tasks.run(lambda _cancel, _report: write(entry), title="Write the history", quiet=True)
        task.done.connect(lambda _entry: self.reload())
        task.failed.connect(lambda error: self.failed.emit("writing the history", error))

    def _delete(self) -> None:
        if self.chosen:
            self.delete_wanted.emit([entry.id for entry in self.chosen])

    def _revert(self, wish: object) -> None:
        if len(self.chosen) == 1:
            self.revert_wanted.emit(self.chosen[0], wish)

    def _export(self, form: str) -> None:
        if form in ("text", "html"):
            if self.pair is not None:
                self.export_wanted.emit(self.pair, form)
        elif len(self.chosen) == 1:
            self.export_wanted.emit(self.chosen[0], form)

    def _menu(self, index: QModelIndex, where: QPoint) -> None:
        if not index.isValid():
            return
        menu = named(QMenu(self), "historyMenu", "Apply")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        details = self.details
        groups: list[list[QAction]] = [
            list(details.revert_actions.values()) if details.revert_button.isEnabled() else [],
            [one for one in details.export_actions.values() if one.isEnabled()],
            [self.note_action, self.delete_action] if len(self.chosen) == 1 else [self.delete_action],
            [self.find_action],
        ]
        for group in groups:
            if menu.actions() and group:
                menu.addSeparator()
            menu.addActions(group)
        menu.popup(where)
