"""Dates as YANG writes them."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.demo.clock import SystemClock, date_and_time, parse_date_and_time


def test_form():
    assert date_and_time(0.25) == "1970-01-01T00:00:00.250Z"


@given(st.integers(0, 4_000_000_000_000))
def test_round_trip_to_the_millisecond(milliseconds):
    text = date_and_time(milliseconds / 1000)
    assert abs(parse_date_and_time(text) - milliseconds / 1000) < 0.002


def test_time_zones():
    assert parse_date_and_time("1970-01-01T01:00:00+01:00") == 0


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01", "2026-01-01T10:00:00", "2026-13-01T10:00:00Z"])
def test_not_a_date_and_time(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_date_and_time(text)


def test_alarm_goes_off_and_can_be_disarmed():
    clock = SystemClock()
    rang = threading.Event()
    clock.call_later(0, rang.set)
    assert rang.wait(10)
    silent = threading.Event()
    clock.call_later(3600, silent.set)()
    assert not silent.is_set()
