"""A small set of YANG modules, compiled for real, for tests of the schema browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.check import Engine

NET = """module net {
  yang-version 1.1; namespace "urn:example:net"; prefix n;
  import net-types { prefix t; }
  include net-part;
  organization "Example";
  description "What the network element is made of.

    A second paragraph.";
  revision 2026-01-01;
  feature fast { description "Faster."; }
  identity medium { description "What carries frames."; }
  identity copper { base medium; }
  container system {
    description "The element as a whole.";
    leaf hostname { type t:name; description "How the element calls itself."; }
    leaf contact { type string; }
    container clock { leaf zone { type string; default "UTC"; } }
  }
  container interfaces {
    list interface {
      key name;
      leaf name { type t:name; }
      leaf mtu { type uint16 { range "68..9000"; } units bytes; must ". > 100" { error-message "Too small."; } }
      leaf medium { type identityref { base medium; } }
      container counters { config false; leaf drops { type uint64; } }
      action reset { input { leaf hard { type boolean; } } }
      list unit { key id; leaf id { type uint8; } leaf label { type string; } }
    }
  }
  rpc restart { input { leaf delay { type uint8; } } }
  notification link-down { leaf interface { type t:name; } }
}
"""
PART = """submodule net-part { yang-version 1.1; belongs-to net { prefix n; }
  import net-types { prefix t; }
  container part { leaf name { type t:name; } } }
"""
TYPES = """module net-types { yang-version 1.1; namespace "urn:example:types"; prefix t; revision 2026-01-01;
  typedef name { type string { length "1..16"; } description "A short name."; }
}
"""
MORE = """module net-more { yang-version 1.1; namespace "http://cisco.com/ns/more"; prefix m; import net { prefix n; }
  revision 2026-01-01;
  augment /n:system { leaf colour { type string; description "Painted in it."; } }
}
"""
OTHER_NET = (
    NET.replace("2026-01-01", "2026-06-01").replace("68..9000", "68..1500").replace("leaf contact { type string; }", "")
)
TEXTS = {"net": NET, "net-part": PART, "net-types": TYPES, "net-more": MORE}

DATA = b"""<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
  <system xmlns="urn:example:net"><hostname>pe1</hostname></system>
  <interfaces xmlns="urn:example:net">
    <interface><name>xe0</name><mtu>1500</mtu><unit><id>0</id><label>a</label></unit></interface>
    <interface><name>xe1</name><mtu>9000</mtu></interface>
    <interface><name>xe2</name></interface>
  </interfaces>
</config>"""


def in_background(qtbot: QtBot, manager: TaskManager, make: Callable[[], SchemaSubject]) -> SchemaSubject:
    """Compile off the GUI thread, as the program does."""
    made: list[SchemaSubject] = []
    task = manager.run(lambda _cancel, _report: make(), title="Compile", quiet=True)
    task.done.connect(made.append)
    qtbot.waitUntil(lambda: bool(made), timeout=60_000)
    return made[0]


def subject(folder: Path, engine: Engine, title: str = "pe1", **changed: str) -> SchemaSubject:
    """The set, with some texts replaced (`net` is the module net, `net_more` the module net-more; "" leaves it out)."""
    texts = {**TEXTS, **{name.replace("_", "-"): text for name, text in changed.items()}}
    place = folder / title
    place.mkdir()
    for name, text in texts.items():
        if text:
            (place / f"{name}.yang").write_text(text, encoding="utf-8")
    loaded = schema_from_folder(place, engine)
    assert loaded.schema is not None and not loaded.broken, (loaded.notes, loaded.broken)
    return SchemaSubject(title, loaded.schema, engine, loaded.key, "", {"net": "folder"})
