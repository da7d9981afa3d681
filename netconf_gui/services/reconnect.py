"""Coming back after a connection was lost: how long to wait before each try, and when to stop trying.

Lives here: the waiting times, the interaction of a try that nobody watches, and which failures a further try can help.
Does not live here: the tries themselves (`gui/reconnecting`, `cli/listen`).

Nothing is asked and nothing is guessed: a try uses what is known already, and the first refused authentication ends it,
so that no account is locked by a program that keeps on knocking.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from netconf_gui.errors import (
    AppError,
    ConnectFailed,
    ConnectionLost,
    HostKey,
    NoCommonAlgorithm,
    PeerCertificate,
    ProtocolError,
    RpcTimeout,
    SessionClosed,
    SessionLimit,
)
from netconf_gui.services.events import CredentialAnswer, CredentialRequest


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds: `first`, then ever twice as long up to `most`; each spread by up to a fifth, so that many do not come at
    once after a network was down."""

    first: float = 1.0
    most: float = 60.0
    spread: float = 0.2

    def pause(self, attempt: int, chance: Callable[[], float] = random.random) -> float:
        """Before the `attempt`th try, counted from 1."""
        longest = self.first * 2.0 ** min(attempt - 1, 20)
        return min(longest, self.most) * (1.0 - self.spread + 2.0 * self.spread * chance())


class Unattended:
    """The `Interaction` of a try that nobody watches: trusts nothing new, types nothing."""

    def __init__(self) -> None:
        self.wanted: CredentialRequest | None = None  # what a person would have been asked for

    def host_key_unknown(self, key: HostKey) -> bool:
        return False

    def certificate_untrusted(self, certificate: PeerCertificate) -> bool:
        return False

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        self.wanted = request
        return None

    def inform(self, text: str) -> None:
        pass


def worth_trying(error: BaseException) -> bool:
    """Whether the same try may go better later: what needs a person, or a change, does not."""
    if isinstance(error, SessionLimit | NoCommonAlgorithm):
        return False
    return isinstance(error, ConnectFailed | ConnectionLost | ProtocolError | RpcTimeout | SessionClosed)


def why_stopped(error: BaseException, wanted: CredentialRequest | None) -> str:
    """A few words for where the device is listed, and for the line over its documents."""
    if wanted is not None:
        return "it asks to sign in again"
    return error.message.rstrip(".") if isinstance(error, AppError) else "something unexpected happened"
