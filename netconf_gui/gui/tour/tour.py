"""The steps of the tour: the program's main job on the demo device, by real mouse and key events.

Connect, accept the host key, load, edit three nodes of different types, look at the difference and the plan, apply,
see the commit, provoke a validation error and jump to it, disconnect.  A picture after each; the exit status tells
whether every step showed what it should.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTreeView,
    QWidget,
)

from netconf_gui.errors import Outcome
from netconf_gui.gui import error_report
from netconf_gui.gui.application import Program, make_application
from netconf_gui.gui.dialogs.message import ErrorDialog
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.theme import Mode
from netconf_gui.gui.tour.breadth import stops
from netconf_gui.gui.tour.somebody import change_device
from netconf_gui.gui.tour.stage import Stage, TourFailed
from netconf_gui.services.report import DeployReport
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace

WIDTH, HEIGHT = 1440, 900
HOSTNAME = ("system", "hostname")
ENABLED = ("interfaces", "interface", "eth8", "enabled")
MTU = ("interfaces", "interface", "eth1", "ipv4", "mtu")
PREFIX = ("interfaces", "interface", "vlan10", "ipv4", "address", "10.10.0.1", "prefix-length")

CHANGED = (
    '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>core-7</hostname><contact>noc</contact></system>'
    '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth1</name>'
    '<ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip"><mtu>9000</mtu></ipv4></interface></interfaces>'
)

TEMPLATE = """<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system">
  <location>Rack of {{ device }}</location>
</system>
"""


class Tour:
    """One visit; `steps` in order."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.stage = Stage(program.window, folder)
        self.report: DeployReport | None = None
        program.applying.ended.connect(self._applied)
        self.steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("first start", self.first_start),
            ("connect and accept the host key", self.connect),
            ("see the configuration", self.loaded),
            ("edit a text, a switch and a number", self.edit),
            ("look at the difference and the plan", self.review),
            ("apply and see the commit", self.apply),
            ("see the messages", self.wire),
            ("provoke a validation error and jump to it", self.validation_error),
            ("see a list as a table", self.table),
            ("see tree and text side by side", self.both),
            ("browse the schema", self.schema),
            ("see the state, live", self.state),
            ("meet somebody else's changes", self.conflicts),
            ("see what was applied", self.history),
            ("apply with a guard and confirm it", self.guard),
            ("plan and run a change of a fleet", self.fleet),
            *stops(self),
            ("disconnect", self.disconnect),
        )

    def _applied(self, _device: str, report: object) -> None:
        self.report = report if isinstance(report, DeployReport) else None

    @property
    def pane(self) -> DocumentPane:
        pane = self.program.documents.current
        if pane is None:
            raise TourFailed("There is no document in front.")
        return pane

    # --------------------------------------------------------------------------------------------------- steps

    def first_start(self) -> None:
        self.stage.find(QPushButton, "startDemoButton")
        self.stage.shot("first-start")

    def connect(self) -> None:
        stage = self.stage
        stage.click("startDemoButton", QPushButton)
        stage.find(QWidget, "hostKeyDialog")
        shown = stage.find(QLabel, "offeredValue").text()
        stage.expect(shown.startswith("SHA256:"), "the fingerprint of the host key is shown")
        stage.shot("host-key")
        stage.click("trustButton", QPushButton)

    def loaded(self) -> None:
        stage = self.stage
        stage.find(QTreeView, "configTree")
        stage.expect(self.pane.document.schema is not None, "the configuration is shown by its YANG modules")
        self.walk(("interfaces", "interface", "eth1", "ipv4", "mtu"))
        stage.shot("configuration")

    def edit(self) -> None:
        self.set_value(HOSTNAME, "demo-edge-7")
        self.set_value(ENABLED, "true")
        self.set_value(MTU, "8900")
        self.stage.wait(lambda: self.pane.changes == 3, "three changes", seconds=10)
        self.stage.expect(self.program.window.documents.tabText(self._tab()).endswith("•"), "the tab is marked")
        self.stage.shot("edited")

    def review(self) -> None:
        stage = self.stage
        stage.click("showDiffButton", QAbstractButton)
        stage.find(QWidget, "diffView")
        plan = stage.find(QWidget, "planView")
        stage.wait(lambda: "edit-config" in _text(plan), "the edit-config is shown")
        text = _text(plan)
        for value in ("demo-edge-7", "8900"):
            stage.expect(value in text, f"{value} is in the edit-config")
        stage.shot("review")

    def apply(self) -> None:
        stage = self.stage
        stage.click("applyButton", QPushButton)
        stage.find(QWidget, "applyPane")
        stage.wait(lambda: self.report is not None, "the apply has ended")
        report = cast(DeployReport, self.report)
        stage.expect(report.ok and report.outcome is Outcome.APPLIED, f"the change is applied ({report.text})")
        stage.wait(lambda: not self.pane.document.is_dirty, "the document is fetched again, without changes")
        self.front("documentTabBar", 0)
        self.walk(HOSTNAME)
        stage.expect("demo-edge-7" in self.pane.document.text().decode(), "the device holds the new name")
        stage.shot("applied")

    def wire(self) -> None:
        stage = self.stage
        self.front("bottomTabs", "Wire")
        view = stage.find(QTreeView, "wireView")
        rows = [str(view.model().index(row, 1).data()) for row in range(view.model().rowCount())]
        for wanted in ("edit-config", "commit"):
            stage.expect(any(wanted in row for row in rows), f"{wanted} is among the messages")
        commit = next(row for row, text in enumerate(rows) if "edit-config" in text)
        stage.click_row(view, view.model().index(commit, 1))
        stage.shot("wire")

    def validation_error(self) -> None:
        stage = self.stage
        self.set_value(PREFIX, "33", refused=True)
        self.front("bottomTabs", "Problems")
        problems = stage.find(QAbstractItemView, "problemsView")
        stage.wait(lambda: problems.model().rowCount() > 0, "a problem is listed")
        self.walk(HOSTNAME)
        stage.click_row(problems, problems.model().index(0, 0), double=True)
        tree = stage.find(QTreeView, "configTree")
        stage.wait(
            lambda: tree.currentIndex().siblingAtColumn(Column.NAME).data() == "prefix-length",
            "the tree shows the node with the problem",
            seconds=10,
        )
        stage.shot("problem")
        stage.click("undoButton", QAbstractButton)
        stage.wait(lambda: not self.pane.document.is_dirty, "the edit is undone", seconds=10)
        stage.wait(lambda: not self.pane.problems, "the problem is gone")

    def table(self) -> None:
        stage = self.stage
        self.walk(("interfaces", "interface"))
        self.command("viewTableAction")
        table = stage.find(QAbstractItemView, "listTable")
        stage.wait(lambda: table.model().rowCount() > 3, "the entries are rows")
        stage.shot("table")

    def both(self) -> None:
        stage = self.stage
        self.command("viewXmlAction")
        self.command("viewBothAction")
        self.walk(MTU)
        editor = stage.find(QWidget, "xmlEditor")
        stage.wait(lambda: "<mtu>" in _text(editor), "the XML is shown")
        stage.shot("tree-and-text")
        self.command("viewTreeAction")

    def schema(self) -> None:
        stage = self.stage
        self.command("browseSchemaAction")
        browser = stage.find(QWidget, "schemaBrowser")
        stage.wait(
            lambda: isinstance(browser, SchemaBrowser) and browser.node is not None and browser.node.name == "mtu",
            "the browser shows the node of the document",
        )
        stage.shot("schema-browser")

    def state(self) -> None:
        stage = self.stage
        self.command("openStateAction")
        view = stage.find(QWidget, "operationalView")
        stage.wait(lambda: view.findChild(QTreeView, "stateTree") is not None, "the state is shown")
        tree = view.findChild(QTreeView, "stateTree")
        assert tree is not None
        stage.wait(lambda: tree.model() is not None and tree.model().rowCount() > 0, "the state is read")
        stage.shot("state")

    def conflicts(self) -> None:
        stage, program = self.stage, self.program
        self.front("documentTabBar", program.documents.panes[0].context.title)
        self.set_value(HOSTNAME, "demo-edge-8")
        self.set_value(MTU, "9100")
        link = program.connections.links[0]
        program.tasks.run(
            lambda _cancel, _report: change_device(link, program.workspace, CHANGED), title="Somebody else", quiet=True
        )
        stage.wait(lambda: program.outdated.is_outdated(self.pane), "the change by somebody else is announced")
        pane = self.pane
        self.command("rebaseAction")
        page = stage.find(QWidget, "conflictsPane")
        stage.expect("2 to decide" in _labels(page), "two conflicts are listed")
        view = stage.find(QTreeView, "conflictsView")
        stage.click_at(view.viewport(), view.visualRect(view.model().index(0, 2)).center())
        stage.wait(lambda: "1 decided" in _labels(page), "one is decided")
        stage.shot("conflicts")
        stage.click("allTheirsButton", QPushButton)
        stage.click("useDecisionsButton", QPushButton)
        stage.wait(lambda: not pane.document.is_dirty, "the draft holds what the device holds")

    def history(self) -> None:
        stage = self.stage
        self.command("bottomDockAction")
        self.command("historyAction")
        view = stage.find(QTreeView, "historyView")
        stage.wait(lambda: view.model().rowCount() > 0, "the apply is in the history")
        tree = stage.find(QTreeView, "historyTree")
        stage.wait(lambda: tree.model().rowCount() > 0, "its changes are shown")
        stage.shot("history")
        self.command("bottomDockAction")

    def guard(self) -> None:
        stage, program = self.stage, self.program
        self.front("documentTabBar", program.documents.panes[0].context.title)
        self.set_value(HOSTNAME, "demo-edge-9")
        self.report = None
        self.command("applyOptionsAction")
        stage.find(QWidget, "applyOptionsDialog")
        stage.find(QCheckBox, "guardField").setChecked(True)
        stage.click("confirmBy_person", QAbstractButton)
        stage.shot("apply-options")
        stage.click("applyOptionsButton", QPushButton)
        stage.find(QWidget, "guardRow")
        words = stage.find(QLabel, "guardText")
        stage.wait(lambda: "Reached" in words.text(), "the device was reached over a new session")
        stage.expect(program.window.status.guard.text, "the status bar counts down")
        stage.shot("guard")
        stage.click("confirmButton", QPushButton)
        stage.wait(lambda: self.report is not None, "the apply has ended")
        stage.expect(self.report is not None and self.report.outcome is Outcome.APPLIED, "the change was applied")
        stage.wait(lambda: not self.pane.document.is_dirty, "the configuration is fetched again")

    def fleet(self) -> None:
        stage = self.stage
        self.command("fleetAction")
        stage.click("fleetAllButton", QPushButton)
        stage.click("fleetNextButton", QPushButton)
        stage.click("fleetKind_template", QAbstractButton)
        editor = stage.find(QPlainTextEdit, "fleetEditor")
        editor.setPlainText(TEMPLATE)
        preview = stage.find(QPlainTextEdit, "fleetPreviewText")
        stage.wait(lambda: "Rack of" in preview.toPlainText(), "the text for the device is shown")
        stage.shot("fleet-change")
        stage.click("fleetNextButton", QPushButton)
        stage.click("fleetNextButton", QPushButton)
        button = stage.find(QPushButton, "fleetNextButton")
        stage.wait(lambda: button.isVisible() and "Apply to" in button.text(), "every device has a plan")
        stage.shot("fleet-preview")
        stage.click("fleetNextButton", QPushButton)
        stage.click("runButton", QPushButton)
        stage.find(QPushButton, "fleetExportButton")
        stage.expect("Applied on all" in _labels(stage.find(QWidget, "fleetMatrix")), "all devices hold the change")
        stage.shot("fleet-run")

    def disconnect(self) -> None:
        stage = self.stage
        stage.click("disconnectButton", QAbstractButton)
        stage.wait(lambda: not any(link.connected for link in self.program.connections.links), "disconnected")
        status = self.program.window.status.connection
        stage.wait(lambda: "not connected" in status.text, "the status bar says so", seconds=10)
        stage.shot("disconnected")

    # ------------------------------------------------------------------------------------------------- helpers

    def _tab(self) -> int:
        return self.program.window.documents.indexOf(self.pane)

    def front(self, tabs: str, which: str | int) -> None:
        """Click a tab, by its words or by being the document (0)."""
        bar = self.stage.find(QTabBar, tabs)
        at = (
            self._tab()
            if which == 0
            else next((at for at in range(bar.count()) if bar.tabText(at).startswith(str(which))), -1)
        )
        self.stage.expect(at >= 0, f"the tab {which} is there")
        self.stage.click_at(bar, bar.tabRect(at).center())

    def command(self, name: str) -> None:
        """Choose an action of the menus by its name."""
        actions = self.program.window.findChildren(QAction, name)
        for page in self.program.window.documents.pages():
            actions += page.findChildren(QAction, name)
        chosen = next((one for one in actions if one.isEnabled() and one.isVisible()), None)
        self.stage.expect(chosen is not None, f"{name} can be chosen")
        assert chosen is not None
        chosen.trigger()
        self.stage.settle()

    def walk(self, names: Sequence[str]) -> QTreeView:
        tree = self.stage.find(QTreeView, "configTree")
        self.stage.come_to_front()
        self.stage.walk(tree, names, Column.NAME)
        return tree

    def set_value(self, names: Sequence[str], value: str, *, refused: bool = False) -> None:
        """Go to the node, open its editor with F2 and enter a value; `refused`: one that its type does not allow."""
        stage = self.stage
        tree = self.walk(names)
        stage.key(tree, Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        stage.expect(editor is not None and editor is not tree, f"an editor for {names[-1]} opens")
        assert editor is not None
        if isinstance(editor, QComboBox | QAbstractItemView):
            offered = editor.model()
            words = [str(offered.index(row, 0).data()) for row in range(offered.rowCount())]
            stage.expect(value in words, f"{value} can be chosen")
            stage.key(editor, Qt.Key.Key_Home)
            for _ in range(words.index(value)):
                stage.key(editor, Qt.Key.Key_Down)
        elif isinstance(editor, QAbstractButton):
            if editor.isChecked() != (value == "true"):
                stage.key(editor, Qt.Key.Key_Space)
        elif isinstance(editor, QLineEdit | QAbstractSpinBox):
            stage.replace_text(editor, value)
        else:
            raise TourFailed(f"The editor of {names[-1]} is a {type(editor).__name__}.")
        stage.key(editor, Qt.Key.Key_Return)
        if not refused:
            stage.expect(value in _row_text(tree), f"{names[-1]} shows {value}")


def _row_text(tree: QTreeView) -> str:
    return str(tree.currentIndex().siblingAtColumn(Column.VALUE).data() or "")


def _text(widget: QWidget) -> str:
    """The text of a text view, itself or inside."""
    views = [widget] if isinstance(widget, QPlainTextEdit) else widget.findChildren(QPlainTextEdit)
    return "\n".join(view.toPlainText() for view in views)


def _labels(widget: QWidget) -> list[str]:
    """The texts of the labels that are shown in a widget."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def run_tour(folder: Path, *, theme: str = "light") -> int:
    """Visit the demo device with a home of its own; 0 if every step showed what it should, else 1."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("[0-9][0-9]-*.png"):
        old.unlink()
    app = make_application(sys.argv[:1])
    error_report.install()
    with tempfile.TemporaryDirectory(prefix="netconf_gui-tour-") as home:
        program = Program(Workspace.open(Locations.under(Path(home))), mode=cast(Mode, theme))
        program.window.resize(WIDTH, HEIGHT)
        program.show()
        tour = Tour(program, folder)
        failed = _visit(tour)
        program.ended.connect(app.quit)
        QTimer.singleShot(0, program.close_now)
        app.exec()
    return 1 if failed else 0


def _visit(tour: Tour) -> bool:
    """All steps; True if one failed (a picture of what was seen then is left as well)."""
    for title, step in tour.steps:
        try:
            step()
            errors = [one for one in tour.program.window.findChildren(ErrorDialog) if one.isVisible()]
            if errors:
                raise TourFailed(f"An error is shown: {errors[0].report.title} {errors[0].report.text}")
        except TourFailed as failure:
            sys.stdout.write(f"FAILED  {title}: {failure}\n")
            tour.stage.shot("failed")
            return True
        sys.stdout.write(f"ok      {title}\n")
        sys.stdout.flush()
    return False
