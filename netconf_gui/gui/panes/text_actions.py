"""What can be done in a text view by menu and keys: complete, format, fold, go to the tree.

Lives here: the actions, their menu and their keys.  Does not live here: what they do (`text_view`, `gui.text`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from netconf_gui.gui.forms import action, named

if TYPE_CHECKING:
    from netconf_gui.gui.panes.text_view import TextView


class TextActions:
    """The actions of one view; its keys work while the view has the focus."""

    def __init__(self, view: TextView) -> None:
        self._view = view
        key, title = view.language.key, view.language.title
        self.complete = action(view, "&Complete", f"{key}CompleteAction", icon="edit", shortcut="Ctrl+Space")
        self.to_tree = action(view, "&Go to tree", f"{key}ToTreeAction", icon="tree", shortcut="F12")
        self.format = action(view, "&Format", f"{key}FormatAction", icon="format", shortcut="Ctrl+Shift+J")
        self.fold = action(view, "Fold or &unfold here", f"{key}FoldAction", icon="collapse", shortcut="F9")
        self.fold_all = action(view, "Fold &all", f"{key}FoldAllAction", icon="collapse", shortcut="Shift+F9")
        self.unfold_all = action(view, "U&nfold all", f"{key}UnfoldAllAction", icon="expand", shortcut="Ctrl+Shift+F9")
        self.all = (self.complete, self.to_tree, self.format, self.fold, self.fold_all, self.unfold_all)
        self.menu = named(QMenu(f"{title} te&xt", view), f"{key}TextMenu", f"{title} text")
        for one in self.all:
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            view.addAction(one)
            self.menu.addAction(one)
        self.complete.triggered.connect(lambda: view.assistant.complete())
        self.to_tree.triggered.connect(lambda: view.go_to_tree())
        self.format.triggered.connect(lambda: view.format())
        self.fold.triggered.connect(lambda: self._fold_here())
        self.fold_all.triggered.connect(lambda: view.editor.folding.fold_all())
        self.unfold_all.triggered.connect(lambda: view.editor.folding.unfold_all())
        self.menu.aboutToShow.connect(lambda: self._update())
        view.editor.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.editor.customContextMenuRequested.connect(lambda spot: self._show_menu(spot))

    def _update(self) -> None:
        view = self._view
        there = view.isVisible() and view.shows_text
        for one in self.all:
            one.setEnabled(there)
        for one in (self.complete, self.format):
            one.setEnabled(there and not view.editor.isReadOnly())

    def _fold_here(self) -> None:
        """Fold the node around the cursor, or unfold the one in its line."""
        folding = self._view.editor.folding
        line = folding.around(self._view.editor.textCursor().blockNumber())
        if line is not None:
            folding.toggle(line)
            if folding.is_folded(line):
                self._view.editor.go_to(line + 1)

    def _show_menu(self, spot: QPoint) -> None:
        """The editor's own menu with these actions in front."""
        editor = self._view.editor
        self._update()
        menu = editor.createStandardContextMenu(spot)
        named(menu, f"{self._view.language.key}ContextMenu", "Text")
        own = menu.actions()
        if own:
            menu.insertActions(own[0], list(self.all))
            menu.insertSeparator(own[0])
        else:
            menu.addActions(list(self.all))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(editor.viewport().mapToGlobal(spot))
