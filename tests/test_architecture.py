"""The map, enforced: layers, who may import what, where parsers, threads and processes are made, sizes, names.

The layers and the owners of outside libraries are import-linter contracts built here from one table; what is not
an import is looked for in the syntax trees.
"""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "netconf_gui"
GENERATED = PACKAGE / "gui" / "_generated"

# top to bottom; an arrow goes down only, those of one line do not import each other
LAYERS = """
    __main__
    gui_main
    gui | cli
    services
    workspace | demo
    session
    config
    transport | yang
    protocol
    log
    resources
    cancel
    errors
"""

# outside library -> the only places that may import it
OWNERS = {
    "PySide6": ["gui", "gui_main"],
    "qtawesome": ["gui"],
    "paramiko": ["transport", "demo"],
    "ssl": ["transport", "demo"],
    "cryptography": ["transport", "demo"],
    "cffi": ["yang.engine"],
    "oopt_gnpy_libyang": ["yang.engine"],
    "keyring": ["workspace.credentials"],
}

THREAD_HOMES = ("services/", "gui/tasks.py", "transport/", "demo/", "yang/engine/")
PROCESS_HOMES = ("yang/engine/", "services/", "transport/openssh_command.py", "transport/openssh_process.py")
PARSER_HOME = "protocol/xml.py"
MODULE_LINES = 500
FUNCTION_LINES = 80


def sources(folder: Path = PACKAGE) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if GENERATED not in path.parents and "__pycache__" not in path.parts
    ]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def trees() -> list[tuple[str, ast.Module]]:
    return [(name_of(path), ast.parse(path.read_text(encoding="utf-8"))) for path in sources()]


def modules_outside(allowed: list[str]) -> list[str]:
    """The top-level places of the package that are not `allowed`, split where only a part is allowed."""
    found = []
    for path in sorted(PACKAGE.iterdir()):
        name = path.stem
        if (name.startswith("_") and name != "__main__") or (path.is_dir() and not (path / "__init__.py").exists()):
            continue
        if path.is_file() and path.suffix != ".py":
            continue
        if name in allowed:
            continue
        inner = [place for place in allowed if place.startswith(name + ".")]
        if not inner:
            found.append(f"netconf_gui.{name}")
            continue
        for child in sorted(path.iterdir()):
            dotted = f"{name}.{child.stem}"
            is_module = child.suffix == ".py" or (child / "__init__.py").exists()
            if is_module and not child.stem.startswith("_") and dotted not in allowed:
                found.append(f"netconf_gui.{dotted}")
    return found


def contracts() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config["importlinter"] = {
        "root_package": "netconf_gui",
        "include_external_packages": "True",
        "exclude_type_checking_imports": "True",
    }
    layers = [line.strip() for line in LAYERS.strip().splitlines()]
    config["importlinter:contract:layers"] = {
        "name": "an arrow goes down only",
        "type": "layers",
        "layers": "\n" + "\n".join(" | ".join(f"netconf_gui.{part}" for part in line.split(" | ")) for line in layers),
        # __main__ starts what a word on the command line names
        "ignore_imports": "\nnetconf_gui.__main__ -> netconf_gui.*\nnetconf_gui.__main__ -> netconf_gui.**",
        "unmatched_ignore_imports_alerting": "none",
    }
    for library, owners in OWNERS.items():
        config[f"importlinter:contract:{library}"] = {
            "name": f"{library} only in {', '.join(owners)}",
            "type": "forbidden",
            "source_modules": "\n" + "\n".join(modules_outside(owners)),
            "forbidden_modules": f"\n{library}",
            "allow_indirect_imports": "True",
        }
    return config


def test_layers_and_owners_of_libraries(tmp_path: Path) -> None:
    file = tmp_path / "importlinter.ini"
    with file.open("w") as out:
        contracts().write(out)
    command = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--config", str(file), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {1 + len(OWNERS)} kept, 0 broken" in done.stdout, done.stdout


def calls(tree: ast.Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.append((node.lineno, ast.unparse(node.func)))
        elif isinstance(node, ast.ClassDef):
            found.extend((node.lineno, ast.unparse(base)) for base in node.bases)
    return found


def last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def test_xml_parsers_are_made_in_one_place() -> None:
    makers = {
        "XMLParser",
        "XMLPullParser",
        "HTMLParser",
        "iterparse",
        "fromstring",
        "XML",
        "ElementTree.parse",
        "etree.parse",
    }
    wrong = [
        f"{name}:{line} {call}"
        for name, tree in trees()
        if name != PARSER_HOME
        for line, call in calls(tree)
        if last(call) in makers or call in makers
    ]
    assert not wrong, wrong


def test_threads_are_started_only_where_the_map_says() -> None:
    makers = {
        "Thread",
        "Timer",
        "ThreadPoolExecutor",
        "ProcessPoolExecutor",
        "QThread",
        "QThreadPool",
        "start_new_thread",
    }
    wrong = [
        f"{name}:{line} {call}"
        for name, tree in trees()
        if not name.startswith(THREAD_HOMES)
        for line, call in calls(tree)
        if last(call) in makers
    ]
    assert not wrong, wrong


def test_processes_are_started_only_where_the_map_says() -> None:
    makers = {"Popen", "run", "check_output", "check_call", "call", "QProcess", "system", "fork", "Process"}
    wrong = [
        f"{name}:{line} {call}"
        for name, tree in trees()
        if not name.startswith(PROCESS_HOMES)
        for line, call in calls(tree)
        if last(call) in makers and call.split(".")[0] in {"subprocess", "os", "multiprocessing", "QProcess", "QtCore"}
    ]
    assert not wrong, wrong


def test_exception_is_caught_only_at_the_top_levels() -> None:
    """Broad handlers need a comment on their line that says why (the linter asks for the same)."""
    wrong = []
    for path in sources():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            if (
                broad
                and "# noqa: BLE001" not in lines[node.lineno - 1]
                and not any(isinstance(n, ast.Raise) for n in node.body)
            ):
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, wrong


def test_sizes() -> None:
    wrong = []
    for path in [*sources(), ROOT / "dev.py", *sources(ROOT / "packaging")]:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MODULE_LINES:
            wrong.append(f"{path.relative_to(ROOT)} has {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {size} lines")
    assert not wrong, wrong


def test_every_module_says_what_lives_in_it() -> None:
    assert not [name for name, tree in trees() if not (ast.get_docstring(tree) or "").strip()]


def test_packaging_is_not_a_package() -> None:
    """It would shadow the distribution of that name."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


FORMS = sorted((ROOT / "ui").glob("*.ui"))


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_every_widget_of_a_form_is_named(form: Path) -> None:
    """Object name (stable, chosen by us) and accessible name; containers that hold only a layout need no second."""
    tree = etree.parse(form)
    wrong = []
    for widget in tree.iter("widget"):
        name, kind = widget.get("name", ""), widget.get("class", "")
        if not name or name == kind or name.removeprefix(kind[1:].lower()).lstrip("_").isdigit():
            wrong.append(f"{kind} {name!r} has no name of its own")
        if kind in {"QLabel", "QFrame", "QWidget", "QStackedWidget", "Line", "QScrollArea"}:
            continue
        named = widget.find("property[@name='accessibleName']/string")
        texted = widget.find("property[@name='text']/string")
        if (named is None or not named.text) and (texted is None or not texted.text):
            wrong.append(f"{kind} {name} has no accessible name")
    assert not wrong, wrong


def test_there_are_forms() -> None:
    assert FORMS
