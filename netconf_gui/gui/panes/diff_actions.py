"""What can be done in a review, as actions with keys: in its context menu and, while it is in front, in the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from netconf_gui.gui.forms import action, named
from netconf_gui.gui.models.diff_tree import PATH
from netconf_gui.gui.panes.document_actions import copy_text

if TYPE_CHECKING:
    from netconf_gui.gui.panes.diff import DiffPane


class DiffActions(QObject):
    """`edit` and `view` go to those menus; `update_state` greys what makes no sense."""

    def __init__(self, pane: DiffPane) -> None:
        super().__init__(pane)
        self.setObjectName("diffActions")
        self._pane = pane
        self.next = action(pane, "&Next change", "nextChangeAction", icon="down", shortcut="F8")
        self.previous = action(pane, "&Previous change", "previousChangeAction", icon="up", shortcut="Shift+F8")
        self.only = action(
            pane, "&Changes only", "diffOnlyAction", icon="filter", shortcut="Ctrl+Shift+O", checkable=True
        )
        self.only.setChecked(True)
        self.modes = {
            "tree": action(pane, "&Tree", "diffTreeAction", icon="tree", shortcut="Alt+1"),
            "side": action(pane, "Text &side by side", "diffSideAction", icon="columns", shortcut="Alt+2"),
            "unified": action(pane, "&Unified text", "diffUnifiedAction", icon="list", shortcut="Alt+3"),
        }
        self.unfold = action(pane, "Show all &unchanged lines", "diffUnfoldAction", icon="expand", shortcut="F9")
        self.fold = action(pane, "F&old unchanged lines", "diffFoldAction", icon="collapse", shortcut="Shift+F9")
        self.go = action(pane, "&Go to the node", "diffGoAction", icon="node")
        self.replace = action(
            pane, "&Replace the subtree as a whole", "diffReplaceAction", shortcut="Ctrl+M", checkable=True,
            tip="Send it as one replace with all that it shall hold, whatever the device has there",
        )  # fmt: skip
        self.copy_path = action(pane, "Copy pat&h", "diffCopyPathAction", icon="copy", shortcut="Ctrl+Shift+C")
        self.by_hand = action(
            pane, "&Edit the edit-config by hand", "diffByHandAction", icon="edit", shortcut="F4", checkable=True
        )
        self.export = action(pane, "E&xport the differences…", "exportAction", icon="export", shortcut="Ctrl+Shift+X")
        self.edit = [self.by_hand, self.replace, self.copy_path, self.export]
        self.view = [*self.modes.values(), self.only, self.next, self.previous, self.unfold, self.fold]
        for one in (*self.edit, *self.view):
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            pane.addAction(one)
        self._connect()

    def _connect(self) -> None:
        pane = self._pane
        self.next.triggered.connect(lambda: pane.step(1))
        self.previous.triggered.connect(lambda: pane.step(-1))
        self.only.toggled.connect(pane.set_changes_only)
        for key, one in self.modes.items():
            one.triggered.connect(lambda _on=False, mode=key: pane.modes.choose(mode))
        self.unfold.triggered.connect(lambda: pane.text.unfold_all())
        self.fold.triggered.connect(lambda: pane.text.fold_all())
        self.go.triggered.connect(lambda: pane.jump_to(pane.tree.currentIndex()))
        self.replace.triggered.connect(lambda: pane.toggle_replace())
        self.copy_path.triggered.connect(lambda: copy_text(str(pane.tree.currentIndex().data(PATH) or "")))
        self.by_hand.triggered.connect(self._toggle_by_hand)
        pane.plan.hand_changed.connect(self.by_hand.setChecked)
        self.export.triggered.connect(lambda: pane.exports.popup())
        pane.tree.menu_wanted.connect(self.show_menu)

    def _toggle_by_hand(self, on: bool) -> None:
        plan = self._pane.plan
        if on:
            plan.set_by_hand(True)
        else:
            self.by_hand.setChecked(True)  # until the person has said so
            plan.give_up()

    def update_state(self) -> None:
        """Grey what makes no sense where the cursor is."""
        pane = self._pane
        text = pane.modes.current != "tree"
        index = pane.tree.currentIndex()
        has_path = not text and bool(index.isValid() and index.data(PATH))
        self.go.setEnabled(has_path)
        self.copy_path.setEnabled(has_path)
        self.only.setEnabled(not text)
        self.unfold.setEnabled(text)
        self.fold.setEnabled(text)
        self.replace.setEnabled(not text and pane.replaceable is not None and not pane.plan.by_hand)
        self.replace.setChecked(pane.replaceable in pane.replaced)
        self.by_hand.setEnabled(pane.plan.edit.isEnabled())
        for one in (self.next, self.previous):
            one.setEnabled(pane.count > 0)

    def show_menu(self, index: QModelIndex, spot: QPoint) -> None:
        """The context menu of the tree."""
        if index.isValid():
            self._pane.tree.setCurrentIndex(index)
        self.update_state()
        menu = named(QMenu(self._pane), "diffMenu", "Difference")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sections: list[list[QAction]] = [[self.go, self.copy_path], [self.replace], [self.next, self.previous]]
        for section in sections:
            menu.addActions(section)
            menu.addSeparator()
        menu.addAction(self.only)
        menu.popup(spot)
