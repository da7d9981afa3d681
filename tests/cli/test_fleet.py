"""`fleet` on demo devices: templates with a table, dry runs, reports, what fails, and going on after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.model import Model
from netconf_gui.services.fleet_resume import unfinished_fleets
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.cli.conftest import Done, Run
from tests.services.conftest import PASSWORD, eventually
from tests.services.fleet_boxes import Boxes

SYSTEM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-system"'
TEMPLATE = f"<system {SYSTEM}><hostname>{{{{ device | lower }}}}.{{{{ site }}}}</hostname></system>"
EDIT = f"<system {SYSTEM}><location>here</location></system>"
Fleet = Callable[..., Done]


@pytest.fixture
def boxes(model_of: Callable[[str], Model], workspace: Workspace, tmp_path: Path) -> Iterator[Boxes]:
    """Three devices in the inventory of the person who runs the command."""
    made = Boxes(workspace)
    for name in ("R1", "r2", "r3"):
        made.add(name, model_of("standard"), "standard", tmp_path / "host_key")
    inventory = Workspace.open(Locations.find()).inventory
    for name in made.boxes:
        inventory.put(replace(made.device(name), group="edge" if name != "r3" else ""))
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def fleet(run: Run, boxes: Boxes) -> Fleet:
    def call(*words: object, stdin: str = "") -> Done:
        return run("fleet", *words, *authentication(boxes), stdin=f"{PASSWORD}\n{stdin}")

    return call


def authentication(boxes: Boxes) -> list[str]:
    return ["--password-stdin", "--accept-host-key", boxes["R1"].server.host_key_fingerprint]


def test_a_template_and_a_table(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path], tmp_path: Path) -> None:
    change, table = file("names.xml", TEMPLATE), file("t.csv", "device;site;more\nR1;fra;x\nr3;ber;y\n")
    done = fleet("apply", change, "--template", "--csv", table, "--dry-run", "--report", tmp_path / "plan.html")
    assert done.status == 0, done.err
    assert "<hostname>r1.fra</hostname>" in done.out
    assert "2 devices to change with 2 edits. Nothing was sent." in done.out
    assert "not used by the template: more" in done.err
    assert boxes.leaves("/system/hostname") == dict.fromkeys(("R1", "r2", "r3"), "demo-edge-1")
    assert "What would be sent" in (tmp_path / "plan.html").read_text("utf-8")

    page = tmp_path / "r.html"
    done = fleet("apply", change, "--template", "--csv", table, "--canary", 1, "--report", page, "--json")
    assert done.status == 0, done.err
    assert done.json["outcome"] == "applied"
    assert [device["wave"] for device in done.json["devices"]] == [1, 2]
    assert boxes.leaves("/system/hostname") == {"R1": "r1.fra", "r2": "demo-edge-1", "r3": "r3.ber"}
    assert "confirm   ok       Confirming on 2 devices" in done.err
    assert os.name != "posix" or page.stat().st_mode & 0o777 == 0o600
    assert "The change is on all 2 devices." in page.read_text("utf-8")

    done = fleet("apply", change, "--template", "--csv", table)
    assert (done.status, done.out.splitlines()[-1]) == (0, "unchanged: There is nothing to change on any device.")


def test_groups_and_what_fails(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path]) -> None:
    change = file("edit.xml", EDIT)
    boxes["r2"].arm(Fault("validate", Action.RPC_ERROR, message="no room"))
    done = fleet("apply", change, "@edge", "r3")
    assert done.status == 4
    assert "no room" in done.err
    assert "r2: validate failed" in done.err
    assert done.out.splitlines()[-1].startswith("unchanged: r2: The device found the result invalid: no room")
    assert eventually(lambda: not boxes.left_behind())
    assert fleet("apply", change, "@edge", "r3").status == 0
    assert set(boxes.leaves("/system/location").values()) == {"here"}


def test_problems_are_told_and_nothing_is_sent(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path]) -> None:
    change, table = file("names.xml", TEMPLATE), file("t.csv", "device,site\nR1,fra\nr2,a b\n")
    done = fleet("apply", change, "--template", "--csv", table)
    assert done.status == 1
    assert "error: /ietf-system:system/hostname:" in done.out
    assert "1 with problems. Nothing was sent." in done.out
    assert boxes.leaves("/system/hostname")["R1"] == "demo-edge-1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["apply"], "apply needs a FILE"),
        (["apply", "FILE"], "No device was chosen"),
        (["apply", "FILE", "@nowhere"], "no device in a group nowhere"),
        (["apply", "FILE", "R1", "--as", "diff"], "--as diff and --base FILE need each other"),
        (["apply", "FILE", "R1", "--base", "FILE"], "--as diff and --base FILE need each other"),
        (["apply", "FILE", "R1", "--go-on"], "--go-on needs --each-batch"),
        (["apply", "FILE", "R1", "--canary", "-1"], "canary is -1"),
        (["apply", "-", "R1"], "stdin can hold one thing only"),
        (["apply", "FILE", "R1", "--confirm-by", "person", "--confirmed", "0"], "needs a time to confirm"),
        (["resume", "FILE"], "takes no file"),
    ],
)
def test_usage(fleet: Fleet, file: Callable[[str, str], Path], words: list[str], told: str) -> None:
    path = file("edit.xml", EDIT)
    done = fleet(*(path if word == "FILE" else word for word in words))
    assert done.status == 2
    assert told in done.err


def test_a_difference_between_two_files(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path]) -> None:
    place = "Frankfurt, Kleyerstrasse, room 4.12, rack C07, unit 31"
    base = f"<system {SYSTEM}><contact>x</contact><location>{place}</location></system>"
    mine = base.replace("rack C07", "rack C08")
    done = fleet("apply", file("mine.xml", mine), "@edge", "--as", "diff", "--base", file("base.xml", base))
    assert done.status == 0, done.err + done.out
    assert "C08" in (boxes.leaves("/system/location")["r2"] or "")
    assert boxes.leaves("/system/contact")["r2"] != "x"


def test_ansible_project(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path], tmp_path: Path) -> None:
    done = fleet("apply", file("edit.xml", EDIT), "@edge", "--ansible", tmp_path / "out", "--json")
    assert done.status == 0, done.err
    assert done.json["dry_run"] and len(done.json["devices"]) == 2
    assert (tmp_path / "out/playbook.yml").exists()
    assert set(boxes.leaves("/system/location").values()) != {"here"}


def test_nothing_to_resume(fleet: Fleet) -> None:
    for action in ("resume", "list"):
        done = fleet(action)
        assert (done.status, done.err) == (0, "No fleet was left half way.\n")
        assert fleet(action, "--json").json == {"fleets": []}


class Killed:
    """`fleet apply` in a process of its own, killed while a device is busy with the commit that is named."""

    def __init__(self, boxes: Boxes, change: Path) -> None:
        command = [sys.executable, "-m", "netconf_gui", "cli", "fleet", "apply", str(change), "@edge", "r3"]
        self.process = subprocess.Popen(
            [*command, *authentication(boxes)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=dict(os.environ),
        )  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(f"{PASSWORD}\n".encode())
        self.process.stdin.close()
        self.folder = Locations.find().journal_folder

    def when(self, condition: Callable[[], bool]) -> None:
        # a program that starts and compiles may take its time
        assert eventually(condition) or eventually(condition) or eventually(condition)
        self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        self.process.wait(30)


def committed(boxes: Boxes) -> dict[str, Any]:
    """Who has a confirmed commit that waits."""
    return {name: box.device.commits.pending_session for name, box in boxes.boxes.items()}


@pytest.mark.parametrize("options", [(), ("--confirm",)])
def test_killed_before_it_was_decided(
    fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path], options: tuple[str, ...]
) -> None:
    before = boxes.leaves("/system/location")
    # the probe of r2 does not end
    boxes["r2"].arm(Fault("hello", Action.WRONG_HELLO, kind="never", skip=2))
    killed = Killed(boxes, file("edit.xml", EDIT))
    killed.when(lambda: None not in committed(boxes).values())
    boxes["r2"].server.faults.clear()
    (left,) = unfinished_fleets(killed.folder)
    assert left.decision == ""
    done = fleet("list")
    assert "undoes what waits" in done.out
    done = fleet("resume", *options)
    assert done.status == 0, done.out + done.err
    assert eventually(lambda: not any(committed(boxes).values()))
    expected = dict.fromkeys(before, "here") if options else before
    assert boxes.leaves("/system/location") == expected
    assert unfinished_fleets(killed.folder) == ()
    assert done.out.splitlines()[-1].startswith("applied" if options else "rolled-back")


def test_killed_while_it_was_confirmed(fleet: Fleet, boxes: Boxes, file: Callable[[str, str], Path]) -> None:
    boxes["r2"].arm(Fault("commit", Action.NEVER_REPLY, skip=1))
    killed = Killed(boxes, file("edit.xml", EDIT))
    # R1 and r3 have been confirmed, r2 does not get to it
    killed.when(lambda: [name for name, one in committed(boxes).items() if one] == ["r2"] and confirmed(killed.folder))
    boxes["r2"].server.faults.clear()
    done = fleet("resume", "--json")
    assert done.status == 0, done.out + done.err
    (report,) = done.json["fleets"]
    assert report["outcome"] == "applied"
    assert boxes.leaves("/system/location") == dict.fromkeys(boxes.boxes, "here")
    assert unfinished_fleets(killed.folder) == ()


def confirmed(folder: Path) -> bool:
    """Whether the journal says that it was decided."""
    lines = [line for path in folder.glob("*.fleet") for line in path.read_text().splitlines()]
    return any(json.loads(line).get("decision") == "confirm" for line in lines if line.endswith("}"))
