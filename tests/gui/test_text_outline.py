"""What is where in a text, also in a broken one, and what may be written there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.json_codec import to_json
from netconf_gui.config.json_values import ModuleNames
from netconf_gui.gui.text.binding import TextBinding
from netconf_gui.gui.text.complete_json import complete_json
from netconf_gui.gui.text.complete_xml import closing_tag, complete_xml
from netconf_gui.gui.text.language import JSON, XML, known_names
from netconf_gui.gui.text.outline import Outline
from netconf_gui.gui.text.proposals import CARET, Proposal
from netconf_gui.gui.text.xml_scan import scan_xml
from netconf_gui.gui.xml_text import document_text
from tests.gui import sample

DOCUMENT = sample.document(3)
TEXTS = {
    "xml": document_text(DOCUMENT).decode(),
    "json": to_json(DOCUMENT.root, DOCUMENT.schema, names=ModuleNames(DOCUMENT.schema)),
}
LANGUAGES = {"xml": XML, "json": JSON}


def outline(key: str, text: str) -> Outline:
    return LANGUAGES[key].scan(text, DOCUMENT.schema, known_names(DOCUMENT))


def binding(key: str) -> TextBinding:
    return TextBinding(lambda: DOCUMENT.root, lambda: DOCUMENT.binder, LANGUAGES[key].text_of)


@pytest.mark.parametrize("key", ["xml", "json"])
def test_every_node_has_its_part_and_every_part_its_node(key: str) -> None:
    made, bound = outline(key, TEXTS[key]), binding(key)
    for element in DOCUMENT.root.iterdescendants(etree.Element):
        part = bound.part(made, element)
        assert part is not None and part.tag == element.tag
        assert bound.element(made, part) is element
        assert bound.schema_node(part) == DOCUMENT.schema_node(element)
        assert made.at(part.name_end) is part


@pytest.mark.parametrize("key", ["xml", "json"])
def test_folds_are_whole_lines(key: str) -> None:
    made = outline(key, TEXTS[key])
    lines = TEXTS[key].split("\n")
    assert made.folds
    for first, last in made.folds.items():
        indent = len(lines[first]) - len(lines[first].lstrip())
        assert len(lines[last]) - len(lines[last].lstrip()) == indent, "it ends where it begins"


@given(
    st.sampled_from(["xml", "json"]),
    st.integers(0, 2**16),
    st.integers(0, 40),
    st.text("<>/{}[],:\"' ax\n", max_size=6),
)
def test_any_text_has_an_outline(key: str, start: int, length: int, put: str) -> None:
    text = TEXTS[key]
    start %= len(text)
    broken = text[:start] + put + text[start + length :]
    made = outline(key, broken)
    for part in made.parts:
        assert 0 <= part.start <= part.name_end <= len(broken)
        assert part.end == -1 or part.start <= part.end <= len(broken)
        made.at(part.start)
    complete = LANGUAGES[key].complete
    for offset in (start, start + len(put)):
        for proposal in complete(made, offset, DOCUMENT, binding(key)):
            assert 0 <= proposal.edit.start <= proposal.edit.end <= len(broken)


def proposals(key: str, before: str, put: str) -> tuple[str, int, list[Proposal]]:
    """Those behind the first `before`, once `put` is written there."""
    text = TEXTS[key]
    place = text.index(before) + len(before)
    text = text[:place] + put + text[place:]
    made = outline(key, text)
    complete = complete_xml if key == "xml" else complete_json
    return text, place + len(put), complete(made, place + len(put), DOCUMENT, binding(key))


def names(key: str, before: str, put: str = "") -> list[str]:
    return [one.text for one in proposals(key, before, put)[2]]


def result(key: str, before: str, put: str, wanted: str) -> str:
    """The line or lines that choosing `wanted` leads to, the cursor as |."""
    text, _, found = proposals(key, before, put)
    edit = next(one.edit for one in found if one.text == wanted)
    after = text[: edit.start] + edit.text + text[edit.end :]
    for offset, more in sorted(edit.extras, reverse=True):
        after = after[:offset] + more + after[offset:]
    place = after.index(CARET)
    after = after.replace(CARET, "|")
    start = after.rindex("\n", 0, min(edit.start, place)) + 1
    return after[start : after.index("\n", place)].strip()


SYSTEM = ["flags", "rate", "big", "maintenance", "port", "blob", "search", "debug"]


def test_members_that_fit_and_are_not_there() -> None:
    assert names("xml", "</hostname>\n  ", "<") == SYSTEM, "level is there, tcp is another case than udp"
    assert names("xml", "</hostname>\n  ") == SYSTEM
    assert names("xml", "</hostname>\n  ", "<ma") == ["maintenance"]
    assert names("json", '"pe1.fra",\n    ', '""') == [one for one in SYSTEM if one != "search"]
    assert names("xml", "</vendor>\n", "<") == []
    assert names("xml", "<thing a=", "<") == [], "nothing is known inside an unknown node"


def test_how_members_are_written() -> None:
    assert result("xml", "</hostname>", "\n  <", "rate") == "<rate>|</rate>"
    assert result("xml", "</hostname>", "\n  <", "maintenance") == "<maintenance/>|"
    assert result("xml", "</hostname>\n  ", "", "debug").startswith("<debug>")
    assert result("xml", "</interface>\n  ", "<", "interface").startswith("<interface>")
    assert "<name>|</name>" in result("xml", "</interface>\n  ", "<", "interface"), "an entry brings its keys"
    assert result("json", '"pe1.fra",', '\n""', "rate") == '"rate": "|",'
    assert result("json", '"pe1.fra",', '\n""', "maintenance") == '"maintenance": [null]|,'
    assert result("json", '"udp-port": 514', '\n    ""', "rate") == '"rate": "|"'
    assert proposals("json", '"udp-port": 514', '\n    ""')[2][0].edit.extras[0][1] == ","
    assert '"name": "|"' in result("json", '"interface": [\n      ', "", "{ interface }")


def test_values() -> None:
    assert names("xml", "<level>") == ["low", "medium", "high"]
    assert names("json", '"level": ') == ["low", "medium", "high"]
    assert names("json", '"level": ', '"me') == ["medium"]
    assert result("json", '"level": ', "", "high").startswith('"level": "high"|')
    assert names("xml", "<mtu>9000</mtu>", "<enabled>") == ["true", "false"]
    assert result("json", '"mtu": 9000', ',\n "enabled": ', "true").endswith('"enabled": true|')
    assert names("xml", "<mtu>9000</mtu>", "<parent-if>") == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert names("json", '"mtu": 9000', ',\n "parent-if": ')[:2] == ["xe-0/0/0", "xe-0/0/1"]
    assert names("xml", "<mtu>") == [] and names("json", '"mtu": ') == []


def test_identities_bring_their_namespace() -> None:
    assert names("xml", '<type xmlns:t="urn:example:types">')[0] == "ex-types:ethernet"
    line = result("xml", "<mtu>9000</mtu>", "<type>", "ex-types:loopback")
    assert '<type xmlns:t="urn:example:types">t:loopback|' in line
    assert result("json", '"type": ', "", "ex-types:tunnel").startswith('"type": "ex-types:tunnel"|')


def test_other_modules_bring_their_namespace() -> None:
    text = "<config>\n  \n</config>"
    made = scan_xml(text)
    found = complete_xml(made, text.index("\n  ") + 3, DOCUMENT, binding("xml"))
    assert [one.text for one in found] == ["system", "interfaces", "acl", "routes"]
    assert found[0].edit.text.startswith('<system xmlns="urn:example:net">')


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("<a><b>|</a>", "</b>"), ("<a><b>|</b></a>", ""), ("<a>|", "</a>"), ("<a/>|", ""), ("<a></a>|", ""),
        ("<a>|\n  <b/>\n</a>", ""),
    ],
)  # fmt: skip
def test_end_tags_come_where_they_lack(text: str, tag: str) -> None:
    place = text.index("|")
    text = text.replace("|", "")
    assert closing_tag(scan_xml(text), place) == tag


def test_an_end_tag_is_completed() -> None:
    assert names("xml", "<mtu>9000</mtu>", "</") == ["/interface"]


def test_positions_of_wide_characters() -> None:
    made = scan_xml("<a>\U0001f600<b/></a>")
    part = made.parts[1]
    assert part.start == 4 and made.to_qt(part.start) == 5 and made.from_qt(5) == 4


def test_json_is_formatted() -> None:
    neat = '{\n  "a": {\n    "b": [\n      1,\n      2\n    ],\n    "c": {}\n  },\n  "d": []\n}\n'
    assert JSON.format('{"a":{"b":[1,2],"c":{}},"d":[]}') == neat
    assert JSON.format(neat) == neat


def test_xml_is_formatted_with_its_comments() -> None:
    assert XML.format('<a xmlns="urn:a"><!--why--><b>1</b></a><!--end-->') == (
        '<a xmlns="urn:a">\n  <!--why-->\n  <b>1</b>\n</a>\n<!--end-->\n'
    )
