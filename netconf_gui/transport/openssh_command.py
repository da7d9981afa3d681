"""The system's ssh as a command: where it is, what it can, and its arguments.

Lives here: words, no process that stays.  No argument holds a secret, and none is read by a shell, except by ssh's own
for a `ProxyCommand`, which gets names that were checked.  Does not live here: running it (`openssh`).
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from netconf_gui.errors import ConnectFailed
from netconf_gui.transport.attempt import NOT_CONNECTED
from netconf_gui.transport.auth import Credentials
from netconf_gui.transport.old_algorithms import OLD_ALGORITHMS

OLDEST = (8, 5)  # KnownHostsCommand, through which we decide about host keys; SSH_ASKPASS_REQUIRE came with 8.4
WINDOWS = sys.platform == "win32"
_VERSION = re.compile(r"OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)")
# as OpenSSH itself has it since 9.6: names end up in command lines of the ssh config
_UNSAFE = re.compile(r"[\x00-\x20\x7f'`\"$\\;&<>|(){}*?\[\]!~#]")


@dataclass(frozen=True, slots=True)
class Program:
    """One ssh of the system."""

    path: str
    version: tuple[int, int]
    banner: str  # as it calls itself


@dataclass(frozen=True, slots=True)
class Call:
    """What one connection is made with; `credentials.username` is not empty."""

    host: str  # a name, an address, or an alias of the ssh config
    port: int
    credentials: Credentials
    subsystem: str
    config_file: str = ""  # "": ssh's own files, "none": no file at all
    old_algorithms: bool = False
    connect_timeout: float = 10.0
    keepalive: float = 30.0
    host_key_command: str = ""  # "": questions cannot be asked (Windows)
    way_command: str = ""  # gives a connected socket; "": ssh connects by itself
    direct: bool = False  # no jump of the ssh config
    known_hosts_files: tuple[str, ...] = ()  # where there is no host_key_command


def find_program(name: str = "ssh") -> Program:
    """The ssh in the path; raises `ConnectFailed` when there is none, or one that cannot do what is needed."""
    path = shutil.which(name)
    if path is None:
        raise ConnectFailed(
            "This system has no ssh program.",
            state=NOT_CONNECTED,
            advice="Install OpenSSH's client, or let this program connect by itself (the device's Connection page).",
        )
    found = _examined(path, Path(path).stat().st_mtime_ns)
    if found.version < OLDEST:
        raise ConnectFailed(
            f"{found.path} ({found.banner or 'not OpenSSH'}) cannot be used: OpenSSH 8.5 or newer is needed.",
            state=NOT_CONNECTED,
            advice="Older ones cannot let this program decide about host keys. Update it, or let this program "
            "connect by itself.",
        )
    return found


@lru_cache(maxsize=8)
def _examined(path: str, _changed: int) -> Program:
    banner = _said([path, "-V"])
    version = _VERSION.search(banner)
    return Program(path, (int(version[1]), int(version[2])) if version else (0, 0), banner.split(",")[0].strip())


@lru_cache(maxsize=16)
def known_algorithms(path: str, kind: str) -> frozenset[str]:
    """What `ssh -Q kind` names."""
    return frozenset(_said([path, "-Q", kind]).split())


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def check_names(host: str, user: str) -> None:
    """Refuse what could be taken for an option, or for shell text in a command of the ssh config."""
    for what, name in (("host", host), ("user", user)):
        if not name or name.startswith("-") or _UNSAFE.search(name.replace("\\", "", what == "user")):
            raise ConnectFailed(
                f"{name or 'An empty name'} cannot be given to the system's ssh as a {what}.",
                state=NOT_CONNECTED,
                advice="Names may neither begin with - nor have blanks, quotes or other characters of the shell.",
            )


def arguments(program: Program, call: Call) -> list[str]:
    """The whole command; raises `ConnectFailed` for names that are not safe."""
    user = call.credentials.username
    check_names(call.host, user)
    options = {
        "StrictHostKeyChecking": "yes",
        "GlobalKnownHostsFile": os.devnull,
        "UserKnownHostsFile": " ".join(_quoted(name) for name in call.known_hosts_files) or os.devnull,
        **({"KnownHostsCommand": call.host_key_command} if call.host_key_command else {"BatchMode": "yes"}),
        "UpdateHostKeys": "no",
        "CheckHostIP": "no",
        "VerifyHostKeyDNS": "no",
        "ControlMaster": "no",
        "ControlPath": "none",
        "ClearAllForwardings": "yes",
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "PermitLocalCommand": "no",
        "RemoteCommand": "none",
        "EscapeChar": "none",
        "LogLevel": "VERBOSE",
        "NumberOfPasswordPrompts": "3",
        "PreferredAuthentications": "gssapi-with-mic,hostbased,publickey,password,keyboard-interactive",
        "ConnectTimeout": str(max(1, math.ceil(call.connect_timeout))),
        "ServerAliveInterval": str(math.ceil(call.keepalive)),
        "ServerAliveCountMax": "3",
        **_way(call),
        **_keys(call.credentials),
        **(_old(program) if call.old_algorithms else {}),
    }
    command = [program.path, "-T", "-x", "-a"]
    if call.config_file:
        command += ["-F", call.config_file]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    for file in call.credentials.identity_files:
        command += ["-i", str(Path(file).expanduser())]
    return [*command, "-p", str(call.port), "-l", user, "-s", "--", call.host, call.subsystem]


def _way(call: Call) -> dict[str, str]:
    if call.way_command:
        return {"ProxyCommand": call.way_command, "ProxyUseFdpass": "yes"}
    return {"ProxyCommand": "none"} if call.direct else {}


def _keys(credentials: Credentials) -> dict[str, str]:
    """A person who chose a password wants no key offered, and none of the agent's."""
    options = {"GSSAPIAuthentication": "yes"} if credentials.use_agent else {"IdentityAgent": "none"}
    if credentials.identities_only or (credentials.identity_files and not credentials.use_agent):
        options["IdentitiesOnly"] = "yes"
    if not (credentials.use_agent or credentials.default_keys or credentials.identity_files):
        options["PubkeyAuthentication"] = "no"
    return options


def _old(program: Program) -> dict[str, str]:
    """Old algorithms after all others, as far as this ssh still has them; an unknown name would end it."""
    options = {}
    for option, (kind, names) in OLD_ALGORITHMS.items():
        known = known_algorithms(program.path, kind)
        usable = [name for name in names if name in known]
        if usable:
            options[option] = "+" + ",".join(usable)
    return options


def shell_words(words: Sequence[str]) -> str:
    """A command for ssh's configuration: quoted, `%` doubled; raises `ConnectFailed` for what cannot be quoted."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if re.search(r"[\x00-\x1f\"'\\$`]", word) and not WINDOWS:
        raise ConnectFailed(
            f"The folder {word} has characters in its name that ssh cannot be told.",
            state=NOT_CONNECTED,
            advice="Set TMPDIR to a folder with a plain name.",
        )
    word = word.replace("%", "%%")
    return f'"{word}"' if re.search(r"[^\w@%+=:,./-]", word) else word
