"""Whether the `when` of nodes holds in instance data, also of nodes that are not there (RFC 7950, section 7.21.5).

A node's conditions are its own, those of the augment or uses that brought it, and those of the choices and cases it is
in; libyang keeps them at the node, the case and the choice, each with its context and the prefixes of the module that
wrote it.  Where the node itself is the context and is not there, a stand-in is made for the moment.  Defaults in use
count as data.  Does not live here: whole validation (`data`).
"""

from __future__ import annotations

from collections.abc import Sequence

from netconf_gui.protocol.xml import NS_YANG
from netconf_gui.yang.datatypes import INTEGERS
from netconf_gui.yang.engine.binding import Pointer
from netconf_gui.yang.engine.data import DataEngine
from netconf_gui.yang.engine.operation import ACTION, ACTION_MODULE, RPC
from netconf_gui.yang.engine.outline import CASE, CHOICE, CONTAINER, LEAF, LEAF_LIST, LIST, OutlineNode
from netconf_gui.yang.nodes import TypeInfo

_SCHEMA_RESOLVED = 2  # prefixes as the compiled schema holds them
_NO_STATE = 0x01
_STORE_ONLY = 0x02

Asked = tuple[str, str]
"""Instance path of the nearest node above that exists ("/" for none), and the data path of the node in the schema."""


class Conditions:
    """Evaluates conditions in one document at a time; `of_request`: in an rpc or action."""

    def __init__(self, engine: DataEngine, *, of_request: bool = False) -> None:
        self._engine = engine
        self._of_request = of_request
        self._outline = engine.requests.outline if of_request else engine.outline
        self._yang = engine.context.yang

    def evaluate(self, data: bytes, asked: Sequence[Asked]) -> list[str | None]:
        """For each: "" if all conditions hold, else the first that does not; None if it cannot be told."""
        lib, ffi = self._yang.lib, self._yang.ffi
        found: list[str | None] = []
        with self._engine.requests.opened(data) if self._of_request else self._engine.opened(data) as holder:
            if not self._of_request:
                # what fails here is left out: conditions then see what there is
                lib.lyd_new_implicit_all(holder, self._engine.context.pointer, _NO_STATE, ffi.NULL)
            for parent, node in asked:
                found.append(self._one(holder, parent, node))
                self._engine.context.errors()
        return found

    def _one(self, holder: Pointer, parent_path: str, node_path: str) -> str | None:
        chain = self._chain(node_path)
        if not chain:
            return None
        parent_path = parent_path.removeprefix(f"/{ACTION_MODULE}:action")
        parent: Pointer | None = self._yang.null
        depth = 0
        if parent_path not in ("", "/"):
            parent = self._find(holder[0], parent_path)
            if parent == self._yang.null:
                return None
            depth = self._depth(parent)
        if depth >= len(chain):
            return None
        made: list[Pointer] = []
        try:
            for step in chain[depth:-1]:
                parent = self._child(holder, parent, step) or self._create(holder, parent, step, made)
                if parent is None:
                    return None
            return self._evaluated(holder, parent, chain[-1], made)
        finally:
            for node in reversed(made):
                self._take_out(holder, node)

    def _evaluated(self, holder: Pointer, parent: Pointer, node: OutlineNode, made: list[Pointer]) -> str | None:
        at, schema_only = node.pointer, False
        while True:
            for when in self._yang.array(self._yang.lib.lysc_node_when(at)):
                context: Pointer | None = parent
                if when.context != self._yang.null and when.context == at and not schema_only:
                    context = self._child(holder, parent, node) or self._create(holder, parent, node, made)
                if context is None:
                    return None
                holds = self._holds(holder, context, at, when)
                if not holds:
                    return None if holds is None else self._yang.text(self._yang.lib.lyxp_get_expr(when.cond))
            at, schema_only = at.parent, True
            if at == self._yang.null or at.nodetype not in (CHOICE, CASE):
                return ""

    def _holds(self, holder: Pointer, context: Pointer, schema: Pointer, when: Pointer) -> bool | None:
        yang = self._yang
        if holder[0] == yang.null:
            return None
        out = yang.ffi.new("uint8_t *")
        failed = yang.lib.lyd_eval_xpath4(
            context, holder[0], schema.module, yang.lib.lyxp_get_expr(when.cond), _SCHEMA_RESOLVED,
            yang.ffi.cast("void *", when.prefixes), yang.null, yang.null, yang.null, yang.null, yang.null, out,
        )  # fmt: skip
        return None if failed else bool(out[0])

    # nodes

    def _chain(self, path: str) -> list[OutlineNode]:
        """The schema nodes from the top down to the one at a data path; empty if there is no such node."""
        found: list[OutlineNode] = []
        namespaces = {module: namespace for namespace, module in self._outline.module_of.items()}
        namespace = ""
        for step in path.strip("/").split("/"):
            prefix, _, name = step.rpartition(":")
            namespace = namespaces.get(prefix, "") if prefix else namespace
            if found and found[-1].kind in (RPC, ACTION) and name == "input":
                continue
            node = self._child_node(found[-1] if found else None, namespace, name)
            if node is None:
                return []
            found.append(node)
        return found

    def _child_node(self, parent: OutlineNode | None, namespace: str, name: str) -> OutlineNode | None:
        """A child in the schema; at the top of a request also the data nodes that actions are in."""
        found = self._outline.children(parent).get((namespace, name))
        if found is None and parent is None and self._of_request:
            action = self._outline.children(None).get((NS_YANG, "action"))
            found = self._outline.children(action).get((namespace, name))
        return found

    def _find(self, tree: Pointer, path: str) -> Pointer:
        out = self._yang.ffi.new("struct lyd_node **")
        if tree == self._yang.null or self._yang.lib.lyd_find_path(tree, path.encode(), 0, out):
            return self._yang.null
        return out[0]

    def _depth(self, node: Pointer) -> int:
        depth = 0
        while node != self._yang.null:
            depth += 1
            node = self._yang.ffi.cast("struct lyd_node *", node.parent)
        return depth

    def _child(self, holder: Pointer, parent: Pointer, node: OutlineNode) -> Pointer | None:
        """The first instance below `parent`, or None."""
        yang = self._yang
        if holder[0] == yang.null:
            return None
        at_top = parent == yang.null
        path = f"{'/' if at_top else ''}{node.module}:{node.name}[1]"
        out = yang.ffi.new("struct ly_set **")
        if yang.lib.lyd_find_xpath(holder[0] if at_top else parent, path.encode(), out):
            return None
        try:
            return out[0].dnodes[0] if out[0].count else None
        finally:
            yang.lib.ly_set_free(out[0], yang.null)

    def _create(self, holder: Pointer, parent: Pointer, node: OutlineNode, made: list[Pointer]) -> Pointer | None:
        """A stand-in; None where no value can be thought of that its type takes."""
        out = self._yang.ffi.new("struct lyd_node **")
        if not self._make(parent, node, out):
            return None
        if parent == self._yang.null and self._yang.lib.lyd_insert_sibling(holder[0], out[0], holder):
            self._yang.lib.lyd_free_tree(out[0])
            return None
        made.append(out[0])
        return out[0]

    def _make(self, parent: Pointer, node: OutlineNode, out: Pointer) -> bool:
        lib, name, module = self._yang.lib, node.name.encode(), node.pointer.module
        if node.kind == CONTAINER:
            return not lib.lyd_new_inner(parent, module, name, 0, out)
        if node.kind in (LEAF, LEAF_LIST):
            return any(
                not lib.lyd_new_term(parent, module, name, text.encode(), _STORE_ONLY, out)
                for text in stand_ins(self._outline.type_of(node))
            )
        if node.kind != LIST:
            return False
        children = self._outline.children(node)
        keys = [(key, stand_ins(self._outline.type_of(children[node.namespace, key]))) for key in node.keys]
        for number in range(max((len(values) for _, values in keys), default=1)):
            wanted = "".join(f"[{key}='{values[min(number, len(values) - 1)]}']" for key, values in keys)
            if not lib.lyd_new_list2(parent, module, name, wanted.encode(), _STORE_ONLY, out):
                return True
        return False

    def _take_out(self, holder: Pointer, node: Pointer) -> None:
        if node == holder[0]:
            holder[0] = node.next
        self._yang.lib.lyd_free_tree(node)


def stand_ins(info: TypeInfo) -> list[str]:
    """Values to try for a node that is only there to stand somewhere."""
    if info.base == "leafref" and info.target is not None:
        return stand_ins(info.target)
    if info.base == "union":
        return [text for member in info.union for text in stand_ins(member)]
    if info.base in INTEGERS or info.base == "decimal64":
        return [info.ranges[0][0]] if info.ranges else ["0"]
    if info.base == "enumeration":
        return [info.enums[0].name] if info.enums else [""]
    if info.base == "identityref":
        return list(info.identities[:1]) or [""]
    return {"boolean": ["false"], "instance-identifier": ["/"]}.get(info.base, ["", "a", "0", "1.1.1.1", "::1"])
