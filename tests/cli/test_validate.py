"""validate: files in, all that is wrong with each out."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.services.engines import open_engine
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.workspace.inventory import new_device
from netconf_gui.workspace.schema_sets import SchemaSet, SetKind
from netconf_gui.workspace.workspace import Workspace
from tests.cli.conftest import Run
from tests.yang.broken.cases import VALID, references, rules, types

FOLDER = Path(__file__).parents[1] / "yang" / "broken"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_text(f"<config>{VALID['ports']}</config>")
    (tmp_path / "bad.xml").write_text(types("<on>x</on>") + references("<uplink>p9</uplink>") + rules("<high>1</high>"))
    (tmp_path / "broken.xml").write_text("<config>\n<a>\n</config>")
    (tmp_path / "good.json").write_text('{"network:types": {"on": true, "many": [1, 2]}}')
    (tmp_path / "bad.json").write_text('{"network:types": {"small": 99}}')
    (tmp_path / "other.xml").write_text('<vendor xmlns="urn:vendor"/>')
    return tmp_path


def test_valid_files(files: Path, run: Run) -> None:
    done = run("validate", files / "good.xml", files / "good.json", "--schemas", FOLDER)
    assert (done.status, done.out) == (0, ""), done.err
    assert "good.xml: valid." in done.err
    assert "good.json: valid." in done.err


def test_everything_wrong_with_every_file(files: Path, run: Run) -> None:
    names = ("bad.xml", "good.xml", "bad.json", "broken.xml", "other.xml")
    done = run("validate", *(files / name for name in names), "--schemas", FOLDER, "--json")
    assert done.status == 1, done.err
    found = done.json["documents"]
    assert [Path(document["file"]).name for document in found] == list(names)
    assert [[problem["path"] for problem in document["problems"]] for document in found] == [
        ["/network:types/on", "/network:references/uplink", "/network:rules/high"],
        [],
        ["/network:types/small"],
        [""],
        ["/{urn:vendor}vendor"],
    ]
    assert found[0]["problems"][2] == {
        "path": "/network:rules/high",
        "message": "high must not be below low.",
        "app_tag": "upside-down",
        "severity": "error",
    }
    assert "line 3" in found[3]["problems"][0]["message"]
    assert found[4]["problems"][0]["severity"] == "warning"


def test_as_text(files: Path, run: Run) -> None:
    done = run("validate", files / "bad.xml", "--schemas", FOLDER)
    assert done.status == 1
    assert f"{files / 'bad.xml'}: error: /network:rules/high: high must not be below low. [upside-down]\n" in done.out
    assert "3 errors." in done.err
    only_a_warning = run("validate", files / "other.xml", "--schemas", FOLDER)
    assert only_a_warning.status == 0
    assert "warning: /{urn:vendor}vendor: Nothing is known about urn:vendor" in only_a_warning.out


def test_standard_input_and_state(files: Path, run: Run) -> None:
    state = types("<count>1</count>")
    assert run("validate", "-", "--schemas", FOLDER, stdin=state).status == 1
    assert run("validate", "-", "--schemas", FOLDER, "--content", "data", stdin=state).status == 0


def test_by_what_a_device_had(files: Path, run: Run) -> None:
    workspace = Workspace.open()
    device = new_device("router7", "192.0.2.7")
    workspace.inventory.put(device)
    before = run("validate", files / "bad.xml", "--device", "router7")
    assert before.status == 2
    assert "not known yet" in before.err
    with open_engine(workspace) as engine:
        loaded = schema_from_folder(FOLDER, engine)
        assert loaded.key is not None
        workspace.schema_sets.remember(SchemaSet(SetKind.DEVICE, device.id, "router7", loaded.key, loaded.modules, 1.0))
    done = run("validate", files / "bad.xml", files / "good.json", "--device", "router7", "--json")
    assert done.status == 1, done.err
    assert [len(document["problems"]) for document in done.json["documents"]] == [3, 0]


def test_what_cannot_be_used(files: Path, tmp_path: Path, run: Run) -> None:
    assert run("validate", files / "good.xml").status == 2
    assert run("validate", files / "good.xml", "--schemas", FOLDER, "--device", "x").status == 2
    assert run("validate", files / "none.xml", "--schemas", FOLDER).status == 2
    assert run("validate", files / "good.xml", "--schemas", tmp_path / "none").status == 2
    assert run("validate", files / "good.xml", "--device", "nobody").status == 2
    (tmp_path / "empty").mkdir()
    nothing = run("validate", files / "good.xml", "--schemas", tmp_path / "empty")
    assert nothing.status == 1
    assert "no modules by which data can be checked" in nothing.err
