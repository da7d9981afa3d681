"""What a leafref can point to in a document: the path of its type followed over the data (RFC 7950, section 9.9.2).

Lives here: `Context` (a leaf that is there, or a place where one may be put), `targets`, and in words why there are
none.  Does not live here: whether a whole document's references hold (the engine).

Prefixes of the path are those of the module that wrote it; names are compared without them, so that a path can in rare
cases lead to a node of the same name in another module as well.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.document import Document
from netconf_gui.yang.schema import SchemaNode

MOST_VISITED = 10_000
"""Elements looked at for one step of a path while a person waits: about 10 ms."""

_STEP = re.compile(r"([^\[\]]+)((?:\[[^\]]*\])*)\Z")
_PREDICATE = re.compile(r"\[\s*([^\s=\]]+)\s*=\s*current\(\)\s*/\s*([^\]]*?)\s*\]")


@dataclass(frozen=True, slots=True)
class Context:
    """A leaf of a document; `element` is None where it is not set, `parent` then the nearest element above it."""

    document: Document
    node: SchemaNode | None
    element: etree._Element | None
    parent: etree._Element


@dataclass(slots=True)
class Targets:
    """What a path leads to: elements in document order.

    `complete` is False if there is more to look at than was wanted; then not all of them are here.  `broken_at` is the
    name of the first step that leads nowhere, "" if there are targets.
    """

    elements: list[etree._Element] = field(default_factory=list)
    complete: bool = True
    broken_at: str = ""


class _Walk:
    """One evaluation; it looks at so many elements a step."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.complete = True

    def children(self, parents: Sequence[etree._Element], name: str) -> Iterator[etree._Element]:
        tag, left = f"{{*}}{name}", self.most
        for parent in parents:
            for child in parent.iterchildren(tag):
                left -= 1
                if left < 0:
                    self.complete = False
                    return
                yield child


def targets(context: Context, path: str, *, most: int = MOST_VISITED) -> Targets:
    """The elements at the end of a leafref's path; a path that is none of RFC 7950's leads nowhere."""
    steps = split_path(path)
    walk = _Walk(most)
    if path.strip().startswith("/"):
        at: list[etree._Element] = [context.document.outside_root]
    else:
        ups = sum(1 for step in steps if step == "..")
        start = above(context, ups)
        at = [] if start is None else [start]
        steps = [step for step in steps if step != ".."]
    for step in steps:
        match = _STEP.match(step)
        name = _local(match[1]) if match else step
        at = list(_filtered(walk, context, walk.children(at, name), match[2] if match else ""))
        if not at:
            return Targets(complete=walk.complete, broken_at=name)
    return Targets(at, walk.complete)


def _filtered(
    walk: _Walk, context: Context, elements: Iterator[etree._Element], predicates: str
) -> Iterator[etree._Element]:
    wanted: list[tuple[str, set[str]]] = []
    for match in _PREDICATE.finditer(predicates):
        wanted.append((_local(match[1]), set(_current_values(walk, context, match[2]))))
    for element in elements:
        if all(
            any((child.text or "") in values for child in element.iterchildren(f"{{*}}{name}"))
            for name, values in wanted
        ):
            yield element


def _current_values(walk: _Walk, context: Context, path: str) -> list[str]:
    """The values at ``../a/b`` from the leaf."""
    steps = split_path(path)
    start = above(context, sum(1 for step in steps if step == ".."))
    at = [] if start is None else [start]
    for step in steps:
        if step != "..":
            at = list(walk.children(at, _local(step)))
    return [element.text or "" for element in at]


def above(context: Context, ups: int) -> etree._Element | None:
    """The element `ups` levels above the leaf, which may not be there, nor its parent."""
    if context.element is not None:
        at: etree._Element | None = context.element
    else:
        at = context.parent
        schema, node = context.document.schema, context.node
        here = context.document.schema_node(context.parent)
        while schema is not None and node is not None and node != here:
            node = schema.data_parent(node)
            ups -= 1
        if ups < 0:
            return None
    for _ in range(ups):
        at = at.getparent() if at is not None else None
    return at


def split_path(path: str) -> list[str]:
    """The steps of a path with their predicates; ``current()`` and ``.`` are left out."""
    steps: list[str] = []
    step, depth = "", 0
    for letter in path.strip():
        depth += (letter == "[") - (letter == "]")
        if letter == "/" and depth == 0:
            steps.append(step.strip())
            step = ""
        else:
            step += letter
    steps.append(step.strip())
    return [one for one in steps if one not in ("", ".", "current()")]


def find_target(
    context: Context, path: str, value: str, text_of: Callable[[etree._Element], str]
) -> etree._Element | None:
    """The first element at the end of the path that has that value, however many have to be looked at."""
    found = targets(context, path, most=sys.maxsize).elements
    return next((one for one in found if text_of(one) == value), None)


def why_none(context: Context, path: str) -> str:
    """Why a path leads nowhere, as a sentence; "" if it leads somewhere."""
    found = targets(context, path)
    names = [_local(step.partition("[")[0]) for step in split_path(path) if step != ".."]
    where = "/".join(names[-3:])
    if found.elements or not found.complete:
        return ""
    if not found.broken_at:
        return f"{where} leads nowhere from here."
    step = next((one for one in split_path(path) if _local(one.partition("[")[0]) == found.broken_at), "")
    if "[" in step:
        conditions = ", ".join(f"{_local(match[1])} of {_local(match[2].rpartition('/')[2])}" for match in
                               _PREDICATE.finditer(step))  # fmt: skip
        return f"No {found.broken_at} fits ({conditions})."
    if found.broken_at == names[-1]:
        return f"Nothing has a {names[-1]} that could be pointed to ({where})."
    return f"This document has no {found.broken_at} yet, so there is no {where} to point to."


def _local(name: str) -> str:
    return name.strip().rpartition(":")[2]
