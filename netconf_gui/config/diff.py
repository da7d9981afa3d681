"""What differs between two configurations, node by node.

Lives here: `DiffEntry`, `Diff` and `diff()`.  Does not live here: the comparison itself (`treediff`), the sentence in
words (`summary`), the comparison of texts (`textdiff`), the `<edit-config>` (`plan`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import Binder
from netconf_gui.config.guessing import Anchor
from netconf_gui.config.path import InstancePath
from netconf_gui.config.summary import summary
from netconf_gui.config.textdiff import TextBlock, text_diff
from netconf_gui.config.treediff import Finding, compare_trees
from netconf_gui.yang.schema import Schema, SchemaNode

__all__ = ["Diff", "DiffEntry", "TextBlock", "diff", "text_diff"]


class DiffEntry(NamedTuple):
    """One difference; added and removed subtrees are one entry each.

    `kind` is added, removed, changed (another value; for anydata and the like another content) or moved (another
    place in a list that is ordered by the user).  `old` and `new` are values of leafs as written, else None.
    `element_old` belongs to the base tree, `element_new` to the other.  `before` and `after` name the neighbours of an
    added or moved entry of an ordered-by user list ('' at the ends): keys or value as text.  `guessed` is true where
    no schema tells what the node is.
    """

    kind: str
    path: InstancePath
    old: str | None = None
    new: str | None = None
    element_old: etree._Element | None = None
    element_new: etree._Element | None = None
    schema_node: SchemaNode | None = None
    before: str = ""
    after: str = ""
    guessed: bool = False
    anchor: Anchor | None = None  # what a plan replaces instead, where guessed
    parent_new: etree._Element | None = None  # the element of the other tree below which it lies
    parent_old: etree._Element | None = None  # that of the base


@dataclass(frozen=True)
class Diff:
    """All differences in document order, with the two trees they were found in."""

    entries: tuple[DiffEntry, ...]
    base_root: etree._Element
    mine_root: etree._Element
    schema: Schema | None = None
    defaults: str | None = None

    def __len__(self) -> int:
        return len(self.entries)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __iter__(self) -> Iterator[DiffEntry]:
        return iter(self.entries)

    def reversed(self) -> Diff:
        """The differences seen from the other side."""
        return diff(self.mine_root, self.base_root, self.schema, defaults=self.defaults)

    def settle(self) -> Diff:
        """Work out all paths now: for a worker whose result is shown elsewhere."""
        for entry in self.entries:
            _ = entry.path.steps
        return self

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many entries there are of each kind: added, removed, changed, moved."""
        found = {"added": 0, "removed": 0, "changed": 0, "moved": 0}
        for entry in self.entries:
            found[entry.kind] += 1
        return found

    def summary(self, limit: int = 400) -> str:
        """In words, at most about `limit` characters: "Adds interface xe-0/0/3. Changes on xe-0/0/1: mtu 1 → 9."."""
        return summary(self.entries, limit)


def diff(
    base_root: etree._Element,
    mine_root: etree._Element,
    schema: Schema | None = None,
    *,
    cancel: CancelToken | None = None,
    defaults: str | None = None,
) -> Diff:
    """Compare two configurations given as wrapper elements, which must not change while the result is used.

    List entries are matched by their keys, leaf-list entries by value, everything else by name.  Order counts only
    where the schema says ordered-by user; the number of moves is the smallest possible.  Values are compared in
    canonical form with prefixes resolved; attributes of nodes that the schema knows are no data.  A non-presence
    container without content is nothing.

    `defaults` is the with-defaults mode in which both were read (RFC 6243).  In trim and report-all a leaf with its
    default value equals one that is not there, in report-all-tagged one that is marked does; in explicit and where
    nothing is known they differ.

    Where the schema is silent (or None): an element that is alone of its name on both sides is compared by content,
    repeated ones are paired by content, then by the text of their first child; their order counts.
    Such entries are marked `guessed`, and plans replace the nearest node that is certain.
    """
    findings = compare_trees(Binder(schema), base_root, mine_root, cancel=cancel, defaults=defaults)
    return Diff(tuple(map(entry_of, findings)), base_root, mine_root, schema, defaults)


def entry_of(finding: Finding) -> DiffEntry:
    """The public form of what the comparison found; its path is worked out when somebody asks for it."""
    return _entry(finding, finding.late_path)


def settled_entry_of(finding: Finding) -> DiffEntry:
    """The same for trees that are going to change: the path is worked out now."""
    return _entry(finding, finding.path)


def _entry(finding: Finding, path: InstancePath) -> DiffEntry:
    return DiffEntry(
        finding.kind,
        path,
        finding.old_text,
        finding.new_text,
        finding.old,
        finding.new,
        finding.schema_node,
        finding.before,
        finding.after,
        finding.guessed,
        finding.anchor,
        finding.new_parent,
        finding.old_parent,
    )
