"""Values of the built-in YANG types (RFC 7950, section 9): canonical texts, and checks that need no engine.

Lives here: what can be said about one value from its type alone.  Does not live here: patterns, which are XSD and not
Python regular expressions, leafref targets and instance-identifiers, which need data: those are the engine's.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from netconf_gui.yang import wellknown
from netconf_gui.yang.nodes import TypeInfo

Prefixes = Mapping[str, str]
"""Prefix -> module name; "" for the default."""

INTEGERS = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})
_BLANKS = " \t\r\n"
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_SCHEMA_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+))", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_LIST_LIMIT = 8
_LONGEST_NUMBER = 1000  # characters: Python refuses to read integers of some thousand digits


def canonical(info: TypeInfo, text: str, *, prefixes: Prefixes | None = None) -> str:
    """The canonical form of a value; a text that is no value of the type comes back as it is.

    `prefixes` are needed for identities only; the result is then ``module:name``.
    """
    if info.base == "leafref":
        return canonical(info.target, text, prefixes=prefixes) if info.target is not None else text
    if info.base in ("string", "union"):
        found = wellknown.canonical(info, text)
        if found is not None:
            return found
    if info.base == "union":
        return _canonical_union(info, text, prefixes)
    if info.base == "identityref":
        return _canonical_identity(text, prefixes)
    found = _canonical_plain(info, text)
    return text if found is None else found


def is_plain(info: TypeInfo) -> bool:
    """Whether every value is canonical as it is written."""
    if info.base == "string":
        return not (info.typedefs or info.name) or not wellknown.standard_kind(info)
    return info.base in ("enumeration", "boolean")


def _canonical_plain(info: TypeInfo, text: str) -> str | None:
    """The canonical text of a type that needs nothing but itself; None if the text is not of it."""
    if info.base in INTEGERS:
        number = integer(text)
        return None if number is None else str(number)
    if info.base == "decimal64":
        return _canonical_decimal(text, info.fraction_digits)
    if info.base == "bits":
        names = set(text.split())
        known = [item.name for item in sorted(info.bits, key=lambda item: item.value)]
        return " ".join(name for name in known if name in names) if names <= set(known) else None
    if info.base == "binary":
        data = binary(text)
        return None if data is None else base64.b64encode(data).decode()
    return text


def _canonical_union(info: TypeInfo, text: str, prefixes: Prefixes | None) -> str:
    # the first member that takes the value decides (section 9.12)
    for member in info.union:
        if quick_check(member, text, prefixes=prefixes) is None and wellknown.fits(wellknown.kind_of(member), text):
            return canonical(member, text, prefixes=prefixes)
    return text


def stored(info: TypeInfo, text: str) -> str:
    """The text to store for what was typed: canonical, other notations of well-known types as the type's own.

    Identities are left alone: what their prefixes mean is known where they are put.
    """
    if info.base == "leafref":
        return stored(info.target, text) if info.target is not None else text
    kind = wellknown.kind_of(info)
    if kind and (info.base == "string" or wellknown.fits(kind, wellknown.stored(kind, text, standard=False))):
        return wellknown.stored(kind, text, standard=wellknown.is_standard(info))
    if info.base == "union":
        member = member_of(info, text)
        return text if member is None else stored(info.union[member], text)
    return text.strip(_BLANKS) if info.base == "identityref" else canonical(info, text)


def member_of(info: TypeInfo, text: str) -> int | None:
    """The first member of a union that takes a value, by number (section 9.12); None if no member can.

    A member with patterns that cannot be evaluated here counts as taking it.
    """
    for number, member in enumerate(info.union):
        if quick_check(member, text) is None and wellknown.fits(wellknown.kind_of(member), text):
            return number
    return None


def _canonical_identity(text: str, prefixes: Prefixes | None) -> str:
    prefix, _, name = text.strip(_BLANKS).rpartition(":")
    module = (prefixes or {}).get(prefix)
    return f"{module}:{name}" if module else text


def _canonical_decimal(text: str, digits: int) -> str | None:
    value = decimal(text)
    if value is None or len(_fraction(text)) > digits:
        return None  # rounding would make another value of it
    plain = f"{value:.{digits}f}"
    whole, _, fraction = plain.partition(".")
    if whole in ("-0", "0") and not fraction.strip("0"):
        return "0.0"
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _fraction(text: str) -> str:
    """The digits behind the point that count."""
    return text.strip(_BLANKS).partition(".")[2].rstrip("0")


def integer(text: str) -> int | None:
    """An integer's value, or None (section 9.2.1)."""
    text = text.strip(_BLANKS)
    return int(text) if len(text) <= _LONGEST_NUMBER and _INTEGER.fullmatch(text) else None


def canonical_default(info: TypeInfo, text: str, *, prefixes: Prefixes | None = None) -> str:
    """As `canonical`, for a default in a module, where integers may be hexadecimal or octal (section 9.2.1)."""
    if info.base == "leafref" and info.target is not None:
        return canonical_default(info.target, text, prefixes=prefixes)
    match = _SCHEMA_INTEGER.fullmatch(text) if info.base in INTEGERS else None
    if match is not None:
        value = int(match[2], 16) if match[2] else int(match[3], 8)
        return str(-value if match[1] == "-" else value)
    return canonical(info, text, prefixes=prefixes)


def decimal(text: str) -> Decimal | None:
    """A decimal64's value, or None (section 9.3.1)."""
    text = text.strip(_BLANKS)
    if len(text) > _LONGEST_NUMBER or _DECIMAL.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def binary(text: str) -> bytes | None:
    """The octets of a base64 text, or None (section 9.8)."""
    text = "".join(text.split())
    if _BASE64.fullmatch(text) is None or len(text) % 4:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def quick_check(info: TypeInfo, text: str, *, prefixes: Prefixes | None = None) -> str | None:
    """What is wrong with a value, as the words after "<name> is "; None if nothing can be said against it.

    For example ``33. Allowed: 0 to 32.``  None does not mean that the value is right: patterns, leafrefs and paths are
    not looked at.
    """
    checker = _CHECKERS.get(info.base)
    return checker(info, text, prefixes) if checker is not None else None


def _check_integer(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    value = integer(text)
    if value is None:
        return f"{_shown(text)}. Allowed: whole numbers, {ranges_text(info.ranges)}."
    if any(int(low) <= value <= int(high) for low, high in info.ranges):
        return None
    return f"{value}. Allowed: {ranges_text(info.ranges)}." if info.ranges else None


def _check_decimal(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    value = decimal(text)
    if value is None:
        return f"{_shown(text)}. Allowed: numbers, {ranges_text(info.ranges)}."
    if len(_fraction(text)) > info.fraction_digits:
        return f"{_shown(text)}. Allowed: at most {info.fraction_digits} digits after the point."
    if not info.ranges or any(Decimal(low) <= value <= Decimal(high) for low, high in info.ranges):
        return None
    return f"{_shown(text)}. Allowed: {ranges_text(info.ranges)}."


def _check_length(info: TypeInfo, count: int, unit: str) -> str | None:
    if not info.lengths or any(int(low) <= count <= int(high) for low, high in info.lengths):
        return None
    return f"{count} {unit} long. Allowed: {ranges_text(info.lengths)} {unit}."


def _check_string(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    return _check_length(info, len(text), "characters")


def _check_binary(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    data = binary(text)
    if data is None:
        return "not base64. Allowed: letters, digits, + and /, in groups of four."
    return _check_length(info, len(data), "bytes")


def _check_boolean(_info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    return None if text in ("true", "false") else f"{_shown(text)}. Allowed: true, false."


def _check_empty(_info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    return f"{_shown(text)}. Allowed: no value, the leaf is there or not." if text else None


def _check_enumeration(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    names = [item.name for item in info.enums]
    return None if text in names else f"{_shown(text)}. Allowed: {_names(names)}."


def _check_bits(info: TypeInfo, text: str, _prefixes: Prefixes | None) -> str | None:
    names, given = [item.name for item in info.bits], text.split()
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None:
        return f"{_shown(unknown)}. Allowed: any of {_names(names)}."
    twice = next((name for name in given if given.count(name) > 1), None)
    return f"{_shown(text)}. Allowed: each bit once." if twice is not None else None


def _check_identity(info: TypeInfo, text: str, prefixes: Prefixes | None) -> str | None:
    prefix, _, name = text.strip(_BLANKS).rpartition(":")
    if prefixes is None:
        fine = any(identity.rpartition(":")[2] == name for identity in info.identities)
    else:
        fine = f"{prefixes.get(prefix, prefix)}:{name}" in info.identities
    allowed = _names([identity.rpartition(":")[2] for identity in info.identities])
    return None if fine else f"{_shown(text)}. Allowed: {allowed or 'no identity that is known here'}."


def _check_leafref(info: TypeInfo, text: str, prefixes: Prefixes | None) -> str | None:
    return None if info.target is None else quick_check(info.target, text, prefixes=prefixes)


def _check_union(info: TypeInfo, text: str, prefixes: Prefixes | None) -> str | None:
    found = [quick_check(member, text, prefixes=prefixes) for member in info.union]
    if not found or None in found:
        return None
    allowed = dict.fromkeys(message.partition("Allowed: ")[2].rstrip(".") for message in found if message)
    return f"{_shown(text)}. Allowed: {'; or '.join(allowed)}."


_CHECKERS: dict[str, Callable[[TypeInfo, str, Prefixes | None], str | None]] = {
    **dict.fromkeys(INTEGERS, _check_integer),
    "decimal64": _check_decimal,
    "string": _check_string,
    "binary": _check_binary,
    "boolean": _check_boolean,
    "empty": _check_empty,
    "enumeration": _check_enumeration,
    "bits": _check_bits,
    "identityref": _check_identity,
    "leafref": _check_leafref,
    "union": _check_union,
}


def ranges_text(ranges: Iterable[tuple[str, str]]) -> str:
    """Ranges in words: ``0 to 32``, ``1, 5 to 9``."""
    return ", ".join(low if low == high else f"{low} to {high}" for low, high in ranges) or "any"


def _names(names: list[str]) -> str:
    if len(names) <= _LIST_LIMIT:
        return ", ".join(names)
    return f"{', '.join(names[:_LIST_LIMIT])} and {len(names) - _LIST_LIMIT} more"


def _shown(text: str) -> str:
    """A value as it stands in a sentence: empty and blank ones are quoted, long ones cut."""
    if not text.strip():
        return f'"{text}"'
    return text if len(text) <= 60 else f"{text[:57]}…"
