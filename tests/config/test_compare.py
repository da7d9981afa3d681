"""The read-back: what a device made of what it was sent."""

from __future__ import annotations

import pytest

from netconf_gui.config.compare import ReadbackItem, verify
from netconf_gui.config.diff import diff
from tests.config.model import SCHEMA, tree

A = "<entry><name>a</name><v>1</v></entry>"


def items(base: str, mine: str, after: str) -> list[tuple[str, str]]:
    return [(item.path.short(), str(item.verdict)) for item in read(base, mine, after)]


def read(base: str, mine: str, after: str) -> tuple[ReadbackItem, ...]:
    return verify(diff(tree(base), tree(mine), SCHEMA), tree(after), SCHEMA)


@pytest.mark.parametrize(
    ("base", "mine", "after", "path", "verdict"),
    [
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>2</mtu>", "/top/mtu", "as-sent"),
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>+2</mtu>", "/top/mtu", "as-sent"),
        ("<type>x:eth</type>", "<type>x:fast</type>", '<type xmlns:q="urn:x">q:fast</type>', "/top/type", "as-sent"),
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>1</mtu>", "/top/mtu", "not-there"),
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "<name>n</name>", "/top/mtu", "not-there"),
        ("<name>old</name>", "<name>$0$pw</name>", "<name>$6$hash</name>", "/top/name", "normalised"),
        ("<name>n</name>", "<name>n</name><color>red</color>", "<name>n</name>", "/top/color", "not-there"),
        # set to its default: a device may leave it out
        ("<mtu>1</mtu><name>n</name>", "<mtu>1500</mtu><name>n</name>", "<name>n</name>", "/top/mtu", "as-sent"),
        # removed
        ("<mtu>1</mtu><name>n</name>", "<name>n</name>", "<name>n</name>", "/top/mtu", "as-sent"),
        ("<mtu>1</mtu><name>n</name>", "<name>n</name>", "<mtu>1</mtu><name>n</name>", "/top/mtu", "not-there"),
        ("<mtu>1</mtu><name>n</name>", "<name>n</name>", "<mtu>1500</mtu><name>n</name>", "/top/mtu", "as-sent"),
        (A + "<name>n</name>", "<name>n</name>", A, "/top/entry[a]", "not-there"),
        # added whole
        ("<name>n</name>", "<name>n</name>" + A, "<name>n</name>" + A, "/top/entry[a]", "as-sent"),
        ("<name>n</name>", "<name>n</name>" + A, "<name>n</name>", "/top/entry[a]", "not-there"),
        ("<name>n</name>", "<name>n</name><tag>t</tag>", "<tag>t</tag>", "/top/tag[t]", "as-sent"),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", "<any><p>2</p></any>", "/top/any", "as-sent"),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", "<any><p>1</p></any>", "/top/any", "not-there"),
        ("<any><p>1</p></any>", "<any><p>2</p></any>", "<any><p>3</p></any>", "/top/any", "normalised"),
    ],
)
def test_verdicts(base: str, mine: str, after: str, path: str, verdict: str) -> None:
    assert items(base, mine, after) == [(path, verdict)]


def test_an_entry_that_is_there_in_part() -> None:
    mine = "<name>n</name><entry><name>a</name><v>1</v><t>x:eth</t></entry>"
    after = "<name>n</name><entry><name>a</name><v>one</v><mtu>1500</mtu></entry>"
    assert items("<name>n</name>", mine, after) == [
        ("/top/entry[a]", "as-sent"),
        ("/top/entry[a]/v", "normalised"),
        ("/top/entry[a]/t", "not-there"),
    ]


def test_moves() -> None:
    names = "<ordered><name>{}</name></ordered>".format
    base, mine = "".join(map(names, "abc")), "".join(map(names, "cab"))
    assert items(base, mine, mine) == [("/top/ordered[c]", "as-sent")]
    assert items(base, mine, base) == [("/top/ordered[c]", "not-there")]
    assert items(base, mine, "".join(map(names, "ab"))) == [("/top/ordered[c]", "not-there")]


def test_what_cannot_be_read_is_not_a_lie() -> None:
    base, mine = tree("<mtu>1</mtu>"), tree("<mtu>2</mtu>")
    found = verify(diff(base, mine, SCHEMA), tree(""), SCHEMA)
    assert [(str(item.verdict), item.broken_promise) for item in found] == [("not-readable", False)]


def test_secrets_are_often_not_shown_again() -> None:
    from netconf_gui.config import codec

    def user(inner: str) -> bytes:
        return f'<users xmlns="urn:u"><user><name>bob</name>{inner}</user></users>'.encode()

    base, mine, after = (
        codec.read(user(text)).root for text in ("<age>1</age>", "<age>2</age><password>x</password>", "<age>2</age>")
    )
    assert [str(item.verdict) for item in verify(diff(base, mine), after)] in (["normalised"], ["not-there"])


def test_the_values_are_told() -> None:
    item = read("<name>a</name>", "<name>b</name>", "<name>c</name>")[0]
    assert (item.sent, item.got) == ("b", "c")
    gone = read("<name>a</name><mtu>1</mtu>", "<mtu>1</mtu>", "<name>a</name><mtu>1</mtu>")[0]
    assert (gone.sent, gone.got, gone.broken_promise) == (None, "a", True)
