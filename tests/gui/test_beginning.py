"""What is said when the window opens: files that were not read as written, applies that did not come to an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.beginning import unfinished_words
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.workspace.inventory import Device, new_device
from netconf_gui.workspace.journal import JournalFolder, Unfinished
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.gui.whole import LONG, dialog, press, shown, sign_in


@pytest.fixture
def begun(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Starts the program on what the test has put into its folders."""
    made: list[Program] = []

    def start() -> Program:
        program = Program(Workspace.open(Locations.under(tmp_path / "home")), mode="light")
        made.append(program)
        program.window.resize(1366, 768)
        program.show()
        qtbot.waitExposed(program.window)
        return program

    yield start
    for program in made:
        with qtbot.waitSignal(program.ended, timeout=LONG):
            program.close_now()
        program.window.deleteLater()


@pytest.fixture
def places(tmp_path: Path) -> Locations:
    return Locations.under(tmp_path / "home").ensure()


def crashed(places: Locations, device: Device) -> JournalFolder:
    """The journal of an apply that died in its commit."""
    folder = JournalFolder(places.journal_folder)
    entry = folder.begin(device_id=device.id, device_name=device.name, address=device.address, datastore="candidate")
    entry.step("commit", ("check running", "discard candidate", "unlock candidate"))
    entry.close(settled=False)
    return folder


def test_nothing_is_said_when_all_is_well(begun: Callable[[], Program]) -> None:
    begun()
    assert shown(Question) is None and shown(ErrorDialog) is None


def test_settings_that_do_nothing_are_told(begun: Callable[[], Program], places: Locations, qtbot: QtBot) -> None:
    places.settings_file.write_text('[appearance]\ntheme = "pink"\nsparkle = true\n', "utf-8")
    begun()
    question = dialog(qtbot, Question)
    text = question.ui.subtitleLabel.text()
    assert "appearance.theme is 'pink'" in text and "appearance.sparkle is not a setting" in text
    assert str(places.settings_file) in text
    press(qtbot, question, "closeButton")


def test_devices_that_were_left_out_are_told_after_it(
    begun: Callable[[], Program], places: Locations, qtbot: QtBot
) -> None:
    places.settings_file.write_text("[appearance]\nsparkle = true\n", "utf-8")
    places.inventory_file.write_text('[[device]]\nid = "a"\nname = "a"\nhost = "h"\nport = 99999\n', "utf-8")
    begun()
    press(qtbot, dialog(qtbot, Question), "closeButton")
    qtbot.waitUntil(lambda: shown(Question) is not None and shown(Question).objectName() == "devicesNotes")
    assert "Port is 99999" in shown(Question).ui.subtitleLabel.text()
    press(qtbot, shown(Question), "closeButton")


def test_a_broken_settings_file_is_told(begun: Callable[[], Program], places: Locations, qtbot: QtBot) -> None:
    places.settings_file.write_text("[appearance\n", "utf-8")
    begun()
    error = dialog(qtbot, ErrorDialog)
    assert str(places.settings_file) in error.report.title
    error.accept()


def test_an_apply_that_did_not_end_is_told_and_can_be_forgotten(
    begun: Callable[[], Program], places: Locations, qtbot: QtBot
) -> None:
    folder = crashed(places, new_device("pe1", "192.0.2.1", username="admin"))
    begun()
    question = dialog(qtbot, Question)
    assert "pe1" in question.ui.titleLabel.text()
    text = question.ui.subtitleLabel.text()
    assert "commit" in text and "may be in running" in text and "andidate may still hold" in text
    assert question.findChild(type(question.ui.copyButton), "connectButton") is None, "it is in no list any more"
    press(qtbot, question, "forgetButton")
    assert folder.unfinished() == ()


def test_an_apply_that_did_not_end_leads_to_the_device(
    begun: Callable[[], Program], places: Locations, qtbot: QtBot, server: DemoServer
) -> None:
    workspace = Workspace.open(places)
    device = new_device("pe1", "127.0.0.1", port=server.port, username="demo", use_agent=False)
    workspace.inventory.put(device)
    folder = crashed(places, device)
    program = begun()
    press(qtbot, dialog(qtbot, Question), "connectButton")
    press(qtbot, dialog(qtbot, HostKeyDialog), "trustButton")
    sign_in(qtbot)
    qtbot.waitUntil(lambda: program.documents.of_device(device.id, "running") is not None, timeout=LONG)
    assert "running" in program.window.status.notice.text
    assert len(folder.unfinished()) == 1, "looking is not settling"


def test_words_for_an_apply_that_left_nothing() -> None:
    entry = Unfinished(Path("x"), "a", "pe1", "admin@pe1:830", 0.0, "candidate", "begin", ())
    assert "Nothing is known to be left" in unfinished_words(entry)
