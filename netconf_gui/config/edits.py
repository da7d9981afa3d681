"""Edit commands: everything a person can do to a document, as plain data that can be undone, logged and replayed.

Lives here: the commands and their JSON form.  Does not live here: performing them (`execute`), the document that keeps
their log (`document`), and the helpers that make the right command for what a person wants (`editing`).

Commands name nodes by `InstancePath`, so that a replica of the document fed with the same commands is equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netconf_gui.config.path import InstancePath, Step
from netconf_gui.errors import ConfigError


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give an existing leaf or leaf-list entry another text.

    `prefixes` are (prefix, namespace) of prefixes that `value` uses; where one is not in scope at the leaf, the value
    is written with the prefix that is, or the element is replaced by one that declares it.
    """

    path: InstancePath
    value: str
    prefixes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class InsertNode:
    """Put a new element, given as XML text, below `parent` at `index` among its element children (-1: at the end).

    `place` counts comments too and goes before `index`; undo uses it, so that comments stand where they stood.
    """

    parent: InstancePath
    xml: str
    index: int = -1
    place: int = -1


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Take an element out with everything below it."""

    path: InstancePath


@dataclass(frozen=True, slots=True)
class ReplaceNode:
    """Put another element, given as XML text, in the place of one."""

    path: InstancePath
    xml: str


@dataclass(frozen=True, slots=True)
class MoveNode:
    """Move an element to `index` among the element children of its parent, counted without the element itself.

    `place` as in `InsertNode`.
    """

    path: InstancePath
    index: int
    place: int = -1


Note = tuple[int, str]
"""A comment: in front of which element child it stands, and its text as XML."""


@dataclass(frozen=True, slots=True)
class SetComments:
    """Give an element other comments (and processing instructions) directly in it; they are no configuration."""

    path: InstancePath
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class ReplaceAll:
    """Another content for the whole document; `xml` is the wrapper element with the top-level nodes."""

    xml: str


@dataclass(frozen=True, slots=True)
class Group:
    """Several commands that are one step for undo; `text` says what they do in words."""

    edits: tuple[Edit, ...]
    text: str = ""


Edit = SetValue | InsertNode | RemoveNode | ReplaceNode | MoveNode | SetComments | ReplaceAll | Group


def describe(edit: Edit) -> str:
    """A few words for an undo menu: "set mtu to 9000"."""
    if isinstance(edit, Group):
        return edit.text or (describe(edit.edits[0]) if edit.edits else "change")
    if isinstance(edit, SetValue):
        value = edit.value if len(edit.value) <= 40 else edit.value[:39] + "…"
        return f"set {edit.path.name} to {value}"
    if isinstance(edit, InsertNode):
        return f"add to {edit.parent.name or 'the configuration'}"
    if isinstance(edit, RemoveNode):
        return f"delete {_label(edit.path)}"
    if isinstance(edit, MoveNode):
        return f"move {_label(edit.path)}"
    if isinstance(edit, ReplaceNode):
        return f"change {_label(edit.path)}"
    if isinstance(edit, SetComments):
        return "edit comments"
    return "edit the text"


def _label(path: InstancePath) -> str:
    if not path.steps:
        return "the configuration"
    step = path.steps[-1]
    values = [value for _, value in step.keys] or ([step.value] if step.value is not None else [])
    return " ".join([step.name, *values])


def to_json(edit: Edit) -> dict[str, Any]:
    """Plain dictionaries, lists and texts, without loss."""
    if isinstance(edit, SetValue):
        found: dict[str, Any] = {"do": "set", "path": _path_json(edit.path), "value": edit.value}
        if edit.prefixes:
            found["prefixes"] = [list(pair) for pair in edit.prefixes]
        return found
    if isinstance(edit, InsertNode):
        found = {"do": "insert", "parent": _path_json(edit.parent), "xml": edit.xml, "index": edit.index}
        return found if edit.place < 0 else {**found, "place": edit.place}
    if isinstance(edit, RemoveNode):
        return {"do": "remove", "path": _path_json(edit.path)}
    if isinstance(edit, ReplaceNode):
        return {"do": "replace", "path": _path_json(edit.path), "xml": edit.xml}
    if isinstance(edit, MoveNode):
        found = {"do": "move", "path": _path_json(edit.path), "index": edit.index}
        return found if edit.place < 0 else {**found, "place": edit.place}
    if isinstance(edit, SetComments):
        return {"do": "comments", "path": _path_json(edit.path), "notes": [list(note) for note in edit.notes]}
    if isinstance(edit, ReplaceAll):
        return {"do": "all", "xml": edit.xml}
    return {"do": "group", "text": edit.text, "edits": [to_json(one) for one in edit.edits]}


def from_json(data: Mapping[str, Any]) -> Edit:
    """The command of `to_json`.  Raises `ConfigError` if it is none."""
    try:
        return _from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"This is not an edit command: {error!r}.") from None


def _from_json(data: Mapping[str, Any]) -> Edit:
    kind = data["do"]
    if kind == "set":
        prefixes = tuple((str(prefix), str(namespace)) for prefix, namespace in data.get("prefixes", ()))
        return SetValue(_path(data["path"]), str(data["value"]), prefixes)
    if kind == "insert":
        return InsertNode(_path(data["parent"]), str(data["xml"]), int(data["index"]), int(data.get("place", -1)))
    if kind == "remove":
        return RemoveNode(_path(data["path"]))
    if kind == "replace":
        return ReplaceNode(_path(data["path"]), str(data["xml"]))
    if kind == "move":
        return MoveNode(_path(data["path"]), int(data["index"]), int(data.get("place", -1)))
    if kind == "comments":
        return SetComments(_path(data["path"]), tuple((int(place), str(text)) for place, text in data["notes"]))
    if kind == "all":
        return ReplaceAll(str(data["xml"]))
    if kind == "group":
        return Group(tuple(_from_json(one) for one in data["edits"]), str(data["text"]))
    raise ValueError(kind)


def _path_json(path: InstancePath) -> list[dict[str, Any]]:
    found = []
    for step in path.steps:
        item: dict[str, Any] = {"ns": step.namespace, "name": step.name}
        if step.keys:
            item["keys"] = [list(key) for key in step.keys]
        if step.value is not None:
            item["value"] = step.value
        if step.position is not None:
            item["position"] = step.position
        found.append(item)
    return found


def _path(data: list[dict[str, Any]]) -> InstancePath:
    return InstancePath(
        tuple(
            Step(
                str(item["ns"]),
                str(item["name"]),
                tuple((str(name), str(value)) for name, value in item.get("keys", ())),
                None if item.get("value") is None else str(item["value"]),
                None if item.get("position") is None else int(item["position"]),
            )
            for item in data
        )
    )
