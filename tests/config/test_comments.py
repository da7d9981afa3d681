"""Comments belong to the document: edits keep them, texts bring their own, differences and plans do not see them."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config import codec, editing
from netconf_gui.config.comments import comments_in, notes_of
from netconf_gui.config.document import Document
from netconf_gui.config.edits import MoveNode, RemoveNode, SetComments, SetValue, from_json, to_json
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import plan
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from tests.config.model import SCHEMA, T, node, top
from tests.config.trees import CONFIGS, Maker


def document(inner: str, *, outside: str = "") -> Document:
    return Document(top(inner, outside=outside), SCHEMA)


def body(made: Document) -> str:
    """What is in top, without the declarations."""
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", serialize(made.root[0]).decode())[len("<top>") : -len("</top>")]


def edited(made: Document, inner: str) -> object:
    return made.replace_text(top(inner))


def path(text: str) -> InstancePath:
    return InstancePath.parse(f"/t:top{text}", SCHEMA)


ENTRIES = "<!--a--><entry><name>a</name></entry><!--b--><entry><name>b</name></entry><!--end-->"


def test_comments_are_there_and_are_no_change() -> None:
    made = document("<!--one--><mtu>1</mtu><?pi two?>")
    assert body(made) == "<!--one--><mtu>1</mtu><?pi two?>"
    change = edited(made, "<!--other--><mtu>1</mtu>")
    assert change is not None and made.undo_text == "edit comments"
    assert body(made) == "<!--other--><mtu>1</mtu>"
    assert made.changes() == 0 and not made.diff() and made.is_dirty
    made.undo()
    assert body(made) == "<!--one--><mtu>1</mtu><?pi two?>" and not made.is_dirty
    made.redo()
    assert body(made) == "<!--other--><mtu>1</mtu>"


def test_a_text_with_other_values_and_comments_is_one_step() -> None:
    made = document(ENTRIES)
    edited(made, "<entry><name>a</name><v>1</v></entry><!--new--><entry><name>c</name><!--in--><v>2</v></entry>")
    assert body(made) == "<entry><name>a</name><v>1</v></entry><!--new--><entry><name>c</name><!--in--><v>2</v></entry>"
    made.undo()
    assert body(made) == ENTRIES


def test_a_comment_follows_its_node_to_the_place_that_the_document_has_it() -> None:
    made = document("<entry><name>a</name></entry><entry><name>b</name></entry>")
    edited(made, "<!--of b--><entry><name>b</name></entry><entry><name>a</name></entry>")
    assert body(made) == "<entry><name>a</name></entry><!--of b--><entry><name>b</name></entry>"


@pytest.mark.parametrize(
    "edit",
    [
        RemoveNode(path("/entry[name='a']")),
        RemoveNode(path("/entry[name='b']")),
        MoveNode(path("/entry[name='a']"), 1),
        SetValue(path("/entry[name='a']/name"), "z"),
    ],
)  # fmt: skip
def test_edits_in_the_tree_keep_comments_and_undo_puts_all_back(edit: RemoveNode) -> None:
    made = document(ENTRIES)
    made.apply(edit)
    for word in ("<!--a-->", "<!--b-->", "<!--end-->"):
        assert word in body(made)
    after = body(made)
    made.undo()
    assert body(made) == ENTRIES
    made.redo()
    assert body(made) == after


def test_a_new_entry_stands_in_front_of_the_comment_of_the_next_one() -> None:
    made = document("<!--a--><entry><name>a</name></entry><!--t--><tag>x</tag>")
    editing.create_entry(made, made.root[0], node("/top/entry"), {"name": "b"})
    expected = "<!--a--><entry><name>a</name></entry><entry><name>b</name></entry><!--t--><tag>x</tag>"
    assert body(made) == expected


def test_a_comment_inside_a_value_moves_in_front_of_it() -> None:
    made = document("<name>on<!--why-->e</name><np><!--nothing yet--></np>")
    assert body(made) == "<!--why--><name>one</name><np><!--nothing yet--></np>"
    assert b"<np><!--nothing yet--></np>" in made.text()
    assert codec.read_fragment("<name>on<!--why-->e</name>").text == "one"


def test_comments_around_the_root_are_kept() -> None:
    text = f'<?xml version="1.0"?>\n<!--first--><!--second-->\n<config><a xmlns="{T}"/></config><!--last-->'
    root = codec.read(text.encode()).root
    assert [str(one) for one in comments_in(root)] == ["<!--first-->", "<!--second-->", "<!--last-->"]
    bare = codec.read(f'<!--first-->\n<a xmlns="{T}"/>\n<!--last-->'.encode()).root
    assert [str(one) for one in comments_in(bare)] == ["<!--first-->", "<!--last-->"]


def test_plans_and_differences_do_not_see_them() -> None:
    made = document("<!--one--><mtu>1</mtu>")
    edited(made, "<!--two--><mtu>2</mtu><entry><!--three--><name>a</name></entry>")
    assert {entry.kind for entry in made.diff()} == {"changed", "added"}
    assert b"<!--" not in serialize(plan(made.diff()).config)


def test_text_behind_a_comment_stays() -> None:
    made = document("<any>say <!--x-->it <b/> loud</any>")
    any_path = path("/any")
    made.apply(SetComments(any_path, ()))
    assert body(made) == "<any>say it <b/> loud</any>"


def test_as_plain_data() -> None:
    command = SetComments(path("/np"), ((0, "<!--a-->"), (1, "<?b c?>")))
    assert from_json(to_json(command)) == command
    move = MoveNode(path("/np"), 1, 3)
    assert from_json(to_json(move)) == move
    with pytest.raises(ConfigError):
        from_json({"do": "comments", "path": []})


def places(made: Document) -> list[tuple[str, object]]:
    """Which comments stand where."""
    holders = dict.fromkeys(comment.getparent() for comment in comments_in(made.root))
    return [(str(made.path_of(holder)), notes_of(holder)) for holder in holders if holder is not None]


def sprinkled(text: str, seed: int) -> str:
    """Comments by chance between elements."""
    chance = random.Random(seed)
    return re.sub(r"(?<=>)(?=<)", lambda _match: f"<!--{chance.random()}-->" if chance.random() < 0.2 else "", text)


@given(CONFIGS, st.integers(0, 2**32), st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_any_text_brings_its_comments_and_undo_brings_the_old_ones(config: object, other: int, seed: int) -> None:
    first = sprinkled(serialize(config).decode(), seed)  # type: ignore[arg-type]
    second = sprinkled(serialize(Maker(other, 0.5).config()).decode(), seed + 1)
    made = Document(first.encode(), SCHEMA)
    before = places(made)
    wanted = codec.read(second.encode()).root
    made.replace_text(second.encode())
    assert sorted(map(str, comments_in(made.root))) == sorted(map(str, comments_in(wanted)))
    replica = made.recipe().make(SCHEMA)
    assert places(replica) == places(made)
    if made.can_undo:
        made.undo()
    assert places(made) == before
