"""Streams: one reader, one end; over memory and over SSH."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import paramiko
import pytest

from netconf_gui.errors import ConnectionLost
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.link import Link
from netconf_gui.transport.ssh import Tuning
from netconf_gui.transport.stream import Stream, stream_pair
from tests.transport.conftest import Listener, Person, connect, target_of
from tests.transport.sshd import SshServer

Serve = Callable[..., SshServer]


@pytest.fixture
def open_stream(serve: Serve, known: KnownHosts):
    """`open_stream(options of the server…)` connects and returns stream and server."""
    opened: list[Stream] = []

    def start(tuning: Tuning | None = None, **options: object) -> tuple[Stream, SshServer]:
        server, person = serve(**options), Person(secrets=["right"])
        opened.append(connect(target_of(server), known, person, person, tuning=tuning))
        return opened[-1], server

    yield start
    for stream in opened:
        stream.close()


def test_a_pair_carries_bytes_both_ways() -> None:
    left, right = stream_pair()
    at_left, at_right = Listener(left), Listener(right)
    left.write(b"there")
    right.write(b"and back")
    assert at_right.wait(5) == b"there"
    assert at_left.wait(8) == b"and back"


def test_closing_one_end_ends_both_once() -> None:
    left, right = stream_pair()
    at_left, at_right = Listener(left), Listener(right)
    left.close()
    left.close()
    assert at_left.end() is None, "as asked"
    assert isinstance(at_right.end(), ConnectionLost)
    for stream in (left, right):
        with pytest.raises(ConnectionLost):
            stream.write(b"late")


def test_a_stream_is_started_once() -> None:
    left, _right = stream_pair()
    Listener(left)
    with pytest.raises(RuntimeError):
        left.start(lambda data: None, lambda error: None)


def test_all_data_comes_on_one_named_daemon_thread(open_stream) -> None:
    stream, _server = open_stream()
    listener = Listener(stream)
    (reader,) = [thread for thread in threading.enumerate() if thread.name.startswith("reader 127.0.0.1")]
    assert reader.daemon
    for _ in range(20):
        stream.write(b"x" * 1000)
    listener.wait(20_000)
    assert listener.threads == {reader.name}


def test_what_comes_before_the_start_is_not_lost(open_stream) -> None:
    def greet(channel: paramiko.Channel) -> None:
        channel.sendall(b"hello, early")
        channel.recv(1)

    stream, _server = open_stream(serve=greet)
    assert Listener(stream).wait(12) == b"hello, early"


def test_writers_do_not_mix_their_messages(open_stream) -> None:
    stream, _server = open_stream()
    listener = Listener(stream)
    size, each = 70_000, 5  # more than one packet each
    writers = [
        threading.Thread(target=lambda letter=letter: [stream.write(letter * size) for _ in range(each)])
        for letter in (b"a", b"b", b"c")
    ]
    for writer in writers:
        writer.start()
    came = listener.wait(3 * size * each)
    for writer in writers:
        writer.join(30)
    assert all(len(set(came[start : start + size])) == 1 for start in range(0, len(came), size))


def test_a_small_window_only_slows_down(open_stream) -> None:
    stream, _server = open_stream(tuning=Tuning(window_size=40_000))
    listener = Listener(stream)
    sent = bytes(range(256)) * 4000
    threading.Thread(target=stream.write, args=(sent,), daemon=True).start()
    assert listener.wait(len(sent)) == sent


def test_close_from_many_threads_ends_it_once(open_stream) -> None:
    stream, _server = open_stream()
    listener = Listener(stream)
    closers = [threading.Thread(target=stream.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    assert listener.end() is None
    for closer in closers:
        closer.join(30)
    assert len(listener.errors) == 1


def test_close_frees_a_writer_that_waits_for_the_window(open_stream) -> None:
    stream, _server = open_stream(serve=lambda channel: None)  # reads nothing: the window fills
    Listener(stream)
    outcome: Future[None] = Future()

    def write_on() -> None:
        try:
            for _ in range(200):
                stream.write(b"x" * 1_000_000)
            outcome.set_result(None)
        except ConnectionLost as lost:
            outcome.set_exception(lost)

    threading.Thread(target=write_on, daemon=True).start()
    threading.Timer(0.3, stream.close).start()
    with pytest.raises(ConnectionLost):
        outcome.result(30)


def test_a_dropped_connection_is_an_error_once(open_stream) -> None:
    stream, server = open_stream()
    listener = Listener(stream)
    stream.write(b"half a mess")
    listener.wait(11)
    server.drop()
    error = listener.end()
    assert isinstance(error, ConnectionLost)
    assert "127.0.0.1 ended the connection" in error.message
    with pytest.raises(ConnectionLost):
        stream.write(b"age")


def test_a_goodbye_is_repeated_to_the_person(open_stream) -> None:
    stream, server = open_stream()
    listener = Listener(stream)
    server.say_goodbye("rebooting for maintenance")
    assert "rebooting for maintenance" in str(listener.end())


def test_what_a_subsystem_complains_of_is_in_the_error(open_stream) -> None:
    def complain(channel: paramiko.Channel) -> None:
        channel.recv(1)
        channel.sendall_stderr(b"netconf: licence expired\n")
        channel.close()

    stream, _server = open_stream(serve=complain)
    stream.write(b"x")
    assert "licence expired" in str(Listener(stream).end())


def test_new_keys_in_mid_stream(open_stream) -> None:
    stream, server = open_stream()
    listener = Listener(stream)
    for number in range(3):
        server.transports[0].renegotiate_keys()
        stream.write(b"x" * 100_000)
        listener.wait(100_000 * (number + 1))


# --------------------------------------------------------------------------------------------------------- keepalive


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Tuning:
    """Keepalives as fast as a test wants them."""
    monkeypatch.setattr(Link, "_active_check_timeout", 0.02)
    return Tuning(keepalive=0.05)


class Signs:
    """Counts keepalives at the server, and stops answering when told."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self.answering = True

    def bend(self, transport: paramiko.Transport) -> None:
        answer = transport._parse_global_request

        def count(message: paramiko.Message) -> None:
            self.came.release()
            if self.answering:
                answer(message)

        transport._handler_table[80] = count

    def wait(self, number: int) -> None:
        for _ in range(number):
            assert self.came.acquire(timeout=30)


def test_keepalives_are_sent_and_a_server_that_falls_silent_is_given_up(open_stream, impatient: Tuning) -> None:
    signs = Signs()
    stream, _server = open_stream(bend=signs.bend, tuning=impatient)
    listener = Listener(stream)
    signs.wait(5)
    assert not listener.closed.is_set()
    signs.answering = False
    error = listener.end()
    assert isinstance(error, ConnectionLost)
    assert "keepalive" in error.message


def test_a_server_that_never_answers_keepalives_is_kept(open_stream, impatient: Tuning) -> None:
    signs = Signs()
    signs.answering = False
    stream, _server = open_stream(bend=signs.bend, tuning=impatient)
    listener = Listener(stream)
    signs.wait(8)
    stream.write(b"still here")
    assert listener.wait(10) == b"still here"


def test_no_keepalives_where_none_are_wanted(open_stream, impatient: Tuning) -> None:
    signs = Signs()
    stream, _server = open_stream(bend=signs.bend, tuning=Tuning(keepalive=0))
    listener = Listener(stream)
    stream.write(b"x")
    listener.wait(1)
    assert not signs.came.acquire(timeout=0.3)
