"""*Copy as*: the node under the cursor into the clipboard, in the notations of other tools.

Lives here: the menu of each document, its keys.  Does not live here: the texts (`services.node_forms`), copying whole
subtrees (`node_clipboard`).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from netconf_gui.errors import ConfigError
from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.services.node_forms import FORMS, Form, Place

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.panes.document import DocumentPane

# two strokes: the first opens this menu's keys, the second is the form's
_FIRST = "Ctrl+Shift+Y"
_KEYS = {"xpath": "X", "instance": "I", "filter": "F", "restconf": "R", "curl": "C", "gnmi": "G", "ncclient": "N"}


class CopyAs(QObject):
    """Gives every document the menu *Copy as*, in Edit and in the menu of a node."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        program.documents.pane_added.connect(self._added)

    def _added(self, pane: DocumentPane) -> None:
        menu = named(QMenu("Copy a&s", pane), "copyAsMenu", "Copy as")
        icons.bind(menu.menuAction(), "copy")
        for key, title, form in FORMS:
            menu.addAction(self._action(pane, key, title, form))
        pane.tree.addActions(menu.actions())
        pane.more_actions.append(menu.menuAction())
        pane.actions_.edit.append(menu.menuAction())

    def _action(self, pane: DocumentPane, key: str, title: str, form: Form) -> QAction:
        made = action(pane, title[0].upper() + title[1:], f"copyAs{key.title()}Action", icon="copy")
        made.setShortcut(f"{_FIRST}, {_KEYS[key]}")
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setToolTip(f"The node as {title} ({_FIRST}, then {_KEYS[key]})")
        made.triggered.connect(functools.partial(self._copy, pane, title, form))
        return made

    def _copy(self, pane: DocumentPane, title: str, form: Form, _checked: bool = False) -> None:
        tell = self._program.window.status.tell
        path = path_of_row(pane.document, pane.row)
        if path is None:
            tell("Choose a node first: it is copied.")
            return
        device = self._program.workspace.inventory.device(pane.context.device_id)
        link = self._program.connections.link(pane.context.device_id)
        place = Place(path, pane.context.datastore or "running", device or (link.device if link is not None else None))
        try:
            text = form(place)
        except ConfigError as error:
            tell(f"{error.message} {error.advice or ''}".strip())
            return
        copy_text(text)
        tell(f"Copied as {title}: {path.short()}.")
