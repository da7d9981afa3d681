"""Values of leafs between XML and JSON (RFC 7951, section 6): numbers or strings, identities, paths, unions.

Lives here: one value at a time, and the names of modules that qualify it.  Does not live here: the tree (`json_codec`).
A text that is no value of its type is written as a string, so that nothing that was typed is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from json.encoder import encode_basestring

from lxml import etree

from netconf_gui.config.binding import guessed_module
from netconf_gui.protocol.xml import NS_BASE, NS_DEFAULT, NS_NMDA, NS_ORIGIN, NS_YANG
from netconf_gui.yang import wellknown
from netconf_gui.yang.datatypes import INTEGERS, canonical, quick_check
from netconf_gui.yang.schema import Schema, TypeInfo

NUMBERS = INTEGERS - {"int64", "uint64"}
"""Types that JSON writes as numbers; the others are strings (sections 6.1)."""

_PATH_PART = re.compile(
    r"(?P<quoted>\"[^\"]*\"|'[^']*')|(?P<lead>/|\[\s*)(?:(?P<prefix>[A-Za-z_][\w.-]*):)?(?P<name>[A-Za-z_][\w.-]*)"
)
_DOUBTFUL = ("\\p", "\\P", "\\i", "\\I", "\\c", "\\C", "-[", "[[", "--", "&&", "~~", "||")
_FIXED = {
    "ietf-netconf": NS_BASE,
    "ietf-netconf-with-defaults": NS_DEFAULT,
    "ietf-netconf-nmda": NS_NMDA,
    "ietf-origin": NS_ORIGIN,
    "yang": NS_YANG,
}


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


class ModuleNames:
    """Module names and namespaces, both ways; guesses for namespaces that the schema does not know are remembered."""

    def __init__(self, schema: Schema | None, known: Mapping[str, str] | None = None) -> None:
        """`known` are further names (module → namespace)."""
        self._schema = schema
        self._namespaces: dict[str, str] = {**(known or {})}
        self._modules: dict[str, str] = {namespace: name for name, namespace in self._namespaces.items()}

    def module(self, namespace: str) -> str:
        """The module's name; '' for no namespace."""
        found = self._modules.get(namespace)
        if found is None:
            info = self._schema.module_for_namespace(namespace) if self._schema is not None else None
            fixed = next((name for name, other in _FIXED.items() if other == namespace), "")
            found = info.name if info is not None else fixed or self._guess(namespace)
            self._modules[namespace] = found
            self._namespaces.setdefault(found, namespace)
        return found

    def _guess(self, namespace: str) -> str:
        if not namespace:
            return ""
        wish = re.sub(r"[^\w.-]", "-", guessed_module(namespace)) or "unknown"
        found, number = wish, 1
        while self.namespace(found) is not None:
            number += 1
            found = f"{wish}-{number}"
        return found

    def namespace(self, module: str) -> str | None:
        """The namespace of a module; None if it is not known."""
        found = self._namespaces.get(module)
        if found is None:
            info = self._schema.module(module) if self._schema is not None else None
            found = info.namespace if info is not None else _FIXED.get(module)
            if found is not None:
                self._namespaces[module] = found
        return found


def to_value(text: str, info: TypeInfo | None, element: etree._Element, names: ModuleNames) -> str:
    """The JSON text of a leaf's value; prefixes are those in scope at `element`."""
    info = settled(info, text, element, names)
    base = info.base if info is not None else "string"
    if info is None or base == "string" or base == "enumeration":
        return encode_basestring(text)
    if base in NUMBERS:
        found = canonical(info, text)
        return found if found.lstrip("-").isdigit() and found.isascii() else encode_basestring(text)
    if base == "boolean":
        return text if text in ("true", "false") else encode_basestring(text)
    if base == "empty":
        return "[null]" if not text.strip() else encode_basestring(text)
    if base == "identityref":
        return encode_basestring(_qualified(text, element, names))
    if base == "instance-identifier":
        return encode_basestring(path_to_json(text, element.nsmap, names))
    return encode_basestring(canonical(info, text))


def settled(
    info: TypeInfo | None, text: str, element: etree._Element | None = None, names: ModuleNames | None = None
) -> TypeInfo | None:
    """The type that a text is of, once leafrefs are followed and the first member of a union that takes it is found."""
    while info is not None and info.base == "leafref":
        info = info.target
    if info is None or info.base != "union":
        return info
    prefixes: dict[str, str] = {}
    if element is not None and names is not None:
        prefixes = {prefix or "": names.module(uri) for prefix, uri in element.nsmap.items()}
    members = list(members_of(info))
    for member in members:
        if takes(member, text, prefixes):
            return member
    return None


def members_of(info: TypeInfo) -> Iterator[TypeInfo]:
    """Members of a union in order, unions and leafrefs inside it followed; the type itself if it is none."""
    if info.base == "union":
        for member in info.union:
            yield from members_of(member)
    elif info.base == "leafref" and info.target is not None:
        yield from members_of(info.target)
    else:
        yield info


def takes(member: TypeInfo, text: str, prefixes: Mapping[str, str] | None) -> bool:
    """Whether a type takes a text, as far as that can be said without the engine."""
    if member.base == "instance-identifier":
        return text.lstrip().startswith("/")
    if quick_check(member, text, prefixes=prefixes) is not None:
        return False
    # what the patterns of addresses say is not all evaluated here
    return wellknown.fits(wellknown.kind_of(member), text) and all(
        _matches(pattern.expr, text) is not pattern.inverted for pattern in member.patterns
    )


def _matches(expr: str, text: str) -> bool:
    compiled = _pattern(expr)
    return True if compiled is None else compiled.fullmatch(text) is not None


@lru_cache(maxsize=512)
def _pattern(expr: str) -> re.Pattern[str] | None:
    """An XSD pattern as Python's, where both mean the same; else None."""
    if any(mark in expr for mark in _DOUBTFUL):
        return None
    try:
        return re.compile(expr)
    except re.error:
        return None


def _qualified(text: str, element: etree._Element, names: ModuleNames) -> str:
    prefix, _, name = text.strip().rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    return f"{names.module(namespace)}:{name}" if namespace else text


def path_to_json(text: str, nsmap: Mapping[str | None, str], names: ModuleNames) -> str:
    """An instance-identifier with module names: the first name has one, others where the module changes (6.11)."""
    before = ""  # the module of the step that the next one is below, or that a predicate is in

    def part(match: re.Match[str]) -> str:
        nonlocal before
        if match.group("quoted") is not None:
            return _identity_in_quotes(match.group(), lambda prefix: nsmap.get(prefix), names)
        namespace = nsmap.get(match.group("prefix"))
        module = names.module(namespace) if namespace else match.group("prefix") or before
        shown = match.group("name") if module == before else f"{module}:{match.group('name')}"
        if match.group("lead") == "/":
            before = module
        return match.group("lead") + shown

    return _PATH_PART.sub(part, text.strip())


def _identity_in_quotes(quoted: str, resolve: Callable[[str], str | None], names: ModuleNames) -> str:
    """A key that is an identity, by its looks: a prefix that is declared where the value stands."""
    prefix, colon, name = quoted[1:-1].partition(":")
    namespace = resolve(prefix) if colon and re.fullmatch(r"[A-Za-z_][\w.-]*", name) else None
    return quoted if namespace is None else f"{quoted[0]}{names.module(namespace)}:{name}{quoted[-1]}"


Scalar = str | bool | None
"""What a leaf may have in JSON: text (`Number` where it was a number), true, false; None for [null]."""


def from_value(value: Scalar, info: TypeInfo | None, namespace: str, names: ModuleNames) -> tuple[str, dict[str, str]]:
    """The leaf's text in XML and the declarations (prefix → namespace) that it needs; `namespace` is the leaf's."""
    if value is None:
        return "", {}
    if isinstance(value, bool):
        return ("true" if value else "false"), {}
    member = _json_member(value, info, namespace, names)
    if isinstance(value, Number):
        return _plain_number(value, member), {}
    if member is not None and member.base == "identityref":
        module, colon, name = value.rpartition(":")
        uri = names.namespace(module) if colon else namespace
        if uri:
            prefix = module if colon else names.module(namespace)
            return f"{prefix}:{name}", {prefix: uri}
    if member is not None and member.base == "instance-identifier":
        return path_from_json(value, names)
    return str(value), {}


def _plain_number(value: Number, info: TypeInfo | None) -> str:
    """A number as XML writes it: no exponent."""
    text = str(value)
    if not set(text) & set("eE"):
        if info is not None and info.base in INTEGERS and text.endswith(".0"):
            return text[:-2]
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(int(number)) if number == number.to_integral_value() else f"{number:f}"


def _json_member(value: str, info: TypeInfo | None, namespace: str, names: ModuleNames) -> TypeInfo | None:
    """The type that a JSON value is of; the JSON type of the value rules members of a union out (section 6.10)."""
    if info is None:
        return None
    members = list(members_of(info))
    if len(members) == 1:
        return members[0]
    is_number = isinstance(value, Number)
    for member in members:
        if is_number is not (member.base in NUMBERS):
            continue
        if member.base == "identityref":
            module, colon, name = value.rpartition(":")
            if f"{module if colon else names.module(namespace)}:{name}" in member.identities:
                return member
        elif member.base not in ("boolean", "empty") and takes(member, value, None):
            return member
    return None


def path_from_json(text: str, names: ModuleNames) -> tuple[str, dict[str, str]]:
    """An instance-identifier as XML writes it, every name with a prefix, and the declarations."""
    used: dict[str, str] = {}
    before = ""

    def known(module: str) -> str | None:
        found = names.namespace(module)
        if found is not None:
            used[module] = found
        return found

    def part(match: re.Match[str]) -> str:
        nonlocal before
        if match.group("quoted") is not None:
            return _identity_in_quotes(match.group(), known, names)
        module = match.group("prefix") or before
        if match.group("lead") == "/":
            before = module
        if not module or known(module) is None:
            return match.group()
        return f"{match.group('lead')}{module}:{match.group('name')}"

    return _PATH_PART.sub(part, text.strip()), used


def scalar_text(value: object) -> str:
    """Any JSON scalar as text, where no type says more."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def quoted(text: str) -> str:
    """A JSON string."""
    return json.dumps(text, ensure_ascii=False)
