"""Credentials in a real gnome-keyring, on a private D-Bus session; secret-tool is the independent witness."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "correct-horse-battery"
PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon", "secret-tool")

STORE = """
import json, sys
from netconf_gui.workspace.credentials import CredentialStore, account_for
store = CredentialStore()
account = account_for("dev1", "admin", "2001:db8::1", 830)
before = store.keyring_get(account)
store.keyring_set(account, sys.stdin.readline().rstrip("\\n"))
after = store.keyring_get(account)
print(json.dumps({"name": store.info().name, "before": before, "same": after is not None}))
"""
FORGET = """
from netconf_gui.workspace.credentials import CredentialStore, account_for
store = CredentialStore()
store.keyring_delete(account_for("dev1", "admin", "2001:db8::1", 830))
print(store.keyring_get(account_for("dev1", "admin", "2001:db8::1", 830)))
"""


@pytest.fixture
def session(tmp_path: Path) -> dict[str, str]:
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    env = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHON": sys.executable,
    }
    env.pop("DBUS_SESSION_BUS_ADDRESS", None)
    return env


def in_session(env: dict[str, str], script: str) -> str:
    """What a shell script prints, inside a new D-Bus session with an unlocked keyring."""
    unlock = 'printf "unlock" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1\n'
    command = ["dbus-run-session", "--", "bash", "-c", unlock + script]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_password_survives_the_session_in_the_keyring_only(session: dict[str, str], tmp_path: Path) -> None:
    store, forget = tmp_path / "store.py", tmp_path / "forget.py"
    store.write_text(STORE)
    forget.write_text(FORGET)

    out = in_session(
        session,
        f'echo {SECRET} | "$PYTHON" {store}\n'
        "secret-tool lookup service netconf_gui username 'dev1/admin@[2001:db8::1]:830'\n",
    )
    answer, witness = out.splitlines()
    answer = json.loads(answer)
    assert answer["name"]
    assert answer["before"] is None
    assert answer["same"]
    assert witness == SECRET

    # a new D-Bus session and daemon, the same keyring file
    out = in_session(session, "secret-tool lookup service netconf_gui username 'dev1/admin@[2001:db8::1]:830'\n")
    assert out.strip() == SECRET
    assert in_session(session, f'"$PYTHON" {forget}\n').strip() == "None"

    written = [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert not written, written


def test_without_a_keyring_the_program_says_so(session: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "info.py"
    script.write_text(
        "from netconf_gui.workspace.credentials import CredentialStore\n"
        "info = CredentialStore().info()\n"
        "print(info.available, info.reason)\n"
    )
    env = {**session, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "PYTHON_KEYRING_BACKEND": ""}
    env.pop("PYTHON_KEYRING_BACKEND")
    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    available, reason = done.stdout.strip().split(" ", 1)
    assert available == "False"
    assert len(reason) > 20
