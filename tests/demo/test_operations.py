"""The device's own rpcs and actions."""

from __future__ import annotations

from netconf_gui.protocol.xml import NS_YANG
from tests.demo.talk import DEMO, Client, vlan

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


def action(inside: str) -> str:
    return f'<action xmlns="{NS_YANG}">{inside}</action>'


def output(reply) -> dict[str, str]:
    return {child.tag.rpartition("}")[2]: child.text for child in reply.element}


def test_ping(device):
    client = Client(device)
    result = output(client.rpc(f'<ping xmlns="{DEMO}"><destination>192.0.2.1</destination><count>20</count></ping>'))
    assert (result["sent"], result["received"]) == ("20", "18")
    assert float(result["round-trip-time"]) > 0
    assert client.error(f'<ping xmlns="{DEMO}"/>').tag == "missing-element"
    many = f'<ping xmlns="{DEMO}"><destination>a</destination><count>1000</count></ping>'
    assert client.error(many).tag == "invalid-value"


def test_clear_counters_of_a_rule(device, clock):
    client = Client(device)
    clear = action(
        f'<access-lists xmlns="{DEMO}"><access-list><name>office</name><rule><name>no-smtp</name>'
        "<clear-counters/></rule></access-list></access-lists>"
    )
    clock.advance(100)
    assert int(output(client.rpc(clear))["matched-packets"]) > 100
    assert output(client.rpc(clear))["matched-packets"] == "0"


def test_actions_on_nodes_that_are_not_there(device):
    client = Client(device)
    peer = f'<bgp xmlns="{DEMO}"><peer><address>{{}}</address><soft-reset/></peer></bgp>'
    assert int(output(client.rpc(action(peer.format("203.0.113.1"))))["refreshed-prefixes"]) > 0
    assert client.error(action(peer.format("203.0.113.77"))).app_tag == "instance-required"
    assert client.error(action(peer.format("2001:db8:f000::1"))).tag == "operation-failed"  # disabled
    assert client.error(action('<x xmlns="urn:x"/>')).tag == "unknown-element"
    assert client.error(action("")).tag == "bad-element"


def test_reset_of_a_tunnel(device, clock):
    client = Client(device)
    clock.advance(100)
    reset = (
        f'<tunnels xmlns="{DEMO}"><tunnel><name>to-lab</name><reset><hold-down>5</hold-down></reset></tunnel></tunnels>'
    )
    since = output(client.rpc(action(reset)))["up-since"]
    assert since in "".join(client.data("<get/>").itertext())


def test_clear_interface_counters_needs_a_choice(device):
    client = Client(device)
    text = f'<clear-interface-counters xmlns="{DEMO}">{{}}</clear-interface-counters>'
    client.ok(text.format("<all/>"))
    assert client.error(text.format("")).app_tag == "missing-choice"
    assert client.error(text.format("<interface>eth77</interface>")).app_tag == "instance-required"


def test_the_clock_can_be_set_when_ntp_is_off(device, clock):
    client = Client(device)
    wish = "<current-datetime>2030-01-01T00:00:00Z</current-datetime>"
    text = f'<set-current-datetime xmlns="{SYSTEM}">{wish}</set-current-datetime>'
    assert client.error(text).app_tag == "ntp-active"
    client.ok(client.edit(f'<system xmlns="{SYSTEM}"><ntp><enabled>false</enabled></ntp></system>', "running"))
    client.ok(text)
    assert "2030-01-01T00:00:00" in "".join(client.data("<get/>").itertext())
    assert client.error(text.replace("2030-01-01T", "2030 ")).tag == "invalid-value"


def test_a_restart_drops_everybody_and_reads_startup(device):
    client, other = Client(device), Client(device)
    client.ok(client.edit(vlan(99, "not-saved"), "running"))
    client.ok(f'<system-restart xmlns="{SYSTEM}"/>')
    assert client.closed
    assert other.closed
    again = Client(device)
    assert again.text("/vlans/vlan[id='99']/name") is None
    assert again.session_id == other.session_id + 1
    assert again.error(f'<system-shutdown xmlns="{SYSTEM}"/>').tag == "operation-not-supported"
