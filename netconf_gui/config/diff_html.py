"""Differences as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

Lives here: `to_html`.  The tree of the page has only nodes at which something differs; kinds can be left out by the
boxes at its top.  Light and dark by the reader's own setting, and fit to print.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from netconf_gui.config.binding import Binder
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.diff_export import (
    KINDS,
    Mask,
    Row,
    counts_text,
    rows_below,
    shown_path,
    shown_values,
    summary_text,
    where_to,
)
from netconf_gui.config.path import InstancePath, Step

MOST_ROWS = 20_000  # nodes inside of one new or removed subtree that are written out

_SIGNS = {"added": "+", "removed": "\N{MINUS SIGN}", "changed": "~", "moved": "\N{UP DOWN ARROW}"}

_STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #1f2733; --soft: #667180;
  --added: #17713a; --added-back: #e3f4e9; --removed: #b3261e; --removed-back: #fbe9e7; --changed: #8a5a00;
  --changed-back: #fdf1d8; --moved: #3b53b5; --moved-back: #e7ebfa; }
@media (prefers-color-scheme: dark) { :root { --page: #16191e; --card: #1e2229; --line: #333a45; --text: #e3e7ec;
  --soft: #97a2b0; --added: #6fce92; --added-back: #173524; --removed: #f2938c; --removed-back: #432220;
  --changed: #ecc06a; --changed-back: #3b2f15; --moved: #9fb1f5; --moved-back: #242c4d; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1.25rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; }
h1 { font-size: 1.45rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; }
.filter { display: inline-block; margin: 0 .5rem 1rem 0; padding: .1rem .7rem; border-radius: 1rem; cursor: pointer;
  border: 1px solid transparent; font-variant-numeric: tabular-nums; }
input:not(:checked) + .filter { background: none !important; border-color: var(--line); color: var(--soft) !important;
  text-decoration: line-through; }
input:focus-visible + .filter { outline: 2px solid var(--moved); outline-offset: 2px; }
.box { position: absolute; opacity: 0; }
.tree { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1rem; }
ul { list-style: none; margin: 0; padding: 0 0 0 1.35rem; border-left: 1px solid var(--line); }
.tree > ul { padding: 0; border: 0; }
li { margin: .12rem 0; padding: 0 .3rem; border-radius: .25rem; overflow-wrap: anywhere; }
summary { cursor: pointer; }
summary:hover { background: var(--page); }
code { font: 13px/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
.key, .module { color: var(--soft); }
.sign { display: inline-block; width: 1.2em; text-align: center; font-weight: 700; }
.added { background: var(--added-back); } .added > .sign, .added > * > .sign { color: var(--added); }
.removed { background: var(--removed-back); } .removed > .sign, .removed > * > .sign { color: var(--removed); }
.changed { background: var(--changed-back); } .changed > .sign, .changed > * > .sign { color: var(--changed); }
.moved { background: var(--moved-back); } .moved > .sign, .moved > * > .sign { color: var(--moved); }
span.added { color: var(--added); } span.removed { color: var(--removed); }
label.added { color: var(--added); } label.removed { color: var(--removed); }
label.changed { color: var(--changed); } label.moved { color: var(--moved); }
.old { color: var(--removed); text-decoration: line-through; } .new { color: var(--added); }
.none { color: var(--soft); font-style: italic; }
@media print { body { background: none; padding: 0; } .tree { border: 0; padding: 0; } .filter { display: none; } }
"""


@dataclass(slots=True)
class _Node:
    """A step on the way to differences; `entries` are at the node itself (moved and changed inside may both be)."""

    step: Step
    path: InstancePath
    entries: list[DiffEntry] = field(default_factory=list)
    below: dict[Step, _Node] = field(default_factory=dict)


def to_html(difference: Diff, title: str = "Differences", *, mask: Mask | None = None) -> str:
    """The page, as UTF-8 text."""
    root = _Node(Step("", ""), InstancePath())
    for entry in difference.entries:
        _put(root, entry)
    page = _Page(Binder(difference.schema), mask)
    page.children(root)
    boxes = "".join(
        f'<input class="box" type="checkbox" id="{kind}" checked>'
        f'<label class="filter {kind}" for="{kind}">{_SIGNS[kind]} {count:,} {kind}</label>'
        for kind, count in difference.counts.items()
        if count
    )
    hiding = "".join(f"main:has(#{kind}:not(:checked)) li.{kind}.entry {{ display: none; }}\n" for kind in KINDS)
    tree = f'<div class="tree">{"".join(page.out)}</div>' if difference else ""
    summary = summary_text(difference, mask)
    told = "" if summary.startswith(counts_text(difference)) else f"<p>{escape(summary)}</p>"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{hiding}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(counts_text(difference))}.</p>\n{told}\n{boxes}\n{tree}\n"
        "</main>\n</body>\n</html>\n"
    )


def _put(root: _Node, entry: DiffEntry) -> None:
    at = root
    for number, step in enumerate(entry.path.steps, 1):
        found = at.below.get(step)
        if found is None:
            path = InstancePath(entry.path.steps[:number], entry.path.modules)
            found = at.below[step] = _Node(step, path)
        at = found
    at.entries.append(entry)


class _Page:
    """Writes the tree; `out` are the pieces."""

    def __init__(self, binder: Binder, mask: Mask | None) -> None:
        self._binder = binder
        self._mask = mask
        self.out: list[str] = []

    def children(self, node: _Node) -> None:
        self.out.append("<ul>")
        for child in node.below.values():
            for entry in child.entries:
                self._entry(child, entry)
            if child.below:
                self.out.append(f"<li><details open><summary>{self._name(child.path)}</summary>")
                self.children(child)
                self.out.append("</details></li>")
        self.out.append("</ul>")

    def _name(self, path: InstancePath) -> str:
        """The last step: its module where it is not the one above's, its name, its keys."""
        step = shown_path(path, self._mask).steps[-1]
        above = path.steps[-2].namespace if len(path.steps) > 1 else ""
        own = "" if step.namespace in ("", above) else f"{path.module(step.namespace)}:"
        module = f'<span class="module">{escape(own)}</span>' if own else ""
        text = str(InstancePath((step,), path.modules))
        keys = text[text.index("[") :] if "[" in text else ""
        return f'<code>{module}{escape(step.name)}<span class="key">{escape(keys)}</span></code>'

    def _entry(self, node: _Node, entry: DiffEntry) -> None:
        sign = f'<span class="sign" title="{entry.kind}">{_SIGNS[entry.kind]}</span>'
        head = f"{sign}{self._name(node.path)}"
        old, new = shown_values(entry, self._mask)
        if entry.kind == "moved":
            head += f' <span class="key">{escape(where_to(entry, self._mask))}</span>'
        elif entry.kind == "changed":
            head += f" {_value(old, 'old')} \N{RIGHTWARDS ARROW} {_value(new, 'new')}"
        elif entry.path.steps[-1].value is None and (old, new) != (None, None):
            head += f" {_value(new if entry.kind == 'added' else old, '')}"
        rows = list(rows_below(entry, self._binder, self._mask))
        self.out.append(f'<li class="entry {entry.kind}">')
        if rows:
            self.out.append(f"<details open><summary>{head}</summary>")
            self._rows(rows)
            self.out.append("</details>")
        else:
            self.out.append(head)
        self.out.append("</li>")

    def _rows(self, rows: list[Row]) -> None:
        shown = rows[:MOST_ROWS]
        depth = -1
        for number, row in enumerate(shown):
            if row.depth > depth:
                self.out.append("<ul>")
            self.out.append("</ul></li>" * max(0, depth - row.depth))
            depth = row.depth
            value = "" if row.value is None or row.step.value is not None else f" {_value(row.value, '')}"
            self.out.append(f"<li>{self._name(row.path)}{value}")
            if number + 1 == len(shown) or shown[number + 1].depth <= depth:
                self.out.append("</li>")
        self.out.append("</ul></li>" * depth + "</ul>")
        if len(rows) > MOST_ROWS:
            self.out.append(f'<p class="none">and {len(rows) - MOST_ROWS:,} more nodes</p>')


def _value(text: str | None, kind: str) -> str:
    if text is None:
        return '<span class="none">nothing</span>'
    if not text:
        return '<span class="none">empty</span>'
    return f'<code class="{kind}">{escape(text)}</code>' if kind else f"<code>{escape(text)}</code>"
