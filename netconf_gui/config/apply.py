"""The edit-config interpreter (RFC 6241, section 7.2): what a server's datastore is after an edit.

Lives here: `edit_config` and `perform_edit`; the dry run of plans and the demo device both use them.  Pure: they work
on a copy.  Does not live here: reading and checking what a node asks for (`edit_request`), putting nodes into a tree
(`datatree`), locks, datastores, validation of the result.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.datatree import DataTree, find_unknown
from netconf_gui.config.edit_request import (
    GOING,
    NOT_SAID,
    Placing,
    check_attributes,
    check_children,
    check_known,
    check_value,
    entry_step,
    operation_of,
    placing_of,
)
from netconf_gui.config.path import Step
from netconf_gui.config.refusals import attribute_error, bad_element, data_exists, data_missing, refused
from netconf_gui.errors import EditRefused, RpcError
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_DEFAULTS = ("merge", "replace", "none")
_ERROR_OPTIONS = ("stop-on-error", "continue-on-error", "rollback-on-error")


@dataclass(frozen=True, slots=True)
class EditResult:
    """The configuration after the edit, and what was refused; with rollback-on-error and errors it is as before."""

    root: etree._Element
    errors: tuple[RpcError, ...] = ()


def edit_config(
    root: etree._Element,
    config: etree._Element,
    schema: Schema | None = None,
    *,
    default_operation: str = "merge",
    accept_unknown: bool = False,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The configuration that `config` (the `<config>` element of an edit-config) makes of `root`.

    Neither is changed.  Raises `EditRefused` with the first error.  `accept_unknown` takes nodes that the schema does
    not know as they are; without a schema all are taken so.
    """
    result = perform_edit(
        root, config, schema, default_operation=default_operation, accept_unknown=accept_unknown, cancel=cancel
    )
    if result.errors:
        raise EditRefused(result.errors[0])
    return result.root


def perform_edit(
    root: etree._Element,
    config: etree._Element,
    schema: Schema | None = None,
    *,
    default_operation: str = "merge",
    error_option: str = "stop-on-error",
    accept_unknown: bool = False,
    cancel: CancelToken | None = None,
) -> EditResult:
    """As `edit_config`, with the three error-options of RFC 6241: what is refused comes back with the result.

    stop-on-error ends at the first error and keeps what was done before it, continue-on-error leaves out the nodes that
    were refused, rollback-on-error takes everything back.
    """
    binder = Binder(schema)
    try:
        _check_options(default_operation, error_option, binder)
    except EditRefused as refusal:
        return EditResult(root, (refusal.error,))
    tree = DataTree(root, binder, empty=_replaces_all(config, default_operation))
    work = _Interpreter(tree, binder, accept_unknown, error_option == "continue-on-error", cancel)
    inherited = operation_of(config, default_operation, binder)
    work.run(config, inherited)
    errors = tuple(work.errors)
    if errors and error_option == "rollback-on-error":
        return EditResult(root, errors)
    return EditResult(tree.root, errors)


def _replaces_all(config: etree._Element, default_operation: str) -> bool:
    return operation_of(config, default_operation, Binder(None)) == "replace"


def _check_options(default_operation: str, error_option: str, binder: Binder) -> None:
    for name, value, allowed in (
        ("default-operation", default_operation, _DEFAULTS),
        ("error-option", error_option, _ERROR_OPTIONS),
    ):
        if value not in allowed:
            message = f"{name} is {value!r}. Allowed: {', '.join(allowed)}."
            raise refused(None, binder, "invalid-value", message, info=(("bad-element", name),), type_="protocol")


class _Stop(Exception):
    """The first error under stop-on-error."""


class _Interpreter:
    """One walk over the edit beside the tree it edits."""

    def __init__(
        self, tree: DataTree, binder: Binder, accept_unknown: bool, carry_on: bool, cancel: CancelToken | None
    ) -> None:
        self.errors: list[RpcError] = []
        self._tree = tree
        self._binder = binder
        self._accept_unknown = accept_unknown
        self._carry_on = carry_on
        self._cancel = cancel

    def run(self, config: etree._Element, operation: str) -> None:
        try:
            self._children(config, self._tree.root, Region.TOP, operation)
        except _Stop:
            return

    def _children(self, edit: etree._Element, target: etree._Element, scope: Scope, operation: str) -> None:
        try:
            check_children(edit, scope, self._binder)
        except EditRefused as refusal:
            self._note(refusal)
            return
        for child in elements(edit):
            if self._cancel is not None:
                self._cancel.check()
            try:
                self._node(child, target, self._binder.child_scope(scope, str(child.tag)), operation)
            except EditRefused as refusal:
                self._note(refusal)

    def _note(self, refusal: EditRefused) -> None:
        self.errors.append(refusal.error)
        if not self._carry_on:
            raise _Stop

    def _node(self, edit: etree._Element, parent: etree._Element, scope: Scope, inherited: str) -> None:
        check_known(edit, scope, self._binder, accept_unknown=self._accept_unknown)
        check_attributes(edit, scope, self._binder)
        operation = operation_of(edit, inherited, self._binder)
        step = entry_step(edit, scope, self._binder)
        placing = placing_of(edit, scope, self._binder)
        if isinstance(scope, SchemaNode) and scope.is_key:
            self._key(edit, operation, parent, step, scope)
            return
        if isinstance(scope, SchemaNode):
            there = self._tree.child(parent, step, scope)
        else:
            there = find_unknown(parent, edit, operation)
        if operation in GOING:
            self._go(edit, there, scope, operation)
            return
        if isinstance(scope, SchemaNode) and scope.is_inner:
            self._inner(edit, parent, scope, operation, there, placing)
        else:
            self._term(edit, parent, scope, operation, there, placing)

    def _key(self, edit: etree._Element, operation: str, parent: etree._Element, step: Step, scope: SchemaNode) -> None:
        """Keys name their entry; they are written with it and cannot go alone."""
        if operation in GOING:
            message = f"{scope.name} is a key; delete the whole entry instead."
            raise attribute_error(edit, self._binder, "bad-attribute", "operation", message)
        check_value(edit, scope, self._binder)
        if self._tree.child(parent, step, scope) is None:
            self._tree.write_term(parent, edit, scope)

    def _go(self, edit: etree._Element, there: etree._Element | None, scope: Scope, operation: str) -> None:
        if there is None or self._tree.means_nothing(there, scope):
            if operation == "delete":
                raise data_missing(edit, self._binder, operation)
            return
        self._tree.remove(there)

    def _inner(
        self,
        edit: etree._Element,
        parent: etree._Element,
        scope: SchemaNode,
        operation: str,
        there: etree._Element | None,
        placing: Placing,
    ) -> None:
        """Containers and list entries."""
        if edit.text and edit.text.strip():
            raise bad_element(edit, self._binder, f"{scope.name} has child nodes and cannot have a value.")
        exists = there is not None and not self._tree.means_nothing(there, scope)
        if operation == "create" and exists:
            raise data_exists(edit, self._binder)
        if operation == "none":
            if there is None and not is_np_container(scope):
                raise data_missing(edit, self._binder, operation)
        else:
            self._tree.drop_other_cases(parent, scope)
        made = there is None
        if there is None:
            there = self._tree.add(parent, scope, edit)
        elif operation == "replace":
            self._tree.empty(there, scope)
        there = self._put(edit, parent, there, scope, operation, placing, made=made)
        errors = len(self.errors)
        try:
            self._children(edit, there, scope, operation)
        finally:
            failed = len(self.errors) > errors
            if made and (failed or operation == "none") and self._tree.is_bare(there, scope):
                self._tree.remove(there)

    def _term(
        self,
        edit: etree._Element,
        parent: etree._Element,
        scope: Scope,
        operation: str,
        there: etree._Element | None,
        placing: Placing,
    ) -> None:
        """Leafs, leaf-list entries, anydata, and whatever the schema does not know."""
        check_value(edit, scope, self._binder)
        if operation == "none":
            if there is None:
                raise data_missing(edit, self._binder, operation)
            if isinstance(scope, Region):
                self._children(edit, there, scope, operation)
            return
        if operation == "create" and there is not None:
            raise data_exists(edit, self._binder)
        if isinstance(scope, Region) and operation == "merge" and there is not None and len(there) and len(edit):
            self._children(edit, there, scope, operation)
            return
        if isinstance(scope, SchemaNode):
            self._tree.drop_other_cases(parent, scope)
        made = there is None
        if there is None or not (isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF_LIST):
            there = self._tree.write(parent, edit, scope, there)
        self._put(edit, parent, there, scope, operation, placing, made=made)

    def _put(
        self,
        edit: etree._Element,
        parent: etree._Element,
        entry: etree._Element,
        scope: Scope,
        operation: str,
        placing: Placing,
        *,
        made: bool,
    ) -> etree._Element:
        """Bring an entry of an ordered-by user list to its place; without insert only new ones go, to the end.

        Returns the entry, which may be a copy of what it was.
        """
        if placing == NOT_SAID or operation == "none" or not isinstance(scope, SchemaNode):
            return entry
        neighbour: etree._Element | None = None
        if placing.neighbour is not None:
            neighbour = self._tree.child(parent, placing.neighbour, scope)
            if neighbour is None or neighbour is entry:
                if made:
                    self._tree.remove(entry)
                attribute = "key" if scope.kind is NodeKind.LIST else "value"
                message = f"The entry that {attribute} names is not there."
                raise attribute_error(
                    edit, self._binder, "bad-attribute", attribute, message, app_tag="missing-instance"
                )
        return self._tree.place(entry, scope, placing.insert, neighbour)
