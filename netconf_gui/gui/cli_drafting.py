"""Drafts of text documents: written a second after a change, found again after a crash.

The folder and its locks are those of every draft (`workspace.drafts`); the content is two texts, what was fetched and
what was in the window.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from netconf_gui.gui.drafting import PAUSE, RETRY
from netconf_gui.gui.panes.cli_pane import CliContext, CliPane
from netconf_gui.services.lanes import Lane
from netconf_gui.workspace.drafts import Draft, DraftFolder, DraftHead, LeftDraft

if TYPE_CHECKING:
    from collections.abc import Callable

    from netconf_gui.gui.application import Program
    from netconf_gui.gui.cli_documents import CliDocuments
    from netconf_gui.gui.tasks import Task

KIND = "cli"


class _Holder:
    """The draft of one text, made at the first write; only the lane's thread touches it."""

    def __init__(self) -> None:
        self._draft: Draft | None = None

    def write(self, folder: DraftFolder, head: DraftHead, base: bytes, text: bytes) -> None:
        if self._draft is None:
            self._draft = folder.new()
        self._draft.begin(head, base, text)

    def end(self, *, keep: bool) -> None:
        draft, self._draft = self._draft, None
        if draft is not None and keep:
            draft.close()
        elif draft is not None:
            draft.remove()


class CliKeeper(QObject):
    """Keeps the draft of one text."""

    def __init__(self, pane: CliPane, folder: DraftFolder, program: Program, lane: Lane) -> None:
        super().__init__(pane)
        self.setObjectName("cliDraftKeeper")
        self._pane = pane
        self._folder = folder
        self._program = program
        self._lane = lane
        self._holder = _Holder()
        self._written: tuple[str, str] | None = None
        self._broken = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.flush)
        pane.text_changed.connect(self._soon)
        pane.state_changed.connect(self._soon)
        self._soon()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start(RETRY if self._broken else PAUSE)

    def flush(self) -> Task | None:
        """Write what is not on disk yet; None if there is nothing to write."""
        self._timer.stop()
        pane = self._pane
        now = (pane.base, pane.text)
        if now[0] == now[1]:
            return self.drop()
        if now == self._written:
            return None
        self._written = now
        holder, folder, head = self._holder, self._folder, head_of(pane.context)
        task = self._start(lambda: holder.write(folder, head, now[0].encode(), now[1].encode()))
        task.done.connect(lambda _result: self._wrote())
        task.failed.connect(self._failed)
        return task

    def drop(self) -> Task | None:
        """Nothing is left to lose: the draft goes from the disk."""
        self._timer.stop()
        if self._written is None:
            return None
        self._written = None
        holder = self._holder
        return self._start(lambda: holder.end(keep=False))

    def leave(self) -> None:
        """The program ends: write the rest, and leave the draft for the next start."""
        self.flush()
        holder = self._holder
        self._start(lambda: holder.end(keep=True))

    def _start(self, work: Callable[[], object]) -> Task:
        return self._program.tasks.run(
            lambda cancel, report: work(), title="Keep the draft", lane=self._lane, quiet=True, cancellable=False
        )

    def _wrote(self) -> None:
        self._broken = False

    def _failed(self, error: BaseException) -> None:
        self._written = None
        if not self._broken:
            self._broken = True
            self._program.show_error(error, doing="keeping the draft")
        self._soon()


class CliDrafting(QObject):
    """The keepers of all texts."""

    def __init__(self, program: Program, documents: CliDocuments) -> None:
        super().__init__(program.window)
        self._program = program
        self._documents = documents
        self._lane = Lane("text-drafts")
        self._keepers: dict[CliPane, CliKeeper] = {}

    def keeper(self, pane: CliPane) -> CliKeeper:
        return self._keepers[pane]

    def added(self, pane: CliPane) -> None:
        self._keepers[pane] = CliKeeper(pane, self._program.workspace.drafts, self._program, self._lane)

    def closed(self, pane: CliPane) -> None:
        keeper = self._keepers.pop(pane, None)
        if keeper is not None:
            keeper.drop()

    def leave(self) -> None:
        """The program ends: everything that is not on disk goes there."""
        for keeper in self._keepers.values():
            keeper.leave()
        self._keepers.clear()

    def close(self) -> None:
        """No more writes; blocks until those that wait are done."""
        self._lane.close()

    def recover(self, left: LeftDraft) -> None:
        """Open what a program that ended left behind."""
        head = left.head

        def work() -> tuple[str, str]:
            content = left.read()
            start = content.start if content.start is not None else content.base
            return content.base.decode(), start.decode()

        task = self._program.tasks.run(lambda cancel, report: work(), title=f"Recover {head.title}")
        task.done.connect(lambda texts: self._open(left, *texts))
        task.failed.connect(lambda error: self._failed(left, error))

    def _open(self, left: LeftDraft, base: str, text: str) -> None:
        head = left.head
        context = CliContext(
            head.device_id,
            head.device_name,
            head.datastore,
            head.fetched_at,
            Path(head.file) if head.file else None,
            head.file_digest,
        )
        pane = self._documents.add(base, context, text=text)
        # the old draft goes when the new one is on disk
        task = self.keeper(pane).flush()
        if task is None:
            left.remove()
        else:
            task.done.connect(lambda _result: left.remove())
            task.failed.connect(lambda _error: left.release())
        self._program.window.status.tell(f"{head.title} was recovered.")

    def _failed(self, left: LeftDraft, error: BaseException) -> None:
        left.release()
        self._program.show_error(error, doing=f"recovering {left.head.title}")


def head_of(context: CliContext) -> DraftHead:
    """What the draft of a text with this context belongs to."""
    return DraftHead(
        title=context.title,
        device_id=context.device_id,
        device_name=context.device_name,
        datastore=context.datastore,
        file=str(context.file) if context.file else "",
        file_digest=context.digest,
        fetched_at=context.fetched_at,
        changed_at=time.time(),
        kind=KIND,
    )
