"""What the demo router finds wrong with a command, in the words of a terminal.

Lives here: `check`, which the interpreter asks before it takes a command.  It knows first words, addresses and what
cannot go; a real router knows more.  Does not live here: taking commands (`config.cli_interpreter`).
"""

from __future__ import annotations

import ipaddress

from netconf_gui.config.cli_interpreter import Interpreter
from netconf_gui.config.cli_words import INNER_OPENERS, OPENERS, begins, is_physical, negated, opens_section
from netconf_gui.errors import AppError

INVALID = "% Invalid input detected at '^' marker."
INCOMPLETE = "% Incomplete command."

_GLOBAL = frozenset(
    (
        "aaa access-list alias arp banner boot boot-end-marker boot-start-marker cdp clock crypto default enable "
        "errdisable file hostname http ip ipv6 key lldp logging mac macro memory mls monitor mpls multilink netconf "
        "no ntp platform privilege radius-server scheduler security service snmp-server spanning-tree standby tacacs- "
        "server tftp-server udld username version vtp"
    ).split()
) | {words.split()[0] for words in OPENERS}
_INSIDE = frozenset(
    (
        "access-class address address-family activate aggregate-address area arp auto auto-summary authentication "
        "bandwidth bgp bridge-group cdp channel-group clock class compression crypto dampening default default- "
        "information default-metric default-router delay deny description dialer distance dns-server domain-name "
        "duplex dynamic eigrp encapsulation encryption escape-character event-log exec exec-timeout exit export fair- "
        "queue flow full-duplex group half-duplex hash hold-queue import ip ipv6 isis keepalive key lease length "
        "load-interval log-adjacency-changes logging login mac match maximum-paths mls mode mpls mtu name negotiation "
        "neighbor net netbios-name-server network no ntp option passive-interface password peer permit police ppp "
        "priority privilege queue-limit rd redistribute remark route-target router-id server service-policy session- "
        "timeout set shutdown snmp spanning-tree speed standby stopbits storm-control switchport synchronization "
        "tacacs timers track traffic-shape transport trunk tunnel unit version vlan vrf vrrp weight width xconnect "
        "sequence action event"
    ).split()
)


class CommandRefused(AppError):
    """A command that the router does not take; the message is what a terminal would show."""


def check(path: tuple[str, ...], text: str, router: Interpreter) -> None:
    """Raise `CommandRefused` for a command that is wrong at this place."""
    bare = negated(text) or text.removeprefix("default ").strip()
    words = bare.split()
    if not words or (text in ("no", "default")):
        raise CommandRefused(INCOMPLETE)
    if not _known(path, bare, words[0]):
        raise CommandRefused(INVALID)
    if text.startswith("no ") and not path and is_physical(bare):
        raise CommandRefused("% Removal of physical interfaces is not permitted.")
    if begins(bare, "interface") and len(words) < 2:
        raise CommandRefused(INCOMPLETE)
    if begins(bare, "ip address"):
        _check_address(path, text, words, router)
    for name, low, high in (("max-sessions", 4, 16), ("lock-time", 1, 300), ("max-message", 1, 2147483)):
        if (
            begins(bare, f"netconf {name}")
            and len(words) > 2
            and not (words[2].isdigit() and low <= int(words[2]) <= high)
        ):
            raise CommandRefused(INVALID)


def _known(path: tuple[str, ...], bare: str, word: str) -> bool:
    if not path:
        return word in _GLOBAL
    inner = {words.split()[0] for inside in INNER_OPENERS.values() for words in inside}
    return word in _INSIDE or word in inner or word.isdigit() or opens_section(bare, path[-1])


def _check_address(path: tuple[str, ...], text: str, words: list[str], router: Interpreter) -> None:
    if text.startswith(("no ", "default ")) or words[2:3] in (["dhcp"], ["negotiated"]):
        return
    if len(words) < 4:
        raise CommandRefused(INCOMPLETE)
    try:
        wanted = ipaddress.ip_interface(f"{words[2]}/{words[3]}")
    except ValueError:
        raise CommandRefused(INVALID) from None
    if wanted.network.prefixlen < 31 and wanted.ip in (
        wanted.network.network_address,
        wanted.network.broadcast_address,
    ):
        raise CommandRefused(f"Bad mask /{wanted.network.prefixlen} for address {wanted.ip}")
    here = path[-1] if path else ""
    for above, node in router.walk():
        if above.text != here and begins(above.text, "interface") and begins(node.text, "ip address"):
            other = node.text.split()
            if len(other) >= 4 and ipaddress.ip_interface(f"{other[2]}/{other[3]}").network.overlaps(wanted.network):
                raise CommandRefused(f"% {wanted.network.network_address} overlaps with {above.text.split(None, 1)[1]}")
