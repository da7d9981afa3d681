"""get, diff, plan and apply for configurations that are text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.cli.status import Status
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.cisco_config import INITIAL
from netconf_gui.demo.server import DemoServer
from netconf_gui.workspace.workspace import Workspace
from tests.cli.conftest import Run
from tests.services.conftest import PASSWORD, Box

COMMANDS = "interface Loopback113\n description by us\n"


@pytest.fixture
def router(workspace: Workspace, tmp_path: Path) -> Iterator[Box]:
    server = DemoServer(CiscoDevice(), host_key=tmp_path / "host_key", password=PASSWORD)
    made = Box(server.start(), workspace)
    yield made
    made.close()


def text_of(router: Box) -> str:
    device = router.server.device
    assert isinstance(device, CiscoDevice)
    return device.text


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "a.cfg", tmp_path / "b.cfg"
    one.write_text(INITIAL)
    changed = INITIAL.replace("description test456", "description by us").replace(" permit ospf any any\n", "")
    other.write_text(changed.replace("community public", "community Hush"))
    return one, other


def test_get_prints_the_text_or_a_section(router: Box, on: Run, tmp_path: Path) -> None:
    done = on(router, "get", "BOX")
    assert done.status == 0, done.err
    assert done.out == text_of(router)
    done = on(router, "get", "BOX", "--section", "interface Loopback113")
    assert [row.strip() for row in done.out.splitlines()] == [
        "interface Loopback113",
        "description test456",
        "no ip address",
        "load-interval 30",
        "end",
    ]
    done = on(router, "get", "BOX", "--section", "interface Loopback113", "--text-form", "xml")
    assert "<Param>Loopback113</Param>" in done.out
    done = on(router, "get", "BOX", "--datastore", "startup", "--json")
    assert done.json["text"].startswith("!\nversion 12.4")
    done = on(router, "get", "BOX", "--xpath", "/x")
    assert done.status == 2
    assert "--section" in done.err


def test_diff_is_by_section_and_masks_secrets(run: Run, files: tuple[Path, Path]) -> None:
    done = run("diff", *files)
    assert done.status == 1
    assert done.out.splitlines() == [
        "  interface Loopback113",
        "-  description test456",
        "+  description by us",
        "  ip access-list extended EDGE",
        "-  permit ospf any any",
        "- snmp-server community *** RO 10",
        "+ snmp-server community *** RO 10",
    ]
    assert "Hush" in run("diff", *files, "--show-secrets").out
    found = run("diff", *files, "--format", "json").json
    assert found["changes"][0]["path"] == ["interface Loopback113"]
    assert "Hush" not in str(found)
    assert run("diff", files[0], files[0]).status == 0
    assert run("diff", *files, "--format", "html").status == 2


def test_a_text_and_xml_are_not_compared(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    xml = tmp_path / "x.xml"
    xml.write_text("<config/>")
    done = run("diff", files[0], xml)
    assert done.status == 2
    assert "a.cfg is the text of a command line, and" in done.err


def test_plan_prints_commands(run: Run, files: tuple[Path, Path]) -> None:
    done = run("plan", *files)
    assert done.status == 1
    assert done.out.splitlines() == [
        "no snmp-server community public RO 10",
        "interface Loopback113",
        " description by us",
        " exit",
        "ip access-list extended EDGE",
        " no permit ospf any any",
        " exit",
        "snmp-server community Hush RO 10",
    ]
    assert "look twice" in done.err
    found = run("plan", *files, "--json").json
    assert found["operations"] == 4
    assert found["commands"][0] == "no snmp-server community public RO 10"
    assert run("plan", files[0], files[0]).status == 0


def test_commands_are_applied_as_they_are(router: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "edit.txt"
    file.write_text(COMMANDS)
    done = on(router, "apply", file, "BOX", "--save-startup", "--json")
    assert done.status == 0, done.err
    assert done.json["outcome"] == "applied"
    assert done.json["read_back"] == {"changes": 1, "there": 1}
    assert [stage["stage"] for stage in done.json["stages"]] == [
        "precheck",
        "lock",
        "compare",
        "edit",
        "readback",
        "startup",
        "unlock",
        "snapshot",
    ]
    assert "description test456" in " ".join(done.json["inverse"])
    assert "description by us" in text_of(router)


def test_the_wished_text_is_applied(router: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "wished.cfg"
    file.write_text("interface Loopback113\n description by us\n ip address 203.0.113.1 255.255.255.255\n")
    done = on(router, "apply", file, "BOX", "--as", "target", "--dry-run")
    assert done.status == 0, done.err
    assert "no load-interval 30" in done.out
    assert "hostname" not in done.out
    assert "no confirmed commit" in done.err
    done = on(router, "apply", file, "BOX", "--as", "target")
    assert done.status == 0, done.err
    assert done.out.startswith("applied: 3 commands applied")
    assert "no load-interval" not in text_of(router)
    done = on(router, "apply", file, "BOX", "--as", "target", "--whole")
    assert done.status == 2
    assert "Nothing was sent. Add --yes" in done.err


def test_a_refused_command_is_named(router: Box, on: Run, tmp_path: Path) -> None:
    file = tmp_path / "edit.txt"
    file.write_text(COMMANDS + "frobnicate\n")
    done = on(router, "apply", file, "BOX")
    assert done.status == Status.REFUSED
    assert "Command 3, “frobnicate”: % Invalid input" in done.err
    assert done.out.startswith("unchanged: ")
    assert "by us" not in text_of(router)


def test_what_is_no_text_or_cannot_be_is_refused(router: Box, box: Box, on: Run, tmp_path: Path) -> None:
    xml, text = tmp_path / "edit.xml", tmp_path / "edit.txt"
    xml.write_text("<config/>")
    text.write_text(COMMANDS)
    done = on(router, "apply", xml, "BOX")
    assert done.status == 2
    assert "text of a command line" in done.err
    done = on(box, "apply", text, "BOX")
    assert done.status != 0
    assert "not one whose configuration is the text" in done.err
    done = on(router, "apply", text, "BOX", "--confirmed", "60")
    assert done.status == 2
    assert "cannot confirm a commit" in done.err


def test_a_fleet_has_no_xml_for_a_text(router: Box, on: Run, tmp_path: Path) -> None:
    edit = tmp_path / "edit.xml"
    edit.write_text(
        '<config><system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>x</hostname></system></config>'
    )
    before = text_of(router)
    done = on(router, "fleet", "apply", edit, "BOX", "--as", "target")
    assert done.status == Status.FINDINGS
    assert "is the text of a command line" in done.out + done.err
    assert text_of(router) == before


def test_sections_are_of_texts_only(box: Box, on: Run) -> None:
    for words in (("--section", "interface Loopback0"), ("--text-form", "cmd")):
        done = on(box, "get", "BOX", *words)
        assert done.status == Status.USAGE
        assert "not text" in done.err
        assert not done.out
