"""Files and documents without a device: New, Open, Save, Save as, Recent, which modules describe them.

Lives here: choosers and questions, and what becomes of a pane.  Does not live here: reading and writing
(`services.files`), which run in the background.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.errors import ConfigError
from netconf_gui.gui.dialogs.list_dialog import fit_to_rows
from netconf_gui.gui.dialogs.overwrite import ask_overwrite
from netconf_gui.gui.dialogs.schema_choice import SchemaChoiceDialog
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.file_watch import FileWatch
from netconf_gui.gui.forms import named
from netconf_gui.gui.main_window import MainWindow
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.files import FileChangedError, OpenedFile, SavedFile, open_file, save_file
from netconf_gui.services.schema_choice import ChosenSchema, offered, open_set
from netconf_gui.workspace.schema_sets import SchemaSet
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine

FILTER = "Configurations (*.xml *.json *.cfg *.txt);;XML (*.xml);;JSON (*.json);;IOS (*.cfg *.txt);;All files (*)"
Told = Callable[[bool], object]


class Files(QObject):
    """What the File menu does; failures go to `documents.failed`."""

    def __init__(
        self, window: MainWindow, documents: Documents, tasks: TaskManager, workspace: Workspace, engine: Engine
    ) -> None:
        super().__init__(window)
        self._window = window
        self._documents = documents
        self._tasks = tasks
        self._workspace = workspace
        self._engine = engine
        self._untitled = 0
        self.text_opener: Callable[[Path], bool] = lambda path: False  # texts of command lines; True where it is one
        self._watch = FileWatch(window, documents, tasks, self.reload)
        documents.save_wanted = self.save

    # -------------------------------------------------------------------------------------------------- new and open

    def new(self) -> None:
        """Ask for the modules, and begin an empty document."""
        self._ask_schema(
            "New configuration",
            "Which modules describe it? A device's modules are there once it was opened.",
            "Create",
            self._begin,
        )

    def choose(self) -> None:
        """Ask for a file and open it."""
        chooser = self._chooser("Open a configuration", "openFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.open(Path(name)))
        chooser.open()

    def choose_with_schema(self) -> None:
        """Ask for a file and for the modules that describe it."""
        chooser = self._chooser("Open a configuration with its modules", "openFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)

        def ask(name: str) -> None:
            text = f"Which modules describe {Path(name).name}?"
            self._ask_schema("Open with modules", text, "Open", lambda found: self.open(Path(name), found))

        chooser.fileSelected.connect(ask)
        chooser.open()

    def open(self, path: Path, schema: ChosenSchema | None = None) -> None:
        """Open a file in a tab, or show the tab that has it."""
        path = path.expanduser().absolute()
        for pane in self._documents.panes:
            if pane.context.file == path:
                self._documents.show_pane(pane)
                return
        if schema is None and self.text_opener(path):
            return
        self._read(path, schema, lambda opened: self._opened(opened))

    def choose_schema(self, pane: DocumentPane) -> None:
        """Ask for other modules for a document that has no device."""
        self._ask_schema(
            "Choose the modules",
            f"Which modules describe {pane.context.title}? Its content stays as it is.",
            "Use",
            lambda found: self._use_schema(pane, found),
        )

    def reload(self, pane: DocumentPane) -> None:
        """Read a document's file again, in place of what is shown."""
        path, known = pane.context.file, pane.context
        if path is None:
            return

        def arrived(opened: OpenedFile) -> None:
            if pane in self._documents.panes:
                context = replace(known, digest=opened.digest)
                if opened.chosen is not None and opened.document.schema is not None:
                    context = self._with_schema(context, opened.chosen)
                self._documents.replace_document(pane, opened.document, context)

        self._read(path, None, arrived)

    def _read(self, path: Path, schema: ChosenSchema | None, arrived: Callable[[OpenedFile], object]) -> Task:
        engine, sets = self._engine, self._workspace.schema_sets

        def work(cancel: CancelToken, report: Report) -> OpenedFile:
            return open_file(path, engine=engine, sets=sets, schema=schema, cancel=cancel, on_event=report)

        task = self._tasks.run(work, title=f"Open {path.name}", subject=str(path.parent))
        task.done.connect(arrived)
        task.failed.connect(lambda error: self._open_failed(path, error))
        return task

    def _opened(self, opened: OpenedFile) -> None:
        self._workspace.recent.add(opened.path)
        context = DocumentContext(file=opened.path, digest=opened.digest, edit_limit=self._edit_limit)
        if opened.chosen is not None:
            context = self._with_schema(context, opened.chosen)
        self._watch.add(opened.path)
        self._documents.add(opened.document, context)

    def _open_failed(self, path: Path, error: BaseException) -> None:
        if not path.exists():
            self._workspace.recent.remove(path)
        self._documents.failed.emit(f"opening {path.name}", error)

    def _begin(self, chosen: ChosenSchema) -> None:
        self._untitled += 1
        context = DocumentContext(name=f"Untitled {self._untitled}", edit_limit=self._edit_limit)
        document = Document(b"", chosen.loaded.schema, name=context.name)
        pane = self._documents.add(document, self._with_schema(context, chosen))
        pane.view_bar.unset.setChecked(True)

    def _use_schema(self, pane: DocumentPane, chosen: ChosenSchema) -> None:
        if pane in self._documents.panes:
            pane.document.set_schema(chosen.loaded.schema)
            self._documents.replace_document(pane, pane.document, self._with_schema(pane.context, chosen))

    def _with_schema(self, context: DocumentContext, chosen: ChosenSchema) -> DocumentContext:
        return replace(
            context,
            engine=self._engine if chosen.loaded.validated else None,
            key=chosen.loaded.key,
            schema_title=chosen.found.title,
        )

    @property
    def _edit_limit(self) -> int:
        return self._workspace.settings.appearance.xml_edit_limit

    def _ask_schema(self, title: str, text: str, act: str, then: Callable[[ChosenSchema], object]) -> None:
        sets = offered(self._workspace.schema_sets)
        dialog = SchemaChoiceDialog(self._window, title, text, act, sets)
        fit_to_rows(dialog, len(sets))

        def answered(key: str) -> None:
            if key == "use" and dialog.chosen is not None:
                self._open_set(dialog.chosen, then)

        dialog.answered.connect(answered)
        dialog.open()

    def _open_set(self, wanted: SchemaSet, then: Callable[[ChosenSchema], object]) -> None:
        engine, sets = self._engine, self._workspace.schema_sets

        def work(cancel: CancelToken, report: Report) -> ChosenSchema:
            return open_set(wanted, engine, sets, cancel=cancel, on_event=report)

        task = self._tasks.run(work, title=f"Open the modules of {wanted.title}")
        task.done.connect(then)
        task.failed.connect(lambda error: self._documents.failed.emit(f"opening the modules of {wanted.title}", error))

    # ---------------------------------------------------------------------------------------------------------- save

    def save(self, pane: DocumentPane, told: Told | None = None) -> None:
        """Write the document to its file; asks for one when it has none.  `told(saved)` when it is decided."""
        if pane.context.file is None:
            self.save_as(pane, told)
        else:
            self._write(pane, pane.context.file, told or _ignore, known_digest=pane.context.digest)

    def save_as(self, pane: DocumentPane, told: Told | None = None) -> None:
        """Ask for a file and write the document to it, as JSON where its name ends so."""
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

    def _write(
        self, pane: DocumentPane, path: Path, told: Told, *, known_digest: str = "", overwrite: bool = False
    ) -> None:
        holding = pane.side.holding
        if holding is not None and not holding.take_text():
            # what would be written is not what is seen
            self._documents.failed.emit(f"saving {path.name}", _broken_text(pane.context.title))
            told(False)
            return
        recipe, schema, revision = pane.document.recipe(), pane.document.schema, pane.document.revision

        def work(cancel: CancelToken, report: Report) -> SavedFile:
            return save_file(path, recipe, schema, known_digest=known_digest, overwrite=overwrite)

        self._watch.hold(pane)
        task = self._tasks.run(work, title=f"Save {path.name}", subject=str(path.parent), cancellable=False)
        task.done.connect(lambda saved: self._written(pane, path, saved, revision, told))
        task.failed.connect(lambda error: self._save_failed(pane, path, error, told))

    def _written(self, pane: DocumentPane, path: Path, saved: SavedFile, revision: int, told: Told) -> None:
        self._workspace.recent.add(path)
        if not pane.context.device_id and pane in self._documents.panes:
            pane.context.file, pane.context.digest = path, saved.digest
            pane.saved(saved.data, saved.root, revision)
            self._watch.add(path)
        self._watch.release(pane)
        self._documents.notice.emit(f"Saved to {path}.")
        told(True)

    def _save_failed(self, pane: DocumentPane, path: Path, error: BaseException, told: Told) -> None:
        self._watch.release(pane)
        if isinstance(error, FileChangedError):
            self._ask_overwrite(pane, path, told)
            return
        self._documents.failed.emit(f"saving {path.name}", error)
        told(False)

    def _ask_overwrite(self, pane: DocumentPane, path: Path, told: Told) -> None:
        ask_overwrite(
            self._window,
            path,
            "document",
            "overwriteQuestion",
            overwrite=lambda: self._write(pane, path, told, overwrite=True),
            elsewhere=lambda: self.save_as(pane, told),
            give_up=lambda: told(False),
        )


def _broken_text(title: str) -> ConfigError:
    return ConfigError(
        f"The text of {title} is broken, so it cannot be saved.",
        state="Nothing was written; the draft keeps the text as it is.",
        advice="Mend the text or undo it, then save.",
    )


def _ignore(saved: bool) -> None:
    return None
