"""Filters on the model of these tests: keys, identities, random configurations."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.filters import apply_subtree, apply_xpath
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import MemorySchema
from tests.config.model import SCHEMA, tree, words
from tests.config.trees import CONFIGS, meaning

SAMPLE = tree(
    "<mtu>1</mtu><type>x:eth</type>"
    "<entry><name>a</name><v>1</v><sub><w>1</w></sub></entry><entry><name>b</name><v>2</v></entry>"
    "<tag>t</tag><tag>u</tag>",
    outside='<item xmlns="urn:t" kind="old"><id>i</id></item><other xmlns="urn:x"><y>z</y></other>',
)


def subtree(inner: str, schema: MemorySchema | None = SCHEMA) -> str:
    return words(apply_subtree(SAMPLE, codec.read_fragment(f"<filter>{inner}</filter>"), schema))


@pytest.mark.parametrize(
    ("inner", "selected"),
    [
        ("", "config"),
        ('<top xmlns="urn:t"><mtu/></top>', "config(top(mtu=1))"),  # selection
        ('<other xmlns="urn:x"/>', "config(other(y=z))"),
        ('<top xmlns="urn:t"><entry><name/></entry></top>', "config(top(entry(name=a) entry(name=b)))"),
        # content match alone: the whole entry
        ('<top xmlns="urn:t"><entry><name>b</name></entry></top>', "config(top(entry(name=b v=2)))"),
        # content match and selection
        ('<top xmlns="urn:t"><entry><name>a</name><v/></entry></top>', "config(top(entry(name=a v=1)))"),
        ('<top xmlns="urn:t"><entry><v>2</v><name/></entry></top>', "config(top(entry(name=b v=2)))"),
        # all content matches must hold
        ('<top xmlns="urn:t"><entry><name>a</name><v>2</v></entry></top>', "config"),
        # several at once
        ('<top xmlns="urn:t"><entry><name>a</name><sub/></entry><entry><name>b</name></entry><mtu/></top>',
         "config(top(mtu=1 entry(name=a sub(w=1)) entry(name=b v=2)))"),
        ('<top xmlns="urn:t"><mtu/></top><top xmlns="urn:t"><tag/></top>', "config(top(mtu=1 tag=t tag=u))"),
        ('<top xmlns="urn:t"><tag>u</tag></top>',
         "config(top(mtu=1 type=x:eth entry(name=a v=1 sub(w=1)) entry(name=b v=2) tag=t tag=u))"),
        # keys come along
        ('<top xmlns="urn:t"><entry><sub/></entry></top>', "config(top(entry(name=a sub(w=1))))"),
        # white space around a value does not count; an identity has any prefix
        ('<top xmlns="urn:t"><entry><name> b\n</name></entry></top>', "config(top(entry(name=b v=2)))"),
        ('<top xmlns="urn:t"><type xmlns:q="urn:x">q:eth</type><mtu/></top>', "config(top(mtu=1 type=x:eth))"),
        # no namespace: any; another namespace: none
        ('<other xmlns=""/>', "config(other(y=z))"),
        ('<other xmlns="urn:q"/>', "config"),
        # attributes must match
        ('<item xmlns="urn:t" kind="old"/>', "config(item(id=i))"),
        ('<item xmlns="urn:t" kind="new"/>', "config"),
        ('<nothing xmlns="urn:t"/>', "config"),
        ('<top xmlns="urn:t"><nothing/></top>', "config"),
    ],
)  # fmt: skip
def test_subtrees(inner: str, selected: str) -> None:
    assert subtree(inner) == selected


def test_without_a_schema_no_keys_are_added() -> None:
    assert subtree('<top xmlns="urn:t"><entry><sub/></entry></top>', None) == "config(top(entry(sub(w=1))))"


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("/t:top/t:mtu", "config(top(mtu=1))"),
        ("t:top/t:mtu", "config(top(mtu=1))"),
        ("//t:w", "config(top(entry(name=a sub(w=1))))"),
        ("/t:top/t:entry[t:v = /t:top/t:entry[2]/t:v]", "config(top(entry(name=b v=2)))"),
        ("/t:top/t:entry[t:name='/a' or t:name='a']/t:v | /x:other", "config(top(entry(name=a v=1)) other(y=z))"),
        ("/t:top/t:tag[. = 'u' and /x:other]", "config(top(tag=u))"),
        ("/t:top/t:nothing", "config"),
        ("/t:item/@kind", "config(item(id=i))"),
        ("/*[2]", "config(item(id=i))"),
    ],
)
def test_xpath(expression: str, selected: str) -> None:
    assert words(apply_xpath(SAMPLE, expression, {"t": "urn:t", "x": "urn:x"}, SCHEMA)) == selected


def test_the_root_is_everything() -> None:
    assert meaning(apply_xpath(SAMPLE, "/", {}, SCHEMA)) == meaning(SAMPLE)


@pytest.mark.parametrize("expression", ["/t:top[", "count(//*)", "/q:top", "'text'", "1 +"])
def test_wrong_expressions(expression: str) -> None:
    with pytest.raises(ConfigError, match="XPath"):
        apply_xpath(SAMPLE, expression, {"t": "urn:t"}, SCHEMA)


@given(CONFIGS)
def test_everything_selected_is_everything(root: etree._Element) -> None:
    selected = apply_subtree(
        root, codec.read_fragment("<filter><top xmlns=''/><item xmlns=''/><other xmlns=''/></filter>"), SCHEMA
    )
    assert meaning(selected) == meaning(root)
    assert meaning(apply_xpath(root, "/*", {}, SCHEMA)) == meaning(root)
