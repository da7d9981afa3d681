"""A quick look through one document before anything is judged: which schema nodes it has instances of.

Lives here: `Survey`, one pass over all elements (about a microsecond each), so that later checks go straight to what
concerns them.  Does not live here: judging (`structure`, `references`, `completion`).
"""

from __future__ import annotations

from netconf_gui.yang.engine.instance import Element, Instance
from netconf_gui.yang.engine.outline import ANYDATA, ANYXML, LEAF, LEAF_LIST, Outline, OutlineNode
from netconf_gui.yang.engine.structure import translate
from netconf_gui.yang.nodes import TypeInfo

PLAIN, LEAFREF, OTHER = 0, 1, 2
"""What a leaf's values refer to: nothing, another leaf, or something only the library can resolve."""


class Tags:
    """An outline's children by Clark name, and what each leaf refers to; kept as long as the outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._children: dict[OutlineNode | None, dict[str, OutlineNode]] = {}
        self._reference: dict[OutlineNode, int] = {}

    def children(self, node: OutlineNode | None) -> dict[str, OutlineNode]:
        found = self._children.get(node)
        if found is None:
            below = self._outline.children(node).values()
            found = self._children[node] = {f"{{{child.namespace}}}{child.name}": child for child in below}
        return found

    def reference(self, node: OutlineNode) -> int:
        """PLAIN, LEAFREF or OTHER for a leaf or leaf-list."""
        found = self._reference.get(node)
        if found is None:
            found = self._reference[node] = _reference(self._outline.type_of(node))
        return found


class Values:
    """Canonical values (RFC 7950, section 9.1), each worked out once."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._known: dict[tuple[OutlineNode, str], str] = {}

    def of(self, leaf: OutlineNode, item: Element) -> str:
        """The canonical value of an element of a leaf or leaf-list; its text if it is no value."""
        text = item.text or ""
        if self._outline.has_names(leaf):
            text = translate(self._outline, text, item.nsmap)
        found = self._known.get((leaf, text))
        if found is None:
            yang = self._outline.yang
            out = yang.ffi.new("const char **")
            raw = text.encode()
            yang.lib.lyd_value_validate(leaf.pointer, raw, len(raw), yang.null, yang.null, out)
            yang.errors(self._outline.context.pointer)
            found = self._known[leaf, text] = text if out[0] == yang.null else yang.text(out[0])
        return found

    def default(self, leaf: OutlineNode) -> str | None:
        """The default value of a leaf; None if it has none."""
        if leaf.kind != LEAF:
            return None
        default = self._outline.yang.ffi.cast("struct lysc_node_leaf *", leaf.pointer).dflt.str
        return None if default == self._outline.yang.null else self._outline.yang.text(default)


class Survey:
    """`inner`: containers and list entries by schema node; `leafrefs`, `others`: leafs that refer to something.

    On the way mixed content of anydata and anyxml is taken out, which is not judged and which libyang cannot read.
    """

    def __init__(self, instance: Instance, tags: Tags) -> None:
        self.inner: dict[OutlineNode, list[Element]] = {}
        self.leafrefs: dict[OutlineNode, list[Element]] = {}
        self.others: dict[OutlineNode, list[Element]] = {}
        stack = [(item, node) for item in reversed(instance.tops) if (node := tags.children(None).get(str(item.tag)))]
        while stack:
            item, node = stack.pop()
            kind = node.kind
            if kind in (LEAF, LEAF_LIST):
                reference = tags.reference(node)
                if reference:
                    (self.leafrefs if reference == LEAFREF else self.others).setdefault(node, []).append(item)
                continue
            if kind in (ANYDATA, ANYXML):
                if _is_mixed(item):
                    # libyang stops there, without a word, and calls the rest of the document valid
                    del item[:]
                    item.text = None
                continue
            self.inner.setdefault(node, []).append(item)
            known = tags.children(node)
            # reversed: the stack gives them back in document order
            for child in item.iterchildren(reversed=True):
                below = known.get(child.tag)
                if below is not None:
                    stack.append((child, below))

    @property
    def references(self) -> dict[OutlineNode, list[Element]]:
        return {**self.leafrefs, **self.others}


def _reference(info: TypeInfo) -> int:
    if info.base == "leafref" and info.require_instance:
        return LEAFREF
    return OTHER if _refers(info) else PLAIN


def _is_mixed(item: Element) -> bool:
    """True if text stands beside elements anywhere inside."""
    inner = [one for one in item.iter() if len(one)]
    return any((one.text or "").strip() or any((child.tail or "").strip() for child in one) for one in inner)


def _refers(info: TypeInfo) -> bool:
    if info.base in ("leafref", "instance-identifier"):
        return info.require_instance
    return any(_refers(member) for member in info.union)
