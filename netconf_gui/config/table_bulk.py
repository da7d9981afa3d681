"""Thousands of edits in one list as the replacement of what holds the list.

Lives here: when that is quicker than one command after the other (each tells every view, and a place among 100,000
siblings is counted), and making it in steps on a copy.  Does not live here: the edits (`table_edits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from netconf_gui.config.binding import is_wrapper
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.copying import copy_names, start_element
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit, InsertNode, RemoveNode, ReplaceNode
from netconf_gui.config.execute import Executor, put_child
from netconf_gui.config.table_places import Place
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import new_element, serialize

PER_EDIT = 0.0003  # seconds, of a command with all who hear of it
PER_SIBLING = 1e-7  # seconds, of an insert or removal for each sibling
WORTH = 0.8  # seconds that may be spent command by command


def is_worth_it(edits: Sequence[Edit], length: int) -> bool:
    """Whether the edits would take too long one by one; `length` is the number of entries."""
    placed = sum(1 for one in edits if isinstance(one, InsertNode | RemoveNode))
    return len(edits) * PER_EDIT + placed * length * PER_SIBLING > WORTH


def as_replacement(document: Document, place: Place, edits: Sequence[Edit]) -> Iterator[Edit | None]:
    """The one command that does the same as `edits`, all of which are in the list: None after each step.

    Holds for the document as it is when this begins.  Raises `ConfigError` as the edits themselves would.
    """
    holder = place.holder(document)
    if holder is None or is_wrapper(holder) or place.node is None or not place.node.keys:
        yield from edits
        return
    path = document.path_of(holder)
    copy, executor = _copied(document, holder)
    yield None
    new: list[str] = []
    for edit in edits:
        if isinstance(edit, InsertNode) and edit.parent == path:
            new.append(edit.xml)
        elif isinstance(edit, RemoveNode) and len(edit.path.steps) == len(path.steps) + 1:
            _take_out(executor, edit)
        else:
            executor.perform(edit)
        yield None
    text = serialize(copy).decode()
    if new:
        text = _with_entries(text, copy, new)
    yield ReplaceNode(path, text)


def _copied(document: Document, holder: etree._Element) -> tuple[etree._Element, Executor]:
    """A tree with the way to the holder only, and a copy of the holder at its end."""
    chain: list[etree._Element] = []
    at = holder.getparent()
    while at is not None and not is_wrapper(at):
        chain.append(at)
        at = at.getparent()
    binder = document.binder
    root = new_element(str(document.root.tag))
    below = root
    for one in reversed(chain):
        below = start_element(below, one)
        if document.schema_node(one) is not None:
            copy_names(one, binder.scope(one), below, binder)
    text = serialize(holder).decode()
    copy = read_fragment(text)
    put_child(below, copy, -1, binder, text)
    return copy, Executor(root, binder, lambda *_args, **_words: None)


def _take_out(executor: Executor, edit: RemoveNode) -> None:
    entry = executor.find(edit.path)
    parent = entry.getparent() if entry is not None else None
    if entry is None or parent is None:
        raise ConfigError(f"There is no node {edit.path}.", path=str(edit.path))
    executor.siblings.removed(parent, entry)
    parent.remove(entry)


def _with_entries(text: str, copy: etree._Element, new: Sequence[str]) -> str:
    """New entries behind everything else; each declares the namespaces it uses."""
    if not len(copy) and not (copy.text or ""):
        opening = text.rstrip().removesuffix("/>")
        prefix = f"{copy.prefix}:" if copy.prefix else ""
        name = f"{prefix}{etree.QName(copy).localname}"
        if opening != text.rstrip():
            return f"{opening}>{''.join(new)}</{name}>"
    end = text.rindex("</")
    return text[:end] + "".join(new) + text[end:]
