"""Stops of the tour beside its main job: what else a device can be asked for, from the window.

One method a stop; each ends with its picture.  `stops` lists them in the order in which they are visited.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeView, QWidget

from netconf_gui.gui.demo_device import DEMO_ID, ROUTER_ID
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.datastore_difference import DatastoreDifference
from netconf_gui.gui.panes.device_page import DevicePage

if TYPE_CHECKING:
    from netconf_gui.gui.tour.tour import Tour

Stop = tuple[str, Callable[[], None]]


def stops(tour: Tour) -> tuple[Stop, ...]:
    """(what is shown, how) of every stop."""
    breadth = Breadth(tour)
    return (
        ("see what the device is and who holds a lock", breadth.device_page),
        ("compare intended with running", breadth.intended),
        ("fill in an operation, send it, and see what comes back", breadth.console),
        ("edit and apply a configuration that is text", breadth.text),
    )


class Breadth:
    """The stops; the demo device is connected, and its document is open."""

    def __init__(self, tour: Tour) -> None:
        self.tour = tour
        self.program = tour.program
        self.stage = tour.stage

    def device_page(self) -> None:
        stage = self.stage
        self.tour.command("devicePageAction")
        page = stage.find(QWidget, "devicePage")
        assert isinstance(page, DevicePage)
        stage.wait(lambda: page.state is not None, "the device has told of itself")
        stage.click("devicePageParts_datastores")
        self.tour.command("lockDatastoreAction")
        stage.find(QWidget, "operationDialog")
        stage.click("operationButton")
        stage.wait(lambda: page.state is not None and bool(page.state.locks), "the lock is shown with its holder")
        stage.shot("device-page")
        self.tour.command("unlockDatastoreAction")
        stage.find(QWidget, "operationDialog")
        stage.click("operationButton")
        stage.wait(lambda: page.state is not None and not page.state.locks, "the lock is gone")

    def intended(self) -> None:
        stage = self.stage
        self.tour.command("compareIntendedAction")
        page = stage.find(QWidget, "datastoreDifference")
        assert isinstance(page, DatastoreDifference)
        stage.wait(lambda: page.compared is not None, "running and intended are compared")
        tree = stage.find(QTreeView, "datastoreDifferenceTree")
        stage.wait(lambda: tree.model().rowCount() > 0, "their differences are shown")
        stage.shot("intended")

    def console(self) -> None:
        """An operation with many parameters, filled in and sent."""
        stage = self.stage
        self.tour.command("consoleAction")
        page = stage.find(QWidget, "rpcConsole")
        assert isinstance(page, ConsolePane)
        stage.wait(lambda: page.side.operations_model.total, "the operations of the device are listed")
        stage.keys(page.side.search, "diagnostics")
        stage.key(page.side.search, Qt.Key.Key_Return)
        one = self.program.consoles.console(DEMO_ID)
        assert one is not None
        wished = (
            '<run-diagnostics xmlns="urn:netconf-gui:demo"><test>memory</test><test>sensors</test>'
            "<options>verbose keep-log</options><load-limit>35.00</load-limit></run-diagnostics>"
        )
        stage.expect(one.put(wished), "a request becomes a form")
        stage.wait(lambda: not page.pane.problems, "the request is valid")
        stage.click("consoleSendButton")
        stage.wait(lambda: page.results.shown is not None and page.results.shown.ok, "the device has answered")
        page.side.search.clear()
        stage.shot("console")
        self.program.documents.close_page(page)

    def text(self) -> None:
        """The demo router: sections beside the text, then its review, then the apply."""
        stage, program = self.stage, self.program
        self.tour.command("startRouterAction")
        stage.wait(lambda: program.texts.panes, "the router's configuration is shown")
        pane = program.texts.panes[0]
        stage.expect(pane.jump(("interface Loopback113", "description test456")), "there is an interface to change")
        stage.key(pane.editor, Qt.Key.Key_End)
        stage.keys(pane.editor, " by the tour")
        stage.key(pane.editor, Qt.Key.Key_Return)
        stage.keys(pane.editor, "mtu 1400")
        stage.wait(lambda: pane.changes == 2, "both changes are seen")
        pane.go_to_tree()
        # below the users and above the neighbours: what is in sight holds no password
        pane.editor.verticalScrollBar().setValue(pane.text[: pane.text.index("class-map")].count("\n"))
        stage.settle()
        stage.shot("cli-document")
        self.tour.command("reviewAction")
        stage.find(QWidget, "cliReview")
        stage.shot("cli-review")
        stage.click("cliReviewApply")
        stage.wait(lambda: not pane.is_dirty, "the router holds the change")
        stage.expect("2 commands applied" in program.apply_pane.notice.text, "the apply says so")
        for page in (program.texts.review_of(pane), pane):
            if page is not None:
                program.documents.close_page(page)
        program.connections.disconnect_device(ROUTER_ID)
        program.window.devices.select(DEMO_ID)
        stage.settle()
