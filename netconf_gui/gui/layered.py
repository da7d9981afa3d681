"""Layered drawing of a directed graph: who stands in which column, and in which order (no Qt in here).

The method of Sugiyama, Tagawa and Toda in small: columns by longest path, order by barycentres in a few sweeps.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
SWEEPS = 6


def columns(nodes: Sequence[Node], edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """The nodes in columns so that every edge leads to the right (edges of a circle aside), few of them crossing."""
    known = set(nodes)
    after: dict[Node, list[Node]] = {node: [] for node in nodes}
    for start, end in edges:
        if start != end and start in known and end in known and end not in after[start]:
            after[start].append(end)
    rank = _ranks(nodes, after)
    found: list[list[Node]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node in nodes:
        found[rank[node]].append(node)
    before: dict[Node, list[Node]] = {node: [] for node in nodes}
    for start, ends in after.items():
        for end in ends:
            before[end].append(start)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in found[1:] if forward else found[-2::-1]:
            _arrange(column, before if forward else after, _positions(found))
    return found


def arrange_from(middle: int, found: list[list[Node]], edges: Iterable[tuple[Node, Node]]) -> None:
    """Order given columns from the one in the middle outwards, so that few edges cross; that one stays as it is."""
    beside: dict[Node, list[Node]] = {node: [] for column in found for node in column}
    for start, end in edges:
        beside[start].append(end)
        beside[end].append(start)
    for inner, outer in [*((at, at + 1) for at in range(middle, len(found) - 1)),
                         *((at, at - 1) for at in range(middle, 0, -1))]:  # fmt: skip
        known = set(found[inner])
        near = {node: [other for other in beside[node] if other in known] for node in found[outer]}
        _arrange(found[outer], near, _positions(found))


def _ranks(nodes: Sequence[Node], after: Mapping[Node, Sequence[Node]]) -> dict[Node, int]:
    """Longest paths; sources stand directly before the first that they lead to, so that edges stay short."""
    order = _topological(nodes, after)
    place = {node: number for number, node in enumerate(order)}
    rank = dict.fromkeys(order, 0)
    for node in order:
        for end in after[node]:
            if place[end] > place[node]:
                rank[end] = max(rank[end], rank[node] + 1)
    for node in reversed(order):
        ends = [rank[end] for end in after[node] if place[end] > place[node]]
        if ends:
            rank[node] = min(ends) - 1
    lowest = min(rank.values(), default=0)
    return {node: value - lowest for node, value in rank.items()}


def _topological(nodes: Sequence[Node], after: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Depth first, iterative; an edge that closes a circle is looked over."""
    seen: set[Node] = set()
    order: list[Node] = []
    for first in nodes:
        if first in seen:
            continue
        seen.add(first)
        waiting = [(first, iter(after[first]))]
        while waiting:
            node, ends = waiting[-1]
            end = next((one for one in ends if one not in seen), None)
            if end is None:
                order.append(node)
                waiting.pop()
            else:
                seen.add(end)
                waiting.append((end, iter(after[end])))
    order.reverse()
    return order


def _positions(found: Sequence[Sequence[Node]]) -> dict[Node, float]:
    """Where each node stands in its column, columns being centred on one line."""
    return {node: at - len(column) / 2 for column in found for at, node in enumerate(column)}


def _arrange(column: list[Node], neighbours: Mapping[Node, Sequence[Node]], places: Mapping[Node, float]) -> None:
    def middle(node: Node) -> float:
        beside = [places[other] for other in neighbours[node]]
        return sum(beside) / len(beside) if beside else places[node]

    column.sort(key=middle)
