"""Typed operations: what is sent, what comes back, what is refused beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, CapabilityMissing, MalformedMessage, RpcError, RpcFailed
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.xml import parse
from netconf_gui.session import datastores as ds
from netconf_gui.session.session import Session
from tests.session.device import CAP, FULL, Device

A = parse(b"<a xmlns='urn:a'/>")
NMDA = f"{CAP}yang-library:1.1?revision=2019-01-04&content-id=1"

DONE: list[tuple[str, Callable[[Session], tuple[RpcError, ...]]]] = [
    ("edit-config", lambda s: ds.edit_config(s, "candidate", A, test_option="test-then-set")),
    ("edit-config", lambda s: ds.edit_config(s, "running", A, error_option="rollback-on-error")),
    ("edit-data", lambda s: ds.edit_data(s, "running", A)),
    ("copy-config", lambda s: ds.copy_config(s, "startup", "running")),
    ("delete-config", lambda s: ds.delete_config(s, "startup")),
    ("lock", lambda s: ds.lock(s, "candidate")),
    ("unlock", lambda s: ds.unlock(s, "candidate")),
    ("validate", lambda s: ds.validate(s)),
    ("commit", lambda s: ds.commit(s, confirmed=True, confirm_timeout=10, persist="x")),
    ("cancel-commit", lambda s: ds.cancel_commit(s, "x")),
    ("discard-changes", lambda s: ds.discard_changes(s)),
    ("kill-session", lambda s: ds.kill_session(s, 7)),
]


@pytest.mark.parametrize(("name", "work"), DONE, ids=[f"{n}-{item[0]}" for n, item in enumerate(DONE)])
def test_done_with_warnings_or_refused_with_all_errors(
    name: str, work: Callable[[Session], tuple[RpcError, ...]]
) -> None:
    device = Device(*FULL, NMDA)
    with device.session() as session:
        assert work(session) == ()
        device.on(name, lambda rpc: device.ok(rpc, RpcError(severity="warning", message="soon full")))
        (warning,) = work(session)
        assert warning.message == "soon full"
        device.on(name, lambda rpc: device.errors(rpc, RpcError(tag="in-use"), RpcError(tag="access-denied")))
        with pytest.raises(RpcFailed) as failed:
            work(session)
        assert failed.value.tags == ("in-use", "access-denied")
        assert failed.value.operation == name
    assert device.received == [name] * 3 + ["close-session"]


def test_data() -> None:
    device = Device(*FULL, NMDA)
    for name in ("get", "get-config", "get-data"):
        device.on(name, lambda rpc: device.data(rpc, "<a xmlns='urn:a'>1</a>"))
    with device.session() as session:
        assert ds.get_config(session, "candidate", filter_xml=A, with_defaults="report-all")[0].text == "1"
        assert ds.get(session, xpath="/x:a", namespaces={"x": "urn:a"})[0].text == "1"
        assert ds.get_data(session)[0].text == "1"
        device.on("get", device.ok)
        with pytest.raises(MalformedMessage, match="neither data nor an error"):
            ds.get(session)


def test_any_rpc() -> None:
    device = Device()
    device.on("reboot", lambda rpc: device.data(rpc, "soon"))
    with device.session() as session:
        assert ds.rpc(session, parse(b"<rpc><reboot xmlns='urn:x'/></rpc>")).data is not None


def test_lock_denied_names_the_holder() -> None:
    device = Device()
    denied = RpcError(type="protocol", tag="lock-denied", info=(("session-id", "9"),))
    device.on("lock", lambda rpc: device.errors(rpc, denied))
    with device.session() as session, pytest.raises(RpcFailed) as failed:
        ds.lock(session, "running")
    assert failed.value.errors[0].session_id == 9


MISSING: list[tuple[str, Callable[[Session], object]]] = [
    ("candidate", lambda s: ds.lock(s, "candidate")),
    ("candidate", lambda s: ds.get_config(s, "candidate")),
    ("candidate", lambda s: ds.commit(s)),
    ("candidate", lambda s: ds.discard_changes(s)),
    ("startup", lambda s: ds.copy_config(s, "startup", "running")),
    ("writable-running", lambda s: ds.edit_config(s, "running", A)),
    ("validate", lambda s: ds.validate(s, "running")),
    ("confirmed-commit", lambda s: ds.cancel_commit(s)),
    ("url", lambda s: ds.copy_config(s, "ftp://h/x", "running")),
    ("xpath", lambda s: ds.get(s, xpath="/a")),
    ("with-defaults", lambda s: ds.get_config(s, with_defaults="trim")),
    ("yang-library", lambda s: ds.get_data(s)),
]


@pytest.mark.parametrize(("name", "work"), MISSING, ids=[f"{n}-{item[0]}" for n, item in enumerate(MISSING)])
def test_what_the_device_cannot_do_is_not_sent(name: str, work: Callable[[Session], object]) -> None:
    device = Device()
    with device.session() as session, pytest.raises(CapabilityMissing, match=name) as missing:
        work(session)
    assert f":{name}" in missing.value.capability
    assert missing.value.state == "Nothing was sent."
    assert device.received == ["close-session"]


@pytest.mark.parametrize(
    ("uris", "name", "work"),
    [
        ([f"{CAP}candidate:1.0"], "confirmed-commit", lambda s: ds.commit(s, confirmed=True)),
        (
            [f"{CAP}candidate:1.0", f"{CAP}confirmed-commit:1.0"],
            "confirmed-commit:1.1",
            lambda s: ds.commit(s, persist="x"),
        ),
        ([f"{CAP}candidate:1.0"], "validate", lambda s: ds.edit_config(s, "candidate", A, test_option="set")),
        (
            [f"{CAP}candidate:1.0", f"{CAP}validate:1.0"],
            "validate:1.1",
            lambda s: ds.edit_config(s, "candidate", A, test_option="test-only"),
        ),
        (
            [f"{CAP}candidate:1.0"],
            "rollback-on-error",
            lambda s: ds.edit_config(s, "candidate", A, error_option="rollback-on-error"),
        ),
        ([f"{CAP}url:1.0?scheme=http"], "url", lambda s: ds.validate(s, "ftp://h/x")),
    ],
)
def test_half_a_capability_is_not_enough(uris: list[str], name: str, work: Callable[[Session], object]) -> None:
    device = Device(*uris)
    if name == "url":
        device = Device(*uris, f"{CAP}validate:1.1")
    with device.session() as session, pytest.raises(CapabilityMissing, match=name):
        work(session)


def test_cancel_reaches_the_session() -> None:
    token = CancelToken()
    token.cancel()
    with Device(*FULL).session() as session, pytest.raises(Cancelled):
        ds.get_config(session, cancel=token)


@pytest.mark.parametrize(
    ("uri", "mode"),
    [
        (None, None),
        ("?basic-mode=explicit", "explicit"),
        ("?basic-mode=report-all&also-supported=trim,explicit", "explicit"),
        ("?basic-mode=trim&also-supported=report-all", "trim"),
        ("?also-supported=trim", None),
    ],
)
def test_the_mode_for_editing(uri: str | None, mode: str | None) -> None:
    uris = [f"{CAP}with-defaults:1.0{uri}"] if uri is not None else []
    assert ds.editing_with_defaults(Capabilities(uris)) == mode


def test_which_datastores_there_are() -> None:
    assert ds.datastores(Capabilities(FULL)) == ("candidate", "running", "startup")
    assert ds.datastores(Capabilities([])) == ("running",)
