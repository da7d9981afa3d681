"""The sentences an apply ends with: what happened, what state the device is in, what can be done next."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from netconf_gui.config.compare import ReadbackItem, Verdict
from netconf_gui.config.diff import DiffEntry
from netconf_gui.errors import AppError, Cancelled, RpcError, RpcFailed, RpcTimeout, Stage
from netconf_gui.services.change import Change, said, told

DRAFT_KEPT = "Your draft is kept."
_DRAFT = re.compile(r"\s*\b(?:Your|The) draft is kept\.")
NOTHING_CHANGED = "Nothing has changed."
EXAMPLES = 3


def count(number: int, one: str, many: str = "") -> str:
    """ "1 edit", "7 edits"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def without_draft(text: str) -> str:
    """The same said to somebody who has no draft: a command, or a fleet."""
    return _DRAFT.sub("", text).lstrip() if _DRAFT.search(text) else text


def clock(moment: float) -> str:
    """The time of day, here, of what `time.time()` tells."""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def listed(texts: Sequence[str], limit: int = EXAMPLES) -> str:
    """The first few of a list, and how many there are besides."""
    more = len(texts) - limit
    return "; ".join(texts[:limit]) + (f"; and {more} more" if more > 0 else "")


def entries_text(entries: Sequence[DiffEntry]) -> str:
    return listed([said(entry) for entry in entries])


def discarded(entries: Sequence[DiffEntry]) -> str:
    """What was thrown away of somebody else's, however the apply ended."""
    what = count(len(entries), "change")
    return f"As decided, {what} of somebody else in candidate went: {entries_text(entries)}."


def refusal(stage: Stage, error: RpcFailed, operations: int, undone: bool) -> str:
    """What the device refused, with its first reasons."""
    errors = [one for one in error.errors if not one.is_warning]
    reasons = listed([str(one) for one in errors])
    if stage is Stage.EDIT:
        rest = " and undid the rest" if undone and operations > len(errors) else ""
        return f"The device refused {min(len(errors), operations)} of {count(operations, 'edit')}{rest}: {reasons}."
    names = {Stage.VALIDATE: "found the result invalid", Stage.COMMIT: "refused the commit"}
    return f"The device {names.get(stage, f'refused {error.operation or stage.value}')}: {reasons}."


def holder(datastore: str, error: RpcError, user: str = "", host: str = "", since: str = "") -> str:
    """Who holds a lock: "Candidate is locked by session 4119 (ops, 192.0.2.50) since 10:40."."""
    session_id = error.session_id
    if session_id is None:
        return f"{datastore.capitalize()} cannot be locked: {error}."
    if session_id == 0:
        who = "something that is not a NETCONF session (a command line, for example)"
    else:
        known = ", ".join(part for part in (user, host) if part)
        who = f"session {session_id}" + (f" ({known})" if known else "")
    return f"{datastore.capitalize()} is locked by {who}{f' since {since}' if since else ''}."


def read_back(readback: Sequence[ReadbackItem]) -> str:
    """What the device made of the edits: as sent, in its own words, or hidden."""
    changed = [item for item in readback if item.verdict is Verdict.NORMALISED]
    hidden = [item for item in readback if item.verdict is Verdict.NOT_READABLE]
    parts = ["Read back as sent." if not changed and not hidden else "Read back."]
    if changed:
        details = listed([_normalised(item) for item in changed])
        parts.append(f"The device wrote {count(len(changed), 'value')} in its own way: {details}.")
    if hidden:
        parts.append(f"{count(len(hidden), 'value')} cannot be read: {listed([i.path.short() for i in hidden])}.")
    return " ".join(parts)


def _normalised(item: ReadbackItem) -> str:
    if not item.sent and not item.got:
        return item.path.short()  # a node with nodes in it, which no schema knows
    return f"{item.path.short()}: {told(item.path, item.sent)} → {told(item.path, item.got)}"


def untrue(readback: Sequence[ReadbackItem], device: str) -> str:
    """The device said ok, and it was not so."""
    missing = [item.path.short() for item in readback if item.verdict is Verdict.NOT_THERE]
    return f"{device} said ok, but that was not true: {count(len(missing), 'edit')} not there: {listed(missing)}."


def hint(change: Change) -> str:
    """How a person can see on the device whether the change is there: "Check …/mtu: 9192 means applied."."""
    for entry in change.difference.entries:
        if entry.new is not None:
            return f"Check {entry.path.short()}: {told(entry.path, entry.new)} means applied."
    for entry in change.difference.entries:
        means = "applied" if entry.kind != "removed" else "not applied"
        return f"Check {entry.path.short()}: if it is there, the change is {means}."
    return "Read the configuration again."


def lost(error: AppError) -> str:
    """What a loss looked like from here, as the start of a sentence."""
    if isinstance(error, Cancelled):
        return "Cancelled"
    return "No answer came" if isinstance(error, RpcTimeout) else "Connection lost"
