"""Locks and sessions: lock, unlock, close-session, kill-session (RFC 6241, sections 7.5, 7.6, 7.8, 7.9)."""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import parameters
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.datastores import CANDIDATE, RUNNING
from netconf_gui.demo.device import Device
from netconf_gui.demo.replies import invalid_value, lock_denied, missing_element
from netconf_gui.demo.sessions import DeviceSession


def lock(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    target = device.datastores.check_name(parameters.datastore(operation, "target"))
    pending = device.commits.pending_session
    if target == RUNNING and pending is not None and pending != session.session_id:
        raise lock_denied(f"A confirmed commit of session {pending} is pending.", pending)
    if target == CANDIDATE and device.locks.holder(CANDIDATE) is None and device.datastores.candidate_modified:
        # RFC 6241, section 8.3.5.2; no session holds it, hence 0
        raise lock_denied("The candidate was modified and neither committed nor discarded.", 0)
    partly = device.partial_locks.holder_but(session.session_id) if target == RUNNING else None
    if partly is not None:
        raise lock_denied(f"Session {partly} holds a partial lock on running.", partly)
    device.locks.acquire(target, session.session_id, device.clock.now())
    return OK


def unlock(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    target = device.datastores.check_name(parameters.datastore(operation, "target"))
    device.locks.release(target, session.session_id)
    if target == CANDIDATE:
        # outstanding changes are discarded when the lock is released (RFC 6241, section 8.3.5.2)
        device.datastores.discard()
    return OK


def close_session(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    session.closing = True

    def afterwards() -> None:
        device.disconnect(session, "closed")
        session.drop()

    return Answer(afterwards=afterwards)


def kill_session(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    wished = parameters.text(operation, "session-id")
    if wished is None:
        raise missing_element("session-id", "kill-session")
    victim = device.sessions.get(int(wished)) if wished.isascii() and wished.isdigit() else None
    if victim is None:
        raise invalid_value(f"There is no session {wished}.", "session-id")
    if victim is session:
        raise invalid_value("A session cannot kill itself; use close-session.", "session-id")
    device.disconnect(victim, "killed", session.session_id)
    victim.drop()
    return OK
