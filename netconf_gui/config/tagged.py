"""Tagged defaults: what a device reports with ``wd:default="true"`` because nobody set it (RFC 6243, section 6).

Lives here: telling them from configuration, so that they are shown and never written back.  Does not live here: making
them (`defaults`), the modes themselves.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.defaults import TAG
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import Schema

TAGGED = "report-all-tagged"


def is_tagged(element: etree._Element) -> bool:
    """Whether the device marked a node as a default that nobody set; "1" is as good as "true" (xsd:boolean)."""
    return element.get(TAG) in ("true", "1")


def without_tagged(root: etree._Element, schema: Schema | None = None) -> etree._Element:
    """A copy without what is tagged, and without containers that mean nothing and held nothing else."""
    copy = read_fragment(serialize(root))
    _strip(copy, Region.TOP, Binder(schema))
    return copy


def _strip(parent: etree._Element, scope: Scope, binder: Binder) -> None:
    for child in list(elements(parent)):
        if is_tagged(child):
            parent.remove(child)
        elif len(child):
            inner = binder.child_scope(scope, str(child.tag))
            _strip(child, inner, binder)
            if is_np_container(inner) and next(elements(child), None) is None:
                parent.remove(child)
        else:
            child.attrib.pop(TAG, "")


def reported_defaults(full: etree._Element, kept: etree._Element) -> dict[tuple[etree._Element, str], str]:
    """(element of `kept`, tag of a leaf that is not there) → the default that the device reported.

    `kept` is the tree of `without_tagged(full)`, or one equal to it.  Defaults in containers that were left out with
    them are not told: there is no element that they would be below.
    """
    found: dict[tuple[etree._Element, str], str] = {}
    _collect(full, kept, found)
    return found


def _collect(full: etree._Element, kept: etree._Element, found: dict[tuple[etree._Element, str], str]) -> None:
    left = list(elements(kept))
    at = 0
    for child in elements(full):
        if is_tagged(child):
            found.setdefault((kept, str(child.tag)), child.text or "")
        elif at < len(left) and left[at].tag == child.tag:
            if len(child):
                _collect(child, left[at], found)
            at += 1
