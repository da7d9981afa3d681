"""Text documents in tabs: opened from devices and files, saved, reviewed, applied, closed with a question.

Lives here: which text is where and what the window's actions do while one is in front.  Does not live here: how a page
looks (`panes/cli_pane`, `panes/cli_review`), sending commands (`cli_applying`), drafts on disk (`cli_drafting`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.cli_merge import CliMerge, three_way_cli
from netconf_gui.config.cli_summary import listed
from netconf_gui.config.cli_text import parse_cli
from netconf_gui.errors import AppError
from netconf_gui.gui.cli_applying import CliApplying
from netconf_gui.gui.cli_drafting import CliDrafting
from netconf_gui.gui.cli_saving import CliSaving, Told
from netconf_gui.gui.cli_states import look_at
from netconf_gui.gui.connections import Link
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.documents import lost_words
from netconf_gui.gui.panes.cli_pane import CliContext, CliPane
from netconf_gui.gui.panes.cli_review import CliReview
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services.cli_change import CliReport, text_then
from netconf_gui.services.cli_files import TextFile, is_text_name, open_text
from netconf_gui.services.cli_trees import unwrapped
from netconf_gui.session.cli import read_text
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.workspace.snapshots import Entry

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program


class CliDocuments(QObject):
    """All text documents of the window."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._tabs = program.window.documents
        self._reviews: dict[CliPane, CliReview] = {}
        self._loading: dict[tuple[str, str], Task] = {}
        self.applying = CliApplying(program, self._applied)
        self.drafting = CliDrafting(program, self)
        self.saving = CliSaving(program, self)
        program.documents.text_opener = self._open_link
        program.documents.asks_to_close = self._ask_to_close
        program.files.text_opener = self._open_path
        program.devices.of_page = lambda: self.current.context.device_id if self.current is not None else ""
        program.connections.changed.connect(lambda _device: self._tell_reviews())
        program.applying.started.connect(lambda _device: self._tell_reviews())
        program.applying.ended.connect(lambda _device, _report: self._tell_reviews())
        a = program.window.actions_
        for action, do in (
            (a.save, self.saving.save),
            (a.save_as, self.saving.save_as),
            (a.undo, lambda pane: pane.editor.undo()),
            (a.redo, lambda pane: pane.editor.redo()),
            (a.find, lambda pane: pane.find()),
            (a.refresh, self.refresh),
            (a.show_diff, self.review),
            (a.review, self.review),
        ):
            action.triggered.connect(lambda _on=False, do=do: self._with_pane(do))

    # ------------------------------------------------------------------------------------------------ which there are

    @property
    def panes(self) -> list[CliPane]:
        return [page for page in self._tabs.pages() if isinstance(page, CliPane)]

    @property
    def dirty(self) -> list[QWidget]:
        return [pane for pane in self.panes if pane.is_dirty]

    @property
    def current(self) -> CliPane | None:
        """The text in front, or the one that the review in front is about."""
        page = self._tabs.currentWidget()
        if isinstance(page, CliReview):
            return page.pane
        return page if isinstance(page, CliPane) else None

    def of_device(self, device_id: str, datastore: str = "") -> CliPane | None:
        for pane in self.panes:
            if pane.context.device_id == device_id and datastore in ("", pane.context.datastore):
                return pane
        return None

    def review_of(self, pane: CliPane) -> CliReview | None:
        return self._reviews.get(pane)

    def _with_pane(self, do: Callable[[CliPane], object]) -> None:
        pane = self.current
        if pane is not None:
            do(pane)

    def follow(self) -> None:
        """Bring the window's actions and its status in line with the text in front, if there is one."""
        program, pane = self._program, self.current
        link = program.devices.selected
        session = link.session if link is not None else None
        a = program.window.actions_
        if session is not None and session.profile.cli_text:
            # there is no YANG, and no state but what its commands show
            for action in (a.open_state, a.schema_report, a.browse_schema):
                action.setEnabled(False)
        if pane is None:
            return
        own = program.connections.link(pane.context.device_id) if pane.context.device_id else None
        a.save.setEnabled(True)
        a.save_as.setEnabled(True)
        a.find.setEnabled(True)
        a.validate.setEnabled(False)
        a.undo.setEnabled(pane.can_undo)
        a.redo.setEnabled(pane.can_redo)
        a.refresh.setEnabled(own is not None and own.connected)
        a.show_diff.setEnabled(bool(pane.changes))
        a.review.setEnabled(bool(pane.changes))
        program.window.setWindowTitle(f"{'*' if pane.is_dirty else ''}{pane.context.title} - netconf_gui")
        changes, fetched = pane.changes, pane.context.fetched_at
        words = f"Draft: {changes} change{'' if changes == 1 else 's'}" if changes else ""
        program.window.status.draft.say(words, "draft", "warning")
        when = time.strftime("Fetched %H:%M:%S", time.localtime(fetched)) if fetched else ""
        program.window.status.fetched.say(when, "clock")

    # --------------------------------------------------------------------------------------------------- from devices

    def _open_link(self, link: Link, datastore: str) -> bool:
        """Whether the device's configuration is text; then its page is shown, or fetched."""
        session = link.session
        if session is None or not session.profile.cli_text:
            return False
        there = self.of_device(link.device.id, datastore)
        if there is not None:
            self._tabs.setCurrentWidget(there)
        else:
            self._load(link, datastore, lambda text: self._fetched(link, datastore, text))
        return True

    def _load(self, link: Link, datastore: str, arrived: Callable[[str], object]) -> Task | None:
        key, session, lane = (link.device.id, datastore), link.session, link.lane
        if session is None or lane is None or key in self._loading:
            return self._loading.get(key)
        name = link.device.name

        def work(cancel: CancelToken, report: Report) -> str:
            text = read_text(session, datastore, cancel=cancel)
            look_at(text, text)  # here, where nobody waits for it: the page finds it read
            return text

        task = self._program.tasks.run(
            work, title=f"Load {datastore} of {name}", lane=lane, subject=link.device.address
        )
        self._loading[key] = task
        task.finished.connect(lambda: self._loading.pop(key, None))
        task.done.connect(arrived)
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"loading {datastore} of {name}"))
        return task

    def _context(self, link: Link, datastore: str) -> CliContext:
        return CliContext(
            link.device.id,
            link.device.name,
            datastore,
            time.time(),
            read_only="" if datastore == link.editable else "read only",
        )

    def _fetched(self, link: Link, datastore: str, text: str) -> None:
        self.add(text, self._context(link, datastore))

    def refresh(self, pane: CliPane) -> None:
        """Fetch it again; changes are kept on top of it, or dropped, as the person says."""
        link = self._program.connections.link(pane.context.device_id)
        if link is None or not link.connected:
            return
        if not pane.is_dirty:
            self._fetch_into(link, pane, keep=False)
            return
        question = Question(
            self._program.window,
            f"Fetch {pane.context.title} again?",
            f"{lost_words(pane.changes)} in the window would be lost: not applied and not saved. Keeping puts them on "
            "top of what the device holds now.",
            [
                Choice("fetch", "Discard and fetch", "danger"),
                Choice("cancel", "Cancel"),
                Choice("keep", "Fetch and keep them", "primary"),
            ],
            icon="refresh",
            object_name="cliRefreshQuestion",
        )

        def answered(key: str) -> None:
            if key in ("fetch", "keep"):
                self._fetch_into(link, pane, keep=key == "keep")

        question.answered.connect(answered)
        question.open()

    def _fetch_into(self, link: Link, pane: CliPane, *, keep: bool) -> None:
        def arrived(text: str) -> None:
            if pane in self.panes:
                context = self._context(link, pane.context.datastore)
                if keep:
                    self.put_on_top(pane, text, context)
                else:
                    pane.rebase(text, text, context)

        self._load(link, pane.context.datastore, arrived)

    def put_on_top(self, pane: CliPane, now: str, context: CliContext) -> CliMerge:
        """Have the changes of the text on top of what the device holds now; where both changed, ours stays."""
        merge = three_way_cli(parse_cli(pane.base), parse_cli(pane.text), parse_cli(now))
        if merge.conflicts:
            mine = pane.text
            told = mask_cli(listed([theirs for _, theirs in merge.conflicts]))
            self._program.window.status.tell(f"Others changed the same: {told}. The review shows what would undo that.")
        else:
            mine = merge.merged.text if merge.theirs else pane.text
        pane.rebase(now, mine, context)
        return merge

    def _applied(self, pane: CliPane, report: CliReport) -> None:
        """What the device holds after an apply is what the text is compared with."""
        if pane not in self.panes:
            return
        if report.theirs:
            self._offer_theirs(pane, report.theirs.decode())
        elif report.ok and report.now:
            context = replace(pane.context, fetched_at=time.time())
            # typed meanwhile, or kept by the device in its own way: what was applied is what it holds
            pane.rebase(report.now, report.now, context)

    def _offer_theirs(self, pane: CliPane, now: str) -> None:
        question = Question(
            self._program.window,
            "Others changed the same",
            f"{pane.context.device_name} holds something else than what was fetched, where you changed it too. Nothing "
            "was sent. Fetching again keeps your text and compares it with what is there now.",
            [Choice("later", "Later"), Choice("fetch", "Compare with what is there", "primary")],
            icon="merge",
            ink="warning",
            object_name="cliConflictQuestion",
        )

        def answered(key: str) -> None:
            if key == "fetch" and pane in self.panes:
                pane.rebase(now, pane.text, replace(pane.context, fetched_at=time.time()))
                self.review(pane)

        question.answered.connect(answered)
        question.open()

    def go_back(self, link: Link, entry: Entry, side: str, said: str, *, whole: bool) -> None:
        """Leave a draft that leads to what was before or after an apply of the history, and show its review.

        What the device holds is fetched first; without `whole` only what that apply changed is as it was.
        """
        store = self._program.workspace.snapshots

        def arrived(now: str) -> None:
            try:
                text = text_then(
                    now,
                    *(unwrapped(store.read(entry, part)) or "" for part in ("before", "after")),
                    side=side,
                    whole=whole,
                )
            except AppError as error:
                self._program.show_error(error, doing=f"going back to {said}")
                return
            context = self._context(link, "running")
            pane = self.of_device(link.device.id, "running")
            if pane is None:
                pane = self.add(now, context)
            pane.rebase(now, now, context)
            pane.put_text(text)
            pane.settle()
            if pane.changes:
                self.review(pane)
                self._program.window.status.tell(f"The draft is {said}. Review it, then apply.")
            else:
                self._program.window.status.tell(f"{link.device.name} already holds {said}.")

        pane = self.of_device(link.device.id, "running")
        if pane is not None and pane.is_dirty:
            self._program.window.status.tell("Apply, save or undo the changes of the text first, then go back.")
            return
        self._load(link, "running", arrived)

    # --------------------------------------------------------------------------------------------------------- files

    def _open_path(self, path: Path) -> bool:
        """Whether the name is that of a text; then it is opened as one."""
        if not is_text_name(path):
            return False
        there = next((pane for pane in self.panes if pane.context.file == path), None)
        if there is not None:
            self._tabs.setCurrentWidget(there)
            return True

        def work(cancel: CancelToken, report: Report) -> TextFile:
            file = open_text(path)
            look_at(file.text, file.text)
            return file

        task = self._program.tasks.run(work, title=f"Open {path.name}", subject=str(path.parent))
        task.done.connect(self._opened)
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"opening {path.name}"))
        return True

    def _opened(self, file: TextFile) -> None:
        self._program.workspace.recent.add(file.path)
        self.add(file.text, CliContext(file=file.path, digest=file.digest))

    # --------------------------------------------------------------------------------------------------------- pages

    def add(self, base: str, context: CliContext, *, text: str | None = None) -> CliPane:
        """Show a text in a tab of its own."""
        pane = CliPane(base, context, self._program.tasks, text=text)
        tip = str(context.file) if context.file else f"{context.title}, fetched by NETCONF as text"
        pane.state_changed.connect(lambda: self.say_state(pane))
        self._program.window.show_panes()
        self._tabs.add_page(pane, context.title, "console" if context.device_id else "file", tip=tip)
        self.drafting.added(pane)
        self.say_state(pane)
        pane.setFocus()
        return pane

    def review(self, pane: CliPane) -> CliReview:
        """The review of a text in a tab of its own, made or brought up to date."""
        pane.settle()
        there = self._reviews.get(pane)
        if there is None:
            there = self._reviews[pane] = CliReview(pane)
            there.apply_wanted.connect(lambda save: self.applying.apply(pane, save_startup=save))
            there.jump_wanted.connect(lambda path: self._jump(pane, path))
            there.startup.setChecked(self._program.workspace.settings.apply.save_startup)
            there.startup.toggled.connect(lambda _on: self._tell_reviews())
            self._tabs.add_page(there, f"Review: {pane.context.title}", "diff")
        self._tabs.setCurrentWidget(there)
        self._tell_reviews()
        there.setFocus()
        return there

    def _jump(self, pane: CliPane, path: tuple[str, ...]) -> None:
        self._tabs.setCurrentWidget(pane)
        pane.jump(path)

    def _tell_reviews(self) -> None:
        for pane, review in self._reviews.items():
            device_id = pane.context.device_id
            link = self._program.connections.link(device_id) if device_id else None
            offline = link is None or not link.connected
            review.set_applying(offline or self._program.applying.is_running(device_id))
            review.say_notes(self.applying.notes(pane, save_startup=review.startup.isChecked()))

    def say_state(self, pane: CliPane) -> None:
        self._tabs.set_title(pane, pane.context.title, dirty=pane.is_dirty)
        review = self._reviews.get(pane)
        if review is not None:
            review.say_notes(self.applying.notes(pane, save_startup=review.startup.isChecked()))
        self._program.documents.current_changed.emit()

    # ------------------------------------------------------------------------------------------------------- closing

    def _ask_to_close(self, page: QWidget, done: Told) -> bool:
        if isinstance(page, CliReview):
            self._reviews.pop(page.pane, None)
            return False
        if not isinstance(page, CliPane):
            return False
        if not page.is_dirty:
            self._close(page)
            done(True)
            return True
        self._tabs.setCurrentWidget(page)
        count = page.changes
        question = Question(
            self._program.window,
            f"Save the changes to {page.context.title}?",
            f"{lost_words(count)} {'are' if count > 1 else 'is'} not applied and not saved. Discarding loses "
            "it; the device is not touched.",
            [Choice("discard", "Discard", "danger"), Choice("cancel", "Cancel"), Choice("save", "Save…", "primary")],
            icon="save",
            object_name="closeQuestion",
        )

        def saved(written: bool) -> None:
            if written:
                self._close(page)
            done(written)

        def answered(key: str) -> None:
            if key == "save":
                self.saving.save(page, saved)
            else:
                saved(key == "discard")

        question.answered.connect(answered)
        question.open()
        return True

    def _close(self, pane: CliPane) -> None:
        review = self._reviews.pop(pane, None)
        if review is not None:
            self._tabs.remove_page(review)
        pane.close_pane()
        self.drafting.closed(pane)
        self._program.documents.drop_page(pane)
