"""get, get-config, get-schema: filters, defaults, state, and what the device tells about itself."""

from __future__ import annotations

import pytest

from netconf_gui.protocol.xml import NS_MONITORING, NS_WITH_DEFAULTS, NS_YANG_LIB, serialize
from tests.demo.talk import DEMO, INTERFACES, Client

GET = "<get>{}</get>"
CONFIG = "<get-config><source><running/></source>{}</get-config>"


def names(data) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in data]


def test_get_config_has_configuration_only(device):
    data = Client(device).data(CONFIG.format(""))
    assert "interfaces" in names(data)
    assert "system-state" not in names(data)
    assert not data.xpath("//*[local-name()='oper-status']")


def test_get_has_state_too(device):
    data = Client(device).data(GET.format(""))
    assert {"system-state", "interfaces-state", "netconf-state", "yang-library", "modules-state"} <= set(names(data))


def test_what_get_gives_is_valid_with_its_state(device, engine):
    """All state data obeys the modules, leafrefs and mandatory leafs included."""
    client = Client(device)
    client.ok("<lock><target><running/></target></lock>")
    data = client.data(GET.format(""))
    for unmodelled in data.findall("{urn:ietf:params:xml:ns:netmod:notification}netconf"):
        data.remove(unmodelled)
    key = device.model.schema_key
    problems = engine.validate(key, serialize(data), content="data")
    assert problems == ()


def test_counters_move_and_can_be_cleared(device, clock):
    client = Client(device)
    path = "//*[local-name()='interfaces']/*[*[local-name()='name']='eth1']/*/*[local-name()='in-octets']"

    def octets() -> int:
        return int(client.data(GET.format("")).xpath(path)[0].text)

    clock.advance(60)
    first = octets()
    clock.advance(60)
    second = octets()
    assert 0 < first < second
    client.ok(f'<clear-interface-counters xmlns="{DEMO}"><interface>eth1</interface></clear-interface-counters>')
    assert octets() == 0


def test_subtree_filter(device):
    wish = f'<interfaces xmlns="{INTERFACES}"><interface><name>eth1</name></interface></interfaces>'
    data = Client(device).data(CONFIG.format(f'<filter type="subtree">{wish}</filter>'))
    assert names(data) == ["interfaces"]
    assert [entry.findtext(f"{{{INTERFACES}}}name") for entry in data[0]] == ["eth1"]


def test_an_empty_filter_selects_nothing(device):
    assert len(Client(device).data(CONFIG.format('<filter type="subtree"/>'))) == 0


def test_xpath_filter(device):
    wish = "/i:interfaces/i:interface[i:name='eth1']/i:description"
    data = Client(device).data(CONFIG.format(f'<filter type="xpath" xmlns:i="{INTERFACES}" select="{wish}"/>'))
    texts = [text.strip() for text in data.itertext() if text.strip()]
    assert texts == ["eth1", "Core to core1.fra"]


@pytest.mark.parametrize(
    ("wish", "tag"),
    [
        ('<filter type="xpath"/>', "missing-attribute"),
        ('<filter type="xpath" select="/nobody:x"/>', "bad-element"),
        ('<filter type="xpath" select="///["/>', "bad-element"),
        ('<filter type="regex"/>', "invalid-value"),
    ],
)
def test_filters_that_mean_nothing(device, wish, tag):
    assert Client(device).error(CONFIG.format(wish)).tag == tag


def with_defaults(mode: str) -> str:
    wish = f'<filter type="subtree"><vlans xmlns="{DEMO}"/></filter>'
    return CONFIG.format(f'{wish}<with-defaults xmlns="{NS_WITH_DEFAULTS}">{mode}</with-defaults>')


def vlan_leafs(data, number: str) -> dict[str, str]:
    for entry in data[0]:
        if entry.findtext(f"{{{DEMO}}}id") == number:
            return {child.tag.rpartition("}")[2]: child.text for child in entry}
    raise AssertionError(number)


def test_with_defaults_modes(device):
    client = Client(device)
    client.ok(client.edit(f'<vlans xmlns="{DEMO}"><vlan><id>1</id><enabled>true</enabled></vlan></vlans>', "running"))
    explicit = vlan_leafs(client.data(with_defaults("explicit")), "1")
    assert explicit["enabled"] == "true"
    assert "mac-limit" not in explicit
    everything = vlan_leafs(client.data(with_defaults("report-all")), "1")
    assert (everything["enabled"], everything["mac-limit"]) == ("true", "1024")
    assert "enabled" not in vlan_leafs(client.data(with_defaults("trim")), "1")
    tagged = client.data(with_defaults("report-all-tagged"))
    mark = "{urn:ietf:params:xml:ns:netconf:default:1.0}default"
    marked = {leaf.tag.rpartition("}")[2] for leaf in tagged[0][0] if leaf.get(mark) == "true"}
    assert {"mac-limit", "aging-time"} <= marked
    assert not {"enabled", "name"} & marked  # set by a client: not a default where the basic mode is explicit
    assert client.error(with_defaults("some")).tag == "invalid-value"


def get_schema(inside: str) -> str:
    return f'<get-schema xmlns="{NS_MONITORING}">{inside}</get-schema>'


def test_every_listed_schema_can_be_had(device):
    client = Client(device)
    data = client.data(
        GET.format(f'<filter type="subtree"><netconf-state xmlns="{NS_MONITORING}"><schemas/></netconf-state></filter>')
    )
    listed = data.findall(f".//{{{NS_MONITORING}}}schema")
    assert len(listed) > 20
    for entry in listed:
        name, version = (entry.findtext(f"{{{NS_MONITORING}}}{leaf}") for leaf in ("identifier", "version"))
        assert entry.findtext(f"{{{NS_MONITORING}}}namespace")
        text = client.data(get_schema(f"<identifier>{name}</identifier><version>{version}</version>")).text
        assert f"module {name}" in text
        assert client.data(get_schema(f"<identifier>{name}</identifier><format>yang</format>")).text == text


def test_schemas_that_are_not_there(device):
    client = Client(device)
    assert client.error(get_schema("<identifier>nothing</identifier>")).tag == "invalid-value"
    wrong = "<identifier>ietf-ip</identifier><version>1999-01-01</version>"
    assert client.error(get_schema(wrong)).tag == "invalid-value"
    assert client.error(get_schema("<identifier>ietf-ip</identifier><format>yin</format>")).tag == "invalid-value"
    assert client.error(get_schema("")).tag == "missing-element"


def test_netconf_state_tells_sessions_and_locks(device):
    client, other = Client(device), Client(device)
    other.ok("<lock><target><candidate/></target></lock>")
    client.error("<nonsense/>")
    data = client.data(GET.format(f'<filter type="subtree"><netconf-state xmlns="{NS_MONITORING}"/></filter>'))
    holders = [node.text for node in data.iter(f"{{{NS_MONITORING}}}locked-by-session")]
    assert holders == [str(other.session_id)]
    sessions = [node.text for node in data.iter(f"{{{NS_MONITORING}}}session-id")]
    assert sessions == [str(client.session_id), str(other.session_id)]
    assert data.find(f".//{{{NS_MONITORING}}}statistics/{{{NS_MONITORING}}}out-rpc-errors").text == "1"


def test_the_library_names_what_the_hello_does_not(device):
    client = Client(device)
    data = client.data(GET.format(f'<filter type="subtree"><yang-library xmlns="{NS_YANG_LIB}"/></filter>'))
    listed = {node.text for node in data.findall(f".//{{{NS_YANG_LIB}}}module/{{{NS_YANG_LIB}}}name")}
    in_hello = {module.name for module in client.connection.peer.capabilities.modules}
    assert in_hello < listed
    assert "netconf-gui-demo" in listed - in_hello  # YANG 1.1 modules are not in the hello (RFC 7950, 5.6.4)
    content_id = data.findtext(f".//{{{NS_YANG_LIB}}}content-id")
    assert content_id == client.connection.peer.capabilities.yang_library.content_id
