#!/usr/bin/env python3
"""Everything a developer does, from a bare machine: `python3 dev.py demo`, `python3 dev.py test`.

Standard library only.  Makes `.venv` from the locked versions, generates the Qt classes, and on Debian or Ubuntu
installs (as root) or names (otherwise) the system packages that Qt needs.  What is up to date is left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "dev-state.json"
LOCK = ROOT / "requirements.lock"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 13)
MOST_UNSTEADY = 4  # tests that may fail once and pass alone, in one run
FIRST_HALF = ("config", "gui")  # of the folders of tests: the others take about as long
NO_TESTS = 5  # what pytest ends with when there is nothing to run

# what the Qt libraries of the wheel link to
QT_PACKAGES = ("libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libfreetype6 libxkbcommon0 libx11-6").split()
# for a real window under a virtual screen, with fonts that hold what devices send
SCREEN_PACKAGES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libx11-xcb1 libxcb-shape0 xvfb xauth openbox "
    "xdotool fonts-dejavu-core fonts-noto-cjk fonts-inter fonts-jetbrains-mono"
).split()


def say(text: str) -> None:
    """Progress goes to standard error: standard output belongs to the program that is started."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    say(text)
    raise SystemExit(3)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    subprocess.run([str(word) for word in command], cwd=ROOT, env=env, check=True)


# ---------------------------------------------------------------------------------------------- system packages


def is_root() -> bool:
    return not WINDOWS and os.geteuid() == 0


def has_apt() -> bool:
    return (
        platform.system() == "Linux" and shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None
    )


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Those of `wanted` that dpkg does not call installed; a renamed package (libglib2.0-0t64) counts."""
    asked = [name for want in wanted for name in (want, f"{want}t64")]
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *asked], capture_output=True, text=True
    )
    present = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [want for want in wanted if want not in present and f"{want}t64" not in present]


def apt_install(packages: Sequence[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say("installing " + " ".join(packages))
    with tempfile.TemporaryFile("w+") as log:
        for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
            if subprocess.run(["apt-get", *words], env=env, stdout=log, stderr=subprocess.STDOUT).returncode:
                log.seek(0)
                fail("apt-get failed:\n" + log.read()[-3000:])


def ensure_packages(wanted: Sequence[str], *, needed: bool) -> None:
    """Install what is missing as root; else print the one command that does, and stop if `needed`."""
    if not has_apt():
        return
    missing = missing_packages(wanted)
    if not missing:
        return
    if is_root():
        apt_install(missing)
        return
    command = "sudo apt-get install --no-install-recommends " + " ".join(missing)
    if needed:
        fail(f"Qt needs packages of your system. Run this once, then start again:\n\n    {command}\n")
    say(f"some tests want packages that are not here and are skipped; to have them:\n    {command}")


# ------------------------------------------------------------------------------------------- virtual environment


def suitable_python() -> str:
    """The path of an interpreter whose version the project supports; this one if it will do."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    fail(
        f"Python {platform.python_version()} is not supported: the YANG library has wheels for "
        f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]} only. Install one of these and start again."
    )
    raise AssertionError


def ensure_ensurepip(python: str) -> None:
    """Debian keeps ensurepip in a package of its own."""
    probe = subprocess.run(
        [python, "-c", "import ensurepip, sys; print(sys.version_info[1])"], capture_output=True, text=True
    )
    if probe.returncode == 0:
        return
    minor = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True, check=True
    ).stdout.strip()
    package = f"python3.{minor}-venv"
    if has_apt() and is_root():
        apt_install([package])
        return
    command = f"sudo apt-get install {package}"
    fail(f"this Python cannot make virtual environments. Run this once, then start again:\n\n    {command}\n")


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def ensure_venv() -> None:
    """`.venv` with exactly the locked versions and this checkout, made again only when those change."""
    state = read_stamp()
    wanted = {"lock": digest(LOCK), "project": digest(ROOT / "pyproject.toml"), "root": str(ROOT)}
    if PYTHON.exists() and state == wanted:
        return
    if not PYTHON.exists() or state.get("root", str(ROOT)) != str(ROOT):
        python = suitable_python()
        ensure_ensurepip(python)
        say("making .venv")
        run(python, "-m", "venv", "--clear", VENV)
        state = {}
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    if state.get("lock") != wanted["lock"]:
        say("installing the locked versions (about 250 MB, once)")
        run(*pip, "install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", LOCK)
    say("installing this checkout")
    run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
    STAMP.write_text(json.dumps(wanted))


def generate() -> None:
    run(PYTHON, ROOT / "packaging" / "gen_ui.py")


def prepare(*, screen: bool = False) -> None:
    ensure_packages(QT_PACKAGES, needed=True)
    if screen:
        ensure_packages(SCREEN_PACKAGES, needed=False)
    ensure_venv()
    generate()


# -------------------------------------------------------------------------------------------------------- screen


def has_display() -> bool:
    if platform.system() != "Linux":
        return not os.environ.get("CI")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """An Xvfb with a window manager of its own, and the environment that points Qt at it."""
    read_end, write_end = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write_end], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write_end)
    with os.fdopen(read_end) as numbers:
        number = numbers.readline().strip()
    if not number:
        xvfb.wait()
        fail("Xvfb did not start")
    env = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    env.pop("WAYLAND_DISPLAY", None)
    openbox = subprocess.Popen(["openbox"], env=env, stderr=subprocess.DEVNULL) if shutil.which("openbox") else None
    try:
        yield env
    finally:
        for process in (openbox, xvfb):
            if process is not None:
                process.terminate()
                process.wait()


# ------------------------------------------------------------------------------------------------------ commands


def demo(rest: list[str]) -> int:
    prepare(screen=not has_display())
    if has_display():
        return subprocess.run([str(PYTHON), "-m", "netconf_gui", "--demo", *rest], cwd=ROOT).returncode
    folder = ROOT / "tour"
    say("no display: running the scripted tour of the demo device")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    code = subprocess.run(
        [str(PYTHON), "-m", "netconf_gui", "--tour", str(folder), *rest], cwd=ROOT, env=env
    ).returncode
    shots = sorted(folder.glob("*.png"))
    print(f"{len(shots)} screenshots of the tour are in {folder}" if shots else "the tour left no screenshots")
    return code


def test(rest: list[str]) -> int:
    """All tests offscreen; those marked xvfb once more in a real window under a virtual screen."""
    prepare(screen=True)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    pytest = [str(PYTHON), "-m", "pytest"]
    if "--all" in rest:
        rest = [word for word in rest if word != "--all"]
        env["RUN_ALL"] = "1"
    code = run_tests([*pytest, *rest], env) if rest else run_halves(pytest, env)
    if rest or platform.system() != "Linux":
        return code
    if not shutil.which("Xvfb"):
        say("Xvfb is not here: the tests in a real window were skipped")
        return code or (1 if env.get("REQUIRE_SERVERS") else 0)
    say("once more in a real window, under a virtual screen")
    with virtual_screen() as screen:
        again = run_tests([*pytest, "-m", "xvfb"], screen)
    return code or again


def halves() -> tuple[list[str], list[str]]:
    """The folders and files of tests, in two parts that take about as long."""
    found = sorted((ROOT / "tests").iterdir())
    tests = [
        path for path in found if path.name.startswith("test_") or (path.is_dir() and any(path.rglob("test_*.py")))
    ]
    named = [str(path.relative_to(ROOT)) for path in tests]
    first = [name for name in named if Path(name).name in FIRST_HALF]
    return first, [name for name in named if name not in first]


def run_halves(pytest: list[str], env: dict[str, str]) -> int:
    """All tests, in two processes where there are two cores: most of them wait for something.

    What the second one says is printed when the first has ended.
    """
    if (os.cpu_count() or 1) < 2:
        return run_tests(pytest, env)
    first, second = halves()
    codes: list[int] = []
    with tempfile.TemporaryFile("w+") as said:
        thread = threading.Thread(target=lambda: codes.append(run_tests([*pytest, *second], env, said)))
        thread.start()
        code = run_tests([*pytest, *first], env)
        thread.join()
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout)
        sys.stdout.flush()
    return code or codes[0]


def run_tests(pytest: list[str], env: dict[str, str], out: TextIO | None = None) -> int:
    """Run them; a few that fail are run once more, alone, and named: a busy machine is no reason to fail, a bug is.

    A test that passes the second time is unsteady: a fault of its own, to be mended, but not one of the program.  One
    that crashes the run or never ends counts as failed, its stack is shown, and the run goes on behind it.  What pytest
    says goes to `out`, if there is one.
    """

    def run_once(command: list[str], env: dict[str, str]) -> int:
        return subprocess.run(
            command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT if out else None
        ).returncode

    with tempfile.TemporaryDirectory() as folder:
        failed, running, stack = (Path(folder) / name for name in ("failed", "running", "stack"))
        env = {**env, "TEST_STATE": folder}
        code = run_once(pytest, env)
        while code and running.exists():
            at = running.read_text()
            say(f"{at} crashed or did not end (status {code}):\n" + (stack.read_text() if stack.exists() else ""))
            with failed.open("a") as lines:
                lines.write(at + "\n")
            if len(failed.read_text().splitlines()) > MOST_UNSTEADY:
                return code
            running.unlink()
            code = run_once(pytest, {**env, "TESTS_AFTER": at})
            code = 1 if code in (0, NO_TESTS) else code  # what was passed over decides
        names = list(dict.fromkeys(failed.read_text().splitlines())) if failed.exists() else []
        if code != 1 or not 1 <= len(names) <= MOST_UNSTEADY:
            return code
        say("once more, alone: " + ", ".join(names))
        command = [*pytest[:3], *names, *(["-m", "xvfb"] if "xvfb" in pytest else [])]
        if run_once(command, env):
            return code
        say("UNSTEADY, passed the second time: " + ", ".join(names))
        return 0


def program(rest: list[str]) -> int:
    prepare()
    return subprocess.run([str(PYTHON), "-m", "netconf_gui", *rest], cwd=ROOT).returncode


def lint(rest: list[str]) -> int:
    prepare()
    fix = "--fix" in rest
    codes = [
        subprocess.run([str(PYTHON), "-m", *words], cwd=ROOT).returncode
        for words in (
            ["ruff", "check", *(["--fix"] if fix else []), "."],
            ["ruff", "format", *([] if fix else ["--check"]), "."],
            ["mypy"],
        )
    ]
    return max(codes)


def bench(rest: list[str]) -> int:
    prepare()
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    benches = sorted((ROOT / "tests" / "bench").glob("bench_*.py"))
    codes = []
    for script in benches:
        print(f"== {script.stem}", flush=True)
        codes.append(subprocess.run([str(PYTHON), str(script), *rest], cwd=ROOT, env=env).returncode)
    return max(codes, default=0)


def ui(rest: list[str]) -> int:
    prepare()
    return 0


def package(rest: list[str]) -> int:
    """Wheel, sdist, the frozen program and its Linux packages, under dist/; each checks itself."""
    prepare()
    dist = ROOT / "dist"
    run(PYTHON, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel")
    run(PYTHON, "packaging/pictures.py", ROOT / "build" / "icons")
    spec = ROOT / "packaging" / "netconf_gui.spec"
    run(PYTHON, "-m", "PyInstaller", "--noconfirm", "--distpath", dist, "--workpath", ROOT / "build", spec)
    run(dist / "netconf_gui" / f"netconf-gui{'.exe' if WINDOWS else ''}", "--self-test")
    if platform.system() == "Linux":
        tools = {"deb": "dpkg-deb", "rpm": "rpmbuild", "tar": "tar", "appdir": "sh"}
        kinds = [kind for kind, tool in tools.items() if shutil.which(tool)]
        say(f"packages: {', '.join(kinds)}")
        run(PYTHON, "packaging/linux_packages.py", dist / "netconf_gui", dist, "--only", ",".join(kinds))
        run(PYTHON, "packaging/check_linux.py", dist)
    return 0


def pictures(rest: list[str]) -> int:
    """Make the pictures of the documents anew, by the tour and the gallery of editors, in both themes."""
    prepare(screen=True)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for theme in ("light", "dark"):
        folder = ROOT / "docs" / "images" / theme
        run(PYTHON, "-m", "netconf_gui", "--tour", folder, "--theme", theme, env=env)
    run(PYTHON, "-m", "netconf_gui", "--gallery", ROOT / "docs" / "images", env=env)
    return 0


def lock(rest: list[str]) -> int:
    """Make requirements.lock anew from pyproject.toml: all systems, with hashes, no index lines."""
    prepare()
    run(
        PYTHON, "-m", "uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--universal", "--python-version",
        f"{OLDEST[0]}.{OLDEST[1]}", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
        "--no-annotate", "--no-header", "--quiet", "--output-file", LOCK, *rest,
    )  # fmt: skip
    return 0


COMMANDS = {
    "demo": (demo, "the main job on the embedded demo device: a window, or the scripted tour without a display"),
    "test": (test, "all tests; words after it go to pytest"),
    "run": (program, "the program; words after it go to it"),
    "lint": (lint, "ruff and mypy; --fix mends what ruff can"),
    "bench": (bench, "the benchmarks; fails when a ratio bar is missed"),
    "ui": (ui, "generate the Qt classes from ui/ and resources/"),
    "package": (package, "wheel and frozen program under dist/"),
    "pictures": (pictures, "make the pictures of the documents anew, by the tour"),
    "lock": (lock, "make requirements.lock anew from pyproject.toml"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:9}{text}" for name, (_, text) in COMMANDS.items()),
    )  # fmt: skip
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to the command")
    chosen = parser.parse_args()
    try:
        return COMMANDS[chosen.command][0](chosen.rest)
    except subprocess.CalledProcessError as error:
        say(f"{Path(str(error.cmd[0])).name} failed with status {error.returncode}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
