"""The datastore of a YANG push subscription as a live tree in a tab: patches are applied to it, what changed is marked.

Lives here: the document that follows the subscription, and its tab.  Does not live here: hearing and patching
(`services.pushing`), which tab belongs to which subscription (`gui/notifications`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lxml import etree
from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QMenu, QStackedWidget, QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import elements
from netconf_gui.config.edits import Edit, InsertNode
from netconf_gui.config.live import LiveDocument
from netconf_gui.gui.forms import action, column, fix_height, label, named, row
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.notifications_subscriptions import about, filter_words
from netconf_gui.gui.panes.operational_tree import StateTree
from netconf_gui.gui.rows import Index
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, ElidedLabel, EmptyState
from netconf_gui.protocol.xml import parse
from netconf_gui.services.notifications import seconds
from netconf_gui.services.subscribing import Subscription, SubscriptionState
from netconf_gui.yang.schema import Schema

PAUSE = 150  # ms between two looks at what came


class PushedDocument(LiveDocument):
    """Knows which nodes the last update brought, beside those it changed."""

    arrived: tuple[etree._Element, ...] = ()

    def _become(self, edits: Sequence[Edit]) -> None:
        parents = [self.find(edit.parent) for edit in edits if isinstance(edit, InsertNode)]
        before = {child for parent in parents if parent is not None for child in elements(parent)}
        super()._become(edits)
        again = [self.find(edit.parent) for edit in edits if isinstance(edit, InsertNode)]
        found = {child: None for parent in again if parent is not None for child in elements(parent)}
        self.arrived = tuple(child for child in found if child not in before)


class PushedTreeView(StateTree):
    """Rows that the last update changed or brought keep their mark until the next one."""

    def __init__(self, model: ConfigTreeModel) -> None:
        super().__init__(model)
        named(self, "pushedTree", "What the device reports")
        self.changed: frozenset[etree._Element] = frozenset()
        self.arrived: frozenset[etree._Element] = frozenset()

    def mark(self, changed: Sequence[etree._Element], arrived: Sequence[etree._Element]) -> None:
        """These are new; what was marked before is not any more."""
        self.changed, self.arrived = frozenset(changed), frozenset(arrived)
        self.viewport().update()

    def row_fill(self, index: Index) -> QColor | None:
        found = super().row_fill(index)
        if found is not None or not (self.changed or self.arrived):
            return found
        here = self._model.row_at(index)
        element = here.own_element if here is not None else None
        if element is None:
            return None
        if element in self.changed:
            return theme().color("changed_tint")
        above: etree._Element | None = element
        while above is not None:
            if above in self.arrived:
                return theme().color("added_tint")
            above = above.getparent()
        return None


class PushView(QWidget):
    """Object name `pushView`: the tree of one subscription."""

    def __init__(
        self,
        subscription: Subscription,
        schema: Schema | None,
        tasks: TaskManager,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        super().__init__()
        named(self, "pushView", f"Reports of {subscription.device}", role="pane")
        self.subscription = subscription
        self._schema = schema
        self._tasks = tasks
        self._version = -1
        self._working = False
        self.updates = 0
        self.document: PushedDocument | None = None
        self.model: ConfigTreeModel | None = None
        self.tree: PushedTreeView | None = None
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._look)
        self._build()
        pushed = subscription.pushed
        assert pushed is not None

        def wake() -> None:
            if isValid(self) and not self._soon.isActive():
                self._soon.start()

        def changed() -> None:
            post(wake)

        pushed.on_change = changed
        self._look()

    def _build(self) -> None:
        self.copy_action = action(self, "&Copy path", "pushCopyPathAction", icon="copy")
        self.copy_action.triggered.connect(self._copy_path)
        layout = column(self)
        bar = named(QFrame(), "pushBar", "What is reported", role="bar")
        fix_height(bar, SIZES.bar)
        line = row(bar, margins=(12, 0, 12, 0), spacing=8)
        terms = self.subscription.terms
        line.addWidget(label(f"{self.subscription.device}: {about(terms)}", "pushTitle", kind="head"))
        self.filter = ElidedLabel("pushFilter", filter_words(terms))
        self.filter.setProperty("kind", "secondary")
        line.addWidget(self.filter, 1)
        self.state = Chip("pushState")
        line.addWidget(self.state)
        layout.addWidget(bar)
        self._stack = named(QStackedWidget(), "pushStack", "What is reported")
        self.empty = EmptyState("pushEmpty", "timer", "Nothing was reported yet", "The first report is waited for.")
        self._stack.addWidget(self.empty)
        layout.addWidget(self._stack, 1)
        foot = named(QFrame(), "pushFoot", "Last report", role="foot")
        fix_height(foot, SIZES.status)
        inside = row(foot, margins=(12, 0, 12, 0))
        self.said = ElidedLabel("pushSaid")
        self.said.setProperty("kind", "hint")
        inside.addWidget(self.said, 1)
        layout.addWidget(foot)
        self.say()

    # ---- what is shown

    def _look(self) -> None:
        """Take what came: it is parsed in the background and put into the tree here."""
        pushed = self.subscription.pushed
        if pushed is None or self._working or pushed.version == self._version:
            self.say()
            return
        self._working, version = True, pushed.version
        schema, first, name = self._schema, self.document is None, self.subscription.device

        def work(_cancel: CancelToken, _report: Report) -> etree._Element | PushedDocument | None:
            data = pushed.xml
            if not data:
                return None
            return PushedDocument(data, schema, name=name) if first else parse(data)

        task = self._tasks.run(work, title=f"Show what {name} reports", quiet=True)
        task.done.connect(lambda found: self._took(version, found) if isValid(self) else None)
        task.failed.connect(lambda _error: self._gave_up() if isValid(self) else None)

    def _gave_up(self) -> None:
        self._working = False
        self.say()

    def _took(self, version: int, found: etree._Element | PushedDocument | None) -> None:
        self._working, self._version = False, version
        if isinstance(found, PushedDocument):
            self._show_document(found)
        elif found is not None and self.document is not None and self.tree is not None:
            self.document.arrived = ()
            changed = self.document.take(found)
            if changed or self.document.arrived:
                self.tree.mark(changed, self.document.arrived)
            self.updates += 1
        self.say()
        pushed = self.subscription.pushed
        if pushed is not None and pushed.version != version:
            self._soon.start()

    def _show_document(self, document: PushedDocument) -> None:
        self.document = document
        self.model = ConfigTreeModel(document, self)
        self.tree = PushedTreeView(self.model)
        self.tree.menu_wanted.connect(self._menu)
        self._stack.addWidget(self.tree)
        self._stack.setCurrentWidget(self.tree)
        self.tree.open_first_levels()
        self.setFocusProxy(self.tree)
        self.updates += 1

    def say(self) -> None:
        """How the subscription stands."""
        one, pushed = self.subscription, self.subscription.pushed
        kind = {
            SubscriptionState.ACTIVE: "added",
            SubscriptionState.SUSPENDED: "warning",
            SubscriptionState.LOST: "warning",
            SubscriptionState.REFUSED: "error",
        }.get(one.state, "plain")
        self.state.show_text(one.state.value, kind)
        words = []
        if pushed is not None and pushed.time:
            at = seconds(pushed.time)
            words.append(f"As of {_clock(at) if at is not None else pushed.time}")
            if pushed.changes:
                words.append(f"{pushed.changes:,} change{'' if pushed.changes == 1 else 's'} since all was sent")
        if pushed is not None and pushed.problem:
            words.append(pushed.problem)
        if one.reason:
            words.append(one.reason)
        text = " · ".join(words) or "The first report is waited for."
        self.said.setText(text)
        self.said.setAccessibleName(text)

    # ---- what is done

    def _copy_path(self) -> None:
        path = self.tree.path_of(self.tree.row) if self.tree is not None and self.tree.row is not None else None
        if path is not None:
            copy_text(str(path))

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if self.tree is None:
            return
        if index.isValid():
            self.tree.setCurrentIndex(index)
        menu = named(QMenu(self), "pushMenu", "What to do with this node")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.copy_action)
        menu.popup(spot)

    def close_view(self) -> None:
        """The tab is closed: the subscription goes on."""
        self._soon.stop()
        if self.subscription.pushed is not None:
            self.subscription.pushed.on_change = lambda: None
        if self.model is not None:
            self.model.close()


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
