"""What the engine writes into the database is what the modules say, and what the schema's readers give back."""

from __future__ import annotations

import threading

import pytest

from netconf_gui.yang.check import CompiledSchema
from netconf_gui.yang.schema import (
    EnumItem,
    Must,
    NodeKind,
    Pattern,
    SchemaNode,
    SqliteSchema,
    TypeInfo,
)

NS = "urn:test:every-type"
AUGMENT_NS = "urn:test:every-augment"


@pytest.fixture
def node(schema: SqliteSchema):
    def find(path: str) -> SchemaNode:
        found = schema.find(path)
        assert found is not None, path
        return found

    return find


def typed(node, name: str) -> TypeInfo:
    info = node(f"/every-type:types/{name}").type
    assert info is not None
    return info


def test_everything_compiles(every: CompiledSchema, schema: SqliteSchema):
    assert every.broken == ()
    assert every.repairs == ()
    assert every.nodes == schema.node_count > 100
    assert schema.broken == ()


def test_modules(schema: SqliteSchema):
    assert [item.name for item in schema.modules] == [
        "every-augment",
        "every-type",
        "every-types-base",
        "every-deviation",
    ]
    module = schema.module("every-type")
    assert module is not None
    assert (module.revision, module.namespace, module.prefix) == ("2026-03-01", NS, "et")
    assert (module.implemented, module.features) == (True, ("extras",))
    assert module.description == "Every type and statement that the schema engine extracts."
    assert schema.module_for_namespace(NS) == module
    assert schema.module("ietf-inet-types") is None, "modules of the library's own are not the device's"
    assert schema.module_for_namespace("urn:nothing") is None


def test_top_level(schema: SqliteSchema):
    assert [item.name for item in schema.roots()] == [
        "types",
        "rules",
        "choices",
        "state",
        "top-choice",
        "actions",
        "from-submodule",
    ]
    assert [item.name for item in schema.data_children(None)] == [
        "types",
        "rules",
        "choices",
        "state",
        "first-way",
        "second-way",
        "actions",
        "from-submodule",
    ]
    assert [item.path for item in schema.rpcs()] == ["/every-type:restart"]
    assert [item.path for item in schema.notifications()] == ["/every-type:restarted"]


def test_container(node):
    found = node("/every-type:types")
    assert (found.kind, found.module, found.namespace, found.revision) == (
        NodeKind.CONTAINER,
        "every-type",
        NS,
        "2026-03-01",
    )
    assert (found.description, found.reference) == ("One leaf of each type.", "RFC 7950, section 9")
    assert (found.presence, found.config, found.mandatory) == (False, True, False)
    assert node("/every-type:rules").presence
    assert not node("/every-type:state/counter").config


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("int8", TypeInfo("int8", ranges=(("-128", "127"),))),
        ("int16", TypeInfo("int16", ranges=(("-5", "-5"), ("10", "20"), ("30", "32767")))),
        ("int64", TypeInfo("int64", ranges=((str(-(2**63)), str(2**63 - 1)),))),
        ("uint64", TypeInfo("uint64", ranges=(("0", str(2**64 - 1)),))),
        ("decimal64", TypeInfo("decimal64", ranges=(("-1.5", "1.5"), ("10.0", "10.0")), fraction_digits=3)),
        (
            "string",
            TypeInfo(
                "string", lengths=(("2", "4"), ("8", "8")), patterns=(Pattern("[a-z]+", False, "Lower case only."),)
            ),
        ),
        ("inverted", TypeInfo("string", patterns=(Pattern("x.*", True),))),
        ("boolean", TypeInfo("boolean")),
        (
            "enumeration",
            TypeInfo(
                "enumeration",
                enums=(EnumItem("one", 0, "First."), EnumItem("twenty two", 22), EnumItem("last", 23)),
            ),
        ),
        (
            "bits",
            TypeInfo("bits", bits=(EnumItem("zero", 0), EnumItem("five", 5, "Fifth."), EnumItem("six", 6))),
        ),
        ("binary", TypeInfo("binary", lengths=(("1", "4"),))),
        ("empty", TypeInfo("empty")),
        (
            "identityref",
            TypeInfo(
                "identityref",
                identities=("every-augment:cat", "every-type:dog", "every-type:puppy", "every-type:robodog"),
                bases=("every-type:animal",),
            ),
        ),
        (
            "both",
            TypeInfo(
                "identityref", identities=("every-type:robodog",), bases=("every-type:animal", "every-type:robot")
            ),
        ),
        (
            "foreign",
            TypeInfo("identityref", identities=("every-types-base:solid",), bases=("every-types-base:kind",)),
        ),
        (
            "leafref",
            TypeInfo("leafref", leafref_path="/et:types/et:int8", target=TypeInfo("int8", ranges=(("-128", "127"),))),
        ),
        (
            "loose",
            TypeInfo("leafref", leafref_path="../list/name", require_instance=False, target=TypeInfo("string")),
        ),
        ("instance-identifier", TypeInfo("instance-identifier")),
        ("anywhere", TypeInfo("instance-identifier", require_instance=False)),
        (
            "union",
            TypeInfo(
                "union",
                union=(
                    TypeInfo("int8", ranges=(("1", "10"),)),
                    TypeInfo("enumeration", enums=(EnumItem("auto", 0),)),
                    TypeInfo("uint8", "percent", ranges=(("0", "100"),), typedefs=("every-type:percent",)),
                ),
            ),
        ),
        ("typed", TypeInfo("uint8", "percent", ranges=(("0", "100"),), typedefs=("every-type:percent",))),
        (
            "from-base",
            TypeInfo("string", "short-name", lengths=(("1", "10"),), typedefs=("every-types-base:short-name",)),
        ),
    ],
)
def test_types(node, name: str, expected: TypeInfo):
    assert typed(node, name) == expected


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("int8", ()),
        ("uint16", ("16",)),
        ("decimal64", ("0.25",)),
        ("boolean", ("true",)),
        ("bits", ("zero five",)),
        ("identityref", ("every-type:dog",)),
        ("plain-identity", ("every-type:dog",)),
        ("foreign", ("every-types-base:solid",)),
        ("typed", ("50",)),
        ("with-defaults", ("a", "b")),
        ("int32", ("7",)),
    ],
)
def test_defaults_are_canonical(node, name: str, defaults: tuple[str, ...]):
    assert node(f"/every-type:types/{name}").defaults == defaults


def test_units_and_status(node):
    assert node("/every-type:types/typed").units == "percent"
    assert node("/every-type:types/leaf-list").units == "m"
    assert node("/every-type:types/int32").units == "deviated"
    assert [node(f"/every-type:types/{name}").status for name in ("int8", "old", "oldest")] == [
        "current",
        "deprecated",
        "obsolete",
    ]


def test_deviations_are_applied(schema: SqliteSchema):
    assert schema.find("/every-type:types/older") is None


def test_lists(node):
    found = node("/every-type:types/list")
    assert found.kind is NodeKind.LIST
    assert found.keys == ("name", "kind"), "in the order of the key statement"
    assert found.unique == (("address", "port"), ("inner/serial",))
    assert (found.min_elements, found.max_elements, found.ordered_by_user) == (0, 100, False)
    assert node("/every-type:types/list/kind").is_key
    assert not node("/every-type:types/list/address").is_key
    assert node("/every-type:types/list/port").mandatory
    assert node("/every-type:types/ordered").ordered_by_user
    assert node("/every-type:state/samples").keys == ()


def test_leaf_lists(node):
    found = node("/every-type:types/leaf-list")
    assert (found.kind, found.ordered_by_user, found.max_elements) == (NodeKind.LEAF_LIST, True, 3)
    few = node("/every-type:rules/few")
    assert (few.min_elements, few.max_elements, few.mandatory) == (2, None, False)


def test_musts_and_whens(node):
    assert node("/every-type:rules").musts == (
        Must("limit > 1 or not(limit)", "The limit must be greater than 1.", "limit-too-low"),
    )
    assert node("/every-type:rules/only-when-on").whens == ("../on = 'true'",)
    assert node("/every-type:types/list/label").whens == ("kind = 'x'",)


def test_augments_carry_their_module(schema: SqliteSchema, node):
    found = node("/every-type:types/list/every-augment:colour")
    assert (found.module, found.namespace, found.whens) == ("every-augment", AUGMENT_NS, ("et:kind = 'x'",))
    parent = node("/every-type:types/list")
    assert schema.data_child(parent, AUGMENT_NS, "colour") == found
    assert schema.data_child(parent, NS, "colour") is None


def test_features_decide(schema: SqliteSchema):
    assert schema.find("/every-type:choices/extra") is not None
    assert schema.find("/every-type:choices/never") is None


def test_choices(schema: SqliteSchema, node):
    way = node("/every-type:choices/way")
    assert (way.kind, way.defaults, way.description) == (NodeKind.CHOICE, ("road",), "How to travel.")
    assert [case.name for case in schema.children(way)] == ["road", "rail", "sea", "air", "space"]
    assert all(case.kind is NodeKind.CASE for case in schema.children(way))
    assert node("/every-type:choices/must-have").mandatory
    number = node("/every-type:choices/train/number")
    assert number == node("/every-type:choices/way/rail/train/number")
    train = node("/every-type:choices/train")
    found = schema.choice_of(train)
    assert found is not None
    assert [item.path for item in found] == ["/every-type:choices/way", "/every-type:choices/way/rail"]
    assert schema.data_parent(train) == node("/every-type:choices")
    parent = schema.parent(train)
    assert parent is not None
    assert parent.kind is NodeKind.CASE
    assert schema.choice_of(number) is None
    rocket = node("/every-type:choices/every-augment:rocket")
    found = schema.choice_of(rocket)
    assert found is not None
    assert found[1].path == "/every-type:choices/way/every-augment:space"
    balloon = node("/every-type:choices/balloon")
    assert schema.data_parent(balloon) == node("/every-type:choices")
    assert [item.name for item in schema.data_children(node("/every-type:choices"))] == [
        "wheels",
        "lane",
        "train",
        "sea",
        "plane",
        "balloon",
        "rocket",
        "this",
        "that",
        "extra",
    ]
    first = node("/every-type:top-choice/first")
    assert first.kind is NodeKind.CASE
    assert schema.data_parent(node("/every-type:first-way")) is None


def test_operations(schema: SqliteSchema, node):
    restart = node("/every-type:restart")
    assert (restart.kind, restart.description) == (NodeKind.RPC, "Restarts.")
    assert [(item.kind, item.path) for item in schema.children(restart)] == [
        (NodeKind.INPUT, "/every-type:restart/input"),
        (NodeKind.OUTPUT, "/every-type:restart/output"),
    ]
    assert node("/every-type:restart/input/delay").mandatory
    assert [item.name for item in schema.data_children(node("/every-type:restart/output"))] == ["when", "fine", "bad"]
    thing = node("/every-type:actions/thing")
    assert [(item.kind, item.name) for item in schema.children(thing)] == [
        (NodeKind.LEAF, "name"),
        (NodeKind.ACTION, "poke"),
        (NodeKind.NOTIFICATION, "poked"),
    ]
    assert [item.name for item in schema.data_children(thing)] == ["name"]
    assert node("/every-type:actions/thing/poke/input/force").kind is NodeKind.LEAF


def test_any(node):
    assert node("/every-type:types/anydata").kind is NodeKind.ANYDATA
    assert node("/every-type:types/anyxml").kind is NodeKind.ANYXML


def test_every_node_is_found_by_its_path_and_id(schema: SqliteSchema):
    seen = 0

    def walk(item: SchemaNode) -> None:
        nonlocal seen
        seen += 1
        assert schema.find(item.path) == item
        assert schema.node(item.id) == item
        for child in schema.children(item):
            assert child.parent_id == item.id
            assert schema.parent(child) == item
            walk(child)

    for top in (*schema.roots(), *schema.rpcs(), *schema.notifications()):
        assert schema.parent(top) is None
        walk(top)
    assert seen == schema.node_count


def test_find_nothing(schema: SqliteSchema):
    for path in (
        "",
        "/",
        "/every-type:nothing",
        "/nothing:types",
        "/every-type:types/nothing",
        "/every-type:types//int8",
    ):
        assert schema.find(path) is None
    with pytest.raises(KeyError):
        schema.node(10**9)


def test_search(schema: SqliteSchema):
    assert schema.search("colour")[0].path == "/every-type:types/list/every-augment:colour"
    assert "/every-type:types/list/every-augment:colour" in [item.path for item in schema.search("augm colou")]
    assert schema.search("restarts")[0].name == "restart", "descriptions are searched"
    assert schema.search("leaf-list")[0].name == "leaf-list"
    assert len(schema.search("every", limit=7)) == 7
    assert schema.search("") == ()
    assert schema.search("\"*' NEAR(") == (), "query syntax of the database means nothing"


def test_few_nodes_are_kept_when_told_so(every: CompiledSchema):
    small = SqliteSchema(every.database, cache_nodes=10)
    try:
        for _ in range(2):
            found = small.find("/every-type:types/list/inner/serial")
            assert found is not None
            assert small.data_parent(found) == small.find("/every-type:types/list/inner")
    finally:
        small.close()


def test_several_threads_read(every: CompiledSchema):
    shared = SqliteSchema(every.database)
    expected = ["types", "rules", "choices", "state", "top-choice", "actions", "from-submodule"]
    found: list[object] = []

    def read() -> None:
        try:
            for _ in range(20):
                names = [item.name for item in shared.roots()]
                assert names == expected
                for item in shared.roots():
                    shared.data_children(item)
                shared.search("leaf")
            found.append("fine")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
            found.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.close()
    assert found == ["fine"] * 6
