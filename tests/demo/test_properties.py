"""Whatever is sent: running stays valid, and what is refused with rollback-on-error changes nothing."""

from __future__ import annotations

import re

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from netconf_gui.protocol.xml import NS_BASE, canonical, serialize
from tests.demo.talk import DEMO, INTERFACES, Client

OPERATION = st.sampled_from(["", "", "merge", "replace", "create", "delete", "remove"])
WORD = st.sampled_from(["office", "voice", "customer", "fresh", "new", "other", "spare", "Bad Name", "x" * 40])
NUMBER = st.one_of(st.integers(1, 4094), st.sampled_from([-1, 1, 10, 20, 30, 666, 4094, 4095, 65536]))
RULE = st.sampled_from(["operators", "ping", "monitoring", "everybody-else", "new"])


def mark(operation: str) -> str:
    return f' xmlns:nc="{NS_BASE}" nc:operation="{operation}"' if operation else ""


@st.composite
def vlan(draw) -> str:
    name = f"<name>{draw(WORD)}</name>" if draw(st.booleans()) else ""
    limit = f"<mac-limit>{draw(NUMBER)}</mac-limit>" if draw(st.booleans()) else ""
    return f'<vlans xmlns="{DEMO}"><vlan{mark(draw(OPERATION))}><id>{draw(NUMBER)}</id>{name}{limit}</vlan></vlans>'


@st.composite
def interface(draw) -> str:
    inside = draw(
        st.sampled_from(
            [
                "",
                "<enabled>maybe</enabled>",
                "<enabled>false</enabled>",
                f'<port xmlns="{DEMO}"><access-vlan>10</access-vlan></port>',
                f'<port xmlns="{DEMO}"><native-vlan>10</native-vlan><allowed-vlan>10</allowed-vlan></port>',
                f'<port xmlns="{DEMO}"><allowed-vlan>77</allowed-vlan></port>',
                f'<service-policy xmlns="{DEMO}">uplink</service-policy>',
                f'<access-group xmlns="{DEMO}"><inbound>nobody</inbound></access-group>',
                f"<description>{'long ' * 20}</description>",
            ]
        )
    )
    name = draw(st.sampled_from(["eth1", "eth5", "lo0", "vlan10", "new"]))
    entry = f"<interface{mark(draw(OPERATION))}><name>{name}</name>{inside}</interface>"
    return f'<interfaces xmlns="{INTERFACES}">{entry}</interfaces>'


@st.composite
def rule(draw) -> str:
    place = draw(
        st.sampled_from(
            ["", ' y:insert="first"', ' y:insert="last"', f' y:insert="before" y:key="[name=\'{draw(RULE)}\']"']
        )
    )
    action = "<action>permit</action>" if draw(st.booleans()) else ""
    return (
        f'<access-lists xmlns="{DEMO}" xmlns:y="urn:ietf:params:xml:ns:yang:1"><access-list><name>management</name>'
        f"<rule{place}{mark(draw(OPERATION))}><name>{draw(RULE)}</name>{action}</rule></access-list></access-lists>"
    )


@st.composite
def shares(draw) -> str:
    share = draw(st.sampled_from(["0", "12.5", "50", "99.99", "100.01", "-1"]))
    return (
        f'<qos xmlns="{DEMO}"><scheduler><name>uplink</name><class{mark(draw(OPERATION))}><name>rest</name>'
        f"<priority>{draw(st.integers(0, 8))}</priority><share>{share}</share></class></scheduler></qos>"
    )


EDIT = st.one_of(vlan(), interface(), rule(), shares())
# several at once, but no container twice
EDITS = st.lists(st.sampled_from([vlan, interface, rule, shares]), min_size=1, max_size=3, unique=True).flatmap(
    lambda kinds: st.tuples(*(kind() for kind in kinds))
)


@settings(max_examples=60)
@given(edits=st.lists(EDITS, min_size=1, max_size=8))
def test_running_stays_valid_and_refused_edits_change_nothing(bench, edits):
    device = bench.device()
    client = Client(device)
    for parts in edits:
        before = device.datastores.running
        text = canonical(before)
        request = client.edit("".join(parts), "running", "<error-option>rollback-on-error</error-option>")
        reply = client.rpc(request)
        event("accepted" if reply.ok else f"refused: {reply.errors[0].tag}")
        if reply.ok:
            assert bench.model.check(device.datastores.running) == ()
        else:
            assert device.datastores.running is before
        assert canonical(before) == text  # a tree in a datastore is never changed, only replaced


@settings(max_examples=40)
@given(edits=st.lists(EDIT, min_size=1, max_size=6), option=st.sampled_from(["stop-on-error", "continue-on-error"]))
def test_a_candidate_of_any_edits_commits_or_is_refused_whole(bench, edits, option):
    device = bench.device()
    client = Client(device)
    before = device.datastores.running
    for part in edits:
        client.rpc(client.edit(part, "candidate", f"<error-option>{option}</error-option>"))
    assert device.datastores.running is before
    if client.rpc("<commit/>").ok:
        assert bench.model.check(device.datastores.running) == ()
        assert not device.datastores.candidate_modified
    else:
        assert device.datastores.running is before
        assert device.datastores.candidate_modified
        client.ok("<discard-changes/>")
        assert not device.datastores.candidate_modified


PLAIN = re.compile(r' (?:xmlns:)?(?:nc|y)(?::\w+)?="[^"]*"')


@settings(max_examples=60)
@given(parts=EDITS)
def test_a_plain_merge_is_what_libyang_makes_of_it(bench, parts):
    """An independent judge of merges: the library's own, which shares nothing with the interpreter."""
    device = bench.device()
    client = Client(device)
    text = PLAIN.sub("", "".join(parts))
    assume("-vlan>" not in text)  # the library's merge leaves the nodes of the other case there
    before = serialize(device.datastores.running)
    if not client.rpc(client.edit(text)).ok:
        event("refused")
        return
    expected = bench.engine.merge(bench.model.schema_key, before, f"<config>{text}</config>".encode())
    assert bench.engine.equal(bench.model.schema_key, serialize(device.datastores.read("candidate")), expected)
