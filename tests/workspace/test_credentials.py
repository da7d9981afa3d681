"""Credentials: which keyring is used, when none is, and that secrets stay out of everything else."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import keyring.errors
import pytest

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace import credentials
from netconf_gui.workspace.credentials import (
    SERVICE,
    WINDOWS_LIMIT,
    CredentialStore,
    account_for,
    account_for_key,
)


class MemoryKeyring:
    """keyring's three methods over a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, account: str) -> str | None:
        return self.kept.get((service, account))

    def set_password(self, service: str, account: str, secret: str) -> None:
        self.kept[service, account] = secret

    def delete_password(self, service: str, account: str) -> None:
        if (service, account) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not found")
        del self.kept[service, account]


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, account: str) -> str | None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection")

    def set_password(self, service: str, account: str, secret: str) -> None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection")


class WinVaultKeyring(MemoryKeyring):
    """By name, what Windows has."""


def test_a_secret_is_kept_by_service_and_account() -> None:
    backend = MemoryKeyring()
    store = CredentialStore(backend)
    account = account_for("d1", "ops", "192.0.2.1", 830)
    store.keyring_set(account, "hunter2")
    assert backend.kept == {(SERVICE, "d1/ops@192.0.2.1:830"): "hunter2"}
    assert store.keyring_get(account) == "hunter2"
    store.keyring_delete(account)
    store.keyring_delete(account)
    assert store.keyring_get(account) is None


def test_accounts_of_devices_users_and_keys_never_meet() -> None:
    accounts = [
        account_for("d1", "ops", "h", 830),
        account_for("d2", "ops", "h", 830),
        account_for("", "ops", "h", 830),
        account_for("d1", "ops", "h", 22),
        account_for("d1", "", "2001:db8::1", 22),
        account_for_key("/home/ops/.ssh/id_ed25519"),
    ]
    assert len(set(accounts)) == len(accounts)


def test_a_locked_keyring_is_said_without_the_secret() -> None:
    store = CredentialStore(LockedKeyring())
    with pytest.raises(WorkspaceError, match="Failed to unlock") as caught:
        store.keyring_set("a", "hunter2")
    assert "hunter2" not in caught.value.full_text()
    with pytest.raises(WorkspaceError, match="could not be read"):
        store.keyring_get("a")


def test_windows_limit_is_told_before_windows_fails() -> None:
    store = CredentialStore(WinVaultKeyring())
    store.keyring_set("a", "x" * WINDOWS_LIMIT)
    with pytest.raises(WorkspaceError, match=f"at most {WINDOWS_LIMIT}"):
        store.keyring_set("a", "x" * (WINDOWS_LIMIT + 1))


@pytest.mark.parametrize(
    "chosen",
    ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring"],
)
def test_backends_that_keep_nothing_safe_are_refused_even_when_chosen(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", chosen)
    info = CredentialStore().info()
    assert not info.available
    assert "No keyring of this system can be used" in info.reason
    assert chosen in info.reason


def test_no_backend_at_all_is_said_plainly_and_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    found: list[Any] = []
    monkeypatch.setattr(credentials, "_try_backend", lambda module, name: found[0] if found else None)
    store = CredentialStore()
    assert not store.info().available
    with pytest.raises(WorkspaceError, match="cannot be remembered"):
        store.keyring_get("a")
    found.append(MemoryKeyring())
    assert store.info().available
    assert store.info().name in store.info().reason
    assert store.keyring_get("a") is None


def test_session_memory_forgets_one_or_all() -> None:
    store = CredentialStore(MemoryKeyring())
    store.session_set("a", "1")
    store.session_set("b", "2")
    store.session_forget("a")
    assert (store.session_get("a"), store.session_get("b")) == (None, "2")
    store.session_forget()
    assert store.session_get("b") is None


def test_keyring_is_imported_only_when_it_is_needed() -> None:
    code = (
        "import sys, netconf_gui.workspace.workspace as w; assert 'keyring' not in sys.modules;"
        "w.CredentialStore().session_set('a', 'b'); assert 'keyring' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
