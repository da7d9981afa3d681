"""Generate what the program needs from `ui/` and `resources/`: Python classes, Qt resources, plain data.

`generate(root)` runs uic and rcc (from the PySide6-Essentials wheel, found without importing Qt) into
`netconf_gui/gui/_generated/` and copies the data folders that must be found without Qt into `netconf_gui/_data/`.
It does nothing for what is up to date.  Called by `dev.py`, by the hatch build hook beside this file, and by hand:
`python packaging/gen_ui.py`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

GENERATED = Path("netconf_gui/gui/_generated")
DATA = Path("netconf_gui/_data")
# folders of resources/ that are read as files, without Qt
DATA_FOLDERS = ("demo",)
STAMP = "stamp.json"


def qt_tool(name: str) -> Path:
    """The path of uic or rcc inside the PySide6 wheel; raises FileNotFoundError naming where it looked."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("PySide6 is not installed in this environment; it carries uic and rcc")
    package = Path(next(iter(spec.submodule_search_locations)))
    program = f"{name}.exe" if os.name == "nt" else name
    places = [package / "Qt" / "libexec" / program, package / program, package / "Qt" / "bin" / program]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"{program} is in none of: {', '.join(str(place) for place in places)}")


def state(root: Path, paths: Iterable[Path]) -> list[list[object]]:
    """What tells whether inputs changed: name relative to `root`, size and time of each."""
    found = []
    for path in sorted(paths):
        info = path.stat()
        found.append([os.path.relpath(path, root), info.st_size, info.st_mtime_ns])
    return found


def run_tool(name: str, *arguments: str | Path) -> None:
    done = subprocess.run([qt_tool(name), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode or done.stderr.strip():
        raise RuntimeError(f"{name} {' '.join(map(str, arguments))}:\n{done.stderr}")


def write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def make_forms(root: Path, target: Path) -> None:
    """One module `ui_<name>.py` with a class per form."""
    wanted = {"__init__.py", "resources_rc.py", STAMP}
    for form in sorted((root / "ui").glob("*.ui")):
        output = target / f"ui_{form.stem}.py"
        wanted.add(output.name)
        if not output.exists() or output.stat().st_mtime_ns < form.stat().st_mtime_ns:
            run_tool("uic", "-g", "python", "-o", output, form)
    for old in target.glob("*.py"):
        if old.name not in wanted:
            old.unlink()


def qrc_inputs(qrc: Path) -> list[Path]:
    return [qrc.parent / str(entry.text) for entry in ElementTree.parse(qrc).iter("file")]


def make_resources(root: Path, target: Path) -> None:
    qrc = root / "resources" / "resources.qrc"
    output = target / "resources_rc.py"
    newest = max(path.stat().st_mtime_ns for path in [qrc, *qrc_inputs(qrc)])
    if not output.exists() or output.stat().st_mtime_ns < newest:
        run_tool("rcc", "-g", "python", "-o", output, qrc)


def copy_data(root: Path) -> None:
    """Mirror the data folders; what has gone from the source goes from the copy."""
    for name in DATA_FOLDERS:
        source, target = root / "resources" / name, root / DATA / name
        files = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
        if target.exists():
            for old in [path for path in target.rglob("*") if path.is_file()]:
                if old.relative_to(target) not in files:
                    old.unlink()
        for relative in sorted(files):
            original, copy = source / relative, target / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists() or copy.read_bytes() != original.read_bytes():
                shutil.copyfile(original, copy)


def inputs(root: Path) -> list[Path]:
    folders = [root / "ui", root / "resources"]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [*found, Path(__file__).resolve()]


def generate(root: Path) -> bool:
    """Bring everything generated up to date below `root`; returns False when nothing had to be done.

    Raises FileNotFoundError when the Qt tools are not installed, RuntimeError with the tool's words when a form or
    a resource is wrong.
    """
    target = root / GENERATED
    stamp = target / STAMP
    now = json.dumps(state(root, inputs(root)))
    if stamp.exists() and stamp.read_text("utf-8") == now and (root / DATA).is_dir():
        return False
    target.mkdir(parents=True, exist_ok=True)
    (root / DATA).mkdir(parents=True, exist_ok=True)
    write_if_changed(
        target / "__init__.py", '"""Made by packaging/gen_ui.py from ui/ and resources/; never edited."""\n'
    )
    make_forms(root, target)
    make_resources(root, target)
    copy_data(root)
    stamp.write_text(now, "utf-8")
    return True


if __name__ == "__main__":
    try:
        generate(Path(__file__).resolve().parent.parent)
    except (FileNotFoundError, RuntimeError) as error:
        sys.exit(f"gen_ui: {error}")
