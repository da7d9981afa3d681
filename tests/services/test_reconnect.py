"""Coming back: how long is waited, what a further try can help, and that nobody is asked."""

from __future__ import annotations

import pytest

from netconf_gui.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectFailed,
    ConnectionLost,
    HostKey,
    HostKeyChanged,
    HostKeyUnknown,
    NoCommonAlgorithm,
    ProtocolError,
    SessionLimit,
    WorkspaceError,
)
from netconf_gui.services.connect import connect
from netconf_gui.services.events import CredentialKind, CredentialRequest
from netconf_gui.services.reconnect import Backoff, Unattended, why_stopped, worth_trying
from netconf_gui.workspace.inventory import CredentialPolicy
from tests.services.conftest import PASSWORD, Box, Person

KEY = HostKey("h", 830, "ssh-ed25519", "SHA256:x", "")


def test_pauses_grow_up_to_a_limit_and_are_spread() -> None:
    backoff = Backoff(first=1.0, most=60.0, spread=0.2)
    assert [backoff.pause(number, lambda: 0.5) for number in (1, 2, 3, 7, 8, 500)] == [1, 2, 4, 60, 60, 60]
    assert backoff.pause(1, lambda: 0.0) == pytest.approx(0.8)
    assert backoff.pause(9, lambda: 1.0) == pytest.approx(72.0)
    assert 0.8 <= backoff.pause(1) <= 1.2


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ConnectFailed("no"), True),
        (ConnectionLost("no"), True),
        (ProtocolError("no"), True),
        (AuthenticationFailed("no"), False),
        (HostKeyUnknown("no", KEY), False),
        (HostKeyChanged("no", KEY, ()), False),
        (SessionLimit("no"), False),
        (NoCommonAlgorithm("no"), False),
        (WorkspaceError("no"), False),
        (Cancelled(), False),
        (RuntimeError(), False),
    ],
)
def test_what_a_further_try_can_help(error: BaseException, again: bool) -> None:
    assert worth_trying(error) is again


def test_why_it_ended_is_said() -> None:
    assert why_stopped(WorkspaceError("The disk is full."), None) == "The disk is full"
    wanted = CredentialRequest(CredentialKind.PASSWORD, "box", "u", "h", 1)
    assert why_stopped(AuthenticationFailed("no"), wanted) == "it asks to sign in again"
    assert why_stopped(RuntimeError(), None) == "something unexpected happened"


def test_a_try_that_nobody_watches_trusts_nothing(box: Box) -> None:
    with pytest.raises(HostKeyUnknown):
        connect(box.entry(), Unattended(), box.workspace)


def test_a_refused_password_is_one_refused_password(box: Box) -> None:
    """What is known is tried once; nobody is asked for another."""
    from netconf_gui.services.events import CredentialAnswer

    device = box.workspace.inventory.put(box.entry(credential_policy=CredentialPolicy.SESSION))
    first = Person([CredentialAnswer(PASSWORD, policy=CredentialPolicy.SESSION)])
    connect(device, first, box.workspace).close()
    nobody = Unattended()
    connect(device, nobody, box.workspace).close()
    assert nobody.wanted is None
    store = box.workspace.credentials
    (account,) = store._session
    store.session_set(account, "changed meanwhile")
    with pytest.raises(AuthenticationFailed):
        connect(device, nobody, box.workspace)
    assert nobody.wanted is not None
    assert nobody.wanted.reason == "The password of this session was refused."
