"""The stages of an apply, in their order, grouped into phases that many devices can take in step.

Lives here: `Apply`, `begin_apply`, and what is done in each stage.  Does not live here: locks (`locking`),
what others left in candidate (`leftovers`), the confirmed commit (`guarding`), putting things in order after a failure
(`settling`), the words (`words`), the account of what has been done (`transaction`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.compare import Verdict
from netconf_gui.config.merge import three_way
from netconf_gui.errors import AppError, ConfigError, DeployError, Outcome, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.xml import serialize
from netconf_gui.services import words
from netconf_gui.services.change import Change, make_change, rebased
from netconf_gui.services.commit_words import with_words
from netconf_gui.services.events import Event, StageState
from netconf_gui.services.guarding import Guarding
from netconf_gui.services.history import record_apply, record_begun
from netconf_gui.services.leftovers import LeftoverCheck
from netconf_gui.services.locking import Locking
from netconf_gui.services.report import DeployReport
from netconf_gui.services.returning import Returning
from netconf_gui.services.settling import Settling
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions, Strategy, saving_operation, strategy
from netconf_gui.services.transaction import Transaction
from netconf_gui.services.verdict import look
from netconf_gui.session.datastores import editing_with_defaults
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalEntry, JournalFolder
from netconf_gui.yang.schema import Schema

CLOSE_SECONDS = 2.0


class Apply:
    """One apply in phases; made by `begin_apply`.

    `look` (else `lock` does it), `lock`, `prepare`, `commit`, `probe` and `confirm` are called in that order and raise
    `AppError`, the account kept; after the last, or the first that raised, exactly one of `finish` and `roll_back`
    ends it and tells how.  Nothing reaches running before `commit`.  All of it belongs to one thread at a time.
    """

    def __init__(self, at: Transaction, journal: JournalFolder | None) -> None:
        self.at = at
        self._journal = journal
        self._guard = Guarding(at)
        self._locking = Locking(at)
        self._started = time.time()
        self._began = time.monotonic()
        self._looked = False
        self._needless = False  # the device holds all of it already
        self._read = False

    @property
    def strategy(self) -> Strategy:
        return self.at.strategy

    @property
    def change(self) -> Change:
        return self.at.change

    @property
    def persist_id(self) -> str:
        """With which any session can settle the confirmed commit; "" where there is none."""
        return self.at.persist_id

    @property
    def journal_name(self) -> str:
        """The file of the journal, by which `pending` knows it."""
        return self.at.journal.path.name if self.at.journal is not None else ""

    # ---- phases

    def look(self) -> None:
        """Look at what others left in candidate; a fleet does that on all devices before it locks the first."""
        at = self.at
        self._looked = True
        with at.log.stage(Stage.PRECHECK, "Looking at the device") as note:
            at.cancel.check()
            left = LeftoverCheck(at).before_lock()
            note.text = " ".join(part for part in (*at.strategy.notes, left) if part)

    def lock(self) -> None:
        """Lock, after a look at what others left in candidate."""
        if not self._looked:
            self.look()
        self._locking.take()

    def prepare(self) -> None:
        """Compare, edit candidate and validate; running is only asked what it would say (test-only)."""
        self._compare()
        if self._needless:
            return
        if not self.at.direct:
            self._edit()
        self._validate()

    def commit(self) -> None:
        """Make it active: for a time where that was wished, else for good."""
        if self._needless:
            return
        if not self._locking.held():
            self._lock_again()
        if self._needless:
            return
        record_begun(self.at, self._started)
        if self.at.direct:
            self._edit()
            self.at.log.skip(Stage.COMMIT, "Edits of running are active at once.")
            return
        with self.at.log.stage(Stage.COMMIT, "Committing") as note:
            self.at.cancel.check()
            if self.at.strategy.confirmed:
                self._guard.commit(note)
                return
            self.at.owe("commit", "check running", "discard candidate")
            self.at.done.sent = True
            note.warn(self.at.call(with_words(operations.commit(), self.at), self.at.options.commit_timeout))
            self.at.done.accepted, self.at.done.edited = True, False
            note.text = "Committed."

    def probe(self) -> None:
        """See over a new session that the device can be reached and holds what was sent."""
        if not self._needless:
            self._guard.probe()

    def confirm(self, *, ask: bool = False) -> None:
        """Make a confirmed commit stay; with `ask` whoever has the `GuardControl` decides first."""
        if not self.at.done.pending:
            return
        begin = "Waiting for a decision" if ask and self.at.options.confirm_by == "person" else "Confirming the commit"
        with self.at.log.stage(Stage.CONFIRM, begin) as note:
            self._guard.confirm(note, ask=ask)

    def finish(self) -> DeployReport:
        """Read back, write startup, unlock."""
        settling = Settling(self.at)
        if self._needless or self.at.change.empty:
            return self._ended(settling.end_with_nothing())
        try:
            if not self._read:
                self._read_back()
            self._save_startup()
        except AppError as error:
            return self._ended(settling.end_badly(error))
        return self._ended(settling.end_well())

    def roll_back(self, error: AppError | None = None, text: str = "") -> DeployReport:
        """Take everything back, whatever phase it came to; `error` is what stopped it, `text` why it did otherwise."""
        if self._needless:
            return self._ended(Settling(self.at).end_with_nothing())
        stage = self.at.log.current
        why = error or DeployError(text or "Rolled back.", stage, Outcome.UNKNOWN)
        return self._ended(Settling(self.at).end_badly(why, undo=True))

    def run(self) -> DeployReport:
        """All phases; the report says how it ended."""
        try:
            return self._run()
        except BaseException:
            # a fault of ours: the end of the session releases what it held, the journal keeps what is owed
            self.at.session.abort()
            if self.at.journal is not None:
                self.at.journal.close(settled=False)
            raise

    def _run(self) -> DeployReport:
        try:
            self.lock()
            self.prepare()
            self.commit()
            if self.at.done.pending:
                self.probe()
            self.confirm(ask=True)
        except AppError as error:
            return self._ended(Settling(self.at).end_badly(error))
        return self.finish()

    def _ended(self, report: DeployReport) -> DeployReport:
        at = self.at
        report = replace(report, seconds=time.monotonic() - self._began)
        if not self._needless and (report.error is None or report.error.stage is not Stage.PRECHECK):
            record_apply(at, report, self._started)
        if at.journal is not None and self._journal is not None:
            with suppress(OSError):
                at.journal.close(settled=report.clean and report.outcome is not Outcome.UNKNOWN)
                if report.ok and report.clean:
                    # the locks were had and candidate was empty: what earlier applies still owed has been done
                    self._journal.forget_device(at.journal.address)
        if at.session is not at.first_session:
            at.session.close(CLOSE_SECONDS)
        return replace(report, stages=tuple(at.log.ended), seconds=time.monotonic() - self._began)

    # ---- stages

    def _lock_again(self) -> None:
        """The device let go of a lock by itself: whatever may have come between is looked for, once."""
        at = self.at
        if at.done.edited:
            # candidate is discarded only where nothing but our own edits lies in it
            if not Returning(at).clear_candidate(at.session):
                raise DeployError(
                    "The device let go of the lock on candidate by itself, and somebody else edits it by now.",
                    Stage.LOCK,
                    Outcome.UNCHANGED,
                    advice="Look at what is in candidate, have it discarded, then apply again.",
                )
            at.done.edited = False
        for datastore in reversed(at.done.locked):
            at.call(operations.unlock(datastore), at.options.cleanup_timeout)
        at.done.locked.clear()
        self._locking.take()
        self.prepare()

    def _compare(self) -> None:
        """Nobody's uncommitted edits lie in candidate, and what was changed since the fetch goes with our change.

        Both datastores are read whole.  What others did elsewhere is merged; where they changed what we change, it
        ends here.
        """
        at = self.at
        with at.log.stage(Stage.COMPARE, "Comparing with what was fetched") as note:
            running = at.read("running", whole=True, cancel=at.cancel)
            left = "" if at.direct else LeftoverCheck(at).under_lock(running)
            at.done.before = running
            note.text = " ".join(part for part in (left, self._compared(running)) if part)

    def _compared(self, running: etree._Element) -> str:
        """Put the change on top of what others did; the words on it.  Raises `DeployError` where that cannot be."""
        at = self.at
        difference = at.change.difference
        if not at.change.compare(difference.base_root, running, at.cancel):
            return "The device holds what was fetched."
        if at.change.given:
            moved = at.change.differences(difference.base_root, running)
            if moved:
                raise self._conflicting(running, words.entries_text(moved))
            return "The device was changed elsewhere since; the edit is sent as it is."
        merge = three_way(
            difference.base_root,
            difference.mine_root,
            running,
            at.change.schema,
            cancel=at.cancel,
            defaults=at.change.defaults,
        )
        if merge.conflicts:
            at.done.conflicts = merge.conflicts
            moved = at.change.differences(difference.base_root, running)
            named = words.entries_text(moved) if moved else words.listed([str(one.path) for one in merge.conflicts])
            raise self._conflicting(running, named)
        at.done.merged = merge.theirs
        at.change = rebased(at.change, running, merge.merged())
        if at.change.empty:
            self._needless = True
            return "The device holds all of it already."
        number = words.count(len(merge.theirs), "node")
        return f"Others changed {number} elsewhere since: {words.entries_text(merge.theirs)}. That stays."

    def _conflicting(self, running: etree._Element, what: str) -> DeployError:
        self.at.done.theirs = serialize(running)
        return DeployError(
            f"The device has changed where you changed it too: {what}.",
            Stage.COMPARE,
            Outcome.UNCHANGED,
            advice="Refresh and decide node by node which of the two counts, then apply again.",
        )

    def _request(self, test_option: str | None) -> Operation:
        at = self.at
        return operations.edit_config(
            at.strategy.target,
            at.change.config,
            default_operation=at.change.default_operation,
            test_option=test_option,
            error_option=at.strategy.error_option,
        )

    def _edit(self) -> None:
        at = self.at
        number = words.count(at.change.operations, "edit")
        with at.log.stage(Stage.EDIT, f"Sending {number}") as note:
            at.cancel.check()
            at.owe("edit", "check running" if at.direct else "discard candidate")
            at.done.edited, at.done.sent = not at.direct, at.direct
            operation = self._request(at.strategy.test_option)
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
        elif at.strategy.validate == "test-only":
            with at.log.stage(Stage.VALIDATE, "Testing the edits") as note:
                note.warn(at.call(self._request("test-only"), cancel=at.cancel))
                note.text = "The device would take the edits."
        elif at.strategy.validate == "test-then-set":
            at.log.skip(Stage.VALIDATE, "Tested together with the edit (test-then-set).")
        else:
            at.log.skip(Stage.VALIDATE, "The device cannot validate.")

    def _read_back(self) -> None:
        at = self.at
        with at.log.stage(Stage.READBACK, "Reading back") as note:
            try:
                look(at, at.session)
            except RpcFailed as error:
                note.warn(error.errors)
                note.text = f"The result cannot be read back: {error.message}"
                return
            self._read = True
            if any(item.verdict is Verdict.NOT_THERE for item in at.done.readback):
                raise DeployError(
                    words.untrue(at.done.readback, at.options.device_name),
                    Stage.READBACK,
                    Outcome.UNCHANGED if at.done.unmoved else Outcome.UNKNOWN,
                    advice="Refresh to see what the device holds.",
                )
            note.text = words.read_back(at.done.readback)
            if any(item.verdict is not Verdict.AS_SENT for item in at.done.readback):
                note.state = StageState.WARNING

    def _save_startup(self) -> None:
        at = self.at
        saving = saving_operation(at.session.capabilities, at.session.profile)
        if not at.strategy.save_startup or saving is None:
            return
        with at.log.stage(Stage.STARTUP, "Copying running to startup") as note:
            at.done.saving = True
            try:
                note.warn(at.call(saving, at.options.commit_timeout))
                at.done.saved = True
                note.text = "Startup is what running is."
            except RpcFailed as error:
                at.done.saving = False
                note.warn(error.errors)
                note.text = f"Startup was not written: {error.message}"


def begin_apply(
    session: Session,
    *,
    base: bytes,
    mine: bytes,
    schema: Schema | None,
    edit: bytes | None = None,
    options: DeployOptions | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancel: CancelToken | None = None,
    journal: JournalFolder | None = None,
    reconnect: Callable[[], Session] | None = None,
    log: StageLog | None = None,
) -> Apply:
    """Work out what is to be done and start its journal; raises `AppError` before anything is sent."""
    options = options or DeployOptions()
    options = replace(options, commit_timeout=max(options.commit_timeout, session.profile.commit_timeout))
    log = log or StageLog(on_event)
    mode = options.with_defaults
    try:
        change = make_change(
            base,
            mine,
            schema,
            edit,
            policy=options.policy,
            replace=options.replace,
            default_operation=options.edit_default_operation,
            unreadable=options.unreadable,
            defaults=editing_with_defaults(session.capabilities) if mode == "" else mode,
        )
        how = strategy(session.capabilities, session.profile, options)
        if how.confirmed and options.confirm_by == "person" and options.guard is None:
            raise ConfigError("Nobody was named who could confirm the commit.", advice="Let the program confirm it.")
        entry = None if change.empty else _begin_journal(session, options, how.target, journal)
    except AppError:
        with log.stage(Stage.PRECHECK):
            raise
    persist_id = (options.persist_id or secrets.token_urlsafe(12)) if how.persist else ""
    at = Transaction(session, options, change, how, log, cancel or CancelToken(), reconnect, entry, persist_id)
    return Apply(at, journal)


def refused(error: AppError, log: StageLog) -> DeployReport:
    """The report of an apply that could not begin."""
    why = DeployError(error.message, Stage.PRECHECK, Outcome.UNCHANGED, advice=error.advice)
    text = f"{error.message} Nothing was sent. {words.DRAFT_KEPT} {error.advice}".strip()
    return DeployReport(Outcome.UNCHANGED, text, tuple(log.ended), error=why)


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
