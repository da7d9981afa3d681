"""Differences as a YANG patch (RFC 8072), in XML and JSON, with what was there before (RFC 9144's source-value).

Lives here: `yang_patch` and `yang_patch_json`.  Does not live here: edit-configs (`plan`), the answers of devices to
RFC 9144's `compare` (`device_compare`).

The edits of a patch are applied one after another: what goes comes first, and new and moved entries of lists that the
user orders name a neighbour that has its place by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.copying import copy_node
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.diff_export import Mask, cover, shown_path
from netconf_gui.config.json_codec import fragment_to_json
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.resource_path import resource_path
from netconf_gui.protocol.xml import NS_COMPARE, add_element, new_element, qn, serialize
from netconf_gui.yang.schema import SchemaNode

NS_PATCH = "urn:ietf:params:xml:ns:yang:ietf-yang-patch"


@dataclass(frozen=True, slots=True)
class PatchEdit:
    """One edit; `value` and `source` are wrappers with the node itself inside, or None."""

    operation: str
    path: InstancePath
    above: Scope  # of the node's parent
    where: str = ""
    point: InstancePath | None = None
    value: etree._Element | None = None
    source: etree._Element | None = None


def yang_patch(
    difference: Diff,
    patch_id: str,
    source_values: bool = True,
    *,
    comment: str = "",
    mask: Mask | None = None,
) -> bytes:
    """The `<yang-patch>` element that turns the base of `difference` into the other side, indented.

    With `source_values` edits that change or delete something carry what was there, as RFC 9144 adds it; for a server
    that knows RFC 8072 alone leave them out.  Raises `ConfigError` where a node cannot be named.
    """
    nsmap: dict[str | None, str] = {None: NS_PATCH}
    if source_values:
        nsmap["cp"] = NS_COMPARE
    root = new_element(qn(NS_PATCH, "yang-patch"), nsmap)
    add_element(root, qn(NS_PATCH, "patch-id"), patch_id)
    if comment:
        add_element(root, qn(NS_PATCH, "comment"), comment)
    for number, edit in enumerate(patch_edits(difference, mask, sources=source_values), 1):
        out = add_element(root, qn(NS_PATCH, "edit"))
        for name, text in _leafs(edit, number, mask).items():
            add_element(out, qn(NS_PATCH, name), text)
        binder = Binder(difference.schema)
        for tag, holder in ((qn(NS_PATCH, "value"), edit.value), (qn(NS_COMPARE, "source-value"), edit.source)):
            if holder is not None:
                inside = add_element(out, tag)
                for node in elements(holder):
                    copy_node(node, binder.child_scope(edit.above, str(node.tag)), inside, binder)
    return serialize(root, pretty=True) + b"\n"


def yang_patch_json(
    difference: Diff,
    patch_id: str,
    source_values: bool = True,
    *,
    comment: str = "",
    mask: Mask | None = None,
) -> str:
    """The same in JSON (RFC 8072, section 2; RFC 7951).  Raises `ConfigError` without a schema, too."""
    edits: list[dict[str, Any]] = []
    for number, edit in enumerate(patch_edits(difference, mask, sources=source_values), 1):
        found: dict[str, Any] = dict(_leafs(edit, number, mask))
        for name, holder in (("value", edit.value), ("ietf-nmda-compare:source-value", edit.source)):
            if holder is not None:
                found[name] = json.loads(fragment_to_json(holder, edit.above, difference.schema))
        edits.append(found)
    patch: dict[str, Any] = {"patch-id": patch_id} | ({"comment": comment} if comment else {})
    if edits:
        patch["edit"] = edits
    return json.dumps({"ietf-yang-patch:yang-patch": patch}, indent=2, ensure_ascii=False) + "\n"


def _leafs(edit: PatchEdit, number: int, mask: Mask | None) -> dict[str, str]:
    """The leafs of an edit in schema order."""
    found = {
        "edit-id": f"edit{number}",
        "operation": edit.operation,
        "target": resource_path(shown_path(edit.path, mask)),
    }
    if edit.point is not None:
        found["point"] = resource_path(shown_path(edit.point, mask))
    if edit.where:
        found["where"] = edit.where
    return found


def patch_edits(difference: Diff, mask: Mask | None = None, *, sources: bool = True) -> list[PatchEdit]:
    """The edits in the order in which they are applied."""
    made = list(_Edits(difference, mask, sources).all())
    return [edit for edit in made if edit.operation == "delete"] + [edit for edit in made if edit.operation != "delete"]


class _Edits:
    def __init__(self, difference: Diff, mask: Mask | None, sources: bool) -> None:
        self._difference = difference
        self._binder = Binder(difference.schema)
        self._mask = mask
        self._sources = sources
        self._replaced: set[etree._Element] = set()

    def all(self) -> Iterator[PatchEdit]:
        for entry in self._difference.entries:
            if entry.guessed or any(step.position is not None for step in entry.path.steps):
                yield from self._nearest(entry)
            elif not self._inside(entry):
                yield self._edit(entry)

    def _edit(self, entry: DiffEntry) -> PatchEdit:
        above = self._above(entry.element_new if entry.element_old is None else entry.element_old)
        old = self._holder(entry.element_old, entry.path, source=True)
        if entry.kind == "removed":
            return PatchEdit("delete", entry.path, above, source=old)
        if entry.kind == "changed":
            new = self._holder(entry.element_new, entry.path)
            return PatchEdit("replace", entry.path, above, value=new, source=old)
        node = entry.schema_node
        if entry.kind == "added" and not (isinstance(node, SchemaNode) and node.ordered_by_user):
            return PatchEdit("create", entry.path, above, value=self._holder(entry.element_new, entry.path))
        where, point = self._place(entry)
        if entry.kind == "moved":
            return PatchEdit("move", entry.path, above, where, point)
        return PatchEdit("insert", entry.path, above, where, point, self._holder(entry.element_new, entry.path))

    def _place(self, entry: DiffEntry) -> tuple[str, InstancePath | None]:
        if entry.element_new is None:
            return "last", None
        previous = next(entry.element_new.itersiblings(str(entry.element_new.tag), preceding=True), None)
        return ("first", None) if previous is None else ("after", path_of(previous, self._binder))

    def _above(self, element: etree._Element | None) -> Scope:
        parent = None if element is None else element.getparent()
        return Region.TOP if parent is None else self._binder.scope(parent)

    def _nearest(self, entry: DiffEntry) -> Iterator[PatchEdit]:
        """What has no name, or only a guessed one: the nearest node above that has one is replaced as a whole."""
        own = entry.element_old if entry.element_new is None else entry.element_new
        old, new = entry.parent_old, entry.parent_new
        if own is None or old is None or new is None or self._is_named(own):
            yield self._edit(entry)
            return
        while new is not self._difference.mine_root and not self._is_named(new):
            above_old, above_new = old.getparent(), new.getparent()
            if above_old is None or above_new is None:
                break
            old, new = above_old, above_new
        if new is self._difference.mine_root:
            yield self._edit(entry)  # says why not
        elif new not in self._replaced:
            self._replaced.add(new)
            path = path_of(new, self._binder)
            value, source = self._holder(new, path), self._holder(old, path, source=True)
            yield PatchEdit("replace", path, self._above(new), value=value, source=source)

    def _is_named(self, element: etree._Element) -> bool:
        """Whether a path tells for certain which node is meant."""
        if self._above(element) is Region.UNKNOWN:
            return False
        return not any(step.position is not None for step in path_of(element, self._binder).steps)

    def _inside(self, entry: DiffEntry) -> bool:
        """Whether something above is replaced already."""
        at = entry.parent_new
        while self._replaced and at is not None:
            if at in self._replaced:
                return True
            at = at.getparent()
        return False

    def _holder(
        self, element: etree._Element | None, path: InstancePath, *, source: bool = False
    ) -> etree._Element | None:
        """A wrapper around a copy of the node, secrets masked."""
        if element is None or (source and not self._sources):
            return None
        scope = self._binder.scope(element)
        holder = new_element("value")
        twin = copy_node(element, scope, holder, self._binder)
        if self._mask is not None:
            cover(twin, scope, path, self._binder, self._mask)
        return holder
