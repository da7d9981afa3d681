"""Does the library's layout fit the table?  A small module is compiled, extracted and compared with what must come out.

A wrong offset shows up as a wrong name, type, default or value (or as a dead worker, which its client takes for the
same).  Runs at every start of a worker; takes a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from netconf_gui.errors import SchemaError
from netconf_gui.yang.cache import sha256
from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.data import DataEngine
from netconf_gui.yang.engine.extract import Extractor
from netconf_gui.yang.engine.sources import Entry, SourceSet
from netconf_gui.yang.engine.types import TypeReader
from netconf_gui.yang.nodes import BrokenModule
from netconf_gui.yang.schema_writer import SchemaWriter
from netconf_gui.yang.typecodec import type_to_json

_MODULE = b"""module netconf-gui-self-test {
  yang-version 1.1; namespace "urn:netconf-gui:self-test"; prefix st;
  organization "O."; contact "C."; description "D."; reference "R."; revision 2026-01-01;
  extension mark { argument text; } st:mark "module";
  feature off { if-feature on; } feature on; identity base; identity one { base base; reference "I."; }
  typedef small { type int8 { range "1..5 | 7"; } default 3; } typedef smaller { type small; }
  typedef last { type smaller; }
  container top {
    description "Top."; presence "yes";
    must "name" { error-message "No name."; error-app-tag "no-name"; }
    leaf name { type string { length "1..8"; pattern "[a-z]+" { modifier invert-match; } } units "u"; mandatory true; }
    leaf small { type small; when "../name"; }
    leaf id { type identityref { base base; } default "st:one"; }
    leaf ref { type leafref { path "../name"; require-instance false; } }
    leaf strict { type leafref { path "../name"; } }
    leaf rate { type decimal64 { fraction-digits 2; range "0..1.5"; } status deprecated; }
    leaf color { type enumeration { enum red { value 4; description "Red."; } } }
    leaf flags { type bits { bit low { position 2; } } }
    leaf any { type union { type binary { length 4; } type instance-identifier { require-instance false; } } }
    list entry { key "k"; unique "v"; min-elements 1; max-elements 9; ordered-by user;
      leaf k { type string; } leaf v { type string; } }
    leaf-list tags { type string; default "x"; max-elements 6; }
    choice way { default left; case left { leaf l { type empty; } }
      leaf r { type boolean; if-feature on; st:mark "r"; } }
    action go { input { leaf x { type string; } } output { leaf y { type string; } } }
  }
  rpc call { reference "None."; }
  notification event { typedef told { type last; } leaf x { type union { type told; type st:small; } } }
}"""
_NAME, _REVISION = "netconf-gui-self-test", "2026-01-01"
_DATA = (
    b'<top xmlns="urn:netconf-gui:self-test"><name>AB</name><small>2</small><entry><k>1</k></entry><tags>t</tags></top>'
)

EXTRACTED = "2a3d3dc22717d44e5e5a0b0a40e90cf35505335baf4925fde0ff6514a5fbe1fa"
"""The digest of what `Extractor` must make of the module; `tests/yang/test_facts.py` compares such facts one by one."""
_EXPECTED: list[Any] = [
    ["top", 0x01, [["name", "No name.", "no-name"]], []],
    ["name", 0x04, {"b": "string", "l": [["1", "8"]], "p": [["[a-z]+", True, ""]]}, "u", ""],
    ["small", 0x04, {"b": "int8", "n": "small", "r": [["1", "5"], ["7", "7"]]}, "", "3"],
    ["id", 0x04, {"b": "identityref", "i": [f"{_NAME}:one"], "I": [f"{_NAME}:base"]}, "", "st:one"],
    ["ref", 0x04, {"b": "leafref", "x": "../name", "q": False}, "", ""],
    ["strict", 0x04, {"b": "leafref", "x": "../name"}, "", ""],
    ["rate", 0x04, {"b": "decimal64", "r": [["0.0", "1.5"]], "f": 2}, "", ""],
    ["color", 0x04, {"b": "enumeration", "e": [["red", 4, "Red."]]}, "", ""],
    ["flags", 0x04, {"b": "bits", "B": [["low", 2, ""]]}, "", ""],
    ["any", 0x04, {"b": "union", "u": [{"b": "binary", "l": [["4", "4"]]}, {"b": "instance-identifier", "q": False}]}],
    ["entry", 0x10, ["v"], 1, 9],
    ["tags", 0x08, ["x"], 0, 6],
    ["way", 0x02, "left"],
]


def self_test(yang: LibYang) -> None:
    """Raises SchemaError if the library's layout is not the one that is known here."""
    cache = _Texts()
    entry = Entry(_NAME, _REVISION, sha256(_MODULE), True, ("on",), False, "urn:netconf-gui:self-test")
    context = Context(yang, SourceSet([entry], cache))
    try:
        errors = context.load(entry) or context.compile()[1]
        if errors:
            raise _refused(yang, f"a simple module is not compiled ({errors[0].message})")
        module = next((item for item in context.modules() if yang.text(item.name) == _NAME), None)
        if module is None or module.compiled == yang.null:
            raise _refused(yang, "a compiled module is not found")
        _check_tree(yang, module)
        _check_extracted(yang, context)
        _check_data(yang, context)
    finally:
        context.close()


class _Texts:
    """The module's text in the place of a cache."""

    def text(self, _digest: str) -> bytes | None:
        return _MODULE


def _refused(yang: LibYang, why: str) -> SchemaError:
    return SchemaError(
        f"The YANG library {yang.path.name} is not the version this program knows: {why}.",
        advice="Install oopt-gnpy-libyang 0.1.1; until then configurations are shown as XML, without validation.",
    )


def _check_tree(yang: LibYang, module: Pointer) -> None:
    text = yang.text
    if (text(module.revision), text(module.prefix)) != (_REVISION, "st"):
        raise _refused(yang, "the module's revision or prefix is not where it should be")
    if [text(name) for name in yang.array(module.compiled.features)] != ["on"]:
        raise _refused(yang, "the enabled features are not where they should be")
    top = module.compiled.data
    if top == yang.null or text(top.dsc) != "Top.":
        raise _refused(yang, "the data tree is not where it should be")
    found = [_container(yang, top), *(_described(yang, node) for node in yang.siblings(yang.lib.lysc_node_child(top)))]
    for got, wanted in zip(found, _EXPECTED, strict=False):
        if got != wanted:
            raise _refused(yang, f"{wanted[0]} is read as {got}")
    if len(found) != len(_EXPECTED):
        raise _refused(yang, f"{len(found)} nodes are read instead of {len(_EXPECTED)}")
    heads = [yang.ffi.cast("struct lysc_node *", node) for node in (module.compiled.rpcs, module.compiled.notifs)]
    operations = [text(node.name) for node in heads if node != yang.null]
    if operations != ["call", "event"]:
        raise _refused(yang, f"the operations are read as {operations}")


class _Kept(SchemaWriter):
    """A database in memory, and the digest of what is in it."""

    digest = ""

    def finish(self, broken: Iterable[BrokenModule], meta: Mapping[str, str]) -> int:
        """Everything that was written, as one digest."""
        rows = [self.rows(table) for table in ("module", "identity", "text", "type", "shape")]
        self.digest = sha256(json.dumps([rows, self.numbers()]).encode())
        self.close()
        return self.nodes


def _check_extracted(yang: LibYang, context: Context) -> None:
    """The structs that are read straight from memory are where they should be."""
    kept = _Kept(Path(":memory:"))
    Extractor(context, kept).run((), {})
    if kept.digest != EXTRACTED:
        raise _refused(yang, f"what is extracted is not what was written ({kept.digest[:12]})")


def _container(yang: LibYang, node: Pointer) -> list[Any]:
    expression, text = yang.lib.lyxp_get_expr, yang.text
    musts = [
        [text(expression(must.cond)), text(must.emsg), text(must.eapptag)]
        for must in yang.array(yang.lib.lysc_node_musts(node))
    ]
    whens = [text(expression(when.cond)) for when in yang.array(yang.lib.lysc_node_when(node))]
    return [text(node.name), node.nodetype, musts, whens]


def _described(yang: LibYang, node: Pointer) -> list[Any]:
    cast, text = yang.ffi.cast, yang.text
    found = [text(node.name), node.nodetype]
    if node.nodetype == 0x04:
        leaf = cast("struct lysc_node_leaf *", node)
        kind = {key: value for key, value in type_to_json(TypeReader(yang).read(leaf.type)).items() if key != "t"}
        found.append(kind)
        return found if kind["b"] == "union" else [*found, text(leaf.units), text(leaf.dflt.str)]
    if node.nodetype == 0x10:
        item = cast("struct lysc_node_list *", node)
        unique = [text(leaf.name) for leaves in yang.array(item.uniques) for leaf in yang.array(leaves)]
        return [*found, unique, item.min, item.max]
    if node.nodetype == 0x08:
        item = cast("struct lysc_node_leaflist *", node)
        return [*found, [text(value.str) for value in yang.array(item.dflts)], item.min, item.max]
    return [*found, text(cast("struct lysc_node_choice *", node).dflt.name)]


def _check_data(yang: LibYang, context: Context) -> None:
    engine = DataEngine(context)
    if engine.validate(_DATA, "config"):
        raise _refused(yang, "valid data is not taken for valid")
    wrong = engine.validate(_DATA.replace(b"<small>2", b"<small>6"), "config")
    if [problem.path for problem in wrong] != [f"/{_NAME}:top/small"]:
        raise _refused(yang, "errors are not where they should be")
    if engine.xpath(_DATA, f"/{_NAME}:top/small", 5) != [(f"/{_NAME}:top/small", "2")]:
        raise _refused(yang, "values are not where they should be")
