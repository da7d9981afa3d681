"""The wished state of a device out of a file: top-level nodes that are replaced, and what goes by that."""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.config.codec import empty, read_root
from netconf_gui.config.diff import diff
from netconf_gui.protocol.xml import splice
from netconf_gui.yang.schema import Schema


def wished(base: etree._Element, given: etree._Element, *, whole: bool = False) -> etree._Element:
    """A copy of `base` in which the top-level nodes that `given` holds are as there.

    Others stay, or go with `whole`.  A top-level list or leaf-list is replaced with all its entries.
    """
    named = {element.tag for element in elements(given)}
    kept = [element for element in elements(base) if not whole and element.tag not in named]
    root = empty()
    # as text: moving elements loses declarations of prefixes that only values use
    return read_root(splice(root, root, [*kept, *elements(given)]))


def deletions(base: bytes, mine: bytes, schema: Schema | None) -> tuple[str, ...]:
    """The paths of all that goes, for people to agree to."""
    found = diff(read_root(base), read_root(mine), schema)
    return tuple(str(entry.path) for entry in found.entries if entry.kind == "removed")
