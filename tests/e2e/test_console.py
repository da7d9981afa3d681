"""The console's requests on a real server: filled in by their YANG, judged, sent to netconfd, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.operation_input import ReplySchema, RequestDocument, RequestSchema
from netconf_gui.protocol.xml import serialize
from netconf_gui.services import console
from netconf_gui.services.connect import connect
from netconf_gui.services.console import Operation
from netconf_gui.services.console_schema import offered_by
from netconf_gui.services.console_sending import Sent, complaints, send
from netconf_gui.services.load import load_schema
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, box_of, reset

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]

NC = "urn:ietf:params:xml:ns:netconf:base:1.0"


class Bench:
    """One session, and the operations of the server."""

    def __init__(self, session: Session, engine: Engine) -> None:
        self.session, self.engine = session, engine
        self.loaded = load_schema(session, engine=engine)
        self.offered = offered_by(self.loaded, engine)

    def operation(self, name: str) -> Operation:
        return next(one for one in self.offered if one.name == name and one.node.namespace == NC)

    def form(self, name: str) -> RequestDocument:
        operation = self.operation(name)
        schema = RequestSchema(operation.schema, operation.node)
        return RequestDocument(serialize(console.new_request(operation)), schema)

    def fill(self, document: RequestDocument, path: str, value: str = "") -> None:
        """Set one parameter as the form does."""
        schema, at = document.schema, document.root[0]
        assert schema is not None
        node = document.schema_node(at)
        for name in path.split("/"):
            node = next(one for one in schema.data_children(node) if one.name == name)
        assert node is not None
        editing.set_leaf(document, at, node, value)

    def findings(self, document: RequestDocument, name: str) -> list[str]:
        key = self.operation(name).key
        assert key is not None
        return [one.message for one in self.engine.validate_request(key, document.snapshot().data)]

    def send(self, document: RequestDocument) -> Sent:
        return send(self.session, serialize(console.the_request(document.root)))


@pytest.fixture
def bench(
    candidate_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]
) -> Iterator[Bench]:
    reset(witness, candidate_server)
    session = connect(device_of(candidate_server, key=True), Person(), workspace)
    yield Bench(session, engine)
    session.close()


def test_get_config_by_its_form(bench: Bench, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]) -> None:
    form = bench.form("get-config")
    assert any("config-source is missing" in one for one in bench.findings(form, "get-config"))
    bench.fill(form, "source/candidate")
    bench.fill(form, "source/running")
    assert bench.findings(form, "get-config") == []
    sent = bench.send(form)
    assert sent.ok and sent.size > 0
    operation = bench.operation("get-config")
    output = RequestDocument(sent.content, ReplySchema(operation.schema, operation.node))
    label = next(output.root.iter(f"{{{BOX}}}label"))
    assert label.text == box_of(witness, candidate_server).findtext(f"{{{BOX}}}label") == "first"
    node = output.schema_node(label)
    assert node is not None and node.module == "e2e-box"


def test_an_edit_by_its_form_reaches_the_server(
    bench: Bench, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    form = bench.form("edit-config")
    bench.fill(form, "target/candidate")
    bench.fill(form, "config/box/label", "by form")
    assert bench.findings(form, "edit-config") == []
    assert bench.send(form).ok
    assert bench.send(bench.form("commit")).ok
    assert box_of(witness, candidate_server).findtext(f"{{{BOX}}}label") == "by form"


def test_what_the_server_refuses_is_told(bench: Bench) -> None:
    form = bench.form("kill-session")
    bench.fill(form, "session-id", str(bench.session.session_id))
    sent = bench.send(form)
    assert not sent.ok
    ((problem, element),) = complaints(sent.errors, form)
    assert problem.message
    assert isinstance(element, etree._Element)
