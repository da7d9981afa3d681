"""The frame around the program: lock, files of the project, linters, the words that must not be in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tracked() -> list[Path]:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_the_lock_names_no_index_and_hashes_everything() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==\S+(.*(?:\n    --hash=\S+.*)*)", text, re.M)
    assert len(pins) > 30
    assert not [name for name, rest in pins if "--hash=sha256:" not in rest]


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.M)
    }
    names = {re.match(r"[A-Za-z0-9_.-]+", want).group(0).lower().replace("_", "-") for want in wanted}
    assert names <= locked


def test_every_dependency_is_pinned_with_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [")
    for number in range(start + 1, lines.index("]", start)):
        line = lines[number].strip()
        if line.startswith('"'):
            assert re.search(r"(~=|<|==)", line), line
            assert lines[number - 1].strip().startswith("#"), f"{line} has no reason above it"


def test_files_of_the_frame_are_there() -> None:
    for name in (
        "pyproject.toml requirements.lock dev.py .ci/run README.md LICENSE CHANGELOG.md CONTRIBUTING.md "
        ".pre-commit-config.yaml .editorconfig netconf_gui resources ui tests packaging docs docs/architecture.md"
    ).split():
        assert (ROOT / name).exists(), name


def test_dev_py_needs_only_the_standard_library() -> None:
    import ast

    tree = ast.parse((ROOT / "dev.py").read_text())
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names), names


def test_ruff_is_clean() -> None:
    for words in (["check", "."], ["format", "--check", "."]):
        done = subprocess.run([sys.executable, "-m", "ruff", *words], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(600)
def test_mypy_strict_is_clean() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_starts_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    demo, test = text.index("python3 dev.py demo"), text.index("python3 dev.py test")
    assert text.index(".png") < demo < test < text.index("pip install")


def test_no_paths_or_hosts_of_a_machine() -> None:
    """Registries and private paths do not belong into the project."""
    marks = ("/" + "work/", "/root" + "/", "pypi" + ".org", "files.python" + "hosted")
    wrong = []
    for path in tracked():
        if path.suffix in {".png", ".svg", ".ico", ".woff2", ".lock"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [f"{path.relative_to(ROOT)}: {mark}" for mark in marks if mark in text]
    assert not wrong, wrong


def test_pictures_that_the_documents_show_exist() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
