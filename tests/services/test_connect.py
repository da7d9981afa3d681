"""Connecting: who is asked for what, what is remembered where, and that no secret is in any file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import AuthenticationFailed, Cancelled, HostKeyUnknown
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.events import CredentialAnswer, CredentialKind, Event, Progress
from netconf_gui.services.secrets import KeyringAccess
from netconf_gui.transport import ssh
from netconf_gui.workspace.credentials import SERVICE, CredentialStore
from netconf_gui.workspace.inventory import CredentialPolicy, Device
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import PASSWORD, WAIT, Box, MemoryKeyring, Person, StuckKeyring


def answer(secret: str, policy: CredentialPolicy = CredentialPolicy.ASK) -> CredentialAnswer:
    return CredentialAnswer(secret, policy=policy)


def account(box: Box) -> str:
    return f"box1/demo@127.0.0.1:{box.server.port}"


def kept(workspace: Workspace) -> dict[tuple[str, str], str]:
    backend = workspace.credentials._backend
    assert isinstance(backend, MemoryKeyring)
    return backend.kept


def test_a_person_is_shown_the_key_and_asked_for_the_password(box: Box) -> None:
    person = Person([answer(PASSWORD)])
    events: list[Event] = []
    session = connect(box.entry(), person, box.workspace, on_event=events.append)
    assert session.capabilities.candidate
    assert [key.fingerprint for key in person.keys] == [box.server.host_key_fingerprint]
    request = person.asked[0]
    assert (request.kind, request.device, request.username, request.attempt) == (
        CredentialKind.PASSWORD, "box", "demo", 1,
    )  # fmt: skip
    assert request.policies == tuple(CredentialPolicy)
    assert request.keyring_name == "MemoryKeyring"
    assert any(isinstance(event, Progress) for event in events)
    session.close()


@pytest.mark.parametrize("use_agent", [True, False])
def test_the_usual_key_files_are_offered_only_where_keys_were_chosen(
    box: Box, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, use_agent: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    private = ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(b"locked")
    )
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_bytes(private)
    person = Person([None, answer(PASSWORD)] if use_agent else [answer(PASSWORD)])
    box.sessions.append(connect(box.entry(use_agent=use_agent), person, box.workspace))
    assert [request.kind for request in person.asked] == [CredentialKind.PASSPHRASE] * use_agent + [
        CredentialKind.PASSWORD
    ]


def test_a_write_that_gets_nowhere_ends_with_the_time_out_of_requests(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ssh.Tuning] = []
    original = ssh.connect

    def look(*arguments: Any, tuning: ssh.Tuning, **options: Any) -> Any:
        seen.append(tuning)
        return original(*arguments, tuning=tuning, **options)

    monkeypatch.setattr(ssh, "connect", look)
    box.connect()
    assert [tuning.write_timeout for tuning in seen] == [box.workspace.settings.connection.rpc_timeout]


def test_a_key_that_was_accepted_is_not_asked_about_again(box: Box) -> None:
    connect(box.entry(), Person([answer(PASSWORD)]), box.workspace).close()
    person = Person([answer(PASSWORD)])
    connect(box.entry(), person, box.workspace).close()
    assert person.keys == []


def test_a_key_that_is_not_trusted_ends_it_before_any_password(box: Box) -> None:
    person = Person([answer(PASSWORD)], trusts=False)
    with pytest.raises(HostKeyUnknown) as caught:
        connect(box.entry(), person, box.workspace)
    assert caught.value.key.fingerprint == box.server.host_key_fingerprint
    assert person.asked == []
    assert not box.workspace.locations.known_hosts_file.exists()


def test_only_the_named_fingerprint_is_accepted_beforehand(box: Box) -> None:
    options = ConnectOptions(password=PASSWORD, accept_host_keys=("SHA256:somethingelse",))
    with pytest.raises(HostKeyUnknown):
        connect(box.entry(), Person(trusts=False), box.workspace, options=options)


def test_the_keyring_remembers_and_is_asked_first(box: Box) -> None:
    device = box.workspace.inventory.put(box.entry())
    connect(device, Person([answer(PASSWORD, CredentialPolicy.KEYRING)]), box.workspace).close()
    assert kept(box.workspace) == {(SERVICE, account(box)): PASSWORD}
    again = box.workspace.inventory.device("box1")
    assert again is not None
    assert again.credential_policy is CredentialPolicy.KEYRING
    nobody = Person()
    connect(again, nobody, box.workspace).close()
    assert nobody.asked == []


def test_a_refused_password_of_the_keyring_is_asked_again_and_replaced(box: Box) -> None:
    kept(box.workspace)[SERVICE, account(box)] = "what it was last year"
    device = box.workspace.inventory.put(box.entry(credential_policy=CredentialPolicy.KEYRING))
    person = Person([answer(PASSWORD, CredentialPolicy.KEYRING)])
    connect(device, person, box.workspace).close()
    assert person.asked[0].reason == "The password from the keyring was refused."
    assert person.asked[0].policy is CredentialPolicy.KEYRING
    assert kept(box.workspace) == {(SERVICE, account(box)): PASSWORD}


def test_a_password_for_this_session_is_in_memory_only(box: Box) -> None:
    connect(box.entry(), Person([answer(PASSWORD, CredentialPolicy.SESSION)]), box.workspace).close()
    nobody = Person()
    connect(box.entry(), nobody, box.workspace).close()
    assert nobody.asked == []
    assert kept(box.workspace) == {}


def test_asked_every_time_means_every_time(box: Box) -> None:
    for _ in range(2):
        person = Person([answer(PASSWORD, CredentialPolicy.ASK)])
        connect(box.entry(), person, box.workspace).close()
        assert len(person.asked) == 1


def test_leaving_the_keyring_removes_the_secret_from_it(box: Box) -> None:
    kept(box.workspace)[SERVICE, account(box)] = "old"
    device = box.workspace.inventory.put(box.entry(credential_policy=CredentialPolicy.KEYRING))
    connect(device, Person([answer(PASSWORD, CredentialPolicy.ASK)]), box.workspace).close()
    assert kept(box.workspace) == {}


def test_a_wrong_password_is_asked_again_with_the_reason_and_never_remembered(box: Box) -> None:
    person = Person([answer("wrong", CredentialPolicy.KEYRING), answer(PASSWORD, CredentialPolicy.SESSION)])
    connect(box.entry(), person, box.workspace).close()
    assert [request.attempt for request in person.asked] == [1, 2]
    assert person.asked[1].reason
    assert kept(box.workspace) == {}


def test_giving_up_is_an_authentication_failure(box: Box) -> None:
    with pytest.raises(AuthenticationFailed):
        connect(box.entry(), Person([None]), box.workspace)


def test_no_keyring_is_said_and_not_offered(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    plain = replace(box.workspace, credentials=CredentialStore())
    person = Person([answer(PASSWORD)])
    connect(box.entry(credential_policy=CredentialPolicy.KEYRING), person, plain).close()
    assert person.asked[0].policies == (CredentialPolicy.SESSION, CredentialPolicy.ASK)
    assert person.asked[0].keyring_name == ""
    assert "No keyring" in person.asked[0].keyring_reason


def test_a_keyring_that_hangs_is_abandoned(box: Box) -> None:
    stuck = StuckKeyring()
    access = KeyringAccess(CredentialStore(stuck), 0.05)
    with pytest.raises(Exception, match="did not come back"):
        access.get("account")
    stuck.answered.set()


def test_a_cancel_at_the_keyring_gives_control_back(box: Box) -> None:
    stuck = StuckKeyring()
    workspace = replace(box.workspace, credentials=CredentialStore(stuck))
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as pool:
        device = box.entry(credential_policy=CredentialPolicy.KEYRING)
        future = pool.submit(connect, device, Person(), workspace, cancel=cancel)
        assert stuck.asked.wait(WAIT)
        cancel.cancel()
        with pytest.raises(Cancelled):
            future.result(WAIT)
        stuck.answered.set()


def test_a_cancel_while_the_hello_is_awaited_gives_control_back(box_of: Callable[..., Box]) -> None:
    box = box_of("standard", Fault("hello", Action.WRONG_HELLO, kind="never"))
    cancel = CancelToken()
    waiting = threading.Event()

    def seen(event: Event) -> None:
        if isinstance(event, Progress) and event.text == "Exchanging hellos":
            waiting.set()

    with ThreadPoolExecutor(1) as pool:
        person = Person([answer(PASSWORD)])
        future = pool.submit(connect, box.entry(), person, box.workspace, cancel=cancel, on_event=seen)
        assert waiting.wait(WAIT)
        cancel.cancel()
        with pytest.raises(Cancelled):
            future.result(WAIT)


def test_no_file_and_no_log_holds_the_password(box: Box, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    device = box.workspace.inventory.put(box.entry())
    person = Person([answer("wrong-Secret-1"), answer(PASSWORD, CredentialPolicy.KEYRING)])
    session = connect(device, person, box.workspace)
    session.close()
    with pytest.raises(AuthenticationFailed) as caught:
        refused = Device("", "x", "127.0.0.1", box.server.port, "demo", use_agent=False)
        connect(refused, Person([answer("wrong-Secret-2")]), box.workspace)
    everything = caplog.text + caught.value.full_text() + repr(person.asked) + repr(answer(PASSWORD))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "known_hosts" for path in files)
    for secret in (PASSWORD, "wrong-Secret-1", "wrong-Secret-2"):
        assert secret not in everything
        for path in files:
            assert secret.encode() not in path.read_bytes(), path
