"""The Review document: what differs between what was fetched and the draft, beside the edit-config that makes it so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Change
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Policy
from netconf_gui.errors import AppError
from netconf_gui.gui.forms import column, named
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.diff_outline import KINDS
from netconf_gui.gui.models.diff_text import Layout, TextRows
from netconf_gui.gui.models.diff_tree import PATH, DiffTreeModel
from netconf_gui.gui.panes.diff_actions import DiffActions
from netconf_gui.gui.panes.diff_bar import DiffBar, DiffCounts
from netconf_gui.gui.panes.diff_find import DiffFind
from netconf_gui.gui.panes.diff_text_view import DiffTextView
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from netconf_gui.gui.panes.plan_view import PlanView
from netconf_gui.gui.review import Review, ReviewWish, compare_documents, make_review
from netconf_gui.gui.review_editing import ReviewEditing
from netconf_gui.gui.review_exports import ReviewExports
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import EmptyState
from netconf_gui.services.strategy import DeployOptions
from netconf_gui.session.datastores import editing_with_defaults
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 300  # ms after an edit before it is compared anew


class DiffPane(QWidget):
    """Tree diff and text diff with the edit-config beside them; `apply_wanted` asks for an apply of `wish`.

    `refreshed(Review)` when a comparison has arrived, `failed(exception)` when there is none (the pane says so).
    `error(exception)` when something else that was asked for went wrong, `told(text)` when it went well.
    `options_wanted` asks for an apply of which more is to be said first.
    """

    apply_wanted = Signal()
    options_wanted = Signal()
    jump_wanted = Signal(str)
    refreshed = Signal(object)
    failed = Signal(object)
    error = Signal(object)
    told = Signal(str)

    def __init__(self, pane: DocumentPane, manager: TaskManager) -> None:
        super().__init__()
        named(self, "diffView", f"Review: {pane.title}", role="pane")
        self.document_pane = pane
        self.review: Review | None = None
        self.policy: Policy = "strict"
        self.options = DeployOptions()  # what *Apply* sends it with
        self.replaced: tuple[InstancePath, ...] = ()
        self.at = -1  # the number of the change that the cursor is on
        self._stepping = False
        self._text_revision = -1
        self._comparing = Latest(manager, self, f"Compare {pane.title}")
        self._reading = Latest(manager, self, f"Compare the text of {pane.title}")
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._refresh_if_seen)
        self._stale = False  # the document has changed while nobody looked
        self._applying = False
        self._rebased = False  # the base is another one because others changed the device, not because of an apply
        self._build()
        self.editing = ReviewEditing(self, manager)
        self.exports = ReviewExports(self, manager)
        self._connect()
        self._document = pane.document
        self._base = pane.document.base
        self._unsubscribe = pane.document.subscribe(self._on_change)
        self.destroyed.connect(lambda: self._unsubscribe())
        self.say_apply()
        self._say_position()
        self.counts.hide()
        self._say_empty("Comparing…", "What was fetched is compared with the draft.")
        self.refresh()

    # building

    def _build(self) -> None:
        self.bar, self.counts = DiffBar(), DiffCounts()
        self.modes, self.apply_button = self.bar.modes, self.bar.apply_button
        self.model = DiffTreeModel(self)
        self.tree = DiffTreeView(self.model)
        self.text = DiffTextView("diffText", "Differences as text")
        self.plan = PlanView()
        self._left = named(QStackedWidget(), "diffLeft", "Differences")
        self._left.addWidget(self.tree)
        self._left.addWidget(self.text)
        self.setFocusProxy(self.tree)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal), "diffSplitter", "Differences and edit-config")
        self.splitter.setHandleWidth(theme().px(4))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self.plan)
        self.splitter.setSizes([540, 620])
        self.empty = EmptyState("diffEmpty", "diff", "No differences", "")
        self._body = named(QStackedWidget(), "diffBody", "Review")
        self._body.addWidget(self.splitter)
        self._body.addWidget(self.empty)
        layout = column(self)
        layout.addWidget(self.bar)
        layout.addWidget(self.counts)
        self.finder = DiffFind(self)
        layout.addWidget(self.finder)
        layout.addWidget(self._body, 1)
        self.actions_ = DiffActions(self)

    def _connect(self) -> None:
        bar, plan = self.bar, self.plan
        bar.modes.chosen.connect(self._set_mode)
        bar.only.toggled.connect(self.actions_.only.setChecked)
        bar.previous.clicked.connect(lambda: self.step(-1))
        bar.next.clicked.connect(lambda: self.step(1))
        bar.apply_button.clicked.connect(lambda: self.editing.apply())
        self.counts.chosen.connect(self._set_kinds)
        self.tree.activated_index.connect(self.jump_to)
        self.tree.selectionModel().currentChanged.connect(lambda _now, _before: self._cursor_moved())
        self.text.moved.connect(self._cursor_moved)
        bar.options.clicked.connect(self.options_wanted)
        plan.failed.connect(self.error)
        plan.policy_chosen.connect(self.set_policy)
        plan.kept.connect(lambda path: self._set_replaced(tuple(one for one in self.replaced if one != path)))
        plan.hand_changed.connect(lambda _on: self.say_apply())
        plan.text.textChanged.connect(self.say_apply)
        self._comparing.failed.connect(self._say_failed)
        self._reading.failed.connect(self.error)
        self.document_pane.problems_changed.connect(self.say_apply)

    def find(self) -> None:  # type: ignore[override]
        """Look for a text in what is shown."""
        self.finder.start()

    def edit_actions(self) -> list[QAction]:
        """What belongs into the menu Edit while the review is in front."""
        return self.actions_.edit

    def view_actions(self) -> list[QAction]:
        return self.actions_.view

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Two texts side by side want the whole width, and everything does in a narrow window."""
        upright = self.width() < theme().px(900) or self.modes.current == "side"
        wanted = Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal
        if wanted is not self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            self.splitter.setSizes([600, 400] if upright else [540, 620])

    # comparing

    def _on_change(self, change: Change) -> None:
        if not change.more:
            self._timer.start()
            self.say_apply()

    def _refresh_if_seen(self) -> None:
        self._stale = not self.isVisible()
        if not self._stale:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Compare anew, off the GUI thread; the latest wins."""
        self._timer.stop()
        self._stale = False
        document = self.document_pane.document
        if document is not self._document:
            self._unsubscribe()
            self._document = document
            self._unsubscribe = document.subscribe(self._on_change)
        if document.base is not self._base:
            self._base = document.base
            if not document.is_dirty:
                # applied, or given up: what was chosen was about those changes; a draft that was rebased keeps it
                self.replaced = ()
                if not (self._rebased and self.plan.is_typed):
                    self.plan.set_by_hand(False)
        self._rebased = False
        base, snapshot, schema = document.base, document.snapshot(), document.schema
        context, policy, replaced = self.document_pane.context, self.policy, self.replaced
        defaults, options = self.defaults, self.options

        def work(cancel: CancelToken, _report: Report) -> Review:
            return make_review(
                base,
                snapshot.data,
                snapshot.revision,
                schema,
                context,
                cancel,
                policy=policy,
                replace=replaced,
                defaults=defaults,
                options=options,
            )

        self._comparing.run(work, self._take)

    def rebased(self, tell: Callable[[str], object]) -> None:
        """The draft goes on from what the device holds by now: compare anew.

        A text edited by hand stays, is tried on that, and what became of it is told.
        """
        self._rebased = True
        self.editing.tell_once(tell)
        self.refresh()

    @property
    def defaults(self) -> str | None:
        """The with-defaults mode in which the device's configuration was read."""
        capabilities = self.document_pane.context.capabilities
        return editing_with_defaults(capabilities) if capabilities is not None else None

    def _take(self, review: Review) -> None:
        self.review = review
        context = self.document_pane.context
        when = f" {datetime.fromtimestamp(context.fetched_at):%H:%M}" if context.fetched_at is not None else ""
        self.model.headers[2] = f"Fetched{when}" if context.device_name else "Saved"
        self.counts.show_counts(review.difference.counts, review.summary)
        self.model.replaced = frozenset(self.replaced)
        self.model.set_kinds(self.counts.kinds)
        self.model.show(review.difference, review.marks)
        self.plan.show_review(review, self.policy, self.replaced)
        if review.difference or self.plan.by_hand:
            self._body.setCurrentWidget(self.splitter)
        else:
            self._say_empty(
                "No differences", "The document says what was fetched. Edit it: what changes is shown here."
            )
        self.at = -1
        self._read_text()
        self._cursor_moved()
        self.say_apply()
        self.exports.update_state()
        self.refreshed.emit(review)

    def _say_failed(self, error: BaseException) -> None:
        words = error.full_text() if isinstance(error, AppError) else str(error)
        self._say_empty("The documents could not be compared", words)
        self.apply_button.setEnabled(False)
        self.failed.emit(error)

    def _say_empty(self, title: str, words: str) -> None:
        self.empty.say(title, words)
        self._body.setCurrentWidget(self.empty)

    # the text

    def _read_text(self) -> None:
        """Compare the texts, once they are looked at; long ones take a moment."""
        document = self.document_pane.document
        if self.modes.current == "tree" or self._text_revision == document.revision:
            return
        base, snapshot, layout = document.base, document.snapshot(), self._layout

        def work(_cancel: CancelToken, _report: Report) -> tuple[int, TextRows]:
            return snapshot.revision, compare_documents(base, snapshot.data, layout)

        self._reading.run(work, self._show_text)

    @property
    def _layout(self) -> Layout:
        return "unified" if self.modes.current == "unified" else "side"

    def _show_text(self, found: tuple[int, TextRows]) -> None:
        self._text_revision = found[0]
        self.text.show_rows(found[1])
        self.text.set_layout(self._layout)
        self.text.go_to_change(0)

    def _set_mode(self, mode: str) -> None:
        view: QWidget = self.tree if mode == "tree" else self.text
        focused = self.focusWidget() in (self.tree, self.text)
        self._left.setCurrentWidget(view)
        self.setFocusProxy(view)
        if focused:
            view.setFocus()
        if mode != "tree":
            self.text.set_layout(self._layout)
            self._read_text()
        self.bar.only.setEnabled(mode == "tree")
        self._arrange()
        self._cursor_moved()

    # what is shown

    def set_changes_only(self, on: bool) -> None:
        """Whether the tree leaves out what is the same."""
        self.bar.only.setChecked(on)
        self.model.set_changes_only(on)
        self._cursor_moved()

    def _set_kinds(self, kinds: tuple[str, ...]) -> None:
        self.modes.choose("tree")
        self.model.set_kinds(kinds or KINDS)
        self._cursor_moved()

    @property
    def count(self) -> int:
        """How many changes there are to step through."""
        return len(self.model.changes) if self.modes.current == "tree" else len(self.text.rows.changes)

    def step(self, by: int) -> None:
        """Go to the next or previous change."""
        count = self.count
        if not count:
            return
        self.at = (self.at + by) % count if self.at >= 0 else (0 if by > 0 else count - 1)
        self._stepping = True
        if self.modes.current == "tree":
            self.tree.show_change(self.at)
        else:
            self.text.go_to_change(self.at)
        self._stepping = False
        self._say_position()
        self.actions_.update_state()

    def _cursor_moved(self) -> None:
        """A person went elsewhere: steps go on from there."""
        if self._stepping:
            return
        if self.modes.current != "tree":
            self.at = self.text.rows.change_at(self.text.current)
        else:
            row = self.tree.current_row
            entry = row.entry if row is not None else None
            self.at = next((at for at, one in enumerate(self.model.changes) if one is entry), self.at)
            self.at = min(self.at, self.count - 1)
        self._say_position()
        self.actions_.update_state()

    def _say_position(self) -> None:
        count = self.count
        self.bar.position.setText(f"{self.at + 1:,} of {count:,}" if self.at >= 0 else f"{count:,}" if count else "")
        self.bar.position.setAccessibleName(self.bar.position.text() or "no changes")
        for button in (self.bar.previous, self.bar.next):
            button.setEnabled(count > 0)

    def jump_to(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Go to the node of a row in its document."""
        path = index.data(PATH) if index.isValid() else ""
        if isinstance(path, str) and path:
            self.jump_wanted.emit(path)

    # the plan

    @property
    def wish(self) -> ReviewWish:
        """What an apply is to send."""
        return self.editing.wish

    def set_policy(self, policy: Policy) -> None:
        """How the device is to take surprises."""
        if policy != self.policy:
            self.policy = policy
            self.refresh()

    def send_with(self, options: DeployOptions) -> None:
        """What *Apply* is going to send it with: target and words follow."""
        if options != self.options:
            self.options = options
            self.refresh()

    @property
    def replaceable(self) -> InstancePath | None:
        """The path of the row at the cursor, if it can be sent as one replace."""
        row = self.tree.current_row
        if row is None or row.state in ("added", "removed"):
            return None
        if not isinstance(row.scope, SchemaNode) or not row.scope.is_inner:
            return None
        return self.model.path_of(row)

    def toggle_replace(self) -> None:
        """Send the subtree at the cursor as one replace, or only what differs in it again."""
        path = self.replaceable
        if path is None:
            return
        kept = tuple(one for one in self.replaced if one != path)
        self._set_replaced(kept if path in self.replaced else (*kept, path))

    def _set_replaced(self, paths: tuple[InstancePath, ...]) -> None:
        self.replaced = paths
        self.model.set_replaced(paths)
        self.actions_.update_state()
        self.refresh()

    # applying

    def say_apply(self) -> None:
        """Whether the button can be pressed, and if not, why."""
        review, button = self.review, self.apply_button
        if review is None:
            button.setEnabled(False)
            self.bar.options.setEnabled(False)
            return
        has_device = bool(self.document_pane.context.device_id)
        under_way = "An apply to this device is under way." if self._applying else ""
        why = under_way or review.refused or self._why_not(review)
        button.setText(f"Apply to {review.target}…" if has_device else "Apply…")
        button.setEnabled(not why and has_device)
        self.bar.options.setEnabled(button.isEnabled())
        button.setToolTip(why or "Send the edit-config, validate, commit and read back")
        button.setAccessibleName(f"Apply to {review.target}")

    def set_applying(self, under_way: bool) -> None:
        """Whether an apply to the document's device runs: no second one is offered meanwhile."""
        self._applying = under_way
        self.say_apply()

    def _why_not(self, review: Review) -> str:
        if self.plan.by_hand:
            return self.editing.why_not
        return review.dry_run if review.plan is None else "Nothing differs." if review.plan.empty else ""
