"""Differences: what counts as one, moves, words, and texts."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import Diff, diff, text_diff
from netconf_gui.config.order import longest_increasing, moved
from netconf_gui.config.path import path_of
from netconf_gui.config.plan import plan
from netconf_gui.errors import Cancelled
from netconf_gui.yang.schema import EnumItem, MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo
from tests.config.model import SCHEMA, tree
from tests.config.trees import CONFIGS, meaning


def found(before: str, after: str) -> list[str]:
    return shown(diff(tree(before), tree(after), SCHEMA))


def shown(difference: Diff) -> list[str]:
    return [f"{entry.kind} {entry.path.short()}" for entry in difference]


A = "<entry><name>a</name><v>1</v></entry>"
B = "<entry><name>b</name><v>2</v></entry>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<mtu>1</mtu>", "<mtu>+1</mtu>"),
        ("<ratio>1.5</ratio>", "<ratio>1.50</ratio>"),
        ("<type>x:eth</type>", '<type xmlns:q="urn:x">q:eth</type>'),
        ("<type>own</type>", "<type>t:own</type>"),
        ("<mix>x:eth</mix>", '<mix xmlns:q="urn:x">q:eth</mix>'),
        ("<idref>x:eth</idref>", '<idref xmlns:q="urn:x">q:eth</idref>'),
        ("<ref>/t:top/t:name</ref>", '<ref xmlns:q="urn:t">/q:top/q:name</ref>'),
        (A + B, B + A),
        ("<tag>a</tag><tag>b</tag>", "<tag>b</tag><tag>a</tag>"),
        ("<mtu>1</mtu><np/>", "<mtu>1</mtu>"),
        ("<mtu>1</mtu><np><deep/></np>", "<mtu>1</mtu><!-- nothing -->"),
        ("<entry><name>a</name><v>1</v></entry>", "<entry><v>1</v><name>a</name></entry>"),
        ("<any><p> <q/> </p></any>", "<any><p><q/></p></any>"),
        ('<any><p xmlns="urn:q"/></any>', '<any><w:p xmlns:w="urn:q"/></any>'),
        ("<pair><a>1</a><b>x:eth</b></pair>", '<pair xmlns:y="urn:x"><a>1</a><b>y:eth</b></pair>'),
        ("<ref>/t:top/t:entry[t:name='a']</ref>", '<ref>/t:top/t:entry[ t:name = "a" ]</ref>'),
        ("<ref>/t:top/t:pair[t:a='1'][t:b='2']</ref>", "<ref> /t:top/t:pair[t:b='2'][t:a='1'] </ref>"),
    ],
)
def test_what_means_the_same(before: str, after: str) -> None:
    assert found(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "entries"),
    [
        ("<mtu>1</mtu>", "<mtu>2</mtu>", ["changed /top/mtu"]),
        ("<type>x:eth</type>", '<type xmlns:x="urn:t">x:eth</type>', ["changed /top/type"]),
        ("<name>a</name>", "<name>a </name>", ["changed /top/name"]),
        ("<name>x:eth</name>", '<name xmlns:q="urn:x">q:eth</name>', ["changed /top/name"]),  # a string has no prefix
        (A, A + B, ["added /top/entry[b]"]),
        (A + B, B, ["removed /top/entry[a]"]),
        (A, A.replace("<v>1</v>", ""), ["removed /top/entry[a]/v"]),
        ("<pair><a>1</a><b>x:eth</b></pair>", "<pair><a>1</a><b>x:fast</b></pair>",
         ["removed /top/pair[1][{urn:x}eth]".replace("{urn:x}", "x:"), "added /top/pair[1][x:fast]"]),
        ("<mtu>1</mtu>", "<mtu>1</mtu><pres/>", ["added /top/pres"]),
        ("<mtu>1</mtu>", "<mtu>1</mtu><np><a>1</a></np>", ["added /top/np"]),
        ("<mtu>1</mtu><np/>", "<mtu>1</mtu><np><a>1</a></np>", ["added /top/np/a"]),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", ["changed /top/any"]),
        ("<tag>a</tag><tag>b</tag>", "<tag>c</tag><tag>b</tag>", ["removed /top/tag[a]", "added /top/tag[c]"]),
        ("<olist>a</olist><olist>b</olist><olist>c</olist>", "<olist>c</olist><olist>a</olist><olist>b</olist>",
         ["moved /top/olist[c]"]),
        (A + A, A, ["removed /top/entry[a]"]),  # the same keys twice
        ("<log><line>1</line></log><log><line>2</line></log>", "<log><line>2</line></log>", ["removed /top/log[1]"]),
    ],
)  # fmt: skip
def test_what_differs(before: str, after: str, entries: list[str]) -> None:
    assert found(before, after) == entries


@given(CONFIGS, CONFIGS)
@settings(max_examples=150, deadline=None)
def test_a_difference_means_that_something_differs(one: etree._Element, other: etree._Element) -> None:
    assert bool(diff(one, other, SCHEMA)) == (meaning(one) != meaning(other))
    assert not diff(one, codec.read(codec.write(one)).root, SCHEMA)
    there, back = diff(one, other, SCHEMA).counts, diff(other, one, SCHEMA).counts
    assert (there["added"], there["changed"]) == (back["removed"], back["changed"])
    assert there["moved"] == back["moved"]


@given(st.permutations(range(9)))
def test_moves_are_as_few_as_can_be(numbers: list[int]) -> None:
    kept = longest_increasing(numbers)
    rising = [numbers[index] for index in sorted(kept)]
    assert rising == sorted(rising)
    best = 0  # by trying everything
    for mask in range(1 << len(numbers)):
        chosen = [number for index, number in enumerate(numbers) if mask >> index & 1]
        if chosen == sorted(chosen):
            best = max(best, len(chosen))
    assert len(kept) == best and len(moved(numbers)) == len(numbers) - best


def test_without_a_schema() -> None:
    one = codec.read(b'<a xmlns="urn:a"><l><n>x</n><v>1</v></l><l><n>y</n></l><t>old</t></a>').root
    other = codec.read(b'<a xmlns="urn:a"><l><n>x</n><v>2</v></l><l><n>z</n></l><t>new</t></a>').root
    difference = diff(one, other)
    assert shown(difference) == ["changed /a/l[1]/v", "added /a/l[2]", "removed /a/l[2]", "changed /a/t"]
    assert all(entry.guessed for entry in difference)


def test_without_a_schema_order_counts() -> None:
    one = codec.read(b"<a><l>1</l><l>2</l><l>3</l></a>").root
    assert shown(diff(one, codec.read(b"<a><l>2</l><l>3</l><l>1</l></a>").root)) == ["moved /a/l[3]"]


def test_neighbours_of_what_moves() -> None:
    names = "<ordered><name>{}</name></ordered>".format
    difference = diff(tree("".join(map(names, "abc"))), tree("".join(map(names, "cab"))), SCHEMA)
    assert [(entry.kind, entry.after, entry.before) for entry in difference] == [("moved", "", "a")]


def test_a_long_comparison_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        diff(tree("<mtu>1</mtu>"), tree("<mtu>2</mtu>"), SCHEMA, cancel=token)


def test_in_words() -> None:
    before = A + B + "<mtu>1500</mtu><ordered><name>10</name></ordered><ordered><name>20</name></ordered>"
    after = (
        A.replace(">1<", ">one<") + "<entry><name>c</name></entry><mtu>9192</mtu>"
        "<ordered><name>20</name></ordered><ordered><name>10</name></ordered>"
    )
    difference = diff(tree(before), tree(after), SCHEMA)
    assert difference.summary() == (
        "Adds entry c. Removes entry b. Changes on a: v 1 → one; mtu 1500 → 9192. Moves ordered 20 before 10."
    )
    assert difference.summary(40) == "Adds 1 node. Removes 1 node. Changes 2 nodes. Moves 1 node."
    assert diff(tree(before), tree(before), SCHEMA).summary() == "No differences."


def test_words_stay_short() -> None:
    many = "".join(f"<entry><name>number {number}</name></entry>" for number in range(1000))
    text = diff(tree("<mtu>1</mtu>"), tree("<mtu>1</mtu>" + many), SCHEMA).summary()
    assert text.endswith("and 996 more.") and len(text) < 200


# texts


@given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40))
@settings(max_examples=300)
def test_blocks_cover_both_texts_and_lead_from_one_to_the_other(a: list[str], b: list[str]) -> None:
    blocks = text_diff(a, b)
    made, a_at, b_at, last = [], 0, 0, ""
    for block in blocks:
        assert (block.a_start, block.b_start) == (a_at, b_at) and block.kind != last
        a_at, b_at, last = block.a_end, block.b_end, block.kind
        if block.kind == "same":
            assert a[block.a_start : block.a_end] == b[block.b_start : block.b_end]
            made += a[block.a_start : block.a_end]
        else:
            assert (block.kind == "added") == (block.a_start == block.a_end)
            assert (block.kind == "removed") == (block.b_start == block.b_end)
            made += b[block.b_start : block.b_end]
    assert made == b and (a_at, b_at) == (len(a), len(b))


def test_text_differences_are_small() -> None:
    a = ["{", "one", "}", "{", "two", "}", "{", "three", "}"]
    blocks = text_diff(a, [*a[:3], "{", "new", "}", *a[3:]])
    assert [(block.kind, block.b_end - block.b_start) for block in blocks if block.kind != "same"] == [("added", 3)]


def test_long_texts_do_not_take_long() -> None:
    chance = random.Random(1)
    a = [f"line {number}" if number % 3 else "}" for number in range(100_000)]
    b = list(a)
    for _ in range(5000):
        b[chance.randrange(len(b))] = f"edit {chance.random()}"
    start = time.process_time()
    blocks = text_diff(a, b)
    assert sum(block.a_end - block.a_start for block in blocks if block.kind == "same") > 90_000
    # against a loop over the same lines, so that a slow machine is no failure
    used, start = time.process_time() - start, time.process_time()
    for _ in range(20):
        dict(zip(a, b, strict=True))
    assert used < 20 * (time.process_time() - start) + 1


# values of other types


def leaf_schema(info: TypeInfo) -> MemorySchema:
    node = SchemaNode(0, None, NodeKind.LEAF, "v", "t", "urn:t", type=info, path="/t:v")
    return MemorySchema(
        [node], [ModuleInfo("t", "2026-01-01", "urn:t", "t"), ModuleInfo("x", "2026-01-01", "urn:x", "x")]
    )


BITS = TypeInfo("bits", bits=(EnumItem("a", 0), EnumItem("b", 1)))
NUMBER = TypeInfo("uint8", ranges=(("0", "255"),))
IDENTITY = TypeInfo("identityref", identities=("x:eth",))
XPATH = TypeInfo("string", typedefs=("ietf-yang-types:xpath1.0",))


@pytest.mark.parametrize(
    ("info", "one", "other", "same"),
    [
        (TypeInfo("binary"), "AAEC", " AA\n EC ", True),
        (TypeInfo("binary"), "AAEC", "AAED", False),
        (BITS, "a b", "b  a", True),
        (TypeInfo("decimal64", fraction_digits=3), "+1.50", "1.5", True),
        (TypeInfo("int8", ranges=(("-128", "127"),)), "-0", "0", True),
        (TypeInfo("boolean"), "true", "false", False),
        (TypeInfo("union", union=(IDENTITY, NUMBER, TypeInfo("string"))), "+7", "7", True),
        (TypeInfo("union", union=(IDENTITY, NUMBER, TypeInfo("string"))), "x:eth", "y:eth", True),
        # no identity: a text, in which a prefix is no prefix
        (TypeInfo("union", union=(IDENTITY, NUMBER, TypeInfo("string"))), "x:other", "y:other", False),
        (TypeInfo("union", union=(TypeInfo("string"), NUMBER)), "+7", "7", False),
        (TypeInfo("leafref", target=TypeInfo("union", union=(NUMBER, IDENTITY))), "y:eth", "x:eth", True),
        (XPATH, "/x:a[x:b = 'x:c']", "/y:a[y:b = 'x:c']", True),
        (XPATH, "/x:a", "/t:a", False),
        (TypeInfo("string"), "x:a", "y:a", False),
    ],
)
def test_values_are_compared_by_what_they_mean(info: TypeInfo, one: str, other: str, same: bool) -> None:
    def root(text: str) -> etree._Element:
        named = 'xmlns="urn:t" xmlns:t="urn:t" xmlns:x="urn:x" xmlns:y="urn:x"'
        return codec.read(f"<config><v {named}>{text}</v></config>".encode()).root

    schema = leaf_schema(info)
    difference = diff(root(one), root(other), schema)
    assert (not difference) == same
    made = plan(diff(codec.read(b"<config/>").root, root(other), schema))
    result = edit_config(codec.read(b"<config/>").root, made.config, schema, default_operation="none")
    assert not diff(result, root(other), schema), etree.tostring(made.config)


def test_positions_of_many_are_those_of_each() -> None:
    """Without a schema entries are named by their position, which is counted once for all of them."""
    base = tree("".join(f"<e><k>{number}</k><v>1</v></e>" for number in range(200)))
    mine = tree("".join(f"<e><k>{number}</k><v>{number % 3}</v></e>" for number in range(200)))
    found = diff(base, mine, None)
    assert len(found) == 133
    for entry in found:
        assert entry.element_new is not None
        assert str(entry.path) == str(path_of(entry.element_new)), "worked out late, and right"
    assert str(found.entries[0].path).endswith("/e[1]/v")
