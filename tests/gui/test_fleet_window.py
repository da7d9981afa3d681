"""Many devices from the window: choosing, a template with a live preview, the plan, the matrix, the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome, Stage
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.fleet import GUARD_KEY
from netconf_gui.gui.fleet_page import FleetPage
from netconf_gui.gui.models.fleet_matrix import COLUMNS, FleetMatrixModel
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.services.fleet import FleetOutcome
from netconf_gui.workspace.inventory import CredentialPolicy
from tests.gui.whole import LONG, PASSWORD, add, dialog, press, shown

TEMPLATE = """<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system">
  <location>{{ group }}, row {{ row }}</location>
</system>
"""
NAMES = ("pe1", "pe2", "pe3")


@pytest.fixture
def servers(model: Model, tmp_path: Path) -> Iterator[list[DemoServer]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                DemoServer(DemoDevice(model), host_key=tmp_path / f"host_key_{name}", password=PASSWORD)
            )
            for name in NAMES
        ]


@pytest.fixture
def answering() -> Iterator[None]:
    """A person who trusts the keys and types the password whenever they are asked."""

    def answer() -> None:
        key = shown(HostKeyDialog)
        if key is not None:
            key.ui.trustButton.click()
        asked = shown(CredentialsDialog)
        if asked is not None:
            field = asked.findChild(QLineEdit, "passwordField")
            if field is not None and not field.text():
                field.setText(PASSWORD)
                asked.ui.acceptButton.click()

    timer = QTimer(interval=50)
    timer.timeout.connect(answer)
    timer.start()
    yield
    timer.stop()


@pytest.fixture
def page(program: Program, servers: list[DemoServer], tmp_path: Path, qtbot: QtBot) -> FleetPage:
    for name, server in zip(NAMES, servers, strict=True):
        add(program, server, name, credential_policy=CredentialPolicy.SESSION)
    program.window.actions_.fleet.trigger()
    made = program.fleets.page
    assert made is not None and made.objectName() == "fleetDialog"
    return made


def table(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("device,row\n" + "".join(f"{name},{number}\n" for number, name in enumerate(NAMES, 1)))
    return path


def up_to_plan(page: FleetPage, qtbot: QtBot, tmp_path: Path) -> None:
    """Devices by a table, a template, as by default; until every device has a plan."""
    assert page.devices.read_table(table(tmp_path))
    press(qtbot, page, "fleetNextButton")
    page.change.kind.choose("template")
    page.change.editor.set_text(TEMPLATE)
    qtbot.waitUntil(lambda: "row 1" in page.change.preview.plain_text(), timeout=LONG)
    press(qtbot, page, "fleetNextButton")
    assert page.step == "options"
    page.options.canary.setValue(1)
    press(qtbot, page, "fleetNextButton")
    assert page.step == "preview"
    qtbot.waitUntil(lambda: page.preview.plan is not None or page.notice.property("state") == "error", timeout=LONG)
    assert page.preview.plan is not None, page.notice.text


def run(page: FleetPage, qtbot: QtBot) -> None:
    press(qtbot, page, "fleetNextButton")
    question = dialog(qtbot, Question)
    assert "3 devices" in question.ui.titleLabel.text()
    press(qtbot, question, "runButton")


def locations(servers: list[DemoServer]) -> list[str]:
    found = []
    for server in servers:
        with server.device.lock:
            running = server.device.datastores.read("running")
            found.append(next((element.text or "" for element in running.iter("{*}location")), ""))
    return found


def test_three_devices_are_changed_as_one(
    program: Program, page: FleetPage, servers: list[DemoServer], qtbot: QtBot, tmp_path: Path, answering: None
) -> None:
    up_to_plan(page, qtbot, tmp_path)
    plan = page.preview.plan
    assert plan is not None and plan.ok and len(plan.working) == 3
    assert "<location>Frankfurt, row 1</location>" in page.preview.xml.plain_text()
    assert "3 devices" in page.next_button.text()
    with qtbot.waitSignal(program.fleets.export_ansible(plan, tmp_path / "ansible").done, timeout=LONG) as written:
        pass
    assert len(written.args[0]) > 1 and all(path.exists() for path in written.args[0])
    run(page, qtbot)
    qtbot.waitUntil(lambda: page.report is not None, timeout=LONG)
    assert page.report is not None and page.report.outcome is FleetOutcome.APPLIED, page.report.text
    assert locations(servers) == [f"Frankfurt, row {number}" for number in (1, 2, 3)]
    rows = page.matrix.model.rows
    assert [row.outcome for row in rows] == [Outcome.APPLIED] * 3
    commit = [title for title, _ in COLUMNS].index("Commit")
    assert all(row.cells[commit].state is StageState.OK for row in rows)
    assert any(line.stage == "Probe" for line in page.matrix.log.lines)
    assert page.preview.plan is None, "it was made for what the devices held before"
    program.fleets.save_report(page.report, tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "applied"
    program.fleets.save_report(page.report, tmp_path / "report.html")
    assert "pe3" in (tmp_path / "report.html").read_text() and PASSWORD not in (tmp_path / "report.html").read_text()


def test_one_that_fails_takes_back_all(
    program: Program, page: FleetPage, servers: list[DemoServer], qtbot: QtBot, tmp_path: Path, answering: None
) -> None:
    before = locations(servers)
    up_to_plan(page, qtbot, tmp_path)
    servers[1].faults.arm(Fault("commit", Action.RPC_ERROR, tag="operation-failed", message="The disk is full."))
    run(page, qtbot)
    qtbot.waitUntil(lambda: page.report is not None, timeout=LONG)
    assert page.report is not None and not page.report.ok, page.report
    assert locations(servers) == before
    assert page.matrix.notice.property("state") in ("error", "warning")
    assert "disk is full" in page.matrix.notice.text
    front = page.matrix.view.currentIndex().siblingAtColumn(0).data()
    assert front == "pe2", "the one that failed is in front"
    assert any("disk is full" in line.text for line in page.matrix.log.lines)


def test_a_person_decides_for_all(
    program: Program, page: FleetPage, servers: list[DemoServer], qtbot: QtBot, tmp_path: Path, answering: None
) -> None:
    page.options.confirm_by.choose("person")
    before = locations(servers)
    up_to_plan(page, qtbot, tmp_path)
    run(page, qtbot)
    qtbot.waitUntil(page.matrix.roll_back.isVisible, timeout=LONG)
    assert locations(servers) != before and page.matrix.guard_time.text()
    program.show_start()
    banner = program.window.guard_banner
    assert banner.isVisible() and "The fleet" in banner.rows[GUARD_KEY].title.text(), "whatever is in front"
    program.fleets.open()
    program.documents.close_page(page)
    assert program.fleets.page is page and "under way" in program.window.status.notice.text
    qtbot.mouseClick(page.matrix.roll_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.report is not None, timeout=LONG)
    assert locations(servers) == before
    assert page.report is not None and page.report.outcome is FleetOutcome.ROLLED_BACK, page.report.text
    assert not banner.isVisible()


def test_problems_are_shown_before_anything_is_sent(
    program: Program, page: FleetPage, servers: list[DemoServer], qtbot: QtBot, tmp_path: Path, answering: None
) -> None:
    servers[2].stop()
    up_to_plan(page, qtbot, tmp_path)
    plan = page.preview.plan
    assert plan is not None and not plan.ok and len(plan.working) == 2
    assert not page.next_button.isEnabled() and "Leave out" in page.next_button.toolTip()
    assert page.preview.view.currentIndex().siblingAtColumn(0).data() == "pe3"
    assert page.preview.problems.isVisible()
    press(qtbot, page, "fleetLeaveOutButton")
    assert page.next_button.isEnabled() and "2 devices" in page.next_button.text()
    assert {member.name for member in page.devices.members()} == {"pe1", "pe2"}


# ------------------------------------------------------------------------------------------------- without devices


@pytest.fixture
def bare(program: Program) -> FleetPage:
    return program.fleets.open()


def test_a_step_says_what_is_missing(bare: FleetPage, qtbot: QtBot) -> None:
    press(qtbot, bare, "fleetNextButton")
    assert bare.step == "devices" and "No device was chosen" in bare.notice.text
    assert "no devices yet" in bare.devices.count.text()


def test_a_table_that_cannot_be_used_is_told(bare: FleetPage, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("name,row\npe1,1\n")
    assert not bare.devices.read_table(path)
    assert "column device" in bare.devices.notice.text
    assert not bare.devices.read_table(tmp_path / "none.csv") and "cannot be read" in bare.devices.notice.text


def test_a_template_names_the_line_that_is_wrong(bare: FleetPage, qtbot: QtBot) -> None:
    bare.show_step("change")
    bare.change.kind.choose("template")
    bare.change.editor.set_text("<a xmlns='urn:x'>\n{% if %}\n</a>")
    qtbot.waitUntil(bare.change.notice.isVisible, timeout=LONG)
    assert "line 2" in bare.change.notice.text
    bare.change.kind.choose("edit")
    bare.change.editor.set_text("<a xmlns='urn:x'>\n</b>")
    qtbot.waitUntil(lambda: bare.change.notice.text and "template" not in bare.change.notice.text, timeout=LONG)


def test_the_matrix_tells_by_marks_and_words() -> None:
    model = FleetMatrixModel()
    model.begin([("a", "pe1", "canary"), ("b", "pe2", "batch 1")])
    model.take("a", StageEvent(Stage.LOCK, StageState.OK, "Locked.", 0.3))
    model.take("b", StageEvent(Stage.LOCK, StageState.FAILED, "Locked by session 4.", 0.1))
    model.take("a", StageEvent(Stage.VALIDATE, StageState.RUNNING))
    model.take("nobody", StageEvent(Stage.LOCK, StageState.OK))
    words = [[str(model.index(row, column).data() or "") for column in range(model.columnCount())] for row in (0, 1)]
    assert words[0][2] == "0.3 s" and words[1][2] == "failed" and words[0][5] == "running"
    icon = model.index(1, 2).data(Qt.ItemDataRole.DecorationRole)
    assert icon is not None and not icon.isNull()
    assert "pe2, Lock: failed" in str(model.index(1, 2).data(Qt.ItemDataRole.AccessibleTextRole))
    model.finish("a", Outcome.ROLLED_BACK, "Rolled back.", ok=True)
    assert model.index(0, 1).data() == "Rolled back"
    assert model.index(0, 5).data() == "stopped", "nobody tells how it ended"
