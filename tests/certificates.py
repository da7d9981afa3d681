"""Authorities and certificates made for one test run: good ones, and each kind of wrong one."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = "a-Locked-key-8391"
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, and the certificates that lead to its authority."""

    own: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.own.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        return ":".join(f"{octet:02X}" for octet in self.own.fingerprint(hashes.SHA256()))

    @property
    def pem(self) -> bytes:
        return b"".join(item.public_bytes(PEM) for item in (self.own, *self.chain))

    def key_pem(self, passphrase: str = "") -> bytes:
        lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            lock = serialization.BestAvailableEncryption(passphrase.encode())
        return self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, lock)

    def write(self, folder: Path, name: str, passphrase: str = "") -> tuple[str, str]:
        """`name`.pem and `name`.key; their paths."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.pem)
        key.write_bytes(self.key_pem(passphrase))
        return str(certificate), str(key)

    def write_pkcs12(self, path: Path, passphrase: str = "") -> str:
        lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            lock = serialization.BestAvailableEncryption(passphrase.encode())
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"me", self.key, self.own, self.chain or None, lock))
        return str(path)


class Authority:
    """Signs certificates; `pem` is what clients trust."""

    def __init__(self, name: str, *, above: Authority | None = None) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._above = above
        self.name = _name(name)
        builder = _builder(self.name, above.name if above else self.name, self._key, timedelta(days=-30), 3650)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs=True), critical=True)
        self.certificate = builder.sign(above._key if above else self._key, hashes.SHA256())
        self.pem = self.certificate.public_bytes(PEM)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """What a server has to send of the authorities: not the topmost."""
        return (self.certificate, *self._above.chain) if self._above else ()

    def write(self, path: Path) -> str:
        path.write_bytes(self.pem)
        return str(path)

    def server(self, *names: str, days: float = 365, age: float = 1, common_name: str = "device") -> Certificate:
        """Made out to `names`, hosts or addresses; valid since `age` days, for `days`."""
        return self._made(common_name, names, ExtendedKeyUsageOID.SERVER_AUTH, days, age)

    def client(self, user: str, *, days: float = 365, age: float = 1) -> Certificate:
        return self._made(user, (), ExtendedKeyUsageOID.CLIENT_AUTH, days, age)

    def _made(
        self, common_name: str, names: Sequence[str], purpose: x509.ObjectIdentifier, days: float, age: float
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(common_name), self.name, key, timedelta(days=-age), days)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        own = builder.add_extension(identifier, critical=False).sign(self._key, hashes.SHA256())
        return Certificate(own, key, self.chain)


def self_signed(*names: str) -> Certificate:
    """Signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("lonely"), _name("lonely"), key, timedelta(days=-1), 365)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
    return Certificate(builder.sign(key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: timedelta, days: float
) -> x509.CertificateBuilder:
    begin = datetime.now(UTC) + begins
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
