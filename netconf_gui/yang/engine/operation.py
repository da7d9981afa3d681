"""A request judged before it is sent: the input of an rpc, or of an action with the node it belongs to.

Lives here: the schema as a request sees it (operations at the top, their input below), and all findings about one
request (RFC 7950, sections 7.14.2 and 7.15.1).  libyang names one fault of an operation and stops; what it named is
taken out of its sight, and it is asked again.  Does not live here: configurations (`validate`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from netconf_gui.errors import MalformedMessage, SchemaError
from netconf_gui.protocol.xml import NS_YANG
from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.engine.completion import problem_of
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.instance import Element, Instance, elements, split
from netconf_gui.yang.engine.outline import (
    CASE,
    CHOICE,
    CONTAINER,
    LEAF_LIST,
    LIST,
    Outline,
    OutlineNode,
)
from netconf_gui.yang.engine.structure import SOURCE, Structure
from netconf_gui.yang.problem import Problem

RPC, ACTION = 0x100, 0x200
_MANDATORY, _PRESENCE = 0x20, 0x80
_XML, _RPC_YANG = 1, 1
_STRICT = 0x020000
_ROUNDS = 25
_PREDICATES = re.compile(r"\[(?:[^'\"\]]|'[^']*'|\"[^\"]*\")*\]")

ACTION_MODULE = "yang"
"""The module name that stands for the namespace of `<action>`, which no module has."""


class RequestOutline(Outline):
    """The schema of requests: rpcs at the top with their input, `action` with the data nodes down to each action."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.module_of[NS_YANG] = ACTION_MODULE
        self._action = OutlineNode(self.yang.null, CONTAINER, "action", ACTION_MODULE, NS_YANG, is_state=False)

    def children(self, node: OutlineNode | None) -> dict[tuple[str, str], OutlineNode]:
        found = self._children.get(node)
        if found is None:
            if node is None:
                found = {(one.namespace, one.name): one for one in self._rpcs()}
                found[NS_YANG, "action"] = self._action
            else:
                found = {}
                for head in self.heads(node):
                    self._collect(head, found)
                for action in self._actions(node):
                    found[action.namespace, action.name] = action
            self._children[node] = found
        return found

    def heads(self, node: OutlineNode | None) -> list[Pointer]:
        if node is not None and node.kind in (RPC, ACTION):
            return [self.yang.lib.lysc_node_child(self.input_of(node))]
        return super().heads(None if node is self._action else node)

    def input_of(self, node: OutlineNode) -> Pointer:
        """The `input` of an rpc or action."""
        ffi = self.yang.ffi
        return ffi.cast("struct lysc_node *", ffi.addressof(self._as_action(node.pointer), "input"))

    def _as_action(self, pointer: Pointer) -> Pointer:
        return self.yang.ffi.cast("struct lysc_node_action *", pointer)

    def _rpcs(self) -> Iterator[OutlineNode]:
        null = self.yang.null
        for module in self.context.modules():
            if module.implemented and module.compiled != null:
                for rpc in self.yang.siblings(module.compiled.rpcs):
                    yield self._node(self.yang.ffi.cast("struct lysc_node *", rpc), RPC)

    def _actions(self, node: OutlineNode) -> Iterator[OutlineNode]:
        if node.pointer == self.yang.null:
            return
        for action in self.yang.siblings(self.yang.lib.lysc_node_actions(node.pointer)):
            yield self._node(self.yang.ffi.cast("struct lysc_node *", action), ACTION)

    def find(self, path: str) -> OutlineNode | None:
        """The node at a schema path of an operation, ``/mod:rpc/input/leaf`` or ``/mod:a/action/input/leaf``."""
        namespaces = {module: namespace for namespace, module in self.module_of.items()}
        steps = path.strip("/").split("/")
        for start in (None, self._action):
            node, namespace, known = start, "", True
            for step in steps:
                prefix, _, name = step.rpartition(":")
                namespace = namespaces.get(prefix, "") if prefix else namespace
                if node is not None and node.kind in (RPC, ACTION) and name == "input":
                    continue
                found = self.children(node).get((namespace, name))
                if found is None:
                    known = False
                    break
                node = found
            if known:
                return node
        return None


class Requests:
    """Judges requests by one context; `opened` gives instance data as a tree of the library."""

    def __init__(self, context: Context) -> None:
        self.outline = RequestOutline(context)
        self._context = context
        self._yang: LibYang = context.yang

    def run(self, data: bytes, dependencies: Pointer | None, *, limit: int) -> list[Problem]:
        """The findings about one request in a `config` wrapper; none: it can be sent.

        `dependencies` is the tree of what references and conditions of the request look at (RFC 7950, section
        6.4.1); without it those that are missing are not told.
        """
        try:
            instance = Instance(data, self.outline)
        except MalformedMessage as error:
            return [Problem("error", "", error.message, source="xml", line=error.line, column=error.column)]
        tops = instance.tops
        if len(tops) != 1:
            text = "There is no operation." if not tops else f"A request is one operation, not {len(tops)}."
            return [Problem("error", "", text, source=SOURCE), *instance.notes][: 1 if tops else None]
        structure = Structure(instance, self.outline, config=False, limit=limit)
        structure.run()
        found = list(structure.problems)
        operation = self._operation(instance)
        if operation is None:
            if not found:
                text = (
                    "Which action is meant? Below <action> there is one node of the data tree, with the action in it."
                )
                found = [Problem("error", instance.path(tops[0]), text, source=SOURCE)]
            return found + instance.notes
        element, node = operation
        judging = _Judging(self._yang, self.outline, instance, structure)
        found += judging.missing(element, node)
        found += judging.rounds(self._judged, dependencies)
        return found[:limit] + instance.notes

    def _operation(self, instance: Instance) -> tuple[Element, OutlineNode] | None:
        """The element of the rpc or of the innermost action."""
        for element in instance.root.iter(etree.Element):
            if instance.is_wrapper(element):
                continue
            node = instance.node(element)
            if node is not None and node.kind in (RPC, ACTION):
                return element, node
        return None

    @contextlib.contextmanager
    def opened(self, data: bytes) -> Iterator[Pointer]:
        """One request as a tree of the library (`struct lyd_node **`), defaults in use added; to NULL if it is none."""
        ffi, lib, null = self._yang.ffi, self._yang.lib, self._yang.null
        source, tree, op = (ffi.new(f"struct {kind} **") for kind in ("ly_in", "lyd_node", "lyd_node"))
        try:
            instance = Instance(data, self.outline)
            # the library dies of some faulty data when it only parses: faults are taken out first
            Structure(instance, self.outline, config=False, limit=1).run()
            given = ffi.new("char[]", _sent_text(instance))
            lib.ly_in_new_memory(given, source)
            failed = lib.lyd_parse_op(self._context.pointer, null, source[0], _XML, _RPC_YANG, _STRICT, tree, op)
            if not failed and op[0] != null:
                lib.lyd_new_implicit_tree(op[0], 0, null)
            self._context.errors()
            yield tree
        except MalformedMessage as error:
            raise SchemaError(error.message) from error
        finally:
            lib.lyd_free_all(tree[0])
            lib.ly_in_free(source[0], 0)

    def _judged(self, text: bytes, dependencies: Pointer | None) -> Problem | None:
        """The first fault that libyang finds."""
        ffi, lib, null = self._yang.ffi, self._yang.lib, self._yang.null
        source, tree, op = (ffi.new(f"struct {kind} **") for kind in ("ly_in", "lyd_node", "lyd_node"))
        given = ffi.new("char[]", text)
        lib.ly_in_new_memory(given, source)
        try:
            failed = lib.lyd_parse_op(self._context.pointer, null, source[0], _XML, _RPC_YANG, _STRICT, tree, op)
            if not failed:
                failed = lib.lyd_validate_op(tree[0], null if dependencies is None else dependencies, _RPC_YANG, null)
            errors = self._context.errors()
        finally:
            lib.lyd_free_all(tree[0])
            lib.ly_in_free(source[0], 0)
        told = [error for error in errors if error.level == 0]
        told = [error for error in told if not error.message.startswith("Internal error")] or told
        if told:
            return problem_of(told[0])
        return Problem("error", "", "The request is not valid; the library does not say why.") if failed else None


class _Judging:
    """One request while it is judged; what has been told is silenced in the compiled schema, and put back."""

    def __init__(self, yang: LibYang, outline: RequestOutline, instance: Instance, structure: Structure) -> None:
        self._yang = yang
        self._outline = outline
        self._instance = instance
        self._lost = structure.lost
        self._flags: list[tuple[Pointer, int]] = []
        self._limits: list[tuple[Pointer, int]] = []
        self._counts: list[tuple[Pointer, int]] = []

    # what is missing

    def missing(self, element: Element, node: OutlineNode) -> list[Problem]:
        """Every mandatory node, choice and entry that is not there, conditions aside."""
        found: list[Problem] = []
        path = self._instance.path(element)
        for head in self._outline.heads(node):
            self._below(head, element, path, found)
        return found

    def _below(self, head: Pointer, element: Element | None, path: str, found: list[Problem]) -> None:
        for pointer in self._yang.siblings(head):
            if next(self._yang.array(self._yang.lib.lysc_node_when(pointer)), None) is not None:
                continue  # whether it applies is libyang's to say
            kind = pointer.nodetype
            if kind == CHOICE:
                self._choice(pointer, element, path, found)
            else:
                self._node(pointer, kind, element, path, found)

    def _choice(self, pointer: Pointer, element: Element | None, path: str, found: list[Problem]) -> None:
        cases = list(self._yang.siblings(self._yang.lib.lysc_node_child(pointer)))
        for case in cases:
            if any(True for _ in self._instances(case, element)):
                self._below(self._yang.lib.lysc_node_child(case), element, path, found)
                return
        if pointer.flags & _MANDATORY:
            self._silence(pointer)
            names = " or ".join(self._yang.text(case.name) for case in cases)
            name = self._yang.text(pointer.name)
            found.append(Problem("error", path, f"{name} is missing: {names} has to be given.", source=SOURCE))

    def _instances(self, pointer: Pointer, element: Element | None) -> Iterator[Element]:
        """The elements of a schema node, or of all that is in a case."""
        if pointer.nodetype in (CASE, CHOICE):
            for child in self._yang.siblings(self._yang.lib.lysc_node_child(pointer)):
                yield from self._instances(child, element)
            return
        name = (self._yang.text(pointer.module.ns), self._yang.text(pointer.name))
        for child in elements(element) if element is not None else ():
            if split(child.tag) == name:
                yield child

    def _node(self, pointer: Pointer, kind: int, element: Element | None, path: str, found: list[Problem]) -> None:
        name, there = self._yang.text(pointer.name), list(self._instances(pointer, element))
        if kind in (LIST, LEAF_LIST):
            struct = "lysc_node_list" if kind == LIST else "lysc_node_leaflist"
            least = self._yang.ffi.cast(f"struct {struct} *", pointer).min
            if len(there) < least and (path, name) not in self._lost:
                self._silence(pointer)
                few = (
                    "is missing" if not there else f"is there {len(there)} times" if len(there) > 1 else "is there once"
                )
                text = f"{name} {few}: there has to be at least {'one' if least == 1 else least}."
                found.append(Problem("error", path, text, source=SOURCE))
        if kind in (LIST, CONTAINER):
            head = self._yang.lib.lysc_node_child(pointer)
            for one in there:
                self._below(head, one, self._instance.path(one), found)
            if kind == CONTAINER and not there and not pointer.flags & _PRESENCE:
                self._below(head, None, f"{path}/{name}", found)
        elif kind != LEAF_LIST and pointer.flags & _MANDATORY and not there:
            self._silence(pointer)
            if (path, name) not in self._lost:
                text = f"{name} is missing: it has to be given."
                found.append(Problem("error", path, text, source=SOURCE, kind="mandatory", detail=(name,)))

    def _silence(self, pointer: Pointer) -> None:
        """Have libyang want the node no more, until `restore`."""
        if pointer.nodetype in (LIST, LEAF_LIST):
            struct = "lysc_node_list" if pointer.nodetype == LIST else "lysc_node_leaflist"
            limited = self._yang.ffi.cast(f"struct {struct} *", pointer)
            self._limits.append((limited, limited.min))
            limited.min = 0
        self._flags.append((pointer, pointer.flags))
        pointer.flags &= ~_MANDATORY

    def restore(self) -> None:
        for pointer, flags in reversed(self._flags):
            pointer.flags = flags
        for limited, least in reversed(self._limits):
            limited.min = least
        for count, number in reversed(self._counts):
            count[-1] = number

    # what libyang says

    def rounds(self, judge: object, dependencies: Pointer | None) -> list[Problem]:
        """What libyang finds, one fault after the other."""
        assert callable(judge)
        found: list[Problem] = []
        try:
            for _ in range(_ROUNDS):
                text = self._text()
                problem: Problem | None = judge(text, dependencies) if text else None
                if problem is None:
                    break
                problem = replace(problem, path=self._own_path(problem.path), line=0)
                if problem in found:
                    break
                refers = problem.kind in ("leafref", "instance")
                if not refers or dependencies is not None:
                    found.append(problem)
                apart = refers or problem.kind == "when"
                if not (self._without(problem.path) if apart else problem.kind == "must" and self._quiet(problem)):
                    break
        finally:
            self.restore()
        return found

    def _text(self) -> bytes:
        return _sent_text(self._instance)

    def _own_path(self, path: str) -> str:
        """libyang leaves `<action>` out of its paths."""
        tops = self._instance.tops
        is_action = bool(tops) and tops[0].tag == f"{{{NS_YANG}}}action"
        return f"/{ACTION_MODULE}:action{path}" if is_action and path else path

    def _without(self, path: str) -> bool:
        """Take the element at a path out, and do not miss it; False if it is not there."""
        for element in self._instance.root.iter(etree.Element):
            if not self._instance.is_wrapper(element) and self._instance.path(element) == path:
                node = self._instance.node(element)
                if node is not None:
                    self._silence(node.pointer)
                self._instance.remove(element)
                return True
        return False

    def _quiet(self, problem: Problem) -> bool:
        """Have libyang see no `must` of a node any more."""
        plain = _PREDICATES.sub("", problem.path).removeprefix(f"/{ACTION_MODULE}:action")
        node = self._outline.find(plain)
        if node is None:
            return False
        pointer = self._outline.input_of(node) if node.kind in (RPC, ACTION) else node.pointer
        array = self._yang.lib.lysc_node_musts(pointer)
        if array == self._yang.null:
            return False
        count = self._yang.ffi.cast("uint64_t *", array)
        if not count[-1]:
            return False
        self._counts.append((count, count[-1]))
        count[-1] = 0
        return True


def _sent_text(instance: Instance) -> bytes:
    """What libyang takes for a request: the rpc, or what is inside `<action>`."""
    tops = instance.tops
    if tops and tops[0].tag == f"{{{NS_YANG}}}action":
        tops = list(elements(tops[0]))
    return b"".join(etree.tostring(top, with_tail=False) for top in tops)
