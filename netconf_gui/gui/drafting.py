"""Keeps drafts on disk while documents are edited: what is neither applied nor saved survives any crash.

Lives here: when something is written, and when a draft has done its duty.  Does not live here: the files
(`workspace.drafts`), what is done with drafts at the next start (`recovering`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.config.edits import to_json
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.lanes import Lane
from netconf_gui.workspace.drafts import Draft, DraftFolder, DraftHead, TypedText

if TYPE_CHECKING:
    from collections.abc import Callable

    from netconf_gui.config.edits import Edit

PAUSE = 1000  # ms after the first change that is not on disk; writing itself takes a few more
RETRY = 30_000  # ms after a write that failed


class DraftKeeper(QObject):
    """Keeps the draft of one document pane; `failed(error)` when it cannot, once until it can again.

    All of it runs on the GUI thread but the writing, which one lane does for all drafts, in order.
    """

    failed = Signal(object)

    def __init__(self, pane: DocumentPane, folder: DraftFolder, manager: TaskManager, lane: Lane) -> None:
        super().__init__(pane)
        self.setObjectName("draftKeeper")
        self._pane = pane
        self._folder = folder
        self._manager = manager
        self._lane = lane
        self._holder = _Holder()
        self._document: Document | None = None
        self._base = b""
        self._written = 0  # the revision that is on its way to the disk, or there
        self._begun = False  # what is on the disk can be added to
        self._kept = False  # something of this pane is on the disk
        self._typed: TypedText | None = None
        self._broken = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.flush)
        self._unsubscribe: Callable[[], None] | None = None
        pane.state_changed.connect(self._look)
        pane.problems_changed.connect(self._soon)
        self._look()

    def _look(self) -> None:
        """Follow the pane to another document."""
        if self._pane.document is self._document:
            return
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._document = self._pane.document
        self._unsubscribe = self._document.subscribe(lambda _change: self._soon())
        self._begun = False
        self._soon()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start(RETRY if self._broken else PAUSE)

    def flush(self) -> Task | None:
        """Hand over what is not on disk yet; None if there is nothing to write."""
        self._timer.stop()
        document = self._document
        if document is None:
            return None
        typed = self._typed_text()
        if not document.is_dirty and typed is None:
            return self.drop()
        if not self._begun or document.base is not self._base:
            return self._begin(document, typed)
        edits = document.edits_since(self._written)
        if not edits and typed == self._typed:
            return None
        self._written, self._typed = document.revision, typed
        return self._run(lambda draft: _add(draft, edits, typed))

    def drop(self) -> Task | None:
        """Nothing is left to lose: the draft goes from the disk."""
        self._timer.stop()
        document = self._document
        self._written = document.revision if document is not None else 0
        if not self._kept:
            return None
        self._begun, self._kept, self._typed = False, False, None
        holder = self._holder
        return self._start(lambda cancel, report: holder.remove())

    def leave(self) -> None:
        """The program ends: write the rest, and leave the draft for the next start."""
        self.flush()
        holder = self._holder
        self._start(lambda cancel, report: holder.leave())

    def _begin(self, document: Document, typed: TypedText | None) -> Task:
        recipe = document.recipe()
        base = document.base
        start = None if recipe.start is base else recipe.start
        head = head_of(self._pane.context)
        self._begun, self._base, self._written, self._typed = True, base, document.revision, typed
        self._kept = True

        def write(draft: Draft) -> None:
            draft.begin(head, base, start, [to_json(edit) for edit in recipe.edits])
            draft.keep_text(typed)

        return self._run(write)

    def _typed_text(self) -> TypedText | None:
        holding = self._pane.side.holding
        if holding is None or holding.fault is None:
            return None
        text = holding.typed_text()
        return TypedText(self._pane.side.key_of(holding), text) if text else None

    def _run(self, write: Callable[[Draft], None]) -> Task:
        holder, folder = self._holder, self._folder
        task = self._start(lambda cancel, report: write(holder.draft(folder)))
        task.done.connect(lambda _result: self._wrote())
        task.failed.connect(self._failed)
        return task

    def _start(self, work: Callable[[CancelToken, Report], object]) -> Task:
        return self._manager.run(work, title="Keep the draft", lane=self._lane, quiet=True, cancellable=False)

    def _wrote(self) -> None:
        self._broken = False

    def _failed(self, error: BaseException) -> None:
        self._begun = False  # what is there may be a part: the next write is a whole one
        if not self._broken:
            self._broken = True
            self.failed.emit(error)
        self._soon()


class _Holder:
    """The draft of one keeper, made at the first write; only the lane's thread touches it."""

    def __init__(self) -> None:
        self._draft: Draft | None = None

    def draft(self, folder: DraftFolder) -> Draft:
        if self._draft is None:
            self._draft = folder.new()
        return self._draft

    def remove(self) -> None:
        draft, self._draft = self._draft, None
        if draft is not None:
            draft.remove()

    def leave(self) -> None:
        draft, self._draft = self._draft, None
        if draft is not None:
            draft.close()


class Drafting(QObject):
    """The keepers of all document panes."""

    failed = Signal(object)

    def __init__(self, documents: Documents, folder: DraftFolder, manager: TaskManager) -> None:
        super().__init__(documents)
        self._folder = folder
        self._manager = manager
        self._lane = Lane("drafts")
        self._keepers: dict[DocumentPane, DraftKeeper] = {}
        documents.pane_added.connect(self._added)
        documents.pane_closed.connect(self._closed)

    def keeper(self, pane: DocumentPane) -> DraftKeeper:
        return self._keepers[pane]

    def leave(self) -> None:
        """The program ends: everything that is not on disk goes there."""
        for keeper in self._keepers.values():
            keeper.leave()
        self._keepers.clear()

    def close(self) -> None:
        """No more writes; blocks until those that wait are done."""
        self._lane.close()

    def _added(self, pane: DocumentPane) -> None:
        keeper = DraftKeeper(pane, self._folder, self._manager, self._lane)
        keeper.failed.connect(self.failed)
        self._keepers[pane] = keeper

    def _closed(self, pane: DocumentPane) -> None:
        keeper = self._keepers.pop(pane, None)
        if keeper is not None:
            keeper.drop()


def head_of(context: DocumentContext) -> DraftHead:
    """What the draft of a document with this context belongs to."""
    return DraftHead(
        title=context.title,
        device_id=context.device_id,
        device_name=context.device_name,
        datastore=context.datastore,
        file=str(context.file) if context.file else "",
        file_digest=context.digest,
        schema_key=context.key or "",
        schema_title=context.schema_title,
        fetched_at=context.fetched_at,
        changed_at=time.time(),
    )


def _add(draft: Draft, edits: tuple[Edit, ...], typed: TypedText | None) -> None:
    draft.append([to_json(edit) for edit in edits])
    draft.keep_text(typed)
