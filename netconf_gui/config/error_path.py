"""Error paths: what a device says in `<error-path>`, and what our own interpreter says there.

Lives here: `write_error_path` (RFC 6241, section 4.3: an absolute XPath expression with prefixes) and
`from_error_path`, which finds the nearest node that exists, however sloppy the device.  Does not live here: paths in
general (`path`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.binding import Binder, elements, split_tag
from netconf_gui.config.path import InstancePath
from netconf_gui.config.path_text import quoted
from netconf_gui.config.values import clark
from netconf_gui.protocol.xml import local_name
from netconf_gui.yang.schema import Schema

_STEP = re.compile(r"\s*(?:\{([^{}]*)\}|([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*|\*)")
_PREDICATE = re.compile(
    r"\s*\[\s*(?:(\d+)|(\.|(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\]\s]*))\s*\]"
)
_KEYS = re.compile(r"\s*\{([^{}]*)\}")
_WORDS = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s\[\]]+)")
_ENVELOPE = (
    "rpc",
    "edit-config",
    "edit-data",
    "config",
    "rpc-reply",
    "data",
    "copy-config",
    "source",
    "commit",
    "validate",
)


def write_error_path(path: InstancePath) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The path with a prefix on every name that has a namespace, and the prefixes with their namespaces."""
    used: dict[str, str] = {}

    def prefix(namespace: str) -> str:
        for known, other in used.items():
            if other == namespace:
                return known
        wish = path.module(namespace) or "ns"
        name = wish
        number = 1
        while name in used:
            number += 1
            name = f"{wish}{number}"
        used[name] = namespace
        return name

    def shown(value: str) -> str:
        identity = clark(value)
        return quoted(value if identity is None else f"{prefix(identity[0])}:{identity[1]}")

    text = ""
    for step in path.steps:
        name = f"{prefix(step.namespace)}:" if step.namespace else ""
        text += f"/{name}{step.name}"
        text += "".join(f"[{name}{key}={shown(value)}]" for key, value in step.keys)
        if step.value is not None:
            text += f"[.={shown(step.value)}]"
        if step.position is not None:
            text += f"[{step.position}]"
    return text, tuple(used.items())


@dataclass(slots=True)
class _Step:
    namespace: str | None  # None: not told, or told by a prefix that means nothing here
    name: str
    predicates: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # values alone, in the order of the keys
    position: int | None = None


def from_error_path(
    text: str,
    namespaces: Mapping[str, str] | None,
    root: etree._Element,
    schema: Schema | Binder | None = None,
) -> etree._Element | None:
    """The element that a device's error-path names, or the nearest one above it; None if not even a top-level node.

    `namespaces` are those in scope of the error-path element.  Understood are also: module names as prefixes, prefixes
    that are not declared or missing (the name alone then counts), relative paths, paths that begin with the rpc, values
    without quotes, and paths that leave out the top-level node; keys in braces (`/interfaces/interface{eth0}`), and
    what a command line calls the place: `[edit interfaces ge-0/0/0 unit 0]`.
    """
    if text.lstrip().startswith("[edit"):
        return _from_edit_path(text, root)
    binder = schema if isinstance(schema, Binder) else Binder(schema)
    steps = list(_steps(text, namespaces or {}, binder))
    while steps and steps[0].name in _ENVELOPE and _child(root, steps[0]) is None:
        steps.pop(0)
    if not steps:
        return None
    at = _descend(root, steps)
    if at is not root:
        return at
    for top in elements(root):
        found = _descend(top, steps)
        if found is not top:
            return found
    return None


def _descend(start: etree._Element, steps: list[_Step]) -> etree._Element:
    at = start
    for step in steps:
        child = _child(at, step)
        if child is None:
            break
        at = child
    return at


def _child(parent: etree._Element, step: _Step) -> etree._Element | None:
    """The child that fits best: name and namespace, then name alone; all predicates must hold."""
    second: etree._Element | None = None
    place = 0
    for child in elements(parent):
        namespace, name = split_tag(str(child.tag))
        if step.name not in (name, "*"):
            continue
        place += 1
        if step.position is not None and place != step.position:
            continue
        if not all(_holds(child, key, value) for key, value in step.predicates):
            continue
        if step.keys and _keys(child)[: len(step.keys)] != step.keys:
            continue
        if step.namespace is None or namespace == step.namespace:
            return child
        second = child if second is None else second
    return second


def _keys(element: etree._Element) -> list[str]:
    """The values of the leaves that an entry begins with: its keys, and perhaps more."""
    return [(leaf.text or "").strip() for leaf in itertools.takewhile(lambda child: not len(child), elements(element))]


def _words(text: str) -> list[str]:
    return ["".join(match) for match in _WORDS.findall(text)]


def _from_edit_path(text: str, root: etree._Element) -> etree._Element | None:
    """The element that a line like `[edit protocols bgp group "a b"]` is about."""
    words = _words(text)[1:]
    found = [at for top in (root, *elements(root)) if (at := _follow(top, words)) is not top]
    return found[0] if found else None


def _follow(at: etree._Element, words: list[str]) -> etree._Element:
    """As far down as the words lead: a name, and for entries the values of their keys after it."""
    while words:
        named = [child for child in elements(at) if local_name(child) == words[0]]
        if not named:
            return at
        words = words[1:]
        entry = next((child for child in named if words and _keys(child)[:1] == words[:1]), None)
        at = entry if entry is not None else named[0]
        if entry is not None:
            same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(_keys(entry), words, strict=False))
            words = words[len(list(same)) :]
    return at


def _holds(element: etree._Element, key: str, value: str) -> bool:
    if key == ".":
        return _same(element.text or "", value)
    for child in elements(element):
        if local_name(child) == key:
            return _same(child.text or "", value)
    return False


def _same(text: str, value: str) -> bool:
    """Equal, or the same identity under another prefix."""
    text, value = text.strip(), value.strip()
    return text == value or (text.rpartition(":")[2] == value.rpartition(":")[2] and _is_name(text) and _is_name(value))


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w.-]*:?[A-Za-z_]?[\w.-]*", text) is not None


def _steps(text: str, namespaces: Mapping[str, str], binder: Binder) -> Iterator[_Step]:
    """The steps as far as they can be read."""
    text = text.strip()
    at = 0
    while at < len(text):
        while at < len(text) and text[at] in "/. \t\r\n":
            at += 1
        match = _STEP.match(text, at)
        if match is None:
            return
        at = match.end()
        step = _Step(_namespace(match.group(1), match.group(2), namespaces, binder), match.group(3))
        while True:
            predicate = _PREDICATE.match(text, at)
            if predicate is None:
                break
            at = predicate.end()
            position, key, value = predicate.groups()
            if position is not None:
                step.position = int(position)
            else:
                value = value[1:-1] if value[:1] in ("'", '"') else value
                step.predicates.append((key.rpartition(":")[2], value))
        in_braces = _KEYS.match(text, at)
        if in_braces is not None:
            at = in_braces.end()
            step.keys = _words(in_braces.group(1))
        yield step
        if at < len(text) and text[at] != "/":
            return


def _namespace(clark_name: str | None, prefix: str | None, namespaces: Mapping[str, str], binder: Binder) -> str | None:
    if clark_name is not None:
        return clark_name
    if not prefix:
        return None
    if prefix in namespaces:
        return namespaces[prefix]
    module = binder.schema.module(prefix) if binder.schema is not None else None
    return None if module is None else module.namespace
