"""Comments and processing instructions of a document: where they stand, and what a new text changes about them.

They are no configuration: differences, plans and checks do not see them.  But they are the document's, so edits keep
them and a text that somebody edits brings its own.  A comment stands in front of what it speaks of.

Lives here: reading and writing the comments of one element, and the commands that a text means.  Does not live here:
performing commands (`execute`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from netconf_gui.config.binding import Binder, elements, is_wrapper
from netconf_gui.config.edits import Edit, InsertNode, Note, SetComments
from netconf_gui.config.path import path_of
from netconf_gui.protocol.xml import KINDS_OF_COMMENTS, serialize

Find = Callable[[etree._Element], etree._Element | None]


def comments_in(root: etree._Element) -> Iterator[etree._Element]:
    """All comments and processing instructions below `root`."""
    return root.iter(*KINDS_OF_COMMENTS)


def has_comments(element: etree._Element) -> bool:
    """True if some stand directly in an element."""
    return next(element.iterchildren(*KINDS_OF_COMMENTS), None) is not None


def settle(root: etree._Element) -> etree._Element:
    """Move comments out of values, in front of their leaf: a value is one text for everything that follows."""
    for comment in list(comments_in(root)):
        parent = comment.getparent()
        if parent is None or next(elements(parent), None) is not None:
            continue
        texts = [parent.text or "", *(child.tail or "" for child in parent)]
        text = "".join(texts)
        if not text.strip():
            continue
        inside = list(parent)
        for child in inside:
            child.tail = None
            if is_wrapper(parent) or parent is root:
                parent.remove(child)
            else:
                parent.addprevious(child)
        parent.text = text
    return root


def notes_of(element: etree._Element) -> tuple[Note, ...]:
    """The comments directly in an element: (in front of which element child, text with its marks)."""
    found: list[Note] = []
    place = 0
    for child in element:
        if isinstance(child.tag, str):
            place += 1
        else:
            found.append((place, etree.tostring(child, encoding="unicode", with_tail=False)))
    return tuple(found)


def put_notes(element: etree._Element, notes: tuple[Note, ...]) -> None:
    """Give an element these comments in place of those that it has."""
    for old in list(element.iterchildren(*KINDS_OF_COMMENTS)):
        _take_out(element, old)
    children = list(elements(element))
    for place, text in notes:
        made = _node(text)
        if place < len(children):
            children[place].addprevious(made)
        else:
            element.append(made)


def _take_out(element: etree._Element, comment: etree._Element) -> None:
    """Remove a comment; text that stands behind it stays."""
    if comment.tail and comment.tail.strip():
        before = comment.getprevious()
        if before is None:
            element.text = (element.text or "") + comment.tail
        else:
            before.tail = (before.tail or "") + comment.tail
    comment.tail = None
    element.remove(comment)


def _node(text: str) -> etree._Element:
    if text.startswith("<!--"):
        return etree.Comment(text[4:-3])
    target, _, rest = text[2:-2].partition(" ")
    return etree.ProcessingInstruction(target, rest) if rest else etree.ProcessingInstruction(target)


def comment_edits(old: etree._Element, new: etree._Element, binder: Binder, find: Find) -> list[Edit]:
    """The commands that give the tree `old` the comments of `new`, which is the same configuration.

    `find` gives the element of `old` for one of `new`.  Containers that mean nothing but hold a comment are put in.
    """
    wanted: dict[etree._Element, tuple[Note, ...]] = {}
    absent: dict[etree._Element, None] = {}
    for holder in _holders(new):
        twin = old if holder is new else find(holder)
        if twin is None:
            absent[_topmost_absent(holder, find)] = None
        else:
            wanted[twin] = _translated(holder, twin, find)
    edits: list[Edit] = []
    for element in absent:
        parent = element.getparent()
        if parent is not None:
            edits.append(InsertNode(path_of(parent, binder, exact=True), serialize(element).decode()))
    for element in dict.fromkeys((*_holders(old), *wanted)):
        notes = wanted.get(element, ())
        if notes != notes_of(element):
            edits.append(SetComments(path_of(element, binder, exact=True), notes))
    return edits


def _topmost_absent(element: etree._Element, find: Find) -> etree._Element:
    """The highest element above (or the element itself) that the other tree does not have."""
    parent = element.getparent()
    while parent is not None and parent.getparent() is not None and find(parent) is None:
        element, parent = parent, parent.getparent()
    return element


def _holders(root: etree._Element) -> list[etree._Element]:
    found = (comment.getparent() for comment in comments_in(root))
    return [one for one in dict.fromkeys(found) if one is not None]


def _translated(holder: etree._Element, twin: etree._Element, find: Find) -> tuple[Note, ...]:
    """The comments of `holder` at the places of `twin`, whose children may stand in another order."""
    children = list(elements(holder))
    places = {child: number for number, child in enumerate(elements(twin))}
    found: list[Note] = []
    for place, text in notes_of(holder):
        following = find(children[place]) if place < len(children) else None
        found.append((places.get(following, len(places)) if following is not None else len(places), text))
    return tuple(sorted(found, key=lambda note: note[0]))
