"""The parts put into paramiko keep its promises."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paramiko.buffered_pipe import PipeTimeout

from netconf_gui.transport.buffers import Inbox, ReadAhead


@given(st.lists(st.binary(min_size=1, max_size=50)), st.integers(1, 60))
def test_an_inbox_gives_what_was_fed_in_order(pieces: list[bytes], size: int) -> None:
    inbox = Inbox()
    for piece in pieces:
        inbox.feed(piece)
    inbox.close()
    came = []
    while data := inbox.read(size):
        assert len(data) <= size
        came.append(data)
    assert b"".join(came) == b"".join(pieces)
    assert inbox.read(size) == b"", "the end stays the end"


def test_an_inbox_waits_for_data_and_for_its_end() -> None:
    inbox = Inbox()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(inbox.read, 10)
        inbox.feed(b"now")
        assert future.result(30) == b"now"
        future = pool.submit(inbox.read, 10)
        inbox.close()
        assert future.result(30) == b""


@pytest.mark.parametrize("timeout", [0.0, 0.01])
def test_an_inbox_gives_up_waiting(timeout: float) -> None:
    inbox = Inbox()
    with pytest.raises(PipeTimeout):
        inbox.read(10, timeout)
    assert not inbox.read_ready()
    inbox.feed(b"late")
    assert inbox.read_ready()
    assert inbox.read(10, timeout) == b"late"


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=20), st.lists(st.integers(1, 30)))
def test_reading_ahead_changes_no_byte(pieces: list[bytes], sizes: list[int]) -> None:
    left, right = socket.socketpair()
    with left, right:
        right.settimeout(5)
        reader = ReadAhead(right)
        greeting = b"SSH-2.0-test\r\n"
        whole = b"".join(pieces)
        writer = threading.Thread(target=lambda: [left.sendall(piece) for piece in (greeting, *pieces)])
        writer.start()
        assert reader.readline(5) == "SSH-2.0-test"
        came = b""
        for size in sizes:
            if len(came) + size > len(whole):
                break
            came += reader.read_all(size)
        came += reader.read_all(len(whole) - len(came))
        writer.join(30)
        assert came == whole
        left.shutdown(socket.SHUT_WR)
        with pytest.raises(EOFError):
            reader.read_all(1)


def test_a_write_that_makes_no_progress_ends() -> None:
    left, right = socket.socketpair()
    with left:
        right.settimeout(0.02)
        writer = ReadAhead(right)
        writer.write_timeout = 0.1
        with pytest.raises(TimeoutError):
            writer.write_all(bytes(64 * 1024 * 1024))
        assert writer.closed


def test_a_write_may_be_slow_while_something_is_taken() -> None:
    left, right = socket.socketpair()
    size = 8 * 1024 * 1024
    with left, right, ThreadPoolExecutor(1) as pool:
        right.settimeout(0.02)
        writer = ReadAhead(right)
        writer.write_timeout = 30
        sent = pool.submit(writer.write_all, bytes(size))
        came = 0
        while came < size:
            came += len(left.recv(100_000))
        sent.result(30)


def test_closing_wakes_the_thread_that_reads() -> None:
    left, right = socket.socketpair()
    with left:
        right.settimeout(60)
        reader = ReadAhead(right)
        with ThreadPoolExecutor(1) as pool:
            started = threading.Event()

            def read() -> bytes:
                started.set()
                return reader.read_all(1)

            future = pool.submit(read)
            assert started.wait(30)
            reader.close()
            with pytest.raises(EOFError):
                future.result(30)
