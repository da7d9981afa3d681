"""Who we are to TLS callers: which client certificate is prepared before it is known who has called.

A certificate is chosen when the handshake begins, and shown only after the caller was recognised.  Where the choice was
wrong, nothing was shown: the device is expected at its next call.  Keys are unlocked when waiting begins or a caller is
accepted, never because somebody calls.  Does not live here: reading keys (`transport.tls_identity`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from netconf_gui.errors import AppError, AuthenticationFailed
from netconf_gui.services.connect_tls import tls_target
from netconf_gui.services.recognition import Recognition
from netconf_gui.transport import tls_identity
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.callhome import TlsCaller
from netconf_gui.transport.tls_identity import Identity, PassphraseSource
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace

Files = tuple[str, str]  # certificate, key; both empty: none is shown


class Unlocker(PassphraseSource, Protocol):
    """Where passphrases come from, told when one was right."""

    def accepted(self) -> object:
        """Remember what was typed, as the person chose."""
        ...


class _Nobody:
    """There is nobody to be asked for a passphrase."""

    def passphrase(self, key_file: str, attempt: int) -> str | None:
        return None


class Identities:
    """Identities by their files, read once."""

    def __init__(self, workspace: Workspace, recognition: Recognition) -> None:
        self._workspace = workspace
        self._recognition = recognition
        self._lock = threading.Lock()
        self._read: dict[Files, Identity] = {}
        self._expected: dict[str, Files] = {}  # by the host of a call that could not go on

    def unlock(self, secrets_for: Callable[[Device | None], Unlocker], only: Device | None = None) -> tuple[str, ...]:
        """Read all that may be needed, passphrases asked for (blocking); what cannot be used, in sentences.

        The device is None for the certificate in the settings.  `only`: what this one device needs.
        """
        told: list[str] = []
        owners: dict[Files, Device | None] = {self._settings_files(): None}
        owners |= {self._files_of(device): device for device in self._recognition.devices("tls")}
        if only is not None:
            owners = {self._files_of(only): only}
        with self._lock:
            for files in owners:
                self._read.pop(files, None)  # it may have been renewed
        for files, owner in owners.items():
            if any(files):
                try:
                    secrets = secrets_for(owner)
                    self._load(files, secrets)
                    secrets.accepted()
                except AppError as error:
                    told.append(error.message)
        return tuple(told)

    def for_host(self, host: str) -> Identity | None:
        """The identity to prepare for a call from there; None: none is shown."""
        devices = self._recognition.devices("tls")
        with self._lock:
            files = self._expected.get(host)
        if files is None:
            files = next((self._files_of(device) for device in devices if device.host == host), None)
        if files is None:
            shared = {self._files_of(device) for device in devices}
            files = shared.pop() if len(shared) == 1 else self._settings_files()
        try:
            return self._load(files, _Nobody())
        except AppError:
            return None  # it is told when the device is recognised

    def fits(self, device: Device, caller: TlsCaller) -> bool:
        """Whether what was prepared for the caller is what the device is to be shown."""
        try:
            wanted = self._load(self._files_of(device), _Nobody())
        except AppError:
            return False
        return wanted is caller.identity

    def prepare(self, device: Device, host: str) -> str:
        """Have the right one ready for the device's next call; what happens now, in a sentence."""
        files = self._files_of(device)
        try:
            self._load(files, _Nobody())
        except AuthenticationFailed:
            return (
                f"It is {device.name}, but the key of your certificate is locked. Take no more calls, then take "
                "them again, and give its passphrase."
            )
        except AppError as error:
            return f"It is {device.name}, but {error.message[:1].lower()}{error.message[1:]}"
        with self._lock:
            self._expected[host] = files
        return f"It is {device.name}. It is connected when it calls again: its own certificate is ready now."

    def _files_of(self, device: Device) -> Files:
        own = _files(device)
        return own if any(own) else self._settings_files()

    def _settings_files(self) -> Files:
        settings = self._workspace.settings.call_home
        return settings.certificate, settings.private_key

    def _load(self, files: Files, secrets: PassphraseSource) -> Identity | None:
        if not any(files):
            return None
        with self._lock:
            known = self._read.get(files)
        if known is not None:
            return known
        identity = Attempt("call home").run(lambda attempt: tls_identity.load(*files, secrets, attempt), None)
        assert identity is not None
        with self._lock:
            return self._read.setdefault(files, identity)


def _files(device: Device) -> Files:
    target = tls_target(device)
    return target.certificate, target.private_key
