"""diff and plan: files in, differences out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.cli.main import main
from tests.cli.conftest import Run

MODULE = """module m { namespace "urn:m"; prefix m;
  container c { leaf a { type string; } list l { key k; leaf k { type string; } leaf v { type string; } } } }"""
A = '<c xmlns="urn:m"><a>1</a><l><k>x</k><v>1</v></l><l><k>y</k><v>1</v></l></c>'
B = '<c xmlns="urn:m"><a>2</a><l><k>y</k><v>1</v></l><l><k>z</k><v>1</v></l></c>'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    (tmp_path / "yang").mkdir()
    (tmp_path / "yang" / "m.yang").write_text(MODULE)
    (tmp_path / "a.xml").write_text(A)
    (tmp_path / "b.xml").write_text(B)
    return tmp_path / "a.xml", tmp_path / "b.xml", tmp_path / "yang"


def test_diff_knows_keys_with_schemas(files: tuple[Path, Path, Path], run: Run) -> None:
    a, b, yang = files
    done = run("diff", a, b, "--schemas", yang, "--json")
    assert done.status == 1, done.err
    assert done.json["counts"] == {"added": 1, "removed": 1, "changed": 1, "moved": 0}
    found = {(entry["kind"], entry["path"]) for entry in done.json["differences"]}
    assert ("changed", "/m:c/a") in found
    assert ("added", "/m:c/l[k='z']") in found
    assert ("removed", "/m:c/l[k='x']") in found


def test_diff_as_tree_and_as_text(files: tuple[Path, Path, Path], run: Run) -> None:
    a, b, yang = files
    tree = run("diff", a, b, "--schemas", yang)
    assert "~ /m:c/a  1 → 2" in tree.out
    assert "+ /m:c/l[k='z']" in tree.out
    text = run("diff", a, b, "--format", "text")
    assert text.status == 1
    lines = text.out.splitlines()
    assert any(line.startswith("-") and "<a>1</a>" in line for line in lines)
    assert any(line.startswith("+") and "<a>2</a>" in line for line in lines)


def test_no_difference_is_status_0(files: tuple[Path, Path, Path], run: Run) -> None:
    a, _, yang = files
    done = run("diff", a, a)
    assert (done.status, done.out) == (0, "")
    assert run("diff", a, "-", stdin=A).status == 0
    assert run("plan", a, a, "--schemas", yang).out == ""


def test_plan_is_an_edit_config_from_one_to_the_other(files: tuple[Path, Path, Path], run: Run) -> None:
    a, b, yang = files
    done = run("plan", a, b, "--schemas", yang, "--datastore", "running")
    assert done.status == 1, done.err
    root = etree.fromstring(done.out.encode())
    assert root.tag == "{urn:ietf:params:xml:ns:netconf:base:1.0}edit-config"
    operations = root.xpath("//@nc:operation", namespaces={"nc": "urn:ietf:params:xml:ns:netconf:base:1.0"})
    assert sorted(operations) == ["create", "delete", "replace"]
    tolerant = run("plan", a, b, "--schemas", yang, "--policy", "tolerant", "--json").json
    assert tolerant["operations"] == 3
    assert 'operation="remove"' in tolerant["edit_config"]
    whole = run("plan", a, b, "--schemas", yang, "--replace", "/m:c", "--json").json
    assert whole["operations"] == 1 and 'operation="replace"' in whole["edit_config"]
    assert run("plan", a, b, "--schemas", yang, "--replace", "/m:c/l").status == 2
    nothing = run("plan", a, a, "--schemas", yang, "--replace", "/m:c")
    assert (nothing.status, nothing.out) == (0, "") and "same on both sides" in nothing.err


@pytest.mark.parametrize("form", ["html", "yang-patch", "yang-patch-json", "json"])
def test_diff_for_others_to_read(files: tuple[Path, Path, Path], run: Run, form: str) -> None:
    a, b, yang = files
    b.write_text(B.replace("</c>", "<password>hidden</password></c>"))
    (yang / "m.yang").write_text(MODULE.replace("leaf a ", "leaf password { type string; } leaf a "))
    done = run("diff", a, b, "--schemas", yang, "--format", form)
    assert done.status == 1, done.err
    assert "hidden" not in done.out and "***" in done.out
    assert "hidden" in run("diff", a, b, "--schemas", yang, "--format", form, "--show-secrets").out
    if form == "html":
        assert done.out.startswith("<!DOCTYPE html>") and "a.xml → " in done.out
    elif form == "yang-patch":
        targets = etree.fromstring(done.out.encode()).iter("{*}target")
        assert {target.text for target in targets} == {"/m:c/a", "/m:c/l=x", "/m:c/l=z", "/m:c/password"}
    else:
        assert json.loads(done.out)
    assert run("diff", a, a, "--schemas", yang, "--format", form).status == 0


@pytest.mark.parametrize("text", ["", "<broken", "{}", "module m { }"])
def test_a_file_that_is_no_configuration_is_usage(
    files: tuple[Path, Path, Path], run: Run, tmp_path: Path, text: str
) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_text(text)
    done = run("diff", files[0], odd)
    if text:
        assert done.status == 2
        assert "odd.xml" in done.err
    else:
        assert done.status == 1  # an empty file is an empty configuration


def test_a_reader_that_goes_away_ends_it_quietly(
    files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Gone:
        """A stdout whose reader has gone."""

        def write(self, text: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            raise io.UnsupportedOperation("fileno")

    monkeypatch.setattr("sys.stdout", Gone())
    assert main(["diff", str(files[0]), str(files[1])]) == 1
    assert "Traceback" not in capfd.readouterr().err


def test_usage(run: Run) -> None:
    assert run("diff").status == 2
    assert run("nonsense").status == 2
    assert run().status == 2
    done = run("--help")
    assert done.status == 0
    for name in ("demo-device", "hello", "get", "schemas", "diff", "plan", "apply", "rpc"):
        assert name in done.out
    assert "130 interrupted" in done.out.replace("\n", " ")


def test_json_with_schemas(files: tuple[Path, Path, Path], run: Run, tmp_path: Path) -> None:
    a, b, yang = files
    text = tmp_path / "b.json"
    text.write_text('{"m:c": {"a": "2", "l": [{"k": "y", "v": "1"}, {"k": "z", "v": "1"}]}}')
    done = run("diff", a, text, "--schemas", yang, "--json")
    assert done.status == 1 and done.json["counts"] == {"added": 1, "removed": 1, "changed": 1, "moved": 0}
    assert run("plan", text, b, "--schemas", yang).status == 0
    assert run("diff", a, text).status == 2
