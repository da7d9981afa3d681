"""Whatever bytes a client sends, the device answers or hangs up; it never falls over, and others do not notice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.demo.dispatch import OPERATIONS
from netconf_gui.protocol.xml import NS_BASE, local_name, namespace_of, qn
from tests.demo.talk import Client

NAMES = sorted({tag.rpartition("}")[2] for tag in OPERATIONS} | {"target", "source", "config", "filter", "candidate"})
SPACES = sorted({tag[1:].partition("}")[0] for tag in OPERATIONS} | {"urn:unknown", ""})


@st.composite
def element(draw, depth: int = 3) -> str:
    name, space = draw(st.sampled_from(NAMES)), draw(st.sampled_from(SPACES))
    inside = draw(st.sampled_from(["", "running", "candidate", "0", "-1", "x", "2020-01-01T00:00:00Z"]))
    if depth:
        inside += "".join(draw(st.lists(element(depth - 1), max_size=3)))
    mark = draw(st.sampled_from(["", ' type="xpath"', ' select="//*"', f' xmlns:n="{NS_BASE}" n:operation="delete"']))
    return f'<{name} xmlns="{space}"{mark}>{inside}</{name}>'


@settings(max_examples=150)
@given(operation=element())
def test_any_request_gets_one_reply(bench, operation):
    device = bench.device()
    client, other = Client(device), Client(device)
    client.send(operation)
    assert client.closed or len(client.replies) == 1
    assert not client.failures
    assert bench.model.check(device.datastores.running) == ()
    if not other.closed:
        assert other.text("/system/hostname") == "demo-edge-1"


@settings(max_examples=150)
@given(data=st.lists(st.binary(max_size=200), max_size=5), framed=st.booleans())
def test_any_bytes(bench, data, framed):
    device = bench.device()
    client, other = Client(device), Client(device)
    for piece in data:
        client.conversation.receive(client.connection.send(piece) if framed and piece else piece)
    if not client.closed:
        assert len(device.sessions) == 2
    client.hang_up()
    assert len(device.sessions) == 1
    assert other.text("/system/hostname") == "demo-edge-1"


def test_every_operation_of_the_modules_is_answered_by_more_than_a_shrug(bench):
    """The table of operations and the schema's rpcs are the same set, but for what the device says it lacks."""
    listed = {qn(node.namespace, node.name) for node in bench.model.schema.rpcs()}
    missing = {tag for tag in listed if tag not in OPERATIONS}
    assert {tag.rpartition("}")[2] for tag in missing} == set()
    device = bench.device()
    client = Client(device)
    client.send_raw(b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="9"><!-- nothing --></rpc>')
    assert client.replies[-1].errors[0].tag == "missing-element"
    assert local_name(client.replies[-1].element) == "rpc-reply"
    assert namespace_of(client.replies[-1].element) == NS_BASE
