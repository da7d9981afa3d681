"""The demo device as an old router: Cisco IOS before YANG, with the limits such routers have.

Lives here: its two configurations, sessions, the lock that ends by itself, and what each operation does.  Does not live
here: bytes (`cisco_conversation`), what is written (`cisco_text`), what a command may be (`cisco_rules`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from lxml import etree

from netconf_gui.config.cli_interpreter import Interpreter, split_commands
from netconf_gui.config.cli_text import Line, parse_cli, render
from netconf_gui.config.cli_words import begins, tidy
from netconf_gui.demo import cisco_text
from netconf_gui.demo.access import Role
from netconf_gui.demo.cisco_config import INITIAL
from netconf_gui.demo.cisco_rules import CommandRefused, check
from netconf_gui.demo.cisco_text import Refusal
from netconf_gui.demo.clock import Clock, SystemClock
from netconf_gui.demo.sessions import Counters, DeviceSession, SessionTable
from netconf_gui.protocol.xml import child_named, local_name

CISCO_MODELS = ("cisco-ios", "cisco-ios-15")
"""An early release, whose XML is damaged, and a later one, whose XML is not."""

_OPERATIONS = ("get-config", "get", "edit-config", "copy-config", "lock", "unlock", "close-session", "kill-session")
_READERS_MAY = ("get-config", "get", "close-session")


class CiscoDevice:
    """One router.  Every public method may be called on any thread."""

    def __init__(self, model: str = "cisco-ios", *, clock: Clock | None = None, text: str = INITIAL) -> None:
        self.name = model
        self.whole = model != "cisco-ios"
        self.clock: Clock = clock or SystemClock()
        self.guard = threading.RLock()
        self.running: tuple[Line, ...] = parse_cli(text).lines
        self.startup: tuple[Line, ...] = self.running
        self.sessions = SessionTable(self.clock.now())
        self._holder: int | None = None
        self._used = 0.0  # when the holder of the lock last asked for something

    # ---- what is set on it

    def setting(self, name: str, default: int) -> int:
        """A number of `netconf …`."""
        for line in self.running:
            if begins(tidy(line.text), f"netconf {name}"):
                return int(line.text.split()[2])
        return default

    @property
    def max_message(self) -> int:
        """Octets that it takes in one message; 0: without limit."""
        return self.setting("max-message", 0) * 1024

    @property
    def text(self) -> str:
        """Its running configuration."""
        with self.guard:
            return render(self.running)

    @property
    def startup_text(self) -> str:
        with self.guard:
            return render(self.startup)

    @property
    def lock_holder(self) -> int | None:
        """The session that has the lock, if its time is not over."""
        with self.guard:
            if self._holder is not None and self.clock.now() - self._used > self.setting("lock-time", 10):
                self._holder = None
            return self._holder

    # ---- sessions

    def connect(
        self, username: str, role: Role, host: str, *, send: Callable[[bytes], None], drop: Callable[[], None]
    ) -> tuple[DeviceSession, bool]:
        """A client opened the subsystem; False: there are too many, and its connection is to be closed."""
        with self.guard:
            if len(self.sessions) >= self.setting("max-sessions", 4):
                return DeviceSession(0, username, role, host, self.clock.now(), send, drop, Counters()), False
            return self.sessions.open(username, role, host, self.clock.now(), send=send, drop=drop), True

    def disconnect(self, session: DeviceSession) -> None:
        """The session is over; its lock goes with it."""
        with self.guard:
            self.sessions.remove(session)
            if self._holder == session.session_id:
                self._holder = None

    def stop(self) -> None:
        """Drop all sessions."""
        with self.guard:
            leaving = list(self.sessions)
        for session in leaving:
            session.drop()

    def type(self, *commands: str) -> None:
        """Somebody at the console changes the configuration."""
        with self.guard:
            self.running = Interpreter(self.running).run(commands).lines

    # ---- operations

    def answer(self, session: DeviceSession, operation: etree._Element | None) -> str:
        """What is inside the rpc-reply."""
        with self.guard:
            self.sessions.count_rpc(session)
            name = local_name(operation) if operation is not None else ""
            if operation is None or name not in _OPERATIONS:
                return cisco_text.error(
                    "operation-not-supported", f"The operation {name or '(none)'} is not supported."
                )
            if session.role is Role.READER and name not in _READERS_MAY:
                return cisco_text.error("access-denied", "Privilege level 15 is needed; this user has level 1.")
            if self.lock_holder == session.session_id:
                self._used = self.clock.now()
            handler = getattr(self, "_" + name.replace("-", "_"))
            return str(handler(session, operation))

    def _get_config(self, session: DeviceSession, operation: etree._Element) -> str:
        source = _datastore(operation, "source")
        if source not in ("running", "startup"):
            return cisco_text.error("invalid-value", f"There is no datastore {source or '(none)'}.")
        lines = self.running if source == "running" else self.startup
        return self._shown(lines, child_named(operation, "filter"))

    def _get(self, session: DeviceSession, operation: etree._Element) -> str:
        wanted = child_named(operation, "filter")
        if wanted is None:
            return cisco_text.error(
                "missing-element", "A filter is needed.", kind="rpc", info="<bad-element>filter</bad-element>"
            )
        return self._shown(self.running, wanted)

    def _shown(self, lines: tuple[Line, ...], wanted: etree._Element | None) -> str:
        form = (
            next((child for child in wanted if local_name(child).startswith("config-format")), None)
            if wanted is not None
            else None
        )
        if form is None:
            return cisco_text.block(lines)
        spec = child_named(form, "text-filter-spec")
        words = " ".join((spec.text or "").split()) if spec is not None else ""
        found = select(lines, words)
        name = local_name(form)
        if name == "config-format-text-cmd":
            return cisco_text.commands(found, whole=self.whole)
        if name == "config-format-text-block":
            return cisco_text.block(found)
        if name == "config-format-xml":
            return cisco_text.as_xml(found)
        return cisco_text.error("unknown-element", f"There is no format {name}.")

    def _edit_config(self, session: DeviceSession, operation: etree._Element) -> str:
        if _datastore(operation, "target") != "running":
            return cisco_text.error("invalid-value", "Only running can be edited.")
        holder = self.lock_holder
        if holder is not None and holder != session.session_id:
            return cisco_text.error("in-use", f"The configuration is locked by session {holder}.")
        typed = _commands(child_named(operation, "config"))
        if typed is None:
            return cisco_text.error("missing-element", "There is neither cli-config-data nor cli-config-data-block.")
        option = child_named(operation, "error-option")
        way = (option.text or "").strip() if option is not None else "stop-on-error"
        router, refused = Interpreter(self.running, check), list[Refusal]()
        for number, command in enumerate(typed, 1):
            try:
                router.do(command)
            except CommandRefused as error:
                refused.append(Refusal(number, command.strip().partition("\n")[0], error.message, router.path))
                if way != "continue-on-error":
                    break
        if not refused or way != "rollback-on-error":
            self.running = router.lines
        if refused:
            detailed = any(tidy(line.text) == "netconf detailed-error" for line in self.running)
            return cisco_text.refusals(refused, detailed=detailed)
        return "  <ok/>"

    def _copy_config(self, session: DeviceSession, operation: etree._Element) -> str:
        source, target = _datastore(operation, "source"), _datastore(operation, "target")
        if (source, target) != ("running", "startup"):
            return cisco_text.error("operation-not-supported", "Only running can be copied, to startup.")
        self.startup = self.running
        return "  <ok/>"

    def _lock(self, session: DeviceSession, operation: etree._Element) -> str:
        holder = self.lock_holder
        if holder is not None:
            whose = "this session" if holder == session.session_id else f"session {holder}"
            info = f"<session-id>{holder}</session-id>"
            return cisco_text.error("lock-denied", f"The configuration is locked by {whose}.", info=info)
        self._holder, self._used = session.session_id, self.clock.now()
        return "  <ok/>"

    def _unlock(self, session: DeviceSession, operation: etree._Element) -> str:
        if self.lock_holder != session.session_id:
            return cisco_text.error("operation-failed", "This session has no lock.")
        self._holder = None
        return "  <ok/>"

    def _close_session(self, session: DeviceSession, operation: etree._Element) -> str:
        session.closing = True
        return "  <ok/>"

    def _kill_session(self, session: DeviceSession, operation: etree._Element) -> str:
        number = child_named(operation, "session-id")
        text = ((number.text or "") if number is not None else "").strip()
        victim = self.sessions.get(int(text)) if text.isdigit() else None
        if victim is None or victim is session:
            return cisco_text.error("invalid-value", f"There is no other session {text or '(none)'}.")
        self.disconnect(victim)
        victim.drop()
        return "  <ok/>"


def select(lines: tuple[Line, ...], words: str) -> tuple[Line, ...]:
    """What `show running-config` shows with these words behind it."""
    if not words:
        return lines
    pipe = re.match(r"\|\s*(\w+)\s+(.+)", words)
    if pipe is None:
        return tuple(line for line in lines if _begins_shortened(line.text, words))
    way, pattern = pipe.groups()
    try:
        wanted = re.compile(pattern)
    except re.error:
        return ()
    if "section".startswith(way):
        return tuple(line for line in lines if wanted.search(line.text))
    every = [inside for line in lines for _, inside in line.walk()]
    if "begin".startswith(way):
        at = next((at for at, line in enumerate(lines) if any(wanted.search(one.text) for _, one in line.walk())), None)
        return lines[at:] if at is not None else ()
    return tuple(Line(line.text) for line in every if bool(wanted.search(line.text)) is not "exclude".startswith(way))


def _begins_shortened(text: str, words: str) -> bool:
    """Words as people shorten them: "int lo0" is "interface Loopback0"."""
    have, want = text.lower().split(), words.lower().split()
    return len(have) >= len(want) and all(
        one == other or (one.startswith(other) and not other[-1].isdigit()) or _shortened(one, other)
        for one, other in zip(have, want, strict=False)
    )


def _shortened(one: str, other: str) -> bool:
    a, b = re.fullmatch(r"([a-z-]+)([\d/.:]+)", one), re.fullmatch(r"([a-z-]+)([\d/.:]+)", other)
    return bool(a and b and a[1].startswith(b[1]) and a[2] == b[2])


def _datastore(operation: etree._Element, role: str) -> str:
    holder = child_named(operation, role)
    inside = [child for child in holder if isinstance(child.tag, str)] if holder is not None else []
    return local_name(inside[0]) if inside else ""


def _commands(config: etree._Element | None) -> list[str] | None:
    if config is None:
        return None
    block = child_named(config, "cli-config-data-block")
    if block is not None:
        return split_commands(block.text or "")
    data = child_named(config, "cli-config-data")
    if data is None:
        return None
    return [child.text or "" for child in data if local_name(child) == "cmd"]
