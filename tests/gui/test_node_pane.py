"""The Node pane and the check of values by the real engine."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QScrollBar, QWidget

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.looks import HIDDEN
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.node import NodePane
from netconf_gui.gui.panes.problems import ProblemsPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ModuleSource, ResolvedSet
from tests.gui import sample

MTU = "/ex:interfaces/interface[name='xe-0/0/1']/mtu"


@pytest.fixture
def shown(qtbot):
    manager = TaskManager()
    pane = DocumentPane(
        sample.document(5), manager, context=DocumentContext(device_name="pe1.fra", datastore="candidate")
    )
    node = NodePane(manager)
    for one in (pane, node):
        qtbot.addWidget(one)
        one.resize(800 if one is pane else 320, 700)
        one.show()
    node.show_pane(pane)
    yield pane, node
    pane.close_pane()


def go(qtbot, pane, node, path):
    assert pane.jump(path)
    qtbot.waitUntil(lambda: node.path.accessibleName() == path)


def fact(node, name):
    labels = node.facts.findChildren(QLabel)
    names = [one for one in labels if one.text() == name and one.isVisibleTo(node)]
    return names[0].buddy().accessibleName() if names else None


def test_it_tells_what_a_node_is(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, MTU)
    assert node.name.text() == "mtu" and node.chip.isHidden()
    assert node.value.allowed.text() == "Allowed: 68 to 65535" and node.value.unit.text() == "bytes"
    assert node.facts.description.text().startswith("The largest packet")
    assert fact(node, "Type") == "Whole number (uint16)"
    assert fact(node, "Only when") == "type is ethernet"
    assert fact(node, "Must") == "the value is at least 1280 or ipv6 is not set"
    assert fact(node, "Else") == "“IPv6 needs 1280 bytes.”"
    assert fact(node, "Module") == "ex 2024-05-01"
    assert "\u200b" in node.path.text()
    qtbot.mouseClick(node.copy_path, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == MTU
    qtbot.mouseClick(node.copy_xpath, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "/ex:interfaces/ex:interface[ex:name='xe-0/0/1']/ex:mtu"


def test_it_edits_reverts_and_unsets(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, MTU)
    editor = node.value.editor
    editor.selectAll()
    qtbot.keyClicks(editor, "9192")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    leaf = sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu")
    assert leaf.text == "9192"
    qtbot.waitUntil(lambda: node.chip.text() == "changed" and node.revert.isVisible())
    assert node.revert.text() == "Revert to 1500" and fact(node, "On the device") == "1500"
    assert node.value.editor is editor, "the editor in use stays"
    qtbot.mouseClick(node.revert, Qt.MouseButton.LeftButton)
    assert leaf.text == "1500"
    qtbot.waitUntil(lambda: editor.value() == "1500")
    qtbot.mouseClick(node.unset, Qt.MouseButton.LeftButton)
    assert leaf.getparent() is None and pane.document.undo_text == "unset mtu"


def test_a_bad_value_is_said_while_it_is_typed(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, MTU)
    node.value.editor.selectAll()
    qtbot.keyClicks(node.value.editor, "7")
    assert node.value.message.text() == "mtu is 7. Allowed: 68 to 65535."
    assert node.value.editor.property("state") == "error"
    qtbot.keyClicks(node.value.editor, "0")
    assert node.value.message.isHidden() and node.value.editor.property("state") == ""


def test_the_empty_type_is_a_switch(qtbot, shown):
    pane, node = shown
    pane.view_bar.unset.setChecked(True)
    leaf = pane.document.schema.find("/ex:system/maintenance")
    pane.tree.show_row(pane.model.unset_row(pane.model.row_of(sample.element(pane.document, "system")), leaf.id))
    qtbot.waitUntil(lambda: node.name.text() == "maintenance")
    qtbot.mouseClick(node.value.editor, Qt.MouseButton.LeftButton)
    assert sample.element(pane.document, "system/maintenance").text is None
    qtbot.waitUntil(lambda: node.chip.text() == "added")
    qtbot.mouseClick(node.value.editor, Qt.MouseButton.LeftButton)
    assert not pane.document.is_dirty


def test_removed_nodes_can_be_restored(qtbot, shown):
    pane, node = shown
    pane.show_element(sample.element(pane.document, "interfaces/interface[xe-0/0/2]"))
    pane.actions_.delete.trigger()
    qtbot.waitUntil(lambda: node.chip.text() == "removed" and node.revert.text() == "Restore")
    qtbot.mouseClick(node.revert, Qt.MouseButton.LeftButton)
    assert not pane.document.is_dirty
    assert [one[0].text for one in sample.element(pane.document, "interfaces")] == [
        "xe-0/0/0",
        "xe-0/0/1",
        "xe-0/0/2",
        "lo0",
    ]


def test_secrets_are_not_told(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, "/ex:system/password")
    assert fact(node, "On the device") == HIDDEN
    editing.set_text(pane.document, sample.element(pane.document, "system/password"), "other")
    qtbot.waitUntil(lambda: node.revert.isVisible())
    assert node.revert.text() == "Revert"


def test_what_no_schema_knows_is_said(qtbot, shown):
    pane, node = shown
    pane.show_element(sample.element(pane.document, "vendor/deep"))
    qtbot.waitUntil(lambda: node.name.text() == "deep")
    assert "does not know" in node.facts.description.text()
    assert fact(node, "Namespace") == "urn:example:unknown"


def test_without_a_document_it_says_what_to_do(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, MTU)
    node.show_pane(None)
    qtbot.waitUntil(lambda: node.empty.isVisible())
    assert node.value.editor is None
    node.show_pane(pane)
    qtbot.waitUntil(lambda: node.name.text() == "mtu" and node.name.isVisible())


def test_every_widget_has_a_name(qtbot, shown):
    pane, node = shown
    go(qtbot, pane, node, MTU)
    wrong = [
        one
        for one in [node, *node.findChildren(QWidget)]
        if not isinstance(one, QScrollBar) and not one.objectName().startswith("qt_")
        if not one.objectName() or (not one.objectName().startswith("qt_") and not one.accessibleName())
    ]
    assert not wrong


YANG = b"""module tiny { yang-version 1.1; namespace "urn:tiny"; prefix t; revision 2024-01-01;
  container box {
    leaf code { type string { pattern "[A-Z]{3}[0-9]+" { error-message "Three capitals, then digits."; } } }
    leaf size { type uint8; } must "not(size > 100) or code" { error-message "Large boxes need a code."; } } }"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory):
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


def test_the_engine_checks_while_one_types(qtbot, engine, tmp_path: Path):
    source = ModuleSource("tiny", "2024-01-01", YANG, sha256(YANG).hexdigest())
    compiled = engine.compile(ResolvedSet((source,), ()))
    schema = engine.schema(compiled)
    data = b"<box xmlns='urn:tiny'><code>ABC1</code></box>"
    manager = TaskManager()
    context = DocumentContext(device_name="d", engine=engine, key=compiled.key)
    pane = DocumentPane(Document(data, schema), manager, context=context)
    node, problems = NodePane(manager), ProblemsPane()
    for one in (pane, node, problems):
        qtbot.addWidget(one)
        one.show()
    node.show_pane(pane)
    problems.show_pane(pane)
    qtbot.waitUntil(lambda: problems.empty.title.text() == "No problems", timeout=20_000)
    go(qtbot, pane, node, "/tiny:box/code")
    editor = node.value.editor
    editor.selectAll()
    qtbot.keyClicks(editor, "abc")
    qtbot.waitUntil(lambda: node.value.message.isVisible(), timeout=10_000)
    assert "Three capitals, then digits." in node.value.message.text()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: problems.model.rowCount() == 1, timeout=10_000)
    row = pane.model.row_of(pane.document.root[0][0])
    assert pane.model.looks.of(row).severity == "error"
    pane.undo()
    editing.set_leaf(pane.document, pane.document.root[0], schema.find("/tiny:box/size"), "101")
    editing.remove(pane.document, pane.document.root[0][0])
    qtbot.waitUntil(lambda: "Large boxes need a code." in str(problems.model.index(0, 0).data()), timeout=10_000)
    pane.close_pane()


def test_a_slow_engine_is_asked_one_text_at_a_time(qtbot):
    """What is typed meanwhile does not pile up, and the last text is checked in the end."""
    asked: list[str] = []
    may_answer = threading.Event()

    class SlowEngine:
        def check_value(self, key, path, text, *, prefixes, cancel):
            asked.append(text)
            may_answer.wait(20)

    manager = TaskManager()
    context = DocumentContext(device_name="d", engine=SlowEngine(), key="k")
    pane = DocumentPane(sample.document(5), manager, context=context)
    pane.check.close()
    node = NodePane(manager)
    for one in (pane, node):
        qtbot.addWidget(one)
        one.show()
    node.show_pane(pane)
    go(qtbot, pane, node, MTU)
    qtbot.waitUntil(lambda: len(asked) == 1)
    for text in ("1501", "1502", "1503"):
        node.value._check(text)
        node.value.editor.set_value(text)
        node.value._ask_engine()
    assert len([task for task in manager.running if task.title == "Check mtu"]) == 1
    may_answer.set()
    qtbot.waitUntil(lambda: not manager.running and asked[-1] == "1503")
    assert len(asked) == 2
    pane.close_pane()
