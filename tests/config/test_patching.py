"""YANG patches carried out on a document: they lead where the difference leads that they were made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.diff import diff
from netconf_gui.config.patching import apply_patch
from netconf_gui.config.yang_patch import NS_PATCH, yang_patch
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import parse, serialize
from tests.config.model import SCHEMA, T, tree
from tests.config.test_laws import DENSITIES, EVERYTHING, SEEDS, Judge, judging

FEW = 8


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Judge]]:
    with judging(FEW, tmp_path_factory) as made:
        yield made


@given(place=st.integers(0, FEW - 1), one=SEEDS, other=SEEDS, density=DENSITIES)
@settings(max_examples=1000 if EVERYTHING else 80, deadline=None)
def test_a_patch_leads_from_one_to_the_other(
    judges: list[Judge], place: int, one: int, other: int, density: float
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density, one), judge.document(other, density, other)
    before = serialize(a)
    try:
        patch = parse(yang_patch(diff(a, b, judge.schema), "p", source_values=False))
    except ConfigError:
        return  # a node that has no name
    result = apply_patch(a, patch, judge.schema, missing_ok=False)
    assert serialize(a) == before
    assert not diff(result, b, judge.schema)
    assert judge.same(result, b)


def patched(root: etree._Element, *edits: str, missing_ok: bool = True) -> str:
    """The text of `top` after a patch; edits are operation, target and what follows."""
    inside = "".join(f"<edit><edit-id>e{number}</edit-id>{edit}</edit>" for number, edit in enumerate(edits, 1))
    patch = parse(f'<yang-patch xmlns="{NS_PATCH}"><patch-id>1</patch-id>{inside}</yang-patch>'.encode())
    result = apply_patch(root, patch, SCHEMA, missing_ok=missing_ok)
    found = next(iter(result), None)
    text = "" if found is None else "".join(serialize(child).decode() for child in found)
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)


def edit(operation: str, target: str, value: str = "", more: str = "") -> str:
    name = re.match(r"<([\w-]+)", value)
    held = f"<value>{value.replace(name.group(), f'{name.group()} xmlns={quoteattr(T)}', 1)}</value>" if name else ""
    return f"<operation>{operation}</operation><target>{target}</target>{more}{held}"


ENTRY = "<entry><name>one</name><v>1</v></entry>"
ORDERED = "<ordered><name>a</name></ordered><ordered><name>b</name></ordered>"


@pytest.mark.parametrize(
    ("inside", "change", "after"),
    [
        ("", edit("create", "/t:top/entry=one", ENTRY), ENTRY),
        ("", edit("replace", "/t:top/np/deep/b", "<b>x</b>"), "<np><deep><b>x</b></deep></np>"),
        (ENTRY, edit("replace", "/t:top/entry=one/v", "<v>2</v>"), ENTRY.replace("1", "2")),
        (ENTRY, edit("merge", "/t:top/entry=one", "<entry><name>one</name><mtu>9</mtu></entry>"),
         ENTRY.replace("</entry>", "<mtu>9</mtu></entry>")),
        (ENTRY, edit("delete", "/t:top/entry=one"), ""),
        (ENTRY, edit("remove", "/t:top/entry=two"), ENTRY),
        ("", edit("replace", "/t:top/state", "<state>up</state>"), "<state>up</state>"),
        (ORDERED, edit("move", "/t:top/ordered=b", more="<where>first</where>"),
         "<ordered><name>b</name></ordered><ordered><name>a</name></ordered>"),
        (ORDERED, edit("insert", "/t:top/ordered=c", "<ordered><name>c</name></ordered>",
                       "<point>/t:top/ordered=a</point><where>after</where>"),
         ORDERED.replace("</ordered>", "</ordered><ordered><name>c</name></ordered>", 1)),
        (ENTRY, edit("create", "/t:top/entry=one", ENTRY), ENTRY),
        (ENTRY, edit("delete", "/t:top/entry=two/v"), ENTRY),
        ("<tag>a</tag>", edit("delete", "/t:top/tag=a"), ""),
        (ENTRY, edit("replace", "/", "<top><name>new</name></top>"), "<name>new</name>"),
    ],
)  # fmt: skip
def test_operations(inside: str, change: str, after: str) -> None:
    assert patched(tree(inside), change) == after


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (edit("create", "/t:top/entry=one", ENTRY), "there already"),
        (edit("delete", "/t:top/entry=two"), "not there"),
        (edit("replace", "/t:top/entry=two/v", "<v>2</v>"), "which the node is in"),
        (edit("move", "/t:top/ordered=b"), "to be moved"),
        (edit("replace", "/t:top/nothing", "<nothing>2</nothing>"), "not in the schema"),
        (edit("replace", "/t:top/entry", ENTRY.replace("one", "two")), None),
        (edit("delete", "/t:top/entry"), "not about one entry|about all of"),
        (edit("explode", "/t:top/name"), "no operation"),
        (edit("replace", "/t:top/name"), "without a value"),
        (edit("replace", "/t:top/name", "<v>1</v>"), "the value is v"),
        (edit("insert", "/t:top/ordered=c", "<ordered><name>c</name></ordered>",
              "<point>/t:top/ordered=z</point><where>before</where>"), "neighbour"),
    ],
)  # fmt: skip
def test_what_does_not_fit_changes_nothing(change: str, says: str | None) -> None:
    root = tree(ENTRY)
    before = serialize(root)
    if says is None:
        patched(root, change, missing_ok=False)
        return
    with pytest.raises(ConfigError, match=says) as caught:
        patched(root, edit("replace", "/t:top/name", "<name>x</name>"), change, missing_ok=False)
    assert "edit e2" in str(caught.value) and caught.value.advice
    assert serialize(root) == before


def test_without_a_schema_it_cannot_be_told() -> None:
    patch = parse(f'<yang-patch xmlns="{NS_PATCH}"><edit>{edit("delete", "/t:top/name")}</edit></yang-patch>'.encode())
    with pytest.raises(ConfigError, match="schema"):
        apply_patch(tree(ENTRY), patch, None)
