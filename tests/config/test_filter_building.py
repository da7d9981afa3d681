"""Filters from picks and back: what is picked is what comes, by both kinds of filters; faults have their place."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.filter_building import (
    FilterStep,
    Match,
    Pick,
    declared,
    merged,
    path_of_pick,
    pick_of,
    schema_pick,
    subtree_text,
    to_subtree,
    to_xpath,
    widened,
)
from netconf_gui.config.filter_reading import OnlyXPath, from_subtree, from_xpath, unknown_names
from netconf_gui.config.filters import apply_subtree, apply_xpath
from netconf_gui.config.path import path_of
from netconf_gui.config.values import canonical_value
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, SchemaNode
from tests.config import model
from tests.config.test_laws import Judge, judging

T = model.T


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory):
    with judging(8, tmp_path_factory) as made:
        yield made


def canonical(root: etree._Element, binder: Binder, scope: Scope = Region.TOP) -> None:
    """Values as a server writes them, so that an XPath can compare texts; identities without a prefix."""
    for child in elements(root):
        inner = binder.child_scope(scope, str(child.tag))
        if isinstance(inner, SchemaNode) and inner.is_term:
            value = canonical_value(child, inner)
            if not value.startswith("{"):
                child.text = value
        canonical(child, binder, inner)


def pickable(root: etree._Element, binder: Binder) -> list[etree._Element]:
    """Nodes that filters can name: no values of leaf-lists, nothing in what has no schema."""
    found = []
    for element in root.iter(etree.Element):
        if element is root:
            continue
        scope = binder.scope(element)
        if isinstance(scope, SchemaNode) and scope.kind is not NodeKind.LEAF_LIST:
            found.append(element)
    return found


def expected(root: etree._Element, picked: list[etree._Element], binder: Binder) -> bytes:
    """The picked subtrees with what is above them, and the keys of entries on the way."""
    whole = {below for one in picked for below in one.iter()}
    frame = {above for one in picked for above in one.iterancestors()}
    for one in tuple(frame):
        scope = binder.scope(one)
        if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LIST:
            frame |= {key for name in scope.keys if (key := one.find(qn(scope.namespace, name))) is not None}
    for element in list(root.iter(etree.Element)):
        parent = element.getparent()
        if parent is not None and element not in whole and element not in frame:
            parent.remove(element)
    return etree.tostring(root, method="c14n")


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 7), st.integers(0, 2**32), st.sampled_from([0.3, 0.6, 0.9]), st.integers(1, 5))
def test_what_is_picked_is_what_comes(judges: list[Judge], world: int, seed: int, density: float, count: int) -> None:
    judge = judges[world]
    root = judge.document(seed, density)
    binder = Binder(judge.schema)
    canonical(root, binder)
    nodes = pickable(root, binder)
    picked = random.Random(seed).sample(nodes, min(count, len(nodes)))
    picks = [pick_of(path_of(one, judge.schema)) for one in picked]
    text, namespaces = to_xpath(picks, judge.schema)
    given = subtree_text(picks)
    by_subtree = apply_subtree(root, to_subtree(picks), judge.schema)
    by_text = apply_subtree(root, to_subtree(from_subtree(given, judge.schema)), judge.schema)
    by_xpath = apply_xpath(root, text, namespaces, judge.schema) if picks else by_subtree
    back = from_xpath(text, namespaces, judge.schema) if picks else ()
    assert set(back) == set(merged(picks)) == set(from_subtree(given, judge.schema))
    wanted = expected(root, picked, binder)
    for answer in (by_subtree, by_text, by_xpath):
        assert etree.tostring(answer, method="c14n") == wanted, (given, text)


def pick(text: str) -> Pick:
    """``top/entry[name=a]/v`` in the namespace of the test module."""
    steps = []
    for part in text.split("/"):
        name, _, condition = part.partition("[")
        key, _, value = condition.rstrip("]").partition("=")
        matches = (Match(T, key, value),) if key and key != "." else ()
        steps.append(FilterStep(T, name, matches, (), value if key == "." else None))
    return Pick(tuple(steps))


def test_picks_that_others_cover_go() -> None:
    every = [
        pick("top/entry[name=a]/v"),
        pick("top/entry"),
        pick("top/entry[name=b]"),
        pick("top/tag[.=x]"),
        pick("item"),
    ]
    assert merged([*every, *every]) == (every[1], every[3], every[4])
    assert not pick("top/entry[name=a]").covers(pick("top/entry"))
    assert merged([Pick(())]) == ()


def test_values_of_leaf_lists_take_all_of_them() -> None:
    one = pick("top/tag[.=x]")
    assert subtree_text([one]) == f'<top xmlns="{T}">\n  <tag>x</tag>\n  <tag/>\n</top>\n'
    assert widened([one]) == ("A subtree filter cannot take /top/tag[x] alone: it takes all values of tag.",)
    assert to_xpath([one], model.SCHEMA)[0] == "/t:top/t:tag[.='x']"


def test_attributes_conditions_and_any_namespace() -> None:
    text = f'<filter><a xmlns="{T}" mark="1"><kind>x</kind><b/></a><c xmlns=""/></filter>'
    picks = from_subtree(text)
    assert picks[0].steps[0].attributes == (("mark", "1"),) and picks[1].steps[0].namespace == ""
    assert from_subtree(subtree_text(picks)) == picks
    written, namespaces = to_xpath(picks)
    assert written == "/t:a[t:kind='x'][@mark='1']/t:b\n| /*[local-name()='c']".replace(
        "t:", f"{next(iter(namespaces))}:"
    )


def test_values_with_both_quotes() -> None:
    picks = (pick("top/entry[name=a'\"b]"),)
    text, namespaces = to_xpath(picks, model.SCHEMA)
    assert from_xpath(text, namespaces, model.SCHEMA) == picks


def test_paths_of_picks() -> None:
    assert str(path_of_pick(pick("top/entry[name=a]/v"), model.SCHEMA)) == "/t:top/entry[name='a']/v"
    assert str(path_of_pick(pick("top/entry/v"), model.SCHEMA)) == "/t:top/entry"
    assert schema_pick(model.SCHEMA, model.node("/top/entry")) == pick("top/entry")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "empty"),
        ("/t:top[", 1, 8, "ends where"),
        ("/t:top\n  [t:v='x", 2, 8, "no second quote"),
        ("/nix:top", 1, 2, "nix is not declared"),
        ("/t:top/", 1, 8, "ends with a slash"),
        ("/t:top t:v", 1, 8, "cannot stand here"),
        ("/t:top[nothing()]", 1, 8, "no function nothing()"),
        ("/t:top/up::node()", 1, 8, "no axis up"),
        ("/t:top[$x]", 1, 8, "Variables"),
        ("count(/t:top", 1, 1, "missing"),
        ("/t:top/text(", 1, 12, "missing"),
        ("/" + "a[" * 80, 1, 0, "brackets"),
    ],
)
def test_faults_have_their_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_xpath(text, {"t": T}, model.SCHEMA)
    error = caught.value
    assert not isinstance(error, OnlyXPath) and words in error.message
    assert (error.line, error.column) == (line, column or error.column)


@pytest.mark.parametrize(
    "text",
    ["//t:v", "/", "/t:top/*", "count(/t:top)", "/t:top[t:v>1]", "/t:top[t:v]", "/t:top/..", "(/t:top)[1]", "-1",
     "/t:top[.='x']/t:v", "/t:top[t:a[1]='x']", "/t:top[text()='x']", "/t:top[t:v='x' or t:v='y']", "'x'"],
)  # fmt: skip
def test_some_only_xpath_can_say(text: str) -> None:
    with pytest.raises(OnlyXPath):
        from_xpath(text, {"t": T}, model.SCHEMA)


@pytest.mark.parametrize(
    ("text", "words"),
    [("<a", "1"), ("<a>\n<b></a>", "2"), ("<a/>x", "1"), ('<filter type="xpath" select="/a"/>', "1")],
)
def test_faults_of_subtree_filters(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_subtree(text)
    assert str(caught.value.line) == words


def test_names_that_the_schema_does_not_have() -> None:
    text = "/t:top/t:nix | /t:top/t:entry[t:nought='1']/t:v | /t:top/bare"
    found = unknown_names(text, {"t": T}, model.SCHEMA)
    assert [text[one.start : one.end] for one in found] == ["t:nix", "t:nought", "bare"]
    assert "no prefix" in found[2].words
    assert unknown_names("/t:top/t:entry[", {"t": T}, model.SCHEMA) == []


def test_prefixes_declare_themselves() -> None:
    assert declared("/t:top[x:y='q:z']", model.SCHEMA, {"q": "urn:q"}) == {"t": T, "x": model.X}
    assert declared("/other:top", model.SCHEMA, {}) == {}
