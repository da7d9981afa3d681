"""Where one use of a grouping is like another, so that its nodes need not be looked at again.

Lives here: which compiled subtrees follow from their statement alone.  Those do not that an augment or deviation
reaches into, and those of groupings that are refined or augmented somewhere where they are used; both are known before
the walk.  Does not live here: the walk and the copying (`extract`), leafrefs that lead out of a subtree (there too).
"""

from __future__ import annotations

from collections.abc import Iterator

from netconf_gui.yang.engine.inventory import Inventory
from netconf_gui.yang.engine.memory import Memory
from netconf_gui.yang.engine.parsed import ParsedReader

_USES, _GROUPING = 0x800, 0x4000
_PARENT = 0
# kind of a parsed statement -> where its lists of statements are: children, actions, notifications, groupings
_BELOW = {
    0x01: (96, 104, 112, 120), 0x10: (96, 104, 112, 120), 0x02: (64,), 0x80: (64,), 0x400: (80, 88),
    0x1000: (80, 88), 0x2000: (80, 88), _GROUPING: (72, 80, 88, 96), 0x8000: (64, 80, 88), 0x100: (72,), 0x200: (72,),
}  # fmt: skip
_OPERATIONS = frozenset({0x100, 0x200})
_INPUT, _OUTPUT = 80, 176
_REFINES, _AUGMENTS = 64, 72
_MODULE_LISTS = (64, 72, 80, 88, 96)  # groupings, data, augments, rpcs, notifications


class Reuse:
    """Knows which statements give the same nodes wherever they are used."""

    def __init__(self, memory: Memory, parsed: ParsedReader, inventory: Inventory) -> None:
        self._memory = memory
        self._parsed = parsed
        self._inventory = inventory
        self._statement = memory.reader("statement")
        self._within: dict[int, bool | None] = {0: None}
        self._sure = True
        self._changed = self._changed_groupings()
        self.touched = self._touched()
        """The compiled nodes in which, or below which, an augment or deviation changes something."""

    def same_everywhere(self, statement: int) -> bool:
        """True for a parsed statement in a grouping that nobody changes where it is used."""
        return self._sure and bool(statement) and self._inside(self._memory.pointer(statement + _PARENT)) is True

    def _inside(self, statement: int) -> bool | None:
        """None: not in a grouping; False: in one that is changed somewhere; True: in one that never is."""
        if statement in self._within:
            return self._within[statement]
        parent, kind, _, name = self._statement(statement)
        found = self._inside(parent)
        if kind == _GROUPING and found is not False:
            found = self._memory.text(name) not in self._changed
        self._within[statement] = found
        return found

    def _changed_groupings(self) -> frozenset[str]:
        """The names of groupings that a `uses` refines or augments, and of those that they use.

        Names alone: another grouping of the same name is taken to be changed too.
        """
        uses: dict[str, set[str]] = {}
        waiting: list[str] = []
        for inside, used, changed in self._all_uses():
            uses.setdefault(inside, set()).add(used)
            if changed:
                waiting.append(used)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(uses.get(name, ()))
        return frozenset(found)

    def _all_uses(self) -> Iterator[tuple[str, str, bool]]:
        """(the grouping it is in, the one it uses, whether it changes it) of every `uses` of the set."""
        pointer = self._memory.pointer
        for module in self._inventory.modules():
            for part in self._parsed.parts(module):
                waiting = [(pointer(part + offset), "") for offset in _MODULE_LISTS]
                while waiting:
                    address, inside = waiting.pop()
                    while address:
                        _, kind, following, name = self._statement(address)
                        if kind == _USES:
                            used = self._memory.text(name).rpartition(":")[2]
                            augments = pointer(address + _AUGMENTS)
                            yield inside, used, bool(augments or pointer(address + _REFINES))
                            waiting.append((augments, inside))
                        elif kind in _BELOW:
                            here = self._memory.text(name) if kind == _GROUPING else inside
                            waiting.extend((pointer(address + offset), here) for offset in _BELOW[kind])
                            if kind in _OPERATIONS:
                                waiting.extend((address + part, here) for part in (_INPUT, _OUTPUT))
                        address = following

    def _touched(self) -> frozenset[int]:
        found: set[int] = set()
        for module in self._inventory.modules():
            if not self._inventory.implemented(module):
                continue
            for steps, is_deviation in self._parsed.changes(module):
                # what a deviation changes may be gone, and it is its parent that has other children then
                node = self._inventory.find(steps[:-1] if is_deviation else steps)
                if not node and not is_deviation:
                    self._sure = False  # applied somewhere that is not understood here: then nothing is copied
                while node and node not in found:
                    found.add(node)
                    node = self._memory.pointer(node + 16)
        return frozenset(found)
