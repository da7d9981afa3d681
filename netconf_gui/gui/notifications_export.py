"""Writing notifications that are shown to a file: which ones, asking where, in the background; secrets masked.

Lives here: the dialog and the task.  Does not live here: the forms (`services.event_export`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import WorkspaceError
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services.event_export import ExportForm, export
from netconf_gui.services.event_search import EventView
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event
from netconf_gui.workspace.event_rules import EventFilter

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

FILTERS = {
    "XML, one notification a line (*.xml)": ExportForm.XML,
    "JSON (*.json)": ExportForm.JSON,
    "Table, CSV (*.csv)": ExportForm.CSV,
}
_AT_ONCE = 1000  # rows


def ask(program: Program, store: EventStore, wanted: EventFilter) -> None:
    """Ask for a file, then write what the filter shows."""
    dialog = QFileDialog(program.window, "Export the notifications that are shown")
    dialog.setObjectName("exportNotificationsDialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(FILTERS))
    dialog.setDefaultSuffix("xml")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(FILTERS[chosen].value))
    dialog.selectFile("notifications.xml")
    dialog.fileSelected.connect(lambda name: write(program, store, wanted, Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def form_of(path: Path) -> ExportForm:
    """The form that a file's name asks for; XML where it says nothing."""
    ending = path.suffix.lower().lstrip(".")
    return next((form for form in ExportForm if form.value == ending), ExportForm.XML)


def shown(store: EventStore, wanted: EventFilter, cancel: CancelToken | None = None) -> Iterator[Event]:
    """The events that pass a filter, the oldest first."""
    if wanted.empty:
        for _begin, _end, events in store.scan(store.first, cancel=cancel):
            yield from events
        return
    view = EventView(store, wanted)
    view.extend(cancel)
    at = 0
    while events := view.rows(at, _AT_ONCE):
        yield from events
        at += len(events)


def write(program: Program, store: EventStore, wanted: EventFilter, path: Path) -> Task:
    """Write them in the background; the file is there as a whole or not at all."""
    form = form_of(path)

    def work(cancel: CancelToken, _report: Report) -> int:
        part = path.with_name(path.name + ".part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                count = export(shown(store, wanted, cancel), form, file.write, cancel=cancel)
            part.replace(path)
        except OSError as error:
            raise WorkspaceError(
                f"The notifications cannot be written to {path}: {error.strerror or error}.",
                state="The file is as it was.",
                advice="Choose another place.",
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return count

    task = program.tasks.run(work, title=f"Export notifications to {path.name}")
    task.done.connect(lambda count: program.window.status.tell(f"{count:,} notifications were written to {path.name}."))
    task.failed.connect(lambda error: program.show_error(error, doing="exporting notifications"))
    return task
