"""What services tell people while they work, and what they ask them.

Lives here: frozen event records, and `Interaction`, through which a service asks; windows and commands implement it.
Events are delivered by calling a function on the thread that does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from netconf_gui.config.diff import DiffEntry
from netconf_gui.errors import HostKey, PeerCertificate, RpcError, Stage
from netconf_gui.workspace.inventory import CredentialPolicy


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` in `unit`; total None means not known."""

    text: str
    done: int = 0
    total: int | None = None
    unit: Literal["items", "bytes"] = "items"


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know, but that stops nothing."""

    text: str
    severity: Literal["information", "warning"] = "information"


class StageState(StrEnum):
    """What became of one stage of an apply."""

    RUNNING = "running"
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StageEvent:
    """One stage of an apply began or ended; `seconds` since the stage began (0 when running)."""

    stage: Stage
    state: StageState
    text: str = ""
    seconds: float = 0.0
    errors: tuple[RpcError, ...] = ()


class GuardState(StrEnum):
    """Where a confirmed commit stands."""

    PROBING = "probing"  # committed; a new session is opened to see whether the device can still be reached
    WAITING = "waiting"  # committed; somebody has to confirm or roll back before `GuardEvent.ends_at`
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled-back"
    EXPIRED = "expired"  # nobody confirmed in time
    LEFT = "left"  # the program lets go of it; it can be settled until the time is over


@dataclass(frozen=True, slots=True)
class GuardEvent:
    """A confirmed commit of `seconds` came to another state; without confirmation the device undoes it at `ends_at`."""

    state: GuardState
    seconds: int
    ends_at: float  # time.time()
    persist_id: str  # "": it belongs to the session that made it
    by_person: bool  # a person decides; else the program, after its probe
    text: str = ""


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who has a lock that was denied, as far as the device tells; session 0 is no NETCONF session."""

    datastore: str
    session_id: int | None
    user: str
    host: str
    since: str  # the hour and minute as the device writes them
    errors: tuple[RpcError, ...]
    text: str  # all of it as a sentence

    @property
    def can_kill(self) -> bool:
        """Whether there is a session that could be ended."""
        return bool(self.session_id)


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up: nothing is sent."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again, ever more slowly, for that many seconds; then it is asked again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """End the holder's session, if it still is the holder; what it has not committed is lost."""


LockAnswer = Stop | Wait | Kill


@dataclass(frozen=True, slots=True)
class LockWait:
    """A lock is waited for; the times are those of time.time()."""

    datastore: str
    holder: LockHolder
    next_try_at: float
    until: float


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What lies uncommitted in a candidate, made by somebody else or by an apply that broke off."""

    datastore: str
    entries: tuple[DiffEntry, ...]
    text: str  # the first of them in words, secrets masked


LeftoverAnswer = Literal["discard", "stop"]

Event = Progress | Note | StageEvent | GuardEvent | LockWait
EventSink = Callable[[Event], None]


class CredentialKind(StrEnum):
    """What is asked for."""

    PASSWORD = "password"  # noqa: S105  (a kind, not a secret)
    PASSPHRASE = "passphrase"  # noqa: S105
    INTERACTIVE = "interactive"  # the server's own questions (RFC 4256)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question of the server; `echo` says whether the answer may be shown while typed."""

    text: str
    echo: bool


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """A question for a secret, with all that a dialog shows about it."""

    kind: CredentialKind
    device: str  # the device's name
    username: str
    host: str
    port: int
    attempt: int = 1  # 2 and more: what was given before was refused
    reason: str = ""  # why it is asked (again), a sentence
    key_file: str = ""  # passphrase only
    title: str = ""  # interactive only: the server's own words
    instructions: str = ""
    prompts: tuple[Prompt, ...] = ()
    policy: CredentialPolicy = CredentialPolicy.ASK  # what to preselect
    policies: tuple[CredentialPolicy, ...] = (CredentialPolicy.SESSION, CredentialPolicy.ASK)  # what can be chosen
    keyring_name: str = ""  # the backend's name; empty: there is none
    keyring_reason: str = ""  # a sentence: which keyring is used, or why none can be


@dataclass(frozen=True, slots=True)
class CredentialAnswer:
    """The secret (or one answer per prompt) and what is to become of it; never shown in a repr."""

    secret: str = field(default="", repr=False)
    answers: tuple[str, ...] = field(default=(), repr=False)
    policy: CredentialPolicy = CredentialPolicy.ASK


class Interaction(Protocol):
    """Who answers questions; called on the job's thread, blocking until the person decided."""

    def host_key_unknown(self, key: HostKey) -> bool:
        """True: trust this key and remember it in the program's own known-hosts file."""
        ...

    def certificate_untrusted(self, certificate: PeerCertificate) -> bool:
        """True: trust exactly this certificate, which nobody vouches for or which does not fit, and remember it."""
        ...

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        """The secret asked for; None: the person gave up."""
        ...

    def inform(self, text: str) -> None:
        """Show a sentence that needs no answer."""
        ...
