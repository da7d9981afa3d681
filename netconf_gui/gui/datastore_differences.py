"""Datastores of a device compared with each other, in a tab: intended with running, and any others (RFC 8342).

Lives here: which page is of which device, and reading both on its lane.  Does not live here: how it looks
(`panes/datastore_difference`), comparing (`config.diff`).
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.forms import action
from netconf_gui.gui.models.diff_outline import DiffMarks
from netconf_gui.gui.panes.datastore_difference import Compared, DatastoreDifference
from netconf_gui.gui.review import compare_documents
from netconf_gui.gui.tasks import Report
from netconf_gui.services.load import as_config, load_schema
from netconf_gui.session.datastores import get_config, get_data
from netconf_gui.session.session import Session

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

NMDA = ("intended", "operational")


class DatastoreDifferences(QObject):
    """The pages that are open, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("datastoreDifferences")
        self._program = program
        self._pages: dict[str, DatastoreDifference] = {}
        made = self.action = action(
            program.window,
            "Compare &intended with running",
            "compareIntendedAction",
            icon="diff",
            shortcut="Ctrl+Alt+Shift+I",
            tip="What the device makes of running before it works by it",
        )
        made.triggered.connect(lambda: self._open_selected())
        program.window.addAction(made)
        program.operations.menu.addSeparator()
        program.operations.menu.addAction(made)
        program.devices.selection_changed.connect(self._follow)
        program.connections.changed.connect(lambda _device: self._follow())
        self._follow()

    def _follow(self) -> None:
        link = self._program.operations.link
        others = len(_datastores(link)) > 1 if link is not None and link.connected else False
        nmda = link is not None and link.session is not None and link.session.capabilities.nmda
        self.action.setEnabled(others)
        self.action.setText("Compare &intended with running" if nmda or not others else "Compare da&tastores")

    def _open_selected(self) -> None:
        link = self._program.operations.link
        if link is not None:
            self.compare(link.device.id)

    def page(self, device_id: str) -> DatastoreDifference | None:
        """The page of a device, if it is open."""
        found = self._pages.get(device_id)
        if found is not None and (not isValid(found) or self._program.window.documents.indexOf(found) < 0):
            del self._pages[device_id]
            return None
        return found

    def compare(self, device_id: str) -> DatastoreDifference | None:
        """The comparison of a device in front: intended with running where it has them, else the first two."""
        link = self._program.connections.link(device_id)
        if link is None or not link.connected:
            return None
        there = self.page(device_id)
        tabs = self._program.window.documents
        if there is None:
            names = _datastores(link)
            other = "intended" if "intended" in names else next((one for one in names if one != "running"), "running")
            there = DatastoreDifference(device_id, link.device.name, names, ("running", other))
            there.read_wanted.connect(partial(self._read, device_id))
            self._pages[device_id] = there
            self._program.window.show_panes()
            title = f"{link.device.name}: running and {other}"
            tabs.add_page(there, title, "diff", tip=f"Datastores of {link.device.name} compared")
        else:
            tabs.setCurrentWidget(there)
        there.setFocus()
        there.refresh()
        return there

    def _read(self, device_id: str, old: str, new: str) -> None:
        page, link = self.page(device_id), self._program.connections.link(device_id)
        if page is None or link is None:
            return
        session, lane, known = link.session, link.lane, link.schema
        if session is None or lane is None:
            page.show_failure(f"{link.device.name} is not connected. Connect it, then press F5.")
            return
        engine = self._program.engine
        parallel = self._program.workspace.settings.engine.parallel_downloads
        folders = [Path(folder) for folder in link.device.schema_folders]

        def work(cancel: CancelToken, report: Report) -> Compared:
            loaded = known or load_schema(
                session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=report
            )
            both = [_configuration(session, name, cancel) for name in (old, new)]
            difference = diff(read_root(both[0]), read_root(both[1]), loaded.schema, cancel=cancel)
            text = compare_documents(both[0], both[1])
            summary = f"{difference.summary().rstrip('.')}."
            return Compared(old, new, difference, DiffMarks(difference), text, time.time(), summary)

        title = f"Compare {old} with {new} of {link.device.name}"
        task = self._program.tasks.run(work, title=title, lane=lane, subject=link.device.address)
        task.done.connect(lambda compared: self._arrived(device_id, compared))
        task.failed.connect(lambda error: self._failed(device_id, error))

    def _arrived(self, device_id: str, compared: Compared) -> None:
        page = self.page(device_id)
        if page is not None:
            page.show_compared(compared)

    def _failed(self, device_id: str, error: BaseException) -> None:
        page = self.page(device_id)
        if page is not None:
            cancelled = isinstance(error, Cancelled)
            text = error.full_text() if isinstance(error, AppError) else "The comparison failed unexpectedly."
            page.show_failure("It was stopped. F5 compares again." if cancelled else text)


def _datastores(link: Link) -> tuple[str, ...]:
    nmda = link.session is not None and link.session.capabilities.nmda
    return (*link.datastores, *(NMDA if nmda else ()))


def _configuration(session: Session, name: str, cancel: CancelToken) -> bytes:
    """A datastore's configuration, both sides in the same with-defaults mode: the device's basic one."""
    if name in NMDA:
        return as_config(get_data(session, name, config_filter=True if name == "operational" else None, cancel=cancel))
    return as_config(get_config(session, name, cancel=cancel))
