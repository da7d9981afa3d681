"""The error taxonomy and the plain data that errors carry.

Lives here: every exception type of the program, and `RpcError`, `Outcome`, `Stage`, `HostKey`, which more than
one layer needs to talk about failures.  Does not live here: findings of validation (`yang.problem.Problem`),
which are data and are never raised.

Every `AppError` answers three questions for the person who sees it: what happened (`message`), what state the
device and the draft are in (`state`), and what can be done next (`advice`).  None of the three ever holds a
credential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """One step of an apply, in the order in which they run."""

    PRECHECK = "precheck"
    LOCK = "lock"
    COMPARE = "compare"
    EDIT = "edit"
    VALIDATE = "validate"
    COMMIT = "commit"
    PROBE = "probe"
    CONFIRM = "confirm"
    READBACK = "readback"
    STARTUP = "startup"
    DISCARD = "discard"
    UNLOCK = "unlock"
    SNAPSHOT = "snapshot"


class Outcome(StrEnum):
    """What an apply did to the device, as far as it can be known."""

    UNCHANGED = "unchanged"
    APPLIED = "applied"
    ROLLED_BACK = "rolled-back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HostKey:
    """A server's public host key: who offered it, its type and how people compare it."""

    host: str
    port: int
    key_type: str
    fingerprint: str  # "SHA256:…" as OpenSSH prints it
    key_base64: str  # the public key blob, as in known_hosts


@dataclass(frozen=True, slots=True)
class RpcError:
    """One `<rpc-error>` (RFC 6241, section 4.3); text fields are None where the device sent none."""

    type: str = "application"
    tag: str = "operation-failed"
    severity: str = "error"
    app_tag: str | None = None
    path: str | None = None
    message: str | None = None
    message_lang: str | None = None
    info: tuple[tuple[str, str], ...] = ()  # (local name, text) of each error-info element, in order
    info_xml: bytes = b""  # error-info as it came, for people to look at
    path_namespaces: tuple[tuple[str, str], ...] = ()  # prefix -> namespace in scope of error-path

    @property
    def is_warning(self) -> bool:
        return self.severity == "warning"

    @property
    def session_id(self) -> int | None:
        """The lock holder's session id of a lock-denied error; 0 means a non-NETCONF holder.

        Some devices write a sentence around the number.
        """
        for name, text in self.info:
            numbers = [word for word in text.split() if word.isascii() and word.isdigit()]
            if name == "session-id" and len(numbers) == 1:
                return int(numbers[0])
        return None

    def __str__(self) -> str:
        text = self.message or self.tag
        return f"{text} ({self.tag}) at {self.path}" if self.path else f"{text} ({self.tag})"


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """A server's certificate as people compare it, and in sentences what is wrong with it."""

    host: str
    port: int
    fingerprint: str  # SHA-256 of the whole certificate, "AB:CD:…" as openssl prints it
    subject: str
    issuer: str
    names: tuple[str, ...]  # hosts and addresses that it is made out to
    valid: str  # "from … until …", UTC
    problems: tuple[str, ...] = ()


class AppError(Exception):
    """Base of all errors that are shown to people.

    `state` says what state the device and the draft are in; `advice` says what can be done next.
    """

    def __init__(self, message: str, *, state: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.state = state
        self.advice = advice

    def full_text(self) -> str:
        """All three answers, one sentence group after the other."""
        return " ".join(part for part in (self.message, self.state, self.advice) if part)


class Cancelled(AppError):
    """The person (or a parent task) cancelled the work."""

    def __init__(self, message: str = "Cancelled.", *, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)


class ProtocolError(AppError):
    """What the peer sent is not NETCONF."""


class FramingError(ProtocolError):
    """Bytes do not follow the framing in force (RFC 6242, sections 4.2 and 4.3)."""


class MalformedMessage(ProtocolError):
    """A whole frame that is not well-formed XML, or XML that is not a NETCONF message.

    `line` and `column` (both from 1) say where XML stops being well-formed; 0 where that means nothing.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)
        self.line = line
        self.column = column


class MessageTooLarge(ProtocolError):
    """A message is larger than the limit in the settings."""


class TransportError(AppError):
    """The way to the device."""


class ConnectFailed(TransportError):
    """Name resolution, TCP, SSH negotiation or subsystem start failed, or took too long."""


class SessionLimit(ConnectFailed):
    """The device has as many sessions of this program as the person allowed."""


class NoCommonAlgorithm(ConnectFailed):
    """Both sides of SSH have nothing in common; `old` where old algorithms, once allowed, would be."""

    def __init__(self, message: str, *, old: bool = False, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)
        self.old = old


class HostKeyUnknown(TransportError):
    """The host's key is in no known-hosts file and nobody accepted it."""

    def __init__(self, message: str, key: HostKey, *, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)
        self.key = key


class HostKeyChanged(TransportError):
    """The host offers a key that differs from the one on file, or one that was revoked."""

    def __init__(
        self,
        message: str,
        key: HostKey,
        known: Sequence[HostKey],
        *,
        revoked: bool = False,
        state: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.key = key
        self.known = tuple(known)
        # without another key on file there is nothing that it could have changed from
        self.revoked = revoked or not self.known


class CertificateUntrusted(TransportError):
    """The server's certificate cannot be verified, and nobody accepted it as it is."""

    def __init__(self, message: str, certificate: PeerCertificate, *, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)
        self.certificate = certificate


class CertificateChanged(TransportError):
    """The server shows another certificate than the one that a person accepted; `pinned` is the fingerprint of that."""

    def __init__(
        self, message: str, certificate: PeerCertificate, pinned: str, *, state: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.certificate = certificate
        self.pinned = pinned


class AuthenticationFailed(TransportError):
    """No way to authenticate that was tried was accepted."""

    def __init__(
        self, message: str, *, tried: Sequence[str] = (), allowed: Sequence[str] = (), state: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.tried = tuple(tried)
        self.allowed = tuple(allowed)


class ConnectionLost(TransportError):
    """An established connection ended unasked."""


class SessionError(AppError):
    """One NETCONF session and what was asked of it."""


class CapabilityMissing(SessionError):
    """The operation needs a capability that the device did not announce."""

    def __init__(self, message: str, capability: str, *, state: str = "", advice: str = "") -> None:
        super().__init__(message, state=state, advice=advice)
        self.capability = capability


class RpcTimeout(SessionError):
    """No reply within the time allowed; whether the device acted on the request is not known."""


class SessionClosed(SessionError):
    """The session was closed on our side before, or while, it was used."""


class RpcFailed(SessionError):
    """A reply with at least one rpc-error of severity error; `errors` holds all of them, warnings included."""

    def __init__(
        self, message: str, errors: Sequence[RpcError], *, operation: str = "", state: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.errors = tuple(errors)
        self.operation = operation

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(error.tag for error in self.errors if not error.is_warning)


class SchemaError(AppError):
    """YANG modules that cannot be had or compiled, or an engine that died or ran out of time."""


class ConfigError(AppError):
    """Instance data, a path, an edit or a plan that cannot be."""

    def __init__(
        self, message: str, *, path: str = "", line: int = 0, column: int = 0, state: str = "", advice: str = ""
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.path = path
        self.line = line
        self.column = column


class EditRefused(ConfigError):
    """An edit-config that RFC 6241 says must fail; `error` is what a server answers."""

    def __init__(self, error: RpcError) -> None:
        super().__init__(error.message or error.tag, path=error.path or "")
        self.error = error


class WorkspaceError(AppError):
    """Files of the program: settings, inventory, drafts, journals, the keyring."""


class DeployError(AppError):
    """An apply that did not end as planned: at which stage, and what became of the device."""

    def __init__(
        self,
        message: str,
        stage: Stage,
        outcome: Outcome,
        *,
        errors: Sequence[RpcError] = (),
        state: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message, state=state, advice=advice)
        self.stage = stage
        self.outcome = outcome
        self.errors = tuple(errors)
