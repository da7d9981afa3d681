"""Differences handed on: as text, JSON, a page, a YANG patch; and the patch that a device answers to compare."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from lxml import etree

from netconf_gui.config.binding import Binder
from netconf_gui.config.device_compare import read_comparison
from netconf_gui.config.diff import Diff, diff
from netconf_gui.config.diff_export import to_json, to_text
from netconf_gui.config.diff_html import to_html
from netconf_gui.config.path import InstancePath
from netconf_gui.config.resource_path import parse_resource_path, resource_path
from netconf_gui.config.yang_patch import yang_patch, yang_patch_json
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.xml import parse
from tests.config.model import SCHEMA, tree
from tests.config.trees import CONFIGS

PATCH = "{urn:ietf:params:xml:ns:yang:ietf-yang-patch}"
COMPARE = "{urn:ietf:params:xml:ns:yang:ietf-nmda-compare}"
BEFORE = (
    "<name>n</name><mtu>1</mtu><any><secret>s3cret</secret></any><entry><name>a</name><v>old</v></entry>"
    "<pair><a>1</a><b>x:eth</b></pair><ordered><name>10</name></ordered><ordered><name>20</name></ordered><tag>z</tag>"
)
AFTER = (
    "<name>n</name><mtu>9</mtu><any><secret>s4cret</secret></any><entry><name>a</name><v>new\nline</v></entry>"
    "<entry><name>b</name><v>&lt;b&gt;</v><sub><w>1</w><inner><id>0</id><q>7</q></inner></sub><x:extra>e</x:extra>"
    "</entry><pair><a>1</a><b>x:fast</b></pair><ordered><name>20</name></ordered><ordered><name>15</name></ordered>"
    "<ordered><name>10</name></ordered><tag>y</tag>"
)


@pytest.fixture
def difference() -> Diff:
    return diff(tree(BEFORE), tree(AFTER), SCHEMA)


def hide(path: InstancePath, value: str | None) -> str | None:
    return "***" if value and path.name in ("v", "q", "secret", "tag", "id") else value


def test_text(difference: Diff) -> None:
    assert to_text(difference).splitlines() == [
        "10 differences: 4 added, 2 removed, 3 changed, 1 moved.",
        "",
        "~ /t:top/mtu  1 → 9",
        next(line for line in to_text(difference).splitlines() if "/any" in line),
        "~ /t:top/entry[name='a']/v  old → \"new\\nline\"",
        "- /t:top/pair[a='1'][b='x:eth']",
        "+ /t:top/entry[name='b']",
        "+     v  <b>",
        "+     sub",
        "+         w  1",
        "+         inner[id='0']",
        "+             q  7",
        "+     x:extra  e",
        "+ /t:top/pair[a='1'][b='x:fast']",
        "> /t:top/ordered[name='20']  before 15",
        "+ /t:top/ordered[name='15']",
        "+ /t:top/tag[.='y']",
        "- /t:top/tag[.='z']",
    ]
    assert to_text(diff(tree(BEFORE), tree(BEFORE), SCHEMA)) == "No difference.\n"


def test_json(difference: Diff) -> None:
    document = json.loads(to_json(difference))
    assert document["counts"] == {"added": 4, "removed": 2, "changed": 3, "moved": 1}
    assert document["summary"].startswith("Adds entry b")
    new = next(one for one in document["differences"] if one["path"] == "/t:top/entry[name='b']")
    assert {"path": "/t:top/entry[name='b']/sub/inner[id='0']/q", "value": "7"} in new["content"]
    moved = next(one for one in document["differences"] if one["kind"] == "moved")
    assert (moved["before"], moved["after"]) == ("15", "")


def test_the_page_is_whole_and_escaped(difference: Diff) -> None:
    page = to_html(difference, "router <7>")
    assert "router &lt;7&gt;" in page and "&lt;b&gt;" in page and "<b>" not in page
    assert "src=" not in page and "href=" not in page and "http" not in page and "<script" not in page
    body = page[page.index("<main>") : page.index("</main>") + 7]
    body = re.sub(r"(<input[^>]*) checked>", r"\1/>", body).replace("<details open>", "<details>")
    whole = etree.fromstring(body)  # every element is closed
    kinds = [one.get("class") for one in whole.iter("li") if one.get("class")]
    assert sorted(kinds) == sorted(
        ["entry added"] * 4 + ["entry removed"] * 2 + ["entry changed"] * 3 + ["entry moved"]
    )


def test_the_page_of_a_large_subtree_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netconf_gui.config.diff_html.MOST_ROWS", 3)
    page = to_html(diff(tree("<mtu>1</mtu>"), tree("<mtu>1</mtu><entry><name>a</name><v>1</v><t>x:eth</t><mtu>1</mtu>"
                                                   "<sub><w>1</w></sub></entry>"), SCHEMA))  # fmt: skip
    assert "and 2 more nodes" in page


def test_secrets_are_in_no_export(difference: Diff) -> None:
    exports = [
        to_text(difference, mask=hide),
        to_json(difference, mask=hide),
        to_html(difference, mask=hide),
        yang_patch(difference, "p", mask=hide).decode(),
        yang_patch_json(difference, "p", mask=hide),
    ]
    for text in exports:
        for secret in (
            "s3cret",
            "s4cret",
            ">old<",
            "new\n",
            "new\\n",
            "=y",
            "=z",
            "'y'",
            "'z'",
            ">y<",
            '"7"',
            ">7<",
            "q  7",
            "  <b>",
        ):
            assert secret not in text, secret
    assert "***" in exports[0]


def test_a_patch(difference: Diff) -> None:
    root = etree.fromstring(yang_patch(difference, "p1", comment="why"))
    edits = root.findall(f"{PATCH}edit")
    said = [(one.findtext(f"{PATCH}operation"), one.findtext(f"{PATCH}target")) for one in edits]
    assert said == [
        ("delete", "/t:top/pair=1,x%3Aeth"),
        ("delete", "/t:top/tag=z"),
        ("replace", "/t:top/mtu"),
        ("replace", "/t:top/any"),
        ("replace", "/t:top/entry=a/v"),
        ("create", "/t:top/entry=b"),
        ("create", "/t:top/pair=1,x%3Afast"),
        ("move", "/t:top/ordered=20"),
        ("insert", "/t:top/ordered=15"),
        ("create", "/t:top/tag=y"),
    ]
    sources = [one.find(f"{COMPARE}source-value") is not None for one in edits]
    assert sources == [True] * 5 + [False] * 5
    moved, put = edits[7], edits[8]
    assert (moved.findtext(f"{PATCH}where"), moved.find(f"{PATCH}point")) == ("first", None)
    assert (put.findtext(f"{PATCH}where"), put.findtext(f"{PATCH}point")) == ("after", "/t:top/ordered=20")
    key = edits[0].find(f"{COMPARE}source-value")[0][1]  # type: ignore[index]
    assert key.nsmap["x"] == "urn:x"
    assert COMPARE[1:-1].encode() not in yang_patch(difference, "p1", source_values=False)


def test_a_patch_in_json(difference: Diff) -> None:
    patch = json.loads(yang_patch_json(difference, "p1"))["ietf-yang-patch:yang-patch"]
    assert patch["patch-id"] == "p1" and len(patch["edit"]) == 10
    assert patch["edit"][2]["value"] == {"t:mtu": 9}
    assert patch["edit"][2]["ietf-nmda-compare:source-value"] == {"t:mtu": 1}
    assert patch["edit"][5]["value"]["t:entry"][0]["x:extra"] == "e"
    with pytest.raises(ConfigError, match="schema"):
        yang_patch_json(diff(tree(BEFORE), tree(AFTER)), "p")


def test_what_has_no_name_is_replaced_from_the_nearest_node_that_has_one() -> None:
    unknown = '<u xmlns="urn:u"><item><n>1</n></item><item><n>2</n></item></u>'
    found = diff(tree(unknown), tree(unknown.replace("<n>2", "<n>3")), SCHEMA)
    root = etree.fromstring(yang_patch(found, "p"))
    assert [one.text for one in root.iter(f"{PATCH}target")] == ["/t:top/u:u"]
    without = diff(tree(BEFORE), tree(AFTER))
    root = etree.fromstring(yang_patch(without, "p"))
    assert [one.text for one in root.iter(f"{PATCH}target")] == ["/t:top"]


@given(CONFIGS, CONFIGS)
@settings(max_examples=40, deadline=None)
def test_what_is_written_as_a_patch_is_read_as_the_same_differences(one: etree._Element, other: etree._Element) -> None:
    found = diff(one, other, SCHEMA)
    read = read_comparison(parse(yang_patch(found, "p")), SCHEMA)
    assert not read.unread
    assert read.counts == found.counts
    ours, theirs = (sorted(repr((entry.kind, entry.path.steps)) for entry in each) for each in (found, read.entries))
    assert ours == theirs
    assert to_text(found) and to_html(found) and to_json(found) and yang_patch_json(found, "p")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/t:top/entry[name='a/b,c=d é']/sub/inner[id='0']/q", "/t:top/entry=a%2Fb%2Cc%3Dd%20%C3%A9/sub/inner=0/q"),
        ("/t:top/pair[a=''][b='x:eth']/v", "/t:top/pair=,x%3Aeth/v"),
        ("/t:top/entry[name='a']/x:extra", "/t:top/entry=a/x:extra"),
        ("/t:top/tag[.='1,2']", "/t:top/tag=1%2C2"),
    ],
)
def test_resource_paths_both_ways(path: str, wanted: str) -> None:
    parsed = InstancePath.parse(path, SCHEMA)
    assert resource_path(parsed) == wanted
    assert parse_resource_path(wanted, Binder(SCHEMA)) == parsed


ANSWER = f"""<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">
  <differences xmlns="{COMPARE[1:-1]}" xmlns:t="urn:t"><yang-patch>
    <patch-id>interface status</patch-id>
    <edit><edit-id>1</edit-id><operation>replace</operation><target>/t:top/mtu</target>
      <value><t:mtu>9</t:mtu></value><source-value><t:mtu>1</t:mtu></source-value></edit>
    <edit><edit-id>2</edit-id><operation>create</operation><target>/t:top/entry=b</target>
      <value><t:entry><t:name>b</t:name></t:entry></value></edit>
    <edit><edit-id>3</edit-id><operation>move</operation><target>/t:top/ordered=a</target>
      <point>/t:top/ordered=b</point><where>before</where></edit>
    <edit><edit-id>4</edit-id><operation>remove</operation><target>/t:top/name</target>
      <source-value><t:name>n</t:name></source-value></edit>
    <edit><edit-id>5</edit-id><operation>remove</operation><target>/q:odd</target></edit>
  </yang-patch></differences></rpc-reply>"""


def test_a_devices_own_comparison() -> None:
    found = read_comparison(parse(ANSWER.encode()), SCHEMA)
    assert [(one.kind, one.path.short(), one.old, one.new, one.before) for one in found.entries] == [
        ("changed", "/top/mtu", "1", "9", ""),
        ("added", "/top/entry[b]", None, None, ""),
        ("moved", "/top/ordered[a]", None, None, "b"),
        ("removed", "/top/name", "n", None, ""),
    ]
    assert found.unread == ("/q:odd",) and found.matched


def test_other_answers_of_a_device() -> None:
    reply = '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{}</rpc-reply>'.format
    nothing = reply(f'<no-matches xmlns="{COMPARE[1:-1]}"/>')
    assert not read_comparison(parse(nothing.encode()), SCHEMA).matched
    same = read_comparison(parse(reply(f'<differences xmlns="{COMPARE[1:-1]}"/>').encode()), SCHEMA)
    assert same.matched and not same.entries
    with pytest.raises(MalformedMessage):
        read_comparison(parse(reply("<ok/>").encode()), SCHEMA)
