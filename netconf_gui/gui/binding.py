"""Brings a document without a device to one: asks which, lists what does not fit, and leaves a draft to review.

Lives here: the way from one pane to the other.  Does not live here: comparing (`services.bind`), applying (`applying`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.edits import Edit
from netconf_gui.config.textedit import text_edit
from netconf_gui.errors import ConfigError
from netconf_gui.gui.dialogs.bind import BindDialog
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.bind import Bringing, Fit, brought, fit

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the job brings back: how it fits, and the one step that brings it into the device's document."""

    fit: Fit
    edit: Edit | None


class Binding(QObject):
    """`ask(pane)` begins; the device's document then holds the draft, and its review is in front."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program

    def ask(self, source: DocumentPane) -> None:
        """Which device, and how."""
        links = self._program.connections.links
        if not links:
            self._program.window.status.tell("There is no device yet. Add one, then bind the document to it.")
            return
        devices = [(link.device.id, link.device.name, link.connected) for link in links]
        dialog = BindDialog(self._program.window, source.context.title, devices)
        dialog.chosen.connect(lambda device_id, how: self.bring(source, device_id, how))
        dialog.open()

    def bring(self, source: DocumentPane, device_id: str, how: Bringing) -> None:
        """Connect and load what is missing, then compare."""
        program = self._program
        link = program.connections.link(device_id)
        if link is None:
            return
        if not link.connected:
            task = program.connections.connect_device(device_id)
            if task is not None:
                task.done.connect(lambda _session: self.bring(source, device_id, how))
            return
        target = program.documents.of_device(device_id, link.editable or "running")
        if target is None:
            task = program.documents.open_device(device_id)
            if task is not None:
                task.done.connect(lambda _fetched: self.bring(source, device_id, how))
            return
        self._compare(source, target, how)

    def _compare(self, source: DocumentPane, target: DocumentPane, how: Bringing) -> None:
        title, name = source.context.title, target.context.device_name
        schema, key, engine = target.document.schema, target.context.key, target.context.engine
        given, there, revision = source.document.recipe(), target.document.recipe(), target.document.revision
        given_schema = source.document.schema
        if schema is None:
            error = ConfigError(
                f"{name} has no schema, so nothing can be compared with it.",
                advice="Look at the device's schema report, or paste the XML into its document.",
            )
            self._failed(error, title)
            return

        def work(cancel: CancelToken, report: Report) -> Prepared:
            found = fit(serialize(given.make(given_schema).root), schema, engine=engine, key=key or "", cancel=cancel)
            copy = there.make(schema)
            wish = brought(serialize(copy.root), found.content, schema, how)
            return Prepared(found, text_edit(copy, read_root(wish)))

        def prepared(found: Prepared) -> None:
            if target not in self._program.documents.panes:
                return
            if target.document.revision != revision:
                self._compare(source, target, how)
            elif found.fit.is_whole:
                self._take(target, found.edit, title)
            else:
                self._show_misfits(target, found, title)

        task = self._program.tasks.run(work, title=f"Compare {title} with {name}")
        task.done.connect(prepared)
        task.failed.connect(lambda error: self._failed(error, title))

    def _show_misfits(self, target: DocumentPane, found: Prepared, title: str) -> None:
        name = target.context.device_name
        rows = [
            *(ListRow((path, f"not known to {name}, left out"), path, "warning") for path in found.fit.unknown),
            *(ListRow((path, "state, left out"), path, "info") for path in found.fit.state),
            *(ListRow((one.path, one.message), one.path, "error") for one in found.fit.misfits),
        ]
        dialog = ListDialog(
            self._program.window,
            "misfitsDialog",
            f"Not all of {title} fits {name}",
            "What the device does not know is left out. Values that it does not take are brought over and marked.",
            ("Node", "What is the matter"),
            rows,
            [Choice("cancel", "Cancel"), Choice("go", "Bring the rest", "primary")],
            icon="warning",
            ink="warning",
        )
        dialog.resize(820, dialog.height())
        fit_to_rows(dialog, len(rows))
        dialog.answered.connect(lambda key: self._take(target, found.edit, title) if key == "go" else None)
        dialog.open()

    def _take(self, target: DocumentPane, edit: Edit | None, title: str) -> None:
        held = f"{target.context.device_name} holds all of {title} already."
        self._program.applying.bring(target, edit, f"bring {title}", held)

    def _failed(self, error: BaseException, title: str) -> None:
        self._program.show_error(error, doing=f"binding {title} to a device")
