"""The device page in the whole window: what is shown, refreshed, ended, released, fetched."""

from __future__ import annotations

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.device_words import Held
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.panes.device_page import PARTS, DevicePage
from netconf_gui.protocol.xml import serialize
from netconf_gui.services import datastore_jobs as jobs
from tests.gui.whole import LONG, add, connect, dialog, press


@pytest.fixture
def page(program: Program, qtbot, server: DemoServer) -> DevicePage:
    device = add(program, server)
    connect(qtbot, program, device)
    program.device_pages.action.trigger()
    made = program.device_pages.page(device.id)
    assert made is not None
    qtbot.waitUntil(lambda: made.state is not None, timeout=LONG)
    return made


def locks(page: DevicePage) -> list[tuple[str, bool]]:
    return [(lock.datastore, lock.lock_id is not None) for lock in page.state.locks] if page.state else []


def do(program: Program, qtbot, page: DevicePage, job: jobs.Job) -> None:
    link = program.connections.link(page.device_id)
    with qtbot.waitSignal(program.operations.done, timeout=LONG):
        program.operations.do(link, job)
    qtbot.waitUntil(lambda: not page._reading, timeout=LONG)


def test_everything_is_told_in_words(program, qtbot, page):
    assert page.facts.text_of("Protocol").startswith("NETCONF 1.1, session ")
    assert page.facts.text_of("Signed in as") == "demo" and page.facts.text_of("Locks") == "none"
    assert page.facts.text_of("Requests").replace(",", "").isdigit()
    for part, _, _ in PARTS:
        page.choose(part)
        assert page._stack.currentWidget().isVisible()
    counts = {part: getattr(page, part).table.rowCount() for part in ("sessions", "streams")}
    assert counts == {"sessions": 1, "streams": 1}
    words = [page.capabilities.table.index(row, 2).data() for row in range(page.capabilities.table.rowCount())]
    assert len(words) > 12 and all(text.endswith(".") for text in words)
    assert page.notice.text == ""
    names = [page.datastores.table.index(row, 0).data() for row in range(page.datastores.table.rowCount())]
    assert names == ["running", "candidate", "startup", "intended", "operational"]


def test_locks_come_go_and_are_told_in_the_status_bar(program, qtbot, page):
    page.choose("datastores")
    do(program, qtbot, page, jobs.lock("startup"))
    do(program, qtbot, page, jobs.lock_parts([("/d:vlans", {"d": "urn:netconf-gui:demo"})], "/vlans"))
    assert sorted(locks(page)) == [("running", True), ("startup", False)]
    qtbot.waitUntil(lambda: "startup" in program.window.status.lock.text, timeout=LONG)
    part = next(lock for lock in page.state.locks if lock.lock_id is not None)
    assert not page.release_action.isEnabled()
    assert page.datastores.choose(Held("running", part))
    assert page.release_action.isEnabled()
    with qtbot.waitSignal(program.operations.done, timeout=LONG):
        page.release_action.trigger()
    qtbot.waitUntil(lambda: locks(page) == [("startup", False)], timeout=LONG)
    do(program, qtbot, page, jobs.unlock("startup"))
    assert locks(page) == []


def test_a_session_of_somebody_else_is_ended_after_a_question(program, qtbot, page, server):
    session = program.connections.link(page.device_id).session
    page.choose("sessions")
    assert not page.kill_action.isEnabled(), "not its own"
    killed: list[object] = []
    with server.device.lock:
        role = next(iter(server.device.sessions)).role
        other = server.device.connect("ops", role, "192.0.2.9", send=lambda _: None, drop=lambda: killed.append(1))
    page.refresh()
    qtbot.waitUntil(lambda: page.sessions.table.rowCount() == 2, timeout=LONG)
    assert page.sessions.choose(page.state.session(other.session_id))
    page.kill_action.trigger()
    asked = dialog(qtbot, Question)
    assert "its locks are released" in asked.ui.subtitleLabel.text()
    with qtbot.waitSignal(program.operations.done, timeout=LONG):
        press(qtbot, asked, "doButton")
    qtbot.waitUntil(lambda: page.sessions.table.rowCount() == 1, timeout=LONG)
    assert killed and not session.closed


def test_it_refreshes_by_key_and_by_interval_while_it_is_seen(program, qtbot, page):
    first = page.state
    assert page.refresh_action.shortcut().toString() == "F5" and page.focusProxy() is page.facts
    page.refresh_action.trigger()
    qtbot.waitUntil(lambda: page.state is not first, timeout=LONG)
    second = page.state
    page.interval.setCurrentIndex(page.interval.findData(1.0))
    qtbot.waitUntil(lambda: page.state is not second, timeout=LONG)
    program.show_start()
    assert not page.pace.looked_at and not page._timer.isActive()


def test_a_schema_is_fetched_and_shown(program, qtbot, page):
    page.choose("schemas")
    page.schemas.search.setText("netconf-gui-demo-types")
    assert page.schemas._filter.rowCount() == 1
    page.schemas.view.setCurrentIndex(page.schemas._filter.index(0, 0))
    page.show_schema.trigger()
    qtbot.waitUntil(lambda: "netconf-gui-demo-types" in page.schema_text.toPlainText(), timeout=LONG)


def test_a_lost_device_leaves_what_it_said_last(program, qtbot, page):
    program.connections.disconnect_device(page.device_id)
    qtbot.waitUntil(lambda: "not connected" in page.said.text(), timeout=LONG)
    assert page.state is not None and not page.refresh_button.isEnabled()
    assert not any(action.isEnabled() for action in program.operations.actions.values())


def test_datastores_are_opened_and_compared(program, qtbot, page):
    page.choose("datastores")
    page.datastores.choose(Held("intended"))
    page.open_action.trigger()
    there = program.differences.page(page.device_id)
    assert there is not None
    qtbot.waitUntil(lambda: there.compared is not None, timeout=LONG)
    assert there.pair == ("running", "intended") and "666" in there.compared.summary
    assert [entry.kind for entry in there.compared.difference.entries] == ["removed"]
    there.modes.choose("text")
    assert there.text.isVisible()
    there.new.setCurrentIndex(there.new.findText("Startup"))
    there.refresh()
    qtbot.waitUntil(lambda: there.compared is not None and there.compared.new == "startup", timeout=LONG)
    assert there.empty.isVisible(), "the same configuration"
    there.new.setCurrentIndex(there.old.currentIndex())
    there.refresh()
    assert there.compared is None and there.empty.isVisible()


def test_startup_is_opened_from_the_menu(program, qtbot, page):
    program.device_pages.open_startup.trigger()
    qtbot.waitUntil(lambda: program.documents.of_device(page.device_id, "startup") is not None, timeout=LONG)


def test_a_device_without_monitoring_says_so(program, qtbot, page, server):
    for operation in ("get", "get-data"):
        server.faults.arm(Fault(operation, Action.RPC_ERROR, count=0))
    page.refresh()
    qtbot.waitUntil(lambda: "netconf-state" in page.notice.text, timeout=LONG)
    page.choose("sessions")
    assert page.sessions.empty.isVisible() and page.facts.text_of("Protocol")
    names = [page.datastores.table.index(row, 2).data() for row in range(page.datastores.table.rowCount())]
    assert names[0] == "not told"


def test_the_tree_and_the_menu_lead_to_it(program, qtbot, page):
    program.show_start()
    index = program.window.devices.model.find(page.device_id, "page")
    assert index.isValid() and index.data() == "Device page"
    program.window.devices.page_wanted.emit(page.device_id)
    assert program.window.documents.currentWidget() is page


@pytest.mark.parametrize("mode", ["report-all-tagged", "report-all"])
def test_defaults_are_reported_as_chosen(program, qtbot, page, mode):
    device_id = page.device_id
    pane = program.documents.panes[0]
    before = serialize(pane.document.root)
    program.defaults.choose(device_id, mode)
    qtbot.waitUntil(lambda: bool(pane.context.reported or pane.context.defaults), timeout=LONG)
    if mode == "report-all":
        assert pane.context.read_only and pane.context.defaults == mode
        assert len(serialize(pane.document.root)) > len(before)
    else:
        assert not pane.context.read_only and serialize(pane.document.root) == before, "nothing to be written back"
        vlan = next(one for one in pane.document.root.iter() if str(one.tag).endswith("}vlan"))
        assert pane.context.reported[vlan, "{urn:netconf-gui:demo}mac-limit"] == "1024"
        pane.view_bar.unset.setChecked(True)
        pane.jump("/netconf-gui-demo:vlans/vlan[id='10']/name")
    program.defaults.choose(device_id, "")
    qtbot.waitUntil(lambda: not pane.context.reported and not pane.context.defaults, timeout=LONG)
    assert serialize(pane.document.root) == before


def test_state_tells_origins_and_is_filtered_by_them(program, qtbot, page):
    view = program.operational.open(page.device_id)
    qtbot.waitUntil(lambda: view.document is not None, timeout=LONG)
    assert view.origin.isVisible()
    origin = "{urn:ietf:params:xml:ns:yang:ietf-origin}origin"
    assert {one.get(origin) for one in view.document.root.iter() if one.get(origin)} == {
        "or:intended", "or:system", "or:default",
    }  # fmt: skip
    view.origin.setCurrentIndex(view.origin.findData("system"))
    view.bar.origin_chosen.emit()
    qtbot.waitUntil(lambda: view.document is not None, timeout=LONG)
    vlans = [one for one in view.document.root.iter() if str(one.tag) == "{urn:netconf-gui:demo}vlan"]
    assert len([one for one in vlans if one.get(origin) == "or:system"]) == 1
    assert not any(one.get(origin) == "or:default" for one in view.document.root.iter())
