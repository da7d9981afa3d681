"""The smallest `<edit-config>` that makes one configuration of another.

Lives here: `Plan`, `plan()`, `edit_config_xml()`.  Does not live here: what differs (`diff`), performing an edit-config
(`apply`), sending it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder
from netconf_gui.config.diff import Diff
from netconf_gui.config.hidden import Hidden
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan_writing import write
from netconf_gui.config.planner import Policy, gather
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element, parse, qn, serialize, splice

__all__ = ["Plan", "Policy", "edit_config_xml", "plan", "size_note"]


@dataclass(frozen=True)
class Plan:
    """The content of an edit-config.

    `config` is the `<config>` element; it is meant for default-operation none.  `operations` counts the nodes that
    carry an operation; containers that the base lacks carry merge on the way to one, and do not count.  `touched` are
    the paths to read back afterwards.  `notes` are sentences for people.
    """

    config: etree._Element
    operations: int
    touched: tuple[InstancePath, ...]
    policy: Policy
    notes: tuple[str, ...]
    _inverse: Callable[[], Plan]

    default_operation = "none"

    @property
    def empty(self) -> bool:
        return self.operations == 0

    def inverse(self) -> Plan:
        """The plan that leads back."""
        return self._inverse()


def plan(
    difference: Diff,
    policy: Policy = "strict",
    replace: Sequence[InstancePath] = (),
    *,
    unreadable: Sequence[InstancePath] = (),
    message_limit: int | None = None,
) -> Plan:
    """The `<edit-config>` content that turns the base of `difference` into the other side.

    With the policy "strict" added nodes are created, changed ones replaced, removed ones deleted: a device that holds
    something else than the base refuses.  With "tolerant" they are merged, replaced and removed.  Nodes in `replace` at
    which something differs are sent as one replace with all that they shall hold.

    Raises `ConfigError` rather than delete or replace over a subtree in `unreadable` (entries without keys stand for
    all), or over nodes that must be there and that the schema denies to all readers by default.  An edit larger than
    `message_limit` bytes is not split, but `notes` say so.
    """
    binder = Binder(difference.schema)
    hidden = Hidden(unreadable, binder)
    gathered = gather(difference, policy, replace, hidden, binder)
    config, operations = write(gathered.root, binder, strict=policy == "strict")
    notes = (*gathered.notes, *hidden.notes)
    if message_limit is not None and operations:
        notes += size_note(len(serialize(config)), message_limit)
    return Plan(
        config,
        operations,
        gathered.touched,
        policy,
        notes,
        lambda: plan(difference.reversed(), policy, unreadable=unreadable, message_limit=message_limit),
    )


def size_note(size: int, limit: int) -> tuple[str, ...]:
    """What to say of an edit of `size` bytes for a device that takes messages of at most `limit`."""
    if size <= limit:
        return ()
    return (
        f"The edit has {size:,} bytes; the device takes messages of at most {limit:,}. It is not split, since "
        "a split edit is not all or nothing: change less at a time.",
    )


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
