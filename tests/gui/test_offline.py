"""Documents without a device, in the whole window: new from a schema, files, drafts after kill -9, binding."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.bind import BindDialog
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.dialogs.schema_choice import SchemaChoiceDialog
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.workspace.drafts import DraftFolder
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.gui.whole import LONG, add, connect, dialog, press

MODULE = """module shop {
  yang-version 1.1; namespace "urn:shop"; prefix s; revision 2026-01-01;
  container shop { leaf open { type boolean; } leaf name { type string; } }
}
"""
SHOP = b'<shop xmlns="urn:shop">\n  <open>true</open>\n</shop>\n'


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "shop.yang").write_text(MODULE)
    return folder


def only(program: Program, qtbot: QtBot) -> DocumentPane:
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1, timeout=LONG)
    return program.documents.panes[0]


def opened(program: Program, qtbot: QtBot, path: Path, data: bytes = SHOP) -> DocumentPane:
    path.write_bytes(data)
    program.files.open(path)
    return only(program, qtbot)


def leaf(pane: DocumentPane, name: str) -> etree._Element:
    return next(pane.document.root.iter(f"{{urn:shop}}{name}"))


def choose_schema(qtbot: QtBot, folder: Path) -> None:
    asked = dialog(qtbot, SchemaChoiceDialog)
    asked.add_folder(str(folder))
    press(qtbot, asked, "useButton")


def choose_file(qtbot: QtBot, path: Path) -> None:
    chooser = dialog(qtbot, QFileDialog)
    chooser.selectFile(str(path))
    chooser.accept()


def test_new_from_a_folder_edited_and_saved_as_json(
    program: Program, qtbot: QtBot, modules: Path, tmp_path: Path
) -> None:
    program.window.actions_.new_document.trigger()
    choose_schema(qtbot, modules)
    pane = only(program, qtbot)
    assert pane.title == "Untitled 1" and pane.document.schema is not None and pane.view_bar.unset.isChecked()
    node = pane.document.schema.find("/shop:shop/open")
    assert node is not None
    editing.set_leaf(pane.document, pane.document.root, node, "true")
    program.files.save(pane)
    target = tmp_path / "shop.json"
    choose_file(qtbot, target)
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert '"open": true' in target.read_text() and pane.title == "shop.json"
    # the modules are offered next time, and known for the file
    program.documents.close_page(pane)
    qtbot.waitUntil(lambda: not program.documents.panes)
    program.files.open(target)
    again = only(program, qtbot)
    assert again.document.schema is not None and leaf(again, "open").text == "true"


def test_the_standard_modules_are_always_offered(program: Program, qtbot: QtBot) -> None:
    program.window.actions_.new_document.trigger()
    asked = dialog(qtbot, SchemaChoiceDialog)
    qtbot.keyClick(asked.list, Qt.Key.Key_Return)
    pane = only(program, qtbot)
    assert pane.document.schema is not None and pane.document.schema.module("ietf-interfaces") is not None


def test_other_modules_for_a_document(program: Program, qtbot: QtBot, modules: Path, tmp_path: Path) -> None:
    pane = opened(program, qtbot, tmp_path / "shop.xml")
    assert pane.document.schema is None
    qtbot.waitUntil(program.window.actions_.choose_schema.isEnabled)
    program.window.actions_.choose_schema.trigger()
    choose_schema(qtbot, modules)
    qtbot.waitUntil(lambda: pane.document.schema is not None, timeout=LONG)
    assert pane.check.possible and leaf(pane, "open").text == "true"


def test_a_file_changed_by_others_can_be_opened_again(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "shop.xml"
    pane = opened(program, qtbot, path)
    path.write_bytes(SHOP.replace(b"true", b"false"))
    asked = dialog(qtbot, Question)
    assert "changed by another program" in asked.windowTitle()
    press(qtbot, asked, "reloadButton")
    qtbot.waitUntil(lambda: leaf(pane, "open").text == "false", timeout=LONG)


def test_saving_over_the_changes_of_others_asks(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "shop.xml"
    pane = opened(program, qtbot, path)
    watcher = program.files._watch._watcher
    watcher.removePaths([*watcher.files(), *watcher.directories()])
    editing.set_text(pane.document, leaf(pane, "open"), "false")
    path.write_bytes(SHOP + b"<!-- mine -->")
    told: list[bool] = []
    program.files.save(pane, told.append)
    asked = dialog(qtbot, Question)
    assert b"mine" in path.read_bytes()
    press(qtbot, asked, "overButton")
    qtbot.waitUntil(lambda: told == [True], timeout=LONG)
    assert b"<open>false</open>" in path.read_bytes() and not pane.document.is_dirty


def test_broken_text_is_not_saved(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "shop.xml"
    pane = opened(program, qtbot, path)
    pane.set_view("xml")
    pane.xml.put_text("<shop")
    program.files.save(pane)
    error = dialog(qtbot, ErrorDialog)
    assert "broken" in error.report.title and path.read_bytes() == SHOP
    error.accept()
    pane.undo()


EDITING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from netconf_gui.config import editing
from netconf_gui.gui.application import Program, make_application
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace

app = make_application(["test"])
program = Program(Workspace.open(Locations.under(Path(sys.argv[1]))), mode="light")
program.show()
program.files.open(Path(sys.argv[2]))

def edit():
    panes = program.documents.panes
    if not panes:
        QTimer.singleShot(20, edit)
        return
    document = panes[0].document
    leaf = next(document.root.iter("{urn:shop}open"))
    for value in ("false", "true", "false"):
        editing.set_text(document, leaf, value)
    panes[0].set_view("xml")
    if len(sys.argv) > 3:
        panes[0].xml.put_text("<shop><broken")
    print("edited", flush=True)

QTimer.singleShot(0, edit)
app.exec()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("typed", [False, True])
def test_what_was_edited_survives_kill_9(qtbot: QtBot, tmp_path: Path, typed: bool) -> None:
    home, path = tmp_path / "home", tmp_path / "shop.xml"
    path.write_bytes(SHOP)
    words = [sys.executable, "-c", EDITING, str(home), str(path), *(["typed"] if typed else [])]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "edited\n"
    drafts = Locations.under(home).draft_folder
    qtbot.waitUntil(lambda: any(drafts.glob("*/typed-*" if typed else "*/head.json")), timeout=LONG)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    program = Program(Workspace.open(Locations.under(home)), mode="light")
    program.show()
    asked = dialog(qtbot, ListDialog)
    assert asked.objectName() == "recoverDialog" and str(path) in asked.list.topLevelItem(0).text(0)
    press(qtbot, asked, "recoverButton")
    pane = only(program, qtbot)
    assert leaf(pane, "open").text == "false" and pane.document.is_dirty and pane.context.file == path
    if typed:
        qtbot.waitUntil(lambda: pane.xml.broken, timeout=LONG)
        assert pane.xml.editor.toPlainText() == "<shop><broken"
        pane.undo()
    else:
        pane.undo()
        assert leaf(pane, "open").text == "true"
        pane.redo()
    # one draft, the new one; it goes when there is nothing to lose any more
    qtbot.waitUntil(lambda: len(list(drafts.iterdir())) == 1, timeout=LONG)
    while pane.document.can_undo:
        pane.undo()
    qtbot.waitUntil(lambda: not list(drafts.iterdir()), timeout=LONG)
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.close_now()
    program.window.deleteLater()


def test_a_draft_goes_when_its_document_is_saved_or_discarded(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    drafts = program.workspace.locations.draft_folder
    pane = opened(program, qtbot, tmp_path / "shop.xml")
    editing.set_text(pane.document, leaf(pane, "open"), "false")
    qtbot.waitUntil(lambda: any(drafts.glob("*/head.json")), timeout=LONG)
    program.files.save(pane)
    qtbot.waitUntil(lambda: not list(drafts.iterdir()), timeout=LONG)
    editing.set_text(pane.document, leaf(pane, "open"), "true")
    qtbot.waitUntil(lambda: any(drafts.glob("*/head.json")), timeout=LONG)
    program.documents.close_page(pane)
    press(qtbot, dialog(qtbot, Question), "discardButton")
    qtbot.waitUntil(lambda: not list(drafts.iterdir()), timeout=LONG)


def test_ending_the_program_leaves_the_draft(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(program, qtbot, tmp_path / "shop.xml")
    editing.set_text(pane.document, leaf(pane, "open"), "false")
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.close_now()  # as TERM does: without asking, and before the pause is over
    (left,) = DraftFolder(program.workspace.locations.draft_folder).left()
    assert left.head.title == "shop.xml" and len(left.read().edits) == 1
    left.remove()


def test_binding_to_a_device_leaves_a_draft_to_review(
    server: DemoServer, program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    target = program.documents.panes[0]
    hostname = next(one for one in target.document.root.iter(etree.Element) if one.tag.endswith("}hostname"))
    system = hostname.getparent()
    assert system is not None
    namespace = etree.QName(system).namespace
    path = tmp_path / "wish.xml"
    path.write_text(
        f'<system xmlns="{namespace}"><hostname>pe9</hostname><nowhere>1</nowhere></system><other xmlns="urn:other"/>'
    )
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 2, timeout=LONG)
    qtbot.waitUntil(program.window.actions_.bind.isEnabled)
    program.window.actions_.bind.trigger()
    asked = dialog(qtbot, BindDialog)
    press(qtbot, asked, "compareButton")
    misfits = dialog(qtbot, ListDialog)
    texts = [misfits.list.topLevelItem(at).text(0) for at in range(misfits.list.topLevelItemCount())]
    assert len(texts) == 2 and texts[0].endswith("/nowhere") and texts[1].endswith("other")
    press(qtbot, misfits, "goButton")
    qtbot.waitUntil(lambda: program.documents.review_of(target) is not None, timeout=LONG)
    assert [entry.kind for entry in target.document.diff().entries] == ["changed"]
    assert hostname.text == "pe9" or target.document.changes() == 1
    assert target.document.undo_text == "bring wish.xml"
