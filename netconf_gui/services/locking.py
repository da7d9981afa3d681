"""The locks of an apply: taken in order, waited for, looked after, given back in reverse.

Lives here: `Locking`.  Does not live here: who a holder is (`holders`), when locks are taken (`applying`) and given
back (`settling`).
"""

from __future__ import annotations

import time

from netconf_gui.errors import AppError, DeployError, Outcome, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.services.events import Kill, LockHolder, LockWait, StageState, Wait
from netconf_gui.services.holders import find_holder
from netconf_gui.services.stages import StageNote
from netconf_gui.services.transaction import Transaction
from netconf_gui.workspace.journal import JournalFolder

_HELD = ("lock-denied", "in-use")
_BUSY = (*_HELD, "resource-denied")  # what a device says that holds the lock itself, or has no room for it
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0  # seconds between two tries


class Locking:
    """The locks of one apply."""

    def __init__(self, at: Transaction) -> None:
        self.at = at

    # ---- taking

    def take(self) -> None:
        """All locks, or none; raises `DeployError` with the holder when that is given up."""
        at = self.at
        names = " and ".join(at.strategy.lock)
        with at.log.stage(Stage.LOCK, f"Locking {names}") as note:
            at.owe("lock")
            patience = at.session.profile.lock_retry
            while (holder := self._try_all()) is not None:
                if patience and self._by_device(holder):
                    # it synchronises, and lets go by itself
                    self._release_quietly()
                    self._wait(holder, patience)
                    patience = 0.0
                else:
                    self._decide(holder)
            at.done.holder = None
            note.text = f"{names.capitalize()} locked."
            if at.done.dropped:
                note.state = StageState.WARNING
                note.text += " The device had let go of a lock by itself."
                at.done.dropped = False

    def _try_all(self) -> LockHolder | None:
        """The holder of the first lock that is denied."""
        at = self.at
        for datastore in at.strategy.lock:
            at.cancel.check()
            try:
                at.call(operations.lock(datastore), cancel=at.cancel)
            except RpcFailed as error:
                if {one.session_id for one in error.errors if not one.is_warning} == {at.session.session_id}:
                    continue  # a person locked it by hand on this session, who also gives it back
                return self._denied(datastore, error)
            except AppError:
                # a lock whose reply nobody waited for may be a lock all the same
                at.done.locked.append(datastore)
                at.done.asked.add(datastore)
                raise
            at.done.locked.append(datastore)
        at.done.locked_at = time.monotonic()
        return None

    def _denied(self, datastore: str, error: RpcFailed) -> LockHolder:
        at = self.at
        holder = find_holder(at.session, datastore, error, timeout=at.options.cleanup_timeout)
        at.done.holder = holder
        patient = at.session.profile.lock_retry > 0
        if not any(tag in (_BUSY if patient else _HELD) for tag in error.tags):
            if "access-denied" not in error.tags:
                # a device that fails while it locks may have locked all the same
                at.done.locked.append(datastore)
                at.done.asked.add(datastore)
            raise self._given_up(
                holder, "Connect as a user who may change the configuration, or look at the device for the reason."
            )
        return holder

    @staticmethod
    def _by_device(holder: LockHolder) -> bool:
        """Whether no session is named: number 0 is what is no NETCONF session (RFC 6241, section 7.5)."""
        return not holder.session_id

    def _given_up(self, holder: LockHolder, advice: str = "") -> DeployError:
        if self._our_own_waits():
            advice = "A confirmed commit of an earlier apply may wait there: settle it among the pending commits."
        return DeployError(
            holder.text,
            Stage.LOCK,
            Outcome.UNCHANGED,
            errors=holder.errors,
            advice=advice or "Wait until the lock is released, or end that session, then apply again.",
        )

    def _our_own_waits(self) -> bool:
        """Whether a program that ended has left a confirmed commit on this device: nobody can lock running then."""
        journal = self.at.journal
        if journal is None:
            return False
        entries = JournalFolder(journal.path.parent).unfinished()
        return any(entry.guarded and not entry.running and entry.address == journal.address for entry in entries)

    # ---- waiting

    def _decide(self, holder: LockHolder) -> None:
        """Ask what to do, and do it; returns when it is worth another try."""
        if self.at.options.when_locked is None:
            raise self._given_up(holder)
        # while somebody thinks, nobody else is kept waiting by what we have
        self._release_quietly()
        answer = self.at.options.when_locked(holder)
        self.at.cancel.check()
        if isinstance(answer, Kill):
            self._kill(holder)
        elif isinstance(answer, Wait):
            self._wait(holder, answer.seconds)
        else:
            raise self._given_up(holder)

    def _wait(self, holder: LockHolder, seconds: float) -> None:
        """Until the lock can be had or the time is over; then it is had and given back, for `take` to try all."""
        until, pause = time.time() + seconds, _FIRST_PAUSE
        while (left := until - time.time()) > 0:
            step = min(pause, left)
            self.at.log.tell(LockWait(holder.datastore, holder, time.time() + step, until))
            if self.at.pause(step):
                self.at.cancel.check()
            if self._can_be_had(holder.datastore):
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _can_be_had(self, datastore: str) -> bool:
        at = self.at
        try:
            at.call(operations.lock(datastore), cancel=at.cancel)
        except RpcFailed:
            return False
        except AppError:
            at.done.locked.append(datastore)
            at.done.asked.add(datastore)
            raise
        at.done.locked.append(datastore)
        self._release_quietly()
        return True

    def _kill(self, holder: LockHolder) -> None:
        """End the session that was agreed upon, and no other: who holds the lock is asked for once more."""
        at = self.at
        if not holder.can_kill or holder.session_id == at.session.session_id:
            raise self._given_up(holder, "It is held by something that cannot be ended from here.")
        try:
            at.call(operations.lock(holder.datastore), cancel=at.cancel)
        except RpcFailed as error:
            if holder.session_id not in {one.session_id for one in error.errors}:
                return  # somebody else by now: it is asked again
        else:
            at.done.locked.append(holder.datastore)
            self._release_quietly()
            return
        assert holder.session_id is not None
        try:
            at.call(operations.kill_session(holder.session_id), at.options.cleanup_timeout)
        except RpcFailed as error:
            raise DeployError(
                f"{holder.text} That session could not be ended: {error.message}",
                Stage.LOCK,
                Outcome.UNCHANGED,
                errors=(*holder.errors, *error.errors),
                advice="Wait until the lock is released, or end that session on the device, then apply again.",
            ) from error
        self._wait(holder, at.options.cleanup_timeout)

    def _release_quietly(self) -> None:
        done = self.at.done
        while done.locked:
            self.at.call(operations.unlock(done.locked[-1]), self.at.options.cleanup_timeout)
            done.locked.pop()

    # ---- looking after

    def held(self) -> bool:
        """Whether all locks are still ours; only asked where they have been held for a while.

        To lock what one has locked is denied, naming ourselves (RFC 6241, section 7.5); an ok means that the device
        had let go of it.
        """
        at = self.at
        if time.monotonic() - at.done.locked_at < at.options.relock_after:
            return True
        for datastore in at.done.locked:
            try:
                at.call(operations.lock(datastore), cancel=at.cancel)
            except RpcFailed as error:
                owners = {one.session_id for one in error.errors if not one.is_warning}
                if owners <= {at.session.session_id, None}:
                    continue
                at.done.locked.remove(datastore)
            at.done.dropped = True
            return False
        at.done.locked_at = time.monotonic()
        return True

    # ---- giving back

    def release(self, note: StageNote) -> None:
        """The last one first; raises where a lock of ours may stay."""
        done = self.at.done
        while done.locked:
            datastore = done.locked[-1]
            try:
                note.warn(self.at.call(operations.unlock(datastore), self.at.options.cleanup_timeout))
            except RpcFailed:
                if datastore not in done.asked and self._is_ours(datastore):
                    raise
                if datastore not in done.asked:
                    note.state = StageState.WARNING
                    note.text = f"The device had let go of the lock on {datastore} by itself. "
                # else it was never ours: the lock that nobody waited for was not granted
            done.locked.pop()
        note.text += "Unlocked."

    def _is_ours(self, datastore: str) -> bool:
        """Whether a lock that could not be given back is there at all: then another one is denied to ourselves."""
        at = self.at
        try:
            at.call(operations.lock(datastore), at.options.cleanup_timeout)
        except RpcFailed as error:
            return at.session.session_id in {one.session_id for one in error.errors}
        at.call(operations.unlock(datastore), at.options.cleanup_timeout)
        return False
