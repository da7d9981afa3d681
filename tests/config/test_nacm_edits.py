"""Groups and rules changed in a document: one step each, undone as a whole."""

from __future__ import annotations

import pytest

from netconf_gui.config import nacm_edits
from netconf_gui.config.document import Document
from netconf_gui.config.nacm import Nacm, Rule
from netconf_gui.config.nacm_reading import read_nacm
from netconf_gui.errors import ConfigError
from tests.config.test_nacm import GROUPS, NS, rules, schema

EMPTY = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>'


def document(inside: str = "") -> Document:
    text = f'<nacm xmlns="{NS}" xmlns:a="urn:a">{inside}</nacm>' if inside else ""
    return Document(f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{text}</config>'.encode(), schema())


def read(made: Document) -> Nacm:
    found = read_nacm(made.root, made.schema)
    assert found is not None
    return found


def test_the_first_group_and_rule_make_what_holds_them() -> None:
    made = Document(EMPTY, schema())
    nacm_edits.put_group(made, "", "ops", ["ann", "bob", "ann", " "])
    nacm_edits.put_list(made, "", "first", ["ops"])
    nacm_edits.put_rule(made, "first", "", Rule("r", path="/a:box/item[name='x y']/value", module="a"))
    nacm = read(made)
    assert nacm.groups == (("ops", ("ann", "bob")),)
    rule = nacm.lists[0].rules[0]
    assert rule.path == "/a:box/a:item[a:name='x y']/a:value" and rule.problem == "" and rule.action == "permit"
    assert rule.steps is not None and rule.steps[1].keys == (("name", "x y"),)
    for _ in range(3):
        made.undo()
    assert read_nacm(made.root) is None and not made.is_dirty


def test_changing_replaces_and_a_name_is_taken_once() -> None:
    made = document(rules("<action>permit</action>", "<action>deny</action>"))
    nacm_edits.put_rule(made, "list", "r1", Rule("r1", "deny", rpc="go", operations=frozenset({"exec"}), comment="a<b"))
    rule = read(made).lists[0].rules[0]
    assert (rule.name, rule.rpc, rule.comment, rule.operations) == ("r1", "go", "a<b", {"exec"})
    with pytest.raises(ConfigError, match="already a rule r2"):
        nacm_edits.put_rule(made, "list", "r1", Rule("r2"))
    with pytest.raises(ConfigError, match="at least one kind"):
        nacm_edits.put_rule(made, "list", "r1", Rule("r1", operations=frozenset()))
    with pytest.raises(ConfigError, match="not known"):
        nacm_edits.put_rule(made, "list", "r1", Rule("r1", path="/nobody:x"))
    with pytest.raises(ConfigError, match="already a group"):
        nacm_edits.put_group(made, "", "ops", [])
    with pytest.raises(ConfigError, match="Give the rule list a name"):
        nacm_edits.put_list(made, "", " ", [])


def test_groups_of_a_list_and_members_change() -> None:
    made = document(rules("<action>permit</action>"))
    nacm_edits.put_list(made, "list", "list", ["b", "a"])
    nacm_edits.put_group(made, "ops", "operators", ["zoe"])
    nacm = read(made)
    assert nacm.lists[0].groups == ("b", "a") and len(nacm.lists[0].rules) == 1
    assert nacm.groups == (("operators", ("zoe",)),)
    made.undo()
    made.undo()
    assert not made.is_dirty


def test_rules_move_and_go() -> None:
    made = document(rules("<action>permit</action>", "<action>deny</action>", "<action>permit</action>"))
    second = nacm_edits.find_rule(made, "list", "r2")
    assert second is not None
    nacm_edits.move(made, second, -1)
    assert [rule.name for rule in read(made).lists[0].rules] == ["r2", "r1", "r3"]
    first = nacm_edits.find_rule(made, "list", "r2")
    assert first is not None and nacm_edits.move(made, first, -1) is None
    nacm_edits.move(made, first, 1)
    nacm_edits.remove(made, nacm_edits.find_rule(made, "list", "r3"))  # type: ignore[arg-type]
    assert [rule.name for rule in read(made).lists[0].rules] == ["r1", "r2"]
    assert GROUPS.startswith("<groups>") and nacm_edits.find_group(made, "ops") is not None
