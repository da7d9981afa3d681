"""The state of devices in tabs: opening them for a device, a node or a schema path, and asking on the device's lane.

Lives here: which tab is of which device, and `DeviceSource`.  Does not live here: how a tab works
(`panes/operational`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.live import LiveDocument
from netconf_gui.config.path import InstancePath
from netconf_gui.gui.forms import action
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.gui.panes.operational import Answer, OperationalView
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.load import LoadedSchema, load_schema
from netconf_gui.services.watch import StateReader

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link
    from netconf_gui.yang.schema import Schema


LARGE = 20_000  # nodes of an answer


class DeviceSource:
    """Reads one device's state on its lane; its schema is got first where there is none yet."""

    def __init__(self, program: Program, device_id: str) -> None:
        self._program = program
        self._device_id = device_id
        self._reader: StateReader | None = None
        self.origin = ""  # of the values that are read; "" for all

    @property
    def _link(self) -> Link | None:
        return self._program.connections.link(self._device_id)

    @property
    def connected(self) -> bool:
        link = self._link
        return link is not None and link.connected

    @property
    def has_origins(self) -> bool:
        """Whether the device has an operational datastore that may tell where its values come from."""
        link = self._link
        return link is not None and link.session is not None and link.session.capabilities.nmda

    @property
    def schema(self) -> Schema | None:
        link = self._link
        return link.schema.schema if link is not None and link.schema is not None else None

    def read(self, paths: Sequence[InstancePath], *, whole: bool, quiet: bool) -> Task | None:
        """Start a reading; None if there is no session."""
        link = self._link
        session, lane = (link.session, link.lane) if link is not None else (None, None)
        if link is None or session is None or lane is None:
            return None
        if self._reader is None or self._reader.session is not session:
            self._reader = StateReader(session)
        self._reader.origin = self.origin
        self._reader.with_defaults = self._program.defaults.mode(self._device_id)
        reader, known, name = self._reader, link.schema, link.device.name
        engine = self._program.engine
        parallel = self._program.workspace.settings.engine.parallel_downloads
        folders = [Path(folder) for folder in link.device.schema_folders]

        def work(cancel: CancelToken, report: Report) -> Answer:
            schema = known or load_schema(
                session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=report
            )
            reading = reader.read(paths, cancel=cancel)
            # a large answer is quicker made a document of its own than compared with what is shown
            fresh = whole or (not quiet and sum(1 for _ in reading.root.iter()) > LARGE)
            document = LiveDocument(serialize(reading.root), schema.schema, name=name) if fresh else None
            return Answer(reading, document, schema)

        title = f"Read the state of {name}"
        task = self._program.tasks.run(work, title=title, lane=lane, quiet=quiet, subject=link.device.address)
        task.done.connect(lambda answer: self._keep(link, answer.schema))
        return task

    def _keep(self, link: Link, schema: LoadedSchema) -> None:
        if link.schema is None and link.connected:
            link.schema = schema
            self._program.connections.changed.emit(link.device.id)


class OperationalViews(QObject):
    """The tabs, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._views: dict[str, OperationalView] = {}
        program.window.actions_.open_state.triggered.connect(lambda: self._open_selected())
        program.connections.changed.connect(self._changed)
        program.documents.pane_added.connect(self._extend)
        program.node.state_wanted.connect(self._open_node)

    def view(self, device_id: str) -> OperationalView | None:
        """The tab of a device, if it is open."""
        found = self._views.get(device_id)
        if found is not None and (not isValid(found) or self._program.window.documents.indexOf(found) < 0):
            del self._views[device_id]
            return None
        return found

    def open(self, device_id: str, path: InstancePath | None = None) -> OperationalView | None:
        """The state of a device in front, read at `path` if that is given."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        tabs, there = self._program.window.documents, self.view(device_id)
        if there is None:
            there = OperationalView(DeviceSource(self._program, device_id), self._program.tasks, link.device.name)
            there.told.connect(self._program.window.status.tell)
            there.failed.connect(self._program.show_error)
            self._views[device_id] = there
            if path is not None:
                there.show_path(path)
            self._program.window.show_panes()
            tip = f"Configuration and state of {link.device.name}"
            tabs.add_page(there, f"{link.device.name} state", "activity", tip=tip)
        else:
            tabs.setCurrentWidget(there)
            if path is not None and path != there.subject:
                there.show_path(path)
        there.setFocus()
        return there

    def _open_selected(self) -> None:
        link = self._program.devices.selected
        if link is not None:
            self.open(link.device.id)

    def _open_node(self) -> None:
        """The state at the node under the cursor of the document in front."""
        pane = self._program.documents.current
        if pane is not None:
            self.open_row(pane)

    def open_row(self, pane: DocumentPane) -> OperationalView | None:
        """The state at the node under a document's cursor."""
        path = path_of_row(pane.document, pane.row)
        return self.open(pane.context.device_id, path) if pane.context.device_id else None

    def _changed(self, device_id: str) -> None:
        there = self.view(device_id)
        if there is not None:
            there.set_connected()

    def _extend(self, pane: DocumentPane) -> None:
        """Every document of a device offers its nodes' state."""
        if not pane.context.device_id:
            return
        made = action(pane, "Show s&tate", "showStateAction", icon="activity", shortcut="Ctrl+Shift+T")
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.triggered.connect(lambda: self.open_row(pane))
        pane.addAction(made)
        pane.more_actions.append(made)
