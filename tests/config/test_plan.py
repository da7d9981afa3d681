"""Plans: applied to the base they give the wish, and they are small."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import diff
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Plan, edit_config_xml, plan
from netconf_gui.errors import ConfigError, EditRefused
from netconf_gui.protocol.xml import parse
from netconf_gui.yang.schema import Extension, MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo
from tests.config.model import SCHEMA, tree, words
from tests.config.trees import CONFIGS, meaning

NC = "{urn:ietf:params:xml:ns:netconf:base:1.0}"
YANG = "{urn:ietf:params:xml:ns:yang:1}"


def made(before: str, after: str, **options: str) -> Plan:
    return plan(diff(tree(before), tree(after), SCHEMA), **options)


def operations(made_plan: Plan) -> list[str]:
    """Each operation as "operation name", in document order."""
    found = []
    for element in made_plan.config.iter(etree.Element):
        operation = element.get(f"{NC}operation")
        if operation:
            found.append(f"{operation} {etree.QName(element).localname}")
    return found


@given(CONFIGS, CONFIGS, st.sampled_from(["strict", "tolerant"]))
@settings(max_examples=150, deadline=None)
def test_a_plan_leads_from_the_base_to_the_wish(base: etree._Element, mine: etree._Element, policy: str) -> None:
    difference = diff(base, mine, SCHEMA)
    result = edit_config(base, plan(difference, policy).config, SCHEMA, default_operation="none")
    assert meaning(result) == meaning(mine)
    assert not diff(result, mine, SCHEMA).entries
    assert bool(difference.entries) == (meaning(base) != meaning(mine))


@given(CONFIGS, CONFIGS)
@settings(max_examples=100, deadline=None)
def test_the_inverse_leads_back(base: etree._Element, mine: etree._Element) -> None:
    back = plan(diff(base, mine, SCHEMA)).inverse()
    assert meaning(edit_config(mine, back.config, SCHEMA, default_operation="none")) == meaning(base)


@given(CONFIGS, CONFIGS)
@settings(max_examples=150, deadline=None)
def test_without_a_schema_it_still_leads_there(base: etree._Element, mine: etree._Element) -> None:
    made_plan = plan(diff(base, mine, None))
    result = edit_config(base, made_plan.config, None, default_operation="none")
    assert not diff(result, mine, SCHEMA).entries


def test_equal_configurations_need_nothing() -> None:
    same = made("<mtu>1</mtu><np/>", "<mtu>+1</mtu><tag/>".replace("<tag/>", ""))
    assert same.empty and same.operations == 0 and len(same.config) == 0


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("<mtu>1</mtu><name>n</name>", "<mtu>2</mtu><name>n</name>", ["replace mtu"]),
        ("<name>n</name>", "<mtu>2</mtu><name>n</name>", ["create mtu"]),
        ("<mtu>1</mtu><name>n</name>", "<name>n</name>", ["delete mtu"]),
        ("<name>n</name>", "<name>n</name><entry><name>a</name><v>1</v><sub><w>1</w></sub></entry>", ["create entry"]),
        ("<name>n</name><entry><name>a</name><v>1</v></entry>", "<name>n</name>", ["delete entry"]),
        ("<name>n</name>", "<name>n</name><np><deep><b>1</b></deep></np>", ["merge np", "create b"]),
        ("<name>n</name><np/>", "<name>n</name><np><a>1</a></np>", ["merge np", "create a"]),
        ("<name>n</name><np><deep/></np>", "<np><deep><b>1</b></deep></np><name>n</name>", ["merge np", "create b"]),
        ("<name>n</name><pres/>", "<name>n</name>", ["delete pres"]),
        ("<one-a>1</one-a>", "<i1>1</i1>", ["create i1"]),
        ("<tag>a</tag><tag>b</tag>", "<tag>c</tag><tag>b</tag>", ["delete tag", "create tag"]),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", ["replace any"]),
        ("<entry><name>a</name><v>1</v></entry>", "<entry><name>a</name><v>2</v></entry>", ["replace v"]),
    ],
)
def test_operations_sit_on_the_smallest_nodes(before: str, after: str, wanted: list[str]) -> None:
    found = made(before, after)
    assert operations(found) == wanted
    counted = [one for one in wanted if one != "merge np"]  # a container that only leads the way
    assert found.operations == len(counted)
    assert len(found.touched) == len(diff(tree(before), tree(after), SCHEMA))


def test_containers_that_lead_the_way_do_not_weaken_strictness() -> None:
    """Somebody else made the entry meanwhile: strict is refused, tolerant is not."""
    now = "<name>n</name><np><a>theirs</a></np>"
    strict = made("<name>n</name>", "<name>n</name><np><a>mine</a></np>")
    with pytest.raises(EditRefused) as caught:
        edit_config(tree(now), strict.config, SCHEMA, default_operation="none")
    assert caught.value.error.tag == "data-exists"
    tolerant = made("<name>n</name>", "<name>n</name><np><a>mine</a></np>", policy="tolerant")
    result = edit_config(tree(now), tolerant.config, SCHEMA, default_operation="none")
    assert words(result) == "config(top(name=n np(a=mine)))"


CASES_AND_CASES = [
    ("<one-a>1</one-a><one-b>2</one-b>", "<i2>1</i2>", ["create i2"]),
    ("<i1>1</i1>", "<i2>1</i2>", ["create i2"]),
    ("<two><z>1</z></two><two-l>a</two-l>", "<one-a>1</one-a>", ["create one-a"]),
    ("<one-a>1</one-a><one-b>1</one-b>", "<one-b>1</one-b>", ["delete one-a"]),
    # a container without anything in it takes no other case away
    ("<one-a>1</one-a><name>n</name>", "<two/><name>n</name>", ["delete one-a"]),
]


@pytest.mark.parametrize(("before", "after", "wanted"), CASES_AND_CASES)
def test_the_old_case_goes_by_itself(before: str, after: str, wanted: list[str]) -> None:
    for policy in ("strict", "tolerant"):
        found = made(before, after, policy=policy)
        assert [one.replace("merge", "create").replace("remove", "delete") for one in operations(found)] == wanted
        result = edit_config(tree(before), found.config, SCHEMA, default_operation="none")
        assert not diff(result, tree(after), SCHEMA)


# replacing subtrees


def replaced(before: str, after: str, *paths: str, **options: Any) -> Plan:
    chosen = [InstancePath.parse(path, SCHEMA) for path in paths]
    found = plan(diff(tree(before), tree(after), SCHEMA), "strict", chosen, **options)
    result = edit_config(tree(before), found.config, SCHEMA, default_operation="none")
    assert not diff(result, tree(after), SCHEMA)
    return found


TWO = "<entry><name>a</name><v>1</v><mtu>1</mtu></entry><entry><name>b</name></entry>"


@pytest.mark.parametrize(
    ("before", "after", "path", "wanted"),
    [
        (TWO, TWO.replace("<v>1", "<v>2"), "/t:top/entry[name='a']", ["replace entry"]),
        (TWO, TWO.replace("<v>1</v><mtu>1</mtu>", ""), "/t:top/entry[name='a']", ["replace entry"]),
        (TWO, TWO.replace("<v>1", "<v>2") + "<tag>x</tag>", "/t:top/entry[name='a']", ["replace entry", "create tag"]),
        (TWO, TWO.replace("<v>1", "<v>2"), "/t:top", ["replace top"]),
        (TWO, TWO + "<np><deep><b>1</b></deep></np>", "/t:top/np/deep", ["merge np", "create b"]),
        (TWO + "<np/>", TWO + "<np><deep><b>1</b></deep></np>", "/t:top/np/deep", ["merge np", "replace deep"]),
        (TWO + "<np><deep/></np>", TWO + "<np><deep><b>1</b></deep></np>", "/t:top/np/deep",
         ["merge np", "replace deep"]),
        (TWO + "<np><deep/></np>", TWO + "<np><deep><b>1</b></deep></np>", "/t:top/np", ["replace np"]),
        ("<tag>x</tag>" + TWO, TWO, "/t:top/tag[.='x']", ["delete tag"]),
        (TWO, TWO + "<ordered><name>x</name><v>1</v></ordered>", "/t:top/ordered[name='x']", ["replace ordered"]),
        ("<ordered><name>x</name></ordered><ordered><name>y</name></ordered>",
         "<ordered><name>y</name></ordered><ordered><name>x</name><v>1</v></ordered>",
         "/t:top/ordered[name='x']", None),
        (TWO, TWO.replace("<v>1", "<v>2"), "/t:top/entry[name='b']", ["replace v"]),
    ],
)  # fmt: skip
def test_a_chosen_subtree_is_replaced_as_a_whole(before: str, after: str, path: str, wanted: list[str] | None) -> None:
    found = replaced(before, after, path)
    if wanted is not None:
        assert operations(found) == wanted
    else:
        assert "replace ordered" in operations(found) or "merge ordered" in operations(found)


def test_a_subtree_inside_another_and_one_without_differences() -> None:
    found = replaced(TWO, TWO.replace("<v>1", "<v>2"), "/t:top/entry[name='a']/v", "/t:top/entry[name='a']")
    assert operations(found) == ["replace entry"]
    assert len(found.config[0][0]) == 3
    nothing = replaced(TWO, TWO, "/t:top/entry[name='a']")
    assert nothing.empty and nothing.notes == (
        "/t:top/entry[name='a'] is the same on both sides: nothing is sent for it.",
    )


@pytest.mark.parametrize("path", ["/t:top/entry", "/", "/t:top/tag", "/t:top/entry[2]"])
def test_what_cannot_be_replaced_as_one_node(path: str) -> None:
    with pytest.raises(ConfigError):
        replaced(TWO, TWO.replace("<v>1", "<v>2"), path)


# what may not be read


@pytest.mark.parametrize(
    ("before", "after", "hidden", "chosen"),
    [
        (TWO, TWO.replace("<entry><name>b</name></entry>", ""), "/t:top/entry/v", ""),
        (TWO, TWO.replace("<entry><name>b</name></entry>", ""), "/t:top/entry[name='b']/v", ""),
        ("<name>n</name>", "", "/t:top/np", ""),
        (TWO, TWO.replace("<v>1", "<v>2"), "/t:top/entry[name='a']/t", "/t:top/entry[name='a']"),
        (TWO, TWO.replace("<v>1</v>", ""), "/t:top/entry[name='a']/v", ""),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", "/t:top/any", ""),
    ],
)
def test_nothing_is_deleted_or_replaced_over_what_may_not_be_read(
    before: str, after: str, hidden: str, chosen: str
) -> None:
    difference = diff(tree(before), tree(after), SCHEMA)
    unreadable = [InstancePath.parse(hidden, SCHEMA)]
    replace = [InstancePath.parse(chosen, SCHEMA)] if chosen else []
    if hidden == "/t:top/any":  # its value is set without a look at the old one
        assert operations(plan(difference, unreadable=unreadable)) == ["merge any"]
        return
    with pytest.raises(ConfigError, match="may not read") as caught:
        plan(difference, "strict", replace, unreadable=unreadable)
    assert caught.value.state and caught.value.advice


def test_what_may_not_be_read_can_be_set() -> None:
    difference = diff(tree(TWO), tree(TWO.replace("<mtu>1</mtu>", "<mtu>1</mtu><t>x:eth</t>")), SCHEMA)
    found = plan(difference, unreadable=[InstancePath.parse("/t:top/entry/t", SCHEMA)])
    assert operations(found) == ["merge t"]
    assert "merged" in found.notes[0]


def test_an_edit_larger_than_the_device_takes_is_not_split_but_told() -> None:
    difference = diff(tree("<name>n</name>"), tree("<name>long long long</name>"), SCHEMA)
    assert plan(difference, message_limit=10_000).notes == ()
    assert "at most 20" in plan(difference, message_limit=20).notes[0]


def test_keys_come_first_wherever_the_draft_has_them() -> None:
    found = made("<name>n</name>", "<name>n</name><pair><v>1</v><b>x:eth</b><a>1</a></pair>")
    assert words(found.config) == "config(top(pair(a=1 b=x:eth v=1)))"


def test_the_tolerant_policy_asks_for_less() -> None:
    tolerant = made("<mtu>1</mtu><name>n</name>", "<name>m</name><tag>a</tag>", policy="tolerant")
    assert operations(tolerant) == ["remove mtu", "replace name", "merge tag"]


def test_a_thousand_entries_and_one_that_moves() -> None:
    names = [f"n{number}" for number in range(1000)]
    before = "".join(f"<ordered><name>{name}</name></ordered>" for name in names)
    names.insert(10, names.pop(900))
    found = made(before, "".join(f"<ordered><name>{name}</name></ordered>" for name in names))
    assert operations(found) == ["merge ordered"]
    entry = found.config[0][0]
    assert words(entry) == "ordered(name=n900)"
    assert entry.get(f"{YANG}insert") == "after"
    assert re.fullmatch(r"\[(\w+):name='n9'\]", entry.get(f"{YANG}key"))
    assert entry.nsmap[entry.get(f"{YANG}key")[1:].partition(":")[0]] == "urn:t"


def test_one_leaf_in_a_thousand_entries() -> None:
    before = "".join(f"<entry><name>n{number}</name><v>1</v></entry>" for number in range(1000))
    found = made(before, before.replace("<name>n500</name><v>1", "<name>n500</name><v>2"))
    assert words(found.config) == "config(top(entry(name=n500 v=2)))"
    assert [str(path) for path in found.touched] == ["/t:top/entry[name='n500']/v"]


def test_steps_carry_all_keys_with_their_prefixes() -> None:
    before = "<pair><a>it's</a><b>x:eth</b><v>1</v></pair>"
    found = made(before, before.replace("<v>1", "<v>2"))
    step = found.config[0][0]
    assert words(step) == "pair(a=it's b=x:eth v=2)"
    assert step[1].nsmap["x"] == "urn:x"


def test_an_identity_without_prefix_gets_one() -> None:
    found = made("<name>n</name>", "<name>n</name><type>own</type>")
    leaf = found.config[0][0]
    prefix, _, name = leaf.text.partition(":")
    assert (leaf.nsmap[prefix], name) == ("urn:t", "own")


def test_the_text_people_see() -> None:
    text = edit_config_xml(made("<mtu>1</mtu>", "<mtu>2</mtu>"), "candidate", error_option="rollback-on-error").decode()
    assert text.splitlines()[1:] == [
        "  <target>",
        "    <candidate/>",
        "  </target>",
        "  <default-operation>none</default-operation>",
        "  <error-option>rollback-on-error</error-option>",
        "  <config>",
        '    <top xmlns="urn:t">',
        '      <mtu nc:operation="replace">2</mtu>',
        "    </top>",
        "  </config>",
        "</edit-config>",
    ]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("<a>1</a><b>2</b>", "<b>2</b>", ["replace u"]),
        ("<b>2</b>", "<a>1</a><b>2</b>", ["replace u"]),
        ("<a>1</a>", "", ["replace u"]),
        ("<a>1</a><b>2</b>", "<a>1</a>", ["replace u"]),
        ("<a>1</a><a>2</a>", "<a>2</a>", ["replace u"]),
        ("<a><b>1</b></a><c/>", "<c/>", ["replace u"]),
        # two entries of a list that have other keys, for all one can know
        ("<a>1</a><b>2</b>", "<a>2</a><b>2</b>", ["delete u", "create u"]),
        ("<a>1</a><b>2</b>", "<b>2</b><a>2</a>", ["delete u", "create u"]),
    ],
)
def test_an_unknown_node_is_not_deleted_and_created_in_one_edit(before: str, after: str, wanted: list[str]) -> None:
    """Their order would not be defined (RFC 6241, section 7.2)."""
    base, mine = (
        parse(f'<config xmlns="{NC[1:-1]}"><u xmlns="urn:u">{text}</u></config>'.encode()) for text in (before, after)
    )
    found = plan(diff(base, mine))
    assert operations(found) == wanted
    result = edit_config(base, found.config, None, default_operation="none")
    assert not diff(result, mine).entries


def test_what_the_schema_does_not_know_is_replaced_from_the_nearest_certain_node() -> None:
    before = '<mtu>1</mtu><u xmlns="urn:u"><item><name>a</name><v>1</v></item><item><name>b</name></item></u>'
    found = made(before, before.replace("<v>1", "<v>2"))
    assert operations(found) == ["replace u"]
    assert words(found.config) == "config(top(u(item(name=a v=2) item(name=b))))"
    assert not diff(
        edit_config(tree(before), found.config, SCHEMA, default_operation="none", accept_unknown=True),
        tree(before.replace("<v>1", "<v>2")),
        SCHEMA,
    )


# nodes that are denied to all by default (RFC 8341)

DENIED = (Extension("ietf-netconf-acm:default-deny-all"),)


def denying(*, mandatory: bool) -> MemorySchema:
    text = TypeInfo("string")
    names = [("server", NodeKind.LIST, None), ("name", NodeKind.LEAF, 0), ("key", NodeKind.LEAF, 0)]
    nodes = [
        SchemaNode(
            number, parent, kind, name, "s", "urn:s", keys=("name",) if kind is NodeKind.LIST else (),
            is_key=name == "name", type=None if kind is NodeKind.LIST else text, mandatory=mandatory and name == "key",
            extensions=DENIED if name == "key" else (), path="/s:server" if parent is None else f"/s:server/{name}",
        )
        for number, (name, kind, parent) in enumerate(names)
    ]  # fmt: skip
    return MemorySchema(nodes, [ModuleInfo("s", "", "urn:s", "s", imports=(("ietf-netconf-acm", ""),))])


def test_what_must_be_there_and_does_not_show_is_not_deleted() -> None:
    def servers(inside: str) -> etree._Element:
        return parse(f'<config xmlns="{NC[1:-1]}">{inside}</config>'.encode())

    entry = '<server xmlns="urn:s"><name>a</name>{}</server>'.format
    with pytest.raises(ConfigError, match=r"You may not read /s:server.*key"):
        plan(diff(servers(entry("")), servers(""), denying(mandatory=True)))
    assert not plan(diff(servers(entry("<key>k</key>")), servers(""), denying(mandatory=True))).notes
    told = plan(diff(servers(entry("")), servers(""), denying(mandatory=False)))
    assert told.operations == 1 and "without being shown" in told.notes[0]
