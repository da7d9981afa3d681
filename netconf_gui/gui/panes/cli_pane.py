"""A configuration that is text: its sections as a tree, and the text beside it.

Lives here: one document's page.  Does not live here: where documents come from and go to (`cli_documents`), the review
(`cli_review`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QWidget

from netconf_gui.gui.cli_states import CliState, look_at
from netconf_gui.gui.forms import action, column, named
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.cli_sections import CliSectionsModel
from netconf_gui.gui.panes.cli_bar import CliBar, CliStateBar
from netconf_gui.gui.panes.cli_editor import CliEditor
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.widgets import EmptyState, Notice

LARGE = 150_000  # characters: from here on the text is looked at in the background only
PAUSE = 250  # ms after a key before the text is looked at again


@dataclass(frozen=True, slots=True)
class CliContext:
    """Where a text comes from: a device's datastore, or a file."""

    device_id: str = ""
    device_name: str = ""
    datastore: str = "running"
    fetched_at: float | None = None  # seconds since the epoch
    file: Path | None = None
    digest: str = ""
    read_only: str = ""  # why nothing can be changed here, in a few words; "" where it can

    @property
    def title(self) -> str:
        if self.device_name:
            return f"{self.device_name} {self.datastore}"
        return self.file.name if self.file is not None else "Untitled text"


class CliPane(QWidget):
    """Object name `cliPane`; `base` is what was fetched or read, `text` what is in the window."""

    state_changed = Signal()
    text_changed = Signal()  # at once, with every key

    def __init__(
        self,
        base: str,
        context: CliContext,
        tasks: TaskManager,
        *,
        text: str | None = None,
        state: CliState | None = None,
    ) -> None:
        """`state` is what a worker found of `base` and `text` already."""
        super().__init__()
        named(self, "cliPane", context.title)
        self.base = base
        self.context = context
        self.state = state or look_at(base, base if text is None else text)
        self._look = Latest(tasks, self, "Look at the text")
        self._looked = base
        self._hits: list[int] = []
        self._hit = -1
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._look_again)
        self._make_parts()
        self._make_actions()
        self.editor.set_text(base)
        self.editor.setReadOnly(bool(context.read_only))
        if text is not None and text != base:
            self.put_text(text)
        self._show_state(self.state, self.text)
        self.editor.textChanged.connect(self._typed)
        self.editor.cursorPositionChanged.connect(self._cursor_moved)
        self.editor.undoAvailable.connect(lambda _on: self.state_changed.emit())
        self.editor.redoAvailable.connect(lambda _on: self.state_changed.emit())
        self.tree.expandToDepth(0)
        self.setFocusProxy(self.editor)

    def _make_parts(self) -> None:
        self.bar, self.state_bar = CliBar(), CliStateBar()
        self.notice = Notice("cliNotice")
        self.model = CliSectionsModel(self)
        self.tree = RowTree("cliSections", "Sections")
        self.tree.setHeaderHidden(True)
        self.tree.setModel(self.model)
        self.empty = EmptyState(
            "cliNoSections", "list", "No sections", "The text is empty. Type commands, or paste a configuration."
        )
        self._tree_side = named(QStackedWidget(), "cliTreeSide", "Sections")
        self._tree_side.addWidget(self.tree)
        self._tree_side.addWidget(self.empty)
        self.editor = CliEditor("cliEditor", f"Text of {self.context.title}")
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal), "cliSplitter", "Sections and text")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._tree_side)
        self.splitter.addWidget(self.editor)
        self.splitter.setSizes([300, 700])
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 7)
        layout = column(self)
        for part in (self.bar, self.state_bar, self.notice):
            layout.addWidget(part)
        layout.addWidget(self.splitter, 1)
        self.bar.searched.connect(self._search)
        self.bar.search.stepped.connect(self.step_search)
        self.bar.search.left.connect(self.editor.setFocus)
        self.bar.next.clicked.connect(lambda: self.step_search(True))
        self.bar.previous.clicked.connect(lambda: self.step_search(False))
        self.state_bar.changes_only.connect(self._filter)
        self.state_bar.collapse.clicked.connect(self.editor.folding.fold_all)
        self.state_bar.expand.clicked.connect(self.editor.folding.unfold_all)
        self.tree.activated_index.connect(self._jump)
        self.tree.clicked.connect(self._jump)
        self.tree.menu_wanted.connect(self._menu)

    def _make_actions(self) -> None:
        made = (
            ("Go to the &section tree", "cliToTreeAction", "tree", "F12", self.go_to_tree),
            ("Fold or &unfold here", "cliFoldAction", "collapse", "F9", self._fold),
            ("Fold &all", "cliFoldAllAction", "collapse", "Shift+F9", self.editor.folding.fold_all),
            ("U&nfold all", "cliUnfoldAllAction", "expand", "Ctrl+Shift+F9", self.editor.folding.unfold_all),
            ("&Next change", "cliNextChangeAction", "down", "Alt+Down", lambda: self.step_change(True)),
            ("&Previous change", "cliPreviousChangeAction", "up", "Alt+Up", lambda: self.step_change(False)),
            ("Next &hit", "cliNextHitAction", "", "F3", lambda: self.step_search(True)),
            ("Previous hi&t", "cliPreviousHitAction", "", "Shift+F3", lambda: self.step_search(False)),
        )
        self._actions: list[QAction] = []
        for text, name, icon, keys, do in made:
            one = action(self, text, name, icon=icon, shortcut=keys)
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            one.triggered.connect(lambda _on=False, do=do: do())
            self.addAction(one)
            self._actions.append(one)

    # ---- what others ask

    @property
    def text(self) -> str:
        return self.editor.plain_text()

    @property
    def is_dirty(self) -> bool:
        """Whether the text is another than what was fetched or saved, to the letter."""
        return self.text != self.base

    @property
    def changes(self) -> int:
        return self.state.changes

    @property
    def can_undo(self) -> bool:
        return self.editor.document().isUndoAvailable()

    @property
    def can_redo(self) -> bool:
        return self.editor.document().isRedoAvailable()

    def edit_actions(self) -> list[QAction]:
        return []

    def view_actions(self) -> list[QAction]:
        return self._actions

    def find(self) -> None:  # type: ignore[override]
        """Put the cursor into the search field."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def put_text(self, text: str) -> None:
        """Have another text in the window, as one step that can be undone."""
        self.editor.set_text(text, keep_undo=True)

    def rebase(self, base: str, text: str, context: CliContext) -> None:
        """What the text is compared with is another; `text` is put into the window as one step."""
        self.base, self.context = base, context
        self.setAccessibleName(context.title)
        self.editor.setReadOnly(bool(context.read_only))
        self.put_text(text)
        self._look_now()

    def jump(self, path: tuple[str, ...]) -> bool:
        """Show the command that these lead to, one inside the other, or the nearest one around it."""
        for depth in range(len(path), 0, -1):
            line = self.state.config.at(path[:depth])
            if line is not None:
                self.editor.go_to(line.first)
                self.editor.setFocus()
                return True
        return False

    def close_pane(self) -> None:
        """Stop what runs."""
        self._soon.stop()
        self._look.stop()

    # ---- looking at the text

    def _typed(self) -> None:
        self._soon.start()
        self.text_changed.emit()

    def _look_now(self) -> None:
        """At once where that takes no time, else in the background."""
        self._soon.stop()
        text = self.text
        if len(text) > LARGE:
            self._look_again()
            return
        self._show_state(look_at(self.base, text), text)

    def _look_again(self) -> None:
        base, text = self.base, self.text
        self._look.run(lambda cancel, report: look_at(base, text), lambda found: self._show_state(found, text))

    def settle(self) -> CliState:
        """The state of the text as it is now, looked at at once if need be (a large one: soon)."""
        if self._looked != self.text or self._soon.isActive():
            self._look_now()
        return self.state

    def _show_state(self, state: CliState, text: str) -> None:
        self.state, self._looked = state, text
        current = self.model.row_at(self.tree.currentIndex())
        opened = self._opened()
        self.model.show(state.config, state.states)
        self._open(opened)
        if current is not None and current.path:
            self._select(current.path)
        self._tree_side.setCurrentWidget(self.tree if self.model.rowCount() else self.empty)
        self._say_empty()
        self.editor.set_tints(state.tints)
        self.editor.folding.set_ranges(state.folds)
        self.notice.say("error", state.fault)
        self.state_bar.show_origin(self.context.fetched_at, self.context.read_only)
        self.state_bar.show_changes(state.changes)
        self._cursor_moved()
        self._find_hits()
        self.state_changed.emit()

    def _say_empty(self) -> None:
        if self.state_bar.only.isChecked() and self.text.strip():
            self.empty.say("No changes", "The text says what was fetched. Turn off Changes only to see all of it.")
        else:
            self.empty.say("No sections", "The text is empty. Type commands, or paste a configuration.")

    def _filter(self, on: bool) -> None:
        self.model.set_changes_only(on)
        self.tree.expandToDepth(1 if on else 0)
        self._tree_side.setCurrentWidget(self.tree if self.model.rowCount() else self.empty)
        self._say_empty()

    # ---- the tree

    def _rows(self, parent: QModelIndex | None = None) -> list[QModelIndex]:
        above = parent if parent is not None else QModelIndex()
        return [self.model.index(at, 0, above) for at in range(self.model.rowCount(above))]

    def _opened(self) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        waiting = self._rows()
        while waiting:
            index = waiting.pop()
            row = self.model.row_at(index)
            if row is not None and self.tree.isExpanded(index):
                found.add(row.path or ("", row.title))
                waiting.extend(self._rows(index))
        return found

    def _open(self, opened: set[tuple[str, ...]]) -> None:
        waiting = self._rows()
        while waiting:
            index = waiting.pop()
            row = self.model.row_at(index)
            if row is not None and (row.path or ("", row.title)) in opened:
                self.tree.expand(index)
                waiting.extend(self._rows(index))

    def _select(self, path: tuple[str, ...]) -> None:
        index = self.model.index_of(path)
        selection = self.tree.selectionModel()
        if index.isValid() and selection is not None and index != self.tree.currentIndex():
            flag = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)

    def _jump(self, index: QModelIndex) -> None:
        row = self.model.row_at(index)
        if row is not None and row.line is not None:
            self.editor.go_to(row.line.first)

    def go_to_tree(self) -> None:
        """Put the cursor of the tree on the section that the text's cursor is in."""
        around = self.state.config.path_at(self.editor.textCursor().blockNumber() + 1)
        self._select(tuple(line.text for line in around))
        self.tree.setFocus()

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        row = self.model.row_at(index)
        if row is None or row.line is None:
            return
        menu = named(QMenu(self), "cliSectionMenu", "Section")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show = action(menu, "Show in the &text", "cliShowAction", icon="edit")
        show.triggered.connect(lambda: self._jump(index))
        menu.addAction(show)
        menu.popup(spot)

    def _cursor_moved(self) -> None:
        around = self.state.config.path_at(self.editor.textCursor().blockNumber() + 1)
        self.bar.show_place("  ›  ".join(line.text for line in around))

    def _fold(self) -> None:
        line = self.editor.folding.around(self.editor.textCursor().blockNumber())
        if line is not None:
            self.editor.folding.toggle(line)

    # ---- changes and hits

    def step_change(self, forward: bool) -> None:
        """Go to the next or previous line that differs, around the end."""
        starts = sorted(line for line in self.state.tints if line - 1 not in self.state.tints)
        if not starts:
            return
        here = self.editor.textCursor().blockNumber() + 1
        later = [line for line in starts if (line > here if forward else line < here)]
        target = (later[0] if forward else later[-1]) if later else (starts[0] if forward else starts[-1])
        self.editor.go_to(target)

    def _search(self, _text: str) -> None:
        self._find_hits()
        if self._hits:
            here = self.editor.textCursor().selectionStart()
            self._hit = next((at for at, place in enumerate(self._hits) if place >= here), 0)
            self._show_hit()

    def _find_hits(self) -> None:
        wanted, text = self.bar.search.text().lower(), self.text.lower()
        self._hits, at = [], text.find(wanted) if wanted else -1
        while at >= 0:
            self._hits.append(at)
            at = text.find(wanted, at + len(wanted))
        self._hit = min(self._hit, len(self._hits) - 1)
        self.bar.show_hits(len(self._hits), self._hit)

    def step_search(self, forward: bool) -> None:
        """Show the next or previous hit, around the end."""
        if self._hits:
            self._hit = (self._hit + (1 if forward else -1)) % len(self._hits)
            self._show_hit()

    def _show_hit(self) -> None:
        start = self._hits[self._hit]
        cursor = QTextCursor(self.editor.document())
        cursor.setPosition(start)
        cursor.setPosition(start + len(self.bar.search.text()), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)
        self.editor.centerCursor()
        self.bar.show_hits(len(self._hits), self._hit)

    def saved(self, path: Path, digest: str, text: str) -> None:
        """The text was written to a file: what it is compared with from now on."""
        self.context = replace(self.context, file=path, digest=digest)
        self.base = text
        self._look_now()
