"""What is written through `SchemaWriter` is what `SqliteSchema` reads, also without libyang."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.schema import (
    BrokenModule,
    EnumItem,
    Extension,
    Identity,
    ModuleInfo,
    Must,
    NodeKind,
    Pattern,
    SchemaNode,
    SqliteSchema,
    TypeInfo,
)
from netconf_gui.yang.schema_tables import ROOT
from netconf_gui.yang.schema_tree import Tree
from netconf_gui.yang.schema_writer import SchemaWriter

MODULE = ModuleInfo(
    name="m",
    revision="2026-01-01",
    namespace="urn:m",
    prefix="p",
    features=("one",),
    description="Words.",
    yang_version="1.1",
    organization="O",
    contact="C",
    reference="R",
    imports=(("other", ""), ("more", "2025-01-01")),
    submodules=(("part", "2024-01-01"),),
    augments=("a",),
    augmented_by=("b",),
    deviates=("c",),
    deviated_by=("d",),
    all_features=("one", "two"),
    extensions=(Extension("x:y", "z"), Extension("x:q")),
)
OTHER = ModuleInfo("other", "", "urn:other", "o")
TYPE = TypeInfo(
    "union",
    "t",
    union=(
        TypeInfo("string", lengths=(("1", "2"),), patterns=(Pattern("a", True, "No."),), typedefs=("m:t", "m:u")),
        TypeInfo("enumeration", enums=(EnumItem("e", 1, "E."),)),
        TypeInfo("identityref", identities=("m:i",), bases=("m:b",)),
        TypeInfo("leafref", leafref_path="../x", require_instance=False, target=TypeInfo("int8")),
    ),
)


def plain(kind: NodeKind, name: str) -> SchemaNode:
    return SchemaNode(0, None, kind, name, MODULE.name, MODULE.namespace, MODULE.revision)


FULL = replace(
    plain(NodeKind.LEAF_LIST, "full"),
    config=False,
    description="Text.",
    reference="Book.",
    status="obsolete",
    ordered_by_user=True,
    min_elements=2,
    max_elements=5,
    defaults=("a", "b"),
    units="m",
    type=TYPE,
    musts=(Must("1", "Message.", "tag"), Must("2")),
    whens=("../x", "../y"),
    extensions=(Extension("x:y", "arg"),),
    if_features=("one or two",),
)
LIST = replace(plain(NodeKind.LIST, "list"), keys=("k", "l"), unique=(("a/b", "c"),), min_elements=1)
LEAF = replace(plain(NodeKind.LEAF, "k"), is_key=True, type=TypeInfo("string"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """m:top { choice ch { case c { list { k, full } container c { other:k } } } leaf k } rpc r"""
    path = tmp_path / "schema.sqlite"
    with SchemaWriter(path) as writer:
        m, other = writer.module(MODULE), writer.module(OTHER)
        writer.identity(Identity("m:i", ("m:b", "o:c"), "I.", "deprecated", "R.", usable=False))

        def family(parent: int, *nodes: SchemaNode) -> int:
            modules = [other if node.module == "other" else m for node in nodes]
            return writer.family(parent, [writer.shape_of(node) for node in nodes], modules)

        top = family(ROOT, plain(NodeKind.CONTAINER, "top"), plain(NodeKind.RPC, "r"))
        choice = family(top, plain(NodeKind.CHOICE, "ch"), LEAF)
        case = family(choice, plain(NodeKind.CASE, "c"))
        first = family(case, LIST, plain(NodeKind.CONTAINER, "c"))
        family(first, LEAF, FULL)
        family(first + 1, replace(LEAF, module="other"))
        family(top + 1, plain(NodeKind.INPUT, "input"), plain(NodeKind.OUTPUT, "output"))
        assert writer.finish([BrokenModule("bad", "1", "Because.")], {"key": "k"}) == 12
    return path


@pytest.fixture
def schema(path: Path) -> Iterator[SqliteSchema]:
    made = SqliteSchema(path)
    yield made
    made.close()


def found(schema: SqliteSchema, path: str) -> SchemaNode:
    node = schema.find(path)
    assert node is not None, path
    return node


def test_modules_identities_broken(schema: SqliteSchema):
    assert schema.modules == (MODULE, OTHER)
    assert schema.identities() == {"m:i": Identity("m:i", ("m:b", "o:c"), "I.", "deprecated", "R.", usable=False)}
    assert schema.broken == (BrokenModule("bad", "1", "Because."),)
    assert schema.node_count == 12


@pytest.mark.parametrize(
    ("where", "given"), [("/m:top/full", None), ("/m:top/list/full", FULL), ("/m:top/list", LIST), ("/m:top/k", LEAF)]
)
def test_nodes_come_back_whole(schema: SqliteSchema, where: str, given: SchemaNode | None):
    if given is None:
        assert schema.find(where) is None
        return
    node = found(schema, where)
    for name in SchemaNode.__slots__:
        if name not in ("id", "parent_id", "path"):
            assert getattr(node, name) == getattr(given, name), name


def test_children_that_can_be_written_are_known_without_reading_them(schema: SqliteSchema):
    answers = {path: schema.has_config_child(found(schema, path)) for path in ("/m:top", "/m:top/list", "/m:r")}
    assert answers == {"/m:top": True, "/m:top/list": True, "/m:r": True}
    assert not schema.has_config_child(found(schema, "/m:top/k"))


def test_paths(schema: SqliteSchema):
    def paths(node: SchemaNode) -> list[str]:
        return [one for child in schema.children(node) for one in (child.path, *paths(child))]

    assert [node.path for node in (*schema.roots(), *schema.rpcs())] == ["/m:top", "/m:r"]
    assert paths(found(schema, "/m:top")) == [
        "/m:top/ch",
        "/m:top/ch/c",
        "/m:top/list",
        "/m:top/list/k",
        "/m:top/list/full",
        "/m:top/c",
        "/m:top/c/other:k",
        "/m:top/k",
    ]


def test_a_node_is_found_by_its_id_alone(path: Path, schema: SqliteSchema):
    for number in range(1, schema.node_count + 1):
        fresh = SqliteSchema(path)
        try:
            node = fresh.node(number)
            assert fresh.find(node.path) == node
            assert node.path == schema.node(number).path
        finally:
            fresh.close()


def test_like_nodes_share_a_shape_across_modules(path: Path):
    with sqlite3.connect(path) as database:
        shapes = database.execute("SELECT count(*) FROM shape").fetchone()[0]
        names = database.execute("SELECT count(*) FROM shape WHERE name = 'k'").fetchone()[0]
    database.close()
    assert (shapes, names) == (10, 1)


def test_ranges_of_descendants(path: Path):
    with sqlite3.connect(path) as database:
        tree = Tree(dict(database.execute("SELECT name, data FROM tree")))
    database.close()
    above = dict(enumerate(tree.parent))
    assert len(tree) == 12
    for number in above:
        first, count, last = tree.first[number], tree.count[number], tree.last[number]
        below = [other for other in above if other and number in _ancestors(other, above)]
        assert below == (list(range(first, last + 1)) if count else [])
        assert [other for other in above if other and above[other] == number] == below[:count]
    assert tree.inner == [number for number in above if tree.count[number]]


def test_ranges_below_shapes(path: Path):
    with sqlite3.connect(path) as database:
        tree = Tree(dict(database.execute("SELECT name, data FROM tree")))
    database.close()
    everything = set(tree.shape)
    for shapes in ({shape} for shape in everything):
        starts, ends = tree.below(shapes)
        found = {number for start, end in zip(starts, ends, strict=True) for number in range(start, end + 1)}
        nodes = tree.of_shapes(shapes)
        assert found == {
            one
            for number in nodes
            if tree.count[number]
            for one in range(number + 1, len(tree) + 1)
            if number in _ancestors(one, dict(enumerate(tree.parent)))
        }


def _ancestors(number: int, above: dict[int, int]) -> set[int]:
    found = set()
    while number:
        number = above[number]
        found.add(number)
    return found


def test_a_file_of_another_format_is_refused(path: Path):
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    database.close()
    with pytest.raises(SchemaError, match="has format 1"):
        SqliteSchema(path)


def test_an_unfinished_file_is_no_schema(tmp_path: Path):
    with SchemaWriter(tmp_path / "half.sqlite") as writer:
        writer.module(MODULE)
    with pytest.raises(SchemaError):
        SqliteSchema(tmp_path / "half.sqlite")
