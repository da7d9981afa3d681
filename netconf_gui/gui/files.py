"""XML files: Open, Save, Save as, Recent.  Reading and writing run in the background."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.errors import WorkspaceError
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.forms import named
from netconf_gui.gui.main_window import MainWindow
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.workspace.workspace import Workspace

FILTER = "XML (*.xml);;All files (*)"
Told = Callable[[bool], object]


class Files(QObject):
    """What the File menu does; failures go to `documents.failed`."""

    def __init__(self, window: MainWindow, documents: Documents, tasks: TaskManager, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._documents = documents
        self._tasks = tasks
        self._workspace = workspace
        documents.save_wanted = self.save

    def choose(self) -> None:
        """Ask for a file and open it."""
        chooser = self._chooser("Open a configuration", "openFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.open(Path(name)))
        chooser.open()

    def open(self, path: Path) -> None:
        """Open a file in a tab, or show the tab that has it."""
        path = path.expanduser().absolute()
        for pane in self._documents.panes:
            if pane.context.file == path:
                self._documents.show_pane(pane)
                return

        def work(cancel: CancelToken, report: Report) -> Document:
            document = Document(_read(path), name=path.name)
            document.prepare()
            return document

        task = self._tasks.run(work, title=f"Open {path.name}", subject=str(path.parent))
        task.done.connect(lambda document: self._opened(path, document))
        task.failed.connect(lambda error: self._open_failed(path, error))

    def save(self, pane: DocumentPane, told: Told | None = None) -> None:
        """Write the document to its file; asks for one when it has none.  `told(saved)` when it is decided."""
        if pane.context.file is None:
            self.save_as(pane, told)
        else:
            self._write(pane, pane.context.file, told or _ignore)

    def save_as(self, pane: DocumentPane, told: Told | None = None) -> None:
        """Ask for a file and write the document to it."""
        told = told or _ignore
        chooser = self._chooser("Save the configuration", "saveFileDialog")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix("xml")
        chooser.selectFile(f"{pane.context.title.replace(' ', '-')}.xml" if not pane.context.file else "")
        chosen: list[str] = []
        chooser.fileSelected.connect(chosen.append)
        chooser.finished.connect(lambda _result: self._write(pane, Path(chosen[0]), told) if chosen else told(False))
        chooser.open()

    def _chooser(self, title: str, name: str) -> QFileDialog:
        recent = self._workspace.recent.files
        folder = str(recent[0].parent) if recent else str(Path.home())
        return named(QFileDialog(self._window, title, folder, FILTER), name, title)

    def _opened(self, path: Path, document: Document) -> None:
        self._workspace.recent.add(path)
        limit = self._workspace.settings.appearance.xml_edit_limit
        self._documents.add(document, DocumentContext(file=path, edit_limit=limit))

    def _open_failed(self, path: Path, error: BaseException) -> None:
        if not path.exists():
            self._workspace.recent.remove(path)
        self._documents.failed.emit(f"opening {path.name}", error)

    def _write(self, pane: DocumentPane, path: Path, told: Told) -> None:
        snapshot = pane.document.text()

        def work(cancel: CancelToken, report: Report) -> None:
            _write_whole(path, snapshot)

        def written() -> None:
            self._workspace.recent.add(path)
            if not pane.context.device_id:
                pane.context.file = path
                pane.saved(snapshot)
            self._documents.notice.emit(f"Saved to {path}.")
            told(True)

        task = self._tasks.run(work, title=f"Save {path.name}", subject=str(path.parent))
        task.done.connect(lambda _result: written())
        task.failed.connect(lambda error: self._save_failed(path, error, told))

    def _save_failed(self, path: Path, error: BaseException, told: Told) -> None:
        self._documents.failed.emit(f"saving {path.name}", error)
        told(False)


def _ignore(saved: bool) -> None:
    return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error.strerror}.", advice="Check that it exists and that you may read it."
        ) from error


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the file, then put it in its place: a failure leaves the old file whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror}.",
            state="The file is as it was, and the document in the window too.",
            advice="Save it in another folder.",
        ) from error
