"""The stages of an apply, in their order.

Lives here: `run_apply` and what is done in each stage.  Does not live here: putting things in order after a failure
(`settling`), the words (`words`), the account of what has been done (`transaction`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from netconf_gui.cancel import CancelToken
from netconf_gui.config.compare import Verdict
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, DeployError, Outcome, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.services import words
from netconf_gui.services.change import make_change
from netconf_gui.services.events import Event, StageState
from netconf_gui.services.history import record_apply
from netconf_gui.services.holders import describe_holder
from netconf_gui.services.report import DeployReport
from netconf_gui.services.settling import Settling
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions, strategy
from netconf_gui.services.transaction import Transaction
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalEntry, JournalFolder
from netconf_gui.yang.schema import Schema


class Apply:
    """The stages of one apply, each a method; what they share is in `at`."""

    def __init__(self, at: Transaction) -> None:
        self.at = at

    def run(self) -> DeployReport:
        """All stages; the report says how it ended."""
        settling = Settling(self.at)
        begin = (self._lock, self._compare, self._edit, self._validate, self._commit)
        end = (self._read_back, self._confirm, self._save_startup)
        try:
            for step in (*begin, *end):
                step()
        except AppError as error:
            return settling.end_badly(error)
        return settling.end_well()

    def _lock(self) -> None:
        at = self.at
        names = " and ".join(at.strategy.lock)
        with at.log.stage(Stage.LOCK, f"Locking {names}") as note:
            at.owe("lock", *self._unlocks())
            for datastore in at.strategy.lock:
                at.cancel.check()
                try:
                    at.call(operations.lock(datastore), cancel=at.cancel)
                except RpcFailed as error:
                    raise self._lock_denied(datastore, error) from error
                except AppError:
                    # a lock whose reply nobody waited for may be a lock all the same
                    at.done.locked.append(datastore)
                    at.done.asked.add(datastore)
                    raise
                at.done.locked.append(datastore)
            note.text = f"{names.capitalize()} locked."

    def _lock_denied(self, datastore: str, error: RpcFailed) -> DeployError:
        first = next(one for one in error.errors if not one.is_warning)
        advice = (
            "Wait until the lock is released, or end that session, then apply again."
            if first.tag in ("lock-denied", "in-use")
            else "Connect as a user who may change the configuration, or look at the device for the reason."
        )
        return DeployError(
            describe_holder(self.at.session, datastore, first, timeout=self.at.options.cleanup_timeout),
            Stage.LOCK,
            Outcome.UNCHANGED,
            errors=error.errors,
            advice=advice,
        )

    def _compare(self) -> None:
        """Nobody's uncommitted edits lie in candidate, and what we touch is as it was fetched.

        Both datastores are read whole.  RFC 6241 lets nobody lock a candidate that holds edits (section 7.5), but
        servers that grant it all the same exist, and a commit would then make a stranger's work active: that may lie
        anywhere, so a filter on what we touch would not show it.  Running is whole also for taking a half-done edit
        back.
        """
        at = self.at
        with at.log.stage(Stage.COMPARE, "Comparing with what was fetched") as note:
            running = at.read("running", whole=True, cancel=at.cancel)
            if not at.direct:
                candidate = at.read("candidate", whole=True, cancel=at.cancel)
                left = diff(running, candidate, at.change.schema).entries
                if left:
                    raise DeployError(
                        f"Candidate holds {words.count(len(left), 'change')} that nobody committed: "
                        f"{words.entries_text(left)}.",
                        Stage.COMPARE,
                        Outcome.UNCHANGED,
                        advice="They may be somebody's work, so they are not discarded. Have them committed or "
                        "discarded, then apply again.",
                    )
            moved = at.change.differences(at.change.difference.base_root, running)
            if moved:
                raise DeployError(
                    f"The device has changed where you changed it too: {words.entries_text(moved)}.",
                    Stage.COMPARE,
                    Outcome.UNCHANGED,
                    advice="Refresh to see it, then apply again.",
                )
            at.done.before = running
            note.text = "The device holds what was fetched."

    def _edit(self) -> None:
        at = self.at
        number = words.count(at.change.operations, "edit")
        operation = operations.edit_config(
            at.strategy.target,
            at.change.config,
            default_operation=at.change.default_operation,
            test_option=at.strategy.test_option,
            error_option=at.strategy.error_option,
        )
        with at.log.stage(Stage.EDIT, f"Sending {number}") as note:
            at.cancel.check()
            at.owe("edit", "check running" if at.direct else "discard candidate", *self._unlocks())
            at.done.edited, at.done.sent = not at.direct, at.direct
            if at.direct:
                note.warn(at.call(operation, at.options.commit_timeout))
                at.done.accepted = True
            else:
                note.warn(at.call(operation, cancel=at.cancel))
            note.text = f"{number} taken."

    def _validate(self) -> None:
        at = self.at
        if at.strategy.validate == "validate":
            with at.log.stage(Stage.VALIDATE, "Validating candidate") as note:
                note.warn(at.call(operations.validate("candidate"), cancel=at.cancel))
                note.text = "The device finds the result valid."
        elif at.strategy.validate == "test-then-set":
            at.log.skip(Stage.VALIDATE, "Tested together with the edit (test-then-set).")
        else:
            at.log.skip(Stage.VALIDATE, "The device cannot validate.")

    def _commit(self) -> None:
        at = self.at
        if at.direct:
            at.log.skip(Stage.COMMIT, "Edits of running are active at once.")
            return
        seconds = at.options.confirm_seconds
        with at.log.stage(Stage.COMMIT, "Committing") as note:
            at.cancel.check()
            at.owe("commit", "check running", "discard candidate", *self._unlocks())
            at.done.sent, at.done.pending = True, seconds is not None
            operation = operations.commit(confirmed=seconds is not None, timeout=seconds)
            note.warn(at.call(operation, at.options.commit_timeout))
            at.done.accepted, at.done.edited = True, False
            note.text = "Committed." if seconds is None else f"Committed for {seconds} s, to be confirmed."

    def _read_back(self) -> None:
        at = self.at
        with at.log.stage(Stage.READBACK, "Reading back") as note:
            try:
                now = at.read("running", whole=at.options.history is not None)
            except RpcFailed as error:
                note.warn(error.errors)
                note.text = f"The result cannot be read back: {error.message}"
                return
            at.done.readback = at.verify(now)
            at.done.read = True
            at.done.after = now if at.options.history is not None else None
            if any(item.verdict is Verdict.NOT_THERE for item in at.done.readback):
                nothing = at.done.before is not None and not at.change.differences(at.done.before, now)
                raise DeployError(
                    words.untrue(at.done.readback, at.options.device_name),
                    Stage.READBACK,
                    Outcome.UNCHANGED if nothing else Outcome.UNKNOWN,
                    advice="Refresh to see what the device holds.",
                )
            note.text = words.read_back(at.done.readback)
            if any(item.verdict is not Verdict.AS_SENT for item in at.done.readback):
                note.state = StageState.WARNING

    def _confirm(self) -> None:
        at = self.at
        if not at.done.pending:
            return
        with at.log.stage(Stage.CONFIRM, "Confirming the commit") as note:
            at.cancel.check()
            at.done.confirming = True
            note.warn(at.call(operations.commit(), at.options.commit_timeout))
            at.done.pending = False
            note.text = "Confirmed: the change stays."

    def _save_startup(self) -> None:
        at = self.at
        if not at.strategy.save_startup:
            return
        with at.log.stage(Stage.STARTUP, "Copying running to startup") as note:
            try:
                note.warn(at.call(operations.copy_config("startup", "running"), at.options.commit_timeout))
                note.text = "Startup is what running is."
            except RpcFailed as error:
                note.warn(error.errors)
                note.text = f"Startup was not written: {error.message}"

    def _unlocks(self) -> tuple[str, ...]:
        return tuple(f"unlock {name}" for name in self.at.strategy.lock)


def run_apply(
    session: Session,
    base: bytes,
    mine: bytes,
    schema: Schema | None,
    edit: bytes | None,
    *,
    options: DeployOptions,
    on_event: Callable[[Event], None] | None,
    cancel: CancelToken | None,
    journal: JournalFolder | None,
    reconnect: Callable[[], Session] | None,
) -> DeployReport:
    """Look before anything is sent, then run the transaction; see `deploy.deploy`."""
    started = time.monotonic()
    log = StageLog(on_event)
    try:
        with log.stage(Stage.PRECHECK) as note:
            change = make_change(base, mine, schema, edit)
            how = strategy(session.capabilities, session.profile, options)
            note.text = " ".join(how.notes)
        if change.empty:
            return DeployReport(Outcome.UNCHANGED, "There is nothing to change.", tuple(log.ended))
        entry = _begin_journal(session, options, how.target, journal)
    except AppError as error:
        refused = DeployError(error.message, Stage.PRECHECK, Outcome.UNCHANGED, advice=error.advice)
        text = f"{error.message} Nothing was sent. {words.DRAFT_KEPT} {error.advice}".strip()
        return DeployReport(Outcome.UNCHANGED, text, tuple(log.ended), error=refused)
    at = Transaction(session, options, change, how, log, cancel or CancelToken(), reconnect, entry)
    report = replace(Apply(at).run(), seconds=time.monotonic() - started)
    record_apply(at, report, time.time() - report.seconds)
    if entry is not None and journal is not None:
        entry.close(settled=report.clean and report.outcome is not Outcome.UNKNOWN)
        if report.ok and report.clean:
            # the locks were had and candidate was empty: what earlier applies still owed has been done
            journal.forget_device(entry.address)
    return replace(report, stages=tuple(log.ended), seconds=time.monotonic() - started)


def _begin_journal(
    session: Session, options: DeployOptions, target: str, journal: JournalFolder | None
) -> JournalEntry | None:
    if journal is None:
        return None
    peer = session.stream.peer
    return journal.begin(
        device_id=options.device_id,
        device_name=options.device_name,
        address=f"{peer.username}@{peer.host}:{peer.port}",
        datastore=target,
    )
