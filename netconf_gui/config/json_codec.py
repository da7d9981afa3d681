"""Configurations as JSON (RFC 7951), both ways; annotations as RFC 7952 writes them.

Lives here: `to_json`, `from_json` and the walk over both kinds of trees.  Does not live here: single values
(`json_values`), places in the text (`json_text`), which files are JSON (`codec`).

JSON needs the schema: it has module names instead of namespaces, and arrays where XML repeats an element.  What the
schema does not know is written as well as it can be: texts as strings, repeated elements as an array.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, split_tag
from netconf_gui.config.json_text import PathPart, line_and_column, place_of, syntax_error
from netconf_gui.config.json_values import ModuleNames, Number, from_value, quoted, scalar_text, to_value
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, NS_XML, new_element, qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_WRAPPERS = frozenset(
    f"{prefix}{name}" for prefix in ("", "ietf-restconf:", "ietf-netconf:", "ietf-netconf-nmda:")
    for name in ("data", "config")
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STEP = "  "
_KEPT_KINDS = (NodeKind.ANYDATA, NodeKind.ANYXML)

Path: TypeAlias = tuple[PathPart, ...]


class Members(list[tuple[str, Any]]):
    """A JSON object as it was written: names may come twice."""


class _Fault(Exception):
    """Something in the JSON does not fit; becomes a ConfigError with the place."""

    def __init__(self, path: Path, words: str, advice: str = "", *, last: bool = False) -> None:
        super().__init__(words)
        self.path, self.words, self.advice, self.last = path, words, advice, last


# ------------------------------------------------------------------------------------------------------------ to JSON


def to_json(root: etree._Element, schema: Schema | None, *, names: ModuleNames | None = None) -> str:
    """The configuration below the wrapper `root` as indented JSON, with a final newline.

    Raises `ConfigError` without a schema.  `names` is told the modules that were guessed; `from_json` wants it then.
    """
    if schema is None:
        raise _needs_schema("The configuration")
    writer = _Writer(Binder(schema), names or ModuleNames(schema))
    writer.members(root, Region.TOP, "", "")
    return "".join(writer.out) + "\n"


def fragment_to_json(holder: etree._Element, scope: Scope, schema: Schema | None) -> str:
    """The object of the children of `holder`, whatever that is called itself; `scope` is that of their parent.

    All names have their module.  Raises `ConfigError` without a schema.
    """
    if schema is None:
        raise _needs_schema("The configuration")
    writer = _Writer(Binder(schema), ModuleNames(schema))
    writer.members(holder, scope, "", "")
    return "".join(writer.out)


class _Writer:
    """Writes one document; `out` are the pieces."""

    def __init__(self, binder: Binder, names: ModuleNames) -> None:
        self._binder = binder
        self._names = names
        self._qualified: dict[tuple[str, str], str] = {}
        self.out: list[str] = []

    def members(self, parent: etree._Element, scope: Scope, namespace: str, indent: str) -> None:
        """The object of an element's children."""
        groups: dict[str, list[etree._Element]] = {}
        for child in elements(parent):
            groups.setdefault(str(child.tag), []).append(child)
        inner = indent + _STEP
        own = "" if scope is Region.TOP else self._annotations(parent)
        parts = ([("@", own)] if own else []) + list(groups.items())
        if not parts:
            self.out.append("{}")
            return
        separator = "{\n"
        for name, group in parts:
            self.out.append(f"{separator}{inner}")
            separator = ",\n"
            if isinstance(group, str):
                self.out.append(f'"@": {group}')
            else:
                self._member(self._name(name, namespace), group, self._binder.child_scope(scope, name), inner)
        self.out.append(f"\n{indent}}}")

    def _name(self, tag: str, parent_namespace: str) -> str:
        """The member's name, with the module where it is not the parent's."""
        found = self._qualified.get((tag, parent_namespace))
        if found is None:
            namespace, name = split_tag(tag)
            same = namespace == parent_namespace or not namespace
            found = name if same else f"{self._names.module(namespace)}:{name}"
            self._qualified[tag, parent_namespace] = found
        return found

    def _member(self, name: str, group: list[etree._Element], scope: Scope, indent: str) -> None:
        namespace = split_tag(str(group[0].tag))[0]
        self.out.append(f'"{name}": ')
        if (isinstance(scope, SchemaNode) and scope.kind in (NodeKind.LIST, NodeKind.LEAF_LIST)) or len(group) > 1:
            self._array(group, scope, namespace, indent)
        else:
            self._value(group[0], scope, namespace, indent)
        if isinstance(scope, SchemaNode) and (scope.is_term or scope.kind in _KEPT_KINDS):
            notes = [self._annotations(one) for one in group]
            if any(notes):
                joined = ", ".join(note or "null" for note in notes)
                whole = f"[{joined}]" if scope.kind is NodeKind.LEAF_LIST else joined
                self.out.append(f',\n{indent}"@{name}": {whole}')

    def _array(self, group: list[etree._Element], scope: Scope, namespace: str, indent: str) -> None:
        inner = indent + _STEP
        separator = "[\n"
        for one in group:
            self.out.append(f"{separator}{inner}")
            separator = ",\n"
            self._value(one, scope, namespace, inner)
        self.out.append(f"\n{indent}]")

    def _value(self, element: etree._Element, scope: Scope, namespace: str, indent: str) -> None:
        if isinstance(scope, SchemaNode) and scope.is_term:
            self.out.append(to_value(element.text or "", scope.type, element, self._names))
        elif (isinstance(scope, SchemaNode) and scope.kind is not NodeKind.ANYXML) or next(
            elements(element), None
        ) is not None:
            self.members(element, scope, namespace, indent)
        else:
            self.out.append(quoted(element.text or ""))

    def _annotations(self, element: etree._Element) -> str:
        """The attributes that have a namespace, as an object; '' if there are none."""
        if not element.attrib:
            return ""
        found = []
        for name, value in element.attrib.items():
            namespace, local = split_tag(str(name))
            if namespace and namespace != NS_XML:
                found.append(f'"{self._names.module(namespace)}:{local}": {quoted(str(value))}')
        return f"{{{', '.join(found)}}}" if found else ""


# ---------------------------------------------------------------------------------------------------------- from JSON


def from_json(
    data: bytes | str,
    schema: Schema | None,
    *,
    names: ModuleNames | None = None,
    name: str = "",
) -> etree._Element:
    """The wrapper `<config>` with what the JSON says.

    Raises `ConfigError` with line and column: where it is not well-formed, where a name is not known or given twice,
    and where objects, arrays and values are not where the schema has them.  Values are not checked.
    """
    what = name or "The text"
    if schema is None:
        raise _needs_schema(what)
    text = data if isinstance(data, str) else _decoded(data, what)
    try:
        content = json.loads(
            text, object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise syntax_error(text, error, what) from None
    except RecursionError:
        raise ConfigError(f"{what} is nested too deeply to be read.") from None
    except ValueError as error:
        raise ConfigError(f"{what} is not well-formed JSON: {error}") from None
    try:
        return _Reader(Binder(schema), names or ModuleNames(schema)).document(content)
    except _Fault as fault:
        line, column = line_and_column(text, place_of(text, fault.path, last=fault.last))
        place = f"{what}, line {line}, column {column}: "
        raise ConfigError(f"{place}{fault.words}", line=line, column=column, advice=fault.advice) from None


def _needs_schema(what: str) -> ConfigError:
    return ConfigError(
        f"{what} needs a schema to be read or written as JSON: JSON has module names where XML has namespaces.",
        advice="Open it with the YANG modules of the device, or use XML.",
    )


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{what} is not UTF-8 text: {error.reason} at byte {error.start}.") from None


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no value in JSON.")


class _Reader:
    """Makes elements of one document."""

    def __init__(self, binder: Binder, names: ModuleNames) -> None:
        self._binder = binder
        self._names = names

    def document(self, content: Any) -> etree._Element:
        root = new_element(qn(NS_BASE, "config"), {"nc": NS_BASE})
        if not isinstance(content, Members):
            raise _Fault((), f"A configuration is a JSON object; here is {_kind(content)}.")
        path: Path = ()
        if len(content) == 1 and content[0][0] in _WRAPPERS and isinstance(content[0][1], Members):
            path = (content[0][0],)
            content = content[0][1]
        self._object(root, Region.TOP, "", content, path)
        return root

    def _object(self, parent: etree._Element, scope: Scope, namespace: str, members: Members, path: Path) -> None:
        notes: list[tuple[str, Any]] = []
        seen: set[str] = set()
        for name, value in self._in_order(members, scope):
            if name in seen:
                raise _Fault((*path, name), f"{name} is given twice.", last=True)
            seen.add(name)
            if name.startswith("@"):
                notes.append((name, value))
            else:
                self._member(parent, scope, namespace, name, value, (*path, name))
        for name, value in notes:
            self._annotate(parent, namespace, name, value, (*path, name))

    @staticmethod
    def _in_order(members: Members, scope: Scope) -> Iterable[tuple[str, Any]]:
        """Keys first, in the order of the schema, as XML wants it (RFC 7950, section 7.8.5)."""
        if not isinstance(scope, SchemaNode) or not scope.keys:
            return members
        places = {key: number for number, key in enumerate(scope.keys)}
        own = f"{scope.module}:"
        return sorted(members, key=lambda member: places.get(member[0].removeprefix(own), len(places)))

    def _member(self, parent: etree._Element, scope: Scope, namespace: str, name: str, value: Any, path: Path) -> None:
        uri, local = self._named(name, namespace, path)
        tag = qn(uri, local)
        child_scope = self._binder.child_scope(scope, tag)
        if not isinstance(child_scope, SchemaNode):
            self._unknown(parent, tag, uri, value, namespace, path)
            return
        kind = child_scope.kind
        if kind is NodeKind.LIST:
            for item, at in self._items(child_scope, value, path):
                if not isinstance(item, Members):
                    raise _Fault(at, f"An entry of the list {local} is an object; here is {_kind(item)}.")
                self._object(self._add(parent, tag, uri, namespace), child_scope, uri, item, at)
        elif kind is NodeKind.LEAF_LIST:
            for item, at in self._items(child_scope, value, path):
                self._leaf(parent, child_scope, tag, item, namespace, at)
        elif kind is NodeKind.LEAF:
            self._leaf(parent, child_scope, tag, value, namespace, path)
        elif kind in _KEPT_KINDS:
            self._unknown(parent, tag, uri, value, namespace, path)
        else:
            if not isinstance(value, Members):
                raise _Fault(path, f"The container {local} is an object; here is {_kind(value)}.")
            self._object(self._add(parent, tag, uri, namespace), child_scope, uri, value, path)

    def _named(self, name: str, namespace: str, path: Path) -> tuple[str, str]:
        """Namespace and local name of a member."""
        module, colon, local = name.rpartition(":")
        if not _NAME.match(local):
            raise _Fault(path, f"{quoted(name)} cannot be the name of a node.")
        if colon:
            uri = self._names.namespace(module)
            if uri is None:
                raise _Fault(
                    path,
                    f"The schema has no module {module}.",
                    "Names are written with the module's name, such as ietf-interfaces:interfaces.",
                )
            return uri, local
        if not namespace:
            raise _Fault(path, f"{name} needs the name of its module in front.", self._advice(local))
        return namespace, local

    def _advice(self, name: str) -> str:
        schema = self._binder.schema
        nodes = schema.data_children(None) if schema is not None else ()
        fitting = [f"{node.module}:{node.name}" for node in nodes if node.name == name]
        return f"Write {' or '.join(fitting)}." if fitting else "Such as ietf-interfaces:interfaces."

    @staticmethod
    def _items(node: SchemaNode, value: Any, path: Path) -> Iterator[tuple[Any, Path]]:
        if isinstance(value, Members) or not isinstance(value, list):
            raise _Fault(path, f"The {node.kind.value} {node.name} is an array; here is {_kind(value)}.")
        for number, item in enumerate(value):
            yield item, (*path, number)

    def _leaf(self, parent: etree._Element, node: SchemaNode, tag: str, value: Any, namespace: str, path: Path) -> None:
        if isinstance(value, list) and not isinstance(value, Members) and value == [None]:
            value = None
        elif value is None:
            raise _Fault(path, f"{node.name} has no value here.", "A leaf of type empty is written as [null].")
        elif isinstance(value, list):
            raise _Fault(path, f"The {node.kind.value} {node.name} has a value; here is {_kind(value)}.")
        text, declared = from_value(value, node.type, node.namespace, self._names)
        element = self._add(parent, tag, node.namespace, namespace, declared)
        self._set_text(element, text, path)

    def _unknown(self, parent: etree._Element, tag: str, uri: str, value: Any, namespace: str, path: Path) -> None:
        """What no schema describes, anydata and anyxml included."""
        is_array = isinstance(value, list) and not isinstance(value, Members) and value != [None]
        for number, item in enumerate(value if is_array else [value]):
            at = (*path, number) if is_array else path
            element = self._add(parent, tag, uri, namespace)
            if isinstance(item, Members):
                self._object(element, Region.UNKNOWN, uri, item, at)
            elif not isinstance(item, list):
                self._set_text(element, scalar_text(item), at)
            elif item != [None]:
                raise _Fault(at, "An array inside an array has no form in XML.")

    @staticmethod
    def _add(
        parent: etree._Element, tag: str, uri: str, above: str, declared: Mapping[str, str] | None = None
    ) -> etree._Element:
        nsmap: dict[Any, str] = dict(declared or {})
        if uri != above:
            nsmap[None] = uri
        return etree.SubElement(parent, tag, nsmap=nsmap or None)

    @staticmethod
    def _set_text(element: etree._Element, text: str, path: Path) -> None:
        wrong = _NOT_XML.search(text)
        if wrong is not None:
            raise _Fault(path, f"The value has the character U+{ord(wrong.group()):04X}, which XML cannot hold.")
        element.text = text or None

    def _annotate(self, parent: etree._Element, namespace: str, name: str, value: Any, path: Path) -> None:
        """Metadata (RFC 7952, section 5.2) as attributes."""
        if name == "@":
            self._attributes(parent, value, path)
            return
        uri, local = self._named(name[1:], namespace, path)
        targets = list(parent.iterchildren(qn(uri, local)))
        if not targets:
            raise _Fault(path, f"{name} annotates {name[1:]}, which is not there.")
        is_array = isinstance(value, list) and not isinstance(value, Members)
        for number, (target, one) in enumerate(zip(targets, value if is_array else [value], strict=False)):
            if one is not None:
                self._attributes(target, one, (*path, number) if is_array else path)

    def _attributes(self, element: etree._Element, value: Any, path: Path) -> None:
        if not isinstance(value, Members):
            raise _Fault(path, f"Annotations are an object; here is {_kind(value)}.")
        for name, one in value:
            module, _, local = name.rpartition(":")
            uri = self._names.namespace(module) if module else None
            if uri is None or not _NAME.match(local):
                raise _Fault((*path, name), f"The annotation {name} needs the name of a known module in front.")
            element.set(qn(uri, local), _NOT_XML.sub("", scalar_text(one)))


def _kind(value: Any) -> str:
    """What something is, in words."""
    if isinstance(value, Members):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, bool):
        return "true or false"
    return "null" if value is None else "a text"
