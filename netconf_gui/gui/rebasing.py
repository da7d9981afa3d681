"""Refresh and rebase: the device is read again, and the draft goes on from what it holds by now.

Lives here: the way from the action to the rebased draft, conflicts on the way included.  Does not live here: comparing
(`services.rebase`), the page of conflicts (`panes/conflicts`), hearing that a device changed (`outdated`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.config.edits import Group
from netconf_gui.errors import Cancelled
from netconf_gui.gui.panes.conflicts import ConflictsPane
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services.rebase import DraftState, Rebase, Settled, rebase, refresh, sentence, settled
from netconf_gui.session.datastores import editing_with_defaults

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

UNDO_TEXT = "take over what the device holds"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a job brings back: the comparison, and the new draft if nothing has to be decided."""

    found: Rebase
    settled: Settled | None


class Rebasing(QObject):
    """`start(pane)` for the action, `show_conflicts(pane, theirs)` after an apply.

    `ended(pane)` when a draft is rebased.  The page of conflicts of a document is `page_of(pane)`.
    """

    ended = Signal(object)

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._pages: dict[DocumentPane, ConflictsPane] = {}
        self._running: set[DocumentPane] = set()
        self.who: Callable[[DocumentPane], str] = lambda pane: ""  # who changed the device, as far as it is known
        action = program.window.actions_.rebase
        action.triggered.connect(lambda: self._start_current())
        program.documents.current_changed.connect(self._say)
        program.documents.pane_closed.connect(self._pane_closed)
        program.connections.changed.connect(lambda _device: self._say())
        program.applying.conflicts_found.connect(self.show_conflicts)
        program.documents.rebase_wanted.connect(self.start)

    def page_of(self, pane: DocumentPane) -> ConflictsPane | None:
        return self._pages.get(pane)

    def can_start(self, pane: DocumentPane | None) -> bool:
        """Whether the document is a connected device's."""
        link = self._program.connections.link(pane.context.device_id) if pane is not None else None
        return pane is not None and link is not None and link.connected and pane not in self._running

    def _say(self) -> None:
        self._program.window.actions_.rebase.setEnabled(self.can_start(self._program.documents.current))

    def _start_current(self) -> None:
        pane = self._program.documents.current
        if pane is not None:
            self.start(pane)

    def start(self, pane: DocumentPane) -> Task | None:
        """Read the device again, and bring the draft onto what it holds."""
        program, context = self._program, pane.context
        link = program.connections.link(context.device_id)
        if link is None or link.session is None or link.lane is None or not self.can_start(pane):
            return None
        if not self._text_is_whole(pane):
            return None
        if not pane.document.is_dirty:
            return program.documents.reload(pane, lambda: self._fetched_again(pane))
        session, datastore, draft = link.session, context.datastore, _state(pane)

        def work(cancel: CancelToken, report: Report) -> Compared:
            return _compared(refresh(session, datastore, draft, cancel=cancel, on_event=report))

        task = program.tasks.run(work, title=f"Refresh {context.title}", lane=link.lane, subject=link.device.address)
        return self._follow(pane, task)

    def _fetched_again(self, pane: DocumentPane) -> None:
        """There was no draft to rebase; what was edited by hand in a review is tried again."""
        tell, review = self._program.window.status.tell, self._program.documents.review_of(pane)
        tell(f"{pane.context.title} is fetched again; there was no draft to rebase.")
        if review is not None:
            review.rebased(tell)

    def show_conflicts(self, pane: DocumentPane, theirs: bytes) -> Task | None:
        """Compare the draft with what was read from the device already, and let the conflicts be decided."""
        if not self._text_is_whole(pane):
            return None
        draft, read_at = _state(pane), time.time()

        def work(cancel: CancelToken, _report: Report) -> Compared:
            return _compared(rebase(draft, theirs, read_at=read_at, cancel=cancel))

        return self._follow(pane, self._program.tasks.run(work, title=f"Compare {pane.context.title}"))

    def _text_is_whole(self, pane: DocumentPane) -> bool:
        holding = pane.side.holding
        if holding is None or holding.fault is None:
            return True
        self._program.documents.show_pane(pane)
        pane.show_fault()
        self._program.window.status.tell("The text is broken. Correct it or undo, then rebase the draft.")
        return False

    def _follow(self, pane: DocumentPane, task: Task) -> Task:
        self._running.add(pane)
        self._say()
        task.finished.connect(lambda: self._stopped(pane))
        task.done.connect(lambda made: self._compared(pane, made))
        task.failed.connect(lambda error: self._failed(pane, error))
        return task

    def _stopped(self, pane: DocumentPane) -> None:
        self._running.discard(pane)
        self._say()

    def _compared(self, pane: DocumentPane, made: Compared) -> None:
        if pane not in self._program.documents.panes:
            return
        if _is_other(pane, made.found):
            # edited, or fetched, while it was compared
            self.show_conflicts(pane, made.found.theirs)
        elif made.settled is not None:
            self._take(pane, made.settled)
        else:
            self._show(pane, made.found)

    # ------------------------------------------------------------------------------------------------- conflicts

    def _show(self, pane: DocumentPane, found: Rebase) -> None:
        tabs = self._program.window.documents
        page = self._pages.get(pane)
        if page is not None:
            page.show_found(found)
            tabs.setCurrentWidget(page)
            return
        page = self._pages[pane] = ConflictsPane(pane, found, self.who(pane))
        made = page
        page.use_wanted.connect(lambda: self._use(pane, made))
        page.leave_wanted.connect(lambda: self._put_away(pane))
        page.jump_wanted.connect(lambda path: self._program.documents.jump(pane, path))
        page.destroyed.connect(lambda _gone: self._forget(pane, made))
        tabs.add_page(page, f"Conflicts: {pane.context.title}", "merge")
        page.setFocus()

    def _use(self, pane: DocumentPane, page: ConflictsPane) -> None:
        """Every conflict is decided: make the new draft."""
        found, decisions = page.found, page.decisions
        if pane in self._running or found.merge.undecided(decisions):
            return

        def work(_cancel: CancelToken, _report: Report) -> Settled:
            return settled(found, decisions)

        task = self._program.tasks.run(work, title=f"Rebase the draft of {pane.context.title}")
        self._running.add(pane)
        task.finished.connect(lambda: self._stopped(pane))
        task.failed.connect(lambda error: self._failed(pane, error))
        task.done.connect(lambda done: self._settled(pane, found, done))

    def _settled(self, pane: DocumentPane, found: Rebase, done: Settled) -> None:
        if pane not in self._program.documents.panes:
            return
        if _is_other(pane, found):
            self._program.window.status.tell("The draft was edited meanwhile: it is compared again.")
            self.show_conflicts(pane, found.theirs)
        else:
            self._take(pane, done)

    def _take(self, pane: DocumentPane, done: Settled) -> None:
        """The draft becomes the new one, as one step that can be undone, and is compared with the device as it is."""
        program, edit = self._program, done.edit
        if edit is not None and not pane.guard(lambda: pane.document.apply(Group((edit,), UNDO_TEXT))):
            return
        pane.context.fetched_at = done.read_at
        pane.document.rebase(done.base, done.base_root, differences=done.left)
        review = program.documents.review_of(pane)
        if review is not None:
            review.rebased(program.window.status.tell)
        self._put_away(pane)
        program.documents.show_pane(pane)
        program.window.status.tell(sentence(done, pane.context.device_name or pane.context.title))
        self.ended.emit(pane)

    def _put_away(self, pane: DocumentPane) -> None:
        page = self._pages.pop(pane, None)
        if page is not None:
            self._program.window.documents.remove_page(page)

    def _forget(self, pane: DocumentPane, page: ConflictsPane) -> None:
        if self._pages.get(pane) is page:
            del self._pages[pane]

    def _pane_closed(self, pane: DocumentPane) -> None:
        self._put_away(pane)
        self._running.discard(pane)

    def _failed(self, pane: DocumentPane, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._program.show_error(error, doing=f"rebasing the draft of {pane.context.title}")


def _state(pane: DocumentPane) -> DraftState:
    document, able = pane.document, pane.context.capabilities
    mode = editing_with_defaults(able) if able is not None else None
    return DraftState(document.base, document.recipe(), document.revision, document.schema, mode)


def _is_other(pane: DocumentPane, found: Rebase) -> bool:
    """Whether the document is another one than the one that was compared."""
    document, draft = pane.document, found.draft
    return document.revision != draft.revision or document.base is not draft.base


def _compared(found: Rebase) -> Compared:
    return Compared(found, settled(found) if found.merge.disjoint else None)
