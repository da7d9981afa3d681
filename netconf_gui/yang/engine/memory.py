"""libyang's structs read straight from memory, many fields at a time.

Lives here: `Memory`, and where the fields lie that the extractor reads half a million times.  `binding` reads one
field a call, which is fine for what is read a few times; here one call of `struct` reads all that is needed of a node
(0.2 µs instead of 3).  Addresses are plain integers.  The parsed structs (`lysp_…`) are described here only.

The offsets were measured like those of `layout`, for the same library; `selftest` refuses one that does not fit.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

from netconf_gui.yang.engine.binding import LibYang, Pointer

_LOWEST = 4096  # no object lies below
_HIGHEST = 2**47  # nor above, in a process of the systems that are supported
_CODES = {"u8": "B", "u16": "H", "u32": "I", "i32": "i", "u64": "Q", "at": "Q"}

STRUCTS: dict[str, tuple[int, dict[str, tuple[str, int]]]] = {
    "node": (
        80,
        {
            "kind": ("u16", 0), "flags": ("u16", 2), "module": ("at", 8), "next": ("at", 24), "name": ("at", 40),
            "description": ("at", 48), "reference": ("at", 56), "extensions": ("at", 64), "parsed": ("at", 72),
        },
    ),
    "container": (
        120,
        {"child": ("at", 80), "musts": ("at", 88), "whens": ("at", 96), "actions": ("at", 104), "notifs": ("at", 112)},
    ),
    "list": (
        136,
        {
            "child": ("at", 80), "musts": ("at", 88), "whens": ("at", 96), "actions": ("at", 104),
            "notifs": ("at", 112), "uniques": ("at", 120), "min": ("u32", 128), "max": ("u32", 132),
        },
    ),
    "leaf": (
        128,
        {
            "musts": ("at", 80), "whens": ("at", 88), "type": ("at", 96), "units": ("at", 104), "default": ("at", 112),
            "prefixes": ("at", 120),
        },
    ),
    "leaf-list": (
        128,
        {
            "musts": ("at", 80), "whens": ("at", 88), "type": ("at", 96), "units": ("at", 104), "defaults": ("at", 112),
            "min": ("u32", 120), "max": ("u32", 124),
        },
    ),
    "choice": (104, {"child": ("at", 80), "whens": ("at", 88), "default": ("at", 96)}),
    "case": (96, {"child": ("at", 80), "whens": ("at", 88)}),
    "any": (96, {"musts": ("at", 80), "whens": ("at", 88)}),
    "action": (280, {"whens": ("at", 80)}),
    "in-out": (96, {"child": ("at", 80), "musts": ("at", 88)}),
    "notif": (104, {"child": ("at", 80), "musts": ("at", 88), "whens": ("at", 96)}),
    "must": (56, {"expression": ("at", 0), "message": ("at", 32), "app_tag": ("at", 40)}),
    "value": (16, {"text": ("at", 0), "prefixes": ("at", 8)}),
    "prefix": (16, {"prefix": ("at", 0), "module": ("at", 8)}),
    "extension": (72, {"definition": ("at", 0), "argument": ("at", 8), "statement": ("u32", 40)}),
    "extension-definition": (48, {"name": ("at", 0), "module": ("at", 32)}),
    "type": (32, {"name": ("at", 0), "base": ("u32", 24)}),
    "identity": (
        56,
        {
            "name": ("at", 0), "description": ("at", 8), "reference": ("at", 16), "module": ("at", 24),
            "derived": ("at", 32), "flags": ("u16", 48),
        },
    ),
    "module": (
        144,
        {
            "name": ("at", 8), "revision": ("at", 16), "namespace": ("at", 24), "prefix": ("at", 32),
            "organization": ("at", 48), "contact": ("at", 56), "description": ("at", 64), "reference": ("at", 72),
            "parsed": ("at", 80), "compiled": ("at", 88), "identities": ("at", 104), "augmented_by": ("at", 120),
            "deviated_by": ("at", 128), "implemented": ("u8", 136),
        },
    ),
    "compiled-module": (
        48,
        {
            "features": ("at", 8), "data": ("at", 16), "rpcs": ("at", 24), "notifs": ("at", 32),
            "extensions": ("at", 40),
        },
    ),
    # what was parsed, before anything is compiled
    "parsed-module": (
        128,
        {
            "module": ("at", 0), "imports": ("at", 16), "includes": ("at", 24), "features": ("at", 40),
            "typedefs": ("at", 56), "augments": ("at", 80), "deviations": ("at", 104), "version": ("u8", 120),
        },
    ),
    "parsed-submodule": (184, {"revisions": ("at", 8), "prefix": ("at", 144)}),
    "import": (64, {"module": ("at", 0), "name": ("at", 8), "prefix": ("at", 16)}),
    "include": (56, {"submodule": ("at", 0), "name": ("at", 8)}),
    "feature": (64, {"name": ("at", 0)}),
    "typedef": (176, {"name": ("at", 0)}),
    "statement": (64, {"parent": ("at", 0), "kind": ("u16", 8), "next": ("at", 16), "name": ("at", 24)}),
    "parsed-node": (
        64, {"parent": ("at", 0), "kind": ("u16", 8), "name": ("at", 24), "if_features": ("at", 48)}
    ),
    "parsed-type": (
        104,
        {
            "name": ("at", 0), "range": ("at", 8), "length": ("at", 16), "patterns": ("at", 24), "enums": ("at", 32),
            "bits": ("at", 40), "path": ("at", 48), "bases": ("at", 56), "types": ("at", 64), "module": ("at", 80),
            "digits": ("u8", 96), "require": ("u8", 97), "flags": ("u16", 98),
        },
    ),
    "parsed-extension": (104, {"name": ("at", 0)}),
    "qualified": (24, {"text": ("at", 0)}),
    "deviation": (40, {"target": ("at", 0), "deviates": ("at", 24)}),
    "deviate": (32, {"what": ("u8", 0), "next": ("at", 8), "type": ("at", 24)}),
}  # fmt: skip
"""Struct -> (size, {field: (kind, offset)})."""
LEAFREF_TARGET = 48
"""Where a compiled leafref has the type it leads to."""
EXPRESSION_TEXT = 40
"""Where a parsed XPath expression has its text."""


class Memory:
    """Reads structs and texts at addresses; a wrong address ends the process, which is a worker."""

    def __init__(self, yang: LibYang) -> None:
        self._ffi = yang.ffi
        self._view = yang.ffi.buffer(yang.ffi.cast("char *", _LOWEST), _HIGHEST - _LOWEST)
        self._texts: dict[int, str] = {0: ""}
        self._address = struct.Struct("<Q").unpack_from

    def reader(self, name: str, *fields: str) -> Callable[[int], tuple[int, ...]]:
        """A function from the address of such a struct to the values of these fields (all fields if none is named)."""
        _, table = STRUCTS[name]
        wanted = fields or tuple(table)
        start, pattern = _pattern([table[field] for field in wanted])
        unpack, view, shift = struct.Struct(pattern).unpack_from, self._view, start - _LOWEST
        return lambda address: unpack(view, address + shift)

    def array_reader(self, name: str) -> Callable[[int], tuple[int, ...]]:
        """A function from the address of a sized array of such structs to the values of all, one behind another."""
        size, table = STRUCTS[name]
        start, pattern = _pattern(list(table.values()))
        one, gap = pattern[1:], f"{size - struct.calcsize(pattern)}x"
        view, shift, length = self._view, start - _LOWEST, self.length
        readers: dict[int, struct.Struct] = {}

        def read(array: int) -> tuple[int, ...]:
            count = length(array)
            if not count:
                return ()
            found = readers.get(count)
            if found is None:
                found = readers[count] = struct.Struct("<" + gap.join([one] * count))
            return found.unpack_from(view, array + shift)

        return read

    def pointer(self, address: int) -> int:
        """The pointer that lies at an address."""
        found: int = self._address(self._view, address - _LOWEST)[0]
        return found

    def length(self, array: int) -> int:
        """How many elements one of libyang's sized arrays has; none at address 0."""
        return self.pointer(array - 8) if array else 0

    def pointers(self, array: int) -> list[int]:
        """The elements of a sized array of pointers."""
        return [self.pointer(array + 8 * index) for index in range(self.length(array))]

    def elements(self, array: int, name: str) -> list[int]:
        """The addresses of the elements of a sized array of structs."""
        size = STRUCTS[name][0]
        return [array + size * index for index in range(self.length(array))]

    def text(self, address: int) -> str:
        """The C string at an address; "" at 0.  libyang keeps each distinct text once, and so does this."""
        found = self._texts.get(address)
        if found is None:
            found = self._texts[address] = self.unshared_text(address)
        return found

    def unshared_text(self, address: int) -> str:
        """As `text`, but not kept: for what is read once, or is not libyang's own copy and may be freed."""
        if not address:
            return ""
        return ctypes.string_at(address).decode("utf-8", "replace")

    def address(self, pointer: Pointer) -> int:
        """The address that a pointer of cffi holds."""
        return int(self._ffi.cast("uintptr_t", pointer))


def _pattern(fields: list[tuple[str, int]]) -> tuple[int, str]:
    """Where the first field lies, and the `struct` format from there on; fields must be in order."""
    start = at = fields[0][1]
    pattern = ["<"]
    for kind, offset in fields:
        code = _CODES[kind]
        if offset > at:
            pattern.append(f"{offset - at}x")
        pattern.append(code)
        at = offset + struct.calcsize(f"<{code}")
    return start, "".join(pattern)
