"""Colours of XML lines, also when they are cut anywhere."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from netconf_gui.gui.xml_highlighter import State, XmlHighlighter, ink_of, scan, scan_lines


def parts(line: str, state: int = State.TEXT) -> list[tuple[str, str]]:
    return [(line[start : start + length], kind) for start, length, kind in scan(line, state)[0]]


def test_a_tag_with_attributes():
    assert parts("<a:b xmlns=\"urn:x\" c='d'/>text") == [
        ("<", "xml_comment"),
        ("a:b", "xml_tag"),
        ("xmlns", "xml_attribute"),
        ('"urn:x"', "xml_string"),
        ("c", "xml_attribute"),
        ("'d'", "xml_string"),
        ("/>", "xml_comment"),
    ]


def test_operations_stand_out():
    kinds = [kind for _, kind in parts('<x nc:operation="delete">')]
    assert "operation:delete" in kinds and ink_of("operation:delete") == "removed"
    assert (ink_of("operation:create"), ink_of("operation:replace")) == ("added", "changed")


def test_comments_and_tags_go_on_over_lines():
    found = list(scan_lines(["a <!-- one", "two <b>", "three --> <c", 'd="e">f</c>']))
    assert found[1] == [(0, 7, "xml_comment")]
    assert (10, 1, "xml_comment") in found[2] and (11, 1, "xml_tag") in found[2]
    assert found[3][0] == (0, 1, "xml_attribute")


def test_cdata_is_text():
    spans, state = scan("<![CDATA[<b>", State.TEXT)
    assert state == State.CDATA and ("<b>", "xml_text") in [("<![CDATA[<b>"[s : s + n], k) for s, n, k in spans]
    assert scan("]]><b>", State.CDATA)[1] == State.TEXT


@given(st.text(alphabet="<>/!-[]=\"' ab:?&;é𝄞", max_size=60), st.sampled_from(list(State)))
def test_any_line_ends_in_a_state_and_spans_stay_inside(line, state):
    spans, after = scan(line, state)
    assert after in list(State)
    at = 0
    for start, length, kind in spans:
        assert at <= start and length > 0 and start + length <= len(line) and kind
        at = start + length


def test_only_what_is_in_sight_is_coloured_in_large_texts(qtbot):
    document = QTextDocument()
    highlighter = XmlHighlighter(document)
    highlighter.set_lazy(10_000_000)
    document.setPlainText("\n".join("<a>b</a>" for _ in range(1000)))
    assert not document.findBlockByNumber(500).layout().formats()
    highlighter.show(490, 510)
    assert document.findBlockByNumber(500).layout().formats()
    assert not document.findBlockByNumber(600).layout().formats()
