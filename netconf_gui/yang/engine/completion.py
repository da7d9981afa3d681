"""What libyang tells of only once, told in full: every entry that is not unique, every case of a choice.

Lives here: going over the lists and choices of which libyang named the first offender, and sorting its messages into
kinds.  Does not live here: references (`references`), names and values (`structure`), the order of it all (`validate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netconf_gui.yang.engine.binding import LibraryError, Pointer
from netconf_gui.yang.engine.instance import Element, Instance, line_of
from netconf_gui.yang.engine.outline import CASE, CHOICE, LIST, Outline, OutlineNode
from netconf_gui.yang.engine.structure import SOURCE, tidy
from netconf_gui.yang.engine.survey import Survey, Tags, Values
from netconf_gui.yang.problem import Problem

_KINDS = (
    ("mandatory", re.compile(r'^Mandatory node "([^"]+)" instance does not exist')),
    ("choice", re.compile(r'^Mandatory choice "([^"]+)" data do not exist')),
    ("cases", re.compile(r"^Data for both cases ")),
    ("min", re.compile(r'^Too few "([^"]+)" instances')),
    ("max", re.compile(r'^Too many "([^"]+)" instances')),
    ("unique", re.compile(r"^Unique data leaf\(s\) ")),
    ("duplicate", re.compile(r'^Duplicate instance of "([^"]+)"')),
    ("when", re.compile(r"^When condition ")),
    ("leafref", re.compile(r"^Invalid leafref value ")),
    ("instance", re.compile(r"^Invalid (instance-identifier|union value)")),
)
_LAST_PREDICATES = re.compile(r"(\[(?:[^'\"\]]|'[^']*'|\"[^\"]*\")*\])+$")


def problem_of(error: LibraryError) -> Problem:
    """One stored error as a finding."""
    path = error.data_path
    message = tidy(error.message)
    for kind, pattern in _KINDS:
        match = pattern.search(message)
        if match is None or (kind in ("leafref", "instance") and error.app_tag != "instance-required"):
            continue
        if kind == "min":
            # the list is meant, not the entry that is there
            path = _LAST_PREDICATES.sub("", path)
        detail = (match[1],) if kind in ("mandatory", "choice") else ()
        return Problem("error", path, message, error.app_tag, SOURCE, kind=kind, detail=detail)
    # what is left are conditions, whose texts their authors wrote; an error with a line is one of the parser's
    return Problem("error", path, message, error.app_tag, SOURCE, kind="" if error.line else "must")


class Completion:
    """Goes over one document for what libyang told of only once."""

    def __init__(self, instance: Instance, outline: Outline, survey: Survey, tags: Tags) -> None:
        self._instance = instance
        self._outline = outline
        self._survey = survey
        self._tags = tags
        self._values = Values(outline)

    def completed(self, found: Iterable[Problem]) -> list[Problem]:
        """The findings, with those on uniqueness and cases replaced by all there are."""
        items = list(found)
        kinds = {item.kind for item in items}
        for kind, own in (("unique", self._uniques), ("cases", self._cases)):
            if kind in kinds:
                all_of_them = list(own())
                if all_of_them:
                    items = [item for item in items if item.kind != kind] + all_of_them
        return items

    # uniqueness (RFC 7950, section 7.8.3)

    def _uniques(self) -> Iterator[Problem]:
        ffi, array = self._outline.yang.ffi, self._outline.yang.array
        for node, entries in self._survey.inner.items():
            if node.kind != LIST or len(entries) < 2:
                continue
            for leaves in array(ffi.cast("struct lysc_node_list *", node.pointer).uniques):
                paths = [self._below(node, leaf) for leaf in array(leaves)]
                yield from self._not_unique(entries, [path for path in paths if path])

    def _below(self, node: OutlineNode, leaf: Pointer) -> list[OutlineNode]:
        """The data nodes from an entry down to one of the leafs of its `unique`."""
        names = []
        ffi = self._outline.yang.ffi
        pointer = ffi.cast("struct lysc_node *", leaf)
        while pointer != node.pointer and pointer != self._outline.yang.null:
            if pointer.nodetype not in (CHOICE, CASE):
                names.append(f"{{{self._outline.yang.text(pointer.module.ns)}}}{self._outline.yang.text(pointer.name)}")
            pointer = pointer.parent
        found: list[OutlineNode] = []
        at = node
        for name in reversed(names):
            child = self._tags.children(at).get(name)
            if child is None:
                return []
            found.append(child)
            at = child
        return found

    def _not_unique(self, entries: list[Element], paths: list[list[OutlineNode]]) -> Iterator[Problem]:
        first: dict[tuple[Element | None, tuple[str, ...]], Element] = {}
        names = " ".join("/".join(step.name for step in path) for path in paths)
        for entry in entries:
            values = [self._value(entry, path) for path in paths]
            if any(value is None for value in values):
                continue
            key = (entry.getparent(), tuple(value or "" for value in values))
            other = first.setdefault(key, entry)
            if other is not entry:
                here, there = self._instance.path(entry), self._instance.path(other)
                if here == there:
                    continue  # the same entry twice is told as such
                text = f'Unique data leaf(s) "{names}" not satisfied in "{there}" and "{here}".'
                yield Problem(
                    "error", here, text, "data-not-unique", SOURCE, line_of(entry), kind="unique", detail=(there,)
                )

    def _value(self, entry: Element, path: list[OutlineNode]) -> str | None:
        """The canonical value of a leaf below an entry, its default if it is not there; None if it has none."""
        at: Element | None = entry
        for node in path:
            at = None if at is None else at.find(f"{{{node.namespace}}}{node.name}")
        leaf = path[-1]
        return self._values.default(leaf) if at is None else self._values.of(leaf, at)

    # choices (RFC 7950, section 7.9)

    def _cases(self) -> Iterator[Problem]:
        yield from self._cases_of(None, [None])
        for node, items in self._survey.inner.items():
            yield from self._cases_of(node, list(items))

    def _cases_of(self, node: OutlineNode | None, items: list[Element | None]) -> Iterator[Problem]:
        choices = [
            (name, cases) for head in self._outline.heads(node) for name, cases in self._choices(head) if len(cases) > 1
        ]
        if not choices:
            return
        for item in items:
            here = {str(child.tag) for child in (self._instance.tops if item is None else item)}
            for name, cases in choices:
                used = [case for case, tags in cases.items() if any(tag in here for tag in tags)]
                if len(used) > 1:
                    yield self._several(item, name, used)

    def _several(self, item: Element | None, name: str, used: list[str]) -> Problem:
        if len(used) == 2:
            text = f'Data for both cases "{used[0]}" and "{used[1]}" exist.'
        else:
            listed = ", ".join(f'"{case}"' for case in used[:-1])
            text = f'Data for the cases {listed} and "{used[-1]}" exist; only one of them may.'
        path, line = ("", 0) if item is None else (self._instance.path(item), line_of(item))
        return Problem("error", path, text, "", SOURCE, line, kind="cases", detail=(name, *used))

    def _choices(self, head: Pointer) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """Every choice among these schema nodes and inside their cases: its name, and the tags of each case."""
        yang = self._outline.yang
        for pointer in yang.siblings(head):
            if pointer.nodetype != CHOICE:
                continue
            cases = {}
            for case in yang.siblings(yang.lib.lysc_node_child(pointer)):
                below = yang.lib.lysc_node_child(case)
                cases[yang.text(case.name)] = list(self._tags_below(below))
                yield from self._choices(below)
            yield yang.text(pointer.name), cases

    def _tags_below(self, head: Pointer) -> Iterator[str]:
        yang = self._outline.yang
        for pointer in yang.siblings(head):
            if pointer.nodetype in (CHOICE, CASE):
                yield from self._tags_below(yang.lib.lysc_node_child(pointer))
            else:
                yield f"{{{yang.text(pointer.module.ns)}}}{yang.text(pointer.name)}"
