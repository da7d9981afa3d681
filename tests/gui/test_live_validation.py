"""What is wrong shows while one edits: in the tree, in the Problems pane, with repairs; all by keys and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import RpcError
from netconf_gui.gui import live_check
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.problems import ProblemsPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from tests.yang.broken.cases import port, ports, references, rules, transport, types, user

FOLDER = Path(__file__).parents[1] / "yang" / "broken"
LONG = 20_000
ON = "/network:types/on"
HOME = "<home><path>/</path></home>"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def network(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(FOLDER)
    return engine.compile(resolve([WantedModule("network"), WantedModule("extras")], library.fetch))


class Desk:
    """A document in a pane with the Problems pane beside it."""

    def __init__(self, qtbot: QtBot, engine: Engine, compiled: CompiledSchema, xml: str) -> None:
        self.qtbot = qtbot
        self.tasks = TaskManager()
        data = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{xml}</config>'.encode()
        self.document = Document(data, engine.schema(compiled))
        context = DocumentContext(name="lab", engine=engine, key=compiled.key)
        self.pane = DocumentPane(self.document, self.tasks, context=context)
        self.problems = ProblemsPane()
        self.problems.show_pane(self.pane)
        self.problems.jump_wanted.connect(self.pane.jump)
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.pane, 3)
        layout.addWidget(self.problems, 1)
        qtbot.addWidget(self.window)
        self.window.resize(900, 800)
        self.window.show()
        qtbot.waitExposed(self.window)

    def checked(self) -> list[str]:
        """The messages, once they are about the document as it is."""
        self.qtbot.waitUntil(lambda: not self.pane.check.stale, timeout=LONG)
        self.qtbot.waitUntil(lambda: not self.pane.findings._waiting, timeout=LONG)
        return [problem.message for problem in self.problems.model.problems]

    def choose(self, part: str) -> None:
        """Put the cursor of the Problems pane on the finding with that text."""
        rows = self.problems.model.problems
        number = next(at for at, problem in enumerate(rows) if part in problem.message)
        index = self.problems.model.index(number, 0)
        spot = self.problems.view.visualRect(index).center()
        self.qtbot.mouseClick(self.problems.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    def element(self, path: str) -> object:
        return self.document.find(InstancePath.parse(path, self.document.schema))

    def close(self) -> None:
        self.problems.show_pane(None)
        self.pane.close_pane()
        self.tasks.close()


@pytest.fixture
def desk(qtbot: QtBot, engine: Engine, network: CompiledSchema) -> Iterator[object]:
    made: list[Desk] = []

    def make(xml: str) -> Desk:
        made.append(Desk(qtbot, engine, network, xml))
        return made[-1]

    yield make
    for one in made:
        one.close()


def menu_of(qtbot: QtBot, name: str) -> QMenu:
    def shown() -> list[QMenu]:
        return [one for one in QApplication.topLevelWidgets() if one.objectName() == name and one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def test_a_problem_appears_after_an_edit_and_goes_with_it(qtbot, desk):
    here = desk(types("<on>true</on>"))
    assert here.checked() == []
    assert here.problems.empty.title.text() == "No problems"
    leaf = here.element(ON)
    editing.set_text(here.document, leaf, "maybe")
    assert here.pane.check.stale
    assert here.checked() == ["on is maybe. Allowed: true, false."]
    assert here.problems.state.text() == "1 error"
    assert set(here.pane.problem_elements) == {leaf}
    row = here.pane.model.row_of(leaf)
    assert here.pane.model.looks.of(row).severity == "error"
    here.pane.undo()
    assert here.checked() == []
    assert not here.pane.problem_elements


def test_what_the_device_refuses_for_a_known_reason_is_listed_once(qtbot, desk):
    here = desk(types("<on>maybe</on>"))
    (known,) = here.checked()
    leaf = here.element(ON)
    path = str(here.document.path_of(leaf))
    same = RpcError(tag="invalid-value", message=known.rstrip("."), path=path)
    other = RpcError(tag="operation-failed", message="The line card is missing.", path=path)
    here.pane.show_refusals([same, other])
    assert here.checked() == ["The line card is missing.", known]


def test_all_of_them_and_a_click_goes_there(qtbot, desk):
    here = desk(user("a", "") + references("<uplink>p9</uplink>") + rules("<high>3</high>"))
    found = here.checked()
    assert len(found) == 4
    assert here.problems.state.text() == "4 errors"
    here.choose("high must not be below low.")
    qtbot.keyClick(here.problems.view, Qt.Key.Key_Return)
    assert here.pane.row is not None and here.pane.row.own_element is here.element("/network:rules/high")
    index = here.problems.model.index(0, 0)
    assert "error-app-tag" in here.problems.model.index(found.index("high must not be below low."), 0).data(
        Qt.ItemDataRole.ToolTipRole
    )
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Error: ")


def test_old_findings_are_dimmed_until_the_new_ones_are_there(qtbot, desk, monkeypatch):
    here = desk(types("<on>maybe</on>") + rules(""))
    assert len(here.checked()) == 1
    leaf = here.element(ON)
    row = here.pane.model.row_of(leaf)
    monkeypatch.setattr(live_check, "PAUSE", 1_000_000)  # the next check never begins by itself
    parent = leaf.getparent()
    node = next(
        one for one in here.document.schema.data_children(here.document.schema_node(parent)) if one.name == "small"
    )
    editing.set_leaf(here.document, parent, node, "1")
    qtbot.waitUntil(lambda: here.problems.model.stale, timeout=LONG)
    assert here.pane.model.looks.of(row).stale
    assert here.problems.state.text() == "1 error as of before the last edit."
    here.pane.validate()
    qtbot.waitUntil(lambda: not here.problems.model.stale, timeout=LONG)
    assert not here.pane.model.looks.of(row).stale
    assert here.problems.state.text() == "1 error"


def test_the_button_repairs_and_one_undo_takes_it_back(qtbot, desk):
    here = desk(references("<uplink>p9</uplink>"))
    assert len(here.checked()) == 1
    assert not here.problems.fix_button.isEnabled(), "nothing is chosen"
    here.choose("p9")
    assert here.problems.fix_button.isEnabled()
    qtbot.mouseClick(here.problems.fix_button, Qt.MouseButton.LeftButton)
    assert here.element("/network:ports/port[name='p9']") is not None
    assert here.checked() == []
    here.pane.undo()
    assert here.element("/network:ports/port[name='p9']") is None
    assert not here.document.can_undo


def test_the_key_offers_several_repairs(qtbot, desk):
    here = desk(transport("<tcp-port>1</tcp-port><udp-port>2</udp-port>"))
    assert len(here.checked()) == 1
    here.choose("tcp")
    qtbot.keyClick(here.problems.view, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = menu_of(qtbot, "fixMenu")
    assert [one.text() for one in menu.actions()] == ["Keep tcp, remove udp-port", "Keep udp, remove tcp-port"]
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert here.element("/network:transport/tcp-port") is None
    assert here.checked() == []


def test_the_tree_repairs_too(qtbot, desk):
    here = desk(rules("<server>s</server>") + types("<on>true</on><on>true</on>"))
    assert len(here.checked()) == 2
    here.pane.show_element(here.element("/network:rules/server"))
    here.pane.tree.setFocus()
    qtbot.waitUntil(here.pane.tree.hasFocus)
    assert here.pane.actions_.fix.isEnabled()
    here.pane.actions_.show_menu(here.pane.mapToGlobal(QPoint(10, 10)))
    menu = menu_of(qtbot, "nodeMenu")
    assert menu.actions()[0].text() == "Remove server"
    menu.close()
    qtbot.keyClick(here.pane.tree, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: here.element("/network:rules/server") is None)
    assert len(here.checked()) == 1


def test_a_missing_leaf_gets_its_editor(qtbot, desk):
    here = desk(user("a", "<password>x</password>"))
    assert len(here.checked()) == 1
    here.choose("path")
    qtbot.mouseClick(here.problems.fix_button, Qt.MouseButton.LeftButton)
    row = here.pane.row
    assert row is not None and row.node is not None and row.node.name == "path"
    editor = here.pane.tree.viewport().findChild(object, "cellEditor") or QApplication.focusWidget()
    assert editor is not None and editor is not here.pane.tree


def test_problems_that_have_no_repair(qtbot, desk):
    here = desk(types("<small>99</small>"))
    assert len(here.checked()) == 1
    here.choose("99")
    assert not here.problems.fix_button.isEnabled()


def test_what_is_not_known_is_said(qtbot, desk):
    here = desk(types("<on>x</on>") + '<vendor xmlns="urn:vendor"/>')
    found = here.checked()
    assert len(found) == 2 and "Nothing is known about urn:vendor" in found[1]
    assert here.problems.state.text() == "1 error, 1 warning"
    assert here.problems.model.index(1, 2).data() == "No schema"


def test_what_a_device_refused_goes_with_an_edit_of_its_node(qtbot, desk):
    here = desk(types("<on>true</on><level>low</level>"))
    here.checked()
    said = RpcError(
        tag="invalid-value", message="not\n today", path="/n:types/n:on", path_namespaces=(("n", "urn:test:network"),)
    )
    here.pane.show_refusals([said, RpcError(severity="warning", message="Mind the gap")])
    (refused, _warning) = here.pane.problems
    assert (refused.source, refused.path, refused.message) == ("device", ON, "not today")
    assert here.problems.model.index(0, 2).data() == "The device"
    here.choose("not today")
    qtbot.keyClick(here.problems.view, Qt.Key.Key_Return)
    assert here.pane.row is not None and here.pane.row.own_element is here.element(ON)
    editing.set_text(here.document, here.element("/network:types/level"), "high")
    assert [one.message for one in here.pane.problems] == ["not today"], "that of no node goes with any edit"
    editing.set_text(here.document, here.element(ON), "false")
    assert here.checked() == []
    here.pane.show_refusals([said])
    here.pane.show_refusals(())
    assert here.pane.problems == ()


def test_large_documents_are_followed_by_a_replica(qtbot, desk, monkeypatch):
    monkeypatch.setattr(live_check, "LARGE", 1000)
    here = desk(ports("".join(port(f"p{number}") for number in range(100))) + types("<on>true</on>"))
    assert here.checked() == []
    assert here.pane.check._replica is not None
    for text, count in (("maybe", 1), ("true", 0), ("perhaps", 1)):
        editing.set_text(here.document, here.element(ON), text)
        assert len(here.checked()) == count
    here.pane.undo()
    assert here.checked() == []
    here.document.replace_text(here.document.text().replace(b"true", b"never"))
    assert len(here.checked()) == 1


def test_a_thousand_findings_are_placed_in_slices(qtbot, desk):
    count = 900
    here = desk(ports("".join(port(f"p{number}", "<slot>x</slot>") for number in range(count))))
    assert len(here.checked()) == count
    qtbot.waitUntil(lambda: len(here.pane.problem_elements) == count, timeout=LONG)
    here.pane.undo()


def test_a_closed_branch_says_that_something_in_it_is_wrong(qtbot, desk):
    here = desk(ports(port("p1", "<slot>x</slot>")) + types("<on>true</on>"))
    assert len(here.checked()) == 1
    model = here.pane.model
    container = here.element("/network:ports")
    row = model.row_of(container)
    assert model.looks.of(row).within == "error"
    named = model.index_of(row).siblingAtColumn(1)
    assert "error further down" in named.data(Qt.ItemDataRole.AccessibleTextRole)
    group = model.row_at(model.index(0, 0, model.index_of(row)))
    assert model.looks.of(group).within == "error"
    assert model.looks.of(model.row_of(here.element("/network:types"))).within == ""
    editing.set_text(here.document, here.element("/network:ports/port[name='p1']/slot"), "2")
    assert here.checked() == []
    assert model.looks.of(model.row_of(container)).within == ""
