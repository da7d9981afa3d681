"""What packages are made of: icons, manual pages, completion, desktop files, what libraries are asked for."""

from __future__ import annotations

import configparser
import importlib.util
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from netconf_gui.protocol.xml import parse

PACKAGING = Path(__file__).parents[2] / "packaging"


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script of packaging/ as a module, which may import its neighbours."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, made)
    spec.loader.exec_module(made)
    return made


def test_icons_for_two_systems_hold_the_drawn_pictures(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = script("pictures", monkeypatch)
    drawn = pictures.draw((16, 32, 256))
    assert all(data.startswith(b"\x89PNG") for data in drawn.values())
    windows = pictures.ico(drawn)
    reserved, kind, count = struct.unpack_from("<HHH", windows)
    assert (reserved, kind, count) == (0, 1, 3)
    size, at = struct.unpack_from("<II", windows, 6 + 2 * 16 + 8)
    assert windows[at : at + size] == drawn[256] and windows[6 + 2 * 16] == 0
    mac = pictures.icns(drawn)
    assert mac[:4] == b"icns" and struct.unpack(">I", mac[4:8])[0] == len(mac)
    assert mac[8:12] == b"icp4" and drawn[16] in mac


def test_every_command_has_a_page_that_tells_all_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    manuals = script("manuals", monkeypatch)
    known = list(manuals.commands())
    names = [one.name for one in known]
    assert names[:2] == ["netconf-gui", "netconf-gui-cli"] and "netconf-gui-cli-apply" in names
    for one in known:
        page = manuals.page(one, known)
        assert page.startswith(".TH ")
        for name, _ in manuals.options_of(one.parser):
            assert manuals.escaped(name) in page
        assert not any(line.startswith("'") for line in page.splitlines())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_understood_by_its_shell(shell: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    manuals = script("manuals", monkeypatch)
    text = getattr(manuals, shell)(list(manuals.commands()))
    assert "netconf-gui-cli" in text and "confirmed" in text
    program = shutil.which(shell)
    if program is None:
        return  # what it says was looked at; its grammar only where the shell is
    file = tmp_path / "completion"
    file.write_text(text, "utf-8")
    done = subprocess.run([program, "-n", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_desktop_files_name_what_is_installed() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read_string((PACKAGING / "linux/io.github.netconf_gui.desktop").read_text("utf-8"))
    main = entry["Desktop Entry"]
    assert main["Exec"].split()[0] == "netconf-gui" and main["Icon"] == "io.github.netconf_gui"
    kind = parse((PACKAGING / "linux/io.github.netconf_gui.mime.xml").read_bytes())[0].get("type")
    assert kind in main["MimeType"].split(";")
    told = parse((PACKAGING / "linux/io.github.netconf_gui.metainfo.xml").read_bytes())
    assert told.findtext("launchable") == "io.github.netconf_gui.desktop"
    pyproject = (PACKAGING.parent / "pyproject.toml").read_text("utf-8")
    assert f'version = "{told.find("releases/release").get("version")}"' in pyproject  # type: ignore[union-attr]


def test_a_tarball_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = script("linux_packages", monkeypatch)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for number in range(2):
        tree, out = tmp_path / f"tree{number}", tmp_path / f"out{number}"
        (tree / "usr/bin").mkdir(parents=True)
        out.mkdir()
        (tree / "usr/bin/netconf-gui").write_text("#!/bin/sh\n")
        (tree / "usr/bin/netconf-gui").chmod(0o775 if number else 0o711)
        packages._settle(tree)
        made.append(packages.tarball(tree, out, out).read_bytes())
    assert made[0] == made[1]


def test_libraries_that_a_package_asks_for_are_those_it_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = script("linux_packages", monkeypatch)
    asked = {"a.so": ["liba.so.1", "libc.so.6", "libEGL.so.1"], "liba.so.1": []}
    for name in asked:
        (tmp_path / name).write_bytes(b"\x7fELF")
    monkeypatch.setattr(packages, "_needs", lambda path: iter(asked[path.name]))
    found = packages.needed(tmp_path)
    assert "libEGL.so.1" in found and not {"liba.so.1", "libc.so.6"} & found
    assert set(packages.OPENED) <= set(packages.DEBIAN)
