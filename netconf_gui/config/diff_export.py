"""Differences for people and programs elsewhere: as text, as JSON, as a page that needs nothing else.

Lives here: `to_text`, `to_json`, and what all forms show of a node (`shown_path`, `Row`, `rows_below`).  Does not live
here: the page itself (`diff_html`), YANG patches (`yang_patch`), which values are secrets: a `Mask` says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, split_tag
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.path import InstancePath, Step, step_of
from netconf_gui.protocol.xml import copy_element, serialize
from netconf_gui.yang.schema import SchemaNode

Mask = Callable[[InstancePath, str | None], str | None]
"""What may be shown of the value of the node at a path."""

MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
KINDS = tuple(MARKS)


@dataclass(frozen=True, slots=True)
class Row:
    """One node inside a subtree that came or went; `value` is None for nodes with children."""

    depth: int
    step: Step
    path: InstancePath
    value: str | None


def plainly(_path: InstancePath, value: str | None) -> str | None:
    """The mask that hides nothing."""
    return value


def shown_path(path: InstancePath, mask: Mask | None = None) -> InstancePath:
    """The path with its keys and values as they may be shown."""
    if mask is None:
        return path
    steps: list[Step] = []
    for number, step in enumerate(path.steps, 1):
        here = InstancePath(path.steps[:number], path.modules)
        keys = tuple((name, mask(here.child(Step(step.namespace, name)), value) or "") for name, value in step.keys)
        value = None if step.value is None else mask(here, step.value) or ""
        steps.append(Step(step.namespace, step.name, keys, value, step.position))
    return InstancePath(tuple(steps), path.modules)


def shown_values(entry: DiffEntry, mask: Mask | None = None) -> tuple[str | None, str | None]:
    """Old and new value of a leaf as they may be shown; of anydata and the like their XML."""
    old, new = entry.old, entry.new
    if entry.kind == "changed" and old is None and new is None:
        return _xml(entry, entry.element_old, mask), _xml(entry, entry.element_new, mask)
    if mask is None:
        return old, new
    return mask(entry.path, old), mask(entry.path, new)


def _xml(entry: DiffEntry, element: etree._Element | None, mask: Mask | None) -> str | None:
    if element is None:
        return None
    if mask is not None:
        element = copy_element(element)
        cover(element, Region.UNKNOWN, entry.path, Binder(None), mask)
    return serialize(element).decode()


def cover(element: etree._Element, scope: Scope, path: InstancePath, binder: Binder, mask: Mask) -> None:
    """Have every value in a copy of a node as it may be shown."""
    if next(elements(element), None) is None:
        shown = mask(path, element.text)
        if shown != element.text:
            element.text = shown
        return
    for child in elements(element):
        below = binder.child_scope(scope, str(child.tag))
        cover(child, below, path.child(Step(*split_tag(str(child.tag)))), binder, mask)


def rows_below(entry: DiffEntry, binder: Binder, mask: Mask | None = None) -> Iterator[Row]:
    """What is inside a subtree that was added or removed, without the keys that its path names."""
    element = entry.element_new if entry.kind == "added" else entry.element_old if entry.kind == "removed" else None
    if element is None:
        return
    scope: Scope = entry.schema_node or Region.UNKNOWN
    if isinstance(scope, SchemaNode) and not scope.is_inner:
        if not scope.is_term and next(elements(element), None) is not None:
            yield from _rows(element, Region.UNKNOWN, entry.path, 0, binder, mask or plainly)
        return
    yield from _rows(element, scope, entry.path, 0, binder, mask or plainly)


def _rows(
    parent: etree._Element, scope: Scope, path: InstancePath, depth: int, binder: Binder, mask: Mask
) -> Iterator[Row]:
    for child in elements(parent):
        below = binder.child_scope(scope, str(child.tag))
        if isinstance(below, SchemaNode) and below.is_key:
            continue
        step = step_of(child, below, binder)
        here = InstancePath((*path.steps, step), {**path.modules, step.namespace: binder.module_name(step.namespace)})
        if isinstance(below, SchemaNode) and below.is_inner:
            value = None
        else:
            value = (child.text or "") if next(elements(child), None) is None else None
        shown = shown_path(here, mask)
        yield Row(depth, shown.steps[-1], shown, mask(here, value))
        if value is None:
            inner = below if isinstance(below, SchemaNode) and below.is_inner else Region.UNKNOWN
            yield from _rows(child, inner, here, depth + 1, binder, mask)


def counts_text(difference: Diff) -> str:
    """``4 differences: 2 added, 1 changed, 1 moved``."""
    total = len(difference)
    if not total:
        return "No difference"
    parts = [f"{count:,} {kind}" for kind, count in difference.counts.items() if count]
    return f"{total:,} difference{'s' if total > 1 else ''}: {', '.join(parts)}"


def where_to(entry: DiffEntry, mask: Mask | None = None) -> str:
    """The new place of an entry that moved, in words: "before b", "to the end"."""
    if not entry.before:
        return "to the end"
    secret = mask is not None and mask(entry.path, entry.before) != entry.before
    keyed = mask is not None and shown_path(entry.path, mask) != entry.path
    return "to another place" if secret or keyed else f"before {entry.before}"


# ------------------------------------------------------------------------------------------------------------- text


def to_text(difference: Diff, *, mask: Mask | None = None) -> str:
    """A line for each difference, new and removed subtrees with all that is in them indented below."""
    binder = Binder(difference.schema)
    lines = [f"{counts_text(difference)}."]
    for entry in difference.entries:
        lines += ["", *_entry_lines(entry, binder, mask)] if len(lines) == 1 else _entry_lines(entry, binder, mask)
    return "\n".join(lines) + "\n"


def entry_line(entry: DiffEntry, mask: Mask | None = None) -> str:
    """One difference in one line: ``~ /if:interfaces/interface[name='a']/mtu  1500 → 9000``."""
    text = f"{MARKS[entry.kind]} {shown_path(entry.path, mask)}"
    if entry.kind == "moved":
        return f"{text}  {where_to(entry, mask)}"
    old, new = shown_values(entry, mask)
    if entry.kind == "changed":
        return f"{text}  {_in_line(old)} → {_in_line(new)}"
    value = new if entry.kind == "added" else old
    # the value of a leaf-list entry is in its path
    named = entry.path.steps and entry.path.steps[-1].value is not None
    return text if value is None or named else f"{text}  {_in_line(value)}"


def _in_line(value: str | None) -> str:
    """A value without line breaks; what would not be seen is quoted."""
    if value is None:
        return "nothing"
    return value if value and value == value.strip() and value.isprintable() else json.dumps(value, ensure_ascii=False)


def _entry_lines(entry: DiffEntry, binder: Binder, mask: Mask | None) -> list[str]:
    mark = MARKS[entry.kind]
    lines = [entry_line(entry, mask)]
    for row in rows_below(entry, binder, mask):
        text = f"{mark} {'    ' * (row.depth + 1)}{step_text(row.step, row.path)}"
        lines.append(text if row.value is None or row.step.value is not None else f"{text}  {_in_line(row.value)}")
    return lines


def step_text(step: Step, path: InstancePath) -> str:
    """The last step of a path, with its module where that is not the one above's."""
    text = str(InstancePath((step,), path.modules))[1:]
    above = path.steps[-2].namespace if len(path.steps) > 1 else ""
    return text.partition(":")[2] if step.namespace == above and ":" in text.partition("[")[0] else text


# ------------------------------------------------------------------------------------------------------------- JSON


def to_json(difference: Diff, *, mask: Mask | None = None, content: bool = True) -> str:
    """Counts, the summary in words, and every difference; with `content` also what is inside of new and gone nodes."""
    document = {
        "counts": dict(difference.counts),
        "summary": summary_text(difference, mask),
        "differences": [entry_json(entry, Binder(difference.schema), mask, content) for entry in difference.entries],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def summary_text(difference: Diff, mask: Mask | None = None) -> str:
    """The summary in words, secret values and names left out."""
    if mask is None:
        return difference.summary()
    secret = any(
        shown_path(entry.path, mask) != entry.path or shown_values(entry, mask) != shown_values(entry)
        for entry in difference.entries
    )
    return f"{counts_text(difference)}." if secret else difference.summary()


def entry_json(entry: DiffEntry, binder: Binder, mask: Mask | None = None, content: bool = True) -> dict[str, Any]:
    """One difference as it stands in the JSON document."""
    old, new = shown_values(entry, mask)
    found: dict[str, Any] = {"kind": entry.kind, "path": str(shown_path(entry.path, mask)), "old": old, "new": new}
    if entry.kind == "moved":
        hidden = where_to(entry, mask) == "to another place"
        found |= {"before": None if hidden else entry.before, "after": None if hidden else entry.after}
    if entry.guessed:
        found["guessed"] = True
    inside = [
        {"path": str(row.path), "value": row.value}
        for row in (rows_below(entry, binder, mask) if content else ())
        if row.value is not None
    ]
    if inside:
        found["content"] = inside
    return found
