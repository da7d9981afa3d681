"""Conditions in words: the common forms are said plainly, everything else is left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netconf_gui.gui.rule_words import condition_sentence, rule_words

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("../type = 'ianaift:ethernetCsmacd'", "type is ethernetCsmacd"),
        ("derived-from-or-self(if:type, 'ianaift:ethernetCsmacd')", "type is ethernetCsmacd or a kind of it"),
        ("derived-from(../m, 'x:wired')", "m is derived from wired"),
        ("../speed != '1G'", "speed is not 1G"),
        (". < ../rising", "the value is less than rising"),
        (". >= 1280 or not(../ipv6)", "the value is at least 1280 or ipv6 is not set"),
        ("not(. = ../allowed-vlan)", "the value is not allowed-vlan"),
        ("count(class) <= 8", "class has at most 8 entries"),
        ("count(/a:b/a:c) = 0", "there is no /b/c"),
        ("count(x) >= 1", "x has at least 1 entry"),
        ("../enabled", "enabled is set"),
        ("current()/../peer/name = 'a b'", "peer/name is a b"),
        ("../kind = 'a' or ../kind = 'b'", "kind is a or b"),
        ("(../a = 1) and not(../b)", "a is 1 and b is not set"),
        ("bit-is-set(../flags, 'syn')", "flags has the flag syn"),
        ("re-match(., '[a-z]+')", "the value looks like [a-z]+"),
        ("not(derived-from-or-self(../t, 'p:x'))", "t is not x nor a kind of it"),
        ("../and = 'or'", "and is or"),
        ("false()", "never"),
    ],
)
def test_common_forms(expression: str, words: str) -> None:
    assert rule_words(expression) == words


@pytest.mark.parametrize(
    "expression",
    [
        "sum(class/share) <= 100",
        "a[b = 'c']/d = 1",
        "//x",
        "1 + 1 = 2",
        "",
        "a = b = c",
        "../* = 1",
        "§",
        "(a or b) and c",
    ],
)
def test_everything_else_is_shown_as_it_is(expression: str) -> None:
    assert rule_words(expression) == ""


def test_sentences() -> None:
    assert condition_sentence("../a", there=False) == "This node can only be added when a is set."
    assert "delete it" in condition_sentence("sum(a) > 1", there=True)


def test_every_condition_of_the_demo_device_can_be_read() -> None:
    found = []
    for path in sorted((ROOT / "resources" / "demo").glob("*.yang")):
        found += re.findall(r'(?:when|must)\s+"([^"]+)"', path.read_text(encoding="utf-8"))
    assert len(found) > 10
    assert sum(bool(rule_words(" ".join(one.split()))) for one in found) > len(found) / 2
