"""Review and apply: shows what would be sent, runs the apply on the device's lane, and shows how it goes.

The transaction itself is `services.deploy`; its stages are drawn by `panes/apply.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.config.edits import Edit, Group
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import AppError, Stage
from netconf_gui.gui import icons
from netconf_gui.gui.asking import Asker
from netconf_gui.gui.connections import Connections, Link
from netconf_gui.gui.dialogs.apply_options import ApplyOptionsDialog
from netconf_gui.gui.dialogs.leftovers import LeftoversDialog
from netconf_gui.gui.dialogs.lock_denied import LockDeniedDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.findings import DEVICE
from netconf_gui.gui.guarding import Guarding
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.apply import ApplyPane
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.connect import connect
from netconf_gui.services.deploy import DeployOptions, DeployReport, deploy, strategy
from netconf_gui.services.events import (
    GuardEvent,
    GuardState,
    Kill,
    LeftoverAnswer,
    Leftovers,
    LockAnswer,
    LockHolder,
    StageEvent,
    StageState,
    Stop,
    Wait,
)
from netconf_gui.services.guard import GuardControl
from netconf_gui.session.session import Session
from netconf_gui.workspace.apply_choices import ApplyChoice
from netconf_gui.workspace.journal import JournalFolder

if TYPE_CHECKING:
    from netconf_gui.gui.asking import GuiInteraction
    from netconf_gui.gui.main_window import MainWindow
    from netconf_gui.gui.panes.diff import DiffPane
    from netconf_gui.gui.review import ReviewWish
    from netconf_gui.workspace.workspace import Workspace

_ABOUT_THE_DOCUMENT = (Stage.EDIT, Stage.VALIDATE, Stage.COMMIT)
"""Stages in which a device refuses because of what it was sent, not because of who holds a lock."""

STAGES_HEIGHT = 300  # px: stepper, result and a few lines of the log


class Applying(QObject):
    """One apply at a time per device; `lock_changed(device id, words)` tells what is locked by us."""

    started = Signal(str)
    ended = Signal(str, object)
    conflicts_found = Signal(object, bytes)  # the document's pane, and what the device holds now
    lock_changed = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        documents: Documents,
        connections: Connections,
        tasks: TaskManager,
        workspace: Workspace,
        asker: Asker,
        pane: ApplyPane,
        guarding: Guarding,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._documents = documents
        self._connections = connections
        self._tasks = tasks
        self._workspace = workspace
        self._asker = asker
        self._pane = pane
        self._guarding = guarding
        # what the person may not read on a device, by the rules of its access control
        self.unreadable: Callable[[str], tuple[InstancePath, ...]] = lambda device_id: ()
        self._running: dict[str, Task] = {}
        self._shown: DocumentPane | None = None
        documents.review_added.connect(self._review_made)
        pane.stop_wanted.connect(self.stop)
        pane.jump_wanted.connect(self._jump)

    @property
    def running(self) -> tuple[Task, ...]:
        return tuple(self._running.values())

    def is_running(self, device_id: str) -> bool:
        """Whether an apply to that device is under way; its report then says how the connection ended."""
        return device_id in self._running

    def adopt(self, device_id: str, task: Task) -> None:
        """An apply of another kind runs on a device: it is stopped, waited for and told of as one of these."""
        self._running[device_id] = task
        task.finished.connect(lambda: self._running.pop(device_id, None))

    def review(self, pane: DocumentPane) -> None:
        """Show what would be sent."""
        self._documents.review(pane)

    def bring(self, pane: DocumentPane, edit: Edit | None, name: str, held: str) -> bool:
        """Make `edit` one step of the document and show what would be sent; False where there is nothing to make.

        `name` is the step's, for undo; `held` is said where the document holds all of it already (`edit` is None).
        """
        self._documents.show_pane(pane)
        if edit is None:
            self._window.status.tell(held)
            return False
        if not pane.guard(lambda: pane.document.apply(Group((edit,), name))):
            return False
        self.review(pane)
        return True

    def _review_made(self, pane: DocumentPane, review: DiffPane) -> None:
        review.apply_wanted.connect(lambda: self.apply(pane))
        review.options_wanted.connect(lambda: self.apply_with_options(pane))
        remembered = self._workspace.apply_choices.of(pane.context.device_id)
        if remembered is not None and remembered.policy == "tolerant":
            review.set_policy("tolerant")
        self._say_choice(review, pane)
        review.set_applying(self.is_running(pane.context.device_id))

    def can_apply(self, pane: DocumentPane | None) -> bool:
        if pane is None or not pane.context.device_id or not pane.changes:
            return False
        wish = self._wish(pane)
        if wish is not None and wish.refused:
            return False
        link = self._connections.link(pane.context.device_id)
        return link is not None and link.connected and pane.context.device_id not in self._running

    def apply(self, pane: DocumentPane) -> Task | None:
        """Send the document's changes as they were sent last; errors that are known beforehand are asked about."""
        if not self.can_apply(pane):
            self._say_why_not(pane)
            return None
        return self._apply_as(pane, self.choice_of(pane))

    def choice_of(self, pane: DocumentPane) -> ApplyChoice:
        """How the document is sent unless a person says otherwise: as last time, else as the settings say."""
        remembered = self._workspace.apply_choices.of(pane.context.device_id)
        choice = remembered or ApplyChoice(save_startup=self._workspace.settings.apply.save_startup)
        wish = self._wish(pane)
        return choice if wish is None else replace(choice, policy=wish.policy)

    def _wish(self, pane: DocumentPane) -> ReviewWish | None:
        """What was chosen in the document's review, if there is one."""
        review = self._documents.review_of(pane)
        return review.wish if review is not None else None

    def apply_with_options(self, pane: DocumentPane) -> ApplyOptionsDialog | None:
        """Ask how to send it, then send it."""
        link = self._connections.link(pane.context.device_id)
        if not self.can_apply(pane) or link is None or link.session is None:
            self._say_why_not(pane)
            return None
        session, wish = link.session, self._wish(pane)

        def describe(choice: ApplyChoice) -> tuple[str, ...]:
            return strategy(session.capabilities, session.profile, _options(choice)).notes

        dialog = ApplyOptionsDialog(
            self._window,
            link.device.name,
            f"{count_words(pane.changes, 'change')} of {pane.context.title}.",
            session.capabilities,
            self.choice_of(pane),
            describe,
            fixed_edit=wish is not None and wish.edit is not None,
            profile=session.profile,
        )

        def chosen(choice: ApplyChoice, remember: bool) -> None:
            if remember:
                self._workspace.apply_choices.remember(link.device.id, choice)
                review = self._documents.review_of(pane)
                if review is not None:
                    self._say_choice(review, pane)
            if self.can_apply(pane):
                self._apply_as(pane, choice)

        dialog.chosen.connect(chosen)
        dialog.open()
        return dialog

    def _say_choice(self, review: DiffPane, pane: DocumentPane) -> None:
        """Have the review say how *Apply* is going to send it, where that is more than a plain commit."""
        choice, button = self.choice_of(pane), review.bar.options
        review.send_with(replace(_options(choice), unreadable=self.unreadable(pane.context.device_id)))
        guard = f"Guard {choice.guard_seconds} s" if choice.guard_seconds else ""
        by = "you confirm" if choice.confirm_by == "person" else "the program confirms"
        parts = [f"{guard}, {by}"] if guard else []
        parts += ["saved to startup"] if choice.save_startup else []
        button.setText(guard)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if guard else Qt.ToolButtonStyle.ToolButtonIconOnly
        button.setToolButtonStyle(style)
        icons.bind(button, "guard" if guard else "settings")
        told = f" Apply sends it as last time: {'; '.join(parts)}." if parts else ""
        button.setToolTip(f"Apply with options…{told}")
        button.setAccessibleName(f"Apply with options, {guard}" if guard else "Apply with options")

    def _apply_as(self, pane: DocumentPane, choice: ApplyChoice) -> Task | None:
        # what the device said before does not count: it is asked again
        errors = sum(1 for problem in pane.problems if problem.is_error and problem.source != DEVICE)
        if not errors:
            return self._run(pane, choice)
        question = Question(
            self._window,
            f"Apply with {errors} error{'' if errors == 1 else 's'}?",
            "The device will most likely refuse the change and undo it. The Problems pane lists what is wrong.",
            [Choice("look", "Look at the problems", "primary"), Choice("apply", "Apply anyway", "danger")],
            icon="warning",
            ink="warning",
            object_name="applyQuestion",
        )

        def answered(key: str) -> None:
            if key == "apply":
                self._run(pane, choice)
            elif key == "look":
                self._window.bottom.choose("problems")

        question.answered.connect(answered)
        question.open()
        return None

    def _say_why_not(self, pane: DocumentPane) -> None:
        link, wish = self._connections.link(pane.context.device_id), self._wish(pane)
        if wish is not None and wish.refused:
            self._window.status.tell(wish.refused)
        elif link is not None and not link.connected:
            self._offer_connection(link)
        elif self.is_running(pane.context.device_id):
            self._window.status.tell("An apply to this device is under way.")

    def _offer_connection(self, link: Link) -> None:
        """Nothing can be sent to a device that is not connected: offer to."""
        question = Question(
            self._window,
            f"{link.device.name} is not connected.",
            "Nothing was sent; the draft is kept. When it is connected again, apply once more: what others changed "
            "meanwhile is compared then.",
            [Choice("leave", "Not now"), Choice("reconnect", "Reconnect", "primary")],
            icon="disconnect",
            object_name="reconnectQuestion",
        )
        device_id = link.device.id
        question.answered.connect(
            lambda key: self._connections.connect_device(device_id) if key == "reconnect" else None
        )
        question.open()

    def stop(self) -> None:
        """Stop the applies that run: before the commit the device is left as it was, later they are finished."""
        for task in self.running:
            task.cancel()

    def leave(self) -> None:
        """The program ends: what counts down is left as it is, and nobody is asked; the rest is stopped."""
        self._guarding.leave()
        self.stop()

    def _run(self, pane: DocumentPane, choice: ApplyChoice) -> Task | None:
        link = self._connections.link(pane.context.device_id)
        if link is None or link.session is None or link.lane is None:
            return None
        session, device = link.session, link.device
        control, wish = GuardControl(), self._wish(pane)
        options = self._deploy_options(link, choice, control, wish)
        try:
            way = strategy(session.capabilities, session.profile, options)
        except AppError as error:
            self._documents.failed.emit(f"applying to {device.name}", error)
            return None
        base, mine, schema = pane.document.base, pane.document.snapshot().data, pane.document.schema
        journal = JournalFolder(self._workspace.locations.journal_folder)
        workspace, asker, connect_options = self._workspace, self._asker, link.options
        edit = wish.edit if wish is not None else None
        returned = threading.Event()

        def work(cancel: CancelToken, report: Report) -> DeployReport:
            interaction = asker.interaction(cancel, device.name)

            def again() -> Session:
                # the job ends this session itself, as soon as it knows how the apply ended
                made = connect(device, interaction, workspace, options=connect_options)
                returned.set()
                return made

            return deploy(
                session,
                base=base,
                mine=mine,
                schema=schema,
                edit=edit,
                options=asking(options, interaction, device.name),
                on_event=report,
                cancel=cancel,
                journal=journal,
                reconnect=again,
            )

        self._shown = pane
        pane.show_refusals(())
        self._pane.begin(f"Apply to {device.name}", way)
        self._window.bottom.choose("apply")
        self._window.give_bottom(STAGES_HEIGHT)
        task = self._tasks.run(
            work, title=f"Apply to {device.name}", lane=link.lane, subject=device.address, give_up=False
        )
        self._running[device.id] = task
        task.progress.connect(lambda event: self._event(link, task, control, event))
        task.done.connect(lambda report: self._done(link, pane, report, returned.is_set()))
        task.failed.connect(lambda error: self._broken(link, error))
        self._tell_reviews(device.id)
        self.started.emit(device.id)
        return task

    def _tell_reviews(self, device_id: str) -> None:
        for pane in self._documents.panes:
            review = self._documents.review_of(pane) if pane.context.device_id == device_id else None
            if review is not None:
                review.set_applying(self.is_running(device_id))

    def _deploy_options(
        self, link: Link, choice: ApplyChoice, control: GuardControl, wish: ReviewWish | None
    ) -> DeployOptions:
        """The choices and the settings as the transaction wants them."""
        settings = self._workspace.settings.apply
        return replace(
            _options(choice),
            replace=wish.replace if wish is not None else (),
            unreadable=self.unreadable(link.device.id),
            edit_default_operation=wish.default_operation if wish is not None else "merge",
            guard=control,
            device_name=link.device.name,
            device_id=link.device.id,
            commit_timeout=settings.commit_timeout,
            reconnect_attempts=settings.reconnect_attempts,
            reconnect_pause=settings.reconnect_pause,
            history=self._workspace.snapshots,
        )

    def _event(self, link: Link, task: Task, control: GuardControl, event: object) -> None:
        if isinstance(event, GuardEvent):
            # Esc is no way to decide about a commit that is live: that has two buttons of its own
            task.cancellable = event.state not in (GuardState.WAITING, GuardState.PROBING)
            self._guarding.take(link.device.id, link.device.name, control, event)
        if not isinstance(event, StageEvent):
            self._pane.note(event)  # type: ignore[arg-type]
            return
        self._pane.stage(event)
        if event.stage is Stage.PROBE and event.state is not StageState.RUNNING:
            self._guarding.probed(link.device.id, event.text)
        if event.stage is Stage.LOCK and event.state is StageState.OK:
            self.lock_changed.emit(link.device.id, "Locked by you")
        elif event.stage is Stage.UNLOCK and event.state is not StageState.RUNNING:
            self.lock_changed.emit(link.device.id, "")

    def _done(self, link: Link, pane: DocumentPane, report: DeployReport, reachable: bool) -> None:
        self._running.pop(link.device.id, None)
        self._tell_reviews(link.device.id)
        self._guarding.end(link.device.id)
        self.lock_changed.emit(link.device.id, "")
        self._pane.ended(report)
        (self._documents.unconfirmed.add if report.pending else self._documents.unconfirmed.discard)(pane)
        if pane in self._documents.panes and report.error is not None and report.error.stage in _ABOUT_THE_DOCUMENT:
            pane.show_refusals((*report.errors, *report.warnings))
        if report.conflicts and pane in self._documents.panes:
            self.conflicts_found.emit(pane, report.theirs)
        if link.connected:
            self._fetch_again(pane, report)
        elif reachable and not report.pending:
            # the device could be reached since: the window has its session back as well
            task = self._connections.connect_device(link.device.id)
            if task is not None:
                task.done.connect(lambda _session: self._fetch_again(pane, report))
        self.ended.emit(link.device.id, report)

    def _fetch_again(self, pane: DocumentPane, report: DeployReport) -> None:
        if report.ok and pane in self._documents.panes:
            self._documents.reload(pane)

    def _broken(self, link: Link, error: BaseException) -> None:
        self._running.pop(link.device.id, None)
        self._tell_reviews(link.device.id)
        self._guarding.end(link.device.id)
        self.lock_changed.emit(link.device.id, "")
        self._documents.failed.emit(f"applying to {link.device.name}", error)
        self.ended.emit(link.device.id, None)

    def _jump(self, path: str) -> None:
        if self._shown is not None and self._shown in self._documents.panes:
            self._documents.jump(self._shown, path)


def _options(choice: ApplyChoice) -> DeployOptions:
    """The choices alone: enough to say what will happen."""
    return DeployOptions(
        datastore=choice.datastore,  # type: ignore[arg-type]
        confirm_seconds=choice.guard_seconds or None,
        confirm_by="person" if choice.confirm_by == "person" else "program",
        policy="tolerant" if choice.policy == "tolerant" else "strict",
        save_startup=choice.save_startup,
        comment=choice.comment,
        label=choice.label,
    )


def asking(options: DeployOptions, interaction: GuiInteraction, device: str) -> DeployOptions:
    """The options with the questions of an apply asked in the window; the job waits for the answers."""

    def when_locked(holder: LockHolder) -> LockAnswer:
        answer = interaction.decide(lambda window: LockDeniedDialog(window, device, holder), Stop())
        return answer if isinstance(answer, Stop | Wait | Kill) else Stop()

    def on_leftovers(left: Leftovers) -> LeftoverAnswer:
        answer = interaction.decide(lambda window: LeftoversDialog(window, device, left), "stop")
        return "discard" if answer == "discard" else "stop"

    return replace(options, when_locked=when_locked, on_leftovers=on_leftovers)
