"""The kinds of servers that are known, as data: how to recognise one, and what it does differently.

Lives here: `STANDARD` and the list `PROFILES`, in the order in which they are tried.  Does not live here: what the
flags mean (`profile`, `quirks`).
"""

from __future__ import annotations

from netconf_gui.protocol.profile import Profile

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
