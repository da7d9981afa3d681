"""Default modes of answers (RFC 6243)."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.defaults import with_defaults
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import plan
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo
from tests.config.model import SCHEMA, tree, words
from tests.config.trees import CONFIGS, meaning

WD = 'xmlns:wd="urn:ietf:params:xml:ns:netconf:default:1.0"'
SAMPLE = tree("<mtu>1</mtu><type>x:eth</type><entry><name>a</name><v>1</v></entry><tag>t</tag>")


def test_report_all_adds_defaults_where_their_parent_is() -> None:
    shown = with_defaults(tree("<entry><name>a</name></entry>"), SCHEMA, "report-all")
    assert words(shown) == "config(top(mtu=1500 np(deep(b=bee)) entry(name=a mtu=1500)))"


def test_report_all_keeps_what_is_set() -> None:
    shown = with_defaults(tree("<mtu>9</mtu><np><deep><b>x</b></deep></np>"), SCHEMA, "report-all")
    assert words(shown) == "config(top(mtu=9 np(deep(b=x))))"


def test_defaults_are_tagged() -> None:
    shown = with_defaults(tree("<mtu>1500</mtu>"), SCHEMA, "report-all-tagged")
    tag = "{urn:ietf:params:xml:ns:netconf:default:1.0}default"
    assert {etree.QName(leaf).localname: leaf.get(tag) for leaf in shown.iter("{urn:t}mtu", "{urn:t}b")} == {
        "mtu": None, "b": "true",
    }  # fmt: skip


def test_trim_takes_defaults_away() -> None:
    text = "<mtu>+1500</mtu><name>n</name><np><deep><b>bee</b></deep></np><entry><name>a</name><mtu>1500</mtu></entry>"
    assert words(with_defaults(tree(text), SCHEMA, "trim")) == "config(top(name=n entry(name=a)))"


def test_explicit_is_as_it_is_and_copies() -> None:
    shown = with_defaults(SAMPLE, SCHEMA, "explicit")
    assert meaning(shown) == meaning(SAMPLE) and shown is not SAMPLE


def test_other_modes_are_refused() -> None:
    with pytest.raises(ConfigError, match="report-all"):
        with_defaults(SAMPLE, SCHEMA, "all")


@given(CONFIGS)
def test_what_was_filled_in_can_be_trimmed(root: etree._Element) -> None:
    full = with_defaults(root, SCHEMA, "report-all")
    assert meaning(with_defaults(full, SCHEMA, "trim")) == meaning(with_defaults(root, SCHEMA, "trim"))
    assert meaning(with_defaults(full, SCHEMA, "report-all")) == meaning(full)


def choice_schema() -> MemorySchema:
    """A container with a choice whose default case has a default, a leaf-list with two, and a leaf with a when."""
    text, number = TypeInfo("string"), iter(range(100))

    def made(name: str, kind: NodeKind, parent: SchemaNode | None, **more: object) -> SchemaNode:
        path = f"/d:{name}" if parent is None else f"/d:c/{name}"
        return SchemaNode(
            next(number), None if parent is None else parent.id, kind, name, "d", "urn:d", path=path, **more
        )

    top = made("c", NodeKind.CONTAINER, None)
    choice = made("pick", NodeKind.CHOICE, top, defaults=("one",))
    one, two = made("one", NodeKind.CASE, choice), made("two", NodeKind.CASE, choice)
    nodes = [
        top, choice, one, two,
        made("x", NodeKind.LEAF, one, type=text, defaults=("dx",)),
        made("y", NodeKind.LEAF, two, type=text),
        made("z", NodeKind.LEAF, two, type=text, defaults=("dz",)),
        made("many", NodeKind.LEAF_LIST, top, type=text, defaults=("m1", "m2")),
        made("only", NodeKind.LEAF, top, type=text, defaults=("o",), whens=("../y",)),
    ]  # fmt: skip
    return MemorySchema(nodes, [ModuleInfo("d", "", "urn:d")])


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ("", "config(c(x=dx many=m1 many=m2))"),
        ("<y>1</y>", "config(c(y=1 z=dz many=m1 many=m2))"),
        ("<many>a</many>", "config(c(x=dx many=a))"),
    ],
)
def test_choices_and_leaf_lists(inner: str, shown: str) -> None:
    schema = choice_schema()
    full = with_defaults(codec.read(f'<c xmlns="urn:d">{inner}</c>'.encode()).root, schema, "report-all")
    assert words(full) == shown
    if not inner:
        assert words(with_defaults(full, schema, "trim")) == "config"


@pytest.mark.parametrize(
    ("before", "after", "trim", "tagged"),
    [
        ("<mtu>1500</mtu><name>n</name>", "<name>n</name>", [], ["removed /top/mtu"]),
        ("<name>n</name>", "<mtu>+1500</mtu><name>n</name>", [], ["added /top/mtu"]),
        (f'<mtu {WD} wd:default="true">1500</mtu><name>n</name>', "<name>n</name>", [], []),
        ("<mtu>1500</mtu>", "<mtu>9000</mtu>", ["changed /top/mtu"], ["changed /top/mtu"]),
        ("<name>n</name>", "<name>n</name><np><deep><b>bee</b></deep></np>", [], ["added /top/np"]),
        ("<name>n</name><np/>", "<name>n</name><np><deep><b>bee</b></deep></np>", [], ["added /top/np/deep"]),
        ("<name>n</name>", "<name>n</name><np><deep><b>x</b></deep></np>", ["added /top/np"], ["added /top/np"]),
        ("<name>n</name>", "<name>n</name><np><a>1</a><deep><b>bee</b></deep></np>", ["added /top/np"],
         ["added /top/np"]),
        ("<entry><name>a</name></entry>", "<entry><name>a</name><mtu>1500</mtu></entry>", [],
         ["added /top/entry[a]/mtu"]),
        ("<pres/>", "<name>n</name>", ["removed /top/pres", "added /top/name"], None),
    ],
)  # fmt: skip
def test_in_some_modes_a_default_is_the_same_as_nothing(
    before: str, after: str, trim: list[str], tagged: list[str] | None
) -> None:
    one, other = tree(before), tree(after)

    def found(mode: str | None) -> list[str]:
        return sorted(f"{entry.kind} {entry.path.short()}" for entry in diff(one, other, SCHEMA, defaults=mode))

    assert found("trim") == found("report-all") == sorted(trim)
    assert found("report-all-tagged") == sorted(trim if tagged is None else tagged)
    assert found(None) == found("explicit")
    if not trim:
        assert found("explicit")
        assert plan(diff(one, other, SCHEMA, defaults="trim")).empty


@given(CONFIGS)
def test_what_a_mode_shows_or_leaves_out_is_no_difference_in_it(config: etree._Element) -> None:
    for mode in ("trim", "report-all", "report-all-tagged"):
        shown = with_defaults(config, SCHEMA, mode)
        assert not diff(config, shown, SCHEMA, defaults=mode)
        assert not diff(shown, config, SCHEMA, defaults=mode)
