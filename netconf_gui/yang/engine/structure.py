"""What can be said about instance data element by element: names, values, keys, duplicates.

Lives here: the pass that runs after libyang's strict, single-error parse has failed.  It finds every fault of that
sort, not only the first, and takes the culprits out, so that the second, multi-error run gets only data that parses:
libyang dies of some data that does not (a key leaf twice, a key of the wrong type) when told to go on after errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from netconf_gui.protocol.xml import NS_BASE
from netconf_gui.yang.datatypes import quick_check
from netconf_gui.yang.engine.instance import Element, Instance, elements, line_of, split
from netconf_gui.yang.engine.outline import ANYDATA, ANYXML, LEAF, LEAF_LIST, LIST, Outline, OutlineNode
from netconf_gui.yang.problem import Problem

_INCOMPLETE = 9  # LY_EINCOMPLETE: fine as far as can be said without data
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
# quoted texts are matched first, so that nothing in them is touched
_PREFIXED = re.compile(r"\"[^\"]*\"|'[^']*'|(?P<lead>[/\[]?\s*)(?P<prefix>[A-Za-z_][\w.-]*):(?=[A-Za-z_])")
_DETAILS_LIMIT = 300

SOURCE = "yang"


class Structure:
    """One walk over one document.  `problems` are what was found.

    `lost` are (path of the parent, name) of what was taken out; `changed` is true if the document is not what it was.
    At most `limit` problems are kept, `untold` counts the rest.  With `empty_any` what is in anydata and anyxml goes,
    which is not judged anyway.
    """

    def __init__(
        self, instance: Instance, outline: Outline, *, config: bool, limit: int, empty_any: bool = True
    ) -> None:
        self._instance = instance
        self._outline = outline
        self._config = config
        self._limit = limit
        self._empty_any = empty_any
        self.problems: list[Problem] = []
        self.lost: set[tuple[str, str]] = set()
        self.changed = False
        self.untold = 0
        # taken out at the end only: until then paths show the keys as they are; held here, the proxies stay the same
        self._doomed: set[Element] = set()

    def run(self) -> None:
        """Look at every element, then take the faulty ones out."""
        self._siblings(self._instance.tops, None)
        for item in self._doomed:
            self.changed = True
            self._instance.remove(item)

    def is_gone(self, item: Element) -> bool:
        """True if the element, or one around it, was taken out."""
        return bool(self._doomed) and (item in self._doomed or any(one in self._doomed for one in item.iterancestors()))

    def _siblings(self, items: list[Element], parent: OutlineNode | None) -> None:
        known = self._outline.children(parent)
        single: set[tuple[str, str]] = set()
        for item in items:
            name = split(item.tag)
            node = known.get(name)
            if node is None:
                self._unknown(item, parent)
            elif self._config and node.is_state:
                self._report(item, f"{node.name} is state data, which is not part of a configuration.", "state")
                self._drop(item)
            elif name in single:
                self._report(item, f"{node.name} is there more than once.", "duplicate")
                self._drop(item)
            else:
                if node.kind not in (LIST, LEAF_LIST):
                    single.add(name)
                self._one(item, node)

    def _unknown(self, item: Element, parent: OutlineNode | None) -> None:
        namespace, name = split(item.tag)
        if namespace in ("", NS_BASE):
            text = f"{name} is in no module's namespace."
        elif parent is None:
            text = f"{self._outline.module_of.get(namespace, namespace)} has no top-level node {name}."
        else:
            text = f"{name} is not a child of {parent.name}."
        self._report(item, text, "unknown")
        self._drop(item)

    def _one(self, item: Element, node: OutlineNode) -> None:
        if node.kind in (LEAF, LEAF_LIST):
            self._value(item, node)
        elif node.kind in (ANYDATA, ANYXML):
            self._empty(item)
        else:
            self._blank_text(item, node)
            self._siblings(list(elements(item)), node)
            if node.kind == LIST and node.keys:
                self._keys(item, node)

    def _empty(self, item: Element) -> None:
        """Anything may be inside, and the library does not take mixed content."""
        if len(item) and self._empty_any:
            self.changed = True
            del item[:]
            item.text = None

    def _value(self, item: Element, node: OutlineNode) -> None:
        if len(item):
            self._report(item, f"{node.name} is a {_word(node)}: it cannot hold elements.", "shape")
            self._drop(item)
            return
        message = value_problem(self._outline, node, item.text or "", item.nsmap)
        if message is not None:
            body, app_tag = message
            self._report(item, body, "type", app_tag)
            self._drop(item)

    def _blank_text(self, item: Element, node: OutlineNode) -> None:
        if item.text and item.text.strip():
            self._report(
                item, f"{node.name} is a {_word(node)}: it cannot hold text ({item.text.strip()[:40]}).", "shape"
            )
            item.text = None
        for child in item:
            if child.tail and child.tail.strip():
                text = f"{node.name} is a {_word(node)}: it cannot hold text ({child.tail.strip()[:40]})."
                self._report(item, text, "shape")
                child.tail = None

    def _keys(self, item: Element, node: OutlineNode) -> None:
        names = {(node.namespace, key) for key in node.keys}
        leaves = [child for child in elements(item) if split(child.tag) in names]
        here = {split(child.tag): child for child in reversed(leaves)}
        found = [here.get((node.namespace, key)) for key in node.keys]
        missing = [key for key, child in zip(node.keys, found, strict=True) if child is None]
        if missing:
            word = "key" if len(missing) == 1 else "keys"
            self._report(item, f"The entry of {node.name} lacks its {word} {' and '.join(missing)}.", "key")
        if missing or any(child in self._doomed for child in leaves):
            # an entry whose keys are not each there once, with a value, is what the library dies of
            self._drop(item)
            return
        # RFC 7950, section 7.8.5: the keys in the order in which they are defined (libyang lets them stand anywhere)
        for child, key, place in zip(found, node.keys, leaves, strict=True):
            if child is not place and child is not None:
                self._report(
                    child, f"The key {key} is not in its place: the keys come in the order of the schema.", "key"
                )
                break
        if leaves != found or leaves != list(elements(item))[: len(leaves)]:
            self._sort_keys(item, found)

    def _sort_keys(self, item: Element, keys: list[Element | None]) -> None:
        self.changed = True
        for child in reversed(keys):
            if child is not None:
                item.insert(0, child)

    def _path(self, item: Element) -> str:
        return self._instance.path(item)

    def _report(self, item: Element, message: str, kind: str, tag: str = "") -> None:
        if len(self.problems) >= self._limit:
            self.untold += 1
            return
        self.problems.append(Problem("error", self._path(item), message, tag, SOURCE, line_of(item), kind=kind))

    def _drop(self, item: Element) -> None:
        parent = item.getparent()
        if not self.untold:
            top = parent is None or self._instance.is_wrapper(parent)
            self.lost.add(("" if top or parent is None else self._path(parent), split(item.tag)[1]))
        self._doomed.add(item)


def _word(node: OutlineNode) -> str:
    return {LEAF: "leaf", LEAF_LIST: "leaf-list", LIST: "list"}.get(node.kind, "container")


def value_problem(
    outline: Outline, node: OutlineNode, text: str, namespaces: Mapping[str | None, str]
) -> tuple[str, str] | None:
    """(message, app-tag) if libyang refuses the value; leafref targets are not looked for."""
    yang = outline.yang
    given = translate(outline, text, namespaces) if outline.has_names(node) else text
    raw = given.encode()
    result = yang.lib.lyd_value_validate(node.pointer, raw, len(raw), yang.null, yang.null, yang.null)
    if result in (0, _INCOMPLETE):
        return _not_derived(outline, node, text, namespaces)
    errors = yang.errors(outline.context.pointer)
    own = quick_check(outline.type_of(node), text)
    message = errors[-1].message if errors else "The value is not of the leaf's type."
    app_tag = errors[-1].app_tag if errors else ""
    if own is not None and _is_generic(message):
        return f"{node.name} is {own}", app_tag
    return tidy(message), app_tag


def _not_derived(
    outline: Outline, node: OutlineNode, text: str, namespaces: Mapping[str | None, str]
) -> tuple[str, str] | None:
    """The library takes identities derived from one of several bases; RFC 7950, section 9.10.2, wants all of them."""
    if not outline.has_names(node):
        return None
    info = outline.type_of(node)
    if info.base != "identityref":
        return None
    modules = {prefix or "": outline.module_of.get(namespace, "") for prefix, namespace in namespaces.items()}
    own = quick_check(info, text, prefixes={"": node.module, **modules})
    return (f"{node.name} is {own}", "") if own is not None else None


def _is_generic(message: str) -> bool:
    """False for texts that the module's author wrote (error-message)."""
    return message.startswith(("Unsatisfied ", "Invalid ", "Value ", "Base64 ", "Duplicate bit ")) or message.endswith(
        ".\n"
    )


def tidy(message: str) -> str:
    """libyang's message on one line, not too long."""
    text = " ".join(message.split())
    return text if len(text) <= _DETAILS_LIMIT else f"{text[:_DETAILS_LIMIT]}…"


def translate(outline: Outline, text: str, namespaces: Mapping[str | None, str]) -> str:
    """Prefixes of XML become module names as JSON has them (RFC 7951, sections 6.8 and 6.11).

    That is the form that libyang's value functions want: in paths a module is named only where it changes.
    """
    text = text.strip()
    modules = {prefix: outline.module_of.get(namespace) for prefix, namespace in namespaces.items()}
    if ":" not in text:
        default = modules.get(None)
        return f"{default}:{text}" if default and _NAME.fullmatch(text) else text
    is_path = text.startswith("/")
    current: str | None = None

    def replace(match: re.Match[str]) -> str:
        nonlocal current
        if match["prefix"] is None:
            return match[0]
        module = modules.get(match["prefix"])
        if module is None:
            return match[0]
        repeated = is_path and module == current
        if match["lead"] == "/":
            current = module
        return match["lead"] if repeated else f"{match['lead']}{module}:"

    return _PREFIXED.sub(replace, text)
