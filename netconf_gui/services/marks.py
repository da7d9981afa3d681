"""By what an apply's outcome can be told later, without the configuration and without a schema.

Lives here: digests of the nodes a change touches, before and after it, and the comparison of running with them.  Does
not live here: the verdict while an apply runs, which compares values (`verdict`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable

from lxml import etree

from netconf_gui.config.path import InstancePath, Step
from netconf_gui.config.values import clark
from netconf_gui.errors import Outcome
from netconf_gui.protocol.xml import canonical, local_name
from netconf_gui.services.change import Change
from netconf_gui.workspace.journal import Guarded, Mark

MOST = 500  # nodes of one apply


def new_salt() -> str:
    """So that the digest of a short value cannot be looked up."""
    return secrets.token_hex(16)


def make_marks(change: Change, before: etree._Element, after: etree._Element, salt: str) -> tuple[Mark, ...]:
    """One for each node that the change makes another."""
    marks = (_mark(path, before, after, salt) for path in change.touched[:MOST])
    return tuple(mark for mark in marks if mark.before != mark.after)


def judge_marks(guarded: Guarded, now: etree._Element) -> Outcome:
    """Applied, unchanged, or unknown for a part of it; nodes that the device wrote its own way count as changed."""
    kept = moved = 0
    for mark in guarded.marks:
        steps, by_order = _read(mark.path)
        element = _find(now, steps)
        found = _order(element, guarded.salt) if by_order else _digest(element, guarded.salt)
        # what was to go and is there counts as kept, also where it is not as it was
        if found == mark.before or (found and not mark.after):
            kept += 1
        else:
            moved += 1
    if not guarded.marks or (kept and moved):
        return Outcome.UNKNOWN
    return Outcome.UNCHANGED if kept else Outcome.APPLIED


def tops(guarded: Guarded) -> tuple[tuple[str, str], ...]:
    """Namespace and name of the top-level nodes to read."""
    first = (_read(mark.path)[0][0] for mark in guarded.marks)
    return tuple(dict.fromkeys((step.namespace, step.name) for step in first))


def _mark(path: InstancePath, before: etree._Element, after: etree._Element, salt: str) -> Mark:
    one, other = _find(before, path.steps), _find(after, path.steps)
    first, second = _digest(one, salt), _digest(other, salt)
    by_order = bool(first) and first == second
    if by_order:  # the same content at another place
        first, second = _order(one, salt), _order(other, salt)
    steps = [[step.namespace, step.name, step.keys, step.value, step.position] for step in path.steps]
    return Mark(json.dumps({"order": by_order, "steps": steps}), first, second)


def _read(text: str) -> tuple[tuple[Step, ...], bool]:
    """The steps of a mark, and whether it is about the order of entries."""
    raw = json.loads(text)
    steps = (
        Step(namespace, name, tuple((key, value) for key, value in keys), content, position)
        for namespace, name, keys, content, position in raw["steps"]
    )
    return tuple(steps), bool(raw["order"])


def _digest(element: etree._Element | None, salt: str) -> str:
    if element is None:
        return ""
    return hashlib.sha256(salt.encode() + canonical(element)).hexdigest()


def _order(element: etree._Element | None, salt: str) -> str:
    """A digest of the entries beside it, in their order."""
    parent = element.getparent() if element is not None else None
    if element is None or parent is None:
        return ""
    digests = (_digest(child, salt) for child in parent.iterchildren(str(element.tag)))
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _find(root: etree._Element, steps: Iterable[Step]) -> etree._Element | None:
    at: etree._Element | None = root
    for step in steps:
        at = _child(at, step) if at is not None else None
    return at


def _child(parent: etree._Element, step: Step) -> etree._Element | None:
    for place, child in enumerate(parent.iterchildren(step.tag), 1):
        if step.position is not None and step.position != place:
            continue
        if step.value is not None and not _same(child.text, step.value):
            continue
        if all(
            any(_is_key(leaf, name, value) for leaf in child.iterchildren(etree.Element)) for name, value in step.keys
        ):
            return child
    return None


def _is_key(leaf: etree._Element, name: str, value: str) -> bool:
    return local_name(leaf) == name and _same(leaf.text, value)


def _same(text: str | None, value: str) -> bool:
    """A value as written, or an identity whatever its prefix."""
    written = (text or "").strip()
    identity = clark(value)
    return written == value if identity is None else written.rpartition(":")[2] == identity[1]
