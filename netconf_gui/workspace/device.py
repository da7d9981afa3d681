"""One device as people describe it: the record, what it may hold, and how it stands in a file.

Lives here: `Device` and the checks of its fields.  Does not live here: the file and the store around it (`inventory`),
credentials, which are in no file (`credentials`).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from netconf_gui.transport import proxy

DEFAULT_PORT = 830
TRANSPORTS = ("ssh", "openssh", "tls")
FRAMINGS = ("", "eom", "chunked")
MOST_SECONDS = 86400.0
MOST_SESSIONS = 1000
_QUIRK = re.compile(r"-?[a-z0-9][a-z0-9_-]*")


class CredentialPolicy(StrEnum):
    """What becomes of a password that a person typed."""

    KEYRING = "keyring"  # kept in the operating system's keyring
    SESSION = "session"  # kept in memory until the program ends
    ASK = "ask"  # forgotten after use


@dataclass(frozen=True, slots=True)
class Device:
    """One device as people describe it; `id` never changes, so that names can.

    `host` may be an alias of `~/.ssh/config`; empty `username` and port 0 mean "as the ssh config or the defaults
    say".  `id` is empty for a device that is not in the inventory (a URL on the command line).  Times are seconds; 0
    means "as the settings say".
    """

    id: str
    name: str
    host: str
    port: int = DEFAULT_PORT
    username: str = ""
    group: str = ""
    use_agent: bool = True
    identity_files: tuple[str, ...] = ()
    proxy_jump: str = ""  # jump hosts and proxies in the order of the way, as in ssh_config(5), or a proxy's URL
    subsystem: str = "netconf"
    credential_policy: CredentialPolicy = CredentialPolicy.ASK
    note: str = ""
    schema_folders: tuple[str, ...] = ()  # YANG modules that the device does not give
    private_candidate: bool = False  # ask for a candidate of the session's own; takes effect with the next connection
    transport: str = "ssh"  # "ssh": our own; "openssh": the system's ssh as a child process; "tls": RFC 7589
    call_home: bool = False  # the device connects to us (RFC 8071)
    old_algorithms: bool = False  # SHA-1 key exchange, ssh-rsa and CBC, allowed by the person for this device alone
    proxy: str = ""  # "socks5://[user@]host:port" or "http://…", several separated by commas; never a password
    certificate: str = ""  # files of TLS
    private_key: str = ""
    ca_file: str = ""
    server_name: str = ""  # whom the server's certificate has to name; empty: the host
    pinned_certificate: str = ""  # the fingerprint of a certificate that the person trusts as it is
    profile: str = ""  # the name of a profile, empty: what the hello shows
    quirks: tuple[str, ...] = ()  # "flag" or "-flag", on top of the profile
    framing: str = ""  # "eom" or "chunked" (RFC 6242), whatever the hellos say
    max_sessions: int = 0  # the program opens no more at a time; 0: no limit
    connect_timeout: float = 0.0
    rpc_timeout: float = 0.0
    keepalive: float = 0.0  # below 0: none
    reconnect: bool = True  # come back by itself after a loss
    other: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # keys of a newer program, kept

    @property
    def address(self) -> str:
        """user@host:port for people; IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.username}@" if self.username else ""
        return f"{user}{host}:{self.port}" if self.port else f"{user}{host}"


def new_device(name: str, host: str, **values: Any) -> Device:
    """A device with a fresh id; `values` are further fields of `Device`."""
    return Device(id=uuid.uuid4().hex[:12], name=name, host=host, **values)


def device_problem(device: Device) -> str:
    """Why this can be no device, in a sentence; empty when it can."""
    if not device.name.strip():
        return "A device needs a name."
    if not device.host.strip() or any(char.isspace() for char in device.host):
        return "A device needs a host name or address without blanks."
    if not 0 <= device.port <= 65535:
        return f"Port is {device.port}. Allowed: 1 to 65535."
    for name, check in _CHECKS.items():
        if problem := check(getattr(device, name)):
            return problem
    return ""


def proxy_problem(text: str) -> str:
    """Why this is no list of proxies, in a sentence; empty when it is one, or empty."""
    return next((bad for part in text.split(",") if (bad := proxy.problem(part))), "") if text else ""


def _jump_problem(text: str) -> str:
    parts = [part for part in text.split(",") if proxy.is_url(part)]
    return next((bad for part in parts if (bad := proxy.problem(part))), "")


def _one_of(what: str, allowed: tuple[str, ...]) -> Callable[[str], str]:
    names = ", ".join(item or "empty" for item in allowed)
    return lambda value: "" if value in allowed else f"{what} is {value}. Allowed: {names}."


def _seconds(what: str, least: float = 0.0) -> Callable[[float], str]:
    return lambda value: (
        ""
        if least <= value <= MOST_SECONDS
        else f"{what} is {value:g}. Allowed: {least:g} to {MOST_SECONDS:g} seconds."
    )


def _sessions_problem(value: int) -> str:
    return (
        ""
        if 0 <= value <= MOST_SESSIONS
        else f"The most sessions are {value}. Allowed: 0 (no limit) to {MOST_SESSIONS}."
    )


def _quirks_problem(value: tuple[str, ...]) -> str:
    wrong = [name for name in value if not _QUIRK.fullmatch(name)]
    return f"{wrong[0]} is no name of a quirk." if wrong else ""


_CHECKS: dict[str, Callable[[Any], str]] = {
    "transport": _one_of("Transport", TRANSPORTS),
    "framing": _one_of("Framing", FRAMINGS),
    "proxy": proxy_problem,
    "proxy_jump": _jump_problem,
    "max_sessions": _sessions_problem,
    "connect_timeout": _seconds("The time to connect"),
    "rpc_timeout": _seconds("The time for a reply"),
    "keepalive": _seconds("The keepalive", -1.0),
    "quirks": _quirks_problem,
}
_TYPES: dict[str, tuple[type, ...]] = {
    "port": (int,),
    "max_sessions": (int,),
    **dict.fromkeys(("use_agent", "private_candidate", "call_home", "old_algorithms", "reconnect"), (bool,)),
    **dict.fromkeys(("connect_timeout", "rpc_timeout", "keepalive"), (int, float)),
    **dict.fromkeys(("identity_files", "schema_folders", "quirks"), (list,)),
}


def device_from(entry: dict[str, Any], number: int, notes: list[str]) -> Device | None:
    """The device of a table of the file, the `number`th; `notes` say what was left out. None when all is."""
    items = {item.name: item for item in fields(Device) if item.name != "other"}
    values: dict[str, Any] = {"other": {key: value for key, value in entry.items() if key not in items}}
    for key in items.keys() & entry.keys():
        value = _typed(entry[key], _TYPES.get(key, (str,)))
        if value is None:
            notes.append(f"Device {number}: {key} is {entry[key]!r}, which it cannot be; it is left out.")
        elif key in _CHECKS and (problem := _CHECKS[key](value)):
            notes.append(f"Device {number}: {key} is left out. {problem}")
        else:
            values[key] = value
    try:
        values["credential_policy"] = CredentialPolicy(values.get("credential_policy", "ask"))
    except ValueError:
        notes.append(f"Device {number}: the credential policy is not known; passwords are asked for every time.")
        values["credential_policy"] = CredentialPolicy.ASK
    values.setdefault("id", "")
    values.setdefault("host", "")
    values.setdefault("name", values["host"])
    device = Device(**values)
    device = device if device.id else replace(device, id=uuid.uuid4().hex[:12])
    problem = device_problem(device)
    if problem:
        notes.append(f"Device {number} is left out. {problem}")
        return None
    return device


def _typed(value: Any, wanted: tuple[type, ...]) -> Any:
    """The value as a field takes it; None when it is of another type."""
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        return None
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return float(value) if isinstance(value, int) and float in wanted else value


def device_to(device: Device) -> dict[str, Any]:
    """The table of a device; fields that are as by default are left out."""
    result: dict[str, Any] = dict(device.other)
    for item in fields(Device):
        value = getattr(device, item.name)
        if item.name == "other" or (item.name not in ("id", "name", "host", "port") and value == item.default):
            continue
        result[item.name] = (
            list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
        )
    return result
