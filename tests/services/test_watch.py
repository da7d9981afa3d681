"""State asked for again and again: filters, pace, readings from the demo device; counters and their rates."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.config.path import InstancePath
from netconf_gui.config.table_text import to_csv
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.series import Kind, Series, growth, kind_of, number, span, to_rows
from netconf_gui.services.watch import SLOWEST, Pacer, StateReader, subtree_filter, without_nested
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo
from tests.services.conftest import Box

NAMES = {"if": "urn:if", "ex": "urn:ex", "t": "urn:t"}


def path(text: str) -> InstancePath:
    return InstancePath.parse(text, NAMES)


# filters


def test_a_filter_names_entries_by_their_keys() -> None:
    made = subtree_filter([path("/if:interfaces/interface[name='eth0']/statistics"), path("/ex:system")])
    assert serialize(made).decode().partition(">")[2] == (
        '<system xmlns="urn:ex"/><interfaces xmlns="urn:if"><interface><name>eth0</name><statistics/></interface>'
        "</interfaces></filter>"
    )


def test_a_filter_asks_for_nothing_twice() -> None:
    both = serialize(subtree_filter([path("/if:a/b[k='1']/c"), path("/if:a/b[k='1']/d")])).decode()
    assert "<b><k>1</k><c/><d/></b>" in both
    wanted = [path("/if:a/b[k='1']/c"), path("/if:a/b[k='1']"), path("/if:a/b[k='2']/d"), path("/if:a/b[k='1']")]
    assert [str(one) for one in without_nested(wanted)] == ["/if:a/b[k='1']", "/if:a/b[k='2']/d"]
    text = serialize(subtree_filter(wanted)).decode()
    assert text.count("<a ") == 1 and text.count("<b>") == 2


def test_identities_and_positions_in_a_filter() -> None:
    made = serialize(subtree_filter([path("/ex:protocol[type='t:bgp']"), path("/ex:rows/row[3]/value")])).decode()
    assert '<type xmlns:id="urn:t">id:bgp</type>' in made and "<rows" in made and "<row/>" in made


# pace


def test_one_question_at_a_time_and_none_unseen() -> None:
    pace = Pacer(5.0)
    assert pace.due_in(100.0) == 0
    pace.asked(100.0)
    assert pace.due_in(200.0) is None, "an answer is outstanding"
    pace.answered()
    assert pace.due_in(102.0) == 3.0
    pace.looked_at = False
    assert pace.due_in(200.0) is None
    pace.looked_at = True
    pace.interval = None
    assert pace.due_in(200.0) is None


def test_errors_make_it_slower_and_an_answer_fast_again() -> None:
    pace = Pacer(2.0)
    delays = []
    for _ in range(8):
        pace.asked(0.0)
        pace.failed()
        delays.append(pace.delay)
    assert delays[:3] == [4.0, 8.0, 16.0] and delays[-1] == SLOWEST
    pace.asked(0.0)
    pace.answered()
    assert pace.delay == 2.0
    pace.asked(1.0)
    pace.given_up()
    assert pace.failures == 0 and not pace.outstanding


# readings


@pytest.mark.parametrize(
    ("kind", "operations"), [("standard", ["get-data"] * 2), ("rfc4741", ["get-data", "get", "get"])]
)
def test_state_of_the_demo_device_is_read(box_of: Callable[..., Box], kind: str, operations: list[str]) -> None:
    session = box_of(kind).connect()
    reader = StateReader(session)
    whole = reader.read()
    assert whole.paths == () and whole.seconds > 0
    text = serialize(whole.root)
    assert b"oper-status" in text and b"<enabled" in text, "state beside configuration"
    names = {"if": "urn:ietf:params:xml:ns:yang:ietf-interfaces"}
    state = next(one for one in whole.root if str(one.tag).endswith("}interfaces-state"))
    first = state[0][0].text
    part = reader.read([InstancePath.parse(f"/if:interfaces-state/interface[name='{first}']", names)])
    (only,) = part.root
    assert [entry[0].text for entry in only] == [first] and b"in-octets" in serialize(only)
    sent = [entry.operation for entry in session.wire.entries() if entry.direction == "out"]
    assert sent[-len(operations) :] == operations, "one that has no get-data is asked for it once"


# numbers

U32, U64 = TypeInfo("uint32"), TypeInfo("uint64")


def leaf(name: str, info: TypeInfo, *, config: bool = False, units: str = "") -> SchemaNode:
    return SchemaNode(1, None, NodeKind.LEAF, name, "m", "urn:m", type=info, config=config, units=units)


@pytest.mark.parametrize(
    ("node", "wraps_at"),
    [
        (leaf("in-octets", replace(U64, name="yang:counter64", typedefs=("ietf-yang-types:counter64",))), 1 << 64),
        (leaf("x", replace(U32, typedefs=("other:mine", "ietf-yang-types:zero-based-counter32"))), 1 << 32),
        (leaf("load", replace(U32, typedefs=("ietf-yang-types:gauge32",))), None),
        (leaf("out-errors", U32), 1 << 32),
        (leaf("mtu", U32), None),
        (leaf("out-errors", U32, config=True), None),
        (leaf("ref", TypeInfo("leafref", target=replace(U64, typedefs=("m:counter64",)))), 1 << 64),
        (leaf("temperature", TypeInfo("decimal64", fraction_digits=1)), None),
    ],
)
def test_counters_are_told_from_other_numbers(node: SchemaNode, wraps_at: int | None) -> None:
    found = kind_of(node)
    assert found is not None and found.wraps_at == wraps_at and found.is_counter == (wraps_at is not None)


def test_texts_are_no_numbers() -> None:
    assert kind_of(leaf("name", TypeInfo("string"))) is None and kind_of(None) is None
    assert [number(text) for text in ("5", " -1.5 ", "", None, "up", "nan", "18446744073709551615")] == [
        5, -1.5, None, None, None, None, 18446744073709551615,
    ]  # fmt: skip


@given(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 31) - 1))
def test_a_wrapped_counter_grew_by_what_it_grew(start: int, by: int) -> None:
    now = (start + by) % (1 << 32)
    found = growth(start, now, 1 << 32)
    assert found == by or (found is None and start < (1 << 31))


def test_a_counter_that_was_cleared_leaves_a_gap() -> None:
    assert growth(1_000_000, 12, 1 << 64) is None
    assert growth((1 << 64) - 10, 5, 1 << 64) == 15
    assert growth(7, 3, None) == -4


def test_rates_are_growth_by_time() -> None:
    one = Series("/a", "in", Kind(1 << 32))
    for when, value in ((10, 100), (12, 300), (13, None), (14, 500), (15, 700), (16, 5), (15.5, 9)):
        one.add(when, value)
    assert one.rates() == [(12, 100.0), (13, None), (15, 200.0), (16, None)]
    assert one.points(rate=False)[2] == (13, None) and one.latest == 5
    gauge = Series("/b", "temp")
    gauge.add(1.0, 40)
    assert gauge.points(rate=True) == [(1.0, 40.0)]
    assert span([one, gauge]) == (1.0, 16) and span([]) is None


def test_samples_are_exported_by_time() -> None:
    first, second = Series("/a", "in", Kind(1 << 64)), Series("/b", 'temp "in"')
    first.add(0.0, 100)
    first.add(10.0, 350)
    second.add(10.0, 41.5)
    rows = to_rows([first, second])
    assert rows[0] == ["time", "in", "in per second", 'temp "in"']
    assert rows[1:] == [["1970-01-01T00:00:00.000Z", "100", "", ""], ["1970-01-01T00:00:10.000Z", "350", "25", "41.5"]]
    assert list(csv.reader(io.StringIO(to_csv(rows), newline=""))) == rows
