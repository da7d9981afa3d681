"""Everything a person can set, typed, with units and a sentence about each; kept as TOML.

Lives here: the settings themselves, their file, and what is said about a broken one.  Every limit of protocol,
transport and engine is one of these.  Does not live here: window geometry (Qt keeps that).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

T = TypeVar("T", int, float, bool, str)
MIB = 1024 * 1024


def setting(
    default: T, doc: str, *, unit: str = "", least: float | None = None, most: float | None = None, choices: str = ""
) -> T:
    """A field with what a preferences dialog shows; `choices` is a blank-separated list."""
    metadata = {"doc": doc, "unit": unit, "least": least, "most": most, "choices": tuple(choices.split())}
    result: T = field(default=default, metadata=metadata)
    return result


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The way to a device."""

    connect_timeout: float = setting(10.0, "TCP connection and SSH negotiation.", unit="s", least=0.1)
    auth_timeout: float = setting(30.0, "Authentication, without the time people need to answer.", unit="s", least=0.1)
    hello_timeout: float = setting(30.0, "From the subsystem's start to the device's hello.", unit="s", least=0.1)
    rpc_timeout: float = setting(
        60.0, "While nothing of a reply arrives, or the device takes nothing of a request.", unit="s", least=0.1
    )
    keepalive: float = setting(30.0, "Between SSH keepalive messages; 0 sends none.", unit="s", least=0)
    window_size: int = setting(64 * MIB, "SSH receive window.", unit="bytes", least=32768)
    use_ssh_config: bool = setting(True, "Read ~/.ssh/config for host names, users, keys and proxy jumps.")
    use_user_known_hosts: bool = setting(True, "Also trust ~/.ssh/known_hosts (it is only read).")
    close_timeout: float = setting(2.0, "For the device's answer to close-session.", unit="s", least=0.1)


@dataclass(frozen=True, slots=True)
class CallHomeSettings:
    """Devices that connect to this computer (RFC 8071)."""

    listen: bool = setting(False, "Wait for devices that call, as soon as the window is there.")
    ssh: bool = setting(True, "Take calls over SSH.")
    ssh_port: int = setting(4334, "Where devices call over SSH.", least=1, most=65535)
    tls: bool = setting(True, "Take calls over TLS.")
    tls_port: int = setting(4335, "Where devices call over TLS.", least=1, most=65535)
    address: str = setting("", "Take calls at this address of the computer only.")
    certificate: str = setting("", "Shown to TLS callers for which no device says otherwise (file).")
    private_key: str = setting("", "Its key, where it is in another file.")
    patience: float = setting(120.0, "For the next call of a device that shall be connected.", unit="s", least=1)
    waiting: int = setting(16, "Unknown callers kept waiting at a time.", unit="callers", least=1, most=256)


@dataclass(frozen=True, slots=True)
class ProtocolSettings:
    """Limits of NETCONF messages; 0 means no limit."""

    message_size: int = setting(1024 * MIB, "Largest message taken from a device.", unit="bytes", least=0)
    hello_size: int = setting(16 * MIB, "Largest hello taken from a device.", unit="bytes", least=0)
    chunk_header_size: int = setting(13, "Longest chunk header (RFC 6242 needs 13).", unit="bytes", least=13)
    prolog_size: int = setting(65536, "Most before a message's first element.", unit="bytes", least=1024)
    feed_from: int = setting(65536, "Messages above this are parsed while they arrive.", unit="bytes", least=0)
    wire_head: int = setting(65536, "Bytes of each message kept for the wire view.", unit="bytes", least=0)
    wire_entries: int = setting(1000, "Messages kept for the wire view.", unit="messages", least=1)
    wire_memory: int = setting(8 * MIB, "Text of all these messages.", unit="characters", least=65536)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Deadlines of the schema engine's worker processes."""

    compile_deadline: float = setting(300.0, "Compiling all modules of a device.", unit="s", least=1)
    validate_deadline: float = setting(60.0, "Validating one document.", unit="s", least=1)
    interactive_deadline: float = setting(1.0, "Checking one value while typing.", unit="s", least=0.1)
    xpath_deadline: float = setting(10.0, "Evaluating an XPath expression.", unit="s", least=0.1)
    kept_schemas: int = setting(4, "Compiled sets that a worker keeps loaded.", unit="sets", least=1, most=64)
    worker_memory: int = setting(2048 * MIB, "Above this a worker keeps fewer sets.", unit="bytes", least=64 * MIB)
    parallel_downloads: int = setting(8, "get-schema requests outstanding at once.", unit="requests", least=1, most=64)


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """How changes are sent."""

    save_startup: bool = setting(False, "Copy running to startup after an apply, where the device has a startup.")
    commit_timeout: float = setting(300.0, "For the answer to commit and to edits of running.", unit="s", least=1)
    reconnect_attempts: int = setting(5, "Tries to come back after a connection lost in mid-apply.", least=0, most=100)
    reconnect_pause: float = setting(2.0, "Between those tries.", unit="s", least=0)


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """What is kept of applies, for each device; what a person pinned and the newest always stay."""

    keep: bool = setting(True, "Keep the configuration before and after every apply.")
    entries: int = setting(200, "Entries kept of a device; older ones go.", unit="entries", least=1, most=100_000)
    days: int = setting(365, "Entries older than this go; 0 keeps them.", unit="days", least=0, most=36_500)
    bytes: int = setting(512 * MIB, "Compressed size of a device's history.", unit="bytes", least=MIB)


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What is kept of the events that devices send."""

    memory: int = setting(
        48 * MIB, "Events beyond this go to a private file that ends with the program.", unit="bytes", least=MIB
    )
    disk: int = setting(2048 * MIB, "Beyond this the oldest go; 0 keeps none on disk.", unit="bytes", least=0)


@dataclass(frozen=True, slots=True)
class CredentialSettings:
    """What becomes of passwords."""

    policy: str = setting("session", "Preselected for new devices.", choices="keyring session ask")
    keyring_deadline: float = setting(60.0, "For the keyring, its unlock prompt included.", unit="s", least=1)


@dataclass(frozen=True, slots=True)
class AppearanceSettings:
    """What the window looks like."""

    theme: str = setting("system", "Colours.", choices="system light dark")
    font_size: int = setting(13, "Size of the interface's text.", unit="px", least=9, most=32)
    xml_edit_limit: int = setting(10 * MIB, "XML can be edited as text up to this size.", unit="bytes", least=0)
    recent_files: int = setting(12, "Entries of the Recent menu.", unit="files", least=0, most=50)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; immutable: `dataclasses.replace` makes a changed copy, `SettingsStore.save` keeps it."""

    connection: ConnectionSettings = field(default_factory=ConnectionSettings)
    call_home: CallHomeSettings = field(default_factory=CallHomeSettings)
    protocol: ProtocolSettings = field(default_factory=ProtocolSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    apply: ApplySettings = field(default_factory=ApplySettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    credentials: CredentialSettings = field(default_factory=CredentialSettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)


def sections() -> Iterator[tuple[str, type[Any]]]:
    """(name, dataclass) of each section, in order."""
    for item in fields(Settings):
        factory = item.default_factory
        if factory is not MISSING:
            yield item.name, factory  # type: ignore[misc]


def section_fields(section: type[Any]) -> tuple[Field[Any], ...]:
    """The settings of a section; `metadata` has doc, unit, least, most, choices."""
    return fields(section)


class SettingsStore:
    """The settings and their file.

    `settings` is always usable.  `problem` says (with file and line) why the file could not be read and that
    defaults are used; `notes` are sentences about single keys that were ignored.  Unknown keys are kept on saving.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings()
        self.problem: WorkspaceError | None = None
        self.notes: tuple[str, ...] = ()
        self._raw: dict[str, Any] = {}
        self._listeners: list[Callable[[Settings], None]] = []
        self.load()

    def load(self) -> Settings:
        """Read the file again; never raises (see `problem`)."""
        self.settings, self.problem, self.notes, self._raw = Settings(), None, (), {}
        try:
            data = read_or_none(self.path)
            self._raw = _parse(self.path, data) if data is not None else {}
        except WorkspaceError as error:
            self.problem = error
        else:
            self.settings, self.notes = _from_toml(self._raw)
        return self.settings

    def save(self, settings: Settings) -> None:
        """Write the settings that differ from the defaults, and what was not understood; raises `WorkspaceError`.

        A file that could not be read is kept beside it as `settings.toml.broken`.
        """
        private_folder(self.path.parent)
        if self.problem is not None and self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".broken"))
        self._raw = _to_toml(settings, self._raw)
        write_atomically(self.path, tomli_w.dumps(self._raw).encode())
        self.settings, self.problem = settings, None
        for listener in tuple(self._listeners):
            listener(settings)

    def subscribe(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Call `listener` after every save; returns a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error}.",
            state="The default settings are used; the file is left as it is.",
            advice="Correct the file, or save the settings again (the broken file is kept beside it).",
        ) from error


def _from_toml(raw: dict[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    notes: list[str] = []
    found: dict[str, Any] = {}
    known = dict(sections())
    for name, table in raw.items():
        if name not in known:
            notes.append(f"{name} is not a section of the settings; it is kept but does nothing.")
        elif not isinstance(table, dict):
            notes.append(f"{name} should be a table; the defaults are used.")
        else:
            found[name] = _section_from(known[name], name, table, notes)
    return replace(Settings(), **found), tuple(notes)


def _section_from(section: type[Any], name: str, table: dict[str, Any], notes: list[str]) -> Any:
    known = {item.name: item for item in fields(section)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            notes.append(f"{name}.{key} is not a setting; it is kept but does nothing.")
            continue
        problem = value_problem(known[key], value)
        if problem:
            notes.append(f"{name}.{key} is {value!r}. {problem} The default, {known[key].default!r}, is used.")
        else:
            values[key] = float(value) if isinstance(known[key].default, float) else value
    return section(**values)


def value_problem(item: Field[Any], value: object) -> str:
    """What is wrong with a value for a setting, as a sentence; empty when nothing is."""
    kind = type(item.default)
    fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        return f"It must be {names[kind]}."
    choices = item.metadata["choices"]
    if choices and value not in choices:
        return f"Allowed: {', '.join(choices)}."
    least, most = item.metadata["least"], item.metadata["most"]
    if isinstance(value, int | float):
        low = least is not None and not value >= least
        if low or (most is not None and not value <= most):
            upper = "" if most is None else f" to {most:g}"
            return f"Allowed: {least or 0:g}{upper or ' and more'}."
    return ""


def _to_toml(settings: Settings, raw: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {name: value for name, value in raw.items() if name not in dict(sections())}
    for name, section in sections():
        old = raw.get(name)
        known = {item.name for item in fields(section)}
        table = {key: value for key, value in old.items() if key not in known} if isinstance(old, dict) else {}
        current = getattr(settings, name)
        for item in fields(section):
            value = getattr(current, item.name)
            if value != item.default:
                table[item.name] = value
        if table:
            result[name] = table
    return result
