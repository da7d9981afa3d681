"""Which modules and which lines between them a dependency picture shows: the neighbourhood of one, or a whole set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netconf_gui.gui.layered import arrange_from, columns
from netconf_gui.yang.schema import ModuleInfo

AROUND = 24  # modules of the first step in each direction
FURTHER = 4  # modules that a further step shows of each
WHOLE = 160  # modules of a set that is drawn whole
ORDER = {"deviates": 0, "augments": 1, "imports": 2}
"""Kinds of lines; where two modules have several, the first of these is drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """A module in the picture, or "n more" (then `module` is "" and `text` says how many)."""

    key: str
    text: str
    module: str
    implemented: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """From a module to what it needs."""

    start: str
    end: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in columns, what needs others at the left; `focus` is the key of the chosen one."""

    columns: tuple[tuple[Box, ...], ...]
    lines: tuple[Line, ...]
    focus: str

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for column in self.columns for box in column)


class ModuleGraph:
    """The modules of a schema and what they need of each other."""

    def __init__(self, modules: Iterable[ModuleInfo]) -> None:
        self.modules: dict[str, ModuleInfo] = {}
        for module in modules:
            if module.name not in self.modules or module.implemented:
                self.modules[module.name] = module
        self._needs: dict[str, dict[str, str]] = {name: {} for name in self.modules}
        self._needed: dict[str, dict[str, str]] = {name: {} for name in self.modules}
        for name, module in self.modules.items():
            for kind, others in (
                ("deviates", module.deviates),
                ("augments", module.augments),
                ("imports", [other for other, _ in module.imports]),
            ):
                for other in others:
                    if other in self.modules and other != name:
                        self._needs[name].setdefault(other, kind)
                        self._needed[other].setdefault(name, kind)

    def around(self, name: str, steps: int = 1) -> Picture:
        """What a module needs and what needs it, so many steps away; what is too much for a picture is counted."""
        if name not in self.modules:
            return Picture((), (), "")
        shown = {name: self._box(name)}
        lines: list[Line] = []
        middle = [name]
        sides: list[list[list[str]]] = []
        for table, forward in ((self._needed, False), (self._needs, True)):
            levels: list[list[str]] = []
            level = middle
            for _ in range(steps):
                following: list[str] = []
                for here in level:
                    if here in self.modules:
                        following += self._step(here, table, shown, lines, name, forward=forward)
                if following:
                    levels.append(following)
                level = following
            sides.append(levels)
        found = [*reversed(sides[0]), middle, *sides[1]]
        unique = {(line.start, line.end): line for line in reversed(lines)}
        arrange_from(len(sides[0]), found, unique)
        return Picture(tuple(tuple(shown[key] for key in keys) for keys in found), tuple(unique.values()), name)

    def _step(
        self,
        here: str,
        table: dict[str, dict[str, str]],
        shown: dict[str, Box],
        lines: list[Line],
        first: str,
        *,
        forward: bool,
    ) -> list[str]:
        """One step from `here`: the lines to what is beside it, and what of it was not shown before."""
        beside = sorted(table[here], key=lambda other: (ORDER[table[here][other]], other))
        new = [other for other in beside if other not in shown]
        room = AROUND if here == first else FURTHER
        kept = new[:room]
        for other in kept:
            shown[other] = self._box(other)
            lines.append(Line(*((here, other) if forward else (other, here)), table[here][other]))
        if len(new) > room:
            key = f"{here} {'needs' if forward else 'needed by'} more"
            shown[key] = Box(key, f"{len(new) - room:,} more", "")
            lines.append(Line(*((here, key) if forward else (key, here)), "imports"))
            kept.append(key)
        return kept

    def _between(self, shown: dict[str, Box]) -> list[Line]:
        """All lines among the modules shown."""
        return [
            Line(name, other, kind)
            for name in shown
            if name in self._needs
            for other, kind in self._needs[name].items()
            if other in shown
        ]

    def whole(self, focus: str) -> Picture | None:
        """All modules; None where they are too many for a picture."""
        if len(self.modules) > WHOLE:
            return None
        shown = {name: self._box(name) for name in sorted(self.modules)}
        return self._picture(shown, self._between(shown), focus)

    def _box(self, name: str) -> Box:
        return Box(name, name, name, self.modules[name].implemented)

    @staticmethod
    def _picture(shown: dict[str, Box], lines: Sequence[Line], focus: str) -> Picture:
        unique = {(line.start, line.end): line for line in reversed(lines)}
        arranged = columns(list(shown), unique)
        boxes = tuple(tuple(shown[key] for key in column) for column in arranged)
        return Picture(boxes, tuple(unique.values()), focus)
