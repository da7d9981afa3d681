"""Tree diagrams: the notation of RFC 8340 line by line, and agreement with pyang on published modules."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import MemorySchema, Schema, SqliteSchema
from netconf_gui.yang.tree_diagram import DiagramOptions, module_diagram, node_diagram
from tests.conftest import SHARED

DIAGRAM = """module diagram {
  yang-version 1.1; namespace urn:diagram; prefix d;
  import other { prefix o; }
  revision 2026-01-01;
  feature extra;
  typedef percent { type uint8; }
  container top {
    presence "on";
    leaf plain { type string; }
    leaf must-be { mandatory true; type percent; }
    leaf far { type o:name; }
    leaf-list many { type leafref { path "/d:top/d:plain"; } }
    list entry { key "a b"; leaf a { type string; } leaf b { type string; } leaf old { status deprecated; type int8; }
      action reset { input { leaf hard { type boolean; } } output { leaf done { type empty; } } } }
    list keyless { config false; leaf x { type string; } }
    choice way { mandatory true; case one { leaf first { type string; } }
      leaf second { if-feature extra; type string; } }
    anydata blob; anyxml raw;
  }
  augment "/o:outer/o:inner" { leaf added { type string; } }
  rpc ask { input { leaf question { type string; mandatory true; } } }
  rpc tell { output { leaf answer { type string; } } }
  notification event { leaf what { type string; } }
}"""
OTHER = """module other { namespace urn:other; prefix o; revision 2026-01-01; typedef name { type string; }
  container outer { container inner { leaf own { type string; } } } }"""
EXPECTED = """\
module: diagram
  +--rw top!
     +--rw plain?          string
     +--rw must-be         percent
     +--rw far?            o:name
     +--rw many*           -> /top/plain
     +--rw entry* [a b]
     |  +--rw a        string
     |  +--rw b        string
     |  x--rw old?     int8
     |  +---x reset
     |     +---w input
     |     |  +---w hard?   boolean
     |     +--ro output
     |        +--ro done?   empty
     +--ro keyless* []
     |  +--ro x?   string
     +--rw (way)
     |  +--:(one)
     |  |  +--rw first?    string
     |  +--:(second)
     |     +--rw second?   string {extra}?
     +--rw blob?           <anydata>
     +--rw raw?            <anyxml>

  augment /o:outer/o:inner:
    +--rw added?   string

  rpcs:
    +---x ask
    |  +---w input
    |     +---w question    string
    +---x tell
       +--ro output
          +--ro answer?   string

  notifications:
    +---n event
       +--ro what?   string
"""


@pytest.fixture(scope="module")
def drawn(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Schema:
    folder = tmp_path_factory.mktemp("diagram")
    (folder / "diagram.yang").write_text(DIAGRAM)
    (folder / "other.yang").write_text(OTHER)
    schema = schema_from_folder(folder, engine).schema
    assert schema is not None
    return schema


def text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def test_the_notation(drawn: Schema) -> None:
    assert text(module_diagram(drawn, "diagram")) == EXPECTED


def test_a_module_with_what_others_add(drawn: Schema) -> None:
    assert text(module_diagram(drawn, "other")) == (
        "module: other\n  +--rw outer\n     +--rw inner\n        +--rw own?       string\n"
        "        +--rw d:added?   string\n"
    )
    assert "d:added" not in text(module_diagram(drawn, "other", DiagramOptions(others=False)))


def test_depth(drawn: Schema) -> None:
    shallow = text(module_diagram(drawn, "diagram", DiagramOptions(depth=1)))
    assert "     +--rw entry* [a b]\n     |     ...\n" in shallow
    assert "--rw a " not in shallow


def test_a_subtree_stands_below_what_leads_to_it(drawn: Schema) -> None:
    node = drawn.find("/diagram:top/entry/reset")
    assert node is not None
    assert text(node_diagram(drawn, node)) == (
        "module: diagram\n  +--rw top!\n     +--rw entry* [a b]\n        +---x reset\n           +---w input\n"
        "           |  +---w hard?   boolean\n           +--ro output\n              +--ro done?   empty\n"
    )
    rpc = drawn.find("/diagram:tell/output/answer")
    assert rpc is not None
    assert text(node_diagram(drawn, rpc)) == (
        "module: diagram\n  rpcs:\n    +---x tell\n       +--ro output\n          +--ro answer?   string\n"
    )


def test_nothing_to_draw() -> None:
    assert list(module_diagram(MemorySchema([]), "none")) == ["module: none"]


def test_it_can_be_cancelled(drawn: Schema) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(module_diagram(drawn, "diagram", cancel=token))


# ------------------------------------------------------------------------------------------------ agreement with pyang

needs_shared = pytest.mark.skipif(not (SHARED / "yang").is_dir(), reason="the shared module sets are not here")
IETF = (
    "ietf-interfaces", "ietf-ip", "ietf-netconf-monitoring", "ietf-netconf-acm", "ietf-system", "ietf-routing",
    "ietf-keystore", "ietf-alarms", "ietf-hardware", "ietf-subscribed-notifications", "ietf-l3vpn-svc",
)  # fmt: skip
OPENCONFIG = ("openconfig-interfaces", "openconfig-if-ip", "openconfig-system", "openconfig-acl", "openconfig-lldp")
NODE = re.compile(r"^(?P<indent>[ |]*)(?P<status>[+xo])--(?P<rest>.*)$")


def pyang_tree(folder: Path, file: Path) -> str:
    """pyang's own drawing of one module, with all features."""
    command = "from pyang.scripts.pyang_tool import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--ignore-errors", "-p", str(folder), "-f", "tree", str(file)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.stdout


def parse(drawing: str) -> dict[str, str]:
    """Path → flags, name with options, type, features.

    Types and features lose their prefix: pyang writes the one that the module of the grouping uses.
    """
    found: dict[str, str] = {}
    chain: list[tuple[int, str]] = []
    section = ""
    for line in drawing.splitlines():
        match = NODE.match(line)
        if match is None:
            section = line.strip() or section
            chain = []
            continue
        depth, rest = len(match["indent"]), match["rest"]
        flags, _, told = ("", "", rest) if rest.startswith(":") else rest.partition(" ")
        name, _, more = told.partition(" ")
        chain = [item for item in chain if item[0] < depth] + [(depth, name.strip("?*!"))]
        kind = " ".join(more.split())
        if "->" not in kind:
            kind = re.sub(r"(?<![\w-])[\w-]+:(?=[\w.-]+)", "", kind)
        found[f"{section} {'/'.join(step for _, step in chain)}"] = f"{flags} {name} {kind}".rstrip()
    return found


def explained(ours: str, theirs: str) -> bool:
    """Where the compiled tree must differ from pyang's.

    pyang leaves out the flags of what is in a notification inside data, which RFC 8340 section 2.6 asks for; it shows
    the if-feature of a `uses` at each node; and it shortens the prefixes in a leafref's path from another prefix.
    """
    flagless = theirs.startswith(" ") and ours.partition(" ")[2] == theirs.strip()
    feature = theirs.startswith(f"{ours} {{")
    paths = "->" in ours and re.sub(r"[\w-]+:", "", ours) == re.sub(r"[\w-]+:", "", theirs)
    return flagless or feature or paths


def compiled(engine: Engine, folder: Path, name: str) -> Schema:
    """The module and all it imports, implemented with all features, as pyang takes them."""
    library = ModuleLibrary.of_folder(folder)
    first = resolve([WantedModule(name)], library.fetch)
    wanted = [WantedModule(item.name, item.revision or None) for item in first.modules if not item.is_submodule]
    result = engine.compile(resolve(wanted, library.fetch))
    assert not result.broken
    return engine.schema(result)


@needs_shared
@pytest.mark.parametrize(
    ("folder", "name"), [*(("ietf", name) for name in IETF), *(("openconfig", name) for name in OPENCONFIG)]
)
def test_agrees_with_pyang(engine: Engine, folder: str, name: str) -> None:
    place = SHARED / "yang" / folder
    schema = compiled(engine, place, name)
    ours = parse(text(module_diagram(schema, name, DiagramOptions(others=False))))
    theirs = parse(pyang_tree(place, place / f"{name}.yang"))
    assert theirs and ours.keys() == theirs.keys()
    wrong = {
        path: (ours[path], theirs[path])
        for path in theirs
        if ours[path] != theirs[path] and not explained(ours[path], theirs[path])
    }
    assert not wrong


@needs_shared
@pytest.mark.parametrize("name", ["ietf-hardware", "ietf-system"])
def test_is_pyangs_text_letter_by_letter(engine: Engine, name: str) -> None:
    """Where groupings of other modules, and reordered keys, play no part."""
    place = SHARED / "yang" / "ietf"
    lines = text(module_diagram(compiled(engine, place, name), name, DiagramOptions(others=False)))
    assert lines == pyang_tree(place, place / f"{name}.yang")


def test_of_a_set_with_deviations(schema: SqliteSchema, every: CompiledSchema) -> None:
    """Each node of the module is drawn once."""
    lines = list(module_diagram(schema, "every-type", DiagramOptions(others=False)))
    assert len(lines) > 40
    assert every.nodes > 40
