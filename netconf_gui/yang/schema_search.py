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
from typing import Any

from netconf_gui.yang.nodes import ModuleInfo

Query = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

_SHORT = 2
"""Words of so few letters are looked for in names only: they begin words of nearly every description."""
_WORDS_LIMIT = 8
_MATCH = "SELECT rowid FROM search WHERE search MATCH ?"
_NAMES = "SELECT s.id, s.name FROM shape s WHERE s.id IN (SELECT value FROM json_each(?))"
_OF_SHAPES = "SELECT id, shape FROM node WHERE shape IN (SELECT value FROM json_each(?)) ORDER BY id"
_RANGES = (
    "SELECT first, last FROM node WHERE shape IN (SELECT value FROM json_each(?)) AND first IS NOT NULL ORDER BY id"
)
_OF_MODULES = "SELECT id FROM shape WHERE module IN (SELECT value FROM json_each(?))"


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
        modules = [self._in_modules(word) for word in words]
        # at least one word must be the node's own, and the more of them are in its name the better
        scores: dict[int, int] = {}
        for found, weight in ((names, 100), (described, 1)):
            for shapes in found:
                for shape in shapes:
                    scores[shape] = scores.get(shape, 0) + weight
        if not scores:
            # modules are what was asked for
            together = frozenset.intersection(*modules)
            return self._nodes([list(together)], {}, limit)
        missing: dict[int, tuple[int, ...]] = {}
        for shape in scores:
            lacking = tuple(
                index
                for index in range(len(words))
                if shape not in names[index] and shape not in described[index] and shape not in modules[index]
            )
            if lacking:
                missing[shape] = lacking
        ranges = {
            index: self._ranges(names[index]) for index in {one for lacking in missing.values() for one in lacking}
        }
        above = {shape: [ranges[index] for index in lacking] for shape, lacking in missing.items()}
        groups: dict[int, list[int]] = {}
        for shape, score in scores.items():
            if all(above.get(shape, (True,))):
                groups.setdefault(score, []).append(shape)
        ordered: list[list[int]] = []
        for score in sorted(groups, reverse=True):
            ordered.extend(self._by_name(frozenset(groups[score]), words))
        return self._nodes(ordered, above, limit)

    def _in_modules(self, word: str) -> frozenset[int]:
        """Shapes of modules in whose name a word begins with `word`."""
        modules = [
            number for number, words in self._module_words.items() if any(item.startswith(word) for item in words)
        ]
        if not modules:
            return frozenset()
        return frozenset(row[0] for row in self._query(_OF_MODULES, (json.dumps(modules),)))

    def _ranges(self, shapes: frozenset[int]) -> tuple[list[int], list[int]] | None:
        """The ids below nodes of these shapes as sorted, separate ranges: (starts, ends)."""
        starts: list[int] = []
        ends: list[int] = []
        for first, last in self._query(_RANGES, (json.dumps(list(shapes)),)) if shapes else ():
            if ends and first <= ends[-1]:
                ends[-1] = max(ends[-1], last)
            else:
                starts.append(first)
                ends.append(last)
        return (starts, ends) if starts else None

    def _nodes(
        self, groups: list[list[int]], above: Mapping[int, list[tuple[list[int], list[int]] | None]], limit: int
    ) -> list[int]:
        """Nodes of the shapes, group by group, that lie in all the ranges their shape needs."""
        found: list[int] = []
        for shapes in groups:
            if not shapes:
                continue
            for number, shape in self._query(_OF_SHAPES, (json.dumps(shapes),)):
                if all(item is not None and _within(number, *item) for item in above.get(shape, ())):
                    found.append(number)
                    if len(found) >= limit:
                        return found
        return found


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


def _within(number: int, starts: list[int], ends: list[int]) -> bool:
    index = bisect_right(starts, number) - 1
    return index >= 0 and number <= ends[index]
