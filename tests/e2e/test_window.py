"""The window on a real server: connect, edit by mouse and keys, review, apply; ncclient looks at what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QPushButton, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.tour.tour import Tour
from netconf_gui.services.bind import Bringing
from netconf_gui.workspace.inventory import new_device
from netconf_gui.workspace.workspace import Workspace
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, box_of, reset, text
from tests.gui.conftest import light_theme, no_unexpected_errors, watchdog

__all__ = ["light_theme", "no_unexpected_errors", "watchdog"]  # fixtures of every window test

pytestmark = [pytest.mark.server, pytest.mark.timeout(170)]


class Visit(Tour):
    """A person at the window, with the real server as the device."""

    def connect_to(self, server: Netconfd) -> None:
        device = new_device(
            "box",
            "127.0.0.1",
            port=server.port,
            username=server.user,
            use_agent=False,
            identity_files=(str(server.key),),
        )
        self.program.workspace.inventory.put(device)
        self.stage.wait(lambda: self.program.connections.link(device.id) is not None, "the device is listed")
        self.program.devices.refresh()
        self.program.window.devices.select(device.id)
        self.stage.wait(self.program.window.actions_.connect.isEnabled, "it can be connected")
        self.stage.click("connectButton", QAbstractButton)
        self.stage.find(QWidget, "hostKeyDialog")
        self.stage.click("trustButton", QPushButton)
        self.stage.find(QTreeView, "configTree")

    def apply_now(self, *, in_spite: bool = False, until_locked: bool = False) -> None:
        """Review and apply; `in_spite` of the errors that the check has found; `until_locked`: stop at the lock."""
        self.report = None
        self.front("documentTabBar", 0)
        if in_spite:
            self.stage.wait(lambda: self.pane.problems, "the check has found it as well")
        self.stage.click("showDiffButton", QAbstractButton)
        self.stage.click("applyButton", QPushButton)
        if in_spite:
            question = self.stage.find(QWidget, "applyQuestion")
            anyway = question.findChild(QPushButton, "applyButton")
            assert anyway is not None
            anyway.click()
        if until_locked:
            stop = self.stage.find(QWidget, "lockDeniedDialog").findChild(QPushButton, "stopButton")
            assert stop is not None
            stop.click()
        self.stage.wait(lambda: self.report is not None, "the apply has ended")


@pytest.fixture
def visit(
    qtbot: QtBot, workspace: Workspace, candidate_server: Netconfd, witness: Callable[[Netconfd], Any], tmp_path: Path
) -> Iterator[Visit]:
    reset(witness, candidate_server)
    program = Program(workspace, mode="light")
    program.window.resize(1366, 768)
    program.show()
    qtbot.waitExposed(program.window)
    made = Visit(program, tmp_path)
    made.connect_to(candidate_server)
    yield made
    for pane in program.documents.panes:
        while pane.document.can_undo:
            pane.document.undo()
    with qtbot.waitSignal(program.ended, timeout=30_000):
        QTimer.singleShot(0, program.close_now)
    program.window.deleteLater()


def test_edit_and_apply_on_the_real_server(
    visit: Visit, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    visit.set_value(("box", "label"), "by the window")
    visit.set_value(("box", "port", "1, a", "mtu"), "9000")
    visit.stage.wait(lambda: visit.pane.changes == 2, "two changes")
    visit.apply_now()
    assert visit.report is not None
    assert visit.report.outcome is Outcome.APPLIED, visit.report.text
    box = box_of(witness, candidate_server)
    assert text(box, "b:label") == "by the window"
    assert text(box, "b:port[b:name='a']/b:mtu") == "9000"
    visit.stage.wait(lambda: not visit.pane.document.is_dirty, "the document is what the device holds now")


def test_a_refusal_is_listed_and_leads_to_the_node(
    visit: Visit, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    """There is no such group: the check says so, and the server too."""
    visit.set_value(("box", "port", "1, a", "mtu"), "2000")
    visit.pane.document.replace_text(
        visit.pane.document.text().replace(b"<mtu>2000</mtu>", b"<mtu>2000</mtu><on>false</on><group>7</group>")
    )
    visit.apply_now(in_spite=True)
    assert visit.report is not None
    assert visit.report.outcome is Outcome.UNCHANGED, visit.report.text
    assert visit.report.errors
    assert visit.pane.document.is_dirty, "the draft is kept"
    visit.front("bottomTabs", "Problems")
    problems = visit.stage.find(QAbstractItemView, "problemsView")
    visit.stage.wait(lambda: problems.model().rowCount() > 0, "the refusal is listed")
    assert text(box_of(witness, candidate_server, "candidate"), "b:port[b:name='a']/b:mtu") == "1500"
    visit.stage.click_row(problems, problems.model().index(0, 0), double=True)
    tree = visit.stage.find(QTreeView, "configTree")  # the document comes to the front
    visit.stage.wait(lambda: tree.currentIndex().siblingAtColumn(1).data() != "mtu", "the tree shows the node")


def test_a_lock_of_somebody_else_is_told(
    visit: Visit, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    other = witness(candidate_server)
    other.lock("candidate")
    visit.set_value(("box", "label"), "mine")
    visit.apply_now(until_locked=True)
    assert visit.report is not None
    assert visit.report.outcome is Outcome.UNCHANGED
    assert str(other.session_id) in visit.report.text
    assert visit.pane.document.is_dirty, "the draft is kept"
    other.unlock("candidate")
    visit.apply_now()
    assert visit.report.outcome is Outcome.APPLIED, visit.report.text
    assert text(box_of(witness, candidate_server), "b:label") == "mine"


def test_a_file_is_brought_to_the_real_server(
    visit: Visit, candidate_server: Netconfd, witness: Callable[[Netconfd], Any], tmp_path: Path
) -> None:
    """Written at the desk, bound to the device, applied: what the server does not know stays out."""
    path = tmp_path / "desk.xml"
    path.write_text(
        f'<box xmlns="{BOX}"><label>from the desk</label><nowhere>1</nowhere>'
        "<port><slot>1</slot><name>a</name><mtu>4000</mtu></port></box>"
    )
    target = visit.pane
    visit.program.files.open(path)
    visit.stage.wait(lambda: len(visit.program.documents.panes) == 2, "the file is open")
    source = visit.pane
    assert source is not target and source.document.schema is not None, "the device's modules describe it"
    visit.program.binding.bring(source, target.context.device_id, Bringing.MERGE)
    visit.stage.find(QWidget, "misfitsDialog")
    visit.stage.click("goButton", QPushButton)
    visit.stage.wait(lambda: visit.program.documents.review_of(target) is not None, "the review is in front")
    assert target.changes == 2
    visit.report = None
    visit.stage.click("applyButton", QPushButton)
    visit.stage.wait(lambda: visit.report is not None, "the apply has ended")
    assert visit.report is not None and visit.report.outcome is Outcome.APPLIED, visit.report
    box = box_of(witness, candidate_server)
    assert text(box, "b:label") == "from the desk"
    assert text(box, "b:port[b:name='a']/b:mtu") == "4000"
