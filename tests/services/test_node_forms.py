"""Nodes in the notations of other tools: the texts, and that ncclient takes what is written for it."""

from __future__ import annotations

import ast
import functools
import io
import shlex
from contextlib import redirect_stdout

import pytest
from ncclient import manager

from netconf_gui.config.path import InstancePath
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import ConfigError
from netconf_gui.services.node_forms import FORMS, Place, curl, filter_text, gnmi_path, ncclient, restconf_path, xpath
from netconf_gui.workspace.inventory import new_device
from tests.services.conftest import PASSWORD, Box

IF = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
NAMES = {
    "ietf-interfaces": IF,
    "ietf-ip": "urn:ietf:params:xml:ns:yang:ietf-ip",
    "openconfig-x": "http://openconfig.net/yang/x",
}
PE1 = new_device("pe1", "2001:db8::1", username="ops")


def at(text: str, datastore: str = "running", *, device: bool = True) -> Place:
    return Place(InstancePath.parse(text, NAMES), datastore, PE1 if device else None)


MTU = "/ietf-interfaces:interfaces/interface[name='ge-0/0/0']/ietf-ip:ipv4/mtu"


def test_the_examples_of_the_rfcs() -> None:
    # RFC 8040, section 3.5.3: keys are percent-encoded, modules named where they change
    assert restconf_path(at(MTU)) == (
        "/restconf/data/ietf-interfaces:interfaces/interface=ge-0%2F0%2F0/ietf-ip:ipv4/mtu"
    )
    assert restconf_path(at(MTU, "operational")).startswith("/restconf/ds/ietf-datastores:operational/ietf-interfaces:")
    assert xpath(at(MTU)) == (
        "/ietf-interfaces:interfaces/ietf-interfaces:interface[ietf-interfaces:name='ge-0/0/0']/ietf-ip:ipv4/ietf-ip:mtu"
    )
    assert restconf_path(at("/")) == "/restconf/data"


def test_gnmi_escapes_in_keys_what_ends_them() -> None:
    place = at(r"/openconfig-x:a/b[name='x]y\z/1']/c")
    assert gnmi_path(place) == r"/a/b[name=x\]y\\z/1]/c"
    assert gnmi_path(at(MTU)) == "/ietf-interfaces:interfaces/interface[name=ge-0/0/0]/ietf-ip:ipv4/mtu"
    with pytest.raises(ConfigError, match="no keys"):
        gnmi_path(at("/ietf-interfaces:interfaces/interface[2]"))


def test_a_command_for_a_shell_holds_no_password_and_survives_quotes() -> None:
    place = at('/ietf-interfaces:interfaces/interface[name="it\'s"]')
    words = shlex.split(curl(place))
    assert words[:3] == ["curl", "--user", "ops"]
    assert words[-1] == (
        "https://[2001:db8::1]/restconf/data/ietf-interfaces:interfaces/interface=it%27s?content=config"
    )
    assert "content" not in curl(at(MTU, "operational"))
    assert "device.example.net" in curl(at(MTU, device=False))


def test_a_filter_selects_the_node_by_its_keys() -> None:
    text = filter_text(at("/ietf-interfaces:interfaces/interface[name='a\"b']"))
    assert text.startswith(f'<interfaces xmlns="{IF}">') and '<name>a"b</name>' in text
    assert filter_text(at("/")) == ""


@pytest.mark.parametrize("form", [one for _, _, one in FORMS])
def test_the_whole_configuration_has_every_form(form: object) -> None:
    assert isinstance(form(at("/")), str)  # type: ignore[operator]


@pytest.mark.parametrize("datastore", ["running", "operational"])
def test_ncclient_runs_what_is_written_for_it(box: Box, monkeypatch: pytest.MonkeyPatch, datastore: str) -> None:
    server: DemoServer = box.server
    device = new_device("box", "127.0.0.1", port=server.port, username="demo")
    name = "/sys:system/hostname"
    path = InstancePath.parse(name, {"sys": "urn:ietf:params:xml:ns:yang:ietf-system"})
    program = ncclient(Place(path, datastore, device))
    ast.parse(program)
    given = {"password": PASSWORD, "hostkey_verify": False, "look_for_keys": False, "allow_agent": False}
    monkeypatch.setattr(manager, "connect", functools.partial(manager.connect, **given))
    told = io.StringIO()
    with redirect_stdout(told):
        exec(program, {})
    assert told.getvalue().count("hostname>") == 2 and "interfaces" not in told.getvalue()
