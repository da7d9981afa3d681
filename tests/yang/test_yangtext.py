"""The head of a module is read as RFC 7950 says text is read, whatever stands in comments and strings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import SchemaError
from netconf_gui.yang.yangtext import Kind, decode, parse_head, pin_imports, tokens

HEAD = """\
// module wrong { }
/* module wronger { import x { prefix x; } } */
module example {
    yang-version "1." + '1';
    namespace
      "urn:" +   // a comment between
      "example";
    prefix ex;
    import a { prefix a; revision-date 2020-01-01; }
    import "b" { prefix b; reference "import nothing { prefix n; }"; }
    include sub;
    include sub2 { revision-date "2021-02-03"; }
    organization 'it''s';
    description "He said: \\"import c { prefix c; }\\" // no comment";
    ext:annotation "x" { ext:more { ext:deep "y"; } }
    revision 2020-05-05 { description "old"; }
    revision "2024-06-07";
    revision 2019-01-01;
    container import { leaf include { type string; } }
}
"""


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


def test_head_of_a_module():
    head = parse_head(HEAD.replace("'it''s'", "'its'"))
    assert (head.name, head.is_submodule, head.revision) == ("example", False, "2024-06-07")
    assert (head.yang_version, head.namespace, head.prefix) == ("1.1", "urn:example", "ex")
    assert [(item.name, item.revision, item.prefix) for item in head.imports] == [
        ("a", "2020-01-01", "a"),
        ("b", None, "b"),
    ]
    assert [(item.name, item.revision) for item in head.includes] == [("sub", None), ("sub2", "2021-02-03")]


def test_head_of_a_submodule():
    head = parse_head(b"submodule s { belongs-to m { prefix m; } import x { prefix x; } leaf l { type string; } }")
    assert (head.name, head.is_submodule, head.belongs_to, head.prefix) == ("s", True, "m", "m")
    assert [item.name for item in head.imports] == ["x"]


def test_body_is_not_read():
    assert parse_head("module m { prefix m; leaf l { description 'open to the end").prefix == "m"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "<module/>",
        "module",
        "module m",
        "leaf l { type string; }",
        "module m { description 'open",
        "module m { /* open",
        "module m { import x { prefix x;",
    ],
)
def test_not_yang(text: str):
    with pytest.raises(SchemaError):
        parse_head(text)


def test_words_end_at_delimiters():
    assert kinds("a{b;c}") == [
        (Kind.WORD, "a"),
        (Kind.OPEN, "{"),
        (Kind.WORD, "b"),
        (Kind.END, ";"),
        (Kind.WORD, "c"),
        (Kind.CLOSE, "}"),
    ]


def test_slashes_and_quotes_inside_words():
    assert kinds("path /a/b:c;") == [(Kind.WORD, "path"), (Kind.WORD, "/a/b:c"), (Kind.END, ";")]
    assert kinds("it's;") == [(Kind.WORD, "it's"), (Kind.END, ";")]
    assert kinds("a//b\nc") == [(Kind.WORD, "a"), (Kind.WORD, "c")]


def test_multiline_strings_lose_indentation():
    # section 6.1.3: blanks before a line break go, and indentation up to the column of the opening quote
    text = 'description "first   \n               second\n                 third\n  fourth";'
    assert kinds(text)[1] == (Kind.QUOTED, "first\n  second\n    third\nfourth")
    assert kinds('d "a\n\tb";')[1] == (Kind.QUOTED, "a\nb")


def test_escapes():
    assert kinds(r'"a\n\t\"\\\x"') == [(Kind.QUOTED, 'a\n\t"\\\\x')]
    assert kinds(r"'a\n'") == [(Kind.QUOTED, r"a\n")]


def test_latin_1_is_let_pass():
    assert decode("é".encode("latin-1")) == "é"
    assert decode("\ufeffé".encode()) == "é"


@given(st.text(st.characters(blacklist_characters="'", blacklist_categories=("Cs",))))
def test_single_quotes_keep_everything(value: str):
    assert kinds(f"'{value}'") == [(Kind.QUOTED, value)]


@given(st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=("Cs",))))
def test_double_quotes_give_back_what_was_escaped(value: str):
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    assert kinds(f'"{escaped}"') == [(Kind.QUOTED, value)]


@given(
    st.lists(
        st.sampled_from(["a", "b-c", "{", "}", ";", '"x{"', "'y;'", "// c\n", "/* } */", " ", "\n", "+", "/p:q"]),
        max_size=30,
    )
)
def test_tokens_cover_the_text_in_order(pieces: list[str]):
    text = " ".join(pieces)
    found = list(tokens(text))
    ends = [0]
    for token in found:
        assert ends[-1] <= token.start < token.end <= len(text)
        ends.append(token.end)
    braces = [token.text for token in found if token.kind in (Kind.OPEN, Kind.CLOSE, Kind.END)]
    assert braces == [piece for piece in pieces if piece in "{};"]


def test_pinning_writes_a_revision_and_nothing_else():
    text = (
        b"module m {\n import a { prefix a; }\n import b {\n prefix b; revision-date 2001-01-01; }\n"
        b" import c { prefix c; } }"
    )
    pinned = pin_imports(text, {"a": "2020-02-02", "b": "2020-02-02", "d": "2020-02-02"})
    head = parse_head(pinned)
    assert [(item.name, item.revision, item.prefix) for item in head.imports] == [
        ("a", "2020-02-02", "a"),
        ("b", "2001-01-01", "b"),
        ("c", None, "c"),
    ]
    assert pinned.count(b"\n") == text.count(b"\n")
    assert pin_imports(text, {"elsewhere": "2020-02-02"}) is text


def test_what_is_no_module_is_not_pinned():
    assert pin_imports(b"junk { import a", {"a": "2020-02-02"}) == b"junk { import a"
