"""Tells of access control where people meet it: read-only documents, refused applies, requests and readings.

Lives here: which documents are read-only and why, and the lines that say so.  Does not live here: the rights (`nacm`),
how the lines look (`panes/nacm_lines`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout
from shiboken6 import isValid

from netconf_gui.errors import RpcError
from netconf_gui.gui.dialogs.message import ErrorDialog
from netconf_gui.gui.nacm import AccessControls
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.console_results import Result
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.nacm_lines import ReadOnlyBanner, WhyLine
from netconf_gui.services.deploy import DeployReport
from netconf_gui.services.nacm import DENIED, Explanation, read_only_words

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

_BARS = 2  # widgets of a document's pane above the place of the banner
NO_WAY = (
    "This device lets nobody change its configuration over NETCONF: it offers neither a candidate datastore nor "
    "writing to running."
)


class AccessTelling(QObject):
    """Keeps banners and lines in step with what is known of rights."""

    def __init__(self, program: Program, access: AccessControls) -> None:
        super().__init__(program.window)
        self.setObjectName("accessTelling")
        self._program = program
        self._access = access
        self._banners: dict[DocumentPane, ReadOnlyBanner] = {}
        self._refused: dict[str, str] = {}  # devices that refused an edit, with rules that cannot be read
        self._told: Explanation | None = None
        self._told_of = ""
        access.rights_changed.connect(self._look_all)
        program.documents.pane_added.connect(self._added)
        program.documents.pane_closed.connect(lambda pane: self._banners.pop(pane, None))
        program.applying.started.connect(lambda _device: program.apply_pane.why.say(""))
        program.applying.ended.connect(self._applied)
        program.apply_pane.why.wanted.connect(self._show_told)

    # ------------------------------------------------------------------------------------------------ read only

    def words(self, pane: DocumentPane) -> str:
        """Why nothing can be written where the document is from; "" where something can, or nobody knows."""
        device_id = pane.context.device_id
        link = self._program.connections.link(device_id) if device_id else None
        if link is None or not link.connected:
            return ""
        if not link.editable:
            return NO_WAY
        rights = self._access.rights(device_id)
        if rights is not None and rights.known:
            return read_only_words(rights)
        return self._refused.get(device_id, "")

    def _added(self, pane: DocumentPane) -> None:
        pane.state_changed.connect(lambda: self._look(pane))
        self._look(pane)

    def _look_all(self, device_id: str) -> None:
        for pane in self._program.documents.panes:
            if pane.context.device_id == device_id:
                self._look(pane)

    def _look(self, pane: DocumentPane) -> None:
        link = self._program.connections.link(pane.context.device_id) if pane.context.device_id else None
        if link is None or not link.connected:
            return
        why = self.words(pane)
        banner = self._banners.get(pane)
        if why:
            if banner is None or not isValid(banner):
                banner = self._banners[pane] = self._banner(pane)
            banner.say(why, rules=link.editable != "")
        elif banner is not None and isValid(banner):
            banner.hide()
        # a draft that is there already can still be undone
        wanted = pane.context.datastore != link.editable or bool(pane.context.defaults)
        pane.set_read_only(wanted or (bool(why) and not pane.document.is_dirty))

    def _banner(self, pane: DocumentPane) -> ReadOnlyBanner:
        made, layout = ReadOnlyBanner(), pane.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(_BARS, made)
        made.wanted.connect(lambda: self._access.open(pane.context.device_id))
        return made

    # ------------------------------------------------------------------------------------------------ why

    def _applied(self, device_id: str, report: DeployReport | None) -> None:
        if report is None:
            return
        if report.ok:
            self._refused.pop(device_id, None)
        # whichever request it was: an edit is what the person wanted
        told = self._access.explain(device_id, report.errors, "edit-config")
        if told is None:
            return
        self._told, self._told_of = told, device_id
        self._program.apply_pane.why.say(told.words, rule=told.decision is not None)
        rights = self._access.rights(device_id)
        if rights is not None and not rights.known and not report.ok:
            self._refused[device_id] = f"The device denied the last edit ({DENIED}). {rights.words}"
            self._look_all(device_id)

    def _show_told(self) -> None:
        if self._told is not None:
            self._access.test(self._told_of, self._told)

    def in_dialog(self, dialog: ErrorDialog, error: BaseException) -> None:
        """Say in an error's dialog why it was denied, if it was."""
        errors, link = getattr(error, "errors", ()), self._program.devices.selected
        if link is None or not isinstance(errors, tuple) or not all(isinstance(one, RpcError) for one in errors):
            return
        device_id = link.device.id
        told = self._access.explain(device_id, errors, str(getattr(error, "operation", "")))
        if told is None:
            return
        line = WhyLine()
        line.say(told.words, rule=told.decision is not None)
        dialog.ui.bodyLayout.insertWidget(1, line)
        dialog.adjustSize()

        def show() -> None:
            dialog.accept()
            self._access.test(device_id, told)

        line.wanted.connect(show)

    def in_console(self, pane: ConsolePane) -> None:
        """Say in a console's results why a request was denied."""
        results = pane.results
        results.explain = self._console_words
        results.why.wanted.connect(lambda: self._show_result(results.shown))

    def _console_words(self, result: Result) -> tuple[str, bool]:
        told = self._of_result(result)
        return ("", False) if told is None else (told.words, told.decision is not None)

    def _of_result(self, result: Result | None) -> Explanation | None:
        if result is None or result.sent is None:
            return None
        return self._access.explain(result.device_id, result.sent.errors, result.operation)

    def _show_result(self, result: Result | None) -> None:
        told = self._of_result(result)
        if result is not None and told is not None:
            self._access.test(result.device_id, told)
