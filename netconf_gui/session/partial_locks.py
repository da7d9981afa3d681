"""partial-lock and partial-unlock on a session (RFC 5717), checked against what the device offers.

Both block, and raise what `Session.call` raises and `CapabilityMissing`; a lock that another session holds a part of
is an `RpcFailed` with the tag lock-denied, whose error names that session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol import partial_lock as builders
from netconf_gui.protocol.capabilities import CAPABILITY
from netconf_gui.protocol.partial_lock import PartialLock
from netconf_gui.session.session import Session


def partial_lock(
    session: Session,
    selections: Sequence[tuple[str, Mapping[str, str]]],
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> PartialLock:
    """Lock parts of running; each selection is an XPath expression with its prefixes (section 2.4.1)."""
    _need(session)
    reply = session.call(builders.partial_lock(selections), timeout=timeout, cancel=cancel)
    return builders.read_partial_lock(reply.element)


def partial_unlock(
    session: Session, lock_id: int, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> None:
    """Release a lock of this session (section 2.4.2)."""
    _need(session)
    session.call(builders.partial_unlock(lock_id), timeout=timeout, cancel=cancel)


def _need(session: Session) -> None:
    if not session.capabilities.has("partial-lock"):
        raise CapabilityMissing(
            "The device does not offer locks of parts: it did not announce the capability partial-lock.",
            f"{CAPABILITY}partial-lock:1.0",
            state="Nothing was sent.",
        )
