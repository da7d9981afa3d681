"""Stops of the tour beside its main job: what else a device can be asked for, from the window.

One method a stop; each ends with its picture.  `stops` lists them in the order in which they are visited.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeView, QWidget
from shiboken6 import isValid

from netconf_gui.config.filter_building import FilterStep, Pick
from netconf_gui.demo.event_tools import NS_EVENTS
from netconf_gui.gui.demo_device import DEMO_ID, ROUTER_ID, DemoDevice
from netconf_gui.gui.dialogs.subscribe import SubscribeDialog
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.datastore_difference import DatastoreDifference
from netconf_gui.gui.panes.device_page import DevicePage
from netconf_gui.gui.panes.nacm_page import AccessPage
from netconf_gui.protocol.operations import custom
from netconf_gui.protocol.xml import parse

if TYPE_CHECKING:
    from netconf_gui.gui.tour.tour import Tour

_SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"
_IN_SYSTEM = (FilterStep(_SYSTEM, "system"),)

Stop = tuple[str, Callable[[], None]]


def stops(tour: Tour) -> tuple[Stop, ...]:
    """(what is shown, how) of every stop."""
    breadth = Breadth(tour)
    return (
        ("see what the device is and who holds a lock", breadth.device_page),
        ("compare intended with running", breadth.intended),
        ("fill in an operation, send it, and see what comes back", breadth.console),
        ("subscribe to events and to a datastore, and see what comes", breadth.notifications),
        ("edit and apply a configuration that is text", breadth.text),
        ("ask who may do what on a device with rules", breadth.nacm),
        ("read a part of the device through a filter", breadth.filter),
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

    def notifications(self) -> None:
        """Events in the list, and the datastore as a live tree above it."""
        stage, notifications = self.stage, self.program.notifications
        for subject in ("stream", "datastore"):
            self.tour.command("subscribeAction")
            form = stage.find(QWidget, "subscribeDialog")
            assert isinstance(form, SubscribeDialog)
            stage.wait(partial(_knows, form), "the device has told what it offers")
            if subject == "datastore":
                stage.click("subscribeAbout_datastore")
                form.datastores.setCurrentIndex(form.datastores.findText("running"))
                stage.shot("subscribe")
            stage.click("subscribeButton")
            stage.wait(partial(_gone, form), "the device has taken it")
        devices = notifications.devices.of(DEMO_ID)
        assert devices is not None
        stream, push = devices.subscriptions
        view = notifications.wishes.view(push)
        assert view is not None
        stage.wait(lambda: view.tree is not None, "the datastore is shown as a tree")
        link = self.program.connections.link(DEMO_ID)
        assert link is not None and link.session is not None
        for severity, text in (
            ("information", "Self-test passed"),
            ("major", "Fan 2 stopped"),
            ("cleared", "Fan 2 runs"),
        ):
            wish = f'<emit-events xmlns="{NS_EVENTS}"><severity>{severity}</severity><text>{text}</text></emit-events>'
            link.session.call(custom(parse(wish.encode())))
        stage.wait(lambda: stream.events >= 3, "the events came")
        notifications.show()
        stage.wait(lambda: notifications.model.rowCount() >= 3, "they are listed")
        notifications.pane.events.table.selectRow(notifications.model.rowCount() - 2)
        stage.settle()
        stage.shot("notifications")
        self.program.documents.close_page(view)
        for one in (push, stream):
            devices.stop(one)
            devices.forget(one)
        self.program.window.bottom.choose("problems")
        stage.settle()

    def filter(self) -> None:
        """Nodes ticked for a filter, and what comes as a document."""
        stage, program = self.stage, self.program
        page = program.filters.open(DEMO_ID)
        assert page is not None
        stage.wait(lambda: page.model.rowCount(), "the nodes of the device are shown")
        system = page.model.index_of_pick(Pick((FilterStep(_SYSTEM, "system"),)))
        page.tree.show_index(system)
        page.tree.expand(system)
        page.tree.show_index(page.model.index_of_pick(Pick((*_IN_SYSTEM, FilterStep(_SYSTEM, "hostname")))))
        stage.key(page.tree, Qt.Key.Key_Space)
        page.tree.show_index(page.model.index_of_pick(Pick((*_IN_SYSTEM, FilterStep(_SYSTEM, "ntp")))))
        stage.key(page.tree, Qt.Key.Key_Space)
        stage.expect(len(page.picks) == 2, "two nodes are ticked")
        stage.shot("filter")
        before = len(program.documents.panes)
        stage.click("filterReadButton")
        stage.wait(lambda: len(program.documents.panes) > before, "what the filter takes is a document")
        program.documents.close_page(program.documents.panes[-1])
        program.documents.close_page(page)

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

    def nacm(self) -> None:
        """A device whose own rules say who may do what: its groups and rules, and a question answered by one."""
        stage, program = self.stage, self.program
        device = DemoDevice(
            program.tasks, program.workspace, program.connections,
            device_id=_GUARDED, name="Demo device with rules", model="access-control",
        )  # fmt: skip
        try:
            device.start(lambda: program.window.devices.select(_GUARDED))
            stage.wait(lambda: program.documents.of_device(_GUARDED) is not None, "its configuration is shown")
            stage.wait(lambda: program.access.rights(_GUARDED) is not None, "what its user may do is known")
            program.access.open(_GUARDED)
            page = stage.find(QWidget, "accessPage")
            assert isinstance(page, AccessPage)
            stage.wait(lambda: page.evaluator is not None, "its rules are shown")
            page.user.setCurrentText("technician")
            page.asked.setCurrentIndex(page.asked.findData("update"))
            page.target.setText("/ietf-interfaces:interfaces/interface[name='eth1']/mtu")
            stage.click("accessAskButton")
            stage.expect("uplinks" in page.answer.text, "the rule that decides is named")
            stage.shot("nacm")
            for one in (page, program.documents.of_device(_GUARDED)):
                if one is not None:
                    program.documents.close_page(one)
            program.connections.disconnect_device(_GUARDED)
            program.window.devices.select(DEMO_ID)
            stage.settle()
        finally:
            device.stop()


_GUARDED = "demo-access"


def _knows(form: SubscribeDialog) -> bool:
    """Whether the device has told what it offers."""
    return form.known is not None


def _gone(form: SubscribeDialog) -> bool:
    return not isValid(form) or not form.isVisible()
