"""Tree diagrams of a module or a subtree in the notation of RFC 8340: pure functions over a Schema.

Lives here: the text.  Does not live here: showing or saving it.  What differs from what pyang draws is the compiled
tree's: keys come first, actions and notifications last, a status that is inherited is shown, several augments of one
node are drawn as one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.yang.nodes import NodeKind, SchemaNode, TypeInfo
from netconf_gui.yang.schema import Schema

_STATUS = {"current": "+", "deprecated": "x", "obsolete": "o"}
_SCHEMA_ONLY = (NodeKind.CHOICE, NodeKind.CASE)
_ANY = {NodeKind.ANYDATA: "<anydata>", NodeKind.ANYXML: "<anyxml>"}


@dataclass(frozen=True, slots=True)
class DiagramOptions:
    """`depth`: levels shown below the top (None: all); `others`: nodes that other modules add are shown too."""

    depth: int | None = None
    others: bool = True


def module_diagram(
    schema: Schema, module: str, options: DiagramOptions | None = None, *, cancel: CancelToken | None = None
) -> Iterator[str]:
    """The lines of a whole module: data, what it augments, rpcs, notifications (RFC 8340, section 2).

    Nothing but the header for a module without nodes.  Raises Cancelled.
    """
    drawing = _Drawing(schema, module, options or DiagramOptions(), cancel)
    tops = schema.module_tops(module)
    data = [node for node in tops if node.parent_id is None and _section(node) == ""]
    yield f"module: {module}"
    yield from drawing.children(data, "")
    yield from drawing.augments([node for node in tops if node.parent_id is not None])
    for section in ("rpcs", "notifications"):
        nodes = [node for node in tops if node.parent_id is None and _section(node) == section]
        if nodes:
            yield ""
            yield f"  {section}:"
            yield from drawing.children(nodes, "  ")


def node_diagram(
    schema: Schema, node: SchemaNode, options: DiagramOptions | None = None, *, cancel: CancelToken | None = None
) -> Iterator[str]:
    """The lines of one subtree, below the nodes that lead to it.  Raises Cancelled."""
    chain = [node]
    while (above := schema.parent(chain[0])) is not None:
        chain.insert(0, above)
    drawing = _Drawing(schema, chain[0].module, options or DiagramOptions(), cancel)
    yield f"module: {chain[0].module}"
    section = _section(chain[0])
    if section:
        yield f"  {section}:"
    indent = "  " if section else ""
    mode = ""
    for step in chain[:-1]:
        mode = _mode(step, mode)
        yield drawing.line(step, f"{indent}   ", mode, 0)
        indent += "   "
    yield from drawing.children([node], indent, mode)


def _section(node: SchemaNode) -> str:
    if node.kind is NodeKind.RPC:
        return "rpcs"
    return "notifications" if node.kind is NodeKind.NOTIFICATION else ""


def _mode(node: SchemaNode, mode: str) -> str:
    """How nodes below are flagged: those of an input are written, of an output and a notification read."""
    if node.kind in (NodeKind.INPUT, NodeKind.OUTPUT, NodeKind.NOTIFICATION):
        return str(node.kind)
    return mode


class _Drawing:
    """Draws for one module: names of others get their prefix."""

    def __init__(self, schema: Schema, module: str, options: DiagramOptions, cancel: CancelToken | None) -> None:
        self._schema = schema
        self._module = module
        self._options = options
        self._cancel = cancel
        self._prefixes: dict[str, str] = {}

    def children(
        self, nodes: Sequence[SchemaNode], indent: str, mode: str = "", depth: int = 0, width: int = 0
    ) -> Iterator[str]:
        """Lines of sibling nodes and all below; `indent` is what stands before them."""
        if self._cancel is not None:
            self._cancel.check()
        shown = [node for node in nodes if not self._is_empty_part(node)]
        limit = self._options.depth
        if limit is not None and depth > limit:
            if shown:
                yield f"{indent}     ..."
            return
        width = width or self._width(shown)
        for number, node in enumerate(shown):
            last = number == len(shown) - 1
            below = indent + ("   " if last else "  |")
            own = _mode(node, mode)
            yield self.line(node, below, own, width)
            # the names in a choice are lined up with those beside it
            inner = width - 3 if node.kind in _SCHEMA_ONLY else 0
            yield from self.children(self._below(node), below, own, depth + 1, inner)

    def augments(self, nodes: Sequence[SchemaNode]) -> Iterator[str]:
        """The sections of what the module adds to others, one for each node that it adds to."""
        before = True
        for _, group in itertools.groupby(nodes, key=lambda node: node.parent_id):
            added = list(group)
            target = self._schema.parent(added[0])
            if target is None:
                continue
            if before:
                yield ""
                before = False
            yield f"  augment {self._schema_path(target)}:"
            yield from self.children(added, "  ", self._mode_inside(target))

    def _mode_inside(self, node: SchemaNode | None) -> str:
        while node is not None:
            mode = _mode(node, "")
            if mode:
                return mode
            node = self._schema.parent(node)
        return ""

    def _below(self, node: SchemaNode) -> Sequence[SchemaNode]:
        found = self._schema.children(node)
        return found if self._options.others else [child for child in found if child.module == self._module]

    def _is_empty_part(self, node: SchemaNode) -> bool:
        return node.kind in (NodeKind.INPUT, NodeKind.OUTPUT) and not self._below(node)

    def _width(self, nodes: Iterable[SchemaNode]) -> int:
        widest = 0
        for node in nodes:
            inner = 3 + self._width(self._below(node)) if node.kind in _SCHEMA_ONLY else len(self._name(node))
            widest = max(widest, inner)
        return widest

    def line(self, node: SchemaNode, indent: str, mode: str, width: int) -> str:
        """One node: status, flags, name with its options, type, features."""
        start = f"{indent[:-1]}{_STATUS[node.status]}--"
        name = self._name(node)
        if node.kind is NodeKind.CASE:
            text = f"{start}:({name})"
        elif node.kind is NodeKind.CHOICE:
            text = f"{start}{_flags(node, mode)} ({name}){'' if node.mandatory else '?'}"
        else:
            text = f"{start}{_flags(node, mode)} {name}{_options(node)}"
            kind = self._type(node)
            if kind:
                text = f"{start}{_flags(node, mode)} {name + _options(node):<{width + 1}}   {kind}"
        if node.kind is NodeKind.LIST:
            text += f" [{' '.join(node.keys)}]"
        if node.if_features:
            text += f" {{{','.join(node.if_features)}}}?"
        return text

    def _name(self, node: SchemaNode) -> str:
        return node.name if node.module == self._module else f"{self._prefix(node.module)}:{node.name}"

    def _prefix(self, module: str) -> str:
        found = self._prefixes.get(module)
        if found is None:
            info = self._schema.module(module)
            found = self._prefixes[module] = info.prefix if info is not None and info.prefix else module
        return found

    def _schema_path(self, node: SchemaNode) -> str:
        steps: list[str] = []
        at: SchemaNode | None = node
        while at is not None:
            steps.append(f"{self._prefix(at.module)}:{at.name}")
            at = self._schema.parent(at)
        return "/" + "/".join(reversed(steps))

    def _type(self, node: SchemaNode) -> str:
        if node.kind in _ANY:
            return _ANY[node.kind]
        if node.type is None:
            return ""
        return self._type_name(node.type, node.module)

    def _type_name(self, info: TypeInfo, module: str) -> str:
        if info.typedefs:
            owner, _, name = info.typedefs[0].rpartition(":")
            return name if owner in ("", module) else f"{self._prefix(owner)}:{name}"
        if info.base == "leafref" and not info.name and info.leafref_path:
            return f"-> {_compact(info.leafref_path, self._prefix(module))}"
        return info.name or info.base


def _flags(node: SchemaNode, mode: str) -> str:
    if mode == "input":
        return "-w"
    if node.kind in (NodeKind.RPC, NodeKind.ACTION):
        return "-x"
    if node.kind is NodeKind.NOTIFICATION:
        return "-n"
    return "rw" if node.config and not mode else "ro"


def _options(node: SchemaNode) -> str:
    if node.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
        return "*"
    if node.kind is NodeKind.CONTAINER:
        return "!" if node.presence else ""
    optional = node.kind in (NodeKind.LEAF, NodeKind.ANYDATA, NodeKind.ANYXML)
    return "?" if optional and not node.is_key and not node.mandatory else ""


def _compact(path: str, prefix: str) -> str:
    """A leafref's path with the prefixes left out that say nothing new (RFC 8340, section 2.2)."""
    steps, current = [], prefix
    for step in path.split("/"):
        own, colon, name = step.partition(":")
        if not colon or not own.replace("-", "").replace("_", "").replace(".", "").isalnum():
            steps.append(step)
        elif own == current:
            steps.append(name)
        else:
            steps.append(step)
            current = own
    return "/".join(steps)
