"""Passwords and passphrases: in the operating system's keyring, in memory, or nowhere.

Lives here: the only use of `keyring`, which is imported when first needed.  Every keyring call may block (unlock
prompts do): callers run them on a lane with a deadline, never on the GUI thread.  No secret is ever in a file, a
message or a repr.  Does not live here: asking people (`services.events.Interaction`).
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from netconf_gui.errors import WorkspaceError

SERVICE = "netconf_gui"
# the keyrings of the three systems, by name, so that a frozen program holds them; whatever else may be installed
# (a plaintext file calls itself a keyring too) is used only when the person names it in PYTHON_KEYRING_BACKEND
BACKENDS = (
    ("keyring.backends.macOS", "Keyring", "macOS Keychain"),
    ("keyring.backends.Windows", "WinVaultKeyring", "Windows Credential Manager"),
    ("keyring.backends.SecretService", "Keyring", "Secret Service"),
    ("keyring.backends.libsecret", "Keyring", "libsecret"),
    ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
)
NEVER = ("keyring.backends.fail", "keyring.backends.null", "keyring.backends.chainer", "keyrings.alt")
# the Windows credential store holds 2,560 bytes of UTF-16; the backend needs a little of it itself
WINDOWS_LIMIT = 1280


@dataclass(frozen=True, slots=True)
class KeyringInfo:
    """Which keyring there is: `name` for people, empty when none can be used; `reason` is a sentence either way."""

    name: str
    reason: str

    @property
    def available(self) -> bool:
        return bool(self.name)


def account_for(device_id: str, username: str, host: str, port: int) -> str:
    """The keyring account of a device's password; a device that is not in the inventory has no id."""
    host = f"[{host}]" if ":" in host else host
    return f"{device_id or 'target'}/{username}@{host}:{port}"


def account_for_key(key_file: str) -> str:
    """The keyring account of a private key's passphrase."""
    return f"key/{key_file}"


class CredentialStore:
    """Secrets by account: `keyring_*` block and raise `WorkspaceError`; `session_*` are memory only.

    `backend` replaces the search for a backend (any object with keyring's three methods).
    """

    def __init__(self, backend: Any = None) -> None:
        self._lock = threading.Lock()
        self._session: dict[str, str] = {}
        self._backend = backend
        self._name = type(backend).__name__ if backend is not None else ""

    def info(self) -> KeyringInfo:
        """Which backend is used, or why none is (blocking: it may start a D-Bus service)."""
        try:
            self._find()
        except WorkspaceError as error:
            return KeyringInfo("", error.message)
        return KeyringInfo(self._name, f"Passwords can be remembered in {self._name}.")

    def keyring_get(self, account: str) -> str | None:
        """The secret of an account, None when there is none; raises `WorkspaceError`."""
        backend = self._find()
        with _told("The keyring could not be read"):
            secret = backend.get_password(SERVICE, account)
        return secret if isinstance(secret, str) else None

    def keyring_set(self, account: str, secret: str) -> None:
        """Keep a secret; raises `WorkspaceError` (no backend, too long for Windows, locked, refused)."""
        backend = self._find()
        if _is_windows(backend) and len(secret) > WINDOWS_LIMIT:
            raise WorkspaceError(
                f"The secret has {len(secret)} characters. Windows keeps at most {WINDOWS_LIMIT}.",
                state="It was not remembered.",
                advice="Use it for this session, or ask every time.",
            )
        with _told("The keyring did not keep the secret"):
            backend.set_password(SERVICE, account, secret)

    def keyring_delete(self, account: str) -> None:
        """Forget a secret; one that is not there is no error; raises `WorkspaceError`."""
        backend = self._find()
        with _told("The keyring did not forget the secret"):
            if backend.get_password(SERVICE, account) is not None:
                backend.delete_password(SERVICE, account)

    def session_get(self, account: str) -> str | None:
        with self._lock:
            return self._session.get(account)

    def session_set(self, account: str, secret: str) -> None:
        with self._lock:
            self._session[account] = secret

    def session_forget(self, account: str | None = None) -> None:
        """Forget one secret, or all of them."""
        with self._lock:
            if account is None:
                self._session.clear()
            else:
                self._session.pop(account, None)

    def _find(self) -> Any:
        """The backend, looked for again after a failure (a keyring service may have been started since)."""
        if self._backend is None:
            self._backend, self._name = _find_backend()
        return self._backend


def _find_backend() -> tuple[Any, str]:
    chosen = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    if chosen.startswith(NEVER):
        raise _none(f"{chosen} was chosen, which keeps no secret safe.")
    if chosen:
        module, _, name = chosen.rpartition(".")
        found = _try_backend(module, name)
        if found is None:
            raise _none(f"{chosen} was chosen and cannot be used.")
        return found, name
    candidates = [(module, name, label) for module, name, label in BACKENDS if _may_exist(module)]
    for module, name, label in candidates:
        found = _try_backend(module, name)
        if found is not None:
            return found, label
    tried = ", ".join(label for _, _, label in candidates)
    raise _none(f"Tried: {tried}.")


def _may_exist(module: str) -> bool:
    """Backends of other systems need not be tried."""
    system = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, "")
    own = module.rpartition(".")[2]
    return own == system if system or own in ("macOS", "Windows") else True


def _try_backend(module: str, name: str) -> Any:
    errors = importlib.import_module("keyring.errors")
    try:
        backend = getattr(importlib.import_module(module), name)
        # priority raises RuntimeError when the backend cannot work here; it starts a D-Bus service when it must
        return backend() if backend.priority > 0 else None
    except (ImportError, AttributeError, RuntimeError, OSError, errors.KeyringError):
        return None


def _none(why: str) -> WorkspaceError:
    return WorkspaceError(
        f"No keyring of this system can be used, so passwords cannot be remembered. {why}",
        advice="Use a password for this session, or be asked every time.",
    )


def _is_windows(backend: Any) -> bool:
    return type(backend).__name__ == "WinVaultKeyring"


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Backend errors as `WorkspaceError`; their own texts name services and prompts, never the secret."""
    try:
        yield
    except _backend_errors() as error:
        reason = str(error) or type(error).__name__
        raise WorkspaceError(
            f"{what}: {reason}.",
            state="Nothing was remembered or forgotten.",
            advice="Unlock the keyring and try again, or use the password for this session.",
        ) from error


def _backend_errors() -> tuple[type[Exception], ...]:
    found: list[type[Exception]] = [importlib.import_module("keyring.errors").KeyringError, OSError, RuntimeError]
    for module, name in (("secretstorage.exceptions", "SecretStorageException"), ("jeepney", "DBusErrorResponse")):
        try:
            found.append(getattr(importlib.import_module(module), name))
        except (ImportError, AttributeError):  # only where the Secret Service is
            continue
    return tuple(found)
