"""The generator: makes forms, resources and data once, and again only what changed."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def gen_ui() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_ui", ROOT / "packaging" / "gen_ui.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small copy of what the generator reads."""
    for folder in ("ui", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "netconf_gui" / "gui").mkdir(parents=True)
    return tmp_path


def test_everything_is_made_once(gen_ui: ModuleType, checkout: Path) -> None:
    assert gen_ui.generate(checkout)
    made = checkout / gen_ui.GENERATED
    forms = {f"ui_{form.stem}.py" for form in (checkout / "ui").glob("*.ui")}
    assert forms and forms <= {path.name for path in made.iterdir()}
    assert "qInitResources" in (made / "resources_rc.py").read_text("utf-8")
    for path in (checkout / "resources" / "demo").iterdir():
        assert (checkout / gen_ui.DATA / "demo" / path.name).read_bytes() == path.read_bytes()
    assert not gen_ui.generate(checkout), "nothing to do the second time"


def test_what_changes_or_goes_is_followed(gen_ui: ModuleType, checkout: Path) -> None:
    gen_ui.generate(checkout)
    made = checkout / gen_ui.GENERATED
    untouched = (made / "ui_start.py").stat().st_mtime_ns
    (checkout / "ui" / "about.ui").unlink()
    (checkout / "resources" / "demo" / "extra.txt").write_text("new", "utf-8")
    assert gen_ui.generate(checkout)
    assert not (made / "ui_about.py").exists()
    assert (checkout / gen_ui.DATA / "demo" / "extra.txt").read_text("utf-8") == "new"
    assert (made / "ui_start.py").stat().st_mtime_ns == untouched
    (checkout / "resources" / "demo" / "extra.txt").unlink()
    gen_ui.generate(checkout)
    assert not (checkout / gen_ui.DATA / "demo" / "extra.txt").exists()


def test_a_broken_form_is_told(gen_ui: ModuleType, checkout: Path) -> None:
    (checkout / "ui" / "about.ui").write_text("<ui><not closed", "utf-8")
    with pytest.raises(RuntimeError, match="uic"):
        gen_ui.generate(checkout)
