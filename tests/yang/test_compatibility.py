"""Two revisions of a module: one hand-written pair for each way of each rule of RFC 7950, section 11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.check import Engine
from netconf_gui.yang.compatibility import Comparison, Side, compare, report_text
from netconf_gui.yang.source_index import SourceSet
from netconf_gui.yang.update_rules import RULES, Verdict
from tests.conftest import SHARED

OK, BAD, LOOK = Verdict.COMPATIBLE, Verdict.INCOMPATIBLE, Verdict.REVIEW


@dataclass(frozen=True)
class Pair:
    """Bodies of an old and a new revision, and the one finding that is expected."""

    rule: str
    verdict: Verdict
    path: str  # `/m:` stands for the module's own name
    old: str
    new: str
    note: str = ""


def leaf(inside: str, name: str = "x") -> str:
    return f"leaf {name} {{ {inside} }}"


def typed(old: str, new: str, rule: str, verdict: Verdict, note: str) -> Pair:
    return Pair(rule, verdict, "/m:x", leaf(f"type {old}"), leaf(f"type {new}"), note)


STRING = "type string;"
PAIRS = [
    typed("enumeration { enum a; }", "enumeration { enum a; enum b; }", "enum", OK, "added"),
    typed("enumeration { enum a; enum b; }", "enumeration { enum a; }", "enum", BAD, "removed"),
    typed("enumeration { enum a; }", "enumeration { enum a { value 7; } }", "enum", BAD, "other value"),
    typed("bits { bit a; }", "bits { bit a; bit b; }", "bit", OK, "added"),
    typed("bits { bit a; bit b; }", "bits { bit a; }", "bit", BAD, "removed"),
    typed("bits { bit a; }", "bits { bit a { position 3; } }", "bit", BAD, "other position"),
    typed("uint8 { range 5..9; }", "uint8 { range 5..20; }", "value-space", OK, "wider range"),
    typed("uint8 { range 5..9; }", "uint8;", "value-space", OK, "no range any more"),
    typed("uint8 { range 5..9; }", "uint8 { range 6..20; }", "value-space", BAD, "shifted range"),
    typed("uint8;", "uint8 { range 0..9; }", "value-space", BAD, "range added"),
    typed("decimal64 { fraction-digits 2; range 0..1.5; }", "decimal64 { fraction-digits 2; range -1..2; }",
          "value-space", OK, "wider decimal range"),
    typed("string { length 1..4; }", "string { length 1..8; }", "value-space", OK, "wider length"),
    typed("string;", "string { length 1..8; }", "value-space", BAD, "length added"),
    typed("string { pattern 'a+'; }", "string;", "value-space", OK, "pattern removed"),
    typed("string;", "string { pattern 'a+'; }", "value-space", BAD, "pattern added"),
    typed("string { pattern 'a+'; }", "string { pattern '[ab]+'; }", "value-space", LOOK, "pattern changed"),
    Pair("default", OK, "/m:x", leaf(STRING), leaf(f"{STRING} default a;"), "added"),
    Pair("default", BAD, "/m:x", leaf(f"{STRING} default a;"), leaf(f"{STRING} default b;"), "changed"),
    Pair("default", BAD, "/m:x", leaf(f"{STRING} default a;"), leaf(STRING), "removed"),
    Pair("units", OK, "/m:x", leaf(STRING), leaf(f"{STRING} units km;"), "added"),
    Pair("units", BAD, "/m:x", leaf(f"{STRING} units m;"), leaf(f"{STRING} units km;"), "changed"),
    Pair("reference", OK, "/m:x", leaf(f"{STRING} reference a;"), leaf(f"{STRING} reference b;"), "updated"),
    Pair("otherwise", BAD, "/m:x", leaf(f"{STRING} reference a;"), leaf(STRING), "reference removed"),
    Pair("must", OK, "/m:x", leaf(f"{STRING} must '. = 1';"), leaf(STRING), "removed"),
    Pair("must", BAD, "/m:x", leaf(STRING), leaf(f"{STRING} must '. = 1';"), "added"),
    Pair("must", LOOK, "/m:x", leaf(f"{STRING} must '. = 1';"), leaf(f"{STRING} must '. >= 1';"), "changed"),
    Pair("when", OK, "/m:x", leaf(f"{STRING} when '../y';") + leaf(STRING, "y"), leaf(STRING) + leaf(STRING, "y"),
         "removed"),
    Pair("when", BAD, "/m:x", leaf(STRING) + leaf(STRING, "y"), leaf(f"{STRING} when '../y';") + leaf(STRING, "y"),
         "added"),
    Pair("mandatory", OK, "/m:c/x", f"container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}",
         f"container c {{ presence p; {leaf(STRING)} }}", "no more"),
    Pair("mandatory", BAD, "/m:c/x", f"container c {{ presence p; {leaf(STRING)} }}",
         f"container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}", "now"),
    Pair("min-elements", OK, "/m:x", f"leaf-list x {{ {STRING} min-elements 2; }}", f"leaf-list x {{ {STRING} }}",
         "fewer"),
    Pair("min-elements", BAD, "/m:x", f"leaf-list x {{ {STRING} }}", f"leaf-list x {{ {STRING} min-elements 1; }}",
         "more"),
    Pair("max-elements", OK, "/m:x", f"leaf-list x {{ {STRING} max-elements 2; }}",
         f"leaf-list x {{ {STRING} max-elements 3; }}", "more"),
    Pair("max-elements", OK, "/m:x", f"leaf-list x {{ {STRING} max-elements 2; }}", f"leaf-list x {{ {STRING} }}",
         "any number"),
    Pair("max-elements", BAD, "/m:x", f"leaf-list x {{ {STRING} }}", f"leaf-list x {{ {STRING} max-elements 3; }}",
         "fewer"),
    Pair("description", OK, "/m:x", leaf(STRING), leaf(f"{STRING} description 'A thing.';"), "added"),
    Pair("description", LOOK, "/m:x", leaf(f"{STRING} description 'A thing.';"),
         leaf(f"{STRING} description 'A pig.';"), "changed"),
    Pair("identity-base", OK, "identity c", "identity a; identity b; identity c { base a; }",
         "identity a; identity b; identity c { base a; base b; }", "added"),
    Pair("otherwise", BAD, "identity c", "identity a; identity b; identity c { base a; base b; }",
         "identity a; identity b; identity c { base a; }", "base of an identity removed"),
    Pair("identityref-base", OK, "/m:x", "identity a; identity b; leaf x { type identityref { base a; base b; } }",
         "identity a; identity b; leaf x { type identityref { base a; } }", "removed"),
    Pair("identityref-base", BAD, "/m:x", "identity a; identity b; leaf x { type identityref { base a; } }",
         "identity a; identity b; leaf x { type identityref { base a; base b; } }", "added"),
    Pair("new-definition", OK, "typedef t", "", f"typedef t {{ {STRING} }}", "typedef"),
    Pair("new-definition", OK, "grouping g", "", f"grouping g {{ {leaf(STRING)} }}", "grouping"),
    Pair("new-definition", OK, "identity i", "", "identity i;", "identity"),
    Pair("new-definition", OK, "feature f", "", "feature f;", "feature"),
    Pair("new-definition", OK, "extension e", "", "extension e;", "extension"),
    Pair("new-definition", OK, "/m:r", "", "rpc r;", "rpc"),
    Pair("new-definition", OK, "/m:n", "", "notification n;", "notification"),
    Pair("new-node", OK, "/m:x", "", leaf(STRING), "optional"),
    Pair("new-node", OK, "/m:c", "", f"container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}",
         "mandatory below a presence"),
    Pair("new-node", BAD, "/m:c", "", f"container c {{ {leaf(STRING + ' mandatory true;')} }}", "mandatory below"),
    Pair("new-node", BAD, "/m:c/x", "container c { presence p; }",
         f"container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}", "mandatory"),
    Pair("new-node", BAD, "/m:x", "", f"leaf-list x {{ {STRING} min-elements 1; }}", "at least one"),
    Pair("new-node", BAD, "/m:r/input/y", f"rpc r {{ input {{ {leaf(STRING)} }} }}",
         f"rpc r {{ input {{ {leaf(STRING)} {leaf(STRING + ' mandatory true;', 'y')} }} }}", "parameter"),
    Pair("new-case", OK, "/m:c/b", f"choice c {{ case a {{ {leaf(STRING)} }} }}",
         f"choice c {{ case a {{ {leaf(STRING)} }} case b {{ {leaf(STRING, 'y')} }} }}", "added"),
    Pair("state-to-config", OK, "/m:x", leaf(f"{STRING} config false;"), leaf(STRING), "optional"),
    Pair("state-to-config", BAD, "/m:c/x",
         f"container c {{ presence p; {leaf(STRING + ' config false; mandatory true;')} }}",
         f"container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}", "mandatory"),
    Pair("state-to-config", BAD, "/m:x", leaf(STRING), leaf(f"{STRING} config false;"), "the other way"),
    Pair("if-feature", OK, "/m:x", "feature f;" + leaf(f"{STRING} if-feature f;"), "feature f;" + leaf(STRING),
         "optional"),
    Pair("if-feature", BAD, "/m:c/x",
         f"feature f; container c {{ presence p; {leaf(STRING + ' if-feature f; mandatory true;')} }}",
         f"feature f; container c {{ presence p; {leaf(STRING + ' mandatory true;')} }}", "mandatory"),
    Pair("otherwise", BAD, "/m:x", "feature f;" + leaf(STRING), "feature f;" + leaf(f"{STRING} if-feature f;"),
         "if-feature added"),
    Pair("status", OK, "/m:x", leaf(STRING), leaf(f"{STRING} status deprecated;"), "on"),
    Pair("status", BAD, "/m:x", leaf(f"{STRING} status deprecated;"), leaf(STRING), "back"),
    typed("int8;", "int16;", "type", BAD, "another base"),
    Pair("type", OK, "/m:x", f"typedef t {{ {STRING} }} {leaf(STRING)}", f"typedef t {{ {STRING} }} {leaf('type t;')}",
         "typedef for the same"),
    typed("union { type int8; type string; }", "union { type string; }", "type", BAD, "union member gone"),
    typed("decimal64 { fraction-digits 2; range 0..1; }", "decimal64 { fraction-digits 3; range 0..1; }", "type", BAD,
          "fraction digits"),
    Pair("type", LOOK, "/m:x", leaf("type leafref { path '/m:a'; }") + leaf(STRING, "a") + leaf(STRING, "b"),
         leaf("type leafref { path '/m:b'; }") + leaf(STRING, "a") + leaf(STRING, "b"), "leafref"),
    typed("instance-identifier { require-instance false; }", "instance-identifier;", "otherwise", BAD,
          "instance required"),
    Pair("obsolete-stays", BAD, "/m:x", leaf(f"{STRING} status obsolete;"), "", "node"),
    Pair("obsolete-stays", BAD, "typedef t", f"typedef t {{ {STRING} }}", "", "typedef"),
    Pair("obsolete-stays", BAD, "grouping g/x", f"grouping g {{ {leaf(STRING)} }}", "grouping g;", "in a grouping"),
    Pair("order", BAD, "/m:c", f"container c {{ {leaf(STRING)} {leaf(STRING, 'y')} }}",
         f"container c {{ {leaf(STRING, 'y')} {leaf(STRING)} }}", "two leafs"),
    Pair("otherwise", BAD, "/m:x", leaf(STRING), f"leaf-list x {{ {STRING} }}", "kind"),
    Pair("otherwise", BAD, "/m:c", "container c;", "container c { presence p; }", "presence"),
    Pair("otherwise", BAD, "/m:l", f"list l {{ key x; {leaf(STRING)} {leaf(STRING, 'y')} }}",
         f"list l {{ key 'x y'; {leaf(STRING)} {leaf(STRING, 'y')} }}", "keys"),
    Pair("otherwise", BAD, "/m:l", f"list l {{ key x; {leaf(STRING)} {leaf(STRING, 'y')} }}",
         f"list l {{ key x; unique y; {leaf(STRING)} {leaf(STRING, 'y')} }}", "unique"),
    Pair("otherwise", BAD, "/m:x", f"leaf-list x {{ {STRING} }}", f"leaf-list x {{ {STRING} ordered-by user; }}",
         "order of entries"),
    Pair("otherwise", BAD, "/m:x", leaf(STRING), f"choice c {{ {leaf(STRING)} }}", "into a choice"),
    Pair("value-space", BAD, "typedef t", "typedef t { type uint8; }", "typedef t { type uint8 { range 1..max; } }",
         "typedef nobody uses"),
    Pair("default", BAD, "typedef t", f"typedef t {{ {STRING} default a; }}", f"typedef t {{ {STRING} default b; }}",
         "of a typedef"),
    Pair("enum", BAD, "typedef t", "typedef s { type enumeration { enum a; enum b; } } typedef t { type s; }",
         "typedef s { type enumeration { enum b; enum a; } } typedef t { type s; }", "reordered in a typedef"),
    Pair("mandatory", BAD, "grouping g/x", f"grouping g {{ {leaf(STRING)} }}",
         f"grouping g {{ {leaf(STRING + ' mandatory true;')} }}", "in a grouping nobody uses"),
    Pair("new-node", BAD, "grouping g/y", f"grouping g {{ {leaf(STRING)} }}",
         f"grouping g {{ {leaf(STRING)} {leaf(STRING + ' mandatory true;', 'y')} }}", "in a grouping"),
    Pair("otherwise", LOOK, "grouping g", f"grouping a {{ {leaf(STRING)} }} grouping g {{ uses a; }}",
         f"grouping a {{ {leaf(STRING)} }} grouping b {{ {leaf(STRING)} }} grouping g {{ uses b; }}", "other uses"),
    Pair("otherwise", BAD, "feature f", "feature e; feature f;", "feature e; feature f { if-feature e; }", "feature"),
    Pair("otherwise", BAD, "extension e", "extension e { argument a; }", "extension e { argument b; }", "argument"),
]  # fmt: skip


def module(number: int, body: str, revision: str, prefix: str = "m", namespace: str = "") -> str:
    name = f"pair{number}"
    return (
        f"module {name} {{ yang-version 1.1; namespace '{namespace or 'urn:' + name}'; prefix {prefix};"
        f" revision {revision}; {body} }}"
    )


def side(engine: Engine, folder: Path, texts: dict[str, str]) -> SourceSet:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.yang").write_text(text)
    return SourceSet(lambda name: texts[name].encode() if name in texts else None)


@dataclass
class Sets:
    """All old modules compiled as one set, all new ones as another."""

    old: Side
    new: Side

    def compared(self, name: str, cancel: CancelToken | None = None) -> Comparison:
        sides = [Side(one.schema, name, one.sources) for one in (self.old, self.new)]
        return compare(sides[0], sides[1], cancel=cancel)


def compiled(engine: Engine, folder: Path, texts: dict[str, str]) -> Side:
    sources = side(engine, folder, texts)
    loaded = schema_from_folder(folder, engine)
    assert loaded.schema is not None and not loaded.broken, loaded.broken
    return Side(loaded.schema, "", sources)


@pytest.fixture(scope="module")
def sets(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sets]:
    folder = tmp_path_factory.mktemp("pairs")
    old = {f"pair{number}": module(number, pair.old, "2025-01-01") for number, pair in enumerate(PAIRS)}
    new = {f"pair{number}": module(number, pair.new, "2026-01-01") for number, pair in enumerate(PAIRS)}
    yield Sets(compiled(engine, folder / "old", old), compiled(engine, folder / "new", new))


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=[f"{pair.rule} {pair.note}" for pair in PAIRS])
def test_each_rule(sets: Sets, number: int) -> None:
    pair = PAIRS[number]
    path = pair.path.replace("/m:", f"/pair{number}:")
    comparison = sets.compared(f"pair{number}")
    found = [item for item in comparison.findings if item.path == path and item.rule == pair.rule]
    assert {item.verdict for item in found} == {pair.verdict}, comparison.findings
    assert RULES[pair.rule] in found[0].citation
    # what is told besides is no worse than what the pair is about, or belongs to it
    for item in comparison.findings:
        if item.verdict is Verdict.INCOMPATIBLE and pair.verdict is not Verdict.INCOMPATIBLE:
            pytest.fail(f"unexpected: {item}")


def test_every_rule_has_a_pair() -> None:
    header = {"revision", "namespace", "prefix"}  # tested below
    assert {pair.rule for pair in PAIRS} | header == set(RULES)


def test_nothing_changed(sets: Sets) -> None:
    for name in ("pair0", "pair20"):
        same = Side(sets.old.schema, name, sets.old.sources)
        found = compare(same, same)
        assert found.findings == () and found.verdict is Verdict.COMPATIBLE
        assert "Nothing changed." in report_text(found)


def test_a_mandatory_node_that_depends_on_a_new_feature(engine: Engine, tmp_path: Path) -> None:
    old = {"f": "module f { namespace urn:f; prefix f; revision 2025-01-01; container c { presence p; } }"}
    new = {
        "f": "module f { namespace urn:f; prefix f; revision 2026-01-01; feature extra;"
        " container c { presence p; leaf x { if-feature extra; type string; mandatory true; } } }"
    }
    sides = [compiled(engine, tmp_path / name, texts) for name, texts in (("old", old), ("new", new))]
    found = compare(*(Side(one.schema, "f", one.sources) for one in sides))
    assert ("/f:c/x", "new-node", OK) in [(item.path, item.rule, item.verdict) for item in found.findings]


def header_findings(engine: Engine, tmp_path: Path, old: str, new: str) -> list[tuple[str, Verdict]]:
    sides = [compiled(engine, tmp_path / name, {"h": text}) for name, text in (("old", old), ("new", new))]
    found = compare(*(Side(one.schema, "h", one.sources) for one in sides))
    return [(item.rule, item.verdict) for item in found.findings if item.path == "module h"]


def test_the_header(engine: Engine, tmp_path: Path) -> None:
    old = "module h { namespace urn:h; prefix h; revision 2025-01-01; identity i; }"
    new = "module h { namespace urn:other; prefix x; identity i; revision 2025-01-01; }"
    new = "module h { namespace urn:other; prefix x; revision 2025-01-01; identity i; }"
    assert header_findings(engine, tmp_path, old, new) == [("namespace", BAD), ("revision", BAD), ("prefix", OK)]


def test_the_report_names_verdict_path_change_and_rule(sets: Sets) -> None:
    number = next(number for number, pair in enumerate(PAIRS) if pair.note == "wider range")
    text = report_text(sets.compared(f"pair{number}"))
    assert "Verdict: compatible" in text
    assert f"  /pair{number}:x\n    The range allows more.\n    5..9 → 5..20\n    RFC 7950, section 11: " in text


def test_it_can_be_cancelled(sets: Sets) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        sets.compared("pair3", token)


@pytest.mark.skipif(not (SHARED / "yang").is_dir(), reason="the shared module sets are not here")
def test_published_revisions(engine: Engine, tmp_path: Path) -> None:
    """ietf-interfaces of 2014 against 2018: NMDA made state deprecated; nothing of configuration broke."""
    folder = SHARED / "yang" / "ietf"
    sides = []
    for revision in ("2014-05-08", "2018-02-20"):
        text = (folder / f"ietf-interfaces@{revision}.yang").read_text()
        types = (folder / "ietf-yang-types.yang").read_text()
        sides.append(compiled(engine, tmp_path / revision, {"ietf-interfaces": text, "ietf-yang-types": types}))
    found = compare(*(Side(one.schema, "ietf-interfaces", one.sources) for one in sides))
    paths = {(item.path, item.rule) for item in found.findings}
    assert ("/ietf-interfaces:interfaces-state", "status") in paths
    assert any(item.rule == "new-node" and item.path.endswith("/statistics") for item in found.findings)
    assert found.old.startswith("2014-05-08") and found.new.startswith("2018-02-20")
