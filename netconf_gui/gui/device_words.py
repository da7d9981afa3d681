"""What the device page says: lines of its tables and facts, from what a device told of itself.

No widgets here, and nothing is asked here (`services.monitoring`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from netconf_gui.gui.models.plain_table import Line
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.quirks import quirks_of
from netconf_gui.services.capability_words import abilities
from netconf_gui.services.monitoring import Counters, DeviceState, LockState
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device

DATASTORE_HEADERS = ("Datastore", "What it is", "Lock", "Held by", "Since")
SESSION_HEADERS = ("Session", "User", "From", "Transport", "Since", "Requests", "Errors", "Notifications", "Locks")
CAPABILITY_HEADERS = ("Part of NETCONF", "Offered", "What that means", "As announced")
STREAM_HEADERS = ("Stream", "Replay", "Log since", "What it carries")
SCHEMA_HEADERS = ("Schema", "Version", "Format", "Namespace")

_PREFIX = "urn:ietf:params:netconf:"  # of nearly all capabilities; the tooltip has it
_WHAT = {
    "running": "What the device works by",
    "candidate": "Edits wait here for a commit",
    "startup": "What the device starts with",
    "intended": "Running without what is inactive",
    "operational": "What is in use, with state, read only",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a row of the datastores stands for: a datastore, and a partial lock on a part of it."""

    datastore: str
    lock: LockState | None = None


def when(text: str) -> str:
    """A time as people here write it; the device's own words where it is none."""
    try:
        return f"{datetime.fromisoformat(text.replace('Z', '+00:00')).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return text


def _count(number: int | None) -> str:
    return "not told" if number is None else f"{number:,}"


def facts(device: Device, session: Session, state: DeviceState | None, modules: int) -> Iterator[tuple[str, str, str]]:
    """(group, what, how it is) of the overview."""
    able = session.capabilities
    yield "Device", "Name", device.name
    yield "Device", "Address", f"{device.host}, port {device.port}"
    if device.username:
        yield "Device", "Signed in as", device.username
    yield "Device", "Kind of server", session.profile.title
    yield "Device", "Known by", session.profile_choice.why
    quirks = quirks_of(session.profile)
    if quirks:
        yield "Device", "Quirks", " ".join(quirk.title for quirk in quirks)
    yield "Device", "Protocol", f"NETCONF {'1.1' if able.base11 else '1.0'}, session {session.session_id}"
    yield "Device", "YANG modules", f"{modules:,}" if modules else f"{len(able.modules):,} announced"
    if state is None:
        return
    if state.monitored:
        yield "Device", "Sessions", f"{len(state.sessions):,}, of which this program's is {session.session_id}"
        yield "Device", "Locks", _locks_in_words(state)
    told = state.statistics
    if told is None:
        return
    yield "Statistics", "NETCONF server started", when(told.started) or "not told"
    yield "Statistics", "Sessions so far", _count(told.in_sessions)
    yield "Statistics", "Sessions that broke off", _count(told.dropped_sessions)
    yield "Statistics", "Hellos not understood", _count(told.in_bad_hellos)
    yield from _counted(told.counters)


def _counted(counters: Counters) -> Iterator[tuple[str, str, str]]:
    yield "Statistics", "Requests", _count(counters.in_rpcs)
    yield "Statistics", "Requests not understood", _count(counters.in_bad_rpcs)
    yield "Statistics", "Errors answered", _count(counters.out_rpc_errors)
    yield "Statistics", "Notifications sent", _count(counters.out_notifications)


def _locks_in_words(state: DeviceState) -> str:
    if not state.locks:
        return "none"
    return "; ".join(
        f"{lock.datastore}{'' if lock.lock_id is None else ' in part'} by {who(state, lock.session_id)}"
        for lock in state.locks
    )


def who(state: DeviceState | None, session_id: int) -> str:
    """A session in a few words."""
    if not session_id:
        return "no NETCONF session"
    found = state.session(session_id) if state is not None else None
    if found is None:
        return f"session {session_id}"
    if found.ours:
        return f"session {session_id} (this program)"
    told = ", ".join(part for part in (found.username, found.host) if part)
    return f"session {session_id} ({told})" if told else f"session {session_id}"


def datastore_lines(names: Sequence[str], state: DeviceState | None) -> Iterator[Line]:
    """Each datastore, and below it each part of it that is locked."""
    for name in names:
        locks = state.locks_on(name) if state is not None else ()
        whole = next((lock for lock in locks if lock.lock_id is None), None)
        conventional = name not in ("intended", "operational")
        known = state is not None and state.monitored
        free = ("free" if known else "not told") if conventional else "cannot be locked"
        texts = (name, _WHAT.get(name, ""), free, "", "")
        if whole is not None:
            texts = (name, _WHAT.get(name, ""), "locked", who(state, whole.session_id), when(whole.since))
        yield Line(texts, Held(name), ink="" if conventional else "text2")
        for lock in locks:
            if lock.lock_id is not None:
                parts = ", ".join(lock.nodes or lock.selections)
                held = (f"{name}, in part", parts, f"partial lock {lock.lock_id}", who(state, lock.session_id))
                yield Line((*held, when(lock.since)), Held(name, lock), tip=parts)


def session_lines(state: DeviceState) -> Iterator[Line]:
    for one in state.sessions:
        mine = [lock for lock in state.locks if lock.session_id == one.session_id]
        locks = ", ".join(lock.datastore + ("" if lock.lock_id is None else " in part") for lock in mine)
        counters = one.counters
        texts = (
            str(one.session_id),
            one.username,
            one.host,
            one.transport,
            when(one.since),
            *("" if number is None else f"{number:,}" for number in (counters.in_rpcs, counters.out_rpc_errors)),
            "" if counters.out_notifications is None else f"{counters.out_notifications:,}",
            locks,
        )
        yield Line(texts, one, side="this program" if one.ours else "")


def capability_lines(offered: Capabilities) -> Iterator[Line]:
    for one in abilities(offered):
        texts = (one.name, "yes" if one.there else "no", one.words, one.uri.removeprefix(_PREFIX))
        yield Line(texts, one, ink="" if one.there else "text2", tip=one.uri or one.words)


def stream_lines(state: DeviceState) -> Iterator[Line]:
    for stream in state.streams:
        replay = "yes" if stream.replay else "no"
        yield Line((stream.name, replay, when(stream.replay_from), stream.description), stream)


def schema_lines(state: DeviceState) -> Iterator[Line]:
    for one in sorted(state.schemas, key=lambda schema: (schema.identifier, schema.version)):
        tip = "" if one.fetchable else f"To be found at {', '.join(one.locations)}"
        yield Line((one.identifier, one.version, one.format, one.namespace), one, tip=tip)
