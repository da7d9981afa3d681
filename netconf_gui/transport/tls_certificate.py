"""Certificates of servers: what people are shown of them, whom they name, who vouches for them, what is wrong.

Lives here: names by RFC 9525 (subjectAltName alone: a common name is no host), chains judged without a connection, and
the sentences about what does not fit.  Does not live here: the connection (`tls`), which OpenSSL judges itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import ssl
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from netconf_gui.errors import ConnectFailed, PeerCertificate
from netconf_gui.transport.attempt import NOT_CONNECTED

# where systems keep the authorities they trust, for an OpenSSL that was built elsewhere
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_SHOWN_NAMES = 12


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, "AB:CD:…"."""
    return _pairs(hashlib.sha256(der).hexdigest())


def _pairs(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()


def normal_fingerprint(text: str) -> str:
    """A fingerprint as people write it ("SHA256:ab:cd…", "abcd…") as "AB:CD:…"; empty when it is none."""
    digits = text.strip().upper().removeprefix("SHA-256").removeprefix("SHA256").lstrip(": =").replace(":", "")
    whole = len(digits) == 64 and all(char in "0123456789ABCDEF" for char in digits)
    return _pairs(digits) if whole else ""


def parse(der: bytes) -> x509.Certificate:
    """The certificate; raises `ConnectFailed` when it is none."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise ConnectFailed(
            f"The server's certificate cannot be read: {error}.",
            state=NOT_CONNECTED,
            advice="Give the device another certificate.",
        ) from error


def describe(
    der: bytes, host: str, port: int, *, name: str = "", untrusted: str = "", now: datetime | None = None
) -> PeerCertificate:
    """The certificate for people; `untrusted` is a sentence when nobody vouches for it, `name` whom it has to name."""
    certificate = parse(der)
    problems = [untrusted] if untrusted else []
    problems += _time_problems(certificate, now or datetime.now(UTC))
    if name and not names_host(certificate, name):
        problems.append(_name_problem(certificate, name))
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return PeerCertificate(
        host,
        port,
        fingerprint(der),
        readable(certificate.subject) or "(nobody)",
        readable(certificate.issuer) or "(nobody)",
        named(certificate),
        f"from {begin:%Y-%m-%d} until {end:%Y-%m-%d}",
        tuple(problems),
    )


def _time_problems(certificate: x509.Certificate, now: datetime) -> Iterable[str]:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > end:
        yield f"It expired on {end:%Y-%m-%d} at {end:%H:%M} UTC."
    if now < begin:
        yield f"It is not valid before {begin:%Y-%m-%d} {begin:%H:%M} UTC. Check this computer's clock."


def _name_problem(certificate: x509.Certificate, name: str) -> str:
    names = named(certificate)
    if names:
        return f"It is made out to {', '.join(names[:_SHOWN_NAMES])}, not to {name}."
    return f"It names no host, so not {name} either (names count only as subjectAltName)."


def readable(name: x509.Name) -> str:
    """A subject or issuer for people: the common name first, where there is one."""
    try:
        parts = [(part.rfc4514_attribute_name, str(part.value)) for part in name]
    except ValueError:
        return "(unreadable)"
    parts.sort(key=lambda part: part[0] != "CN")
    return ", ".join(f"{kind}={value}" for kind, value in parts)


def common_name(certificate: x509.Certificate) -> str:
    """The first common name of the subject; empty where there is none."""
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


# ---- names


def _alternatives(certificate: x509.Certificate) -> x509.SubjectAlternativeName | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


def named(certificate: x509.Certificate) -> tuple[str, ...]:
    """The hosts and addresses that a certificate names."""
    found = _alternatives(certificate)
    if found is None:
        return ()
    names = found.get_values_for_type(x509.DNSName)
    return (*names, *(str(address) for address in found.get_values_for_type(x509.IPAddress)))


def names_host(certificate: x509.Certificate, name: str) -> bool:
    """Whether a certificate names a host or an address (RFC 9525, section 6)."""
    found = _alternatives(certificate)
    if found is None:
        return False
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        wanted = _plain(name)
        return any(_matches(_plain(offered), wanted) for offered in found.get_values_for_type(x509.DNSName))
    return address in found.get_values_for_type(x509.IPAddress)


def _plain(name: str) -> str:
    """A host name in ASCII and lower case, without the dot at its end."""
    name = name.rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


def _matches(offered: str, wanted: str) -> bool:
    """A wildcard stands for exactly one label, the whole of the first (RFC 9525, section 6.3)."""
    if not wanted or not offered:
        return False
    if not offered.startswith("*."):
        return offered == wanted
    rest = offered[2:]
    return "." in rest and "*" not in rest and wanted.partition(".")[2] == rest


# ---- who vouches


def system_authorities(context: ssl.SSLContext) -> None:
    """Have a context trust whom this computer trusts."""
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    paths = ssl.get_default_verify_paths()
    if not context.get_ca_certs() and not (paths.capath and any(os.scandir(paths.capath))):
        bundle = next((name for name in BUNDLES if Path(name).is_file()), "")
        if bundle:
            context.load_verify_locations(bundle)


def authorities(ca_file: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a file; without one those that this computer trusts. Raises `ConnectFailed`."""
    if ca_file:
        return tuple(x509.load_der_x509_certificate(der) for der in read_authorities(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    system_authorities(context)
    found = []
    for der in context.get_ca_certs(binary_form=True):
        try:
            found.append(x509.load_der_x509_certificate(der))
        except ValueError:
            continue  # some systems trust what is not quite a certificate
    return tuple(found)


def read_authorities(ca_file: str) -> tuple[bytes, ...]:
    """The certificates (DER) in a file, PEM or DER; raises `ConnectFailed`."""
    try:
        data = Path(ca_file).expanduser().read_bytes()
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
    except OSError as error:
        raise _bad_authorities(ca_file, error.strerror or str(error)) from error
    except ValueError as error:
        raise _bad_authorities(ca_file, "it holds no certificate") from error
    return tuple(item.public_bytes(serialization.Encoding.DER) for item in found)


def _bad_authorities(ca_file: str, why: str) -> ConnectFailed:
    return ConnectFailed(
        f"The CA file {ca_file} cannot be used: {why}.",
        state=NOT_CONNECTED,
        advice="Choose a file with the certificate of the authority, PEM or DER, or none for the system's.",
    )


def vouched_for(chain: Sequence[bytes], anchors: Sequence[x509.Certificate], now: datetime | None = None) -> bool:
    """Whether one of the anchors vouches for a server's chain (RFC 5280, section 6), whatever it names.

    Certificates of authorities have to say that they are some; one that is itself an anchor needs nobody else.
    """
    if not chain or not anchors:
        return False
    try:
        leaf, *others = [x509.load_der_x509_certificate(der) for der in chain]
    except ValueError:
        return False
    now = now or datetime.now(UTC)
    if leaf in anchors:
        return not list(_time_problems(leaf, now))
    policy, agnostic = verification.ExtensionPolicy, verification.Criticality.AGNOSTIC
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(anchors)))
        .time(now)
        .extension_policies(
            ca_policy=policy.permit_all().require_present(x509.BasicConstraints, agnostic, None),
            ee_policy=policy.permit_all().may_be_present(x509.ExtendedKeyUsage, agnostic, _for_servers),
        )
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, others)
    except verification.VerificationError:
        return False
    return True


def _for_servers(_policy: object, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    allowed = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if usage is not None and not any(item in allowed for item in usage):
        raise ValueError("not for servers")
