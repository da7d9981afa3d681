"""Sentences for the notifications that NETCONF itself defines: RFC 5277, 6470, 8639, 8641, and yuma's twins of them.

Lives here: `Sentences`.  Does not live here: notifications of other modules (`event_words`), reading a change of
configuration for documents (`outdated`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.protocol.xml import child_named, local_name
from netconf_gui.services.notifications import Severity
from netconf_gui.session.redact import mask_text

_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
_PREFIX = re.compile(r"(?<![\w.-])[A-Za-z_][\w.-]*:(?=[A-Za-z_*])")
_SHOWN = 2  # targets of one change that are named
_REASONS = {
    "closed": "as asked",
    "killed": "killed",
    "dropped": "the connection was lost",
    "timeout": "it was idle for too long",
    "bad-hello": "its hello was wrong",
    "other": "for another reason",
    "no-such-subscription": "the subscription is unknown",
    "insufficient-resources": "not enough resources",
    "filter-unavailable": "its filter is gone",
    "stream-unavailable": "its stream is gone",
    "suspension-timeout": "it was suspended for too long",
    "unsupportable-volume": "more than can be sent",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words for one notification; `state` where it is about the subscription."""

    text: str
    severity: Severity = Severity.INFORMATION
    path: str = ""
    state: bool = False


def plain_path(text: str) -> str:
    """A path as people read it: without prefixes, secrets masked."""
    parts = _QUOTED.split(text.strip())
    bare = "".join(part if part[:1] in ("'", '"') else _PREFIX.sub("", part) for part in parts)
    return mask_text(bare)


class Sentences:
    """Knows what is pending of the device, so that a change by a confirmed commit is told as one."""

    def __init__(self) -> None:
        self._confirming: str | None = None  # the session whose confirmed commit is pending

    def tell(self, event: etree._Element, time: str) -> Sentence | None:
        """The sentence; None for a notification that is not of these."""
        teller = _TELLERS.get(local_name(event))
        return None if teller is None else teller(self, event)

    # ---- RFC 6470

    def _config_change(self, event: etree._Element) -> Sentence:
        by = child_named(event, "changed-by")
        holder = event if by is None else by
        targets = [plain_path(_text(edit, "target")) for edit in elements(event) if local_name(edit) == "edit"]
        targets = [target for target in targets if target]
        what = _text(event, "datastore") or "running"
        text = f"{_who(holder)} changed {what}"
        if targets:
            text += ": " + ", ".join(targets[:_SHOWN])
            text += f" and {len(targets) - _SHOWN} more" if len(targets) > _SHOWN else ""
        number = _text(holder, "session-id", "sessionId")
        if self._confirming is not None and number == self._confirming:
            text += ", commit confirmed"
        return Sentence(text + _session(holder), path=targets[0] if targets else "")

    def _capability_change(self, event: etree._Element) -> Sentence:
        by = child_named(event, "changed-by")
        counts = []
        for name, words in (
            ("added-capability", "added"),
            ("deleted-capability", "removed"),
            ("modified-capability", "changed"),
        ):
            found = [(child.text or "").strip() for child in elements(event) if local_name(child) == name]
            if len(found) == 1:
                counts.append(f"{words} {found[0]}")
            elif found:
                counts.append(f"{words} {len(found)}")
        holder = event if by is None else by
        said = "; ".join(counts) or "nothing is named"
        return Sentence(f"{_who(holder)} changed the capabilities: {said}{_session(holder)}", Severity.WARNING)

    def _session_start(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_who(event)} began a session{_from(event)}{_session(event)}")

    def _session_end(self, event: etree._Element) -> Sentence:
        reason = _text(event, "termination-reason", "terminationReason")
        killer = _text(event, "killed-by", "killedBy")
        why = f"killed by session {killer}" if killer else _REASONS.get(reason, reason)
        severity = Severity.INFORMATION if reason in ("closed", "") else Severity.WARNING
        number = _text(event, "session-id", "sessionId")
        if self._confirming == number:
            self._confirming = None
        return Sentence(f"session {number or '?'} of {_name(event)} ended: {why or 'no reason given'}", severity)

    def _confirmed_commit(self, event: etree._Element) -> Sentence:
        what = _text(event, "confirm-event", "confirmEvent")
        timeout = _text(event, "timeout")
        self._confirming = _text(event, "session-id", "sessionId") if what in ("start", "extend") else None
        texts = {
            "start": "began a confirmed commit",
            "extend": "extended a confirmed commit",
            "complete": "confirmed the commit",
            "cancel": "cancelled the commit: the device went back to what it was before",
            "timeout": "the commit was not confirmed in time: the device went back to what it was before",
        }
        until = f", to be confirmed within {timeout} s" if timeout else ""
        text = texts.get(what, f"confirmed commit: {what}")
        bad = what in ("cancel", "timeout")
        if what == "timeout":
            return Sentence(text, Severity.WARNING)
        return Sentence(
            f"{_who(event)} {text}{until}{_session(event)}", Severity.WARNING if bad else Severity.INFORMATION
        )

    # ---- RFC 5277, RFC 8639

    def _replay_complete(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}all of the past was sent; what follows happens now", state=True)

    def _complete(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}ended: the stop time has come", state=True)

    def _started(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}started{_terms(event)}", state=True)

    def _modified(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}now with other terms{_terms(event)}", state=True)

    def _suspended(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}suspended: {_reason(event)}", Severity.WARNING, state=True)

    def _resumed(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}goes on", state=True)

    def _terminated(self, event: etree._Element) -> Sentence:
        return Sentence(f"{_subscription(event)}ended by the device: {_reason(event)}", Severity.WARNING, state=True)

    # ---- RFC 8641

    def _push_update(self, event: etree._Element) -> Sentence:
        contents = child_named(event, "datastore-contents")
        tops = [local_name(child) for child in elements(contents)] if contents is not None else []
        part = ", incomplete" if child_named(event, "incomplete-update") is not None else ""
        names = ", ".join(dict.fromkeys(tops)) or "nothing is selected"
        return Sentence(f"{_subscription(event)}all of it: {names}{part}", path=f"/{tops[0]}" if tops else "")

    def _push_change(self, event: etree._Element) -> Sentence:
        changes = child_named(event, "datastore-changes")
        patch = child_named(changes, "yang-patch") if changes is not None else None
        edits = [edit for edit in elements(patch) if local_name(edit) == "edit"] if patch is not None else []
        words = [f"{plain_path(_text(edit, 'target'))} {_done(_text(edit, 'operation'))}" for edit in edits[:_SHOWN]]
        more = f" and {len(edits) - _SHOWN} more" if len(edits) > _SHOWN else ""
        part = ", incomplete" if child_named(event, "incomplete-update") is not None else ""
        first = plain_path(_text(edits[0], "target")) if edits else ""
        return Sentence(f"{_subscription(event)}{', '.join(words) or 'no change'}{more}{part}", path=first)


def _done(operation: str) -> str:
    return {
        "create": "created",
        "delete": "deleted",
        "remove": "removed",
        "insert": "inserted",
        "move": "moved",
        "merge": "changed",
        "replace": "replaced",
    }.get(operation, operation)


_TELLERS: dict[str, Callable[[Sentences, etree._Element], Sentence]] = {
    "netconf-config-change": Sentences._config_change,
    "sysConfigChange": Sentences._config_change,
    "netconf-capability-change": Sentences._capability_change,
    "sysCapabilityChange": Sentences._capability_change,
    "netconf-session-start": Sentences._session_start,
    "sysSessionStart": Sentences._session_start,
    "netconf-session-end": Sentences._session_end,
    "sysSessionEnd": Sentences._session_end,
    "netconf-confirmed-commit": Sentences._confirmed_commit,
    "sysConfirmedCommit": Sentences._confirmed_commit,
    "replayComplete": Sentences._replay_complete,
    "replay-completed": Sentences._replay_complete,
    "notificationComplete": Sentences._complete,
    "subscription-completed": Sentences._complete,
    "subscription-started": Sentences._started,
    "subscription-modified": Sentences._modified,
    "subscription-suspended": Sentences._suspended,
    "subscription-resumed": Sentences._resumed,
    "subscription-terminated": Sentences._terminated,
    "push-update": Sentences._push_update,
    "push-change-update": Sentences._push_change,
}


def _text(parent: etree._Element, *names: str) -> str:
    for name in names:
        found = child_named(parent, name)
        if found is not None and found.text:
            return " ".join(found.text.split())
    return ""


def _name(holder: etree._Element) -> str:
    user = _text(holder, "username", "userName")
    return f"user {user}" if user else "an unknown user"


def _who(holder: etree._Element) -> str:
    """The user, or the device where it did something by itself."""
    user = _text(holder, "username", "userName")
    return f"user {user}" if user else "the device itself"


def _from(holder: etree._Element) -> str:
    host = _text(holder, "source-host", "remoteHost")
    return f" from {host}" if host else ""


def _session(holder: etree._Element) -> str:
    number = _text(holder, "session-id", "sessionId")
    return f", session {number}" if number and number != "0" else ""


def _subscription(event: etree._Element) -> str:
    number = _text(event, "id", "subscription-id")
    return f"subscription {number}: " if number else ""


def _reason(event: etree._Element) -> str:
    reason = _text(event, "reason").rpartition(":")[2]
    return _REASONS.get(reason, reason.replace("-", " ") or "no reason given")


def _terms(event: etree._Element) -> str:
    """What a subscription is about, as far as the notification says it."""
    terms = []
    stream, datastore = _text(event, "stream"), _text(event, "datastore")
    if stream or datastore:
        terms.append(stream or datastore.rpartition(":")[2])
    periodic, on_change = child_named(event, "periodic"), child_named(event, "on-change")
    if periodic is not None and _text(periodic, "period").isdigit():
        terms.append(f"every {int(_text(periodic, 'period')) / 100:g} s")
    if on_change is not None:
        terms.append("on change")
    xpath = _text(event, "stream-xpath-filter", "datastore-xpath-filter")
    if xpath:
        terms.append(f"only {plain_path(xpath)}")
    return f" ({', '.join(terms)})" if terms else ""
