"""Values of the IETF's own types (RFC 6991) are compared as libyang compares them: notation is no difference."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config.codec import read
from netconf_gui.config.diff import diff
from netconf_gui.config.path import InstancePath, find
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema

FOUR = ["192.0.2.1", "192.0.2.2", "0.0.0.0"]
SIX = ["2001:db8::1", "fe80::", "::", "::1", "::ffff:192.0.2.1", "::192.0.2.1", "2001:db8:0:1:1:1:1:1", "1:0:0:2::3"]
HEX = ["0a:1b:2c:3d:4e:5f", "0a:1b:2c:3d:4e:50"]


@st.composite
def four(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(FOUR)) + draw(st.sampled_from(["", "", "%eth0", "%ETH0"]))


@st.composite
def plain_six(draw: st.DrawFn) -> str:
    address = ipaddress.IPv6Address(draw(st.sampled_from(SIX)))
    text = draw(st.sampled_from([str(address), address.exploded]))
    return draw(st.sampled_from([text, text.upper()]))


@st.composite
def six(draw: st.DrawFn) -> str:
    return draw(plain_six()) + draw(st.sampled_from(["", "", "%eth0", "%ETH0"]))


@st.composite
def prefix(draw: st.DrawFn, addresses: st.SearchStrategy[str], most: int) -> str:
    return f"{draw(addresses).partition('%')[0]}/{draw(st.sampled_from([0, 8, 31, most - 1, most]))}"


@st.composite
def hexes(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(HEX))
    return draw(st.sampled_from([text, text.upper(), text[:9].upper() + text[9:]]))


@st.composite
def moments(draw: st.DrawFn) -> str:
    day = draw(st.sampled_from(["2026-11-21T13:00:00", "2026-11-21T12:00:00", "2026-12-31T23:00:00"]))
    fraction = draw(st.sampled_from(["", "", ".5", ".50", ".000"]))
    return day + fraction + draw(st.sampled_from(["Z", "+00:00", "-00:00", "+01:00", "-01:00"]))


ADDRESS = st.one_of(four(), six())
PREFIX = st.one_of(prefix(four(), 32), prefix(plain_six(), 128))
UUIDS = st.sampled_from(["f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"])
NAMES = st.sampled_from(["pe1.example.net", "PE1.example.net"])
VALUES: dict[str, st.SearchStrategy[str]] = {
    "ipv4-address": four(),
    "ipv6-address": six(),
    "ip-address": ADDRESS,
    "ipv6-address-no-zone": plain_six(),
    "loopback": six(),
    "ipv4-prefix": prefix(four(), 32),
    "ipv6-prefix": prefix(plain_six(), 128),
    "ip-prefix": PREFIX,
    "host": st.one_of(ADDRESS, NAMES),
    "mac-address": hexes(),
    "phys-address": hexes(),
    "hex-string": hexes(),
    "uuid": UUIDS,
    "date-and-time": moments(),
    "domain-name": NAMES,
    "own": six(),
    "any": st.one_of(ADDRESS, PREFIX, st.sampled_from(["7", "+7", "FE80::x", "fe80::x"])),
    "reference": ADDRESS,
    "server": ADDRESS,
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(Path(__file__).parent / "modules")
    return engine.compile(resolve([WantedModule("addresses")], library.fetch))


@pytest.fixture(scope="module")
def schema(engine: Engine, compiled: CompiledSchema) -> SqliteSchema:
    return engine.schema(compiled)


def text(content: str) -> bytes:
    return f'<values xmlns="urn:addresses">{content}</values>'.encode()


def config(content: str) -> bytes:
    return b"<data>" + text(content) + b"</data>"


@pytest.mark.parametrize("name", VALUES)
def test_what_differs_is_what_libyang_says(
    engine: Engine, compiled: CompiledSchema, schema: SqliteSchema, name: str
) -> None:
    @given(VALUES[name], VALUES[name])
    @settings(max_examples=80, deadline=None)
    def check(one: str, other: str) -> None:
        first, second = (text(f"<{name}>{value}</{name}>") for value in (one, other))
        same = engine.equal(compiled.key, first, second)
        found = diff(read(first).root, read(second).root, schema)
        assert same == (not found), found.summary()

    check()


def test_entries_are_found_by_keys_in_any_notation(schema: SqliteSchema) -> None:
    def peer(address: str, name: str) -> str:
        return f"<peer><address>{address}</address><name>{name}</name></peer>"

    base = read(text(peer("FE80::1", "a") + peer("192.0.2.1", "b"))).root
    mine = read(text(peer("192.0.2.1", "b") + peer("fe80:0::1", "c"))).root
    (entry,) = diff(base, mine, schema)
    assert (str(entry.path), entry.old, entry.new) == ("/addresses:values/peer[address='fe80::1']/name", "a", "c")
    path = InstancePath.parse("/addresses:values/peer[address='fe80::1']", schema)
    assert find(base, path, schema) is not None
