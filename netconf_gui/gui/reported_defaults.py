"""How a device reports values that nobody set (RFC 6243): a choice for each device, in force for all that is read.

Lives here: the menu and what is chosen.  Does not live here: the modes (`config.defaults`), what is tagged
(`config.tagged`), reading (`services.load`, `services.watch`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from netconf_gui.config.tagged import TAGGED
from netconf_gui.gui.forms import action, named

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

EDITING = ""
# mode: (text, what it means)
MODES = {
    EDITING: ("As for &editing", "Only what somebody set, or what comes nearest to it on this device"),
    TAGGED: ("All, defaults &marked", "Values that nobody set are shown as defaults and never written back"),
    "report-all": ("&All", "Defaults look like values that somebody set; documents can only be read"),
    "trim": ("&Without defaults", "Values equal to their default are left out; documents can only be read"),
    "explicit": ("E&xplicit", "What somebody set, also where it equals the default"),
}


class ReportedDefaults(QObject):
    """The choice of each device; `mode(device id)` is "" for the one that editing needs."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("reportedDefaults")
        self._program = program
        self._modes: dict[str, str] = {}
        self.menu: QMenu = named(QMenu("Report de&faults", program.window), "defaultsMenu", "How defaults are reported")
        group = QActionGroup(self.menu)
        self.actions: dict[str, QAction] = {}
        for position, (mode, (text, tip)) in enumerate(MODES.items()):
            keys = f"Ctrl+Alt+Shift+{position + 1}"
            name = f"defaults_{mode or 'editing'}Action"
            made = action(program.window, text, name, shortcut=keys, tip=tip, checkable=True)
            made.triggered.connect(partial(self._chosen, mode))
            group.addAction(made)
            program.window.addAction(made)
            self.menu.addAction(made)
            self.actions[mode] = made
        menus = program.window.menus
        above = menus.device.actions()
        # the line below what reads
        menus.device.insertMenu(above[above.index(program.window.actions_.open_state) + 1], self.menu)
        program.documents.defaults_mode = self.mode
        program.devices.selection_changed.connect(self.follow)
        program.connections.changed.connect(lambda _device: self.follow())
        self.follow()

    def mode(self, device_id: str) -> str:
        """The mode to ask for; "" where editing decides, or the device does not know the chosen one."""
        link = self._program.connections.link(device_id)
        chosen = self._modes.get(device_id, EDITING)
        return chosen if link is not None and chosen in _offered(link) else EDITING

    def follow(self) -> None:
        """Offer what the selected device knows."""
        link = self._program.devices.selected
        offered = _offered(link) if link is not None else ()
        self.menu.menuAction().setEnabled(bool(offered))
        for mode, made in self.actions.items():
            made.setEnabled(bool(offered) and (mode == EDITING or mode in offered))
        if link is not None:
            self.actions[self.mode(link.device.id)].setChecked(True)

    def choose(self, device_id: str, mode: str) -> None:
        """Read what is open of a device anew in that mode; documents with changes are left to the person."""
        self._modes[device_id] = mode
        self.follow()
        documents, kept = self._program.documents, 0
        for pane in documents.panes:
            if pane.context.device_id != device_id:
                continue
            if pane.document.is_dirty:
                kept += 1
            else:
                documents.reload(pane)
        state = self._program.operational.view(device_id)
        if state is not None:
            state.show_path(state.subject)
        told = MODES[mode][1]
        more = f" {kept} with changes stay as they are until you refresh them." if kept else ""
        self._program.window.status.tell(f"Defaults: {told[:1].lower()}{told[1:]}.{more}")

    def _chosen(self, mode: str, _checked: bool = False) -> None:
        link = self._program.devices.selected
        if link is not None and self.mode(link.device.id) != mode:
            self.choose(link.device.id, mode)


def _offered(link: Link) -> tuple[str, ...]:
    offered = link.session.capabilities.with_defaults if link.session is not None else None
    return offered.modes if offered is not None else ()
