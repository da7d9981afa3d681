"""Which node an rpc-error is about: by its error-path, else by the element that it calls bad.

Lives here: `place`.  Does not live here: reading error paths (`config.error_path`), marking nodes in a window.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from netconf_gui.config.binding import Binder, elements
from netconf_gui.config.error_path import from_error_path
from netconf_gui.config.path import path_of
from netconf_gui.errors import RpcError
from netconf_gui.protocol.xml import local_name
from netconf_gui.services.change import Change


def place(errors: Sequence[RpcError], change: Change) -> tuple[str, ...]:
    """For each error the path of the nearest node in the wished configuration; "" where it names none."""
    binder = Binder(change.schema)
    return tuple(_node(error, change, binder) for error in errors)


def _node(error: RpcError, change: Change, binder: Binder) -> str:
    root = change.difference.mine_root
    element: etree._Element | None = None
    if error.path:
        element = from_error_path(error.path, dict(error.path_namespaces), root, binder)
    bad = next((text.strip().rpartition(":")[2] for name, text in error.info if name == "bad-element"), "")
    if element is not None and error.path and error.path.lstrip().startswith("["):
        # such a path names what is around it
        within = [child for child in elements(element) if local_name(child) == bad]
        element = within[0] if len(within) == 1 else element
    if element is None:
        found = [one for one in _changed(change) if local_name(one) == bad] if bad else []
        element = found[0] if len(found) == 1 else None
    return "" if element is None else str(path_of(element, binder))


def _changed(change: Change) -> list[etree._Element]:
    """The elements that the change adds or gives another value, what is in them included."""
    tops = [entry.element_new for entry in change.difference.entries if entry.element_new is not None]
    return [element for top in tops for element in top.iter(etree.Element)]
