"""edit-config, copy-config, delete-config and validate: parameters, options, refusals, what is stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netconf_gui.demo.device import Device
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import NS_BASE
from tests.demo.talk import DEMO, INTERFACES, Client, interface, vlan

DESCRIPTION = "/interfaces/interface[name='eth1']/description"
MERGE_TYPE = '<type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ethernetCsmacd</type>'


def thresholds(rising: str, falling: str) -> str:
    return (
        f'<monitoring xmlns="{DEMO}"><threshold><name>load</name>'
        f'<watched xmlns:d="{DEMO}">/d:monitoring</watched><rising>{rising}</rising><falling>{falling}</falling>'
        "</threshold></monitoring>"
    )


def test_merge_replace_create_delete_remove(device):
    client = Client(device)
    client.ok(client.edit(interface("eth1", "<description>New</description>")))
    assert client.text(DESCRIPTION, "candidate") == "New"
    assert client.text("/interfaces/interface[name='eth1']/enabled", "candidate") == "true"
    client.ok(client.edit(interface("eth1", MERGE_TYPE, "replace")))
    assert client.text(DESCRIPTION, "candidate") is None
    assert client.error(client.edit(interface("eth1", MERGE_TYPE, "create"))).tag == "data-exists"
    client.ok(client.edit(interface("eth1", "", "delete")))
    assert client.error(client.edit(interface("eth1", "", "delete"))).tag == "data-missing"
    client.ok(client.edit(interface("eth1", "", "remove")))
    client.ok(client.edit(interface("eth1", MERGE_TYPE, "create")))
    assert client.text("/interfaces/interface[name='eth1']/name", "candidate") == "eth1"


def test_default_operation_none_and_replace(device):
    client = Client(device)
    none = "<default-operation>none</default-operation>"
    client.ok(client.edit(vlan(10, "office"), options=none))
    assert client.error(client.edit(vlan(99, "new"), options=none)).tag == "data-missing"
    client.ok(client.edit(vlan(99, "alone"), options="<default-operation>replace</default-operation>"))
    assert client.text("/vlans/vlan[id='10']/name", "candidate") is None
    assert client.text("/vlans/vlan[id='99']/name", "candidate") == "alone"


def rule(name: str, attributes: str) -> str:
    return (
        f'<access-lists xmlns="{DEMO}" xmlns:y="urn:ietf:params:xml:ns:yang:1"><access-list><name>office</name>'
        f"<rule {attributes}><name>{name}</name><action>deny</action></rule></access-list></access-lists>"
    )


def order(client: Client) -> list[str]:
    data = client.data("<get-config><source><candidate/></source></get-config>")
    rules = data.xpath("//*[local-name()='access-list'][*[local-name()='name']='office']/*[local-name()='rule']")
    return [rule.findtext(f"{{{DEMO}}}name") for rule in rules]


def test_insert_and_move_in_a_list_ordered_by_the_user(device):
    client = Client(device)
    assert order(client) == ["no-management", "no-smtp"]
    client.ok(client.edit(rule("first", 'y:insert="first"')))
    client.ok(client.edit(rule("last", 'y:insert="last"')))
    client.ok(client.edit(rule("middle", 'y:insert="after" y:key="[name=\'no-management\']"')))
    assert order(client) == ["first", "no-management", "middle", "no-smtp", "last"]
    client.ok(client.edit(rule("last", 'y:insert="before" y:key="[name=\'first\']"')))
    assert order(client) == ["last", "first", "no-management", "middle", "no-smtp"]
    error = client.error(client.edit(rule("odd", 'y:insert="after" y:key="[name=\'nobody\']"')))
    assert (error.tag, error.app_tag) == ("bad-attribute", "missing-instance")


def test_insert_in_a_leaf_list_ordered_by_the_user(device):
    client = Client(device)

    def servers(inside: str) -> str:
        yang = "urn:ietf:params:xml:ns:yang:1"
        return f'<vlans xmlns="{DEMO}" xmlns:y="{yang}"><vlan><id>10</id>{inside}</vlan></vlans>'

    client.ok(client.edit(servers('<dhcp-server y:insert="first">192.0.2.1</dhcp-server>')))
    client.ok(client.edit(servers('<dhcp-server y:insert="after" y:value="192.0.2.67">192.0.2.2</dhcp-server>')))
    client.ok(client.edit(servers('<dhcp-server y:insert="last">192.0.2.1</dhcp-server>')))
    data = client.data("<get-config><source><candidate/></source></get-config>")
    found = data.xpath("//*[local-name()='vlan'][*='10']/*[local-name()='dhcp-server']")
    assert [leaf.text for leaf in found] == ["192.0.2.67", "192.0.2.2", "192.0.2.68", "192.0.2.1"]


@pytest.mark.parametrize(
    ("option", "left"),
    [
        ("stop-on-error", ["before"]),
        ("continue-on-error", ["before", "behind"]),
        ("rollback-on-error", []),
    ],
)
def test_what_is_left_of_an_edit_with_an_error_in_its_middle(device, option, left):
    client = Client(device)
    taken = f'<vlan xmlns:nc="{NS_BASE}" nc:operation="create"><id>10</id></vlan>'
    before, behind = (
        f"<vlan><id>{number}</id><name>{name}</name></vlan>" for number, name in ((98, "before"), (99, "behind"))
    )
    edit = f'<vlans xmlns="{DEMO}">{before}{taken}{behind}</vlans>'
    errors = client.errors(client.edit(edit, options=f"<error-option>{option}</error-option>"))
    assert [error.tag for error in errors] == ["data-exists"]
    assert "10" in (errors[0].path or "")
    found = [client.text(f"/vlans/vlan[id='{number}']/name", "candidate") for number in (98, 99)]
    assert [name for name in found if name] == left


def test_choosing_a_case_removes_the_other(device):
    client = Client(device)
    port = f'<port xmlns="{DEMO}"><access-vlan>10</access-vlan></port>'
    client.ok(client.edit(interface("eth5", port)))
    assert client.text("/interfaces/interface[name='eth5']/port/native-vlan", "candidate") is None
    assert client.text("/interfaces/interface[name='eth5']/port/access-vlan", "candidate") == "10"


@pytest.mark.parametrize(
    ("config", "tag"),
    [
        ('<nothing xmlns="urn:nobody"/>', "unknown-namespace"),
        (f'<nothing xmlns="{DEMO}"/>', "unknown-element"),
        (f'<vlans xmlns="{DEMO}"><vlan><name>keyless</name></vlan></vlans>', "missing-element"),
        (f'<vlans xmlns="{DEMO}"><vlan><id>9999</id><name>x</name></vlan></vlans>', "invalid-value"),
        (f'<vlans xmlns="{DEMO}"><vlan><id>99</id><name>Capital</name></vlan></vlans>', "invalid-value"),
    ],
)
def test_edits_that_cannot_be(device, config, tag):
    client = Client(device)
    assert client.error(client.edit(config)).tag == tag
    assert not device.datastores.candidate_modified


def test_a_bad_value_is_refused_at_once_with_its_path(device):
    client = Client(device)
    error = client.error(client.edit(vlan(99, "Capital")))
    assert error.path is not None
    assert error.path.endswith("name")
    assert dict(error.path_namespaces)
    assert "lower-case" in (error.message or "")


def test_a_must_is_told_with_message_tag_and_path(device):
    client = Client(device)
    client.ok(client.edit(thresholds("10", "20")))
    error = client.error("<validate><source><candidate/></source></validate>")
    assert (error.tag, error.app_tag) == ("operation-failed", "limits-crossed")
    assert error.message == "The falling limit must be lower than the rising limit."
    assert error.path == "/m:monitoring/m:threshold[m:name='load']/m:falling".replace("m:", "netconf-gui-demo:")
    assert ("netconf-gui-demo", DEMO) in error.path_namespaces


def test_a_broken_leafref_is_missing_data(device):
    client = Client(device)
    client.ok(client.edit(interface("eth5", f'<service-policy xmlns="{DEMO}">nobody</service-policy>')))
    error = client.error("<commit/>")
    assert (error.tag, error.app_tag) == ("data-missing", "instance-required")
    client.ok("<discard-changes/>")


def test_unique_values(device):
    client = Client(device)
    client.ok(client.edit(vlan(99, "office")))
    error = client.error("<commit/>")
    assert (error.tag, error.app_tag) == ("operation-failed", "data-not-unique")


def test_test_options(device):
    client = Client(device)
    bad, good = thresholds("10", "20"), thresholds("20", "10")
    assert client.error(client.edit(bad, options="<test-option>test-then-set</test-option>")).app_tag
    assert client.error(client.edit(bad, options="<test-option>test-only</test-option>")).app_tag
    assert not device.datastores.candidate_modified
    client.ok(client.edit(good, options="<test-option>test-only</test-option>"))
    assert not device.datastores.candidate_modified
    client.ok(client.edit(good, options="<test-option>test-then-set</test-option>"))
    assert device.datastores.candidate_modified
    assert client.error(client.edit(good, options="<test-option>maybe</test-option>")).tag == "invalid-value"


def test_running_is_never_invalid(device):
    client = Client(device)
    before = device.datastores.running
    assert client.error(client.edit(thresholds("10", "20"), "running")).app_tag == "limits-crossed"
    assert device.datastores.running is before
    client.ok(client.edit(thresholds("20", "10"), "running"))
    assert client.text("/monitoring/threshold[name='load']/rising") in ("20", "20.0")


def test_rollback_on_error_leaves_everything(device):
    client = Client(device)
    both = vlan(99, "good") + interface("eth1", "", "create")
    error = client.error(client.edit(both, options="<error-option>rollback-on-error</error-option>"))
    assert error.tag == "data-exists"
    assert client.text("/vlans/vlan[id='99']/name", "candidate") is None


def test_a_password_is_hashed_when_it_is_stored(device):
    client = Client(device)
    user = (
        '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><authentication><user><name>new</name>'
        "<password>$0$secret</password></user></authentication></system>"
    )
    client.ok(client.edit(user))
    client.ok("<commit/>")
    stored = client.text("/system/authentication/user[name='new']/password")
    assert stored.startswith("$6$")
    assert "secret" not in stored


def copy(source: str, target: str) -> str:
    return f"<copy-config><target><{target}/></target><source>{source}</source></copy-config>"


def test_copy_between_datastores(device):
    client = Client(device)
    client.ok(client.edit(vlan(99, "saved"), "running"))
    assert client.text("/vlans/vlan[id='99']/name", "startup") is None
    client.ok(copy("<running/>", "startup"))
    assert client.text("/vlans/vlan[id='99']/name", "startup") == "saved"
    client.ok(client.edit(vlan(99, "", "remove").replace("<name></name>", ""), "running"))
    client.ok(copy("<startup/>", "candidate"))
    assert client.text("/vlans/vlan[id='99']/name", "candidate") == "saved"
    assert client.error(copy("<running/>", "running")).tag == "invalid-value"
    assert client.error(copy("<url>file:///etc/passwd</url>", "running")).tag == "invalid-value"


def test_copy_of_a_whole_configuration(device):
    client = Client(device)
    client.ok(copy(f"<config>{vlan(7, 'only')}</config>", "candidate"))
    data = client.data("<get-config><source><candidate/></source></get-config>")
    assert [child.tag for child in data] == [f"{{{DEMO}}}vlans"]
    assert client.error(copy("<config><x xmlns='urn:x'/></config>", "candidate")).tag == "unknown-namespace"
    assert client.error(copy(f"<config>{thresholds('1', '2')}</config>", "running")).app_tag == "limits-crossed"


def test_delete_config(device):
    client = Client(device)
    delete = "<delete-config><target><{}/></target></delete-config>"
    client.ok(delete.format("startup"))
    assert len(client.data("<get-config><source><startup/></source></get-config>")) == 0
    assert client.error(delete.format("running")).tag == "invalid-value"
    assert client.error(delete.format("candidate")).tag == "invalid-value"


def test_validate_a_given_configuration(device):
    client = Client(device)
    text = "<validate><source><config>{}</config></source></validate>"
    client.ok(text.format(thresholds("2", "1")))
    assert client.error(text.format(thresholds("1", "2"))).app_tag == "limits-crossed"
    client.ok("<validate><source><running/></source></validate>")


def test_missing_parameters(device):
    client = Client(device)
    assert client.error("<edit-config><target><candidate/></target></edit-config>").tag == "missing-element"
    assert client.error("<edit-config><config/></edit-config>").tag == "missing-element"
    assert client.error("<get-config/>").tag == "missing-element"
    assert client.error("<get-config><source/></get-config>").tag == "missing-element"
    assert client.error("<get-config><source><nowhere/></source></get-config>").tag == "invalid-value"
    assert client.error("<lock/>").tag == "missing-element"


def test_what_lesser_devices_do_not_offer(device_of):
    minimal = Client(device_of("minimal"))
    assert not minimal.connection.base11
    assert minimal.error("<validate><source><running/></source></validate>").tag == "operation-not-supported"
    option = "<test-option>test-then-set</test-option>"
    assert minimal.error(minimal.edit(vlan(99, "x"), "running", option)).tag == "operation-not-supported"
    rollback = "<error-option>rollback-on-error</error-option>"
    assert minimal.error(minimal.edit(vlan(99, "x"), "running", rollback)).tag == "operation-not-supported"
    minimal.ok(minimal.edit(vlan(99, "x"), "running"))
    read_only = Client(device_of("candidate-only"))
    assert read_only.error(read_only.edit(vlan(99, "x"), "running")).tag == "operation-not-supported"
    assert read_only.error(copy("<running/>", "startup")).tag == "invalid-value"


def test_the_engine_may_fail_and_the_device_goes_on(model, clock):
    def out_of_order(_tree):
        raise SchemaError("The YANG engine was ended.")

    client = Client(Device(replace(model, check=out_of_order), clock=clock))
    client.ok(client.edit(vlan(99, "fresh")))
    error = client.error("<commit/>")
    assert error.tag == "operation-failed"
    assert "The YANG engine was ended." in (error.message or "")
    assert client.text("/vlans/vlan[id='99']/name") is None
    assert client.text("/vlans/vlan[id='99']/name", "candidate") == "fresh"


def test_namespaces_of_values_survive(device):
    client = Client(device)
    new = (
        f'<interfaces xmlns="{INTERFACES}" xmlns:q="urn:ietf:params:xml:ns:yang:iana-if-type"><interface>'
        "<name>lo7</name><type>q:softwareLoopback</type></interface></interfaces>"
    )
    client.ok(client.edit(new, "running"))
    data = client.data("<get-config><source><running/></source></get-config>")
    found = data.xpath("//*[local-name()='interface'][*[local-name()='name']='lo7']/*[local-name()='type']")[0]
    prefix, _, name = found.text.rpartition(":")
    assert found.nsmap[prefix or None] == "urn:ietf:params:xml:ns:yang:iana-if-type"
    assert name == "softwareLoopback"
    assert NS_BASE not in str(found.tag)
