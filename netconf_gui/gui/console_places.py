"""The ways to the console from where operations are seen: the schema browser, and nodes of a configuration.

Lives here: which operation is meant there, and at which instance.  Does not live here: the consoles (`console`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from netconf_gui.config.path import InstancePath
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.models.rows import Row
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.protocol.xml import NS_NOTIF
from netconf_gui.yang.schema import NodeKind, SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program


class ConsolePlaces(QObject):
    """Offers *Send…* where it makes sense."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        program.schemas.send_wanted.connect(self._send_node)
        program.documents.pane_added.connect(self._extend)

    def _send_node(self, device_id: str, node: SchemaNode) -> None:
        """An operation, or a subscription to a notification, of the schema browser."""
        link = self._program.connections.link(device_id)
        if link is None or not link.connected:
            self._program.window.status.tell("The device is not connected: nothing can be sent to it.")
        elif node.kind is NodeKind.NOTIFICATION:
            self._program.consoles.open(device_id, text=subscription_to(node))
        else:
            self._program.consoles.open(device_id, node.path)

    # actions of a configuration's nodes

    def _extend(self, pane: DocumentPane) -> None:
        if not pane.context.device_id:
            return
        made = action(pane, "&Send an action…", "sendActionAction", icon="apply", shortcut="Ctrl+Alt+G")
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.triggered.connect(lambda: self._choose(pane))
        pane.addAction(made)
        pane.more_actions.append(made)
        pane.row_changed.connect(lambda row: self._follow(pane, made, row))
        self._follow(pane, made, pane.row)

    @staticmethod
    def _follow(pane: DocumentPane, made: QAction, row: Row | None) -> None:
        found = actions_of(pane, row)
        made.setEnabled(bool(found))
        made.setVisible(bool(found))
        made.setText(f"&Send {found[0].name}…" if len(found) == 1 else "&Send an action…")

    def _choose(self, pane: DocumentPane) -> None:
        """The action of the node under the cursor; asks which where there are several."""
        found, row = actions_of(pane, pane.row), pane.row
        element = row.own_element if row is not None else None
        if not found or element is None:
            return
        path = pane.document.path_of(element)
        if len(found) == 1:
            self._open(pane, found[0], path)
            return
        menu = named(QMenu(pane), "sendActionMenu", "Actions of the node")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in found:
            entry = menu.addAction(one.name)
            entry.setObjectName("sendOneAction")
            entry.triggered.connect(lambda _on=False, chosen=one: self._open(pane, chosen, path))
        corner = pane.tree.visualRect(pane.tree.currentIndex()).bottomLeft()
        menu.popup(pane.tree.viewport().mapToGlobal(corner + QPoint(16, 0)))

    def _open(self, pane: DocumentPane, node: SchemaNode, path: InstancePath) -> None:
        device_id = pane.context.device_id
        link = self._program.connections.link(device_id)
        if link is None or not link.connected:
            self._program.window.status.tell("The device is not connected: nothing can be sent to it.")
            return
        self._program.consoles.open(device_id, node.path, path)


def actions_of(pane: DocumentPane, row: Row | None) -> list[SchemaNode]:
    """The actions of the node that a row stands for."""
    node, schema = (row.node if row is not None else None), pane.document.schema
    if row is None or node is None or schema is None or row.own_element is None or row.removed or not node.is_inner:
        return []
    return [child for child in schema.children(node) if child.kind is NodeKind.ACTION]


def subscription_to(node: SchemaNode) -> str:
    """The request for notifications of one kind (RFC 5277, section 2.1.1)."""
    return (
        f'<create-subscription xmlns="{NS_NOTIF}">\n  <filter type="subtree">\n'
        f'    <{node.name} xmlns="{node.namespace}"/>\n  </filter>\n</create-subscription>\n'
    )
