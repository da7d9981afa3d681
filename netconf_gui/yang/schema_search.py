"""Full-text search over a compiled schema's file.

Lives here: which nodes match, and in which order.  Does not live here: the index itself (`schema_tables`), decoding
nodes (`store`).

The index is over shapes, not nodes, so that a name or description that half a million nodes share is looked at once.
A word may also be met by the name of a node above: descendants have consecutive ids, so that is a question of ranges.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netconf_gui.yang.nodes import ModuleInfo

Query = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

_SHORT = 2
"""Words of so few letters are looked for in names only: they begin words of nearly every description."""
_WORDS_LIMIT = 8
_MATCH = "SELECT rowid FROM search WHERE search MATCH ?"
_NAMES = "SELECT s.id, s.name FROM shape s WHERE s.id IN (SELECT value FROM json_each(?))"
_OF_SHAPES = "SELECT id, shape, module FROM node WHERE shape IN (SELECT value FROM json_each(?)) ORDER BY id"
_RANGES = (
    "SELECT first, last FROM node WHERE shape IN (SELECT value FROM json_each(?)) AND first IS NOT NULL ORDER BY id"
)
_OF_MODULES = "SELECT id FROM node WHERE module IN (SELECT value FROM json_each(?)) AND parent = 0 LIMIT ?"


class SchemaSearch:
    """Searches one file; `query` runs SQL on it."""

    def __init__(self, query: Query, modules: Mapping[int, ModuleInfo]) -> None:
        self._query = query
        self._module_words = {number: _words(module.name) for number, module in modules.items()}

    def find(self, text: str, limit: int) -> list[int]:
        """The ids of at most `limit` nodes, best first: names before descriptions, whole names before parts."""
        words = list(dict.fromkeys(_words(text)))[:_WORDS_LIMIT]
        if not words or limit <= 0:
            return []
        names = [self._match("name", word) for word in words]
        if len(words) == 1:
            found = self._nodes(self._by_name(names[0], words), {}, limit)
            if len(found) >= limit:
                return found
        return self._all(words, names, limit)

    def _match(self, column: str, word: str) -> frozenset[int]:
        """Shapes in whose column a word begins with `word`."""
        return frozenset(row[0] for row in self._query(_MATCH, (f'{column} : "{word}"*',)))

    def _by_name(self, shapes: frozenset[int], words: list[str]) -> list[list[int]]:
        """Shapes in groups: the name is what was asked for, begins with it, has it somewhere."""
        groups: list[list[int]] = [[], [], []]
        wanted = " ".join(words)
        for number, name in self._query(_NAMES, (json.dumps(list(shapes)),)):
            plain = " ".join(_words(name))
            groups[0 if plain == wanted else 1 if plain.startswith(wanted) else 2].append(number)
        return groups

    def _all(self, words: list[str], names: list[frozenset[int]], limit: int) -> list[int]:
        described = [self._match("description", word) if len(word) > _SHORT else frozenset[int]() for word in words]
        modules = [self._modules_of(word) for word in words]
        # at least one word must be the node's own, and the more of them are in its name the better
        scores: dict[int, int] = {}
        for found, weight in ((names, 100), (described, 1)):
            for shapes in found:
                for shape in shapes:
                    scores[shape] = scores.get(shape, 0) + weight
        groups, elsewhere = self._grouped(scores, names, described)
        needed = {index for lacking in elsewhere.values() for index in lacking}
        around = {index: _Around(modules[index], *self._ranges(names[index])) for index in needed}
        ordered: list[list[int]] = []
        for score in sorted(groups, reverse=True):
            ordered.extend(self._by_name(frozenset(groups[score]), words))
        wanted = {shape: [around[index] for index in lacking] for shape, lacking in elsewhere.items()}
        hits = self._nodes(ordered, wanted, limit)
        together = frozenset.intersection(*modules)
        if not hits and together:
            # modules are what was asked for
            rows = self._query(_OF_MODULES, (json.dumps(list(together)), limit))
            hits = [row[0] for row in rows]
        return hits

    @staticmethod
    def _grouped(
        scores: Mapping[int, int], names: list[frozenset[int]], described: list[frozenset[int]]
    ) -> tuple[dict[int, list[int]], dict[int, tuple[int, ...]]]:
        """(score -> shapes, shape -> the words that must be met by what is around it)."""
        groups: dict[int, list[int]] = {}
        elsewhere: dict[int, tuple[int, ...]] = {}
        together = [name | description for name, description in zip(names, described, strict=True)]
        for shape, score in scores.items():
            groups.setdefault(score, []).append(shape)
            lacking = tuple(index for index, shapes in enumerate(together) if shape not in shapes)
            if lacking:
                elsewhere[shape] = lacking
        return groups, elsewhere

    def _modules_of(self, word: str) -> frozenset[int]:
        """Modules in whose name a word begins with `word`."""
        return frozenset(
            number for number, words in self._module_words.items() if any(item.startswith(word) for item in words)
        )

    def _ranges(self, shapes: frozenset[int]) -> tuple[list[int], list[int]]:
        """The ids below nodes of these shapes as sorted, separate ranges: (starts, ends)."""
        starts: list[int] = []
        ends: list[int] = []
        for first, last in self._query(_RANGES, (json.dumps(list(shapes)),)) if shapes else ():
            if ends and first <= ends[-1]:
                ends[-1] = max(ends[-1], last)
            else:
                starts.append(first)
                ends.append(last)
        return starts, ends

    def _nodes(self, groups: list[list[int]], wanted: Mapping[int, list[_Around]], limit: int) -> list[int]:
        """Nodes of the shapes, group by group, around which is what their shape lacks."""
        found: list[int] = []
        for shapes in groups:
            possible = [shape for shape in shapes if all(wanted.get(shape, ()))]
            if not possible:
                continue
            for number, shape, module in self._query(_OF_SHAPES, (json.dumps(possible),)):
                if all(item.has(number, module) for item in wanted.get(shape, ())):
                    found.append(number)
                    if len(found) >= limit:
                        return found
        return found


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a word is met without the node: in some modules, and below some nodes."""

    modules: frozenset[int]
    starts: list[int]
    ends: list[int]

    def __bool__(self) -> bool:
        return bool(self.modules or self.starts)

    def has(self, number: int, module: int) -> bool:
        """True for a node that is in one of the modules or below one of the nodes."""
        if module in self.modules:
            return True
        index = bisect_right(self.starts, number) - 1
        return index >= 0 and number <= self.ends[index]


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
