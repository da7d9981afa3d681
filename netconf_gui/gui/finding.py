"""What "search everywhere" finds: actions, devices, and nodes of the document in front.

Nodes are looked up in the compiled schema (an indexed search) and shown in the document where it has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from netconf_gui.gui.search_box import Hit, action_source

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

NODES = 8  # hits of the schema that are shown


def connect_search(program: Program) -> None:
    """Give the search field its sources, in the order in which their hits are shown."""
    search = program.window.search
    search.add_source(partial(_nodes, program))
    search.add_source(partial(_devices, program))
    search.add_source(action_source(program.window.actions))
    search.left.connect(program.window.documents.focus_page)


def _devices(program: Program, text: str) -> Iterable[Hit]:
    wanted = text.casefold()
    for link in program.connections.links:
        device = link.device
        if wanted in f"{device.name} {device.host}".casefold():
            yield Hit(device.name, device.address, "device", partial(_show_device, program, device.id))


def _show_device(program: Program, device_id: str) -> None:
    program.window.devices_dock.show()
    program.window.devices.select(device_id)
    program.window.devices.view.setFocus()


def _nodes(program: Program, text: str) -> Iterable[Hit]:
    pane = program.documents.current
    schema = pane.document.schema if pane is not None else None
    if pane is None or schema is None or len(text) < 2:
        return
    for node in schema.search(text, limit=NODES):
        if not node.config:
            continue
        kind = (
            node.kind.value if node.kind.value in ("container", "list", "leaf", "leaf-list", "choice", "case") else ""
        )
        yield Hit(node.name, node.path, f"node:{kind or 'anydata'}", partial(program.documents.jump, pane, node.path))
