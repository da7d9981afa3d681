"""Two sets of modules side by side: what is only here, only there, and what differs in modules that both have.

Lives here: the comparison as data and as text.  Does not live here: what changed inside a module (`compatibility`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from netconf_gui.yang.nodes import ModuleInfo


class Difference(StrEnum):
    """How a module differs, in the order in which it is told."""

    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"
    REVISION = "other revision"
    TEXT = "other text under the same revision"
    FEATURES = "other features"
    DEVIATIONS = "other deviations"
    CONFORMANCE = "implemented on one side only"


@dataclass(frozen=True, slots=True)
class SetModule:
    """What is compared of a module; `digest` is a hash of its text, "" where that is not at hand."""

    name: str
    revision: str
    implemented: bool = True
    features: frozenset[str] = frozenset()
    deviated_by: frozenset[str] = frozenset()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ModuleDifference:
    """One module that differs in one respect; `left` and `right` say how, in words."""

    difference: Difference
    module: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class SetComparison:
    """All differences, and how many modules are the same on both sides."""

    left: str
    right: str
    differences: tuple[ModuleDifference, ...]
    same: int

    def of(self, difference: Difference) -> tuple[ModuleDifference, ...]:
        return tuple(item for item in self.differences if item.difference is difference)


def described(module: ModuleInfo, digest: str = "") -> SetModule:
    """A module of a schema as it is compared."""
    return SetModule(
        module.name,
        module.revision,
        module.implemented,
        frozenset(module.features),
        frozenset(module.deviated_by),
        digest,
    )


def compare_sets(
    left: Iterable[SetModule], right: Iterable[SetModule], *, names: tuple[str, str] = ("left", "right")
) -> SetComparison:
    """The differences of two sets, by kind and name.  Of several revisions the implemented, newest one counts."""
    sides = _by_name(left), _by_name(right)
    found: list[ModuleDifference] = []
    same = 0
    for name in sorted({*sides[0], *sides[1]}):
        one, other = sides[0].get(name), sides[1].get(name)
        if one is None or other is None:
            there = one or other
            assert there is not None
            kind = Difference.ONLY_RIGHT if one is None else Difference.ONLY_LEFT
            told = _words(there)
            found.append(ModuleDifference(kind, name, "" if one is None else told, told if one is None else ""))
            continue
        differences = _differences(one, other)
        found += differences
        same += not differences
    order = list(Difference)
    found.sort(key=lambda item: (order.index(item.difference), item.module))
    return SetComparison(names[0], names[1], tuple(found), same)


def _by_name(modules: Iterable[SetModule]) -> dict[str, SetModule]:
    found: dict[str, SetModule] = {}
    for module in sorted(modules, key=lambda item: (item.implemented, item.revision)):
        found[module.name] = module
    return found


def _words(module: SetModule) -> str:
    told = module.revision or "no revision"
    return told if module.implemented else f"{told}, only imported"


def _differences(one: SetModule, other: SetModule) -> list[ModuleDifference]:
    found = []

    def differs(kind: Difference, left: str, right: str) -> None:
        found.append(ModuleDifference(kind, one.name, left, right))

    if one.revision != other.revision:
        differs(Difference.REVISION, one.revision or "none", other.revision or "none")
    elif one.digest and other.digest and one.digest != other.digest:
        differs(Difference.TEXT, one.revision or "no revision", other.revision or "no revision")
    if one.implemented != other.implemented:
        words = ("only imported", "implemented")
        differs(Difference.CONFORMANCE, words[one.implemented], words[other.implemented])
    elif one.features != other.features:
        differs(Difference.FEATURES, _more(one.features, other.features), _more(other.features, one.features))
    if one.deviated_by != other.deviated_by:
        differs(
            Difference.DEVIATIONS, _more(one.deviated_by, other.deviated_by), _more(other.deviated_by, one.deviated_by)
        )
    return found


def _more(these: frozenset[str], those: frozenset[str]) -> str:
    return ", ".join(sorted(these - those)) or "none of these"


TITLES = {
    Difference.ONLY_LEFT: "Only in {left}",
    Difference.ONLY_RIGHT: "Only in {right}",
    Difference.REVISION: "Other revision",
    Difference.TEXT: "Other text under the same revision",
    Difference.FEATURES: "Other features",
    Difference.DEVIATIONS: "Other deviations",
    Difference.CONFORMANCE: "Implemented on one side only",
}


def title(comparison: SetComparison, difference: Difference) -> str:
    """The heading of one kind of difference."""
    return TITLES[difference].format(left=comparison.left, right=comparison.right)


def report_text(comparison: SetComparison) -> str:
    """The comparison for people, as plain text."""
    lines = [f"{comparison.left} ↔ {comparison.right}", f"{comparison.same} modules are the same.", ""]
    for difference in Difference:
        found = comparison.of(difference)
        if found:
            lines += [f"{title(comparison, difference)} ({len(found)})"]
            for item in found:
                told = item.left or item.right if not (item.left and item.right) else f"{item.left} ↔ {item.right}"
                lines.append(f"  {item.module}: {told}")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"
