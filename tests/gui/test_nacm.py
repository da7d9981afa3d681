"""Access control in the whole window: rules edited, tested, denials explained, and what a reader is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from netconf_gui.config.nacm_reading import read_nacm
from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.nacm import MembersDialog, NacmRuleDialog
from netconf_gui.gui.nacm_words import Place
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.nacm_lines import ReadOnlyBanner
from netconf_gui.gui.panes.nacm_page import AccessPage
from netconf_gui.workspace.inventory import Device, new_device
from netconf_gui.yang.check import Engine
from tests.gui.whole import LONG, PASSWORD, connect, dialog, press

KIND = personality("access-control")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as engine:
        yield load_model(engine, kind=KIND, routes=4)


@pytest.fixture
def server(model: Model, tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(DemoDevice(model, kind=KIND), host_key=tmp_path / "host_key", password=PASSWORD) as made:
        yield made


def signed_in(qtbot: QtBot, program: Program, server: DemoServer, user: str) -> Device:
    device = new_device("pe1", "127.0.0.1", port=server.port, username=user, use_agent=False)
    program.workspace.inventory.put(device)
    connect(qtbot, program, device)
    qtbot.waitUntil(lambda: program.access.rights(device.id) is not None, timeout=LONG)
    return device


def opened(program: Program, device: Device) -> tuple[AccessPage, DocumentPane]:
    program.access.action.trigger()
    page, pane = program.access.page(device.id), program.documents.panes[0]
    assert page is not None and page.evaluator is not None
    assert program.window.documents.currentWidget() is page
    return page, pane


def cells(page: AccessPage, part: str, column: int) -> list[str]:
    table = getattr(page, part).table
    return [str(table.index(row, column).data()).strip() for row in range(table.rowCount())]


def test_rules_are_shown_and_the_tester_names_the_one_that_decides(program, qtbot, server):
    device = signed_in(qtbot, program, server, "demo")
    page, _ = opened(program, device)
    assert cells(page, "rules", 0)[:4] == ["admins", "everything", "all-but-admins", "hide-passwords"]
    assert "writing denied" in page.defaults.text()
    page.user.setCurrentText("technician")
    page.asked.setCurrentIndex(page.asked.findData("update"))
    qtbot.keyClicks(page.target, "/ietf-interfaces:interfaces/interface[name='eth1']/mtu")
    qtbot.keyClick(page.target, Qt.Key.Key_Return)
    assert page.answer.text.startswith("No. The rule uplinks of the rule list technicians denies")
    assert page.place == Place("rule", "technicians", "uplinks")
    assert len(cells(page, "steps", 0)) > 4
    page.target.clear()
    qtbot.keyClicks(page.target, "/ietf-interfaces:interfaces/interface[name='eth2']/mtu")
    qtbot.mouseClick(page.ask_button, Qt.MouseButton.LeftButton)
    assert page.answer.text.startswith("Yes.") and page.place == Place("rule", "technicians", "interfaces")
    page.set_question("guest", "rpc", "install-firmware")
    assert "no-firmware" in page.answer.text
    page.set_question("guest", "notification", "threshold-crossed")
    assert page.answer.text.startswith("No.")
    page.set_question("guest", "read", "nonsense")
    assert "not understood" in page.answer.text and page.decision is None
    page.choose("rights")
    assert "install-firmware" in cells(page, "rights", 0) and set(cells(page, "rights", 1)) == {"yes"}


def test_targets_are_completed_from_the_schema(program, qtbot, server):
    device = signed_in(qtbot, program, server, "demo")
    page, _ = opened(program, device)
    qtbot.keyClicks(page.target, "/ietf-interfaces:interfaces/inter")
    assert page.target._model.stringList() == ["/ietf-interfaces:interfaces/interface"]
    page.asked.setCurrentIndex(page.asked.findData("rpc"))
    page.target.clear()
    qtbot.keyClicks(page.target, "get-c")
    assert page.target._model.stringList() == ["get-config"]


def test_rules_and_groups_are_edited_as_the_document(program, qtbot, server):
    device = signed_in(qtbot, program, server, "demo")
    page, pane = opened(program, device)
    assert page.rules.choose(Place("list", "technicians"))
    page.add_rule.trigger()
    asked = dialog(qtbot, NacmRuleDialog)
    assert not asked.act.isEnabled()
    qtbot.keyClicks(asked.findChild(QLineEdit, "nacmRuleName"), "bgp")
    kind = asked.findChild(QComboBox, "nacmRuleKind")
    kind.setCurrentIndex(kind.findData("path"))
    target = asked.findChild(QLineEdit, "nacmRuleTarget")
    qtbot.keyClicks(target, "/nobody:bgp")
    press(qtbot, asked, "keepButton")
    assert "not known" in asked.notice.text, "the form says what is wrong with it"
    target.clear()
    qtbot.keyClicks(target, "/netconf-gui-demo:bgp")
    press(qtbot, asked, "keepButton")
    assert "bgp" in cells(page, "rules", 0) and pane.changes == 1
    assert page.rules.choose(Place("rule", "technicians", "bgp"))
    page.up.trigger()
    nacm = read_nacm(pane.document.root)
    assert nacm is not None
    assert [rule.name for rule in nacm.lists[2].rules] == ["uplinks", "interfaces", "bgp", "vlans"]
    assert page.place == Place("rule", "technicians", "bgp")
    page.remove.trigger()
    assert pane.changes == 0
    page.choose("groups")
    assert page.groups.choose(Place("group", "readers"))
    page.edit.trigger()
    members = dialog(qtbot, MembersDialog)
    qtbot.keyClick(members.members, Qt.Key.Key_End)
    qtbot.keyClicks(members.members, " zoe")
    press(qtbot, members, "keepButton")
    assert "guest, zoe" in cells(page, "groups", 1)
    page.set_question("zoe", "update", "/netconf-gui-demo:vlans")
    assert "read-only" in page.answer.text, "the rules as they are edited count"
    pane.undo()
    page.ask()
    assert "in no group" in " ".join(cells(page, "steps", 0))


def test_a_reader_gets_a_window_that_says_read_only_and_why(program, qtbot, server):
    device = signed_in(qtbot, program, server, "guest")
    pane = program.documents.panes[0]
    qtbot.waitUntil(lambda: pane.context.read_only, timeout=LONG)
    banner = pane.findChild(ReadOnlyBanner)
    assert banner is not None and banner.isVisible()
    assert "The rule read-only of the rule list readers denies create, update, delete" in banner.text.text()
    assert not program.applying.can_apply(pane)
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    page = program.access.page(device.id)
    assert page is not None and page.isVisible()
    assert not page.edit.isEnabled() and not page.add_list.isEnabled()
    assert "rules can be tested, not changed" in page.notice.text
    page.set_question("guest", "update", "/netconf-gui-demo:vlans")
    assert page.answer.text.startswith("No.")


def test_a_denied_apply_says_which_rule_and_leads_to_it(program, qtbot, server):
    from netconf_gui.config.edits import SetValue
    from netconf_gui.config.path import InstancePath

    device = signed_in(qtbot, program, server, "technician")
    pane = program.documents.panes[0]
    assert not pane.context.read_only
    where = "/ietf-interfaces:interfaces/interface[name='eth1']/description"
    pane.document.apply(SetValue(InstancePath.parse(where, pane.document.schema), "not mine"))
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        program.applying.apply(pane)
    why = program.apply_pane.why
    assert "technician may not create or update or delete" in why.text.text() and "uplinks" in why.text.text()
    assert not why.isHidden()
    qtbot.mouseClick(why.button, Qt.MouseButton.LeftButton)
    page = program.access.page(device.id)
    assert page is not None and page.place == Place("rule", "technicians", "uplinks")
    assert page.target.text() == where


def test_what_may_not_be_read_reaches_the_plan(program, qtbot, server):
    device = signed_in(qtbot, program, server, "technician")
    assert [str(path) for path in program.access.unreadable(device.id)] == [
        "/ietf-system:system/authentication",
        "/netconf-gui-demo:tunnels/tunnel/encryption",
    ]
    assert program.applying.unreadable(device.id) == program.access.unreadable(device.id)
