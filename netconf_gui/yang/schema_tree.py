"""The tree of a compiled schema as numbers: who is whose child, and of which shape and module.

Lives here: `Tree`, six arrays indexed by node id as `schema_tables` describes them.  Does not live here: what a node
says (`store`).
"""

from __future__ import annotations

import itertools
import sys
from array import array
from collections.abc import Container, Iterable, Mapping

from netconf_gui.errors import SchemaError
from netconf_gui.yang.schema_tables import FLAG_CONFIG, NUMBER, SHAPE_FLAGS, STATUS_SHIFT, STATUSES, TREE

_LIVE = FLAG_CONFIG | STATUSES.index("obsolete") << STATUS_SHIFT


class Tree:
    """The arrays of one file; raises SchemaError if they do not fit together."""

    def __init__(self, data: Mapping[str, bytes]) -> None:
        self.parent, self.shape, self.module, self.first, self.count, self.last = (
            _numbers(data.get(name, b"")) for name in TREE
        )
        if not len(self.parent) or len({len(data[name]) for name in TREE}) != 1:
            raise SchemaError("The compiled schema file has no whole tree.")
        self._flags = data.get(SHAPE_FLAGS, b"")
        self._inner: list[int] | None = None

    def __len__(self) -> int:
        """How many nodes there are, the root not counted."""
        return len(self.parent) - 1

    def children(self, number: int) -> tuple[int, int]:
        """The first child and how many there are; raises ValueError if that cannot be, so that no walk is endless."""
        first, count = self.first[number], self.count[number]
        if count and not (number < first <= len(self) - count + 1 and count > 0):
            raise ValueError(f"node {number} has children that are not there")
        return first, count

    def has_config_child(self, number: int) -> bool:
        """Whether a child is configuration and not obsolete."""
        first, count = self.children(number)
        return any(self._flags[shape] & _LIVE == FLAG_CONFIG for shape in self.shape[first : first + count])

    def parent_of(self, number: int) -> int:
        """The parent, 0 at the top; raises ValueError if that cannot be."""
        parent = self.parent[number]
        if not 0 <= parent < number:
            raise ValueError(f"node {number} has no parent before it")
        return parent

    def tops_of(self, module: int) -> list[int]:
        """The nodes of a module whose parents are not."""
        modules, parent = self.module, self.parent
        return [
            number
            for number, owner in enumerate(modules)
            if owner == module and number and (not parent[number] or modules[parent[number]] != module)
        ]

    @property
    def inner(self) -> list[int]:
        """The nodes that have children, in order; made when first asked for."""
        if self._inner is None:
            self._inner = [number for number, first in enumerate(self.first) if first]
        return self._inner

    def of_shapes(self, shapes: Container[int]) -> list[int]:
        """All nodes of these shapes, in order."""
        return [number for number, shape in enumerate(self.shape) if shape in shapes]

    def first_of_shapes(self, shapes: Container[int], limit: int) -> list[int]:
        """The first nodes of these shapes; quick where they are many."""
        return list(itertools.islice((number for number, shape in enumerate(self.shape) if shape in shapes), limit))

    def below(self, shapes: Container[int]) -> tuple[list[int], list[int]]:
        """The ids below nodes of these shapes as sorted, separate ranges: (starts, ends)."""
        starts: list[int] = []
        ends: list[int] = []
        shape, first, last = self.shape, self.first, self.last
        ranges: Iterable[tuple[int, int]] = (
            (first[number], last[number]) for number in self.inner if shape[number] in shapes
        )
        # depth first is nearly, but not quite, the order of the ranges: siblings come before their children
        for start, end in sorted(ranges):
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        return starts, ends


def _numbers(data: bytes) -> array[int]:
    found = array(NUMBER)
    found.frombytes(data)
    if sys.byteorder != "little":
        found.byteswap()
    return found
