"""Notices when the file of an open document is changed by another program, and asks what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.main_window import MainWindow
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.services.files import changed_on_disk, file_digest

PAUSE = 300  # ms: programs write a file in several steps


class FileWatch(QObject):
    """Watches files and their folders: a file that is put in another's place is a new one to the system."""

    def __init__(
        self,
        window: MainWindow,
        documents: Documents,
        tasks: TaskManager,
        reload: Callable[[DocumentPane], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._documents = documents
        self._tasks = tasks
        self._reload = reload
        self._asked: set[DocumentPane] = set()
        self._held: set[DocumentPane] = set()
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._look)
        self._watcher.fileChanged.connect(lambda _path: self._soon.start())
        self._watcher.directoryChanged.connect(lambda _path: self._soon.start())

    def add(self, path: Path) -> None:
        """Watch a file from now on."""
        for one in (str(path), str(path.parent)):
            if one not in self._watcher.files() and one not in self._watcher.directories():
                self._watcher.addPath(one)

    def hold(self, pane: DocumentPane) -> None:
        """The pane's file is about to be written by us: what happens to it is no news."""
        self._held.add(pane)

    def release(self, pane: DocumentPane) -> None:
        """Written, or not: compare again from now on."""
        self._held.discard(pane)

    def _look(self) -> None:
        for pane in self._documents.panes:
            path, digest = pane.context.file, pane.context.digest
            if path is None or not digest or pane.context.device_id or pane in self._asked | self._held:
                continue
            self.add(path)
            self._compare(pane, path, digest)

    def _compare(self, pane: DocumentPane, path: Path, digest: str) -> None:
        def work(cancel: CancelToken, report: Report) -> bool:
            return changed_on_disk(path, digest)

        def compared(changed: bool) -> None:
            known = pane.context.digest == digest and pane not in self._held
            if changed and known and pane in self._documents.panes:
                self._ask(pane, path)

        task = self._tasks.run(work, title=f"Look at {path.name}", quiet=True)
        task.done.connect(compared)

    def _ask(self, pane: DocumentPane, path: Path) -> None:
        if pane in self._asked:
            return
        self._asked.add(pane)
        count = pane.changes
        lost = f" The {count} change{'' if count == 1 else 's'} made here would be lost." if count else ""
        question = Question(
            self._window,
            f"{path.name} was changed by another program",
            f"The window shows what the file held before.{lost}",
            [
                Choice("keep", "Keep what is shown"),
                Choice("reload", "Open the file again", "danger" if count else "primary"),
            ],
            icon="warning",
            ink="warning",
            object_name="changedOnDiskQuestion",
        )
        question.answered.connect(lambda key: self._answered(pane, path, key))
        question.open()

    def _answered(self, pane: DocumentPane, path: Path, key: str) -> None:
        self._asked.discard(pane)
        if key == "reload":
            self._reload(pane)
            return

        # a person has decided: saving over it needs no second question
        def work(cancel: CancelToken, report: Report) -> str:
            return file_digest(path)

        def known(digest: str) -> None:
            pane.context.digest = digest

        task = self._tasks.run(work, title=f"Look at {path.name}", quiet=True)
        task.done.connect(known)
        task.failed.connect(lambda _error: None)
