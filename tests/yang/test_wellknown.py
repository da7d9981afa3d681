"""Addresses, prefixes, MAC addresses, moments and names: what they mean, and how they are stored."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.yang import wellknown
from netconf_gui.yang.datatypes import canonical, member_of, quick_check, stored
from netconf_gui.yang.nodes import EnumItem, TypeInfo
from netconf_gui.yang.wellknown import Note, explain, fits, kind_of, moment, moment_text


def named(name: str, module: str = "ietf-inet-types") -> TypeInfo:
    return TypeInfo("string", name, typedefs=(f"{module}:{name}",))


IP = TypeInfo("union", "ip-address", union=(named("ipv4-address"), named("ipv6-address")))
PORT = TypeInfo("union", union=(TypeInfo("uint16", ranges=(("0", "65535"),)), IP, named("domain-name")))


def test_kinds_are_known_by_the_names_of_typedefs():
    assert kind_of(named("ipv4-prefix")) == wellknown.IPV4_PREFIX
    assert kind_of(TypeInfo("string", "my-loopback", typedefs=("m:my-loopback", "ietf-inet-types:ipv6-address"))) == (
        wellknown.IPV6
    )
    assert kind_of(TypeInfo("leafref", target=named("mac-address"))) == wellknown.MAC
    assert (
        kind_of(TypeInfo("string")) == "" and kind_of(TypeInfo("uint16", "mac-address")) == "" and kind_of(None) == ""
    )


@given(st.ip_addresses())
def test_addresses_are_stored_in_one_form(address):
    info = named("ipv4-address" if address.version == 4 else "ipv6-address")
    for text in (str(address), address.exploded, address.exploded.upper(), f" {address} "):
        once = stored(info, text)
        assert ipaddress.ip_address(once) == address
        assert stored(info, once) == once and once == once.lower()
        assert stored(IP, text) == once


@given(st.ip_addresses(), st.integers(0, 128))
def test_host_bits_of_prefixes_become_zeros(address, length):
    length = min(length, address.max_prefixlen)
    info = named("ipv4-prefix" if address.version == 4 else "ipv6-prefix")
    text = f"{address}/{length}"
    net = ipaddress.ip_network(text, strict=False)
    assert ipaddress.ip_network(stored(info, text)) == net
    vendor = named(info.name, "openconfig-inet-types")
    assert stored(vendor, text) == text, "only the IETF's own types define a canonical form"
    warned = [note for note in explain(kind_of(info), text) if note.kind == "warning"]
    assert bool(warned) == (ipaddress.ip_interface(text).ip != net.network_address)


@given(
    st.binary(min_size=6, max_size=6), st.sampled_from(["colons", "hyphens", "dots", "plain", "blanks"]), st.booleans()
)
def test_any_notation_of_a_mac_address_is_taken(octets, notation, upper):
    pairs = [f"{one:02x}" for one in octets]
    plain = "".join(pairs)
    written = {
        "colons": ":".join(pairs),
        "hyphens": "-".join(pairs),
        "dots": ".".join(plain[at : at + 4] for at in (0, 4, 8)),
        "plain": plain,
        "blanks": " ".join(pairs),
    }[notation]
    text = written.upper() if upper else written
    assert stored(named("mac-address", "ietf-yang-types"), text) == ":".join(pairs)
    assert fits(wellknown.MAC, stored(named("mac-address", "openconfig-yang-types"), text))


@given(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)),
    st.integers(-14 * 60, 14 * 60),
)
def test_moments_are_written_and_read(when, minutes):
    when = when.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    text = moment_text(when)
    assert moment(text) == when and len(text) in (20, 25)
    assert stored(named("date-and-time"), text.lower().replace("t", " ")) == text
    assert explain(wellknown.MOMENT, text)


@given(st.text())
def test_any_text_is_survived(text):
    for name in wellknown._KINDS:
        info = named(name)
        kind = kind_of(info)
        once = stored(info, text)
        assert stored(info, once) == once
        assert fits(kind, text) in (True, False)
        assert all(isinstance(note, Note) for note in explain(kind, text))
    for info in (PORT, TypeInfo("int8", ranges=(("-128", "127"),)), TypeInfo("decimal64", fraction_digits=2)):
        once = stored(info, text)
        assert stored(info, once) == once
        quick_check(info, text)


@given(st.from_regex(r"[0-9A-Fa-f:.%/\-]{1,45}", fullmatch=True))
def test_what_only_looks_like_an_address_is_survived(text):
    for name in wellknown._KINDS:
        info = named(name)
        once = stored(info, text)
        assert stored(info, once) == once
        explain(kind_of(info), text)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("ipv4-address", "127.0.0.1", "loopback"),
        ("ipv6-address", "ff02::1", "multicast"),
        ("ipv4-prefix", "0.0.0.0/0", "4,294,967,296 addresses"),
        ("ipv4-prefix", "192.0.2.1/32", "1 address"),
        ("ipv6-prefix", "2001:db8::/32", "2^96 addresses"),
        ("mac-address", "ff:ff:ff:ff:ff:ff", "broadcast"),
        ("mac-address", "01:00:5e:00:00:01", "multicast"),
        ("date-and-time", "2026-11-21T13:45:00-00:00", "time zone not known"),
        ("date-and-time", "2016-12-31T23:59:60Z", "23:59:59 UTC"),
        ("domain-name", "a..b", "empty label"),
        ("domain-name", f"{'a' * 64}.example", "at most 63"),
        ("domain-name", "-a.example", "no hyphen at its ends"),
        ("host", "192.0.2.1", "for documentation"),
        ("host", "pe1.example", "2 labels"),
    ],
)
def test_values_are_explained(name, text, told):
    assert told in " ".join(note.text for note in explain(kind_of(named(name)), text))


def test_the_first_member_that_takes_a_value_counts():
    assert [member_of(PORT, text) for text in ("80", "::1", "host.example", "70000", "-x-")] == [0, 1, 2, 2, None]
    assert stored(PORT, "+080") == "80" and stored(PORT, "2001:DB8::") == "2001:db8::"


@given(st.text(st.sampled_from("0123456789+-. "), max_size=25), st.integers(1, 18))
def test_decimals_are_never_rounded(text, digits):
    info = TypeInfo("decimal64", fraction_digits=digits)
    form = canonical(info, text)
    from decimal import Decimal, InvalidOperation

    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return
    if form != text:
        assert Decimal(form) == value


def test_numbers_of_any_length_are_survived():
    for text in ("9" * 5000, "-" + "1" * 4301, "0." + "3" * 9000):
        for info in (TypeInfo("uint8", ranges=(("0", "255"),)), TypeInfo("decimal64", fraction_digits=3)):
            assert quick_check(info, text)
            assert stored(info, text) == text


def test_bits_are_stored_by_position():
    info = TypeInfo("bits", bits=(EnumItem("c", 2), EnumItem("a", 0), EnumItem("b", 1)))
    assert stored(info, " c  a ") == "a c" and stored(info, "c z") == "c z"


def test_examples_are_values_of_their_kind():
    for kind, examples in wellknown.EXAMPLES.items():
        for example in examples.split(" or "):
            assert fits(kind, example), (kind, example)
            assert wellknown.stored(kind, example, standard=True) == example
    assert set(wellknown.EXAMPLES) == set(wellknown._KINDS.values())
