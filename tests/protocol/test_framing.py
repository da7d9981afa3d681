"""End-of-message and chunked framing, split anywhere, right and wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import FramingError
from netconf_gui.protocol.framing import EOM, ChunkedDecoder, Decoder, EomDecoder, Limits, chunked, eom
from tests.protocol.talk import cut


def messages(decoder: Decoder, pieces: list[bytes]) -> list[bytes]:
    """Whole messages out of frames."""
    done: list[bytes] = []
    current = b""
    for piece in pieces:
        for data, end in decoder.feed(piece):
            current += data
            if end:
                done.append(current)
                current = b""
    assert not current
    return done


texts = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=6)
no_delimiter = st.lists(
    st.text(alphabet="]>ab", min_size=1, max_size=20)
    .map(str.encode)
    # a text that ends with part of a delimiter would complete one too early: XML never ends so
    .filter(lambda text: EOM not in text + EOM[:-1]),
    min_size=1,
    max_size=6,
)
places = st.lists(st.integers(0, 1000), max_size=30)


@given(texts=texts, places=places, size=st.integers(1, 40))
def test_chunked_round_trip_at_any_split(texts: list[bytes], places: list[int], size: int) -> None:
    wire = b"".join(chunked(text, size) for text in texts)
    decoder = ChunkedDecoder()
    assert messages(decoder, cut(wire, places)) == texts
    assert not decoder.inside


@given(texts=no_delimiter, places=places)
def test_eom_round_trip_at_any_split(texts: list[bytes], places: list[int]) -> None:
    wire = b"".join(eom(text) for text in texts)
    decoder = EomDecoder()
    assert messages(decoder, cut(wire, places)) == texts
    assert not decoder.inside


def test_eom_holds_back_only_what_may_be_a_delimiter() -> None:
    decoder = EomDecoder()
    assert [frame.data for frame in decoder.feed(b"abc]]>]")] == [b"abc"]
    assert decoder.inside
    assert [frame.data for frame in decoder.feed(b"x")] == [b"]]>]x"]
    assert decoder.feed(b"]]>]]>")[0].end


def test_eom_gives_back_what_follows_the_first_message() -> None:
    frame, rest = EomDecoder().feed_one(b"<hello/>]]>]]>\n#3\n")
    assert frame is not None
    assert frame.end
    assert rest == b"\n#3\n"


@pytest.mark.parametrize(
    ("wire", "what"),
    [
        (b"<rpc>", "begin a chunk"),
        (b"\n#0\n", "chunk size"),
        (b"\n#03\nabc\n##\n", "chunk size"),
        (b"\n##\n", "chunk size"),  # RFC 6242: at least one chunk
        (b"\n#-1\n", "chunk size"),
        (b"\n#3x\n", "digit or a line feed"),
        (b"\n#3\nabcd", "line feed after a chunk"),
        (b"\n#3\nabc\nx", "'#' after a chunk"),
        (b"\n#3\nabc\n#x", "end of chunks"),
        (b"\n#3\nabc\n##x", "line feed at the end"),
        (b"\n#3\nabc\n\n#", "'#' after a chunk"),
        (b"\n#4294967296\n", "RFC 6242 allows"),
        (b"\n#99999999999\n", "longer than the limit"),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_wrong_chunked_framing_says_what_is_wrong(wire: bytes, what: str, whole: bool) -> None:
    decoder = ChunkedDecoder()
    pieces = [wire] if whole else [bytes((byte,)) for byte in wire]
    for piece in pieces:
        if decoder.error is None:
            try:
                decoder.feed(piece)
            except FramingError:
                pass
    assert decoder.error is not None
    assert what in str(decoder.error)
    with pytest.raises(FramingError):
        decoder.feed(b"\n")


def test_the_largest_chunk_size_is_allowed() -> None:
    decoder = ChunkedDecoder()
    assert decoder.feed(b"\n#4294967295\nabc")[0].data == b"abc"


def test_the_chunk_header_limit_is_a_setting() -> None:
    with pytest.raises(FramingError, match="limit of 5 bytes"):
        ChunkedDecoder(Limits(chunk_header_size=5)).feed(b"\n#1234\n")
    assert ChunkedDecoder(Limits(chunk_header_size=7)).feed(b"\n#1234\nab")[0].data == b"ab"


def test_many_small_chunks_come_as_one_piece() -> None:
    wire = chunked(b"x" * 5000, 100)
    assert ChunkedDecoder().feed(wire) == [(b"x" * 5000, True)]


def test_white_space_between_messages_is_let_pass() -> None:
    wire = b"\r\n" + chunked(b"a") + b"\n \t\r\n" + chunked(b"b")
    assert messages(ChunkedDecoder(), [wire]) == [b"a", b"b"]
    assert messages(ChunkedDecoder(), [bytes((byte,)) for byte in wire]) == [b"a", b"b"]


def test_what_cannot_be_framed() -> None:
    with pytest.raises(FramingError):
        eom(b"<a><!-- ]]>]]> --></a>")
    with pytest.raises(FramingError):
        chunked(b"")


def test_many_small_messages_in_one_read() -> None:
    """Copying the rest for each message would take minutes here, beyond the time-out of the test run."""
    for decoder, frame in ((EomDecoder(), eom), (ChunkedDecoder(), chunked)):
        assert messages(decoder, [frame(b"<a/>") * 300_000]) == [b"<a/>"] * 300_000
