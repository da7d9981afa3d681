"""Types that everyone knows: addresses, prefixes, MAC addresses, dates, domain names (RFC 6991 and RFC 9911).

Lives here: which of them a compiled type is, by the names of its typedefs; what a value of it means, in words; other
notations that people paste, turned into the type's own; and the canonical form that its description asks for.  Does
not live here: whether a value is valid (the engine), the built-in types (`datatypes`).

Vendors and OpenConfig define types of the same names: they are explained alike, but only values of the IETF's own
types are brought into a canonical form, since only their descriptions define one.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from netconf_gui.yang.nodes import TypeInfo

IPV4, IPV6, IP = "IPv4 address", "IPv6 address", "IP address"
IPV4_PREFIX, IPV6_PREFIX, IP_PREFIX = "IPv4 prefix", "IPv6 prefix", "IP prefix"
IPV4_BOTH, IPV6_BOTH, IP_BOTH = "IPv4 address and prefix", "IPv6 address and prefix", "IP address and prefix"
MAC, HEX, MOMENT, DOMAIN, HOST, UUID = "MAC address", "hex string", "date and time", "domain name", "host", "UUID"

_KINDS = {
    "ipv4-address": IPV4, "ipv4-address-no-zone": IPV4, "ipv4-address-link-local": IPV4, "dotted-quad": IPV4,
    "ipv6-address": IPV6, "ipv6-address-no-zone": IPV6, "ipv6-address-link-local": IPV6,
    "ip-address": IP, "ip-address-no-zone": IP, "ip-address-link-local": IP,
    "ipv4-prefix": IPV4_PREFIX, "ipv6-prefix": IPV6_PREFIX, "ip-prefix": IP_PREFIX,
    "ipv4-address-and-prefix": IPV4_BOTH, "ipv6-address-and-prefix": IPV6_BOTH, "ip-address-and-prefix": IP_BOTH,
    "mac-address": MAC, "phys-address": HEX, "hex-string": HEX, "uuid": UUID,
    "date-and-time": MOMENT, "domain-name": DOMAIN, "host-name": DOMAIN, "host": HOST,
}  # fmt: skip
EXAMPLES = {
    IPV4: "192.0.2.1", IPV6: "2001:db8::1", IP: "192.0.2.1 or 2001:db8::1",
    IPV4_PREFIX: "192.0.2.0/24", IPV6_PREFIX: "2001:db8::/32", IP_PREFIX: "192.0.2.0/24 or 2001:db8::/32",
    IPV4_BOTH: "192.0.2.1/24", IPV6_BOTH: "2001:db8::1/64", IP_BOTH: "192.0.2.1/24 or 2001:db8::1/64",
    MAC: "00:00:5e:00:53:01", HEX: "0a:1b:2c", UUID: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    MOMENT: "2026-11-21T13:45:00+01:00", DOMAIN: "pe1.example.net", HOST: "192.0.2.1 or pe1.example.net",
}  # fmt: skip
"""A value of each kind, from the blocks that are reserved for documentation."""

_PREFIXES = frozenset({IPV4_PREFIX, IPV6_PREFIX, IP_PREFIX})
_ADDRESSES = frozenset({IPV4, IPV6, IP})
_BOTH = frozenset({IPV4_BOTH, IPV6_BOTH, IP_BOTH})
_STANDARD = frozenset({"ietf-inet-types", "ietf-yang-types"})
_VERSION = {IPV4: 4, IPV4_PREFIX: 4, IPV4_BOTH: 4, IPV6: 6, IPV6_PREFIX: 6, IPV6_BOTH: 6}

_HEX_PAIRS = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2})*", re.ASCII)
_MAC_NOTATIONS = re.compile(
    r"[0-9a-f]{12}|([0-9a-f]{4}[.:-]){2}[0-9a-f]{4}|([0-9a-f]{2}[-.: ]){5}[0-9a-f]{2}", re.ASCII | re.IGNORECASE
)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?", re.ASCII)
_LONGEST_DOMAIN, _LONGEST_LABEL = 253, 63

_SCOPES = (
    ("is_unspecified", "unspecified"),
    ("is_loopback", "loopback"),
    ("is_multicast", "multicast"),
    ("is_link_local", "link-local"),
    ("is_private", "private"),
    ("is_reserved", "reserved"),
)
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface


@dataclass(frozen=True, slots=True)
class Note:
    """One line about a value; `kind` is info or warning."""

    kind: str
    text: str


def kind_of(info: TypeInfo | None) -> str:
    """Which well-known type it is, one of the names above; "" for any other."""
    if info is None:
        return ""
    if info.base == "leafref":
        return kind_of(info.target)
    if info.base not in ("string", "union"):
        return ""
    for name in (*info.typedefs, info.name):
        found = _KINDS.get(name.rpartition(":")[2])
        if found is not None:
            return found
    return ""


def is_standard(info: TypeInfo) -> bool:
    """Whether the typedef is the IETF's own; believed by its name where nothing tells its module."""
    if info.base == "leafref" and info.target is not None:
        return is_standard(info.target)
    modules = {name.rpartition(":")[0] for name in info.typedefs}
    return bool(modules & _STANDARD) or not any(modules)


def standard_kind(info: TypeInfo) -> str:
    """Which of the IETF's own types it is or is made of; "" for any other.

    What a leafref ends at tells its typedef without the module; it is believed by its name.
    """
    for name in info.typedefs or (info.name,):
        module, _, local = name.rpartition(":")
        if local in _KINDS and (module in _STANDARD or not info.typedefs):
            return _KINDS[local]
    return ""


def canonical(info: TypeInfo, text: str) -> str | None:
    """The canonical form of a value of the IETF's own types; None for other types and for what is no value.

    Moments come as UTC, whatever the offset of the place is: two of them are the same if these texts are.
    """
    kind = standard_kind(info) if info.base in ("string", "union") else ""
    if not kind or kind == DOMAIN:
        return None
    if kind == MOMENT:
        return _canonical_moment(text)
    return stored(kind, text, standard=True) if text == text.strip() and fits(kind, text) else None


# one value of a kind


def fits(kind: str, text: str) -> bool:
    """Whether a text is a value of a kind as far as that can be told here; True for kinds that are not looked into."""
    if kind in _ADDRESSES:
        return _address(kind, text) is not None
    if kind in _PREFIXES or kind in _BOTH:
        return _interface(kind, text) is not None
    if kind == MAC:
        return _HEX_PAIRS.fullmatch(text) is not None and len(text) == 17
    if kind == HEX:
        return not text or _HEX_PAIRS.fullmatch(text) is not None
    if kind == UUID:
        return _UUID.fullmatch(text) is not None
    if kind == MOMENT:
        return moment(text) is not None
    if kind == DOMAIN:
        return not _domain_fault(text)
    if kind == HOST:
        return any(fits(one, text) for one in (IPV4, IPV6, DOMAIN))
    return True


def stored(kind: str, text: str, *, standard: bool) -> str:
    """The text to store for what was typed: other notations as the type's own, canonical where `standard` defines it.

    A text that is no value of the kind comes back as it is.
    """
    if kind == MAC:
        text = _mac(text) or text
    elif kind == MOMENT:
        return _moment_text(text)
    elif kind in _ADDRESSES or kind in _PREFIXES or kind in _BOTH or kind in (DOMAIN, HOST):
        text = text.strip()
    if not standard or not fits(kind, text):
        return text
    if kind in (MAC, HEX, UUID):
        return text.lower()
    if kind in _ADDRESSES or kind == HOST:
        return _canonical_address(kind, text)
    if kind in _PREFIXES or kind in _BOTH:
        return _canonical_prefix(kind, text)
    return text


def _address(kind: str, text: str) -> Address | None:
    plain = text.partition("%")[0]
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        return None
    return found if _VERSION.get(kind, found.version) == found.version else None


def _interface(kind: str, text: str) -> Interface | None:
    if "/" not in text or not text.rpartition("/")[2].isdecimal() or "%" in text:
        return None
    try:
        found = ipaddress.ip_interface(text)
    except ValueError:
        return None
    return found if _VERSION.get(kind, found.version) == found.version else None


def _compressed(address: Address) -> str:
    """RFC 5952, section 5, writes addresses that hold an IPv4 one with dots."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


def _canonical_address(kind: str, text: str) -> str:
    address = _address(IP if kind == HOST else kind, text)
    if address is None:
        return text
    return _compressed(address) + text[len(text.partition("%")[0]) :]


def _canonical_prefix(kind: str, text: str) -> str:
    found = _interface(kind, text)
    if found is None:
        return text
    address = found.ip if kind in _BOTH else found.network.network_address
    return f"{_compressed(address)}/{found.network.prefixlen}"


def _mac(text: str) -> str:
    """Six pairs with colons out of any usual notation; "" if it is none."""
    if _MAC_NOTATIONS.fullmatch(text.strip()) is None:
        return ""
    digits = re.sub(r"[^0-9a-fA-F]", "", text)
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def moment(text: str) -> datetime | None:
    """A date-and-time with its offset; None if it is none.  A leap second counts as the second before it."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    clock = clock[:-2] + "59" if clock.endswith(":60") else clock
    zone = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{zone}")
    except ValueError:
        return None


def _moment_text(text: str) -> str:
    match = _MOMENT.fullmatch(text.strip())
    if match is None or moment(text) is None:
        return text
    day, clock, fraction, zone = match.groups()
    return f"{day}T{clock}{fraction or ''}{zone.upper()}"


def _canonical_moment(text: str) -> str | None:
    """As moments are compared: in UTC, the fraction as it is written.

    That the offset of the place is not known is part of the value; Z says so, too (RFC 9557, section 2).
    """
    match = _MOMENT.fullmatch(text)
    found = moment(text)
    if match is None or found is None:
        return None
    try:
        when = (found - (found.utcoffset() or timedelta())).replace(tzinfo=None, microsecond=0)
        when += timedelta(seconds=1 if match[2].endswith(":60") else 0)
    except OverflowError:
        return None
    zone = "-00:00" if match[4] in ("-00:00", "Z", "z") else "+00:00"
    return f"{when:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + (match[3] or "") + zone


def moment_text(when: datetime, *, unknown_zone: bool = False) -> str:
    """A date-and-time as the type writes it, to the second; `unknown_zone`: UTC of a place that is not known."""
    offset = when.utcoffset() or timedelta()
    seconds = round(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    zone = f"{sign}{abs(seconds) // 3600:02}:{abs(seconds) % 3600 // 60:02}"
    if unknown_zone:
        zone = "-00:00"
    elif not seconds:
        zone = "Z"
    return f"{when:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + zone


# in words


def explain(kind: str, text: str, *, standard: bool = True) -> tuple[Note, ...]:
    """What a value means, for people; nothing for a text that is no value of the kind, except what is wrong with it."""
    text = text.strip()
    if not text:
        return ()
    if kind == HOST:
        kind = IP if _address(IP, text) is not None else DOMAIN
    if kind in _ADDRESSES:
        return _explain_address(kind, text)
    if kind in _PREFIXES or kind in _BOTH:
        return _explain_prefix(kind, text, standard=standard)
    if kind == MAC:
        return _explain_mac(text)
    if kind == MOMENT:
        return _explain_moment(text)
    if kind == DOMAIN:
        return _explain_domain(text)
    return ()


def _scope(address: Address) -> str:
    if any(address.version == net.version and address in net for net in _DOCUMENTATION):
        return "for documentation"
    return next((words for name, words in _SCOPES if getattr(address, name)), "global")


def _explain_address(kind: str, text: str) -> tuple[Note, ...]:
    address = _address(kind, text)
    if address is None:
        return ()
    words = [f"IPv{address.version} address, {_scope(address)}"]
    zone = text.partition("%")[2]
    if zone:
        words.append(f"zone {zone}")
    if isinstance(address, ipaddress.IPv6Address) and address.exploded != text.lower():
        words.append(address.exploded)
    return (Note("info", " · ".join(words)),)


def _explain_prefix(kind: str, text: str, *, standard: bool) -> tuple[Note, ...]:
    found = _interface(kind, text)
    if found is None:
        return ()
    net = found.network
    words = [f"Network {_compressed(net.network_address)}/{net.prefixlen}"]
    if isinstance(net, ipaddress.IPv4Network):
        words.append(f"mask {net.netmask}")
    words.append(_count_words(net.num_addresses, net.max_prefixlen - net.prefixlen))
    if net.num_addresses > 1:
        words.append(f"{_compressed(net[0])} to {_compressed(net[-1])}")
    notes = [Note("info", " · ".join(words))]
    if found.ip != net.network_address and kind in _PREFIXES:
        then = " They are stored as zeros." if standard else ""
        notes.append(Note("warning", f"Host bits are set: {_compressed(found.ip)} is inside the network.{then}"))
    return tuple(notes)


def _count_words(count: int, bits: int) -> str:
    if count == 1:
        return "1 address"
    return f"{count:,} addresses" if bits <= 32 else f"2^{bits} addresses"


def _explain_mac(text: str) -> tuple[Note, ...]:
    plain = _mac(text)
    if not plain:
        return ()
    first = int(plain[:2], 16)
    if plain.lower() == "ff:ff:ff:ff:ff:ff":
        words = ["broadcast"]
    else:
        words = [
            "multicast" if first & 1 else "unicast",
            "locally administered" if first & 2 else f"vendor {plain[:8].upper()}",
        ]
    return (Note("info", " · ".join(words)),)


def _explain_moment(text: str) -> tuple[Note, ...]:
    when = moment(text)
    if when is None:
        return ()
    offset = when.utcoffset() or timedelta()
    zone = "time zone not known" if text.endswith("-00:00") else "UTC" if not offset else f"UTC{when:%z}"
    if offset:
        zone = f"{zone[:-2]}:{zone[-2:]}"
    words = f"{when:%A}, {when.day} {when:%B} {when.year}, {when:%H:%M:%S} {zone}"
    if not offset:
        return (Note("info", words),)
    try:
        utc = when - offset
    except OverflowError:
        return (Note("info", words),)
    return (Note("info", f"{words} · {utc:%Y-%m-%d %H:%M:%S} UTC"),)


def _domain_fault(text: str) -> str:
    if text == ".":
        return ""
    plain = text.removesuffix(".")
    if len(text) > _LONGEST_DOMAIN:
        return f"{len(text)} characters. Allowed: at most {_LONGEST_DOMAIN}."
    for part in plain.split("."):
        if not part:
            return "There is an empty label: two dots follow each other, or one is in front."
        if len(part) > _LONGEST_LABEL:
            return f"The label {part[:20]}… has {len(part)} characters. Allowed: at most {_LONGEST_LABEL}."
        if _LABEL.fullmatch(part) is None:
            return f"The label {part} may hold letters, digits and hyphens, and no hyphen at its ends."
    return ""


def _explain_domain(text: str) -> tuple[Note, ...]:
    fault = _domain_fault(text)
    if fault:
        return (Note("warning", fault),)
    if text == ".":
        return (Note("info", "The root of the domain name system"),)
    parts = text.removesuffix(".").split(".")
    labels = "1 label" if len(parts) == 1 else f"{len(parts)} labels"
    longest = max(len(part) for part in parts)
    kind = "absolute" if text.endswith(".") else "one label, resolved by search list" if len(parts) == 1 else ""
    words = [f"{len(text)} of at most {_LONGEST_DOMAIN} characters", f"{labels}, the longest {longest} of 63"]
    return (Note("info", " · ".join([*words, kind] if kind else words)),)
