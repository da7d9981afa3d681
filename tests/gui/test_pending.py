"""A guarded commit that outlives the program: left behind, found at the next start, settled from a new session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.dialogs.pending_commits import PendingDialog, state_of
from netconf_gui.services.pending import Pending, pending
from netconf_gui.workspace.drafts import DraftHead
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournalFolder
from netconf_gui.workspace.inventory import CredentialPolicy
from netconf_gui.workspace.journal import Guarded, JournalFolder, Unfinished
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.gui.test_guarded_apply import begin
from tests.gui.test_program_apply import change_hostname
from tests.gui.whole import LONG, add, connect, dialog, press, shown, sign_in

NOW = 1_000_000.0


@pytest.fixture
def begun(qtbot: QtBot, server: DemoServer, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Starts the program in the same folders each time."""
    made: list[Program] = []

    def start() -> Program:
        workspace = Workspace.open(Locations.under(tmp_path / "home"))
        settings = workspace.settings
        connection = replace(settings.connection, use_ssh_config=False, use_user_known_hosts=False)
        workspace.settings_store.save(replace(settings, connection=connection))
        program = Program(workspace, mode="light")
        made.append(program)
        program.window.resize(1366, 768)
        program.show()
        qtbot.waitExposed(program.window)
        return program

    yield start
    for program in made:
        if not program.closing.begun:
            with qtbot.waitSignal(program.ended, timeout=LONG):
                program.close_now()
        program.window.deleteLater()


def leave_one(begun: Callable[[], Program], qtbot: QtBot, server: DemoServer) -> None:
    """Apply with a guard, then close the window and leave the commit pending."""
    program = begun()
    connect(qtbot, program, add(program, server, credential_policy=CredentialPolicy.SESSION))
    change_hostname(program, "renamed")
    begin(program, qtbot, seconds=600, person=True)
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    qtbot.waitUntil(lambda: program.window.guard_banner.rows != {})
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.window.close()
        press(qtbot, dialog(qtbot, Question), "leaveButton")
        qtbot.waitUntil(
            lambda: isinstance(shown(Question), Question) and shown(Question).objectName() == "closeQuestion",
            timeout=LONG,
        )
        press(qtbot, shown(Question), "discardButton")


def hostname(server: DemoServer) -> str:
    with server.device.lock:
        running = server.device.datastores.read("running")
        return next(element.text or "" for element in running.iter("{*}hostname"))


@pytest.mark.parametrize("decision", ["confirm", "rollBack"])
def test_what_was_left_is_settled_at_the_next_start(
    begun: Callable[[], Program], qtbot: QtBot, server: DemoServer, tmp_path: Path, decision: str
) -> None:
    journal = JournalFolder(Locations.under(tmp_path / "home").journal_folder)
    before = hostname(server)
    leave_one(begun, qtbot, server)
    (left,) = pending(journal)
    assert left.persisted and hostname(server) == "renamed"
    program = begun()
    asked = dialog(qtbot, PendingDialog)
    item = asked.list.topLevelItem(0)
    assert item.text(0) == "pe1" and "hostname" in item.text(1) and item.text(2).endswith("left")
    press(qtbot, asked, f"{decision}PendingButton")
    sign_in(qtbot)
    qtbot.waitUntil(lambda: pending(journal) == (), timeout=LONG)
    qtbot.waitUntil(lambda: asked.list.topLevelItemCount() == 0, timeout=LONG)
    assert hostname(server) == ("renamed" if decision == "confirm" else before)
    assert asked.notice.isVisible() and asked.notice.text
    assert not asked.confirm.isEnabled() and not asked.forget.isEnabled()
    press(qtbot, asked, "laterButton")
    qtbot.waitUntil(lambda: shown(QDialog) is None)
    program.window.actions_.pending_commits.trigger()
    assert shown(PendingDialog) is None and "No commit waits" in program.window.status.notice.text


def test_a_draft_whose_commit_was_confirmed_has_nothing_left_to_apply(
    begun: Callable[[], Program], qtbot: QtBot, server: DemoServer, tmp_path: Path
) -> None:
    leave_one(begun, qtbot, server)
    # the draft as the program that died left it: the change as it was applied
    drafts = Workspace.open(Locations.under(tmp_path / "home")).drafts
    (device,) = Workspace.open(Locations.under(tmp_path / "home")).inventory.devices
    old = (
        b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
        b'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>%s</hostname></system></config>'
    )
    draft = drafts.new()
    head = DraftHead("running of pe1", device_id=device.id, device_name="pe1", datastore="running")
    draft.begin(head, old % b"box", old % b"renamed")
    draft.close()
    program = begun()
    asked = dialog(qtbot, PendingDialog)
    press(qtbot, asked, "confirmPendingButton")
    sign_in(qtbot)
    qtbot.waitUntil(lambda: program.pending.confirmed == {device.id}, timeout=LONG)
    press(qtbot, asked, "laterButton")
    qtbot.waitUntil(lambda: isinstance(shown(ListDialog), ListDialog), timeout=LONG)
    recover = shown(ListDialog)
    assert "confirmed since" in recover.list.topLevelItem(0).text(0)
    press(qtbot, recover, "recoverButton")
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)
    (pane,) = program.documents.panes
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert hostname(server) == "renamed"
    qtbot.waitUntil(lambda: drafts.left() == (), timeout=LONG)


def test_a_fleet_that_a_crash_left_is_brought_to_one_end(
    begun: Callable[[], Program], qtbot: QtBot, server: DemoServer, tmp_path: Path
) -> None:
    before = hostname(server)
    leave_one(begun, qtbot, server)
    folder = Locations.under(tmp_path / "home").journal_folder
    (left,) = pending(JournalFolder(folder))
    # the fleet's own journal, as it is when the program dies after the commits
    journal = FleetJournalFolder(folder).begin("The template", [FleetDevice(left.device_id, "pe1", left.address)])
    journal.step("probe")
    journal.device(left.device_id, "begun", left.path.name)
    journal.device(left.device_id, "committed", left.path.name)
    journal.close(settled=False)
    program = begun()
    asked = dialog(qtbot, ListDialog)
    assert asked.objectName() == "fleetResumeDialog" and "The template" in asked.ui.titleLabel.text()
    assert asked.list.topLevelItem(0).text(1) == "committed" and "rolling back" in asked.ui.subtitleLabel.text()
    press(qtbot, asked, "cancelButton")
    sign_in(qtbot)
    qtbot.waitUntil(lambda: program.fleets.page is not None and program.fleets.page.report is not None, timeout=LONG)
    page = program.fleets.page
    assert page is not None and page.step == "run" and "pe1" in [row.name for row in page.matrix.model.rows]
    assert hostname(server) == before and program.fleet_resuming.found() == ()
    assert shown(PendingDialog) is None, "what belongs to a fleet is asked about once"
    (kept,) = program.workspace.snapshots.entries(left.device_id).entries
    assert kept.outcome == "rolled-back", "the history says what became of it"


def test_a_device_that_is_back_is_asked_about(
    begun: Callable[[], Program], qtbot: QtBot, server: DemoServer, tmp_path: Path
) -> None:
    leave_one(begun, qtbot, server)
    program = begun()
    press(qtbot, dialog(qtbot, PendingDialog), "laterButton")
    qtbot.waitUntil(lambda: shown(QDialog) is None)
    (device,) = program.workspace.inventory.devices
    program.connections.connect_device(device.id)
    sign_in(qtbot)
    asked = dialog(qtbot, PendingDialog)
    press(qtbot, asked, "lookButton")
    qtbot.waitUntil(lambda: "takes it back at" in asked.notice.text, timeout=LONG)
    assert len(program.pending.found()) == 1, "looking settles nothing"
    press(qtbot, asked, "forgetButton")
    qtbot.waitUntil(lambda: program.pending.found() == ())
    press(qtbot, asked, "laterButton")
    qtbot.waitUntil(lambda: shown(QDialog) is None)


# ------------------------------------------------------------------------------------------------------ the words


def one(persist_id: str, ends_at: float) -> Pending:
    guarded = Guarded(persist_id, 120, ends_at, 4, "Changes mtu of eth0.", None, "", ())
    entry = Unfinished(Path("a.jsonl"), "id", "pe1", "admin@pe1:830", NOW - 60, "candidate", "commit", ())
    return Pending(
        Path("a.jsonl"), "id", "pe1", "admin@pe1:830", persist_id, ends_at, 120, NOW - 60, "", guarded, entry
    )


def test_what_can_be_said_without_the_device() -> None:
    there = state_of(one("x", NOW + 83), NOW)
    assert there.short == "01:23 left" and there.open and "roll back takes it back" in there.text
    late = state_of(one("x", NOW - 1), NOW)
    assert not late.open and "over" in late.short and "to be sure" in late.text
    assert time.strftime("%H:%M:%S", time.localtime(NOW - 1)) in late.text
    gone = state_of(one("", 0.0), NOW)
    assert not gone.open and "its session" in gone.text


def test_only_what_can_be_done_can_be_chosen(qtbot: QtBot) -> None:
    now = time.time()
    asked = PendingDialog(None, [one("x", now + 300), replace(one("", 0.0), path=Path("b.jsonl"), device_name="rr1")])
    qtbot.addWidget(asked)
    assert asked.confirm.isEnabled() and asked.roll_back.isEnabled() and asked.look.isEnabled()
    asked.list.setCurrentItem(asked.list.topLevelItem(1))
    assert not asked.confirm.isEnabled() and not asked.roll_back.isEnabled() and asked.look.isEnabled()
    with qtbot.waitSignal(asked.wanted) as wanted:
        press(qtbot, asked, "forgetButton")
    assert wanted.args[0].device_name == "rr1" and wanted.args[1] == "forget"
    asked.set_busy(True)
    assert not asked.look.isEnabled() and not asked.forget.isEnabled()
