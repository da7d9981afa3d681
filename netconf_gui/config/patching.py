"""YANG patches carried out on a document (RFC 8072): what a device says has changed becomes what is shown.

Lives here: `apply_patch`.  State data is taken as well as configuration, and nothing is validated: the device says how
it is.  Does not live here: writing patches (`yang_patch`), edit-configs (`apply`), asking the device again where a
patch does not fit.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.datatree import DataTree
from netconf_gui.config.path import InstancePath, Step, step_of
from netconf_gui.config.resource_path import parse_resource_path
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import child_named, local_name, new_element
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_GOING = ("delete", "remove")
_COMING = ("create", "insert", "merge", "replace")
OPERATIONS = (*_COMING, *_GOING, "move")


def apply_patch(
    root: etree._Element, patch: etree._Element, schema: Schema | None, *, missing_ok: bool = True
) -> etree._Element:
    """The tree that the edits of `<yang-patch>` make of `root`, a wrapper of top-level nodes; `root` stays as it is.

    All edits are carried out, in their order, or none: raises `ConfigError` that names the edit which does not fit.
    With `missing_ok` what is to be created may be there, and what is to be deleted may be gone: what counts is how the
    device is afterwards.  The schema is needed, for the names of keys.
    """
    binder = Binder(schema)
    tree = DataTree(root, binder)
    for number, edit in enumerate((child for child in elements(patch) if local_name(child) == "edit"), 1):
        name = _text(edit, "edit-id") or str(number)
        try:
            _Edit(tree, binder, edit, missing_ok).carry_out()
        except ConfigError as error:
            raise ConfigError(
                f"The edit {name} of the device's YANG patch does not fit: {error.message}",
                path=_text(edit, "target"),
                state="What is shown is as it was before.",
                advice="Have all of it sent again.",
            ) from None
    return tree.root


class _Edit:
    """One edit, ready to be carried out."""

    def __init__(self, tree: DataTree, binder: Binder, edit: etree._Element, missing_ok: bool) -> None:
        self._tree = tree
        self._binder = binder
        self._missing_ok = missing_ok
        self._operation = _text(edit, "operation")
        if self._operation not in OPERATIONS:
            raise ConfigError(f"there is no operation {self._operation!r}.")
        self._path = parse_resource_path(_text(edit, "target"), binder)
        holder = child_named(edit, "value")
        self._values = list(elements(holder)) if holder is not None else []
        self._where = _text(edit, "where") or "last"
        point = _text(edit, "point")
        self._point = self._parsed_point(point) if point else None
        if self._operation in _COMING and not self._values:
            raise ConfigError(f"{self._operation} without a value.")

    def _parsed_point(self, text: str) -> Step:
        """The neighbour: named from the top, or within the same list."""
        try:
            return parse_resource_path(text, self._binder).steps[-1]
        except (ConfigError, IndexError):
            parent = InstancePath(self._path.steps[:-1], self._path.modules)
            return parse_resource_path(text, self._binder, parent).steps[-1]

    def carry_out(self) -> None:
        if not self._path.steps:
            self._on_everything()
            return
        found = self._parent()
        if found is None:
            return
        parent, above = found
        step = self._path.steps[-1]
        scope = self._binder.child_scope(above, step.tag)
        if not isinstance(scope, SchemaNode):
            raise ConfigError(f"{step.name} is not in the schema.")
        if self._values and self._operation in _COMING:
            step = self._named(step, scope)
        if scope.kind is NodeKind.LIST and scope.keys and not step.keys:
            raise ConfigError(f"the edit is about all of {step.name}, not about one entry.")
        there = self._tree.child(parent, step, scope)
        if self._operation in _GOING:
            self._go(there)
        elif self._operation == "move":
            if there is None:
                raise ConfigError(f"{step.name} is to be moved and is not there.")
            self._place(parent, there, scope)
        else:
            self._come(parent, there, scope)

    def _on_everything(self) -> None:
        """The whole datastore is the target."""
        if self._operation in ("replace", *_GOING):
            for child in list(elements(self._tree.root)):
                self._tree.remove(child)
        for value in self._values if self._operation in _COMING else ():
            self._merge(self._tree.root, value, self._binder.child_scope(Region.TOP, str(value.tag)))

    def _named(self, step: Step, scope: SchemaNode) -> Step:
        """The step with the keys that only the value tells; the value must be the node that the target names."""
        value = self._values[0]
        if str(value.tag) != step.tag:
            raise ConfigError(f"the target is {step.name}, the value is {local_name(value)}.")
        return step if step.keys or step.value is not None else step_of(value, scope, self._binder)

    def _parent(self) -> tuple[etree._Element, Scope] | None:
        """What the node is in; containers without meaning of their own are made.  None: there is nothing to do."""
        at, scope = self._tree.root, Region.TOP  # type: tuple[etree._Element, Scope]
        for step in self._path.steps[:-1]:
            inner = self._binder.child_scope(scope, step.tag)
            if not isinstance(inner, SchemaNode):
                raise ConfigError(f"{step.name} is not in the schema.")
            child = self._tree.child(at, step, inner)
            if child is None:
                if self._operation in _GOING and self._missing_ok:
                    return None
                if inner.kind is not NodeKind.CONTAINER or self._operation not in _COMING:
                    raise ConfigError(f"{step.name}, which the node is in, is not there.")
                child = self._tree.add(at, inner, new_element(step.tag, {None: step.namespace}))
            at, scope = child, inner
        return at, scope

    def _go(self, there: etree._Element | None) -> None:
        if there is not None:
            self._tree.remove(there)
        elif self._operation == "delete" and not self._missing_ok:
            raise ConfigError("what is to be deleted is not there.")

    def _come(self, parent: etree._Element, there: etree._Element | None, scope: SchemaNode) -> None:
        value = self._values[0]
        if self._operation in ("create", "insert") and there is not None and not self._missing_ok:
            raise ConfigError("what is to be created is there already.")
        if self._operation == "merge":
            self._merge(parent, value, scope)
            return
        made = self._tree.write(parent, value, scope, there)
        if self._operation == "insert":
            self._place(parent, made, scope)

    def _merge(self, parent: etree._Element, value: etree._Element, scope: Scope) -> None:
        if not isinstance(scope, SchemaNode):
            raise ConfigError(f"{local_name(value)} is not in the schema.")
        there = self._tree.child(parent, step_of(value, scope, self._binder), scope)
        if there is None or not scope.is_inner:
            if there is None or scope.kind is not NodeKind.LEAF_LIST:
                self._tree.write(parent, value, scope, there)
            return
        for child in elements(value):
            self._merge(there, child, self._binder.child_scope(scope, str(child.tag)))

    def _place(self, parent: etree._Element, entry: etree._Element, scope: SchemaNode) -> None:
        if self._where in ("first", "last"):
            self._tree.place(entry, scope, self._where, None)
            return
        neighbour = self._tree.child(parent, self._point, scope) if self._point is not None else None
        if neighbour is None or neighbour is entry:
            raise ConfigError("the neighbour that the point names is not there.")
        self._tree.place(entry, scope, self._where, neighbour)


def _text(edit: etree._Element, name: str) -> str:
    found = child_named(edit, name)
    return "" if found is None else (found.text or "").strip()
