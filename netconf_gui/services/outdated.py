"""Hearing that somebody else changed a device's configuration, where the device tells (RFC 6470, RFC 5277).

Lives here: `ConfigChange`, reading it from a notification, and `follow`.  Does not live here: subscriptions in general
(`session.subscriptions`), marking documents (windows).

Changes of the session that follows are not told: they are our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, CapabilityMissing, RpcFailed
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.xml import NS_NOTIFICATIONS, add_element, child_named, local_name, new_element, qn
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import create_subscription

_NAMES = ("netconf-config-change", "sysConfigChange")  # RFC 6470; what yuma calls the same
_NS_YUMA = "http://netconfcentral.org/ns/yuma-system"
_MOST = 100  # nodes that are remembered of one change


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """One announcement: `datastore` is running or startup, `session_id` None where the server did it by itself.

    `targets` are paths as the device writes them, for people only; `at` is seconds since the epoch, None if unreadable.
    """

    datastore: str
    session_id: int | None
    user: str
    host: str
    at: float | None
    targets: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Who and when: "Session 4119 (ops, from 192.0.2.50) changed running at 10:45:31." """
        who = "The device itself"
        if self.session_id is not None:
            inside = ", ".join(word for word in (self.user, f"from {self.host}" if self.host else "") if word)
            who = f"Session {self.session_id}{f' ({inside})' if inside else ''}"
        when = "" if self.at is None else f" at {datetime.fromtimestamp(self.at):%H:%M:%S}"
        return f"{who} changed {self.datastore}{when}."


def read_change(notification: Notification) -> ConfigChange | None:
    """What a notification says about the configuration; None if it is about something else."""
    event = notification.event
    if event is None or local_name(event) not in _NAMES:
        return None
    by = child_named(event, "changed-by")
    holder = event if by is None else by
    number = _text(holder, "session-id", "sessionId")
    edits = [child for child in event.iterchildren(etree.Element) if local_name(child) == "edit"]
    targets = (_text(edit, "target") for edit in edits[:_MOST])
    return ConfigChange(
        datastore=_text(event, "datastore") or "running",
        session_id=int(number) if number.isdigit() and int(number) else None,
        user=_text(holder, "username", "userName"),
        host=_text(holder, "source-host", "remoteHost"),
        at=_seconds(notification.event_time),
        targets=tuple(target for target in targets if target),
    )


def follow(
    session: Session,
    told: Callable[[ConfigChange], object],
    *,
    connect: Callable[[CancelToken | None], Session] | None = None,
    cancel: CancelToken | None = None,
) -> Callable[[], None] | None:
    """Have `told` called for each change by others, on a session's reader thread; returns what ends that.

    `connect` opens a session beside this one, for a device that cannot be asked other things on a session that hears
    events (no interleave capability), or where this one hears others; it is closed with this one.  None where the
    device does not tell: it has no notifications, refuses the subscription, or allows no session more.  Raises
    `Cancelled`, and what ends the session.
    """
    if not session.capabilities.notification:
        return None
    if session.capabilities.interleave and not session.has_subscription:
        stop = _listen(session, session, told, cancel)
        if stop is not None or connect is None:
            return stop  # refused where the session has a subscription of the newer kind (RFC 8640, section 4)
    if connect is None:
        return None
    try:
        beside = connect(cancel)
    except Cancelled:
        raise
    except AppError:
        return None
    try:
        stop = _listen(beside, session, told, cancel)
    except BaseException:
        beside.abort()
        raise
    if stop is None:
        beside.close(1.0)
        return None
    session.on_closed(lambda _error: beside.abort())

    def end() -> None:
        stop()
        beside.abort()

    return end


def _listen(
    session: Session, ours: Session, told: Callable[[ConfigChange], object], cancel: CancelToken | None
) -> Callable[[], None] | None:
    """Subscribe on `session`; what `ours` changes is not told."""

    def hear(notification: Notification) -> None:
        change = read_change(notification)
        if change is not None and change.session_id != ours.session_id:
            told(change)

    stop = session.on_notification(hear)
    try:
        create_subscription(session, filter_xml=_wanted(), cancel=cancel)
    except (CapabilityMissing, RpcFailed):
        stop()
        return None
    except BaseException:
        stop()
        raise
    return stop


def _wanted() -> etree._Element:
    """A filter for changes of configuration alone: a device may have much to tell."""
    root = new_element("filter")
    add_element(root, qn(NS_NOTIFICATIONS, _NAMES[0]), nsmap={None: NS_NOTIFICATIONS})
    add_element(root, qn(_NS_YUMA, _NAMES[1]), nsmap={None: _NS_YUMA})
    return root


def _text(parent: etree._Element, *names: str) -> str:
    for name in names:
        found = child_named(parent, name)
        if found is not None and found.text:
            return found.text.strip()
    return ""


def _seconds(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None
    except ValueError:
        return None
