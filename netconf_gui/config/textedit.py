"""From a text that somebody edited to the command that does the same to the document.

Lives here: `text_edit`.  Does not live here: reading the text (`codec`), the differences (`treediff`).

Only what differs becomes commands, so that views keep their place and undo stays small.  They are tried on a copy
first; if they do not lead to what the text says, or there are very many, the whole content is replaced instead.
Comments follow the text too, where its format has any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from netconf_gui.config.binding import Binder, Region
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.comments import comment_edits, comments_in
from netconf_gui.config.edits import (
    Edit,
    Group,
    InsertNode,
    MoveNode,
    RemoveNode,
    ReplaceAll,
    ReplaceNode,
    SetValue,
)
from netconf_gui.config.execute import Executor, place_of
from netconf_gui.config.identity import ChildIndex
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.treediff import Finding, compare_trees
from netconf_gui.config.values import used_prefixes
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import NodeKind

MOST_COMMANDS = 2000
TOLD = "edit the text"


class Edited(Protocol):
    """What is needed of a document."""

    @property
    def root(self) -> etree._Element: ...

    @property
    def binder(self) -> Binder: ...


def text_edit(document: Edited, root: etree._Element, *, comments: bool = True) -> Edit | None:
    """The command that makes the document say what `root` says; None if it does already.

    Without `comments` those of the document stay as they are.
    """
    findings = compare_trees(document.binder, document.root, root)
    if not findings:
        notes = _comments(document.root, root, document.binder) if comments else []
        return Group(tuple(notes), "edit comments") if notes else None
    everything = ReplaceAll(serialize(root).decode())
    if len(findings) > MOST_COMMANDS:
        return everything
    trial = _Trial(document)
    try:
        for finding in sorted(findings, key=lambda one: one.kind != "removed"):
            trial.follow(finding)
    except ConfigError:
        return everything
    if compare_trees(document.binder, trial.executor.root, root):
        return everything
    notes = _comments(trial.executor.root, root, document.binder) if comments else []
    return Group((*trial.edits, *notes), TOLD)


def _comments(old: etree._Element, new: etree._Element, binder: Binder) -> list[Edit]:
    """The commands that give `old` the comments of `new`."""
    if next(comments_in(old), None) is None and next(comments_in(new), None) is None:
        return []
    index = ChildIndex(binder)

    def find(element: etree._Element) -> etree._Element | None:
        return index.find(old, path_of(element, binder, exact=True).steps)

    return comment_edits(old, new, binder, find)


def _ignore(*_what: object, **_more: object) -> None:
    return


class _Trial:
    """A copy of the document on which each command is performed as it is found."""

    def __init__(self, document: Edited) -> None:
        self.executor = Executor(read_fragment(serialize(document.root)), document.binder, _ignore)
        self.edits: list[Edit] = []
        self._binder = document.binder
        self._replaced: set[etree._Element] = set()

    def follow(self, finding: Finding) -> None:
        for edit in self._edits(finding):
            self.executor.perform(edit)
            self.edits.append(edit)

    def _edits(self, finding: Finding) -> Iterator[Edit]:
        if finding.anchor is not None:
            if finding.anchor.new not in self._replaced:
                self._replaced.add(finding.anchor.new)
                yield ReplaceNode(self._path(finding.anchor.old), serialize(finding.anchor.new).decode())
        elif finding.new is None:
            yield RemoveNode(finding.path)
        elif finding.kind == "changed" and finding.old is not None:
            yield self._changed(finding, finding.old, finding.new)
        elif finding.kind == "moved":
            yield MoveNode(finding.path, self._place(finding.new, self.executor.find(finding.path)))
        else:
            place = self._place(finding.new, None)
            yield InsertNode(self._path(finding.new_parent), serialize(finding.new).decode(), place)

    def _changed(self, finding: Finding, old: etree._Element, new: etree._Element) -> Edit:
        node = finding.schema_node
        if node is None or node.kind is not NodeKind.LEAF:
            return ReplaceNode(self._path(old), serialize(new).decode())
        prefixes = {prefix: uri for prefix, uri in used_prefixes(new, node).items() if prefix is not None}
        if len(prefixes) != len(used_prefixes(new, node)):
            # an identity in the default namespace: the element says which that is
            return ReplaceNode(finding.path, serialize(new).decode())
        return SetValue(finding.path, new.text or "", tuple(prefixes.items()))

    def _place(self, new: etree._Element, there: etree._Element | None) -> int:
        """Behind the sibling that stands before it in the text; counted without the element itself."""
        before = next(new.itersiblings(etree.Element, preceding=True), None)
        if before is None:
            return 0
        neighbour = self.executor.find(self._path(before))
        if neighbour is None:
            return -1
        place = place_of(neighbour) + 1
        return place - 1 if there is not None and place_of(there) < place_of(neighbour) else place

    def _path(self, element: etree._Element) -> InstancePath:
        exact = self._binder.scope(element) is not Region.UNKNOWN
        return path_of(element, self._binder, exact=exact)
