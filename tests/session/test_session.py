"""Sessions over an in-memory stream: many requests, time-outs, cancels, ends."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AppError,
    Cancelled,
    ConnectFailed,
    ConnectionLost,
    MalformedMessage,
    RpcError,
    RpcFailed,
    RpcTimeout,
    SessionClosed,
)
from netconf_gui.protocol import operations as op
from netconf_gui.protocol.framing import Limits, chunked
from netconf_gui.protocol.replies import Notification
from netconf_gui.session.session import Session, SessionSettings
from tests.protocol.talk import BASE10, data, event, hello, ok
from tests.session.device import FULL, Device


def test_hello_both_ways() -> None:
    device = Device(*FULL)
    with device.session() as session:
        assert session.session_id == 42
        assert session.capabilities.candidate
        assert session.profile.name == "standard"
        assert not session.closed
        session.call(op.lock("running"))
        assert device.connection.peer is not None
        assert device.connection.peer.capabilities.base11
    assert session.closed
    assert session.error is None
    assert device.received == ["lock", "close-session"]
    assert device.closed.wait(10)


def test_a_device_that_speaks_10_only() -> None:
    device = Device(bases=[BASE10])
    with device.session() as session:
        assert session.call(op.get()).ok


def test_data_and_errors() -> None:
    device = Device()
    device.on("get-config", lambda rpc: device.data(rpc, "<a xmlns='urn:a'>1</a>"))
    device.on("commit", lambda rpc: device.errors(rpc, RpcError(tag="in-use"), RpcError(tag="too-big")))
    device.on("unlock", lambda rpc: device.ok(rpc, RpcError(severity="warning", message="late")))
    with device.session() as session:
        reply = session.call(op.get_config())
        assert reply.data is not None
        assert reply.data[0].text == "1"
        with pytest.raises(RpcFailed) as failed:
            session.call(op.commit())
        assert failed.value.tags == ("in-use", "too-big")
        assert session.call(op.unlock("running")).warnings[0].message == "late"
        assert not session.submit(op.commit()).result(10).ok, "submit gives the reply, errors and all"


def test_many_requests_are_outstanding_and_answered_in_any_order() -> None:
    device = Device()
    device.silent("get-schema")
    with device.session() as session:
        futures = [session.submit(op.get_schema(f"m{number}")) for number in range(20)]
        device.wait_for(*["get-schema"] * 20)
        for number in reversed(range(20)):
            device.say(data(number + 1, f"text of m{number}"))
        for number, future in enumerate(futures):
            found = future.result(10).data
            assert found is not None
            assert found.text == f"text of m{number}"


def test_a_device_that_omits_message_ids_answers_in_order() -> None:
    device = Device()
    device.silent("get-schema")
    with device.session() as session:
        futures = [session.submit(op.get_schema(f"m{number}")) for number in range(3)]
        device.wait_for(*["get-schema"] * 3)
        for number in range(3):
            device.say(f"<rpc-reply><data>{number}</data></rpc-reply>".encode())
        found = [future.result(10).data for future in futures]
        assert [item.text for item in found if item is not None] == ["0", "1", "2"]


def test_threads_share_a_session() -> None:
    device = Device()
    device.on("get-schema", lambda rpc: device.data(rpc, f"{rpc.element.xpath('string()')[:-4]}"))
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(30):
            found = session.call(op.get_schema(f"{name}-{number}")).data
            if found is None or found.text != f"{name}-{number}":
                wrong.append(name)

    device.on(
        "get-schema",
        lambda rpc: data(rpc.message_id, str(rpc.element.xpath("string(.//*[local-name()='identifier'])"))),
    )
    with device.session() as session:
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert not wrong


# ---- time-outs and cancels


def test_a_timeout_leaves_the_session_usable_and_drops_the_late_reply() -> None:
    device = Device()
    device.silent("get")
    with device.session() as session:
        with pytest.raises(RpcTimeout) as late:
            session.call(op.get(), timeout=0.05)
        assert "get within 0.05 seconds" in str(late.value)
        assert late.value.state
        device.say(ok(1))
        assert session.call(op.lock("running")).ok
        assert [entry.note for entry in session.wire.entries() if entry.message_id == "1"][-1].startswith("Nobody")


def test_after_a_timeout_replies_without_ids_still_find_their_requests() -> None:
    device = Device()
    device.silent("get")
    device.silent("get-config")
    with device.session() as session:
        with pytest.raises(RpcTimeout):
            session.call(op.get(), timeout=0.05)
        future = session.submit(op.get_config())
        device.wait_for("get", "get-config")
        device.say(b"<rpc-reply><data>late</data></rpc-reply>")
        device.say(b"<rpc-reply><data>mine</data></rpc-reply>")
        found = future.result(10).data
        assert found is not None
        assert found.text == "mine"


def test_a_reply_that_is_arriving_is_not_timed_out() -> None:
    device = Device()
    device.silent("get")
    with device.session() as session:
        message = chunked(data(1, "x" * 100))
        done: list[object] = []
        seen: list[int] = []
        session.on_progress(seen.append)
        thread = threading.Thread(target=lambda: done.append(session.call(op.get(), timeout=0.2)))
        thread.start()
        device.wait_for("get")
        for at in range(0, len(message), 20):  # 9 pieces, each well within the time, all together beyond it
            device.stream.write(message[at : at + 20])
            thread.join(0.05)
        thread.join(10)
        assert len(done) == 1
        assert seen == sorted(seen)
        assert seen


def test_a_cancel_gives_control_back_at_once() -> None:
    device = Device()
    device.silent("get")
    token = CancelToken()
    with device.session() as session:
        timer = threading.Timer(0.05, token.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            session.call(op.get(), cancel=token)
        timer.join()
        device.say(ok(1))
        assert session.call(op.lock("running")).ok
        with pytest.raises(Cancelled):
            session.call(op.commit(), cancel=token)
        assert not session.closed
    assert device.received == ["get", "lock", "close-session"], "what was cancelled before is not sent"


def test_a_future_that_its_owner_cancels() -> None:
    device = Device()
    device.silent("get")
    with device.session() as session:
        future = session.submit(op.get())
        assert future.cancel()
        device.say(ok(1))
        assert session.call(op.lock("running")).ok
        with pytest.raises(CancelledError):
            future.result()


def test_a_cancel_while_sending_ends_the_session() -> None:
    """What is half sent cannot be taken back; who waits for their turn gets it back without harm."""
    device = Device()
    session = device.session()
    stuck = threading.Event()
    release = threading.Event()

    class Stuck:
        def __getattr__(self, name: str) -> object:
            return getattr(device.client, name)

        def write(self, data: bytes) -> None:
            stuck.set()
            release.wait(10)
            raise ConnectionLost("closed")

        def close(self) -> None:
            release.set()
            device.client.close()

    session.stream = Stuck()  # type: ignore[assignment]
    first, second = CancelToken(), CancelToken()
    errors: dict[str, AppError] = {}

    def work(name: str, token: CancelToken) -> None:
        try:
            session.call(op.get(), cancel=token)
        except AppError as error:
            errors[name] = error

    one = threading.Thread(target=work, args=("one", first))
    one.start()
    assert stuck.wait(10)
    two = threading.Thread(target=work, args=("two", second))
    two.start()
    second.cancel()
    two.join(10)
    assert isinstance(errors["two"], Cancelled)
    assert not session.closed
    first.cancel()
    one.join(10)
    assert isinstance(errors["one"], Cancelled)
    assert "partly sent" in errors["one"].state
    assert session.closed


# ---- notifications


def test_notifications_between_replies() -> None:
    device = Device(*FULL)
    heard: list[Notification] = []
    with device.session() as session:
        stop = session.on_notification(heard.append)
        device.say(event("one"))
        session.call(op.get())
        device.say(event("two"))
        session.call(op.get())
        stop()
        device.say(event("three"))
        session.call(op.get())
    assert [item.event.tag for item in heard if item.event is not None] == ["{urn:e}one", "{urn:e}two"]


# ---- faults and ends


def test_a_broken_reply_fails_its_request_only() -> None:
    device = Device()
    device.on("get", lambda rpc: ok(rpc.message_id).replace(b"<ok/>", b"<data>\x00</data>"))
    with device.session() as session:
        with pytest.raises(MalformedMessage, match="well-formed"):
            session.call(op.get())
        assert session.call(op.lock("running")).ok


def test_a_broken_notification_fails_nothing() -> None:
    device = Device()
    with device.session() as session:
        device.say(b"<notification><eventTime>x</notification>")
        assert session.call(op.lock("running")).ok
        assert any("not well-formed" in entry.note for entry in session.wire.entries())


def test_garbage_ends_the_session() -> None:
    device = Device()
    device.silent("get")
    session = device.session()
    future = session.submit(op.get())
    device.wait_for("get")
    device.stream.write(b"garbage")
    assert isinstance(future.exception(10), AppError)
    assert session.closed
    with pytest.raises(SessionClosed, match="framing"):
        session.call(op.get())


def test_a_reply_over_the_limit_fails_its_request_only() -> None:
    device = Device()
    device.on("get", lambda rpc: data(rpc.message_id, "x" * 5000))
    with device.session(limits=Limits(message_size=2000)) as session:
        with pytest.raises(AppError, match="limit of 2,000 bytes"):
            session.call(op.get())
        assert session.call(op.lock("running")).ok


def test_the_device_goes_away() -> None:
    device = Device()
    device.silent("get")
    session = device.session()
    ends: list[AppError | None] = []
    session.on_closed(ends.append)
    future = session.submit(op.get())
    device.wait_for("get")
    device.stream.close()
    assert isinstance(future.exception(10), ConnectionLost)
    assert session.closed
    assert isinstance(session.error, ConnectionLost)
    session.on_closed(ends.append)
    assert ends == [session.error, session.error], "a late listener is told at once"
    session.close()
    with pytest.raises(SessionClosed):
        session.submit(op.get())


def test_the_connection_ends_in_the_middle_of_a_reply() -> None:
    device = Device()
    device.silent("get")
    session = device.session()
    future = session.submit(op.get())
    device.wait_for("get")
    device.stream.write(chunked(ok(1))[:-5])
    device.stream.close()
    assert "middle of a message" in str(future.exception(10))


def test_abort_wakes_all_who_wait() -> None:
    device = Device()
    device.silent("get")
    session = device.session()
    futures = [session.submit(op.get()) for _ in range(3)]
    session.abort()
    assert all(isinstance(future.exception(10), SessionClosed) for future in futures)
    assert session.error is None
    assert device.closed.wait(10)


def test_close_does_not_wait_for_a_silent_device() -> None:
    device = Device()
    device.silent("close-session")
    session = device.session()
    session.close(timeout=0.05)
    assert session.closed
    assert session.error is None


# ---- hello that does not come, or is wrong


def test_no_hello_in_time() -> None:
    device = Device(greet=False)
    with pytest.raises(ConnectFailed, match=r"no hello within 0\.05 seconds"):
        device.session(hello_timeout=0.05)
    assert device.closed.wait(10)


def test_a_hello_without_session_id() -> None:
    device = Device(greet=False)
    device.stream.write(hello() + b"]]>]]>")
    with pytest.raises(MalformedMessage, match="session-id") as caught:
        device.session()
    assert caught.value.advice
    assert device.closed.wait(10)


def test_the_connection_ends_before_the_hello() -> None:
    device = Device(greet=False)
    device.stream.close()
    with pytest.raises(ConnectionLost):
        device.session()


def test_cancel_while_waiting_for_the_hello() -> None:
    device = Device(greet=False)
    token = CancelToken()
    timer = threading.Timer(0.05, token.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        Session.open(device.client, settings=SessionSettings(), cancel=token)
    timer.join()
    assert device.closed.wait(10)


def test_an_interrupt_while_waiting_for_the_hello_leaves_no_connection() -> None:
    device = Device(greet=False)

    class Interrupted:
        def __getattr__(self, name: str) -> object:
            return getattr(device.client, name)

        def write(self, data: bytes) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Session.open(Interrupted())  # type: ignore[arg-type]
    assert device.closed.wait(10)


def test_the_record_of_a_session() -> None:
    device = Device()
    device.on("get", lambda rpc: device.data(rpc, "<password xmlns='urn:a'>hunter2</password>"))
    with device.session() as session:
        seen: list[str] = []
        session.wire.subscribe(lambda entry: seen.append(entry.kind))
        session.call(op.get())
        entries = session.wire.entries()
        assert [(entry.direction, entry.kind, entry.operation) for entry in entries] == [
            ("out", "hello", ""),
            ("in", "hello", ""),
            ("out", "rpc", "get"),
            ("in", "rpc-reply", "get"),
        ]
        assert entries[2].message_id == entries[3].message_id == "1"
        assert "hunter2" not in entries[3].text
        assert seen == ["rpc", "rpc-reply"]


def test_a_server_that_forgets_what_comes_with_the_hello_is_given_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("netconf_gui.session.session.time.sleep", slept.append)
    device = Device("http://netconfcentral.org/ns/yuma-types?module=yuma-types&revision=2012-06-01")
    with device.session() as session:
        assert session.profile.name == "netconfd"
        assert slept == [session.profile.settle]
        assert device.received == []
    assert session.profile.settle > 0
    with Device().session() as plain:
        assert plain.profile.settle == 0
    assert len(slept) == 1
