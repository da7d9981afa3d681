"""Certificates of the demo device, made once: its own, one for each user, and the authority that signed them.

The authority's key is thrown away when they are signed: nobody can sign another.  Does not live here: TLS (`tls`).
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from netconf_gui.demo.users import OPERATOR, READER
from netconf_gui.errors import WorkspaceError

YEARS = 10
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What the TLS front reads: PEM files of its certificate, of its key, and of the authority of its clients."""

    certificate: Path
    key: Path
    client_ca: Path

    @classmethod
    def load_or_create(cls, folder: Path) -> TlsFiles:
        """Those in a folder, made there if there are none: `ca.pem`, `device.pem`, and for people `demo.pem` and
        `guest.pem`, each with its key.  Raises `WorkspaceError`."""
        files = cls(folder / "device.pem", folder / "device.pem", folder / "ca.pem")
        try:
            if not files.certificate.exists():
                _create(folder)
        except OSError as error:
            raise WorkspaceError(
                f"The demo device's certificates in {folder} cannot be made: {error}.",
                advice="Name another folder with --tls-folder.",
            ) from None
        return files


def _create(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _name("Demo device authority")
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(authority, authority, key).add_extension(x509.BasicConstraints(True, 0), critical=True)
    ca = builder.add_extension(_signs(), critical=True).sign(key, hashes.SHA256())
    _write(folder / "ca.pem", ca.public_bytes(_PEM), private=False)
    for user in (OPERATOR, READER):
        _write(folder / f"{user}.pem", _signed(_name(user), ca, key, ExtendedKeyUsageOID.CLIENT_AUTH))
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )
    # the last, so that it is there only when all are
    _write(folder / "device.pem", _signed(_name("Demo device"), ca, key, ExtendedKeyUsageOID.SERVER_AUTH, names))


def _signed(
    subject: x509.Name,
    ca: x509.Certificate,
    signing_key: ec.EllipticCurvePrivateKey,
    purpose: x509.ObjectIdentifier,
    names: x509.SubjectAlternativeName | None = None,
) -> bytes:
    """A certificate and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(subject, ca.subject, key).add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    builder = builder.add_extension(issuer, critical=False)
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(signing_key, hashes.SHA256())
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(_PEM) + private


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    begin = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signs() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write(path: Path, data: bytes, *, private: bool = True) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644), "wb") as file:
        file.write(data)
