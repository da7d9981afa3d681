"""The change that an apply makes: what is sent, what it touches, and what the device should hold afterwards.

Lives here: `Change` and the comparisons an apply makes with it.  Does not live here: sending (`applying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import elements
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import Diff, DiffEntry, diff
from netconf_gui.config.path import InstancePath, Step, path_of
from netconf_gui.config.plan import Policy, plan
from netconf_gui.config.summary import shortened
from netconf_gui.protocol.xml import new_element
from netconf_gui.session.redact import MASK, is_secret_name
from netconf_gui.yang.schema import Schema


@dataclass(frozen=True)
class Change:
    """`config` is sent with `default_operation`; `difference` leads from what was fetched to what is wished."""

    config: etree._Element
    default_operation: str
    operations: int
    difference: Diff
    touched: tuple[InstancePath, ...]
    schema: Schema | None
    policy: Policy = "strict"
    replace: tuple[InstancePath, ...] = ()
    given: bool = False  # somebody wrote the edit; it is sent as it is
    defaults: str | None = None  # the with-defaults mode in which configurations are read
    unreadable: tuple[InstancePath, ...] = ()  # what the person may not read: nothing is replaced or deleted over it

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.operations == 0

    def filters(self) -> list[etree._Element] | None:
        """Subtree filters for the top-level nodes that are touched; None where one cannot be named."""
        tops = dict.fromkeys((path.steps[0].namespace, path.steps[0].name) for path in self.touched if path.steps)
        if not tops or any(not namespace for namespace, _ in tops):
            return None
        return [new_element(f"{{{namespace}}}{name}", {None: namespace}) for namespace, name in tops]

    def differences(self, one: etree._Element, other: etree._Element) -> tuple[DiffEntry, ...]:
        """What differs between two states of the device where this change touches it."""
        return overlapping(self.compare(one, other), self.touched)

    def compare(
        self, one: etree._Element, other: etree._Element, cancel: CancelToken | None = None
    ) -> tuple[DiffEntry, ...]:
        """What differs between two states of the device, wherever it is."""
        return self.diff(one, other, cancel).entries

    def diff(self, one: etree._Element, other: etree._Element, cancel: CancelToken | None = None) -> Diff:
        """The same, for a plan."""
        return diff(one, other, self.schema, cancel=cancel, defaults=self.defaults)


def make_change(
    base: bytes,
    mine: bytes,
    schema: Schema | None,
    edit: bytes | None = None,
    *,
    policy: Policy = "strict",
    replace: Sequence[InstancePath] = (),
    default_operation: str = "merge",
    defaults: str | None = None,
    unreadable: Sequence[InstancePath] = (),
) -> Change:
    """The change from `base` to `mine`, or that of sending `edit` with its default operation; raises `ConfigError`.

    `defaults` is the with-defaults mode in which the device is read.
    """
    difference = diff(read_root(base), read_root(mine), schema, defaults=defaults)
    if edit is None:
        return _planned(difference, policy, tuple(replace), tuple(unreadable))
    planned = plan(difference, "tolerant")
    sent = read_root(edit)
    touched = planned.touched or tuple(path_of(child, schema) for child in elements(sent))
    number = planned.operations or len(touched)
    return Change(sent, default_operation, number, difference, touched, schema, given=True, defaults=defaults)


def rebased(change: Change, theirs: etree._Element, merged: etree._Element) -> Change:
    """The same change for a device that holds `theirs` by now, so that it comes to hold `merged`."""
    return _planned(change.diff(theirs, merged), change.policy, change.replace, change.unreadable)


def _planned(
    difference: Diff, policy: Policy, replace: tuple[InstancePath, ...], unreadable: tuple[InstancePath, ...]
) -> Change:
    made = plan(difference, policy, replace, unreadable=unreadable)
    return Change(
        made.config,
        made.default_operation,
        made.operations,
        difference,
        made.touched,
        difference.schema,
        policy,
        replace,
        defaults=difference.defaults,
        unreadable=unreadable,
    )


def overlapping(entries: Iterable[DiffEntry], touched: Sequence[InstancePath]) -> tuple[DiffEntry, ...]:
    """The entries at, above or below one of the paths."""
    whole = {path.steps for path in touched}
    above: set[tuple[Step, ...]] = {steps[:depth] for steps in whole for depth in range(len(steps) + 1)}
    return tuple(entry for entry in entries if _touches(entry.path.steps, whole, above))


def _touches(steps: tuple[Step, ...], whole: set[tuple[Step, ...]], above: set[tuple[Step, ...]]) -> bool:
    return steps in above or any(steps[:depth] in whole for depth in range(len(steps) + 1))


def told(path: InstancePath, value: str | None) -> str:
    """A value as people may read it in a message: never a secret, never a page."""
    return shortened(masked(path, value) or "")


def masked(path: InstancePath, value: str | None) -> str | None:
    """The value, unless the node's name says that it is a secret."""
    return MASK if value and is_secret_name(path.name) else value


def said(entry: DiffEntry) -> str:
    """One difference in a few words: "mtu of xe-0/0/1: 1500 → 9192"."""
    path = entry.path.short()
    if entry.kind == "changed" and entry.new is not None:
        return f"{path}: {told(entry.path, entry.old)} → {told(entry.path, entry.new)}"
    return f"{path} {entry.kind}"
