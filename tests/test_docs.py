"""What the documentation says is what the program does: options, JSON documents, settings, faults, keys, links."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netconf_gui.cli import main as cli
from netconf_gui.cli.output import error_json
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.demo.faults import HELLO_KINDS, Action, Fault, Faults
from netconf_gui.demo.main import MODELS
from netconf_gui.demo.main import parser as demo_parser
from netconf_gui.errors import Outcome, RpcError, Stage
from netconf_gui.services.fleet import FleetOutcome, FleetPhase
from netconf_gui.workspace.settings import section_fields, sections
from tests.cli.conftest import Box, Run, box, box_of, engine, model_of, on, run, workspace
from tests.services.conftest import PASSWORD

__all__ = ["box", "box_of", "engine", "model_of", "on", "run", "workspace"]

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
CLI = (DOCS / "cli.md").read_text("utf-8")
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z0-9-]*|-[a-z])(?![\w-])")


def section(page: str, title: str, level: str = "## ") -> str:
    """The text below a heading, up to the next one of the same level."""
    _, found, rest = page.partition(f"\n{level}{title}\n")
    assert found, title
    return rest.partition(f"\n{level}")[0]


def table_options(text: str) -> set[str]:
    """The options in the first columns of the tables."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `-")]
    return {option for cell in cells for option in OPTION.findall(cell)}


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def command_parser(name: str) -> argparse.ArgumentParser:
    if name == cli.DEMO:
        return demo_parser()
    commands = next(action for action in cli.parser(name)._actions if isinstance(action, argparse._SubParsersAction))
    return commands.choices[name]


COMMANDS = [cli.DEMO, *(entry.name for entry in cli.COMMANDS)]


@pytest.mark.parametrize("name", COMMANDS)
def test_options_of_a_command(name: str) -> None:
    text = section(CLI, name)
    told = table_options(text) | {"-h", "--help"}
    if name != cli.DEMO:
        told |= table_options(section(CLI, "Every command"))
    if "#authentication" in text:
        told |= table_options(section(CLI, "Authentication"))
    assert told == options_of(command_parser(name))


@pytest.mark.parametrize("name", COMMANDS)
def test_choices_of_options_are_told(name: str) -> None:
    text = section(CLI, name)
    for action in command_parser(name)._actions:
        for choice in action.choices or ():
            assert re.search(rf"[` ]{re.escape(str(choice))}`", text), f"{action.option_strings}: {choice}"


def test_every_command_has_its_section_and_no_other() -> None:
    titles = re.findall(r"^## ([a-z-]+)$", CLI, re.MULTILINE)
    assert sorted(titles) == sorted(COMMANDS)


def test_exit_statuses() -> None:
    from netconf_gui.cli.status import Status

    told = {int(number) for number in re.findall(r"^\| (\d+) \|", section(CLI, "Exit status"), re.MULTILINE)}
    assert told == {status.value for status in Status}


# --------------------------------------------------------------------------------------------------- JSON documents

DOCUMENTS = {
    name: json.loads(text) for name, text in re.findall(r"<!-- json: ([\w-]+) -->\n```json\n(.*?)```", CLI, re.DOTALL)
}


def shape(document: Any) -> Any:
    """Names of members, whatever the values; of lists the shape of the first member that has one."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    if isinstance(document, list):
        return [shape(document[0])] if document and isinstance(document[0], dict | list) else []
    return None


def command_json(capfd: pytest.CaptureFixture[str], *words: object) -> Any:
    capfd.readouterr()
    assert cli.main([str(word) for word in (*words, "--json")]) in (0, 1)
    return json.loads(capfd.readouterr().out)


BEFORE = '<box xmlns="urn:example:box"><label>first</label></box>'
AFTER = '<box xmlns="urn:example:box"><label>second</label><port><name>b</name></port></box>'
MODULE = """module box { namespace "urn:example:box"; prefix b; revision 2026-01-01;
  container box { leaf label { type string; } list port { key name; leaf name { type string; } }
    list step { key name; ordered-by user; leaf name { type string; } } } }"""
HELLO = """<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>
  <capability>urn:ietf:params:netconf:base:1.1</capability>
  <capability>urn:example:box?module=box&amp;revision=2026-01-01</capability>
  </capabilities><session-id>7</session-id></hello>]]>]]>"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    monkeypatch.setenv("NETCONF_GUI_HOME", str(tmp_path / "home"))
    (tmp_path / "modules").mkdir()
    for name, text in (
        ("a.xml", BEFORE),
        ("b.xml", AFTER),
        ("hello.xml", HELLO),
        ("modules/box@2026-01-01.yang", MODULE),
    ):
        (tmp_path / name).write_text(text)
    return lambda name: tmp_path / name


def test_json_of_hello(files: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    assert command_json(capfd, "hello", "--file", files("hello.xml")) == DOCUMENTS["hello"]


def test_json_of_diff(files: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    words = ("diff", files("a.xml"), files("b.xml"), "--schemas", files("modules"))
    assert command_json(capfd, *words) == DOCUMENTS["diff"]


def test_json_of_plan(files: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    words = ("plan", files("a.xml"), files("b.xml"), "--schemas", files("modules"))
    found = command_json(capfd, *words)
    assert shape(found) == shape(DOCUMENTS["plan"])
    assert found["operations"] == DOCUMENTS["plan"]["operations"]


def test_json_of_schemas(files: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    files("modules/bad.yang").write_text("module bad { namespace urn:bad; prefix b; import gone { prefix g; } }")
    found = command_json(capfd, "schemas", "--from", files("modules"))
    told = shape(DOCUMENTS["schemas"])
    assert set(found) == set(told)
    assert shape(found["modules"]) == told["modules"]
    assert found["missing"], "the example must show it"
    for name in ("broken", "missing"):
        assert not found[name] or shape(found[name]) == told[name]


def test_json_of_moves_and_guesses() -> None:
    from netconf_gui.config.diff_export import to_json

    text = '<box xmlns="urn:example:box"><port><name>{}</name></port><port><name>{}</name></port></box>'
    found = diff(read_root(text.format("a", "b").encode()), read_root(text.format("b", "a").encode()), None)
    names = {name for entry in json.loads(to_json(found))["differences"] for name in entry}
    assert names <= {"kind", "path", "old", "new", "before", "after", "guessed", "content"}
    assert "guessed" in names


def test_json_of_an_rpc_error() -> None:
    error = RpcError(type="protocol", tag="lock-denied", message="The lock is held.", info=(("session-id", "4119"),))
    assert error_json(error) == DOCUMENTS["rpc-error"]


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    file = tmp_path / "edit.xml"
    file.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system>')
    return file


def test_json_of_get(box: Box, on: Run) -> None:
    assert shape(on(box, "get", "BOX", "--json").json) == shape(DOCUMENTS["get"])


def test_json_of_rpc(box: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "rpc.xml"
    file.write_text('<unlock xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><target><running/></target></unlock>')
    found = on(box, "rpc", file, "BOX", "--json").json
    assert set(found) == set(DOCUMENTS["rpc"])
    assert set(found["errors"][0]) == set(DOCUMENTS["rpc-error"])


def test_json_of_apply(box: Box, on: Run, edit: Path) -> None:
    assert shape(on(box, "apply", edit, "BOX", "--json", "--dry-run").json) | {"notes": []} == shape(
        DOCUMENTS["apply-dry-run"]
    )
    found = on(box, "apply", edit, "BOX", "--json").json
    assert shape(found) == shape(DOCUMENTS["apply"])
    assert found["outcome"] == DOCUMENTS["apply"]["outcome"]


def test_json_of_fleet(box: Box, run: Run, edit: Path) -> None:
    accept = ["--password-stdin", "--accept-host-key", box.server.host_key_fingerprint]
    found = run("fleet", "apply", edit, box.server.url, "--json", *accept, stdin=PASSWORD + "\n").json
    assert shape(found) == shape(DOCUMENTS["fleet"])
    assert found["outcome"] == DOCUMENTS["fleet"]["outcome"]
    text = section(CLI, "fleet")
    for word in (*FleetOutcome, *(phase for phase in FleetPhase if phase is not FleetPhase.PLAN)):
        assert str(word) in text, word


def test_json_of_history(box: Box, on: Run, run: Run, edit: Path) -> None:
    assert on(box, "apply", edit, "BOX").status == 0
    found = run("history", box.server.url, "--json").json
    assert shape(found) == shape(DOCUMENTS["history"])
    assert found["entries"][0]["contents"] == DOCUMENTS["history"]["entries"][0]["contents"]


def test_json_of_listen(box: Box, on: Run) -> None:
    done = on(box, "listen", "BOX", "--start", "1h", "--count", "1", "--json")
    assert shape(json.loads(done.out.splitlines()[0])) == shape(DOCUMENTS["listen-event"])
    told = dict(DOCUMENTS["listen-list"], subscriptions=[])
    assert shape(on(box, "listen", "BOX", "--list", "--json").json) == shape(told)


def test_json_of_the_demo_device(capfd: pytest.CaptureFixture[str]) -> None:
    from netconf_gui.demo import main as demo

    key = SimpleNamespace(get_name=lambda: "ssh-ed25519", get_base64=lambda: "AAAA")
    server = SimpleNamespace(url="ssh://demo@127.0.0.1:1", port=1, host_key=key, host_key_fingerprint="SHA256:")
    demo._announce(server, as_json=True)  # type: ignore[arg-type]
    assert shape(json.loads(capfd.readouterr().out)) == shape(DOCUMENTS["demo-device"])


def test_words_of_an_apply() -> None:
    from netconf_gui.config.compare import Verdict
    from netconf_gui.services.events import StageState

    text = section(CLI, "apply")
    states = {state.value for state in StageState} - {"running"}
    for word in (*Outcome, *Verdict, *states):
        assert str(word) in text, word
    guide = (DOCS / "guide.md").read_text("utf-8")
    for stage in Stage:
        assert f"| {stage.value} |" in guide, stage


# -------------------------------------------------------------------------------------------------- the demo device

DEMO = (DOCS / "demo-device.md").read_text("utf-8")
SCRIPTS = re.findall(r"<!-- faults -->\n```json\n(.*?)```", DEMO, re.DOTALL)


def test_examples_of_faults_load() -> None:
    assert len(SCRIPTS) == 2
    for script in SCRIPTS:
        assert Faults.from_json(script).script


def test_every_action_kind_and_field_is_told() -> None:
    actions = re.findall(r"^\| `([a-z-]+)` \|", section(DEMO, "Actions", "### "), re.MULTILINE)
    assert set(actions) == {action.value for action in Action}
    fields = section(DEMO, "Fields", "### ")
    cells = [line.split("|")[1] for line in fields.splitlines() if line.startswith("| `")]
    told = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(Fault.__dataclass_fields__)
    for kind in HELLO_KINDS:
        assert f"`{kind}`" in DEMO


def test_every_model_is_told() -> None:
    told = re.findall(r"^\| `([a-z0-9-]+)` \|", section(DEMO, "Models"), re.MULTILINE)
    assert sorted(told) == sorted(MODELS)


def test_every_module_is_told() -> None:
    from netconf_gui.demo import model

    text = section(DEMO, "YANG modules")
    for name in model._MODULES:
        short = name.removesuffix("-ipv4-unicast-routing").removesuffix("-ipv6-unicast-routing")
        assert short in text or short == "ietf" or name == model._DEVIATIONS, name


# ---------------------------------------------------------------------------------------------------- form and links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_are_short(page: Path) -> None:
    lines = enumerate(page.read_text("utf-8").splitlines(), 1)
    # the row of a table cannot be wrapped; those of two tables name tests
    row = {"protocol-support.md": 330, "profiles.md": 450}.get(page.name, 170)
    long = [number for number, line in lines if len(line) > (row if line.startswith("|") else 130)]
    assert not long


def anchors(page: Path) -> set[str]:
    """What a heading is linked by: lower case, blanks to hyphens, other signs dropped."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        there = page.parent / name if name else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


# ----------------------------------------------------------------------------------------------- settings, keys, window

GUIDE = (DOCS / "guide.md").read_text("utf-8")


def setting_row(item: Any) -> str:
    """The row of a setting's table, as its record says."""
    default, facts = item.default, item.metadata
    shown = f"{default:g}" if isinstance(default, float) else str(default)
    shown = shown.lower() if isinstance(default, bool) else shown or "empty"
    if facts["choices"]:
        allowed = ", ".join(facts["choices"])
    elif isinstance(default, bool):
        allowed = "true, false"
    elif isinstance(default, str):
        allowed = "any"
    else:
        allowed = f"{facts['least']} and more" if facts["most"] is None else f"{facts['least']} to {facts['most']}"
    unit = f" {facts['unit']}" if facts["unit"] else ""
    return f"| `{item.name}` | {shown}{unit} | {allowed} | {facts['doc']} |"


def test_every_setting_is_told_as_it_is() -> None:
    text = section(GUIDE, "Settings")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [setting_row(item) for _, made in sections() for item in section_fields(made)]
    assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == [name for name, _ in sections()]


def keys_of_actions(qtbot: Any) -> dict[str, list[str]]:
    """The keys of the window's actions and of those that a document brings, by their words."""
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from netconf_gui.config.document import Document
    from netconf_gui.gui.actions import make_actions
    from netconf_gui.gui.document_context import DocumentContext
    from netconf_gui.gui.panes.document import DocumentPane
    from netconf_gui.gui.tasks import TaskManager

    window = QWidget()
    pane = DocumentPane(Document(b"<a xmlns='urn:a'/>"), TaskManager(), context=DocumentContext())
    for widget in (window, pane):
        qtbot.addWidget(widget)
    found: list[QAction] = [*make_actions(window).all(), *pane.edit_actions(), *pane.view_actions()]
    keys = {one.text().replace("&", "").rstrip("…"): [key.toString() for key in one.shortcuts()] for one in found}
    pane.close_pane()
    return keys


def test_keys_of_the_guide_are_those_of_the_window(qtbot: Any) -> None:
    from PySide6.QtGui import QKeySequence

    keys = keys_of_actions(qtbot)
    told = {}
    for title, names_at, keys_at in (("Keys", 1, 0), ("Editing", 0, 1)):
        rows = [line.strip("| ").split(" | ") for line in section(GUIDE, title).splitlines() if line.startswith("| ")]
        for row in (row for row in rows if max(names_at, keys_at) < len(row)):
            names = [name.rstrip("…") for name in row[names_at].split(", ")]
            if len(names) == len(row[keys_at].split(", ")):
                told |= dict(zip(names, row[keys_at].split(", "), strict=True))
    met = told.keys() & keys.keys()
    assert len(met) >= 25
    for name in met:
        assert QKeySequence(told[name]).toString() in keys[name], (name, told[name], keys[name])


def test_menu_words_of_the_guide_are_in_the_program() -> None:
    """What is set in italics as a button or menu entry is written so somewhere in the window's code or forms."""
    import html

    parts = [*(ROOT / "netconf_gui").rglob("*.py"), *(ROOT / "ui").glob("*.ui")]
    code = html.unescape("\n".join(path.read_text("utf-8") for path in parts if "_generated" not in path.parts))
    code = code.replace("&", "")
    for words in re.findall(r"(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)", GUIDE):
        for part in words.split(" → "):
            assert part.rstrip("…").strip() in code, words


def test_files_of_the_guide_are_those_of_the_program(tmp_path: Path) -> None:
    from netconf_gui.workspace.locations import Locations

    text = section(GUIDE, "Where files are kept")
    places = Locations.under(tmp_path)
    for path in (places.settings_file, places.inventory_file, places.known_hosts_file, places.recent_file):
        assert f"`{path.name}`" in text
    for folder in (places.journal_folder, places.log_folder, places.schema_folder, places.demo_folder):
        assert f"`{folder.name}`" in text


# --------------------------------------------------------------------------------------------------- the protocol table

PROTOCOL = (DOCS / "protocol-support.md").read_text("utf-8")
HEAD = ["RFC section", "where in the program", "test", "shown with"]
PEERS = ("*independent peer*: ", "*own peer only*: ")
# files whose tests talk to something that shares no protocol code with the program
INDEPENDENT = ("e2e/*.py", "session/test_netconfd.py", "demo/test_server*.py", "transport/test_openssh*.py")


def protocol_rows() -> Iterator[list[str]]:
    """The cells of every row of every table of the page."""
    for line in PROTOCOL.splitlines():
        if line.startswith("|") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split(" | ")]


def names_of_tests(*patterns: str) -> set[str]:
    """The names of all test functions of the files."""
    found: set[str] = set()
    for pattern in patterns:
        for path in (ROOT / "tests").glob(pattern):
            found.update(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE))
    return found


def test_every_row_of_the_protocol_table_is_full_and_names_tests_that_exist() -> None:
    rows = list(protocol_rows())
    assert len(rows) > 80
    known = names_of_tests("**/*.py")
    for row in rows:
        assert len(row) == len(HEAD), row
        if row[0] == HEAD[0]:
            assert row == HEAD
            continue
        assert all(cell and cell != "—" for cell in row), row
        named = re.findall(r"`(test_\w+)`", row[2])
        assert named, row
        assert set(named) <= known, (row, set(named) - known)
        assert row[3].startswith(PEERS), row


def test_independent_peers_are_independent() -> None:
    """A test that is named stands in a file that talks to somebody else's server, or to somebody else's client."""
    independent = names_of_tests(*INDEPENDENT)
    for row in protocol_rows():
        if row[3].startswith(PEERS[0]):
            assert set(re.findall(r"`(test_\w+)`", row[2])) & independent, row


def test_every_operation_and_capability_is_told() -> None:
    from netconf_gui.demo.dispatch import OPERATIONS
    from netconf_gui.protocol import capabilities, operations

    told = section(PROTOCOL, "Operations") + section(PROTOCOL, "The demo device")
    builders = [
        name
        for name, made in vars(operations).items()
        if callable(made) and getattr(made, "__annotations__", {}).get("return") == "Operation" and name[0] != "_"
    ]
    assert len(builders) >= 15
    for name in {*builders} - {"custom"}:
        assert name.replace("_", "-") in told, name
    for tag in OPERATIONS:
        namespace, _, name = tag[1:].partition("}")
        assert name in told or not namespace.startswith("urn:ietf:params:xml:ns:netconf"), name
    text = section(PROTOCOL, "Hello and capabilities")
    told_elsewhere = {"get", "has", "module", "modules", "netconf", "uris", "nmda", "url_schemes", "base10", "base11"}
    for name in vars(capabilities.Capabilities):
        if name[0] != "_" and name not in told_elsewhere:
            assert name.replace("_", "-") in text, name


# ------------------------------------------------------------------------------------------ commands shown in the docs


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_commands_that_are_shown_are_taken(page: Path) -> None:
    """Each line with netconf-gui-cli in a block of code is one that the option parser takes."""
    import shlex

    # every second part lies between fences
    for block in page.read_text("utf-8").split("```")[1::2]:
        for line in block.splitlines():
            _, found, rest = line.partition("netconf-gui-cli ")
            if not found:
                continue
            words = [word for word in shlex.split(rest, comments=True) if word != "&"]
            parser = demo_parser() if words[0] == cli.DEMO else cli.parser(words[0])
            parser.parse_args(words[1:] if words[0] == cli.DEMO else words)


def test_options_of_the_window() -> None:
    from netconf_gui.gui_main import _parser

    assert table_options(section(GUIDE, "Starting")) == options_of(_parser())
