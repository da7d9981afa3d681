"""Compiled types of libyang read into `TypeInfo`."""

from __future__ import annotations

from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.nodes import EnumItem, Pattern, TypeInfo

_BINARY, _UINT8, _UINT64, _STRING, _BITS, _BOOL, _DEC64, _EMPTY = 1, 2, 5, 6, 7, 8, 9, 10
_ENUM, _IDENT, _INST, _LEAFREF, _UNION, _INT8, _INT64 = 11, 12, 13, 14, 15, 16, 19

_BASES = {
    _BINARY: "binary", _UINT8: "uint8", 3: "uint16", 4: "uint32", _UINT64: "uint64", _STRING: "string",
    _BITS: "bits", _BOOL: "boolean", _DEC64: "decimal64", _EMPTY: "empty", _ENUM: "enumeration",
    _IDENT: "identityref", _INST: "instance-identifier", _LEAFREF: "leafref", _UNION: "union",
    _INT8: "int8", 17: "int16", 18: "int32", _INT64: "int64",
}  # fmt: skip

LEAFREF = _LEAFREF
RESTRICTIONS: dict[int, tuple[int, ...]] = {
    _STRING: (32, 40), _BOOL: (), _EMPTY: (),
    **dict.fromkeys((*range(_UINT8, _UINT64 + 1), *range(_INT8, _INT64 + 1)), (32,)),
}  # fmt: skip
"""Where the structs of plain types have pointers to restrictions: two types of one name without any are the same."""
BUILT_IN = frozenset(_BASES.values())
"""The names of YANG's built-in types."""

_LIMITS = {
    "int8": (-(2**7), 2**7 - 1), "int16": (-(2**15), 2**15 - 1), "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1), "uint8": (0, 2**8 - 1), "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1),
}  # fmt: skip
_UNSIGNED = frozenset({"uint8", "uint16", "uint32", "uint64"})
_FLAG_DEFAULT_MAX_LENGTH = 2**64 - 1


class TypeReader:
    """Reads compiled types, each struct once."""

    def __init__(self, yang: LibYang) -> None:
        self._yang = yang
        self._seen: dict[int, TypeInfo] = {}
        self._common_of: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, pointer: Pointer) -> TypeInfo:
        """The type at a `struct lysc_type *`."""
        address = int(self._yang.ffi.cast("uintptr_t", pointer))
        found = self._seen.get(address)
        if found is None:
            found = self._seen[address] = self._read(pointer)
        return found

    def _read(self, pointer: Pointer) -> TypeInfo:
        kind = pointer.basetype
        base = _BASES.get(kind, "string")
        name = self._yang.text(pointer.name)
        name = "" if name == base else name
        if base in _LIMITS:
            return TypeInfo(base, name, ranges=self._number_ranges(self._as("num", pointer).range, base))
        readers = {
            _STRING: self._string, _BINARY: self._binary, _DEC64: self._decimal, _ENUM: self._enumeration,
            _BITS: self._bits, _IDENT: self._identityref, _LEAFREF: self._leafref, _INST: self._instance_identifier,
            _UNION: self._union,
        }  # fmt: skip
        reader = readers.get(kind)
        return reader(pointer, name) if reader else TypeInfo(base, name)

    def _as(self, struct: str, pointer: Pointer) -> Pointer:
        return self._yang.ffi.cast(f"struct lysc_type_{struct} *", pointer)

    def _parts(self, pointer: Pointer, *, unsigned: bool) -> list[tuple[int, int]]:
        if pointer == self._yang.null:
            return []
        found = [(part.min_64, part.max_64) for part in self._yang.array(pointer.parts)]
        return [(low % 2**64, high % 2**64) for low, high in found] if unsigned else found

    def _number_ranges(self, pointer: Pointer, base: str) -> tuple[tuple[str, str], ...]:
        parts = self._parts(pointer, unsigned=base in _UNSIGNED) or [_LIMITS[base]]
        return tuple((str(low), str(high)) for low, high in parts)

    def _lengths(self, pointer: Pointer) -> tuple[tuple[str, str], ...]:
        return tuple((str(low), str(high)) for low, high in self._parts(pointer, unsigned=True))

    def _string(self, pointer: Pointer, name: str) -> TypeInfo:
        string = self._as("str", pointer)
        patterns = tuple(
            # a bit field: the lowest bit says inverted, the others count references
            Pattern(self._yang.text(item.expr), bool(item.inverted & 1), self._yang.text(item.emsg))
            for item in self._yang.array(string.patterns)
        )
        return TypeInfo("string", name, lengths=self._lengths(string.length), patterns=patterns)

    def _binary(self, pointer: Pointer, name: str) -> TypeInfo:
        return TypeInfo("binary", name, lengths=self._lengths(self._as("bin", pointer).length))

    def _decimal(self, pointer: Pointer, name: str) -> TypeInfo:
        decimal = self._as("dec", pointer)
        digits = decimal.fraction_digits
        parts = self._parts(decimal.range, unsigned=False) or [_LIMITS["int64"]]
        ranges = tuple((decimal_text(low, digits), decimal_text(high, digits)) for low, high in parts)
        return TypeInfo("decimal64", name, ranges=ranges, fraction_digits=digits)

    def _items(self, pointer: Pointer) -> tuple[EnumItem, ...]:
        text = self._yang.text
        return tuple(EnumItem(text(item.name), item.value, text(item.dsc)) for item in self._yang.array(pointer))

    def _enumeration(self, pointer: Pointer, name: str) -> TypeInfo:
        return TypeInfo("enumeration", name, enums=self._items(self._as("enum", pointer).enums))

    def _bits(self, pointer: Pointer, name: str) -> TypeInfo:
        return TypeInfo("bits", name, bits=self._items(self._as("bits", pointer).bits))

    def _identityref(self, pointer: Pointer, name: str) -> TypeInfo:
        bases = list(self._yang.array(self._as("identityref", pointer).bases))
        names = tuple(f"{self._yang.text(base.module.name)}:{self._yang.text(base.name)}" for base in bases)
        common = self._common_of.get(names)
        if common is None:
            # several bases: a value must be derived from each (RFC 7950, section 9.10.2)
            each = [self._derived(base) for base in bases]
            common = self._common_of[names] = tuple(sorted(frozenset.intersection(*each))) if each else ()
        return TypeInfo("identityref", name, identities=common, bases=names)

    def _derived(self, identity: Pointer) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(self._yang.array(identity.derived))
        while waiting:
            item = waiting.pop()
            name = f"{self._yang.text(item.module.name)}:{self._yang.text(item.name)}"
            # identities of modules that are only imported cannot be values
            if item.module.implemented:
                found.add(name)
            waiting.extend(self._yang.array(item.derived))
        return frozenset(found)

    def _leafref(self, pointer: Pointer, name: str) -> TypeInfo:
        leafref = self._as("leafref", pointer)
        target = None if leafref.realtype == self._yang.null else self.read(leafref.realtype)
        path = self._yang.text(self._yang.lib.lyxp_get_expr(leafref.path))
        return TypeInfo(
            "leafref", name, leafref_path=path, require_instance=bool(leafref.require_instance), target=target
        )

    def _instance_identifier(self, pointer: Pointer, name: str) -> TypeInfo:
        required = bool(self._as("instanceid", pointer).require_instance)
        return TypeInfo("instance-identifier", name, require_instance=required)

    def _union(self, pointer: Pointer, name: str) -> TypeInfo:
        members = tuple(self.read(member) for member in self._yang.array(self._as("union", pointer).types))
        return TypeInfo("union", name, union=members)


def decimal_text(value: int, digits: int) -> str:
    """A decimal64's scaled integer as canonical text (RFC 7950, section 9.3.2)."""
    sign, number = ("-" if value < 0 else ""), str(abs(value)).rjust(digits + 1, "0")
    fraction = number[-digits:].rstrip("0") or "0"
    return f"{sign}{number[:-digits]}.{fraction}"
