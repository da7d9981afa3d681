"""What is known of the commands of Cisco IOS: which open a section, which have one value, where order counts.

Lives here: tables and the questions to them.  Does not live here: reading a text (`cli_text`), comparing (`cli_diff`),
carrying commands out (`cli_interpreter`).  A command that is not listed is one of many: it is added as it is written
and removed by `no` and the whole of it, which every release of IOS takes.
"""

from __future__ import annotations

import re
from functools import lru_cache

OPENERS: tuple[str, ...] = (
    "aaa group server",
    "archive",
    "bfd-template",
    "bridge-domain",
    "call-home",
    "class-map",
    "control-plane",
    "controller",
    "crypto ikev2 keyring",
    "crypto ikev2 policy",
    "crypto ikev2 profile",
    "crypto ikev2 proposal",
    "crypto ipsec profile",
    "crypto ipsec transform-set",
    "crypto isakmp policy",
    "crypto isakmp profile",
    "crypto keyring",
    "crypto map",
    "crypto pki certificate chain",
    "crypto pki trustpoint",
    "dial-peer",
    "event manager applet",
    "flow exporter",
    "flow monitor",
    "flow record",
    "interface",
    "ip access-list",
    "ip dhcp pool",
    "ip explicit-path",
    "ip sla",
    "ip vrf",
    "ipv6 access-list",
    "ipv6 dhcp pool",
    "ipv6 router",
    "key chain",
    "line",
    "object-group",
    "parameter-map",
    "policy-map",
    "radius server",
    "redundancy",
    "route-map",
    "router",
    "spanning-tree mst configuration",
    "tacacs server",
    "template",
    "track",
    "vlan",
    "voice class",
    "voice service",
    "vrf definition",
    "zone security",
    "zone-pair",
)
"""Global commands that open a section.  `opens_section` knows the ones among them that need more than the words."""

INNER_OPENERS: dict[str, tuple[str, ...]] = {
    "router": ("address-family", "topology", "template"),
    "vrf definition": ("address-family",),
    "policy-map": ("class",),
    "class": ("police",),
    "key chain": ("key",),
    "archive": ("log config",),
    "address-family": ("topology",),
    "interface": ("service instance",),
    "ip sla": ("icmp-echo", "udp-jitter", "http"),
    "call-home": ("profile",),
    "redundancy": ("application redundancy",),
}
"""Commands that open a section inside a section, by the words that the outer one begins with."""

SINGLE: tuple[str, ...] = (
    "auto-cost reference-bandwidth",
    "bandwidth",
    "boot system",
    "clock rate",
    "clock timezone",
    "description",
    "duplex",
    "encapsulation",
    "enable password",
    "enable secret",
    "exec-timeout",
    "hostname",
    "ip address",
    "ip domain name",
    "ip domain-name",
    "ip mtu",
    "ip ospf cost",
    "ip ospf priority",
    "ip tcp adjust-mss",
    "ip vrf forwarding",
    "load-interval",
    "logging buffered",
    "login",
    "mtu",
    "name",
    "netconf lock-time",
    "netconf max-message",
    "netconf max-sessions",
    "privilege level",
    "router-id",
    "snmp-server contact",
    "snmp-server location",
    "speed",
    "switchport access vlan",
    "switchport mode",
    "transport input",
    "transport output",
    "tunnel destination",
    "tunnel mode",
    "tunnel source",
    "version",
    "vrf forwarding",
)
"""Commands of which a section has one: a second takes the place of the first."""

SHOWN_WHEN_OFF: tuple[str, ...] = (
    "aaa new-model",
    "auto-summary",
    "cdp enable",
    "cdp run",
    "ip address",
    "ip domain lookup",
    "ip domain-lookup",
    "ip http secure-server",
    "ip http server",
    "ip proxy-arp",
    "ip redirects",
    "ip route-cache",
    "ip unreachables",
    "keepalive",
    "logging console",
    "mop enabled",
    "service pad",
    "synchronization",
)
"""Commands whose `no` form a device shows in its configuration; of others nothing is left."""

VRF = ("vrf forwarding", "ip vrf forwarding")
"""Commands with which an interface loses its addresses."""

_FREE_TEXT = ("description", "remark", "snmp-server contact", "snmp-server location")
_VIRTUAL = re.compile(
    r"interface\s+(loopback|tunnel|vlan|port-channel|bvi|dialer|virtual-template|multilink|nve|pseudowire|bdi)|"
    r"interface\s+\S+\.\d+$",
    re.IGNORECASE,
)
_PERMANENT = re.compile(r"(interface\s|line\s|control-plane$|redundancy$|archive$)", re.IGNORECASE)
_NUMBERED_LIST = re.compile(r"access-list\s+(\S+)\s")
_SEQUENCE = re.compile(r"(?:sequence\s+)?(\d+)\s+(?:permit|deny|remark)\b")


def begins(text: str, words: str) -> bool:
    """Whether a command begins with these words, whole ones."""
    return text.startswith(words) and (len(text) == len(words) or text[len(words)] == " ")


@lru_cache(maxsize=65536)
def tidy(text: str) -> str:
    """A command as it is compared: blanks count once, but in texts for people."""
    text = text.strip()
    if "  " not in text and "\t" not in text:
        return text
    bare = text[3:].lstrip() if text.startswith("no ") else text
    return text if any(begins(bare, words) for words in _FREE_TEXT) else " ".join(text.split())


def _by_first(commands: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Commands by their first word: most texts are asked about once a line."""
    found: dict[str, list[str]] = {}
    for words in commands:
        found.setdefault(words.partition(" ")[0], []).append(words)
    return {word: tuple(listed) for word, listed in found.items()}


_OPENERS, _SINGLE, _SHOWN = _by_first(OPENERS), _by_first(SINGLE), _by_first(SHOWN_WHEN_OFF)


def _one_of(text: str, table: dict[str, tuple[str, ...]]) -> str:
    """The words of a table that a command begins with; "" if there are none."""
    for words in table.get(text.partition(" ")[0], ()):
        if begins(text, words):
            return words
    return ""


@lru_cache(maxsize=65536)
def _inside(outer: str) -> tuple[str, ...]:
    """What opens a section inside the section of a command."""
    return tuple(words for outside, inside in INNER_OPENERS.items() if begins(outer, outside) for words in inside)


@lru_cache(maxsize=65536)
def opens_section(text: str, outer: str = "") -> bool:
    """Whether a command opens a section; `outer` is the command of the section it is in."""
    if outer:
        return any(begins(text, words) for words in _inside(outer))
    kind = _one_of(text, _OPENERS)
    if not kind:
        return False
    words = text.split()
    if kind == "crypto map":
        return text.endswith(("ipsec-isakmp", "ipsec-manual")) or "ipsec-isakmp " in text
    if kind == "vlan":
        return len(words) == 2 and words[1][0].isdigit()
    if kind == "ip sla":
        return len(words) == 3 and words[2].isdigit()
    if kind == "ip access-list":
        return len(words) == 4 and words[2] in ("standard", "extended")
    return kind != "router" or len(words) > 1


def kind_of(text: str) -> str:
    """The words by which a section is grouped: "interface", "ip access-list"."""
    return _one_of(text, _OPENERS) or text.partition(" ")[0]


def negated(text: str) -> str:
    """What a `no` command takes away; "" for other commands."""
    return text[3:].strip() if text.startswith("no ") else ""


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """What a command is about: two commands of a section with one key cannot both hold."""
    text = tidy(text)
    bare = negated(text) or text
    if begins(bare, "ip address") and bare.endswith(" secondary"):
        return bare
    if bare[:1].isdigit() or begins(bare, "sequence"):
        numbered = _SEQUENCE.match(bare)
        if numbered:
            return numbered.group(1)
    if begins(bare, "banner"):
        return " ".join(bare.split()[:2])
    single = _one_of(bare, _SINGLE)
    if single:
        return single
    if begins(bare, "username"):
        return " ".join(bare.split()[:2])
    return bare


def shown_when_off(text: str) -> str:
    """What a device that was told `no` and this shows behind its `no`; "" where it shows nothing."""
    if text.endswith(" secondary"):
        return ""
    return _one_of(text, _SHOWN)


def says_nothing(text: str) -> bool:
    """Whether a command only says what holds anyway: an interface without an address has none."""
    return text == "no ip address"


def is_permanent(text: str) -> bool:
    """Whether a section stays even with nothing in it: physical interfaces, lines; `no` is refused there."""
    return bool(_PERMANENT.match(text)) and not _VIRTUAL.match(text)


def is_physical(text: str) -> bool:
    """Whether a section is an interface that nobody can remove."""
    return begins(text, "interface") and is_permanent(text)


def ordered_inside(path: tuple[str, ...]) -> bool:
    """Whether the order of the commands in a section counts: access lists, the classes of a policy."""
    if not path:
        return False
    last = path[-1]
    return begins(last, "ip access-list") or begins(last, "ipv6 access-list") or begins(last, "policy-map")


def numbered_list(text: str) -> str:
    """The number (or name) of the global access list that a command belongs to; "" for others."""
    found = _NUMBERED_LIST.match(text)
    return found.group(1) if found else ""


def has_sequence(text: str) -> bool:
    """Whether an entry of an access list says its place by a number."""
    return _SEQUENCE.match(text) is not None
