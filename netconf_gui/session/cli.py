"""The configuration of a device that has it as text: read, changed by commands, kept for the next start.

Lives here: operations on one session, and the limits that the device has set itself.  Does not live here: building
requests (`protocol.cli_operations`), the order of an apply (`services.cli_deploy`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing, MalformedMessage, MessageTooLarge
from netconf_gui.protocol import cli_operations, operations
from netconf_gui.protocol.capabilities import CAPABILITY
from netconf_gui.protocol.cli_operations import TextFormat
from netconf_gui.protocol.operations import Operation
from netconf_gui.session.datastores import Warnings
from netconf_gui.session.session import Session

LOCK_TIME = 10  # seconds that a lock lasts without an operation, unless the device is set otherwise
ENVELOPE = 64  # octets of the <rpc> around an operation, and of the end of the message, at most with a long id
_SETTING = re.compile(r"^netconf (max-sessions|lock-time|max-message) (\d+)\s*$", re.MULTILINE)
_ACCESS = re.compile(r"^netconf ssh acl (\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CliLimits:
    """What the device has set for NETCONF; `max_message` in octets, 0: without limit."""

    max_sessions: int = 4
    lock_time: int = LOCK_TIME
    max_message: int = 0
    access_list: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Sentences for people."""
        found = [
            f"The device takes {self.max_sessions} NETCONF sessions at once and closes one more immediately.",
            f"A lock ends by itself after {self.lock_time} s without an operation; it is kept alive meanwhile.",
        ]
        if self.max_message:
            found.append(f"A message may have up to {self.max_message // 1024:,} KB; that is checked before sending.")
        if self.access_list:
            found.append(f"Only addresses that access list {self.access_list} permits may connect.")
        return tuple(found)


def limits_of(text: str, *, max_message: int = 0) -> CliLimits:
    """What the text of a configuration says about NETCONF; `max_message` (octets) where it says nothing about that."""
    found = {name: int(value) for name, value in _SETTING.findall(text.replace("\r", ""))}
    access = _ACCESS.search(text.replace("\r", ""))
    size = found.get("max-message", 0) * 1024 or max_message
    return CliLimits(
        found.get("max-sessions", 4), found.get("lock-time", LOCK_TIME), size, access.group(1) if access else ""
    )


def read_text(
    session: Session,
    datastore: str = "running",
    *,
    spec: str = "",
    form: TextFormat | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """The text of running or startup, or the part of it that `spec` asks for (`show running-config` …)."""
    need_text(session)
    _need_startup(session, datastore)
    reply = session.call(cli_operations.get_text(datastore, spec=spec, form=form), timeout=timeout, cancel=cancel)
    if reply.data is None:
        raise MalformedMessage(
            "The device's reply to get-config has neither data nor an error.",
            advice="Look at the reply in the wire view.",
        )
    return cli_operations.text_of(reply.data)


def read_xml(
    session: Session,
    datastore: str = "running",
    *,
    spec: str = "",
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The same as the device writes it in XML of its own (`config-format-xml`): the `<data>` of the reply."""
    need_text(session)
    _need_startup(session, datastore)
    reply = session.call(cli_operations.get_text(datastore, spec=spec, form="xml"), timeout=timeout, cancel=cancel)
    if reply.data is None or not len(reply.data):
        raise MalformedMessage(
            "The device's reply holds no XML of a configuration.", advice="Look at the reply in the wire view."
        )
    return reply.data


def send_commands(
    session: Session,
    commands: Sequence[str],
    *,
    block: bool = False,
    error_option: str | None = "rollback-on-error",
    limit: int = 0,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """edit-config of running with commands.  Raises `MessageTooLarge` before it is sent if `limit` is exceeded."""
    need_text(session)
    operation = cli_operations.edit_text(commands, block=block, error_option=error_option)
    check_size(operation, limit)
    return session.call(operation, timeout=timeout, cancel=cancel).warnings


def save_running(session: Session, *, timeout: float | None = None, cancel: CancelToken | None = None) -> Warnings:
    """copy-config from running to startup."""
    _need_startup(session, "startup")
    return session.call(operations.copy_config("startup", "running"), timeout=timeout, cancel=cancel).warnings


def keep_lock(session: Session, *, timeout: float | None = None) -> None:
    """A harmless request: the smallest reading there is.  It makes the time of a lock begin anew."""
    session.call(cli_operations.get_text("running", spec="| include ^hostname", form="cmd"), timeout=timeout)


def check_size(operation: Operation, limit: int) -> None:
    """Raise `MessageTooLarge` for what the device would not take; 0: no limit is known."""
    size = len(operation.text) + len(operations.rpc("1", Operation("", b""))) + ENVELOPE
    if limit and size > limit:
        raise MessageTooLarge(
            f"The edit has {size:,} bytes, and the device takes messages up to {limit // 1024:,} KB "
            "(netconf max-message).",
            state="Nothing was sent.",
            advice="Apply fewer changes at a time, or raise netconf max-message on the device.",
        )


def need_text(session: Session) -> None:
    """Raise `CapabilityMissing` for a device whose configuration is no text."""
    if not session.profile.cli_text:
        raise CapabilityMissing(
            "The device is not one whose configuration is the text of a command line.",
            "urn:cisco:params:netconf:capability:pi-data-model:1.0",
            state="Nothing was sent.",
            advice="If it is, choose the profile “Cisco IOS before YANG” for it.",
        )


def _need_startup(session: Session, datastore: str) -> None:
    if datastore == "startup" and not session.capabilities.startup:
        raise CapabilityMissing(
            "The device does not offer a startup datastore: it did not announce the capability startup.",
            f"{CAPABILITY}startup:1.0",
            state="Nothing was sent.",
        )
