"""Access control: the steps of RFC 8341, and the evaluator against a second, naive one."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.config.nacm import Evaluator, Nacm, Rule, RuleList, Who, words_of
from netconf_gui.config.nacm_reading import read_nacm
from netconf_gui.config.nacm_trees import first_denied, hide_unreadable, may_write, needs_of, unreadable_paths
from netconf_gui.config.path import InstancePath
from netconf_gui.yang.schema import Extension, MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo

NS = "urn:ietf:params:xml:ns:yang:ietf-netconf-acm"
A, B = "urn:a", "urn:b"
DENY_ALL, DENY_WRITE = "ietf-netconf-acm:default-deny-all", "ietf-netconf-acm:default-deny-write"


@cache
def schema() -> MemorySchema:
    """/a:box with list item[name], its value, an action and a secret; /b:free; operations and notifications."""
    nodes: list[SchemaNode] = []

    def add(
        parent: SchemaNode | None, kind: NodeKind, name: str, path: str, *, module: str = "a", says: str = "",
        keys: tuple[str, ...] = (), is_key: bool = False,
    ) -> SchemaNode:  # fmt: skip
        made = SchemaNode(
            id=len(nodes), parent_id=None if parent is None else parent.id, kind=kind, name=name, module=module,
            namespace=f"urn:{module}", path=path, keys=keys, is_key=is_key,
            type=TypeInfo("string") if kind is NodeKind.LEAF else None,
            extensions=(Extension(says),) if says else (),
        )  # fmt: skip
        nodes.append(made)
        return made

    box = add(None, NodeKind.CONTAINER, "box", "/a:box")
    item = add(box, NodeKind.LIST, "item", "/a:box/item", keys=("name",))
    add(item, NodeKind.LEAF, "name", "/a:box/item/name", is_key=True)
    add(item, NodeKind.LEAF, "value", "/a:box/item/value")
    add(item, NodeKind.ACTION, "reset", "/a:box/item/reset")
    secret = add(box, NodeKind.CONTAINER, "secret", "/a:box/secret", says=DENY_ALL)
    add(secret, NodeKind.LEAF, "word", "/a:box/secret/word")
    add(box, NodeKind.LEAF, "held", "/a:box/held", says=DENY_WRITE)
    free = add(None, NodeKind.CONTAINER, "free", "/b:free", module="b")
    add(free, NodeKind.LEAF, "x", "/b:free/x", module="b")
    add(None, NodeKind.RPC, "go", "/a:go")
    add(None, NodeKind.RPC, "wipe", "/a:wipe", says=DENY_ALL)
    add(None, NodeKind.NOTIFICATION, "rang", "/a:rang")
    add(None, NodeKind.NOTIFICATION, "whispered", "/b:whispered", module="b", says=DENY_ALL)
    return MemorySchema(nodes, modules=[ModuleInfo("a", "", A, "a"), ModuleInfo("b", "", B, "b")])


def path(text: str) -> InstancePath:
    return InstancePath.parse(text, {"a": A, "b": B})


def wrapped(inside: str) -> etree._Element:
    return read_root(
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><nacm xmlns="{NS}" xmlns:a="{A}" xmlns:q="{B}">'
        f"{inside}</nacm></config>".encode()
    )


def evaluator(inside: str = "") -> Evaluator:
    found = read_nacm(wrapped(inside), schema())
    assert found is not None
    return Evaluator(found, schema())


GROUPS = "<groups><group><name>ops</name><user-name>ann</user-name></group></groups>"


def rules(*inside: str, group: str = "ops") -> str:
    made = "".join(f"<rule><name>r{number}</name>{rule}</rule>" for number, rule in enumerate(inside, 1))
    return f"{GROUPS}<rule-list><name>list</name><group>{group}</group>{made}</rule-list>"


ANN, BOB = Who("ann"), Who("bob")


# ---- one thing at a time


def test_defaults_of_an_empty_nacm() -> None:
    judge = evaluator()
    assert judge.data(ANN, path("/a:box/item"), "read").permitted
    assert not judge.data(ANN, path("/a:box/item"), "create").permitted
    assert judge.operation(ANN, "get-config").permitted
    assert judge.notification(ANN, "rang", "a").permitted
    assert judge.data(ANN, path("/a:box"), "update").words == "No rule matches; write-default denies it."


def test_switched_off_and_recovery() -> None:
    off = evaluator("<enable-nacm>false</enable-nacm>")
    assert off.operation(BOB, "kill-session").reason == "disabled"
    locked = evaluator("<exec-default>deny</exec-default>")
    assert not locked.operation(BOB, "get").permitted
    assert locked.operation(Who("bob", recovery=True), "get").reason == "recovery"


def test_close_session_is_for_everyone_and_two_operations_for_nobody() -> None:
    judge = evaluator("<exec-default>deny</exec-default>")
    assert judge.operation(BOB, "close-session").permitted
    open_to_all = evaluator()
    assert open_to_all.operation(BOB, "lock").permitted
    for name in ("kill-session", "delete-config"):
        decision = open_to_all.operation(BOB, name)
        assert not decision.permitted and decision.reason == "careful"
    assert (
        evaluator(rules("<rpc-name>kill-session</rpc-name><action>permit</action>"))
        .operation(ANN, "kill-session")
        .permitted
    )


def test_the_first_rule_that_matches_decides_and_is_named() -> None:
    judge = evaluator(
        rules(
            "<path>/a:box/a:item[a:name='one']</path><access-operations>read update</access-operations>"
            "<action>permit</action>",
            "<path>/a:box</path><action>deny</action>",
        )
    )
    one = judge.data(ANN, path("/a:box/item[name='one']/value"), "update")
    assert one.permitted and one.rule is not None and one.rule.name == "r1"
    assert one.rule_list is not None and one.rule_list.name == "list"
    two = judge.data(ANN, path("/a:box/item[name='two']/value"), "update")
    assert not two.permitted and two.rule is not None and two.rule.name == "r2"
    assert two.words == "The rule r2 of the rule list list denies all access to /a:box."
    gone = judge.data(ANN, path("/a:box/item[name='one']"), "delete")
    assert not gone.permitted
    assert "it is about read, update only" in " ".join(gone.steps)
    assert not judge.readable(ANN, path("/a:box/item[name='one']/value")).permitted  # what is above is not shown
    assert judge.data(BOB, path("/a:box"), "read").permitted  # in no group
    assert "in no group" in judge.data(BOB, path("/a:box"), "read").steps[0]


def test_entries_without_keys_stand_for_all_and_a_path_may_be_the_root() -> None:
    judge = evaluator(rules("<path>/a:box/a:item</path><action>permit</action>", "<path>/</path><action>deny</action>"))
    assert judge.data(ANN, path("/a:box/item[name='one']/value"), "create").permitted
    assert not judge.data(ANN, path("/b:free/x"), "read").permitted


def test_the_variable_user() -> None:
    judge = evaluator(rules("<path>/a:box/a:item[a:name=$USER]</path><action>permit</action>"))
    assert judge.data(ANN, path("/a:box/item[name='ann']"), "update").permitted
    assert not judge.data(ANN, path("/a:box/item[name='bob']"), "update").permitted


def test_groups_from_outside_count_unless_switched_off() -> None:
    text = rules("<rpc-name>go</rpc-name><action>deny</action>", group="radius")
    who = Who("bob", ("radius",))
    assert not evaluator(text).operation(who, "go", "a").permitted
    off = evaluator("<enable-external-groups>false</enable-external-groups>" + text)
    assert off.operation(who, "go", "a").permitted


def test_a_list_for_every_group_needs_a_group() -> None:
    judge = evaluator(rules("<action>deny</action>", group="*"))
    assert not judge.operation(ANN, "get").permitted
    assert judge.operation(BOB, "get").permitted


def test_what_the_schema_denies_and_a_rule_permits() -> None:
    judge = evaluator("<write-default>permit</write-default>")
    word, held = path("/a:box/secret/word"), path("/a:box/held")
    assert judge.data(ANN, word, "read").reason == "extension"
    assert not judge.data(ANN, held, "update").permitted
    assert judge.data(ANN, held, "read").permitted
    assert judge.data(ANN, path("/a:box/item"), "create").permitted
    assert not judge.operation(ANN, "wipe", "a").permitted
    assert not judge.notification(ANN, "whispered", "b").permitted
    admin = evaluator(rules("<action>permit</action>"))
    assert admin.data(ANN, word, "read").permitted
    assert admin.operation(ANN, "wipe", "a").permitted


def test_actions_need_what_is_above_them() -> None:
    reset = path("/a:box/item[name='one']/reset")
    assert evaluator().action(ANN, reset).permitted
    hidden = evaluator(rules("<path>/a:box</path><access-operations>read</access-operations><action>deny</action>"))
    assert not hidden.action(ANN, reset).permitted
    assert not evaluator(rules("<path>/a:box/a:item/a:reset</path><action>deny</action>")).action(ANN, reset).permitted


def test_a_rule_that_is_not_understood_matches_nothing_and_says_so() -> None:
    judge = evaluator(rules("<path>/nobody:box</path><action>permit</action>"))
    decision = judge.data(ANN, path("/a:box"), "update")
    assert not decision.permitted
    assert any("its path is not understood" in step for step in decision.steps)


def test_notifications_always_let_through() -> None:
    judge = evaluator("<read-default>deny</read-default>")
    assert judge.notification(BOB, "replayComplete", "notifications").permitted
    assert not judge.notification(BOB, "rang", "a").permitted


# ---- trees

DATA = (
    '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><box xmlns="urn:a">'
    "<item><name>one</name><value>1</value></item><item><name>two</name><value>2</value></item>"
    '<secret><word>s</word></secret><held>h</held></box><free xmlns="urn:b"><x>y</x></free></config>'
)


def test_hiding_removes_what_may_not_be_read_and_keeps_keys() -> None:
    judge = evaluator(
        rules(
            "<path>/a:box/a:item[a:name='two']</path><access-operations>read</access-operations><action>deny</action>",
            "<module-name>b</module-name><access-operations>read</access-operations><action>deny</action>",
            "<path>/a:box/a:item/a:name</path><access-operations>read</access-operations><action>deny</action>",
        )
    )
    tree = read_root(DATA.encode())
    assert hide_unreadable(judge, ANN, tree) == 3
    assert [leaf.text for leaf in tree.iter("{urn:a}name")] == ["one"]
    assert tree.find("{urn:b}free") is None and tree.find(".//{urn:a}secret") is None


def test_what_an_edit_needs() -> None:
    judge = evaluator(
        rules("<path>/a:box/a:item</path><access-operations>create update</access-operations><action>permit</action>")
    )
    before = read_root(DATA.encode())
    changed = read_root(DATA.replace("<value>1<", "<value>9<").encode())
    entries = diff(before, changed, schema()).entries
    assert [(str(need.path), need.operation) for need in needs_of(judge, ANN, entries)] == [
        ("/a:box/item[name='one']/value", "update")
    ]
    assert first_denied(judge, ANN, entries) is None
    without = read_root(DATA.replace("<item><name>two</name><value>2</value></item>", "").encode())
    gone = diff(before, without, schema()).entries
    missing = first_denied(judge, ANN, gone)
    assert missing is not None and missing.operation == "delete"
    assert first_denied(judge, ANN, diff(without, before, schema()).entries) is None  # the entry and all in it
    assert len(list(needs_of(judge, ANN, diff(without, before, schema()).entries))) == 3


def test_what_may_not_be_read_is_named_once() -> None:
    judge = evaluator(
        rules(
            "<path>/a:box/a:item[a:name='two']</path><access-operations>read</access-operations><action>deny</action>"
        )
    )
    assert sorted(map(str, unreadable_paths(judge, ANN))) == ["/a:box/item[name='two']", "/a:box/secret"]
    assert unreadable_paths(evaluator(rules("<action>permit</action>")), ANN) == ()


@pytest.mark.parametrize(
    ("inside", "possible"),
    [
        ("", False),
        ("<write-default>permit</write-default>", True),
        (
            "<write-default>permit</write-default>" + rules("<rpc-name>edit-config</rpc-name><action>deny</action>"),
            True,
        ),
        (rules("<path>/a:box/a:item</path><action>permit</action>"), True),
        (rules("<action>deny</action>", "<path>/a:box</path><action>permit</action>"), False),
        (
            rules("<module-name>b</module-name><access-operations>read</access-operations><action>permit</action>"),
            False,
        ),
        ("<enable-nacm>false</enable-nacm>", True),
    ],
)
def test_whether_anything_may_be_written(inside: str, possible: bool) -> None:
    assert may_write(evaluator(inside), ANN).possible is possible


def test_without_any_way_to_edit_nothing_can_be_written() -> None:
    text = "<write-default>permit</write-default><exec-default>deny</exec-default>"
    found = may_write(evaluator(text), ANN)
    assert not found.possible and found.decision is not None and "exec-default" in found.decision.words


# ---- against a second implementation

PATHS = ("/a:box", "/a:box/item", "/a:box/item[name='one']", "/a:box/item/value", "/b:free", "/")
ASKED = (
    *PATHS[:-1],
    "/a:box/item[name='two']/value",
    "/a:box/item[name='one']/value",
    "/a:box/secret/word",
    "/b:free/x",
)
ALL = ("create", "read", "update", "delete", "exec")

rule_records = st.builds(
    dict,
    module=st.sampled_from(["*", "a", "b", None]),
    kind=st.sampled_from(["", "rpc", "notification", "path"]),
    rpc=st.sampled_from(["*", "go", "wipe", "kill-session"]),
    notification=st.sampled_from(["*", "rang", "whispered"]),
    path=st.sampled_from(PATHS),
    ops=st.one_of(st.just("*"), st.none(), st.lists(st.sampled_from(ALL), unique=True, max_size=3).map(" ".join)),
    action=st.sampled_from(["permit", "deny"]),
)
configurations = st.builds(
    dict,
    enabled=st.sampled_from(["true", "true", "true", "false"]),
    external=st.sampled_from(["true", "false"]),
    read=st.sampled_from(["permit", "deny", None]),
    write=st.sampled_from(["permit", "deny", None]),
    exec=st.sampled_from(["permit", "deny", None]),
    groups=st.lists(st.tuples(st.sampled_from("gh"), st.sets(st.sampled_from(["ann", "bob"]))), max_size=2),
    lists=st.lists(
        st.tuples(st.sets(st.sampled_from(["g", "h", "out", "*"])), st.lists(rule_records, max_size=3)), max_size=3
    ),
)


def as_xml(given_: dict[str, object]) -> str:
    def leaf(name: str, value: object) -> str:
        return "" if value is None else f"<{name}>{value}</{name}>"

    text = leaf("enable-nacm", given_["enabled"]) + leaf("read-default", given_["read"])
    text += leaf("write-default", given_["write"]) + leaf("exec-default", given_["exec"])
    text += leaf("enable-external-groups", given_["external"]) + "<groups>"
    for name, users in given_["groups"]:  # type: ignore[attr-defined]
        text += f"<group>{leaf('name', name)}{''.join(leaf('user-name', user) for user in sorted(users))}</group>"
    text += "</groups>"
    for number, (groups, made) in enumerate(given_["lists"]):  # type: ignore[arg-type]
        text += f"<rule-list><name>l{number}</name>{''.join(leaf('group', group) for group in sorted(groups))}"
        for place, rule in enumerate(made):
            about = ""
            if rule["kind"] in ("rpc", "notification"):
                about = leaf(f"{rule['kind']}-name", rule[rule["kind"]])
            elif rule["kind"] == "path":
                about = leaf(
                    "path",
                    rule["path"]
                    .replace("/b:", "/q:")
                    .replace("/item", "/a:item")
                    .replace("/value", "/a:value")
                    .replace("[name", "[a:name"),
                )
            text += f"<rule><name>r{place}</name>{leaf('module-name', rule['module'])}{about}"
            text += f"{leaf('access-operations', rule['ops'])}{leaf('action', rule['action'])}</rule>"
        text += "</rule-list>"
    return text


def naively(given_: dict[str, object], user: str, outside: list[str], kind: str, what: str, op: str) -> bool:
    """The same by comparing texts; `kind` is rpc, notification or path, `what` its name with the module's before it."""
    if given_["enabled"] == "false":
        return True
    mine = {name for name, users in given_["groups"] if user in users}  # type: ignore[attr-defined]
    if given_["external"] == "true":
        mine |= set(outside)
    module, plain = what.lstrip("/")[0], what.split(":", 1)[1] if kind != "path" else what
    if kind == "rpc" and plain in ("kill-session",):
        module = "ietf-netconf"
    for groups, made in given_["lists"] if mine else ():  # type: ignore[attr-defined]
        if not ("*" in groups or groups & mine):
            continue
        for rule in made:
            if rule["module"] not in (None, "*", module):
                continue
            if rule["ops"] not in (None, "*") and op not in rule["ops"].split():
                continue
            if rule["kind"] == "":
                return bool(rule["action"] == "permit")
            if rule["kind"] != kind:
                continue
            if kind in ("rpc", "notification"):
                matched = rule[kind] in ("*", plain)
            else:
                wished = rule["path"].rstrip("/")
                asked = plain if "[" in wished else plain.replace("[name='one']", "").replace("[name='two']", "")
                matched = asked == wished or asked.startswith((wished + "/", wished + "["))
            if matched:
                return bool(rule["action"] == "permit")
    if kind == "rpc":
        return plain not in ("wipe", "kill-session") and given_["exec"] != "deny"
    if kind == "notification":
        return plain != "whispered" and given_["read"] != "deny"
    if "/secret" in plain:
        return False
    if op == "read":
        return given_["read"] != "deny"
    return given_["write"] == "permit"


@settings(max_examples=300, deadline=None)
@given(configurations, st.sampled_from(["ann", "bob"]), st.lists(st.sampled_from(["out", "g"]), max_size=1))
def test_the_evaluator_against_a_naive_one(given_: dict[str, object], user: str, outside: list[str]) -> None:
    if len({name for name, _ in given_["groups"]}) != len(given_["groups"]):  # type: ignore[attr-defined,arg-type]
        return
    judge, who = evaluator(as_xml(given_)), Who(user, tuple(outside))
    for text in ASKED:
        for op in ("create", "read", "update", "delete"):
            expected = naively(given_, user, outside, "path", text, op)
            assert judge.data(who, path(text), op).permitted == expected, (text, op)
    for name in ("go", "wipe"):
        assert judge.operation(who, name, "a").permitted == naively(given_, user, outside, "rpc", f"a:{name}", "exec")
    assert judge.operation(who, "kill-session").permitted == naively(
        given_, user, outside, "rpc", "x:kill-session", "exec"
    )
    for name, module in (("rang", "a"), ("whispered", "b")):
        expected = naively(given_, user, outside, "notification", f"{module}:{name}", "read")
        assert judge.notification(who, name, module).permitted == expected


def test_words() -> None:
    assert words_of({"update", "create"}) == "create, update"
    assert Rule("r", rpc="*").about == "every operation"
    assert Rule("r", module="b").about == "everything of b"
    assert Nacm(lists=(RuleList("l"),)).lists[0].rules == ()
