"""Types read from YANG text: what a `type` statement means with all typedefs on its way (RFC 7950, section 9).

Lives here: making a `TypeInfo` of statements, for definitions that no node uses (a module of typedefs compiles to
nothing).  Does not live here: types of nodes, which the engine compiles.
"""

from __future__ import annotations

import re
from dataclasses import replace

from netconf_gui.yang.nodes import EnumItem, Pattern, TypeInfo
from netconf_gui.yang.source_index import BUILT_IN, SourceIndex, SourceSet
from netconf_gui.yang.statements import Statement

_DEEPEST = 30  # typedefs in a chain: more is a circle
_LIMITS = {
    f"{sign}int{bits}": (str(0 if sign else -(2 ** (bits - 1))), str(2 ** (bits - (0 if sign else 1)) - 1))
    for sign in ("", "u")
    for bits in (8, 16, 32, 64)
}


class TypeBuilder:
    """Reads types of the texts of one set; what cannot be resolved keeps its name as its base."""

    def __init__(self, sources: SourceSet) -> None:
        self._sources = sources

    def read(self, index: SourceIndex, statement: Statement, depth: int = 0) -> TypeInfo:
        """The type of a `type` statement in that text."""
        prefix, _, name = statement.argument.rpartition(":")
        if not prefix and name in BUILT_IN:
            return self._restrict(TypeInfo(name, ranges=self._own_range(name)), index, statement, depth)
        found = self._sources.definition(index, "typedef", prefix, name, statement.start)
        inner = found[1].first("type") if found is not None else None
        if found is None or inner is None or depth > _DEEPEST:
            return TypeInfo(statement.argument)
        base = self.read(found[0], inner, depth + 1)
        chain = (f"{found[0].module}:{name}", *base.typedefs)
        return self._restrict(replace(base, name=name, typedefs=chain), index, statement, depth)

    @staticmethod
    def _own_range(name: str) -> tuple[tuple[str, str], ...]:
        return (_LIMITS[name],) if name in _LIMITS else ()

    def _restrict(self, base: TypeInfo, index: SourceIndex, statement: Statement, depth: int) -> TypeInfo:
        patterns = tuple(
            Pattern(item.argument, item.text("modifier") == "invert-match") for item in statement.every("pattern")
        )
        enums = _items(statement, "enum", "value", base.enums)
        bits = _items(statement, "bit", "position", base.bits)
        members = tuple(self.read(index, item, depth + 1) for item in statement.every("type"))
        digits = statement.text("fraction-digits")
        return replace(
            base,
            ranges=_parts(statement.text("range"), base.ranges),
            lengths=_parts(statement.text("length"), base.lengths or (("0", "18446744073709551615"),))
            if statement.first("length")
            else base.lengths,
            patterns=base.patterns + patterns,
            enums=enums,
            bits=bits,
            fraction_digits=int(digits) if digits.isdigit() else base.fraction_digits,
            bases=tuple(_qualified(index, item.argument) for item in statement.every("base")) or base.bases,
            leafref_path=statement.text("path") or base.leafref_path,
            require_instance=statement.text("require-instance", str(base.require_instance).lower()) != "false",
            union=members or base.union,
        )


def _qualified(index: SourceIndex, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{index.prefixes.get(prefix, prefix) if prefix else index.module}:{local}"


def _parts(text: str, base: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """A range or length with min and max put in from the type that is restricted."""
    if not text:
        return base
    low, high = (base[0][0], base[-1][1]) if base else ("min", "max")
    found = []
    for part in text.split("|"):
        first, _, last = part.partition("..")
        ends = [{"min": low, "max": high}.get(end.strip(), end.strip()) for end in (first, last or first)]
        found.append((ends[0], ends[1]))
    return tuple(found)


def _items(statement: Statement, keyword: str, number: str, base: tuple[EnumItem, ...]) -> tuple[EnumItem, ...]:
    """Enums or bits; one without a value has the highest so far and one more (sections 9.6.4.2, 9.7.4.2)."""
    values = {item.name: item.value for item in base}
    found: list[EnumItem] = []
    highest = -1
    for item in statement.every(keyword):
        told = item.text(number)
        value = int(told) if re.fullmatch(r"[+-]?\d+", told) else values.get(item.argument, highest + 1)
        highest = max(highest, value)
        found.append(EnumItem(item.argument, value, item.text("description")))
    return tuple(found) or base
