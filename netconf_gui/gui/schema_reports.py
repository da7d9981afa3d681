"""Schema reports in the window: a tab a device, folders added, the schema got again, and the word in documents.

Lives here: which report is where and what its buttons do.  Does not live here: how it looks (`panes/schema_report.py`),
getting modules (`services.load`).
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QVBoxLayout
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.forms import push_button
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.schema_report import SchemaReportPane
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.gui.widgets import Notice
from netconf_gui.services.load import LoadedSchema, load_schema

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link


class SchemaReports(QObject):
    """The reports that are open, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._pages: dict[str, SchemaReportPane] = {}
        self._tasks: dict[str, Task] = {}
        program.window.actions_.schema_report.triggered.connect(lambda: self._show_selected())
        program.connections.changed.connect(self._changed)
        program.documents.current_changed.connect(self._look_at_document)

    # ------------------------------------------------------------------------------------------------------ the tabs

    def _show_selected(self) -> None:
        link = self._program.devices.selected
        if link is not None:
            self.show(link.device.id)

    def page(self, device_id: str) -> SchemaReportPane | None:
        """The report's page, if it is open."""
        page = self._pages.get(device_id)
        if page is not None and (not isValid(page) or self._program.window.documents.indexOf(page) < 0):
            del self._pages[device_id]
            return None
        return page

    def show(self, device_id: str) -> SchemaReportPane | None:
        """The report of a device in front; its schema is got first where there is none yet."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        page = self.page(device_id)
        if page is None:
            page = self._pages[device_id] = SchemaReportPane(device_id, f"Schema report: {link.device.name}")
            page.folder_wanted.connect(functools.partial(self.add_folder, device_id))
            page.retry_wanted.connect(functools.partial(self.retry, device_id))
            page.stop_wanted.connect(functools.partial(self._stop, device_id))
            self._program.window.show_panes()
            self._program.window.documents.add_page(page, f"Schema report: {link.device.name}", "list")
            if link.schema is None and link.connected:
                self.retry(device_id)
        else:
            self._program.window.documents.setCurrentWidget(page)
        self._refresh(device_id)
        page.view.setFocus()
        return page

    def _changed(self, device_id: str) -> None:
        self._refresh(device_id)
        for pane in self._program.documents.panes:
            if pane.context.device_id == device_id:
                self._say(pane)

    def _refresh(self, device_id: str) -> None:
        page = self.page(device_id)
        link = self._program.connections.link(device_id)
        if page is None or link is None:
            return
        page.allow_retry(link.connected)
        if link.schema is not None:
            if link.schema.report is not page.report:
                page.show_report(link.schema.report)
        elif not page.report.modules:
            words = "It is being fetched." if device_id in self._tasks else "Connect to the device to get it."
            page.show_nothing(words, can_get=link.connected and device_id not in self._tasks)

    # ------------------------------------------------------------------------------------------- what its buttons do

    def add_folder(self, device_id: str) -> None:
        """Ask for a folder of YANG modules, remember it for the device, and get the schema again."""
        dialog = QFileDialog(self._program.window, "Folder of YANG modules")
        dialog.setObjectName("schemaFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.use_folder(device_id, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use_folder(self, device_id: str, folder: Path) -> None:
        """Look for modules of this device in that folder too, from now on."""
        link = self._program.connections.link(device_id)
        if link is None:
            return
        if str(folder) not in link.device.schema_folders:
            device = replace(link.device, schema_folders=(*link.device.schema_folders, str(folder)))
            inventory = self._program.workspace.inventory
            if inventory.device(device_id) is not None:
                try:
                    inventory.put(device)
                except AppError as error:
                    self._program.show_error(error, doing="remembering the folder")
                    return
            self._program.connections.put(device)
        if not link.connected:
            self._program.window.status.tell(f"{folder.name} is used when {link.device.name} is connected.")
            return
        self.retry(device_id)

    def retry(self, device_id: str) -> Task | None:
        """Get the device's schema again: what is in the cache is not fetched again."""
        link = self._program.connections.link(device_id)
        if link is None or link.session is None or link.lane is None or device_id in self._tasks:
            return None
        session, engine = link.session, self._program.engine
        folders = [Path(folder) for folder in link.device.schema_folders]
        parallel = self._program.workspace.settings.engine.parallel_downloads

        def work(cancel: CancelToken, report: Report) -> LoadedSchema:
            return load_schema(
                session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=report
            )

        name = link.device.name
        task = self._program.tasks.run(
            work, title=f"Get the schema of {name}", lane=link.lane, subject=link.device.address
        )
        self._tasks[device_id] = task
        task.changed.connect(lambda: self._tell(device_id, task))
        task.done.connect(lambda schema: self._got(link, schema))
        task.failed.connect(lambda error: self._failed(name, error))
        task.finished.connect(lambda: self._ended(device_id))
        self._tell(device_id, task)
        return task

    def _stop(self, device_id: str) -> None:
        task = self._tasks.get(device_id)
        if task is not None:
            task.cancel()

    def _tell(self, device_id: str, task: Task) -> None:
        page = self.page(device_id)
        if page is not None and not task.ended:
            part = f" ({round(task.fraction * 100)} %)" if task.fraction is not None else ""
            page.show_progress((task.text or "Getting the schema") + part)

    def _ended(self, device_id: str) -> None:
        self._tasks.pop(device_id, None)
        page = self.page(device_id)
        if page is not None:
            page.show_progress("")
            self._refresh(device_id)

    def _failed(self, name: str, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._program.show_error(error, doing=f"getting the schema of {name}")

    def _got(self, link: Link, schema: LoadedSchema) -> None:
        """Documents of the device are read again with it; those with changes are left to the person."""
        if link.session is None:
            return
        changed = link.schema is None or schema.key != link.schema.key
        link.schema = schema
        self._program.connections.changed.emit(link.device.id)
        waiting = 0
        for pane in self._program.documents.panes:
            if changed and pane.context.device_id == link.device.id:
                if pane.document.is_dirty:
                    waiting += 1
                else:
                    self._program.documents.reload(pane)
        if waiting:
            self._program.window.status.tell(
                f"{waiting} document{'' if waiting == 1 else 's'} with changes kept the old schema. Refresh to use it."
            )

    # --------------------------------------------------------------------------------------------- a word in documents

    def _look_at_document(self) -> None:
        """The document in front says above its tree what its schema lacks, with a way to the report."""
        pane = self._program.documents.current
        if pane is not None:
            self._say(pane)

    def _say(self, pane: DocumentPane) -> None:
        link = self._program.connections.link(pane.context.device_id)
        schema = link.schema if link is not None else None
        notice = pane.findChild(SchemaNotice, "schemaNotice")
        if schema is None or link is None:
            return  # what was said stays while the device is away
        text = words(schema)
        if notice is None:
            if not text:
                return
            notice = SchemaNotice()
            notice.button.clicked.connect(functools.partial(self.show, link.device.id))
            layout = pane.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(0, notice)
        notice.say("warning", text)


class SchemaNotice(Notice):
    """What a document's schema lacks, and the button that opens the report."""

    def __init__(self) -> None:
        super().__init__("schemaNotice")
        self.button = push_button("Schema report", "schemaNoticeButton", icon="list")
        self.button.setProperty("compact", True)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.button)


def words(schema: LoadedSchema) -> str:
    """What a document of this schema must say, "" for nothing."""
    if schema.schema is None:
        return "No module of this device can be used: the configuration is shown as plain XML."
    count = len(schema.report.unusable)
    said = []
    if not schema.validated:
        said.append("Shown, not fully validated.")
    if count:
        one = count == 1
        said.append(
            f"{count} module{'' if one else 's'} of this device cannot be used: "
            f"what {'it describes' if one else 'they describe'} is shown as plain XML."
        )
    return " ".join(said)
