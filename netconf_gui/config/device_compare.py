"""A device's own comparison of two of its datastores (RFC 9144): what it answered, as differences.

Lives here: `read_comparison`, from the reply's content to `DiffEntry`s.  Does not live here: asking for it
(`protocol.operations.compare`, `session.datastores.compare`), our own comparison (`diff`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.path import InstancePath, step_of
from netconf_gui.config.resource_path import parse_resource_path
from netconf_gui.config.treediff import leaf_text
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.xml import child_named, local_name
from netconf_gui.yang.schema import Schema, SchemaNode

_KINDS = {
    "create": "added",
    "insert": "added",
    "delete": "removed",
    "remove": "removed",
    "replace": "changed",
    "merge": "changed",
    "move": "moved",
}


@dataclass(frozen=True)
class Comparison:
    """What the device says leads from the source datastore to the target.

    `matched` is false where the filter chose nothing, so that nothing was compared.  `unread` are the targets, as the
    device wrote them, of edits that the schema does not explain.
    """

    entries: tuple[DiffEntry, ...]
    matched: bool = True
    unread: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many entries there are of each kind: added, removed, changed, moved."""
        found = {"added": 0, "removed": 0, "changed": 0, "moved": 0}
        for entry in self.entries:
            found[entry.kind] += 1
        return found


def read_comparison(reply: etree._Element, schema: Schema | None) -> Comparison:
    """Read the answer to `compare`: the `<rpc-reply>`, or the `<differences>` or `<no-matches>` in it.

    Raises `MalformedMessage` for what is none.
    """
    answer = reply
    if local_name(reply) not in ("differences", "no-matches", "yang-patch"):
        found = [child for child in elements(reply) if local_name(child) in ("differences", "no-matches")]
        if not found:
            raise MalformedMessage(
                "The device's answer to compare has neither differences nor no-matches.",
                advice="Look at the reply in the wire record.",
            )
        answer = found[0]
    if local_name(answer) == "no-matches":
        return Comparison((), matched=False)
    patch = answer if local_name(answer) == "yang-patch" else child_named(answer, "yang-patch")
    if patch is None:
        return Comparison(())
    reader = _Reader(Binder(schema))
    for edit in elements(patch):
        if local_name(edit) == "edit":
            reader.read(edit)
    return Comparison(tuple(reader.entries), unread=tuple(reader.unread))


class _Reader:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self.entries: list[DiffEntry] = []
        self.unread: list[str] = []

    def read(self, edit: etree._Element) -> None:
        operation, target = _text(edit, "operation"), _text(edit, "target")
        new, old = _inside(edit, "value"), _inside(edit, "source-value")
        kind = _KINDS.get(operation, "")
        if operation in ("merge", "replace") and old is None and new is not None:
            kind = "added"  # a device that tells what was there leaves it out only where nothing was
        if operation in ("merge", "replace") and old is not None and new is None:
            kind = "removed"
        try:
            path = parse_resource_path(target, self._binder)
        except ConfigError:
            path = InstancePath()
        if not kind or not path.steps:
            self.unread.append(target)
            return
        path, scope = self._completed(path, old if new is None else new)
        point = _text(edit, "point")
        where = _text(edit, "where")
        neighbour = self._neighbour(point)
        node = scope if isinstance(scope, SchemaNode) else None
        self.entries.append(
            DiffEntry(
                kind=kind,
                path=path,
                old=leaf_text(old, scope),
                new=leaf_text(new, scope),
                element_old=old,
                element_new=new,
                schema_node=node,
                before=neighbour if where == "before" else "",
                after=neighbour if where == "after" else "",
            )
        )

    def _completed(self, path: InstancePath, element: etree._Element | None) -> tuple[InstancePath, Scope]:
        """The path with the keys that only the value tells, and what the node is."""
        scope: Scope = Region.TOP
        for step in path.steps:
            scope = self._binder.child_scope(scope, step.tag)
        last = path.steps[-1]
        if element is not None and str(element.tag) == last.tag and not last.keys and last.value is None:
            path = InstancePath((*path.steps[:-1], step_of(element, scope, self._binder)), path.modules)
        return path, scope

    def _neighbour(self, point: str) -> str:
        if not point:
            return ""
        try:
            step = parse_resource_path(point, self._binder).steps[-1]
        except (ConfigError, IndexError):
            return point
        return " ".join(value for _, value in step.keys) if step.value is None else step.value


def _text(edit: etree._Element, name: str) -> str:
    found = child_named(edit, name)
    return "" if found is None else (found.text or "").strip()


def _inside(edit: etree._Element, name: str) -> etree._Element | None:
    """The node inside of `value` or `source-value`."""
    found = child_named(edit, name)
    return None if found is None else next(elements(found), None)
