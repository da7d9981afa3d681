"""What the system's ssh says on its error channel, made an error of ours.

Lives here: words only.  A server can put lines among them (its banner): they decide nothing but what is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netconf_gui.errors import AppError, AuthenticationFailed, ConnectFailed, NoCommonAlgorithm
from netconf_gui.transport.attempt import NOT_CONNECTED
from netconf_gui.transport.old_algorithms import OLD_ADVICE, OLD_NAMES

_OFFER = re.compile(r"no matching (?P<what>.+?) found\. Their offer: (?P<offer>\S+)")
_DENIED = re.compile(r"Permission denied \((?P<allowed>[^)]*)\)")
_REACH = (
    re.compile(r"(?:ssh: )?(?:connect to (?:host|address) .*: .+|Could not resolve hostname .*)"),
    re.compile(r".*(?:[ks]\w+_exchange_identification|banner exchange|Connection (?:closed|reset) by).*"),
)
_CONFIG = re.compile(r".*(?:[Bb]ad configuration option|terminating, \d+ bad|Bad owner or permissions|: Bad ).*")
_DULL = re.compile(
    r"(?:Authenticated to|Transferred: sent|Bytes per second|debug|Killed by signal|Connecting to|Warning: Permanently"
    r"|Connection to .* closed\.|Pseudo-terminal).*"
)
_KEYS = re.compile(
    r"(?:Load key|sign_and_send_pubkey|no such identity|Warning: Identity file|Enter PIN|Confirm user).*"
)
NO_SUBSYSTEM = "subsystem request failed on channel"
WORDS = {
    "key exchange method": "key exchange",
    "host key type": "host keys",
    "cipher": "ciphers",
    "MAC": "MACs",
    "compression method": "compression",
}


class NoSubsystemError(ConnectFailed):
    """The server let the user in, and has no such subsystem."""


def told(lines: Sequence[str]) -> list[str]:
    """The lines that say something to a person, control characters left out."""
    clean = (re.sub(r"[\x00-\x1f\x7f-\x9f]", "", line).strip() for line in lines)
    return [line for line in clean if line and not _DULL.match(line)]


def failure(
    lines: Sequence[str],
    code: int | None,
    *,
    address: str,
    user: str,
    subsystem: str,
    old: bool,
    authenticated: bool = False,
) -> AppError:
    """Why ssh did not connect; `old`: old algorithms are allowed already."""
    said = told(lines)
    text = "\n".join(said)
    if (found := _OFFER.search(text)) is not None:
        return no_common(address, WORDS.get(found["what"], found["what"]), found["offer"].split(","), allowed=old)
    if NO_SUBSYSTEM in text:
        return NoSubsystemError(
            f"The server at {address} has no {subsystem} subsystem.",
            state="Authenticated, but no NETCONF session was opened.",
            advice="Enable NETCONF over SSH on the device, or try another port: most devices serve NETCONF on 830, "
            "some on 22.",
        )
    if authenticated:
        why = f": {_last(said)}" if said else ""
        return ConnectFailed(
            f"The {subsystem} subsystem of {address} ended at once ({ending(code)}){why}.",
            state="Authenticated, but no NETCONF session was opened.",
            advice="The device may have reached its limit of sessions, or not let this user use NETCONF.",
        )
    if (found := _DENIED.search(text)) is not None or "Too many authentication failures" in text:
        allowed = tuple(found["allowed"].split(",")) if found is not None else ()
        notes = [line.rstrip(".") + "." for line in said if _KEYS.match(line)]
        many = " It ended the connection: too many keys were offered." if found is None else ""
        permits = f" The server allows: {', '.join(allowed)}." if allowed else ""
        return AuthenticationFailed(
            " ".join([f"{address} did not let {user} in.{many}{permits}", *notes]),
            allowed=allowed,
            state=NOT_CONNECTED,
            advice="Check the user name, the password, the keys and the agent.",
        )
    if any(_CONFIG.match(line) for line in said):
        return ConnectFailed(
            f"The system's ssh does not take its configuration: {_last(said)}.",
            state=NOT_CONNECTED,
            advice="Correct the ssh config, or let this program connect by itself.",
        )
    for pattern in _REACH:
        for line in said:
            if pattern.fullmatch(line):
                return ConnectFailed(
                    f"No connection to {address}: {line.removeprefix('ssh: ').rstrip('.')}.",
                    state=NOT_CONNECTED,
                    advice="Check that the device is up, that it listens on this port and that no firewall is in "
                    "between.",
                )
    ended = f"The system's ssh ended ({ending(code)})"
    return ConnectFailed(
        f"{ended} before {address} was connected{f': {_last(said)}' if said else ''}.",
        state=NOT_CONNECTED,
        advice="Try the same host with ssh on a terminal; it says more with -v.",
    )


def no_common(address: str, what: str, offer: Sequence[str], *, allowed: bool) -> NoCommonAlgorithm:
    """Names what the server offers, and offers old algorithms where they would help."""
    old = not allowed and bool(OLD_NAMES & set(offer))
    advice = OLD_ADVICE if old else "Enable a current algorithm on the device, or update its SSH server."
    return NoCommonAlgorithm(
        f"{address} and the system's ssh have no algorithm in common for {what}: the server offers {', '.join(offer)}.",
        old=old,
        state=NOT_CONNECTED,
        advice=advice,
    )


def ending(code: int | None) -> str:
    """How a process ended, in words."""
    if code is None:
        return "it is still there"
    return f"signal {-code}" if code < 0 else f"exit status {code}"


def _last(said: Sequence[str]) -> str:
    return said[-1].rstrip(".") if said else ""
