"""URLs, partial locks, NMDA and monitoring of the device, driven by ncclient, which shares no code with it."""

from __future__ import annotations

import pytest
from lxml import etree
from ncclient.operations.rpc import RPCError

from netconf_gui.demo.device import Device
from netconf_gui.demo.server import DemoServer
from tests.demo.test_server import DEMO, NC, connect, names, vlan

NMDA = "urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"
ORIGIN = "urn:ietf:params:xml:ns:yang:ietf-origin"
LOCK = "urn:ietf:params:xml:ns:netconf:partial-lock:1.0"
NCM = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
SPACES = {"d": DEMO, "or": ORIGIN, "pl": LOCK, "m": NCM, "n": NMDA, "nc": NC}
DATASTORES = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores" xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin"'


@pytest.fixture(scope="module")
def server(model, tmp_path_factory):
    with DemoServer(Device(model), host_key=tmp_path_factory.mktemp("key") / "key", password="right") as running:
        yield running


@pytest.fixture
def client(server):
    connected = connect(server)
    yield connected
    connected.close_session()


@pytest.fixture
def other(server):
    connected = connect(server)
    yield connected
    connected.close_session()


def send(client, text: str) -> etree._Element:
    return etree.fromstring(client.dispatch(etree.fromstring(text)).xml.encode())


def get_data(client, datastore: str, parameters: str = "") -> etree._Element:
    head = f'<get-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:{datastore}</datastore>'
    found = send(client, f"{head}{parameters}</get-data>").find("n:data", SPACES)
    assert found is not None
    return found


def lock(client, select: str) -> etree._Element:
    return send(client, f'<partial-lock xmlns="{LOCK}" xmlns:d="{DEMO}"><select>{select}</select></partial-lock>')


def unlock(client, number: str) -> None:
    send(client, f'<partial-unlock xmlns="{LOCK}"><lock-id>{number}</lock-id></partial-unlock>')


# ------------------------------------------------------------------------------------------------------------- urls


def test_files_are_written_read_and_deleted(client):
    assert any("url:1.0?scheme=file" in uri for uri in client.server_capabilities)
    client.copy_config(source="running", target="file:///backup.xml")
    client.validate(source="file:///backup.xml")
    client.edit_config(vlan(41, "urls"), target="candidate")
    client.commit()
    client.copy_config(source="file:///backup.xml", target="candidate")
    assert "urls" not in names(client, "candidate")
    client.commit()
    assert "urls" not in names(client)
    client.delete_config("file:///backup.xml")
    with pytest.raises(RPCError) as caught:
        client.validate(source="file:///backup.xml")
    assert caught.value.tag == "data-missing"


def test_an_edit_is_read_from_a_file(client):
    # ncclient sends whole configurations as a source only to files
    text = f'<copy-config xmlns="{NC}"><target><url>file:///edit.xml</url></target><source>{vlan(42, "filed")}</source>'
    send(client, text + "</copy-config>")
    # and takes no URL for an edit that has no host
    target = "<target><candidate/></target><url>file:///edit.xml</url>"
    send(client, f'<edit-config xmlns="{NC}">{target}</edit-config>')
    assert {"filed", "office"} <= set(names(client, "candidate"))
    client.discard_changes()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "file:///../up", "http://host/x", "file://host/x", "file:///"])
def test_nothing_outside_of_its_own_files_is_touched(client, url):
    for do in (
        lambda: client.copy_config(source="running", target=url),
        lambda: client.copy_config(source=url, target="candidate"),
        lambda: client.delete_config(url),
    ):
        with pytest.raises(RPCError) as caught:
            do()
        assert caught.value.tag in ("invalid-value", "bad-element", "missing-element"), caught.value


# ---------------------------------------------------------------------------------------------------- partial locks


def test_a_part_of_running_is_locked(client, other):
    reply = lock(client, "/d:vlans/d:vlan[d:id='10']")
    number = reply.findtext("pl:lock-id", namespaces=SPACES)
    assert "vlan" in reply.findtext("pl:locked-node", namespaces=SPACES)
    with pytest.raises(RPCError) as caught:
        lock(other, "/d:vlans")
    assert caught.value.tag == "lock-denied" and str(client.session_id) in caught.value.info
    with pytest.raises(RPCError) as caught:
        other.lock("running")
    assert caught.value.tag == "lock-denied"
    with pytest.raises(RPCError) as caught:
        other.edit_config(vlan(10, "mine"), target="running")
    assert caught.value.tag == "in-use"
    other.edit_config(vlan(43, "beside"), target="running")  # what is not locked may be changed
    client.edit_config(vlan(10, "office"), target="running")
    with pytest.raises(RPCError):
        unlock(other, number)
    unlock(client, number)
    unlock(other, lock(other, "/d:vlans").findtext("pl:lock-id", namespaces=SPACES))


def test_a_commit_respects_partial_locks(client, other):
    number = lock(client, "/d:vlans/d:vlan[d:id='20']/d:name").findtext("pl:lock-id", namespaces=SPACES)
    other.edit_config(vlan(20, "taken"), target="candidate")
    with pytest.raises(RPCError) as caught:
        other.commit()
    assert caught.value.tag == "in-use"
    other.discard_changes()
    unlock(client, number)


@pytest.mark.parametrize(
    ("select", "app_tag"),
    [("/d:vlans/d:vlan[d:id='4000']", "no-matches"), ("count(/d:vlans)", "not-a-node-set"), ("][", "not-a-node-set")],
)
def test_selections_that_lock_nothing(client, select, app_tag):
    with pytest.raises(RPCError) as caught:
        lock(client, select)
    assert caught.value.app_tag == app_tag


def test_the_end_of_a_session_frees_its_partial_locks(server, client):
    with connect(server) as leaving:
        lock(leaving, "/d:vlans")
    unlock(client, lock(client, "/d:vlans").findtext("pl:lock-id", namespaces=SPACES))


# ------------------------------------------------------------------------------------------------------- monitoring


def test_netconf_state_is_complete(client):
    client.lock("candidate")
    lock(client, "/d:vlans")
    state = client.get(filter=("subtree", f'<netconf-state xmlns="{NCM}"/>')).data_ele.find("m:netconf-state", SPACES)
    assert {etree.QName(child).localname for child in state} == {
        "capabilities", "datastores", "schemas", "sessions", "statistics",
    }  # fmt: skip
    entries = {
        entry.findtext("m:name", namespaces=SPACES): entry
        for entry in state.iterfind("m:datastores/m:datastore", SPACES)
    }
    holder = entries["candidate"].findtext("m:locks/m:global-lock/m:locked-by-session", namespaces=SPACES)
    assert holder == client.session_id
    partial = entries["running"].find("m:locks/m:partial-lock", SPACES)
    assert partial.findtext("m:locked-by-session", namespaces=SPACES) == client.session_id
    assert partial.findtext("m:select", namespaces=SPACES) == "/d:vlans"
    assert partial.findtext("m:locked-node", namespaces=SPACES).endswith("vlans")
    assert int(state.findtext("m:statistics/m:in-rpcs", namespaces=SPACES)) > 0
    client.unlock("candidate")


# ------------------------------------------------------------------------------------------------------------- nmda


def vlans_of(data: etree._Element) -> dict[str, str | None]:
    """Names of VLANs, and the origin of the entry."""
    entries = data.iterfind("d:vlans/d:vlan", SPACES)
    return {one.findtext("d:name", namespaces=SPACES): one.get(f"{{{ORIGIN}}}origin") for one in entries}


def test_intended_is_running_without_what_is_inactive(client):
    running, intended = vlans_of(get_data(client, "running")), vlans_of(get_data(client, "intended"))
    assert set(running) - set(intended) == {"quarantine"}


def test_operational_tells_origins(client):
    data = get_data(client, "operational", "<with-origin/>")
    assert data.find("d:vlans", SPACES).get(f"{{{ORIGIN}}}origin") == "or:intended"
    assert vlans_of(data)["system"] == "or:system"
    defaults = {etree.QName(node).localname for node in data.iterfind(".//*[@or:origin='or:default']", SPACES)}
    assert "mac-limit" in defaults
    assert data.find("m:netconf-state", SPACES).get(f"{{{ORIGIN}}}origin") is None  # state has none
    assert not get_data(client, "operational").findall(".//*[@or:origin]", SPACES)


def test_operational_filtered_by_origin(client):
    only = get_data(
        client, "operational", "<config-filter>true</config-filter><origin-filter>or:system</origin-filter>"
    )
    assert [etree.QName(child).localname for child in only] == ["vlans"] and list(vlans_of(only)) == ["system"]
    without = "<with-origin/><negated-origin-filter>or:default</negated-origin-filter>"
    assert not get_data(client, "operational", without).findall(".//*[@or:origin='or:default']", SPACES)


def test_configuration_or_state_only(client):
    state = get_data(client, "operational", "<config-filter>false</config-filter>")
    entry = state.find("d:vlans/d:vlan", SPACES)
    assert {etree.QName(child).localname for child in entry} == {"id", "learned-addresses"}
    config = get_data(client, "operational", "<config-filter>true</config-filter>")
    assert config.find("m:netconf-state", SPACES) is None


def test_filters_of_get_data(client):
    subtree = get_data(client, "running", f'<subtree-filter><vlans xmlns="{DEMO}"/></subtree-filter>')
    assert [etree.QName(child).localname for child in subtree] == ["vlans"]
    xpath = get_data(client, "running", f'<xpath-filter xmlns:d="{DEMO}">/d:vlans/d:vlan[d:id=10]</xpath-filter>')
    assert set(vlans_of(xpath)) == {"office"}
    tagged = get_data(client, "running", "<with-defaults>report-all-tagged</with-defaults>")
    assert b'default="true"' in etree.tostring(tagged)
    flat = get_data(client, "running", "<max-depth>1</max-depth>")
    assert len(flat) and not any(len(child) for child in flat)


def test_edit_data(client):
    head = f'<edit-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:candidate</datastore>'
    content = f'<vlans xmlns="{DEMO}"><vlan><id>44</id><name>nmda</name></vlan></vlans>'
    send(client, f"{head}<default-operation>merge</default-operation><config>{content}</config></edit-data>")
    assert "nmda" in vlans_of(get_data(client, "candidate"))
    client.discard_changes()


@pytest.mark.parametrize(
    "request_",
    [
        f'<get-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:dynamic</datastore></get-data>',
        f'<get-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:running</datastore><with-origin/></get-data>',
        f'<edit-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:operational</datastore><config/></edit-data>',
        f'<edit-data xmlns="{NMDA}" {DATASTORES}><datastore>ds:intended</datastore><config/></edit-data>',
    ],
)
def test_what_nmda_refuses(client, request_):
    with pytest.raises(RPCError) as caught:
        send(client, request_)
    assert caught.value.tag == "invalid-value"


def test_locks_by_nmda_names(client):
    for name in ("lock", "unlock"):
        target = f'<target><datastore xmlns="{NMDA}" {DATASTORES}>ds:candidate</datastore></target>'
        send(client, f'<{name} xmlns="{NC}">{target}</{name}>')


# ---------------------------------------------------------------------------------------------------------- compare


def test_a_foreign_client_asks_for_a_comparison(client):
    client.edit_config(target="candidate", config=vlan(77, "compared"))
    compare = "urn:ietf:params:xml:ns:yang:ietf-nmda-compare"
    leafs = "<source>ds:running</source><target>ds:candidate</target>"
    reply = send(client, f'<compare xmlns="{compare}" {DATASTORES}>{leafs}</compare>')
    client.discard_changes()
    spaces = {"c": compare, "p": "urn:ietf:params:xml:ns:yang:ietf-yang-patch", "d": DEMO}
    (edit,) = reply.findall("c:differences/p:yang-patch/p:edit", spaces)
    assert edit.findtext("p:operation", namespaces=spaces) == "create"
    assert edit.findtext("p:target", namespaces=spaces) == "/netconf-gui-demo:vlans/vlan=77"
    assert edit.findtext("p:value/d:vlan/d:name", namespaces=spaces) == "compared"
