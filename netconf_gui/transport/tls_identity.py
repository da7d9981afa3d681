"""Who we are to a TLS server: the client's certificate and key (RFC 7589, section 4).

Lives here: reading them (PEM or PKCS#12, with a passphrase if need be) and handing them to OpenSSL, which wants a file:
the key is written encrypted with a random passphrase, readable by us alone, and the file is gone before anything else
happens.  Does not live here: where passphrases come from (`services.secrets`).
"""

from __future__ import annotations

import os
import secrets as randomness
import shutil
import ssl
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from netconf_gui import log
from netconf_gui.errors import AuthenticationFailed, ConnectFailed
from netconf_gui.transport import tls_alerts
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.tls_certificate import common_name, readable

Read = TypeVar("Read")

ATTEMPTS = 3
_PKCS12_SUFFIXES = (".p12", ".pfx")


class PassphraseSource(Protocol):
    """Where passphrases come from; None means that the person gives up.  Called on another thread; may block."""

    def passphrase(self, key_file: str, attempt: int) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its chain, and its key."""

    certificates: tuple[x509.Certificate, ...]
    key: PrivateKeyTypes = field(repr=False)

    @property
    def subject(self) -> str:
        return readable(self.certificates[0].subject)

    @property
    def user(self) -> str:
        """The common name, which servers often take for the user's; empty without one."""
        return common_name(self.certificates[0])

    @property
    def note(self) -> str:
        """What is wrong with it by the clock, a sentence; servers decide by theirs."""
        now, own = datetime.now(UTC), self.certificates[0]
        if now > own.not_valid_after_utc:
            return f"Your certificate ({self.subject}) expired on {own.not_valid_after_utc:%Y-%m-%d}."
        if now < own.not_valid_before_utc:
            return f"Your certificate ({self.subject}) is not valid before {own.not_valid_before_utc:%Y-%m-%d}."
        return ""


class _LockedError(Exception):
    """A passphrase is missing or wrong."""


def load(certificate: str, private_key: str, secrets: PassphraseSource, attempt: Attempt) -> Identity | None:
    """The identity in the files named; None where none is.  An empty `private_key` means that the certificate's file
    holds the key too.

    Raises `ConnectFailed` (files), `AuthenticationFailed` (the passphrase was not given).
    """
    if not certificate:
        if private_key:
            raise _unusable(private_key, "a certificate belongs to it, and none is named")
        return None
    data = _read(certificate)
    if _is_pkcs12(certificate, data):
        return _unlocked(certificate, secrets, attempt, lambda secret: _from_pkcs12(certificate, data, secret))
    key_file = private_key or certificate
    key_data = _read(key_file) if private_key else data
    chain = _certificates(certificate, data)
    key = _unlocked(key_file, secrets, attempt, lambda secret: _key(key_file, key_data, secret))
    return _matching(key_file, chain, key)


def _read(name: str) -> bytes:
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise _unusable(name, f"it cannot be read ({error.strerror or error})") from error


def _is_pkcs12(name: str, data: bytes) -> bool:
    return name.lower().endswith(_PKCS12_SUFFIXES) or (data[:1] == b"\x30" and b"-----BEGIN" not in data)


def _certificates(name: str, data: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except ValueError as error:
        raise _unusable(name, "it holds no certificate (PEM or PKCS#12)") from error


def _key(name: str, data: bytes, secret: bytes | None) -> PrivateKeyTypes:
    """The private key of a PEM file; raises `_LockedError`."""
    try:
        if b"OPENSSH PRIVATE KEY" in data:
            return serialization.load_ssh_private_key(data, secret)
        if b"-----BEGIN" not in data:
            return serialization.load_der_private_key(data, secret)
        return serialization.load_pem_private_key(_only_key(data), secret)
    except TypeError as error:
        if secret is not None:
            return _key(name, data, None)  # a passphrase, and none is needed
        raise _LockedError from error
    except ValueError as error:
        if secret is not None:
            raise _LockedError from error
        raise _unusable(name, "it holds no private key") from error
    except UnsupportedAlgorithm as error:
        raise _unusable(name, f"it uses something that is not supported: {error}") from error


def _only_key(data: bytes) -> bytes:
    """The part of a PEM file that is the key: certificates may stand before it."""
    begin = data.find(b"PRIVATE KEY-----")
    start = data.rfind(b"-----BEGIN", 0, begin) if begin >= 0 else -1
    return data[start:] if start >= 0 else data


def _from_pkcs12(name: str, data: bytes, secret: bytes | None) -> Identity:
    try:
        key, own, others = pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, TypeError) as error:
        # what is no PKCS#12 at all, and what is locked, are the same error for the library
        if secret is None and data[:1] != b"\x30":
            raise _unusable(name, "it is no PKCS#12 file") from error
        raise _LockedError from error
    except UnsupportedAlgorithm as error:
        raise _unusable(name, f"it uses something that is not supported: {error}") from error
    if key is None or own is None:
        raise _unusable(name, f"it holds no {'private key' if key is None else 'certificate of the key'}")
    return _matching(name, (own, *others), key)


def _unlocked(name: str, secrets: PassphraseSource, attempt: Attempt, read: Callable[[bytes | None], Read]) -> Read:
    """What `read` makes of the file, its passphrase asked for up to three times where it has one."""
    try:
        return read(None)
    except _LockedError:
        pass
    for number in range(1, ATTEMPTS + 1):
        with attempt.asking():
            secret = secrets.passphrase(name, number)
        if secret is None:
            break
        with log.guard(secret):
            try:
                return read(secret.encode())
            except _LockedError:
                continue
    raise AuthenticationFailed(
        f"The key in {name} is locked, and its passphrase was not given.",
        tried=("certificate",),
        state=NOT_CONNECTED,
        advice="Connect again with the passphrase.",
    )


def _matching(name: str, chain: Sequence[x509.Certificate], key: PrivateKeyTypes) -> Identity:
    spki = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != chain[0].public_key().public_bytes(*spki):
        raise _unusable(name, "the key in it does not belong to the certificate")
    return Identity(tuple(chain), key)


def _unusable(name: str, why: str) -> ConnectFailed:
    return ConnectFailed(
        f"{name} cannot be used to sign in: {why}.",
        state=NOT_CONNECTED,
        advice="Check the certificate and the key in the device's TLS settings.",
    )


def use(context: ssl.SSLContext, identity: Identity) -> None:
    """Have a context show the identity; raises `ConnectFailed`."""
    random = randomness.token_bytes(32).hex()
    pem = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in identity.certificates)
    with log.guard(random):
        pem += identity.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(random.encode()),
        )
        folder = tempfile.mkdtemp(prefix="netconf_gui-")  # 0700
        try:
            path = Path(folder, "identity.pem")
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
            context.load_cert_chain(path, password=random)
        except ssl.SSLError as error:
            raise ConnectFailed(
                f"Your certificate ({identity.subject}) cannot be used: {tls_alerts.said(error)}.",
                state=NOT_CONNECTED,
                advice="Ask for a certificate with a longer key or a newer signature.",
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
