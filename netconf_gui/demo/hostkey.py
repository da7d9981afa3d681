"""The demo device's SSH host key: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netconf_gui.errors import WorkspaceError


def load_or_create(path: Path) -> paramiko.PKey:
    """The ed25519 key in the file; a new one is written there first if the file does not exist.

    Raises `WorkspaceError` if the file cannot be read, written or understood.
    """
    try:
        if not path.exists():
            _create(path)
        return paramiko.Ed25519Key.from_private_key_file(str(path))
    except (OSError, paramiko.SSHException, ValueError) as error:
        raise WorkspaceError(
            f"The demo device's host key {path} cannot be used: {error}.",
            advice="Remove the file; a new key is made at the next start.",
        ) from None


def _create(path: Path) -> None:
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        # a link does not replace: of two devices started at once, both use the key that was there first
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
