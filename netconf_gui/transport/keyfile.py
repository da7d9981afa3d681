"""Private key files of every format that OpenSSH, PuTTY's exports and openssl write, as paramiko keys.

paramiko reads its own choice of containers; cryptography reads all, so keys are loaded there and handed over in memory.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from netconf_gui import log

_MAGIC = b"openssh-key-v1\0"


class UnusableKeyError(Exception):
    """The file cannot be read, or holds no private key of a type that SSH uses here; says which."""


def load(path: Path, passphrase: str | None) -> paramiko.PKey | None:
    """The private key in a file; None when it is encrypted and `passphrase` is missing or wrong.

    Raises `UnusableKeyError`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableKeyError(f"The key file {path} cannot be read: {error.strerror}.") from error
    secret = passphrase.encode() if passphrase is not None else None
    reader = (
        serialization.load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else serialization.load_pem_private_key
    )
    with log.guard(passphrase or ""):
        try:
            loaded = reader(data, secret)
        except TypeError:  # encrypted and no passphrase, or a passphrase for a key that needs none
            return None if secret is None else load(path, None)
        except ValueError as error:
            if secret is not None:
                return None  # wrong passphrase
            raise UnusableKeyError(f"The key file {path} holds no private key that can be used.") from error
        except UnsupportedAlgorithm as error:
            raise UnusableKeyError(f"The key file {path} uses something that is not supported: {error}.") from error
    return _for_paramiko(path, loaded)


def _for_paramiko(path: Path, loaded: object) -> paramiko.PKey:
    classes: tuple[tuple[type, type[paramiko.PKey]], ...] = (
        (ed25519.Ed25519PrivateKey, paramiko.Ed25519Key),
        (ec.EllipticCurvePrivateKey, paramiko.ECDSAKey),
        (rsa.RSAPrivateKey, paramiko.RSAKey),
    )
    for kind, key_class in classes:
        if isinstance(loaded, kind):
            text = loaded.private_bytes(  # type: ignore[attr-defined]
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
            )
            return key_class.from_private_key(io.StringIO(text.decode()))
    raise UnusableKeyError(
        f"The key file {path} holds a key of a type that is not supported (ed25519, ecdsa and rsa are)."
    )


def public_blob(path: Path) -> bytes | None:
    """The public key that belongs to a key file, without any passphrase; None where the files do not tell.

    It stands in clear in OpenSSH's format, otherwise in the `.pub` file beside (or in the file itself).
    """
    for candidate in (path, path.with_name(path.name + ".pub")):
        try:
            blob = _public_part(candidate.read_bytes())
        except (OSError, ValueError, struct.error, IndexError):
            continue
        if blob is not None:
            return blob
    return None


def _public_part(data: bytes) -> bytes | None:
    if data.startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return base64.b64decode(data.split()[1], validate=True)
    if b"OPENSSH PRIVATE KEY" not in data:
        return None
    raw = binascii.a2b_base64(b"".join(line for line in data.splitlines() if not line.startswith(b"-----")))
    if not raw.startswith(_MAGIC):
        return None
    offset = len(_MAGIC)
    for _ in range(3):  # cipher, key derivation, its options
        (length,) = struct.unpack_from(">I", raw, offset)
        offset += 4 + int(length)
    offset += 4  # the number of keys, one
    (length,) = struct.unpack_from(">I", raw, offset)
    return raw[offset + 4 : offset + 4 + int(length)]
