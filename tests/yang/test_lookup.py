"""The in-memory schema answers as the database does."""

from __future__ import annotations

import dataclasses

from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import MemorySchema, ModuleInfo, NodeKind, Schema, SchemaNode, SqliteSchema


def all_nodes(schema: SqliteSchema) -> list[SchemaNode]:
    found: list[SchemaNode] = []

    def walk(node: SchemaNode) -> None:
        found.append(node)
        for child in schema.children(node):
            walk(child)

    for top in (*schema.roots(), *schema.rpcs(), *schema.notifications()):
        walk(top)
    return found


def test_both_schemas_agree(schema: SqliteSchema):
    nodes = all_nodes(schema)
    memory: Schema = MemorySchema(nodes, schema.modules, schema.broken)
    other: Schema = schema
    assert memory.modules == other.modules
    for question in ("roots", "rpcs", "notifications"):
        assert getattr(memory, question)() == getattr(other, question)()
    assert memory.data_children(None) == other.data_children(None)
    for node in nodes:
        for question in ("children", "data_children", "parent", "data_parent", "choice_of"):
            assert getattr(memory, question)(node) == getattr(other, question)(node), (question, node.path)
        assert memory.find(node.path) == node


def test_modules_are_made_from_nodes_if_not_given():
    node = SchemaNode(1, None, NodeKind.LEAF, "x", "m", "urn:m", path="/m:x")
    schema = MemorySchema([node])
    assert schema.modules == (ModuleInfo("m", "", "urn:m", "m"),)
    assert schema.data_child(None, "urn:m", "x") is node
    assert schema.find("/m:x") is node


def test_implemented_revision_is_preferred():
    modules = [ModuleInfo("m", "2020-01-01", "urn:m", implemented=False), ModuleInfo("m", "2010-01-01", "urn:m")]
    schema = MemorySchema([], modules)
    assert schema.module("m") is modules[1]
    assert schema.module_for_namespace("urn:m") is modules[1]


def test_memory_search():
    nodes = [
        SchemaNode(1, None, NodeKind.CONTAINER, "a", "m", "urn:m", description="Has an mtu.", path="/m:a"),
        SchemaNode(2, 1, NodeKind.LEAF, "mtu", "m", "urn:m", path="/m:a/mtu"),
    ]
    schema = MemorySchema(nodes)
    assert [node.name for node in schema.search("mtu")] == ["mtu", "a"]
    assert [node.name for node in schema.search("m:a mtu", limit=1)] == ["mtu"]
    assert schema.search("  ") == ()


def test_nodes_are_equal_by_place():
    one = SchemaNode(1, None, NodeKind.LEAF, "x", "m", "urn:m", path="/m:x")
    assert one == dataclasses.replace(one, description="read again")
    assert one != dataclasses.replace(one, id=2)
    assert one != "x"
    assert len({one, dataclasses.replace(one)}) == 1
    assert (one.is_data, one.is_term, one.is_inner) == (True, True, False)


def test_problem_severity():
    assert Problem("error", "", "x").is_error
    assert not Problem("warning", "", "x").is_error
