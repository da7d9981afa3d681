"""Two sets of modules compared: every way in which a module can differ, and the report."""

from __future__ import annotations

from netconf_gui.yang.nodes import ModuleInfo
from netconf_gui.yang.set_compare import Difference, SetModule, compare_sets, described, report_text

NEW, OLD = "2026-01-01", "2025-01-01"


def one(left: SetModule, right: SetModule) -> list[tuple[Difference, str, str]]:
    return [(item.difference, item.left, item.right) for item in compare_sets([left], [right]).differences]


def test_what_is_only_on_one_side() -> None:
    found = compare_sets([SetModule("a", NEW), SetModule("b", NEW)], [SetModule("b", NEW), SetModule("c", "")])
    assert [(item.difference, item.module) for item in found.differences] == [
        (Difference.ONLY_LEFT, "a"),
        (Difference.ONLY_RIGHT, "c"),
    ]
    assert found.same == 1


def test_another_revision() -> None:
    assert one(SetModule("a", OLD), SetModule("a", NEW)) == [(Difference.REVISION, OLD, NEW)]


def test_another_text_under_one_revision() -> None:
    left, right = SetModule("a", OLD, digest="1"), SetModule("a", OLD, digest="2")
    assert [item[0] for item in one(left, right)] == [Difference.TEXT]
    assert one(left, SetModule("a", OLD)) == []


def test_features_deviations_and_conformance() -> None:
    left = SetModule("a", OLD, features=frozenset({"x", "y"}), deviated_by=frozenset({"d"}))
    right = SetModule("a", OLD, features=frozenset({"y", "z"}))
    assert one(left, right) == [(Difference.FEATURES, "x", "z"), (Difference.DEVIATIONS, "d", "none of these")]
    assert one(SetModule("a", OLD), SetModule("a", OLD, implemented=False)) == [
        (Difference.CONFORMANCE, "implemented", "only imported")
    ]


def test_the_implemented_revision_counts() -> None:
    several = [SetModule("a", NEW, implemented=False), SetModule("a", OLD)]
    assert not compare_sets(several, [SetModule("a", OLD)]).differences


def test_as_described_from_a_schema() -> None:
    info = ModuleInfo("a", NEW, "urn:a", features=("f",), deviated_by=("d",))
    assert described(info, "hash") == SetModule(
        "a", NEW, features=frozenset({"f"}), deviated_by=frozenset({"d"}), digest="hash"
    )


def test_the_report() -> None:
    found = compare_sets([SetModule("a", OLD), SetModule("b", OLD)], [SetModule("b", NEW)], names=("pe1", "pe2"))
    assert report_text(found) == (
        "pe1 ↔ pe2\n0 modules are the same.\n\nOnly in pe1 (1)\n  a: 2025-01-01\n\n"
        "Other revision (1)\n  b: 2025-01-01 ↔ 2026-01-01\n"
    )
