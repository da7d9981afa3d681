"""How long documents, edits and the dry run take, beside one lxml parse of the same bytes in the same run.

Differences and plans have a bench of their own.  Run: ``python -m tests.bench.bench_config``.  Fails on the ratios in
BARS; seconds are only printed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any

from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import diff
from netconf_gui.config.document import Document
from netconf_gui.config.plan import plan
from tests.config.model import SCHEMA, node, top

# what may take how many times one lxml parse of the same document
BARS = {
    "open": 2.0,
    "dry run": 12.0,
    "one edit and its state": 1.0,
}
FIRST_EDIT = 0.1  # seconds: below a list of 333,000 entries, in a document that was prepared


def entries(count: int) -> str:
    return "".join(
        f"<entry><name>interface-{number}</name><v>description of {number}</v><t>x:eth</t><mtu>9000</mtu>"
        f"<sub><w>{number}</w><inner><id>0</id><q>198.51.100.1</q></inner><inner><id>1</id></inner></sub></entry>"
        for number in range(count)
    )


def timed(work: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(repeat):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def edited(data: bytes, count: int) -> bytes:
    """The same with `count` changes spread over it."""
    doc = Document(data, SCHEMA)
    chance = random.Random(1)
    for number, entry in enumerate(chance.sample(list(doc.root[0]), count)):
        if number % 3 == 0:
            entry.remove(entry[1])
        else:
            entry[1].text = f"edit {number}"
    return doc.snapshot().data


def edit_and_look(doc: Document) -> None:
    entry = doc.root[0][len(doc.root[0]) // 2]
    editing.set_leaf(doc, entry, node("/top/entry/v"), str(doc.revision))
    doc.changes()
    for row in list(doc.root[0])[:50]:
        doc.state(row)
        doc.changed_below(row)


def first_edit() -> float:
    """Seconds that the thread of a long list's tree waits at its first edit."""
    doc = Document(top("".join(f"<entry><name>n{n}</name><v>{n}</v></entry>" for n in range(333_000))), SCHEMA)
    doc.prepare()
    entry = doc.root[0][166_500]
    start = time.perf_counter()
    editing.set_leaf(doc, entry, node("/top/entry/v"), "x")
    doc.changes()
    doc.state(entry)
    return time.perf_counter() - start


def main() -> int:
    data = top(entries(36_000))
    base, root = timed(lambda: etree.fromstring(data))
    print(f"{len(data) / 1e6:.1f} MB, {sum(1 for _ in root.iter()):,} elements; one lxml parse {base * 1000:.0f} ms")
    times: dict[str, float] = {}
    times["open"], document = timed(lambda: Document(data, SCHEMA))
    other = edited(data, 1000)
    mine = Document(other, SCHEMA)
    made = plan(diff(document.root, mine.root, SCHEMA))
    times["dry run"], _ = timed(
        lambda: edit_config(document.root, made.config, SCHEMA, default_operation="none"), repeat=1
    )
    edit_and_look(document)  # the first look reads the list of the base
    times["one edit and its state"], _ = timed(lambda: edit_and_look(document))
    failed = [name for name, bar in BARS.items() if times[name] > bar * base]
    for name, seconds in times.items():
        mark = "  ABOVE THE BAR" if name in failed else ""
        print(f"{name:24} {seconds * 1000:8.1f} ms  {seconds / base:6.2f} × (bar {BARS[name]}){mark}")
    print(f"operations: {made.operations}")
    seconds = first_edit()
    print(f"first edit below a list of 333,000 entries: {seconds * 1000:.1f} ms (bar {FIRST_EDIT * 1000:.0f} ms)")
    if seconds > FIRST_EDIT:
        failed.append("first edit")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
