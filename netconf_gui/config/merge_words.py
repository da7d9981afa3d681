"""What two sides cannot both have, as data and in words.

Lives here: `Conflict`, the three versions of one node (`Triple`), and the texts that people compare.  Does not live
here: finding conflicts (`threeway`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, split_tag
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.config.summary import SECRET_NAME, entry_name, shortened
from netconf_gui.config.treediff import Finding, compare_subtrees, entry_label, leaf_text
from netconf_gui.config.values import clark
from netconf_gui.yang.schema import SchemaNode

What = Literal["node", "choice", "order"]
Kind = Literal["added", "removed", "changed", "moved"]

_HIDDEN = "••••"
_NAMED = 12  # entries of an order that are named


class Triple(NamedTuple):
    """One node in the three versions; None where it is not there."""

    base: etree._Element | None
    mine: etree._Element | None
    theirs: etree._Element | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One node that both sides changed, not in the same way; somebody has to decide.

    `path` tells it from all other conflicts.  Of a choice, whose two sides have different cases, it ends with the name
    of the choice in parentheses, as tree diagrams write it; of an order, with the name of the list without keys.
    The texts are values of leafs, else words on what the side did; None where nothing is there.  They may hold secrets:
    `hidden` says so.  `mine_kind` and `theirs_kind` say what the sides did.
    """

    path: InstancePath
    what: What
    base: str | None
    mine: str | None
    theirs: str | None
    mine_kind: Kind
    theirs_kind: Kind
    schema_node: SchemaNode | None = None
    elements: Triple = field(default=Triple(None, None, None), repr=False)
    is_value: bool = False  # the texts are values of a leaf

    @property
    def hidden(self) -> bool:
        """True if the texts are values that messages do not tell."""
        return self.what == "node" and SECRET_NAME.search(self.path.name) is not None

    def shown(self, side: Literal["base", "mine", "theirs"]) -> str | None:
        """The text of one version, a secret left out."""
        text = {"base": self.base, "mine": self.mine, "theirs": self.theirs}[side]
        return _HIDDEN if text and self.hidden else text


class Words:
    """Makes conflicts, with their texts."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder

    def node(self, at: Triple, scope: Scope, steps: tuple[Step, ...]) -> Conflict:
        return Conflict(
            self._path(steps),
            "node",
            self._base(at.base, scope),
            self._side(at.base, at.mine, scope),
            self._side(at.base, at.theirs, scope),
            _kind(at.base, at.mine),
            _kind(at.base, at.theirs),
            None if isinstance(scope, Region) else scope,
            at,
            any(leaf_text(one, scope) is not None for one in at),
        )

    def choice(self, choice: SchemaNode, parts: Sequence[list[etree._Element]], steps: tuple[Step, ...]) -> Conflict:
        base, mine, theirs = (part[0] if part else None for part in parts)
        base_text, mine_text, theirs_text = map(self._listed, parts)
        return Conflict(
            self._path((*steps, Step(choice.namespace, f"({choice.name})"))),
            "choice",
            base_text,
            mine_text,
            theirs_text,
            _kind(base, mine),
            _kind(base, theirs),
            choice,
            Triple(base, mine, theirs),
        )

    def order(self, at: Triple, tag: str, above: Scope, steps: tuple[Step, ...]) -> Conflict:
        scope = self._binder.child_scope(above, tag)
        entries = [[] if one is None else list(one.iterchildren(tag)) for one in at]
        texts = [", ".join(self._label(one, scope) for one in part[:_NAMED]) for part in entries]
        base, mine, theirs = (
            f"{text} …" if len(part) > _NAMED else text for text, part in zip(texts, entries, strict=True)
        )
        return Conflict(
            self._path((*steps, Step(*split_tag(tag)))),
            "order",
            base,
            mine,
            theirs,
            "moved",
            "moved",
            None if isinstance(scope, Region) else scope,
            Triple(*(part[0] if part else None for part in entries)),
        )

    def group(self, tag: str, parts: Sequence[list[etree._Element]], steps: tuple[Step, ...]) -> Conflict:
        base, mine, theirs = (part[0] if part else None for part in parts)
        base_text, mine_text, theirs_text = map(self._listed, parts)
        return Conflict(
            self._path((*steps, Step(*split_tag(tag)))),
            "node",
            base_text,
            mine_text,
            theirs_text,
            _kind(base, mine),
            _kind(base, theirs),
            None,
            Triple(base, mine, theirs),
        )

    def _path(self, steps: tuple[Step, ...]) -> InstancePath:
        namespaces = {step.namespace: None for step in steps}
        for step in steps:
            for value in (*(value for _, value in step.keys), step.value or ""):
                identity = clark(value) if value[:1] == "{" else None
                if identity is not None:
                    namespaces[identity[0]] = None
        return InstancePath(steps, {namespace: self._binder.module_name(namespace) for namespace in namespaces})

    def _base(self, element: etree._Element | None, scope: Scope) -> str | None:
        if element is None:
            return None
        text = leaf_text(element, scope)
        return self._listed(list(elements(element))) or "" if text is None else text

    def _side(self, base: etree._Element | None, element: etree._Element | None, scope: Scope) -> str | None:
        """The value of a leaf; of an inner node what is different in it, or what it holds if it is new."""
        if element is None or base is None or leaf_text(element, scope) is not None:
            return self._base(element, scope)
        if isinstance(scope, SchemaNode) and scope.is_inner:
            return self._changes(compare_subtrees(self._binder, base, element, scope))
        return self._base(element, scope)

    def _changes(self, findings: list[Finding]) -> str:
        """What is different inside, in one line, secrets left out."""
        texts = []
        for one in findings[:_NAMED]:
            name = entry_name(one.path, len(one.path.steps) - 1) or one.path.name
            old, new = one.old_text, one.new_text
            if one.kind == "changed" and old is not None and new is not None and not SECRET_NAME.search(one.path.name):
                texts.append(f"{name} {shortened(old) or '(empty)'} → {shortened(new) or '(empty)'}")
            else:
                texts.append(f"{name} {one.kind}")
        return ", ".join(texts) + (" …" if len(findings) > _NAMED else "")

    def _listed(self, nodes: list[etree._Element]) -> str | None:
        """Names and values in one line, secrets left out."""
        if not nodes:
            return None
        texts = []
        for one in nodes[:_NAMED]:
            name = split_tag(str(one.tag))[1]
            leaf = next(elements(one), None) is None
            if not leaf or not one.text:
                texts.append(name)
            else:
                texts.append(f"{name} {_HIDDEN if SECRET_NAME.search(name) else shortened(one.text)}")
        return ", ".join(texts) + (" …" if len(nodes) > _NAMED else "")

    def _label(self, element: etree._Element, scope: Scope) -> str:
        if isinstance(scope, SchemaNode):
            return entry_label(element, scope, self._binder)
        child = next(elements(element), None)
        return (element.text if child is None else child.text) or ""


def _kind(base: etree._Element | None, side: etree._Element | None) -> Kind:
    if base is None:
        return "added"
    return "removed" if side is None else "changed"
