"""Whatever the data: the engine answers, and never dies of it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netconf_gui.yang.check import CompiledSchema, Engine

NAMES = ["rules", "types", "list", "ordered", "member", "id", "name", "kind", "port", "peer", "serial", "on", "few"]
NAMES += [
    "leaf-list",
    "int8",
    "leafref",
    "loose",
    "instance-identifier",
    "anydata",
    "anyxml",
    "choices",
    "this",
    "lane",
]
NAMES += ["sea", "colour", "inner", "counter", "state", "identityref", "bits", "limit", "only-when-on", "nothing"]
TEXTS = ["", "1", "2", "x", "true", "a", "et:dog", "/et:types/et:int8", "  ", "é", "zero five", "99999999999999999999"]
NAMESPACES = ["urn:test:every-type", "urn:test:every-augment", "urn:unknown", ""]

elements = st.deferred(
    lambda: st.builds(
        lambda name, namespace, text, children: (
            f'<{name} xmlns="{namespace}" xmlns:et="urn:test:every-type">{text}{"".join(children)}</{name}>'
        ),
        st.sampled_from(NAMES),
        st.sampled_from([NAMESPACES[0]] * 8 + NAMESPACES),
        st.sampled_from(TEXTS),
        st.lists(elements, max_size=5) | st.just([]),
    )
)


def leaf(name: str, *values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values).map(lambda value: f"<{name}>{value}</{name}>")


# near the truth: entries with too few, too many, double and wrong keys, references, and leafs in any order
entries = st.one_of(
    st.lists(
        st.one_of(leaf("id", "1", "2", "x", ""), leaf("peer", "1", "2", "7"), leaf("serial", "s", "t")), max_size=5
    ).map(lambda parts: f"<member>{''.join(parts)}</member>"),
    leaf("few", "1", "2", "300"),
    leaf("on", "true", "false", "x"),
    leaf("limit", "1", "5"),
)
rules = st.lists(entries, max_size=9).map(lambda parts: f'<rules xmlns="{NAMESPACES[0]}">{"".join(parts)}</rules>')
list_parts = st.one_of(
    leaf("name", "a", "b"), leaf("kind", "x", "k"), leaf("port", "1", "y"), leaf("colour", "c"), leaf("address", "q")
)
lists = st.lists(st.lists(list_parts, max_size=6).map(lambda parts: f"<list>{''.join(parts)}</list>"), max_size=5).map(
    lambda parts: f'<types xmlns="{NAMESPACES[0]}">{"".join(parts)}</types>'
)

many = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def judge(engine: Engine, key: str, xml: str) -> None:
    starts = engine.bulk.starts
    data = f"<config>{xml}</config>".encode()
    for content in ("config", "data", "edit"):
        found = engine.validate(key, data, content=content)
        assert all(item.message for item in found)
        assert all(item.path.startswith("/") for item in found if item.is_error)
        assert len(set(found)) == len(found)
    assert engine.bulk.starts == starts, "the worker died"


@many
@given(xml=elements)
def test_anything(engine: Engine, every: CompiledSchema, xml: str):
    judge(engine, every.key, xml)


@many
@given(xml=rules)
def test_rules(engine: Engine, every: CompiledSchema, xml: str):
    judge(engine, every.key, xml)


@many
@given(xml=lists)
def test_lists(engine: Engine, every: CompiledSchema, xml: str):
    judge(engine, every.key, xml)
