"""Hellos of many kinds become typed capabilities."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.errors import MalformedMessage
from netconf_gui.protocol.capabilities import Capabilities, ModuleCapability, WithDefaults, YangLibrary
from netconf_gui.protocol.framing import eom
from netconf_gui.protocol.hello import Hello, build_hello, parse_hello
from netconf_gui.protocol.xml import parse
from tests.conftest import SHARED
from tests.protocol.talk import Talk

HERE = Path(__file__).parent / "hellos"


def read(path: Path) -> Hello:
    return parse_hello(parse(path.read_bytes()))


def test_prefixed_hello_with_everything() -> None:
    hello = read(HERE / "prefixed.xml")
    found = hello.capabilities
    assert hello.session_id == 17
    assert found.base11
    assert not found.base10
    assert found.candidate
    assert not found.writable_running
    assert found.confirmed_commit == "1.1"
    assert found.validate == "1.0"
    assert found.url_schemes == ("http", "ftp", "file")
    assert found.with_defaults == WithDefaults("report-all", ("trim", "explicit"))
    assert found.with_defaults.modes == ("report-all", "trim", "explicit")
    assert found.yang_library == YangLibrary("1.1", "2019-01-04", "", "4711")
    assert found.nmda
    assert found.modules == (
        ModuleCapability("shop", "2020-02-02", "urn:example:shop", ("sales", "rent"), ("shop-dev",)),
        ModuleCapability("plain", "", "urn:example:plain"),
    )
    odd = found.netconf[-1]
    assert (odd.name, odd.version, dict(odd.params)) == ("", "", {"x": "1"})


def test_hello_without_namespace_and_with_old_uris() -> None:
    hello = read(HERE / "bare.xml")
    assert hello.session_id == 3
    assert hello.capabilities.base10
    assert hello.capabilities.writable_running
    assert len(hello.capabilities.uris) == 2


@pytest.mark.parametrize("name", ["prefixed.xml", "bare.xml"])
def test_these_hellos_open_a_connection(name: str) -> None:
    talk = Talk.client()
    talk.raw(eom((HERE / name).read_bytes()))
    talk.heard(f"hello {17 if name == 'prefixed.xml' else 3}")


def test_what_a_hello_does_not_say_is_not_there() -> None:
    none = Capabilities([])
    assert none.uris == ()
    assert not (none.candidate or none.startup or none.xpath or none.notification or none.interleave or none.nmda)
    assert (none.validate, none.confirmed_commit, none.url_schemes) == ("", "", ())
    assert none.with_defaults is None
    assert none.yang_library is None
    assert not none.rollback_on_error


def test_has_takes_short_names_and_uris() -> None:
    found = Capabilities(["urn:ietf:params:netconf:capability:xpath:1.0", "http://v.example/cap?x=1"])
    assert found.has("xpath")
    assert found.has("urn:ietf:params:netconf:capability:xpath:1.0")
    assert found.has("http://v.example/cap")
    assert not found.has("candidate")


def test_built_hello_is_read_back() -> None:
    uris = ["urn:ietf:params:netconf:base:1.1", "urn:x?module=x&revision=2020-01-01"]
    hello = parse_hello(parse(build_hello(uris, 5)))
    assert hello.session_id == 5
    assert list(hello.capabilities.uris) == uris
    assert b"session-id" not in build_hello(uris)


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "²"])
def test_a_session_id_that_is_no_number(text: str) -> None:
    with pytest.raises(MalformedMessage, match="not a number"):
        parse_hello(parse(f"<hello><session-id>{text}</session-id></hello>".encode()))


def test_something_that_is_no_hello() -> None:
    with pytest.raises(MalformedMessage, match="<html>"):
        parse_hello(parse(b"<html/>"))


@pytest.mark.parametrize(
    ("name", "modules", "module", "revision"),
    [
        ("cisco-iosxe-1721-csr1k.xml", 450, "ietf-interfaces", "2014-05-08"),
        ("cisco-iosxr-792-ncs5500.xml", 1000, "Cisco-IOS-XR-um-vrf-cfg", None),
        ("cisco-nxos-10.2-5.xml", 25, "Cisco-NX-OS-device", "2023-03-02"),
    ],
)
def test_real_hellos(name: str, modules: int, module: str, revision: str | None) -> None:
    path = SHARED / "hellos" / name
    if not path.exists():
        pytest.skip("shared/hellos is not beside this checkout")
    found = read(path).capabilities
    assert len(found.modules) >= modules
    assert all(item.name and item.namespace for item in found.modules)
    one = found.module(module)
    assert one is not None
    assert revision is None or one.revision == revision
    if "iosxr" in name:
        assert found.netconf == (), "recorded with modules only"
        return
    assert found.base11
    assert found.candidate
    assert found.validate == "1.1"
    if "nxos" in name:
        assert found.module("openconfig-acl") is not None
        assert found.module("openconfig-acl").deviations == ("cisco-nx-openconfig-acl-deviations",)  # type: ignore[union-attr]
        assert found.with_defaults == WithDefaults("report-all", ())
    if "iosxe" in name:
        assert found.yang_library is not None
        assert found.yang_library.module_set_id == "7a819052d7ce4e550723ad5c3037af4a"
        assert any(item.features for item in found.modules)
