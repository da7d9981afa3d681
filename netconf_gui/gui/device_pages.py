"""The pages of devices in tabs: opening them, reading on the device's lane, and what their rows are asked to do.

Lives here: which page is of which device, and the way to the session.  Does not live here: how a page looks
(`panes/device_page`), operations with a form (`device_operations`).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.forms import action
from netconf_gui.gui.panes.device_page import DevicePage
from netconf_gui.gui.tasks import Report
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.monitoring import DeviceState, LockState, SchemaState, SessionState, read_state
from netconf_gui.session.schemas import get_schema
from netconf_gui.workspace.files import write_atomically

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

NMDA = ("intended", "operational")


class DevicePages(QObject):
    """The pages that are open, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("devicePages")
        self._program = program
        self._pages: dict[str, DevicePage] = {}
        window, operations = program.window, program.operations
        made = self.action = action(
            window,
            "Device pa&ge",
            "devicePageAction",
            icon="device",
            shortcut="Ctrl+5",
            tip="What the device is and does",
        )
        made.triggered.connect(lambda: self._open_selected())
        window.addAction(made)
        window.menus.device.insertAction(window.actions_.history, made)
        startup = self.open_startup = action(
            window, "Open startu&p", "openStartupAction", icon="datastore", shortcut="Ctrl+Alt+Shift+S"
        )
        startup.triggered.connect(lambda: self._open_startup())
        window.addAction(startup)
        window.menus.device.insertAction(window.actions_.open_state, startup)
        program.devices.more_actions += [made, operations.menu.menuAction(), program.defaults.menu.menuAction()]
        window.devices.page_wanted.connect(self.open)
        program.connections.changed.connect(self._changed)
        program.connections.changed.connect(lambda _device: self._follow())
        program.devices.selection_changed.connect(self._follow)
        operations.page_link = self._link_in_front
        operations.page_datastore = lambda: page.datastore if (page := self._in_front()) is not None else ""
        operations.done.connect(self._done)
        self._follow()

    # ------------------------------------------------------------------------------------------------ the tabs

    def page(self, device_id: str) -> DevicePage | None:
        """The page of a device, if it is open."""
        found = self._pages.get(device_id)
        if found is not None and (not isValid(found) or self._program.window.documents.indexOf(found) < 0):
            del self._pages[device_id]
            return None
        return found

    def open(self, device_id: str) -> DevicePage | None:
        """The page of a device in front."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        tabs, there = self._program.window.documents, self.page(device_id)
        if there is None:
            there = self._pages[device_id] = self._make(link)
            self._program.window.show_panes()
            tabs.add_page(there, link.device.name, "device", tip=f"What {link.device.name} is and does")
            self._changed(device_id)
        else:
            tabs.setCurrentWidget(there)
        there.setFocus()
        return there

    def _make(self, link: Link) -> DevicePage:
        device_id = link.device.id
        page = DevicePage(device_id, link.device.name, list(self._program.operations.actions.values()))
        page.read_wanted.connect(partial(self._read, device_id))
        page.open_wanted.connect(partial(self._open_datastore, device_id))
        page.kill_wanted.connect(partial(self._kill, device_id))
        page.release_wanted.connect(partial(self._release, device_id))
        page.schema_wanted.connect(partial(self._schema, device_id))
        page.subscribe_wanted.connect(lambda stream: self._program.notifications.subscribe(device_id, stream))
        page.access_wanted.connect(lambda: self._program.access.open(device_id))
        page.moved.connect(self._program.operations.follow)
        return page

    def _open_selected(self) -> None:
        link = self._program.devices.selected
        if link is not None:
            self.open(link.device.id)

    def _in_front(self) -> DevicePage | None:
        page = self._program.window.documents.currentWidget()
        return page if isinstance(page, DevicePage) else None

    def _link_in_front(self) -> Link | None:
        page = self._in_front()
        return self._program.connections.link(page.device_id) if page is not None else None

    def _follow(self) -> None:
        link = self._program.devices.selected
        self.action.setEnabled(link is not None)
        self.open_startup.setEnabled(link is not None and "startup" in link.datastores)

    def _open_startup(self) -> None:
        link = self._program.devices.selected
        if link is not None:
            self._program.documents.open_device(link.device.id, "startup")

    def _changed(self, device_id: str) -> None:
        page, link = self.page(device_id), self._program.connections.link(device_id)
        if page is not None and link is not None:
            page.set_connected(link.device, link.session, _modules(link), _datastores(link))

    def _done(self, device_id: str) -> None:
        page = self.page(device_id)
        if page is not None:
            page.refresh()

    # ------------------------------------------------------------------------------------------------ reading

    def _read(self, device_id: str) -> None:
        page, link = self.page(device_id), self._program.connections.link(device_id)
        if page is None or link is None or link.session is None or link.lane is None:
            return
        session = link.session

        def work(cancel: CancelToken, _report: Report) -> DeviceState:
            return read_state(session, cancel=cancel)

        title = f"Read what {link.device.name} tells of itself"
        task = self._program.tasks.run(work, title=title, lane=link.lane, quiet=True, subject=link.device.address)
        task.done.connect(lambda state: self._arrived(device_id, state))
        task.failed.connect(lambda error: self._failed(device_id, error))

    def _arrived(self, device_id: str, state: DeviceState) -> None:
        page, link = self.page(device_id), self._program.connections.link(device_id)
        if page is None or link is None:
            return
        if link.session is None:
            page.show_failure("", cancelled=True)
        else:
            page.show_state(state, link.device, link.session, _modules(link), _datastores(link))

    def _failed(self, device_id: str, error: BaseException) -> None:
        page = self.page(device_id)
        if page is not None:
            text = error.full_text() if isinstance(error, AppError) else "The reading failed unexpectedly."
            page.show_failure(text, cancelled=isinstance(error, Cancelled))

    # ------------------------------------------------------------------------------------------------ what rows do

    def _open_datastore(self, device_id: str, datastore: str) -> None:
        if datastore == "operational":
            self._program.operational.open(device_id)
        elif datastore == "intended":
            self._program.differences.compare(device_id)
        else:
            self._program.documents.open_device(device_id, datastore)

    def _kill(self, device_id: str, session: SessionState) -> None:
        link = self._program.connections.link(device_id)
        if link is not None:
            who = ", ".join(part for part in (session.username, session.host) if part)
            self._program.operations.confirm(
                link, jobs.kill(session.session_id, who), "End the session", icon="disconnect"
            )

    def _release(self, device_id: str, lock: LockState) -> None:
        link = self._program.connections.link(device_id)
        if link is not None and lock.lock_id is not None:
            self._program.operations.do(link, jobs.unlock_part(lock.lock_id))

    def _schema(self, device_id: str, schema: SchemaState, save: bool) -> None:
        link = self._program.connections.link(device_id)
        if link is None or link.session is None or link.lane is None:
            return
        session, name = link.session, schema.identifier

        def work(cancel: CancelToken, _report: Report) -> bytes:
            return get_schema(session, name, schema.version or None, cancel=cancel)

        title = f"Get the schema {name} of {link.device.name}"
        task = self._program.tasks.run(work, title=title, lane=link.lane, subject=link.device.address)
        task.done.connect(lambda text: self._got_schema(device_id, schema, text, save=save))
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"getting the schema {name}"))

    def _got_schema(self, device_id: str, schema: SchemaState, text: bytes, *, save: bool) -> None:
        page = self.page(device_id)
        if not save:
            if page is not None:
                page.show_schema_text(schema.identifier, text.decode("utf-8", "replace"))
            return
        file = f"{schema.identifier}@{schema.version}.yang" if schema.version else f"{schema.identifier}.yang"
        dialog = QFileDialog(self._program.window, f"Save the schema {schema.identifier}")
        dialog.setObjectName("saveSchemaDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file)
        dialog.fileSelected.connect(lambda chosen: self._write(Path(chosen), text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write(self, path: Path, text: bytes) -> None:
        def work(_cancel: CancelToken, _report: Report) -> None:
            write_atomically(path, text, mode=0o644)

        task = self._program.tasks.run(work, title=f"Save {path.name}")
        task.done.connect(lambda _nothing: self._program.window.status.tell(f"{path.name} was saved."))
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"saving {path.name}"))


def _modules(link: Link) -> int:
    return link.schema.modules if link.schema is not None else 0


def _datastores(link: Link) -> tuple[str, ...]:
    nmda = link.session is not None and link.session.capabilities.nmda
    return (*link.datastores, *(NMDA if nmda else ()))
