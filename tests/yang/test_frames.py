"""Frames survive the way there, and what is no frame is noticed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.yang.engine.frames import FrameError, read_frame, write_frame

headers = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key != "parts"), st.one_of(st.integers(), st.text(max_size=20), st.none())
)


@given(st.lists(st.tuples(headers, st.lists(st.binary(max_size=50), max_size=4)), max_size=4))
def test_round_trip(frames: list[tuple[dict[str, object], list[bytes]]]):
    stream = io.BytesIO()
    for header, parts in frames:
        write_frame(stream, header, parts)
    stream.seek(0)
    for header, parts in frames:
        found = read_frame(stream)
        assert found is not None
        assert ({key: value for key, value in found[0].items() if key != "parts"}, found[1]) == (header, parts)
    assert read_frame(stream) is None


@given(st.integers(1, 30))
def test_cut_short(missing: int):
    stream = io.BytesIO()
    write_frame(stream, {"a": 1}, [b"some part"])
    data = stream.getvalue()
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(data[: len(data) - missing]))


@pytest.mark.parametrize("data", [b"Traceback (most recent call last)", b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x02[]"])
def test_not_a_frame(data: bytes):
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(data))
