"""Subtree filters as RFC 6241, section 6, has them, and XPath filters; with and without a schema."""

from __future__ import annotations

import pytest
from lxml import etree

from netconf_gui.config.filters import apply_subtree, apply_xpath
from netconf_gui.config.xpath_text import below_wrapper
from netconf_gui.errors import ConfigError

# the example of RFC 6241, section 6.4, shortened
DATA = """
<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
<top xmlns="urn:t">
 <users>
  <user><name>root</name><type>superuser</type><info><dept>1</dept><id>1</id></info></user>
  <user><name>fred</name><type>admin</type><info><dept>2</dept><id>2</id></info></user>
  <user><name>barney</name><type>admin</type><info><dept>2</dept><id>3</id></info></user>
 </users>
 <groups><group><name>all</name></group></groups>
</top>
<other xmlns="urn:o"><a mark="1">x</a><a mark="2">y</a></other>
</data>
"""
NS = {"t": "urn:t", "o": "urn:o"}


def data() -> etree._Element:
    return etree.fromstring("".join(line.strip() for line in DATA.splitlines()))


def shown(tree: etree._Element) -> str:
    """The tree in short: name(children) or name=text."""

    def one(node: etree._Element) -> str:
        name = etree.QName(node).localname
        return f"{name}({' '.join(map(one, node))})" if len(node) else f"{name}={node.text}" if node.text else name

    return " ".join(map(one, tree))


def subtree(text: str) -> str:
    return shown(apply_subtree(data(), etree.fromstring(f"<filter>{text}</filter>")))


FRED = "user(name=fred type=admin info(dept=2 id=2))"
BARNEY = "user(name=barney type=admin info(dept=2 id=3))"


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("", ""),
        ('<other xmlns="urn:o"/>', "other(a=x a=y)"),
        ('<other xmlns="urn:t"/>', ""),
        ('<other xmlns=""/>', "other(a=x a=y)"),
        ('<top xmlns="urn:t"><groups/></top>', "top(groups(group(name=all)))"),
        ('<top xmlns="urn:t"><nothing/></top>', ""),
        ('<top xmlns="urn:t"><users><user><name>fred</name></user></users></top>', f"top(users({FRED}))"),
        ('<top xmlns="urn:t"><users><user><name>nobody</name></user></users></top>', ""),
        (
            '<top xmlns="urn:t"><users><user><name/></user></users></top>',
            "top(users(user(name=root) user(name=fred) user(name=barney)))",
        ),
        (
            '<top xmlns="urn:t"><users><user><name>fred</name><info><id/></info></user></users></top>',
            "top(users(user(name=fred info(id=2))))",
        ),
        (
            '<top xmlns="urn:t"><users><user><type>admin</type></user></users></top>',
            f"top(users({FRED} {BARNEY}))",
        ),
        (
            '<top xmlns="urn:t"><users><user><name>root</name><type/></user>'
            "<user><name>fred</name><info/></user></users></top>",
            "top(users(user(name=root type=superuser) user(name=fred info(dept=2 id=2))))",
        ),
        (
            '<top xmlns="urn:t"><users><user><type>admin</type><info><id>3</id></info></user></users></top>',
            "top(users(user(type=admin) user(type=admin info(dept=2 id=3))))",
        ),
        ('<other xmlns="urn:o"><a mark="2"/></other>', "other(a=y)"),
        ('<other xmlns="urn:o"><a>x</a></other>', "other(a=x a=y)"),
        ('<top xmlns="urn:t"><groups/></top><other xmlns="urn:o"/>', "top(groups(group(name=all))) other(a=x a=y)"),
    ],
)
def test_subtree(wish, answer):
    assert subtree(wish) == answer


def xpath(expression: str) -> str:
    return shown(apply_xpath(data(), expression, NS))


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("/t:top/t:groups", "top(groups(group(name=all)))"),
        ("//t:user[t:name='fred']", f"top(users({FRED}))"),
        ("/t:top/t:users/t:user[t:type='admin']/t:name", "top(users(user(name=fred) user(name=barney)))"),
        ("/t:top/t:groups | /o:other", "top(groups(group(name=all))) other(a=x a=y)"),
        ("/o:other/o:a[. = 'y']", "other(a=y)"),
        ("/o:other/o:a[@mark = 1]/text()", "other(a=x)"),
        ("/o:other[/t:top/t:groups]/o:a[1]", "other(a=x)"),
        ("/t:nothing", ""),
        ("/*/o:a[2]", "other(a=y)"),
    ],
)
def test_xpath(expression, answer):
    assert xpath(expression) == answer


def test_the_root_alone_is_everything():
    assert shown(apply_xpath(data(), "/", NS)) == shown(data())


@pytest.mark.parametrize(
    "expression", ["/x:top", "/t:top[", "count(/t:top)", "'text'", "", "/t:top/#", "deref(/t:top)"]
)
def test_expressions_that_select_no_nodes(expression):
    with pytest.raises(ConfigError):
        xpath(expression)


def test_neither_changes_its_input():
    tree = data()
    text = etree.tostring(tree)
    apply_subtree(tree, etree.fromstring('<filter><other xmlns="urn:o"/></filter>'))
    apply_xpath(tree, "/o:other", NS)
    assert etree.tostring(tree) == text


def test_prefixes_in_values_stay():
    tree = etree.fromstring('<data><a xmlns="urn:a"><b xmlns:p="urn:a">/p:a/p:b</b><c/></a></data>')
    for result in (
        apply_subtree(tree, etree.fromstring('<filter><a xmlns="urn:a"><b/></a></filter>')),
        apply_xpath(tree, "/x:a/x:b", {"x": "urn:a"}),
    ):
        (leaf,) = result[0]
        assert leaf.nsmap["p"] == "urn:a"
        assert leaf.text == "/p:a/p:b"


@pytest.mark.parametrize(
    ("expression", "below"),
    [
        ("/a:b/c", "/*/a:b/c"),
        ("//x", "//x"),
        ("/", "/*"),
        ("a/b", "a/b"),
        ("/a[b=/c/d]/e | /f", "/*/a[b=/*/c/d]/e | /*/f"),
        ("count(/a) * 2", "count(/*/a) * 2"),
        ("/a[. = '/x' and /b]", "/*/a[. = '/x' and /*/b]"),
        ("(/a)/b", "(/*/a)/b"),
        ("/a div /div", "/*/a div /*/div"),
        ("/a | /", "/*/a | /*"),
    ],
)
def test_below_wrapper(expression, below):
    assert below_wrapper(expression) == below
