"""One apply to a device whose configuration is text: lock, compare, send commands, read back, and the truth about it.

Lives here: `cli_deploy` and its stages.  Does not live here: locks (`locking`, the same as for every apply), keeping
one alive (`cli_lock`), how it ends (`cli_settling`), what is said beforehand (`cli_change`).

There is no candidate and no confirmed commit.  What was sent can be taken back by the opposite commands only: they are
worked out from what the device held, and offered when something went wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from netconf_gui.cancel import CancelToken
from netconf_gui.config.cli_diff import CliDiff, cli_diff, equal
from netconf_gui.config.cli_merge import three_way_cli, verify_cli
from netconf_gui.config.cli_plan import CliPlan, cli_plan
from netconf_gui.config.cli_summary import listed
from netconf_gui.config.cli_text import CliConfig, parse_cli
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, DeployError, Outcome, RpcFailed, Stage
from netconf_gui.protocol import cli_operations, operations
from netconf_gui.protocol.xml import NS_BASE, new_element, qn
from netconf_gui.services import cli_history, words
from netconf_gui.services.applying import CLOSE_SECONDS
from netconf_gui.services.change import Change
from netconf_gui.services.cli_change import CliReport, cli_strategy, given_plan
from netconf_gui.services.cli_lock import LockKeeper
from netconf_gui.services.cli_settling import CliSettling
from netconf_gui.services.events import Event, StageState
from netconf_gui.services.locking import Locking
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions
from netconf_gui.services.transaction import Transaction
from netconf_gui.session.cli import check_size, limits_of, need_text, read_text
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalEntry, JournalFolder


def cli_deploy(
    session: Session,
    *,
    base: str,
    mine: str,
    commands: Sequence[str] = (),
    options: DeployOptions | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancel: CancelToken | None = None,
    journal: JournalFolder | None = None,
    reconnect: Callable[[], Session] | None = None,
) -> CliReport:
    """Bring the device from the text `base` to the text `mine`; with `commands` these are sent, as they are.

    Blocking.  Never raises for what a device or a network does: the report says it.  A cancel before the commands are
    sent leaves the device unchanged; after that the apply is finished.  `reconnect` makes a new session after a loss.
    """
    options, log = options or DeployOptions(), StageLog(on_event)
    try:
        need_text(session)
        apply = CliApply(session, parse_cli(base), parse_cli(mine), options, log, cancel or CancelToken(), reconnect)
        if commands:
            apply.plan, apply.given = given_plan(commands), True
        if not apply.plan:
            with log.stage(Stage.PRECHECK) as note:
                note.text = "There is nothing to change."
            return CliReport(Outcome.UNCHANGED, "There is nothing to change.", tuple(log.ended))
        apply.begin(journal)
    except AppError as error:
        with suppress(AppError), log.stage(Stage.PRECHECK):
            raise error
        why = DeployError(error.message, Stage.PRECHECK, Outcome.UNCHANGED, advice=error.advice)
        text = f"{error.message} Nothing was sent. {words.DRAFT_KEPT} {error.advice}".strip()
        return CliReport(Outcome.UNCHANGED, text, tuple(log.ended), error=why)
    return apply.run()


class CliApply:
    """One apply; `begin`, then `run`."""

    def __init__(
        self,
        session: Session,
        base: CliConfig,
        mine: CliConfig,
        options: DeployOptions,
        log: StageLog,
        cancel: CancelToken,
        reconnect: Callable[[], Session] | None,
    ) -> None:
        self.base, self.mine = base, mine
        self.diff: CliDiff = cli_diff(base, mine)
        self.plan: CliPlan = cli_plan(self.diff)
        self.limits = limits_of(base.text, max_message=session.profile.max_message)
        self.before: CliConfig | None = None  # running as it was under our lock
        self.after: CliConfig | None = None  # running as it was read back
        self.given = False  # somebody wrote the commands; they are sent as they are
        self.merged = 0  # changes of others elsewhere
        self.clash: str = ""  # running, where others changed the same
        self.entry_id = ""
        self.started = time.time()
        self._began = time.monotonic()
        strategy = cli_strategy(session.capabilities, self.plan, self.limits, options)
        nothing = new_element(qn(NS_BASE, "config"), {None: NS_BASE})
        change = Change(nothing, "merge", self.plan.edits, diff(nothing, nothing, None), (), None)
        # the device counts from when it was asked, we from when it had answered: looked after well before that is over
        options = replace(options, relock_after=min(options.relock_after, self.limits.lock_time / 2))
        self.at = Transaction(session, options, change, strategy, log, cancel, reconnect)
        self.locking = Locking(self.at)
        self._keeper: LockKeeper | None = None
        self._journal: JournalFolder | None = None

    def begin(self, journal: JournalFolder | None) -> None:
        """Check the size of what is to be sent, and start the journal; raises `AppError`."""
        check_size(self._request(), self.limits.max_message)
        if journal is not None:
            self._journal, self.at.journal = journal, self._begin_journal(journal)

    def _begin_journal(self, journal: JournalFolder) -> JournalEntry:
        peer, options = self.at.session.stream.peer, self.at.options
        return journal.begin(
            device_id=options.device_id,
            device_name=options.device_name,
            address=f"{peer.username}@{peer.host}:{peer.port}",
            datastore="running",
        )

    def run(self) -> CliReport:
        """All stages; the report says how it ended."""
        try:
            return self._ended(self._run())
        except BaseException:
            # a fault of ours: the end of the session releases the lock, the journal keeps what is owed
            self.at.session.abort()
            if self.at.journal is not None:
                self.at.journal.close(settled=False)
            raise
        finally:
            self._stop_keeping()

    def _run(self) -> CliReport:
        settling = CliSettling(self)
        try:
            self._look()
            self._lock()
            self._compare()
            if not self.plan:
                return settling.end_with_nothing()
            self._hold()
            cli_history.record_begun(self)
            self._edit()
            self._read_back()
            self._save_startup()
        except AppError as error:
            return settling.end_badly(error)
        return settling.end_well()

    def _ended(self, report: CliReport) -> CliReport:
        at = self.at
        self._stop_keeping()
        report = replace(report, seconds=time.monotonic() - self._began)
        if report.error is None or report.error.stage is not Stage.PRECHECK:
            cli_history.record_apply(self, report)
        if at.journal is not None and self._journal is not None:
            with suppress(OSError):
                at.journal.close(settled=report.clean and report.outcome is not Outcome.UNKNOWN)
                if report.ok and report.clean:
                    self._journal.forget_device(at.journal.address)
        if at.session is not at.first_session:
            at.session.close(CLOSE_SECONDS)
        return replace(report, stages=tuple(at.log.ended), seconds=time.monotonic() - self._began)

    # ---- stages

    def _look(self) -> None:
        with self.at.log.stage(Stage.PRECHECK, "Looking at the device") as note:
            self.at.cancel.check()
            note.text = " ".join(self.at.strategy.notes)

    def _lock(self) -> None:
        self.locking.take()
        self._keeper = LockKeeper(self.at.session, self.limits.lock_time)
        self._keeper.__enter__()

    def _stop_keeping(self) -> None:
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper = None

    def _touched(self) -> None:
        """The session has asked for something: the time of the lock begins anew."""
        self.at.done.locked_at = time.monotonic()
        if self._keeper is not None:
            self._keeper.touch()

    def _compare(self) -> None:
        at = self.at
        with at.log.stage(Stage.COMPARE, "Comparing with what was fetched") as note:
            now = parse_cli(read_text(at.session, cancel=at.cancel))
            self._touched()
            self.before = now
            self.limits = limits_of(now.text, max_message=at.session.profile.max_message)
            merge = three_way_cli(self.base, self.mine, now)
            if not merge.theirs:
                note.text = "The device holds what was fetched."
                return
            if merge.conflicts:
                self.clash = now.text
                where = mask_cli(listed([theirs for _, theirs in merge.conflicts]))
                raise DeployError(
                    f"The device has changed where you changed it too: {where}.",
                    Stage.COMPARE,
                    Outcome.UNCHANGED,
                    advice="Fetch it again, look at what is different now, then apply again.",
                )
            self.merged = len(merge.theirs.changes)
            self.mine, self.diff = merge.merged, cli_diff(now, merge.merged)
            self.plan = self.plan if self.given else cli_plan(self.diff)
            check_size(self._request(), self.limits.max_message)
            what = mask_cli(listed(merge.theirs.changes))
            note.text = f"Others changed {words.count(self.merged, 'command')} elsewhere since: {what}. That stays."

    def _hold(self) -> None:
        """The lock is still there, or is had again and the device looked at anew."""
        if self.locking.held():
            return
        self._stop_keeping()
        for datastore in reversed(self.at.done.locked):
            self.at.call(operations.unlock(datastore), self.at.options.cleanup_timeout)
        self.at.done.locked.clear()
        self._lock()
        self._compare()

    def _request(self) -> operations.Operation:
        return cli_operations.edit_text(
            self.plan.typed, block=self.plan.has_blocks, error_option=self.at.strategy.error_option
        )

    def _edit(self) -> None:
        at = self.at
        number = words.count(self.plan.edits, "command")
        with at.log.stage(Stage.EDIT, f"Sending {number}") as note:
            at.cancel.check()
            at.owe("edit", "check running")
            at.done.sent = True
            note.warn(at.call(self._request(), at.options.commit_timeout))
            self._touched()
            at.done.accepted = True
            note.text = f"{number} taken."

    def _read_back(self) -> None:
        at = self.at
        with at.log.stage(Stage.READBACK, "Reading back") as note:
            try:
                self.look(at.session)
            except RpcFailed as error:
                note.warn(error.errors)
                note.text = f"The result cannot be read back: {error.message}"
                return
            missing = self.missing
            if missing:
                unmoved = self.before is not None and self.after is not None and equal(self.before, self.after)
                raise DeployError(
                    f"{at.options.device_name} said ok, but that was not true: {missing} not there.",
                    Stage.READBACK,
                    Outcome.UNCHANGED if unmoved else Outcome.UNKNOWN,
                    advice="Fetch it again to see what the device holds.",
                )
            note.text = self.read_back_words()
            if self._count("normalised"):
                note.state = StageState.WARNING

    def look(self, session: Session) -> Outcome:
        """Read running and say whether the change is there; raises what reading raises."""
        self.after = parse_cli(read_text(session, timeout=self.at.options.commit_timeout))
        self._touched()
        self.at.done.read = True
        if self.before is not None and equal(self.before, self.after):
            return Outcome.UNCHANGED
        return Outcome.UNKNOWN if self._count("not-there") else Outcome.APPLIED

    def _count(self, verdict: str) -> int:
        if self.after is None:
            return 0
        return sum(found == verdict for _, found in verify_cli(self.diff, self.after))

    @property
    def missing(self) -> str:
        """The changes that are not on the device, in words; "" where all are."""
        if self.after is None:
            return ""
        found = [change for change, verdict in verify_cli(self.diff, self.after) if verdict == "not-there"]
        return mask_cli(listed(found)) if found else ""

    def read_back_words(self) -> str:
        """What the device made of it."""
        if self.after is None:
            return "The device said ok; the result could not be read back."
        own = [change for change, verdict in verify_cli(self.diff, self.after) if verdict == "normalised"]
        if not own:
            return "Read back as sent."
        number = words.count(len(own), "change")
        return f"Read back. The device wrote {number} in its own way: {mask_cli(listed(own))}."

    @property
    def verdicts(self) -> tuple[int, int]:
        """How many changes were read back, and how many of them are there."""
        count = len(self.diff.changes) if self.after is not None else 0
        return count, count - self._count("not-there")

    def _save_startup(self) -> None:
        at = self.at
        if not at.strategy.save_startup:
            return
        with at.log.stage(Stage.STARTUP, "Copying running to startup") as note:
            at.done.saving = True
            try:
                note.warn(at.call(operations.copy_config("startup", "running"), at.options.commit_timeout))
                self._touched()
                at.done.saved = True
                note.text = "Startup is what running is."
            except RpcFailed as error:
                at.done.saving = False
                note.warn(error.errors)
                note.text = f"Startup was not written: {error.message}"
