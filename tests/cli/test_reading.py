"""hello, get, schemas, rpc: what they print, and how they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.workspace.filter_favourites import FilterFavourite
from netconf_gui.workspace.workspace import Workspace
from tests.cli.conftest import Run
from tests.services.conftest import PASSWORD, Box

HELLO = (
    '<?xml version="1.0"?>\n<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>'
    "<capability>urn:ietf:params:netconf:base:1.1</capability>"
    "<capability>urn:ietf:params:netconf:capability:candidate:1.0</capability>"
    "<capability>urn:x?module=m&amp;revision=2024-01-01&amp;features=a,b</capability>"
    "</capabilities><session-id>7</session-id></hello>"
)


def test_hello_of_a_device(box: Box, on: Run) -> None:
    done = on(box, "hello", "BOX", "--json")
    assert done.status == 0
    assert done.json["session_id"] == 1
    assert "urn:ietf:params:netconf:base:1.1" in done.json["capabilities"]
    assert {"name", "revision", "namespace", "features", "deviations"} == set(done.json["modules"][0])
    assert done.json["profile"] == "standard"


def test_hello_of_a_file_says_what_capabilities_mean(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hello.xml"
    file.write_text(HELLO + "]]>]]>")
    done = run("hello", "--file", file)
    assert done.status == 0
    assert "Session   7" in done.out
    assert "made active by a commit" in done.out
    assert "m@2024-01-01  features: a, b" in done.out
    assert run("hello", "--file", "-", "--json", stdin=HELLO).json["session_id"] == 7


def test_hello_wants_one_of_target_and_file(run: Run) -> None:
    assert run("hello").status == 2
    assert run("hello", "ssh://h", "--file", "x").status == 2


def test_a_file_that_is_no_hello_is_usage(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_text("<hell")
    assert run("hello", "--file", file).status == 2
    assert run("hello", "--file", tmp_path / "none").status == 2


def test_an_unknown_key_is_an_error_that_says_how_to_go_on(box: Box, run: Run) -> None:
    done = run("hello", box.server.url, "--password-stdin", stdin=PASSWORD + "\n")
    assert done.status == 3
    assert f"--accept-host-key {box.server.host_key_fingerprint}" in done.err
    assert done.out == ""


def test_an_accepted_key_is_remembered(box: Box, on: Run, run: Run) -> None:
    assert on(box, "hello", "BOX").status == 0
    assert run("hello", box.server.url, "--password-stdin", stdin=PASSWORD + "\n").status == 0


def test_a_wrong_password_is_status_3_and_nowhere_repeated(box: Box, on: Run, program_home: Path) -> None:
    done = on(box, "hello", "BOX", password="not-the-Password-99")
    assert done.status == 3
    assert "not-the-Password-99" not in done.out + done.err
    for path in program_home.rglob("*"):
        assert not path.is_file() or b"not-the-Password-99" not in path.read_bytes()


def test_no_password_is_no_prompt(box: Box, run: Run) -> None:
    done = run("hello", box.server.url, "--accept-host-key", box.server.host_key_fingerprint)
    assert done.status == 3


@pytest.mark.parametrize("target", ["nobody", "http://h", "ssh://u:secret@h"])
def test_a_target_that_is_none_is_usage(run: Run, target: str) -> None:
    done = run("hello", target)
    assert done.status == 2
    assert "secret" not in done.err


def test_nothing_listening_is_status_3(run: Run, box: Box) -> None:
    url = box.server.url
    box.server.stop()
    assert run("hello", url).status == 3


def test_get_prints_the_datastore(box: Box, on: Run, tmp_path: Path) -> None:
    done = on(box, "get", "BOX")
    assert done.status == 0
    assert done.out.startswith("<?xml")
    assert "<hostname>demo-edge-1</hostname>" in done.out
    assert on(box, "get", "BOX", "-o", tmp_path / "out.xml").out == ""
    assert (tmp_path / "out.xml").read_text() == done.out


def test_get_filters_by_xpath_with_module_names(box: Box, on: Run) -> None:
    done = on(
        box, "get", "BOX", "--json", "--xpath",
        "/ietf-interfaces:interfaces/ietf-interfaces:interface[ietf-interfaces:name='eth1']",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert "Core to core1.fra" in done.json["xml"]
    assert "mgmt0" not in done.json["xml"]


def test_get_filters_by_subtree(box: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "filter.xml"
    file.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname/></system>')
    done = on(box, "get", "BOX", "--subtree", file)
    assert done.status == 0, done.err
    assert "demo-edge-1" in done.out
    assert "interfaces" not in done.out


def test_get_of_state(box: Box, on: Run) -> None:
    done = on(box, "get", "BOX", "--datastore", "operational")
    assert done.status == 0, done.err
    assert "netconf-state" in done.out


def test_get_with_an_unknown_module_or_datastore_is_usage(box: Box, on: Run) -> None:
    assert on(box, "get", "BOX", "--xpath", "/nonsense:x").status == 2
    assert on(box, "get", "BOX", "--datastore", "attic").status == 2


def test_an_rpc_error_is_status_4(box: Box, on: Run) -> None:
    box.arm(Fault("get-config", Action.RPC_ERROR, message="not today"))
    done = on(box, "get", "BOX")
    assert done.status == 4
    assert "not today" in done.err


def test_a_connection_that_drops_is_status_3(box: Box, on: Run) -> None:
    box.arm(Fault("get-config", Action.DROP))
    assert on(box, "get", "BOX").status == 3


def test_schemas_lists_writes_and_compiles(box: Box, on: Run, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "yang"
    done = on(box, "schemas", "BOX", "-o", folder, "--json")
    assert done.status == 0, done.err
    assert done.json["broken"] == []
    assert done.json["nodes"] > 300
    names = {module["name"] for module in done.json["modules"]}
    assert {"ietf-interfaces", "netconf-gui-demo"} <= names
    assert (folder / "netconf-gui-demo@2026-01-01.yang").exists() or list(folder.glob("netconf-gui-demo@*.yang"))
    again = run("schemas", "--from", folder, "--json")
    assert again.status == 0, again.err
    assert names <= {module["name"] for module in again.json["modules"]}


def test_schemas_of_a_folder_with_a_broken_module_is_status_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yang").write_text('module good { namespace "urn:good"; prefix g; leaf a { type string; } }')
    (tmp_path / "bad.yang").write_text('module bad { namespace "urn:bad"; prefix b; leaf a { type nonsense; } }')
    done = run("schemas", "--from", tmp_path, "--json")
    assert done.status == 1
    assert [broken["name"] for broken in done.json["broken"]] == ["bad"]
    assert run("schemas", "--from", tmp_path / "none").status in (1, 2)


def test_rpc_sends_a_file_and_prints_the_reply(box: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "rpc.xml"
    file.write_text(
        '<get-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><source><running/></source></get-config>'
    )
    done = on(box, "rpc", file, "BOX")
    assert done.status == 0, done.err
    assert "rpc-reply" in done.out
    assert "demo-edge-1" in done.out


def test_rpc_with_an_error_prints_it_and_is_status_4(box: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "rpc.xml"
    file.write_text('<unlock xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><target><running/></target></unlock>')
    done = on(box, "rpc", file, "BOX", "--json")
    assert done.status == 4
    assert done.json["ok"] is False
    assert done.json["errors"][0]["tag"] == "operation-failed"
    assert "rpc-error" in done.json["reply"]


def test_rpc_that_is_never_answered_is_status_3(box: Box, on: Run, tmp_path: Path) -> None:
    box.arm(Fault("get-config", Action.NEVER_REPLY))
    file = tmp_path / "rpc.xml"
    file.write_text(
        '<get-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><source><running/></source></get-config>'
    )
    assert on(box, "rpc", file, "BOX", "--timeout", "0.3").status == 3


def test_stdin_cannot_be_two_things(box: Box, on: Run) -> None:
    assert on(box, "rpc", "-", "BOX").status == 2
    assert on(box, "apply", "-", "BOX").status == 2


def test_quiet_says_nothing_but_errors(box: Box, on: Run) -> None:
    assert on(box, "get", "BOX", "-q").err == ""


def test_a_file_is_written_also_with_json(box: Box, on: Run, tmp_path: Path) -> None:
    done = on(box, "get", "BOX", "--json", "-o", tmp_path / "now.xml")
    assert done.json["xml"] == (tmp_path / "now.xml").read_text(encoding="utf-8")


def test_an_xpath_without_prefixes_that_selects_nothing_gets_a_hint(box: Box, on: Run) -> None:
    done = on(box, "get", "BOX", "--xpath", "/interfaces")
    assert done.status == 0
    assert "prefix" in done.err
    assert "prefix" not in on(box, "get", "BOX", "--xpath", "/ietf-interfaces:interfaces").err
    assert "prefix" not in on(box, "get", "BOX", "--xpath", "/ietf-interfaces:interfaces/ietf-interfaces:no").err


@pytest.mark.parametrize("words", [("get", "BOX", "--subtree", "-"), ("rpc", "-", "BOX"), ("diff", "-", "-")])
def test_messages_call_it_standard_input(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, stdin="<broken")
    assert done.status == 2
    assert "standard input" in done.err
    assert " - " not in done.err


def test_get_through_a_kept_filter(box: Box, on: Run, program_home: Path) -> None:
    text = '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname/></system>'
    Workspace.open().filters.keep(FilterFavourite("Name", text=text))
    done = on(box, "get", "BOX", "--filter", "Name")
    assert done.status == 0, done.err
    assert "<hostname>demo-edge-1</hostname>" in done.out and "location" not in done.out
    missing = on(box, "get", "BOX", "--filter", "nought")
    assert missing.status == 2 and "There are: Name" in missing.err
