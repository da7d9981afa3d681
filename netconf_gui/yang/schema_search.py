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
from netconf_gui.yang.schema_tables import ROOT
from netconf_gui.yang.schema_tree import Tree

Query = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

_SHORT = 2
"""Words of so few letters are looked for in names only: they begin words of nearly every description."""
_WORDS_LIMIT = 8
_MATCH = "SELECT rowid FROM search WHERE search MATCH ?"
_NAMES = "SELECT s.id, s.name FROM shape s WHERE s.id IN (SELECT value FROM json_each(?))"


class SchemaSearch:
    """Searches one file; `query` runs SQL on it."""

    def __init__(self, query: Query, modules: Mapping[int, ModuleInfo], tree: Tree) -> None:
        self._query = query
        self._tree = tree
        self._module_words = {number: _words(module.name) for number, module in modules.items()}

    def find(self, text: str, limit: int) -> list[int]:
        """The ids of at most `limit` nodes, best first: names before descriptions, whole names before parts."""
        words = list(dict.fromkeys(_words(text)))[:_WORDS_LIMIT]
        if not words or limit <= 0:
            return []
        if len(words) == 1:
            return self._one_word(words[0], limit)
        return self._all(words, [self._match("name", word) for word in words], limit)

    def _one_word(self, word: str, limit: int) -> list[int]:
        names = self._match("name", word)
        found = self._nodes(self._by_name(names, [word]), {}, limit)
        if len(found) < limit and len(word) > _SHORT:
            described = self._match("description", word) - names
            found.extend(self._tree.first_of_shapes(described, limit - len(found)))
        if len(found) < limit:
            found.extend(self._tops_of(self._modules_of(word), set(found)))
        return found[:limit]

    def _match(self, column: str, word: str) -> frozenset[int]:
        """Shapes in whose column a word begins with `word`."""
        return frozenset(row[0] for row in self._query(_MATCH, (f'{column} : "{word}"*',)))

    def _by_name(self, shapes: frozenset[int], words: list[str]) -> list[list[int]]:
        """Shapes in groups: the name is what was asked for, begins with it, has it somewhere."""
        groups: list[list[int]] = [[], [], []]
        wanted = " ".join(words)
        for number, name in self._query(_NAMES, (json.dumps(list(shapes)),)):
            plain = name.lower() if len(words) == 1 else " ".join(_words(name))
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
        groups, elsewhere = _grouped(scores, names, described)
        around = {
            index: _Around(modules[index], *self._tree.below(names[index]))
            for index in {index for lacking in elsewhere.values() for index in lacking}
        }
        ordered: list[list[int]] = []
        for score in sorted(groups, reverse=True):
            ordered.extend(self._by_name(frozenset(groups[score]), words) if score >= 100 else [groups[score]])
        wanted = {shape: [around[index] for index in lacking] for shape, lacking in elsewhere.items()}
        hits = self._nodes(ordered, wanted, limit)
        if len(hits) < limit:
            # modules may be what was asked for
            hits.extend(self._tops_of(frozenset.intersection(*modules), set(hits)))
        return hits[:limit]

    def _tops_of(self, modules: frozenset[int], known: set[int]) -> list[int]:
        """The top-level nodes of some modules that are not known yet."""
        if not modules:
            return []
        first, count = self._tree.children(ROOT)
        return [
            number
            for number in range(first, first + count)
            if self._tree.module[number] in modules and number not in known
        ]

    def _modules_of(self, word: str) -> frozenset[int]:
        """Modules in whose name a word begins with `word`."""
        return frozenset(
            number for number, words in self._module_words.items() if any(item.startswith(word) for item in words)
        )

    def _nodes(self, groups: list[list[int]], wanted: Mapping[int, list[_Around]], limit: int) -> list[int]:
        """Nodes of the shapes, group by group, around which is what their shape lacks."""
        rank = {
            shape: index
            for index, shapes in enumerate(groups)
            for shape in shapes
            if shape not in wanted or all(wanted[shape])
        }
        if not rank:
            return []
        tree = self._tree
        buckets: list[list[int]] = [[] for _ in groups]
        for number in tree.of_shapes(rank):
            buckets[rank[tree.shape[number]]].append(number)
        found: list[int] = []
        for bucket in buckets:
            for number in bucket:
                lacking = wanted.get(tree.shape[number], ())
                if all(item.has(number, tree.module[number]) for item in lacking):
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


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
