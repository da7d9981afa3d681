"""Saving text documents: to their file, or to one that a person names.

Lives here: the chooser and the question about a file that others changed.  Does not live here: writing
(`services.cli_files`), which runs in the background.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.dialogs.overwrite import ask_overwrite
from netconf_gui.gui.forms import named
from netconf_gui.gui.panes.cli_pane import CliPane
from netconf_gui.gui.tasks import Report
from netconf_gui.services.cli_files import TextFile, save_text
from netconf_gui.services.files import FileChangedError

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.cli_documents import CliDocuments

FILTER = "Configurations of IOS (*.cfg *.txt);;All files (*)"
Told = Callable[[bool], object]


class CliSaving(QObject):
    """What *Save* and *Save as…* do for texts."""

    def __init__(self, program: Program, documents: CliDocuments) -> None:
        super().__init__(program.window)
        self._program = program
        self._documents = documents

    def save(self, pane: CliPane, told: Told | None = None) -> None:
        """Write the text to its file; asks for one when it has none."""
        if pane.context.file is None:
            self.save_as(pane, told)
        else:
            self._write(pane, pane.context.file, told or _ignore, known_digest=pane.context.digest)

    def save_as(self, pane: CliPane, told: Told | None = None) -> None:
        """Ask for a file and write the text to it."""
        done = told or _ignore
        recent = self._program.workspace.recent.files
        folder = str(recent[0].parent) if recent else str(Path.home())
        chooser = named(
            QFileDialog(self._program.window, "Save the text", folder, FILTER), "saveTextDialog", "Save the text"
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix("cfg")
        chooser.selectFile(f"{pane.context.title.replace(' ', '-')}.cfg" if not pane.context.file else "")
        chosen: list[str] = []
        chooser.fileSelected.connect(chosen.append)
        chooser.finished.connect(lambda _result: self._write(pane, Path(chosen[0]), done) if chosen else done(False))
        chooser.open()

    def _write(self, pane: CliPane, path: Path, told: Told, *, known_digest: str = "", overwrite: bool = False) -> None:
        text = pane.text

        def work(cancel: CancelToken, report: Report) -> TextFile:
            return save_text(path, text, known_digest=known_digest, overwrite=overwrite)

        task = self._program.tasks.run(work, title=f"Save {path.name}", subject=str(path.parent), cancellable=False)
        task.done.connect(lambda file: self._written(pane, file, told))
        task.failed.connect(lambda error: self._not_written(pane, path, error, told))

    def _written(self, pane: CliPane, file: TextFile, told: Told) -> None:
        self._program.workspace.recent.add(file.path)
        if not pane.context.device_id and pane in self._documents.panes:
            pane.saved(file.path, file.digest, file.text)
            self._documents.say_state(pane)
        self._program.window.status.tell(f"Saved to {file.path}.")
        told(True)

    def _not_written(self, pane: CliPane, path: Path, error: BaseException, told: Told) -> None:
        if not isinstance(error, FileChangedError):
            self._program.show_error(error, doing=f"saving {path.name}")
            told(False)
            return
        ask_overwrite(
            self._program.window,
            path,
            "text",
            "cliOverwriteQuestion",
            overwrite=lambda: self._write(pane, path, told, overwrite=True),
            elsewhere=lambda: self.save_as(pane, told),
            give_up=lambda: told(False),
        )


def _ignore(saved: bool) -> None:
    return None
