"""Requests and replies as documents: rpcs and actions seen through the schema in another light."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.config import codec, editing
from netconf_gui.config.document import Document
from netconf_gui.config.operation_input import ReplySchema, RequestSchema, chain_of
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import ModuleSource, WantedModule, bundled_modules, resolve
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

MODULES = Path(__file__).parent.parent / "yang" / "modules"
NS = "urn:test:operations"
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
WRAPPED = '<nc:config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">{}</nc:config>'


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library, standard = ModuleLibrary.of_folder(MODULES), bundled_modules()

    def fetch(name: str, revision: str | None) -> bytes | ModuleSource | None:
        return library.fetch(name, revision) or standard(name, revision)

    wanted = [WantedModule("operations-test"), WantedModule("ietf-netconf", None, ("candidate", "validate"))]
    return engine.compile(resolve(wanted, fetch))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def schema(engine: Engine, compiled: CompiledSchema) -> Schema:
    return engine.schema(compiled)


def operation(schema: Schema, name: str) -> SchemaNode:
    return next(node for node in (*schema.rpcs(), *schema.actions()) if node.name == name)


def request(schema: Schema, name: str, inside: str) -> Document:
    return Document(WRAPPED.format(inside).encode(), RequestSchema(schema, operation(schema, name)))


def names(nodes: object) -> list[str]:
    return [node.name for node in nodes]  # type: ignore[attr-defined]


def test_the_operation_is_a_container_of_its_input(schema: Schema) -> None:
    seen = RequestSchema(schema, operation(schema, "measure"))
    (top,) = seen.data_children(None)
    assert (top.kind, top.config, top.name) == (NodeKind.CONTAINER, True, "measure")
    assert names(seen.data_children(top)) == [
        "port", "count", "quick", "seconds", "steps", "most", "least", "extra", "target",
    ]  # fmt: skip
    count = seen.data_children(top)[1]
    assert count.config
    assert count.path == "/operations-test:measure/input/count"  # by which the engine knows it
    assert seen.data_parent(count) == top
    assert seen.data_parent(seen.data_children(top)[2]) == top  # out of its case and choice
    assert seen.data_child(None, NS, "idle") is not None, "another operation can still be understood"


def test_an_action_stands_in_its_nodes_with_their_keys(schema: Schema) -> None:
    reset = operation(schema, "reset")
    seen = RequestSchema(schema, reset)
    (action,) = seen.data_children(None)
    (ports,) = seen.data_children(action)
    (port,) = seen.data_children(ports)
    assert names((action, ports, port)) == ["action", "ports", "port"]
    assert names(seen.data_children(port)) == ["name", "reset"]
    assert names(seen.data_children(seen.data_children(port)[1])) == ["delay", "now", "reason"]
    assert seen.data_parent(ports) == action
    assert names(chain_of(schema, reset)) == ["ports", "port"]


def test_everything_that_can_be_sent(schema: Schema) -> None:
    seen = RequestSchema(schema)
    tops = names(seen.data_children(None))
    assert {"measure", "idle", "get-config", "edit-config", "action"} <= set(tops)
    action = seen.data_child(None, "urn:ietf:params:xml:ns:yang:1", "action")
    assert action is not None
    (ports,) = seen.data_children(action)
    assert names(seen.data_children(ports)) == ["port", "stop"]


def test_parameters_are_edited_like_any_leaf(schema: Schema, engine: Engine, compiled: CompiledSchema) -> None:
    document = request(schema, "measure", f'<measure xmlns="{NS}"/>')
    seen, top = document.schema, document.root[0]
    assert seen is not None
    node = document.schema_node(top)
    assert node is not None
    children = {child.name: child for child in seen.data_children(node)}
    editing.set_leaf(document, top, children["seconds"], "9")
    editing.set_leaf(document, top, children["port"], "a")
    editing.create_entry(document, top, children["target"], {"name": "x"})
    editing.set_leaf(document, top, children["quick"], "")
    assert [str(child.tag).rpartition("}")[2] for child in top] == ["port", "quick", "target"]
    target = top[2]
    at = document.schema_node(target)
    assert at is not None
    editing.set_leaf(document, target, seen.data_children(at)[1], "1")
    assert engine.validate_request(compiled.key, document.snapshot().data) == ()
    assert str(document.path_of(target)) == "/operations-test:measure/target[name='x']"
    while document.can_undo:
        document.undo()
    assert len(document.root[0]) == 0


def test_the_configuration_of_an_edit_is_a_tree(schema: Schema) -> None:
    inside = (
        f'<edit-config xmlns="{BASE}"><target><candidate/></target><config>'
        f'<ports xmlns="{NS}"><port xmlns:nc="{BASE}" nc:operation="delete"><name>a</name></port></ports>'
        "</config></edit-config>"
    )
    document = request(schema, "edit-config", inside)
    config = document.root[0][1]
    port = config[0][0]
    assert [document.schema_node(one).kind for one in (config, config[0], port)] == [  # type: ignore[union-attr]
        NodeKind.CONTAINER, NodeKind.CONTAINER, NodeKind.LIST,
    ]  # fmt: skip
    path = document.path_of(port)
    assert str(path).startswith("/ietf-netconf:edit-config/config/operations-test:ports/port")
    assert document.find(path) is port
    node = document.schema_node(port)
    assert node is not None
    assert document.schema is not None
    editing.set_leaf(document, port, document.schema.data_children(node)[1], "100")
    assert b'operation="delete"' in serialize(document.root)
    assert b"<speed>100</speed>" in serialize(document.root)


def test_a_reply_is_a_document_too(schema: Schema) -> None:
    output = Document(
        WRAPPED.format(f'<result xmlns="{NS}"><name>a</name><value>1.5</value></result>').encode(),
        ReplySchema(schema, operation(schema, "measure")),
    )
    node = output.schema_node(output.root[0])
    assert node is not None
    assert (node.kind, node.config) == (NodeKind.LIST, False)
    assert str(output.path_of(output.root[0][1])) == "/operations-test:result[name='a']/value"
    data = Document(
        WRAPPED.format(f'<data xmlns="{BASE}"><ports xmlns="{NS}"><port><name>a</name></port></ports></data>').encode(),
        ReplySchema(schema, operation(schema, "get-config")),
    )
    port = data.root[0][0][0]
    found = data.schema_node(port)
    assert found is not None
    assert found.kind is NodeKind.LIST
    assert data.find(data.path_of(port)) is port


@pytest.mark.parametrize(
    "text",
    [
        f'<get xmlns="{BASE}"><filter/></get>',
        f'<?xml version="1.0"?>\n<rpc message-id="7" xmlns="{BASE}"><get><filter/></get></rpc>',
        f'<x:rpc message-id="7" xmlns:x="{BASE}"><x:get><x:filter/></x:get></x:rpc>',
    ],
)
def test_a_request_is_read_as_it_stands(text: str) -> None:
    root = codec.read_request(text.encode())
    assert [one.tag for one in root.iter()] == [f"{{{BASE}}}{name}" for name in ("config", "get", "filter")]
    assert not root.attrib


def test_an_edit_config_stays_one() -> None:
    root = codec.read_request(f'<edit-config xmlns="{BASE}"><config><a xmlns="urn:a"/></config></edit-config>'.encode())
    assert root[0].tag == f"{{{BASE}}}edit-config"


@pytest.mark.parametrize(
    "text", ["<get>", "<rpc xmlns='urn:x'><get></rpc>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_what_is_broken_is_told_with_its_place(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        codec.read_request(text.encode())
    assert caught.value.line
