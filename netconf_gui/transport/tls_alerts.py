"""What a TLS server that refuses us means, in plain words.

Lives here: OpenSSL's reasons and the alerts of RFC 8446 (section 6) as errors for people.  Does not live here: the
server's own certificate and what is wrong with it (`tls_certificate`).
"""

from __future__ import annotations

import ssl

from netconf_gui.errors import AppError, AuthenticationFailed, ConnectFailed
from netconf_gui.transport.attempt import NOT_CONNECTED

# alerts with which a server says no to the client's certificate
_REFUSED = {
    "CERTIFICATE_REQUIRED": "it wants a client certificate, and none was shown",
    "BAD_CERTIFICATE": "it cannot use your certificate, or wants one and none was shown",
    "UNSUPPORTED_CERTIFICATE": "it does not take certificates of this kind",
    "CERTIFICATE_REVOKED": "your certificate was revoked",
    "CERTIFICATE_EXPIRED": "your certificate has expired",
    "CERTIFICATE_UNKNOWN": "it does not know your certificate",
    "UNKNOWN_CA": "it does not trust the authority that issued your certificate",
    "ACCESS_DENIED": "your certificate is valid, but not allowed in",
    "DECRYPT_ERROR": "it could not verify your signature",
}
_ANOTHER_VERSION = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")
_ALERT = b"\x15"  # the type of a record (RFC 5246, section 6.2.1)
_WEAK = ("KEY_TOO_SMALL", "MD_TOO_WEAK", "INSUFFICIENT_SECURITY", "UNSAFE_LEGACY")


def said(error: BaseException) -> str:
    """OpenSSL's reason without its prefixes; a sentence without its full stop for other errors."""
    reason = getattr(error, "reason", "") if isinstance(error, ssl.SSLError) else ""
    if reason:
        return str(reason)
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.rstrip(".") or type(error).__name__


def refusal(error: BaseException, *, shown: bool) -> str:
    """Why the server does not let this client in, as half a sentence; empty when the error says nothing of the kind.

    `shown`: a client certificate was offered.
    """
    reason = said(error) if isinstance(error, ssl.SSLError) else ""
    if "ALERT" not in reason:
        return ""
    for name, words in _REFUSED.items():
        if reason.endswith(name):
            return words
    if reason.endswith("HANDSHAKE_FAILURE") and not shown:
        return "it may want a client certificate, and none was shown"
    return ""


def not_allowed(address: str, why: str, *, shown: bool) -> AuthenticationFailed:
    """The error for a client that the server does not let in."""
    advice = (
        "Ask whoever runs the device to let this certificate in, or choose another in the device's TLS settings."
        if shown
        else "Choose a client certificate and its key in the device's TLS settings."
    )
    return AuthenticationFailed(
        f"{address} does not let this client in: {why}.",
        tried=("certificate",) if shown else (),
        allowed=("certificate",),
        state="Nothing was sent to the device but your certificate." if shown else "Nothing was sent to the device.",
        advice=advice,
    )


def failed(error: BaseException, address: str, first: bytes, *, shown: bool) -> AppError:
    """The error for a handshake that broke; `first` is what the server said first, as it came."""
    other = _other_protocol(first)
    if other:
        return ConnectFailed(
            f"{address} does not speak TLS{other[0]}.", state=NOT_CONNECTED, advice=other[1]
        )  # fmt: skip
    reason = said(error)
    at_once = first[:1] == _ALERT  # before anything was known of us
    why = "" if at_once else refusal(error, shown=shown)
    if why:
        return not_allowed(address, why, shown=shown)
    advice = "The device's log may say more."
    if isinstance(error, ssl.SSLError) and (reason.endswith(_ANOTHER_VERSION) or at_once):
        text = f"{address} and this program have no version of TLS or no algorithm in common ({_plain(reason)})"
        advice = "Enable TLS 1.2 or TLS 1.3 on the device; older versions are not safe."
    elif isinstance(error, ssl.SSLError) and any(word in reason for word in _WEAK):
        text = f"The keys or algorithms that {address} uses are too weak ({_plain(reason)})"
        advice = "Give the device a certificate with a longer key and a newer signature."
    elif isinstance(error, ssl.SSLError):
        text = f"The TLS handshake with {address} failed ({_plain(reason)})"
    else:
        text = f"{address} ended the connection during the TLS handshake"
        advice = "Check that the port serves NETCONF over TLS (6513), and that the device lets this computer in."
    return ConnectFailed(f"{text}.", state=NOT_CONNECTED, advice=advice)


def _other_protocol(first: bytes) -> tuple[str, str] | None:
    if first.startswith(b"SSH-"):
        return ": an SSH server answers there", "Choose SSH for this device, or the port of NETCONF over TLS (6513)."
    if first.startswith((b"HTTP/", b"<")):
        return ": a web or clear-text server answers there", "Check the port; NETCONF over TLS is usually on 6513."
    if first and first[0] not in (20, 21, 22):
        return ", but something else", "Check the port; NETCONF over TLS is usually on 6513."
    return None


def _plain(reason: str) -> str:
    return reason.lower().replace("_", " ")


def late(error: BaseException, address: str, *, shown: bool) -> AppError | None:
    """A refusal that came after the handshake, as TLS 1.3 has it; None when the error is something else."""
    why = refusal(error, shown=shown)
    return not_allowed(address, why, shown=shown) if why else None
