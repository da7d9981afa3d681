"""The smallest `<edit-config>` that makes one configuration of another.

Lives here: `Plan`, `plan()`, `edit_config_xml()`.  Does not live here: what differs (`diff`), performing an edit-config
(`apply`), sending it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.diff import Diff
from netconf_gui.config.path import InstancePath
from netconf_gui.config.planner import Style, build_config
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element, parse, qn, serialize, splice

__all__ = ["Plan", "Style", "edit_config_xml", "plan"]


@dataclass(frozen=True)
class Plan:
    """The content of an edit-config.

    `config` is the `<config>` element; it is meant for default-operation none.  `operations` counts the nodes that
    carry an operation.  `touched` are the paths to read back afterwards.
    """

    config: etree._Element
    operations: int
    touched: tuple[InstancePath, ...]
    style: Style
    _inverse: Callable[[], Plan]

    default_operation = "none"

    @property
    def empty(self) -> bool:
        return self.operations == 0

    def inverse(self) -> Plan:
        """The plan that leads back."""
        return self._inverse()


def plan(difference: Diff, *, style: Style = "strict") -> Plan:
    """The `<edit-config>` content that turns the base of `difference` into the other side.

    With style "strict" added nodes are created, changed ones replaced, removed ones deleted: a device that holds
    something else than the base refuses.  With "lenient" they are merged, replaced and removed.
    """
    config, operations, touched = build_config(difference, style)
    return Plan(config, operations, touched, style, lambda: plan(difference.reversed(), style=style))


# what the element around it declares already
_DECLARING_CONFIG = b'<config xmlns="%b" xmlns:nc="%b">' % (NS_BASE.encode(), NS_BASE.encode())


def edit_config_xml(
    made: Plan,
    target: str = "candidate",
    *,
    default_operation: str = "none",
    test_option: str | None = None,
    error_option: str | None = None,
    pretty: bool = True,
) -> bytes:
    """The whole `<edit-config>` element as text for people (RFC 6241, section 7.2, for the order of its children)."""
    root = new_element(qn(NS_BASE, "edit-config"), nsmap={None: NS_BASE, "nc": NS_BASE})
    add_element(add_element(root, qn(NS_BASE, "target")), qn(NS_BASE, target))
    options = (("default-operation", default_operation), ("test-option", test_option), ("error-option", error_option))
    for name, value in options:
        if value is not None:
            add_element(root, qn(NS_BASE, name), value)
    # as text: moving the element would lose declarations of prefixes that only values use
    text = splice(root, root, [made.config]).replace(_DECLARING_CONFIG, b"<config>", 1)
    return serialize(parse(text), pretty=True) if pretty else text
