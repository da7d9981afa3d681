"""What a real server says of its modules: all are had, the report says where from, and a second look fetches little."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from netconf_gui.gui.schema_reports import SchemaNotice
from netconf_gui.services.connect import connect
from netconf_gui.services.load import load_schema
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from netconf_gui.yang.report import ModuleStatus
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_window import Visit, light_theme, no_unexpected_errors, visit, watchdog

__all__ = ["light_theme", "no_unexpected_errors", "visit", "watchdog"]  # fixtures

SERVERS_OWN = Path("/usr/share/yuma/modules")

pytestmark = [pytest.mark.server, pytest.mark.timeout(170)]


def session_with(server: Netconfd, workspace: Workspace) -> Session:
    return connect(device_of(server, key=True), Person(), workspace)


def test_all_modules_of_the_server(candidate_server: Netconfd, workspace: Workspace, engine: Engine) -> None:
    with session_with(candidate_server, workspace) as session:
        loaded = load_schema(session, engine=engine)
    report = loaded.report
    assert loaded.schema is not None and loaded.validated
    # asked for this one the server ends the session, so it is not asked; one other module needs it
    assert {module.name: module.status for module in report.unusable} == {
        "yuma123-netconf-types": ModuleStatus.MISSING,
        "yuma123-system": ModuleStatus.BROKEN,
    }
    given = {source.name: source for source in report.sources}
    assert given["hello"].gave > 10
    assert given["get-schema"].gave > 20
    box = next(module for module in report.modules if module.name == "e2e-box")
    assert box.origin is ModuleStatus.FETCHED
    assert loaded.schema.find("/e2e-box:box/label") is not None
    with session_with(candidate_server, workspace) as session:
        again = load_schema(session, engine=engine)
    assert again.downloaded < loaded.downloaded / 2
    assert again.report.from_origins()[ModuleStatus.CACHED] > 10


def test_the_report_in_the_window(visit: Visit, qtbot: QtBot) -> None:
    link = visit.program.devices.selected
    assert link is not None
    pane = visit.pane
    visit.program.window.actions_.schema_report.trigger()
    page = visit.program.schema_reports.page(link.device.id)
    assert page is not None
    assert page.modules.rowCount() > 20
    notice = pane.findChild(SchemaNotice)
    assert notice is not None and notice.text.startswith("2 modules of this device cannot be used")
    assert "2 modules are missing or broken" in page.notice.text
    if not SERVERS_OWN.is_dir():
        pytest.skip(f"{SERVERS_OWN} is not there")
    visit.program.schema_reports.use_folder(link.device.id, SERVERS_OWN)
    qtbot.waitUntil(lambda: page.report.modules != () and page.report.unusable == (), timeout=60_000)
    places = {module.name: module.place for module in page.report.modules if module.place}
    assert places["yuma123-netconf-types"] == str(SERVERS_OWN)
    qtbot.waitUntil(notice.isHidden, timeout=60_000)
