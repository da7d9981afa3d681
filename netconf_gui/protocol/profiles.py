"""What is known of particular servers, as data: how to recognise one, and what it does differently.

Lives here: `Profile`, the list of them, `choose`, and the byte repairs that profiles name.  Does not live here:
code that acts on a flag (sessions and services ask for it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netconf_gui.protocol.hello import Hello

Repair = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server.  It matches a hello in which any module or capability URI begins with one of `uris`."""

    name: str
    title: str
    uris: tuple[str, ...] = ()
    validate_by_test_then_set: bool = False
    """`<validate>` and then `<commit>` loses the edits: validate with edit-config's test-option instead."""
    lock_order: tuple[str, ...] = ("running", "candidate")
    """In which order the two are locked for an edit of candidate; they are unlocked the other way round."""
    repairs: tuple[str, ...] = ()
    """Names in `REPAIRS`, applied in order to the start tag of each message's root element."""
    settle: float = 0.0
    """Seconds between our hello and the first request: a server that reads both at once forgets the request."""
    unservable_schemas: tuple[str, ...] = ()
    """Modules that must not be asked for with get-schema: the server dies of it."""
    notes: tuple[str, ...] = ()
    """For people: what is worked around."""


_ATTRIBUTE = re.compile(rb"\s+([^\s=<>/\"']+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def drop_repeated_attributes(tag: bytes) -> bytes:
    """Keep the first of attributes (namespace declarations included) that a start tag has twice."""
    seen: set[bytes] = set()

    def keep(match: re.Match[bytes]) -> bytes:
        if match.group(1) in seen:
            return b""
        seen.add(match.group(1))
        return match.group(0)

    return _ATTRIBUTE.sub(keep, tag)


REPAIRS: Mapping[str, Repair] = {"drop-repeated-attributes": drop_repeated_attributes}

STANDARD = Profile("standard", "Standard NETCONF server")

NETCONFD = Profile(
    "netconfd",
    "yuma123 netconfd",
    uris=("http://netconfcentral.org/ns/yuma", "http://yuma123.org/ns/"),
    validate_by_test_then_set=True,
    repairs=("drop-repeated-attributes",),
    settle=0.2,
    # it keeps ietf-netconf in a file of the other's name; the second get-schema of either is a double free
    unservable_schemas=("ietf-netconf", "yuma123-netconf-types"),
    notes=(
        "A validate followed by a commit loses the edits: edits are validated with test-option test-then-set.",
        "Attributes that a reply declares twice are read once.",
        "A request that arrives together with the hello is not answered: the first one waits 0.2 seconds.",
        "Asking for the text of ietf-netconf or yuma123-netconf-types ends the server: neither is asked for.",
    ),
)

SROS = Profile(
    "sros",
    "Nokia SR OS",
    uris=("urn:nokia.com:sros:",),
    lock_order=("candidate",),
    notes=("A lock on running or candidate locks both, and the second is denied: candidate alone is locked.",),
)

PROFILES: tuple[Profile, ...] = (NETCONFD, SROS)


def choose(hello: Hello) -> Profile:
    """The first profile that matches the hello, else `STANDARD`."""
    for profile in PROFILES:
        if any(uri.startswith(profile.uris) for uri in hello.capabilities.uris):
            return profile
    return STANDARD


def repair(profile: Profile, tag: bytes) -> bytes:
    """Apply the profile's repairs to the start tag of a root element."""
    for name in profile.repairs:
        tag = REPAIRS[name](tag)
    return tag
