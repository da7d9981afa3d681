"""The report on a device's schema in the real window: what is missing is named, a folder brings it, retry gets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.config.edits import RemoveNode
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.files import module_text
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.panes.schema_report import SchemaReportPane, details, summary_words
from netconf_gui.gui.schema_reports import SchemaNotice
from netconf_gui.workspace.inventory import Device
from netconf_gui.yang.report import ModuleReport, ModuleStatus, Repair, SchemaReport, SourceReport
from tests.gui.whole import LONG, add, connect

MADE_UP = SchemaReport(
    (
        ModuleReport("a", "2020-01-01", ModuleStatus.FETCHED, ModuleStatus.FETCHED, listed_by="hello"),
        ModuleReport("b", "2020-01-01", ModuleStatus.BROKEN, ModuleStatus.CACHED, reason="no type (line 7)", line=7),
        ModuleReport("c", "", ModuleStatus.MISSING, needed_by=("a", "b", "d", "e"), reason="not offered"),
        ModuleReport("d", "", ModuleStatus.REPAIRED, ModuleStatus.FOLDER, reason="d: mended.", place="/yang"),
    ),
    (SourceReport("hello", 4), SourceReport("get-schema", 0, "not offered", asked=False)),
    (Repair("when", "d", "d: mended."),),
)


def page_of(program: Program, device: Device) -> SchemaReportPane:
    program.window.actions_.schema_report.trigger()
    page = program.schema_reports.page(device.id)
    assert page is not None
    return page


def rows(page: SchemaReportPane) -> list[str]:
    model = page.filtered
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.fixture
def made_up(qtbot: QtBot) -> SchemaReportPane:
    page = SchemaReportPane("x", "Schema of x")
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.show_report(MADE_UP)
    return page


def test_words() -> None:
    assert summary_words(MADE_UP) == "4 modules: 1 fetched, 1 missing, 1 broken, 1 repaired"
    assert summary_words(SchemaReport()) == ""
    assert details(MADE_UP.modules[2]).splitlines() == ["c: missing", "not offered", "Needed by: a, b, d, e"]
    assert "Text from: /yang" in details(MADE_UP.modules[3])


def test_filter_by_state_and_by_words(made_up: SchemaReportPane, qtbot: QtBot) -> None:
    assert rows(made_up) == ["a", "b", "c", "d"]
    made_up.states.choose("unusable")
    assert rows(made_up) == ["b", "c"]
    assert made_up.states.button("unusable").text() == "Unusable  2"
    qtbot.keyClicks(made_up.filter, "no type")
    assert rows(made_up) == ["b"]
    made_up.filter.clear()
    made_up.states.choose("repaired")
    assert rows(made_up) == ["d"]
    assert made_up.count.text() == "1 of 4 modules"


def test_the_module_chosen_is_told_in_full(made_up: SchemaReportPane) -> None:
    made_up.view.setCurrentIndex(made_up.filtered.index(1, 0))
    assert "no type (line 7)" in made_up.details.toPlainText()
    assert "2 modules are missing or broken" in made_up.notice.text


def test_a_schema_that_is_not_validated_is_said_so(made_up: SchemaReportPane) -> None:
    made_up.show_report(SchemaReport(MADE_UP.modules[:1], validated=False))
    assert made_up.notice.text.startswith("Shown, not fully validated")


def test_a_whole_device(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    page = page_of(program, device)
    qtbot.waitUntil(lambda: page.modules.rowCount() > 20, timeout=LONG)
    assert page.notice.isHidden()
    assert program.documents.panes[0].findChild(SchemaNotice) is None
    given = {source.name: source for source in page.report.sources}
    assert given["hello"].gave > 3
    assert given["get-schema"].gave > 10
    program.window.actions_.close_document.trigger()
    qtbot.waitUntil(lambda: program.schema_reports.page(device.id) is None)


def test_a_folder_brings_what_is_missing(program: Program, qtbot: QtBot, server: DemoServer, tmp_path: Path) -> None:
    server.faults.arm(Fault("get-schema", Action.RPC_ERROR, count=0))
    device = add(program, server)
    connect(qtbot, program, device)
    pane = program.documents.panes[0]
    notice = pane.findChild(SchemaNotice)
    assert notice is not None and "cannot be used" in notice.text
    qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    page = program.schema_reports.page(device.id)
    assert page is not None
    page.states.choose("unusable")
    assert "netconf-gui-demo" in rows(page)
    row = next(module for module in page.report.unusable if module.name == "netconf-gui-demo")
    assert row.status is ModuleStatus.MISSING
    assert row.listed_by
    folder = tmp_path / "yang"
    folder.mkdir()
    for name in [module.name for module in page.report.unusable]:
        text = module_text(name)
        if text is not None:
            (folder / f"{name}.yang").write_bytes(text)
    for part in ("qos", "types"):  # its submodules, which nobody could name before
        (folder / f"netconf-gui-demo-{part}.yang").write_bytes(module_text(f"netconf-gui-demo-{part}") or b"")
    page.folder_button.click()
    dialog = program.window.findChild(QFileDialog, "schemaFolderDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(folder))
    dialog.reject()
    qtbot.waitUntil(lambda: "netconf-gui-demo" not in rows(page), timeout=LONG)
    assert program.workspace.inventory.device(device.id).schema_folders == (str(folder),)  # type: ignore[union-attr]
    found = {module.name: module for module in page.report.modules}
    assert found["netconf-gui-demo"].place == str(folder)
    # the document is read again with it
    qtbot.waitUntil(
        lambda: pane.document.schema is not None and pane.document.schema.module("netconf-gui-demo") is not None,
        timeout=LONG,
    )


def test_a_dirty_document_is_left_alone(program: Program, qtbot: QtBot, server: DemoServer, tmp_path: Path) -> None:
    server.faults.arm(Fault("get-schema", Action.RPC_ERROR, count=0))
    device = add(program, server)
    connect(qtbot, program, device)
    pane = program.documents.panes[0]
    before = pane.document
    before.apply(RemoveNode(before.path_of(before.root[0])))
    assert pane.document.is_dirty
    server.faults.clear()
    page = page_of(program, device)
    page.retry_button.click()
    qtbot.waitUntil(lambda: not page.report.unusable and page.report.modules != (), timeout=LONG)
    assert pane.document is before


def test_retry_can_be_stopped_and_needs_a_connection(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    page = page_of(program, device)
    assert page.findChild(QPushButton, "retrySchemaButton").isEnabled()
    task = program.schema_reports.retry(device.id)
    assert task is not None
    assert page.stop_button.isVisibleTo(page)
    assert program.schema_reports.retry(device.id) is None
    page.stop_button.click()
    qtbot.waitUntil(lambda: task.ended, timeout=LONG)
    qtbot.waitUntil(lambda: not page.stop_button.isVisibleTo(page))
    program.devices.disconnect_selected()
    qtbot.waitUntil(lambda: not page.retry_button.isEnabled(), timeout=LONG)
    assert page.findChild(QWidget, "moduleReportView").isVisible(), "what was reported stays"


def test_without_the_library_the_window_says_that_it_does_not_validate(
    program: Program, qtbot: QtBot, server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETCONF_GUI_LIBYANG", str(tmp_path / "nothing.so"))
    device = add(program, server)
    connect(qtbot, program, device)
    pane = program.documents.panes[0]
    assert pane.document.schema is not None
    assert pane.document.schema.find("/ietf-interfaces:interfaces/interface/name") is not None
    assert pane.context.engine is None
    notice = pane.findChild(SchemaNotice)
    assert notice is not None
    assert notice.text == "Shown, not fully validated."
    page = page_of(program, device)
    assert page.notice.text.startswith("Shown, not fully validated")
    assert not page.report.validated
    assert page.report.unusable == ()
