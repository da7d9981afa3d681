"""RPC consoles in tabs: one a device, opened from where an operation is seen.

Lives here: which console is of which device.  Does not live here: what is behind one (`console_device`), the tab
(`panes/console`), the ways to it from trees (`console_places`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from netconf_gui.config.path import InstancePath
from netconf_gui.gui.console_device import OneConsole
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.document import DocumentPane

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program


class Consoles(QObject):
    """The tabs, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._consoles: dict[str, OneConsole] = {}
        program.window.actions_.console.triggered.connect(lambda: self.open_selected())
        program.connections.changed.connect(self._changed)
        program.devices.selection_changed.connect(self._update_state)
        program.window.documents.page_changed.connect(lambda _page: self._update_state())
        program.problems.jump_wanted.connect(self._jump)
        program.documents.page_closed.connect(self._closed)
        self._update_state()

    @property
    def in_front(self) -> ConsolePane | None:
        """The console whose tab is in front."""
        page = self._program.window.documents.currentWidget()
        return page if isinstance(page, ConsolePane) else None

    @property
    def document_in_front(self) -> DocumentPane | None:
        """Its request, as a document."""
        page = self.in_front
        return page.pane if page is not None else None

    def console(self, device_id: str) -> OneConsole | None:
        """The console of a device, if it is open."""
        found = self._consoles.get(device_id)
        if found is not None and not found.is_open:
            del self._consoles[device_id]
            return None
        return found

    def open_selected(self) -> None:
        """For the device whose row, or document, has the focus."""
        link = self._program.devices.selected
        if link is not None:
            self.open(link.device.id)

    def open(
        self, device_id: str, operation_id: str = "", instance: InstancePath | None = None, text: str = ""
    ) -> OneConsole | None:
        """The console of a device in front, with an operation (at an instance), or a request as text."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        there = self.console(device_id)
        if there is None:
            there = self._consoles[device_id] = OneConsole(self._program, link)
            self._program.window.show_panes()
            tip = f"Operations of {link.device.name}"
            self._program.window.documents.add_page(there.pane, f"RPC: {link.device.name}", "console", tip=tip)
            there.load()
        else:
            self._program.window.documents.setCurrentWidget(there.pane)
        there.pane.setFocus()
        there.begin(operation_id, instance, text)
        return there

    def _changed(self, device_id: str) -> None:
        self._update_state()
        for one in list(self._consoles.values()):
            if one.is_open:
                one.connection_changed(device_id)

    def _update_state(self) -> None:
        link = self._program.devices.selected
        self._program.window.actions_.console.setEnabled(link is not None and link.connected)

    @staticmethod
    def _closed(page: QWidget) -> None:
        if isinstance(page, ConsolePane):
            page.close_pane()

    def close(self) -> None:
        """The window goes."""
        for one in self._consoles.values():
            if one.is_open:
                one.pane.close_pane()

    def _jump(self, path: str) -> None:
        if self.in_front is not None:
            self.in_front.pane.jump(path)
