"""Single operations from the menu: offered by what the device has, asked with what is lost, done, told."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from netconf_gui.config.edits import SetValue
from netconf_gui.config.path import InstancePath
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import ConfigError
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.message import ErrorDialog
from netconf_gui.gui.dialogs.operation import URL, OperationDialog
from netconf_gui.gui.operation_forms import FORMS, Situation
from netconf_gui.protocol.capabilities import CAPABILITY, Capabilities
from netconf_gui.services.datastore_jobs import Configuration
from tests.gui.whole import LONG, add, connect, dialog

NAME = "/netconf-gui-demo:vlans/vlan[id='10']/name"


@pytest.fixture
def device(program: Program, qtbot, server: DemoServer):
    made = add(program, server)
    connect(qtbot, program, made)
    qtbot.waitUntil(lambda: program.operations.actions["copyConfig"].isEnabled(), timeout=LONG)
    return made


def ask(program: Program, qtbot, name: str) -> OperationDialog:
    program.operations.actions[name].trigger()
    return dialog(qtbot, OperationDialog)


def choose(asked: OperationDialog, field: str, words: str) -> None:
    combo = asked.findChild(QComboBox, f"{field}Field")
    at = next(at for at in range(combo.count()) if words in combo.itemText(at))
    combo.setCurrentIndex(at)


def send(program: Program, qtbot, asked: OperationDialog) -> None:
    with qtbot.waitSignal(program.operations.done, timeout=LONG):
        asked.findChild(QPushButton, "operationButton").click()


def names(server: DemoServer, datastore: str = "running") -> list[str]:
    with server.device.lock:
        return [node.text for node in server.device.datastores.read(datastore).iterfind(".//{*}vlan/{*}name")]


def rename(program: Program, text: str) -> None:
    document = program.documents.panes[0].document
    document.apply(SetValue(InstancePath.parse(NAME, document.schema), text))


def test_a_copy_to_a_file_and_its_end(program, qtbot, device, server):
    asked = ask(program, qtbot, "copyConfig")
    assert "startup holds now is replaced" in asked.notice.text and asked.act.property("role") == "danger"
    choose(asked, "target", "URL")
    line = asked.findChild(QLineEdit, "targetUrl")
    assert line.isVisible() and not asked.act.isEnabled() and "file://" in asked.notice.text
    line.setText("ftp://elsewhere/x")
    assert not asked.act.isEnabled(), "not a scheme of this device"
    line.setText("file:///copy.xml")
    assert asked.act.isEnabled()
    send(program, qtbot, asked)
    assert server.device.files.names == ("copy.xml",)
    asked = ask(program, qtbot, "deleteConfig")
    choose(asked, "target", "URL")
    asked.findChild(QLineEdit, "targetUrl").setText("file:///copy.xml")
    assert "is gone afterwards" in asked.notice.text
    send(program, qtbot, asked)
    assert server.device.files.names == ()


def test_the_changes_of_a_document_are_sent_as_they_are(program, qtbot, device, server):
    rename(program, "desks")
    program.operations.follow()
    asked = ask(program, qtbot, "editConfig")
    choose(asked, "source", "The changes of the document")
    choose(asked, "target", "Candidate")
    choose(asked, "test", "test-then-set")
    send(program, qtbot, asked)
    assert "desks" in names(server, "candidate") and "desks" not in names(server)
    asked = ask(program, qtbot, "commitCandidate")
    choose(asked, "kind", "On probation")
    assert "unless a second commit" in asked.notice.text
    send(program, qtbot, asked)
    assert "desks" in names(server)
    send(program, qtbot, ask(program, qtbot, "cancelCommit"))
    assert "desks" not in names(server)
    assert program.documents.panes[0].document.is_dirty, "a draft is kept"


def test_what_candidate_holds_is_discarded_after_a_question(program, qtbot, device, server):
    rename(program, "desks")
    program.operations.follow()
    asked = ask(program, qtbot, "editConfig")
    choose(asked, "way", "edit-data")
    choose(asked, "target", "Candidate")
    send(program, qtbot, asked)
    assert "desks" in names(server, "candidate")
    asked = ask(program, qtbot, "discardChanges")
    assert "are lost, also those of others" in asked.notice.text
    assert not asked.act.isDefault(), "Return does not destroy"
    send(program, qtbot, asked)
    assert "desks" not in names(server, "candidate")


def test_a_document_is_validated_by_the_device(program, qtbot, device, server):
    asked = ask(program, qtbot, "validateOnDevice")
    assert not asked.notice.isVisible() and asked.act.property("role") == "primary"
    choose(asked, "source", "All of the document")
    send(program, qtbot, asked)
    rename(program, "quarantine")  # another VLAN has that name
    asked = ask(program, qtbot, "validateOnDevice")
    choose(asked, "source", "All of the document")
    send(program, qtbot, asked)
    refused = dialog(qtbot, ErrorDialog)
    assert "Unique data" in refused.report.details
    refused.accept()


def test_a_part_is_locked_by_path(program, qtbot, device, server):
    pane = program.documents.panes[0]
    pane.jump("/netconf-gui-demo:vlans/vlan[id='10']")
    asked = ask(program, qtbot, "lockParts")
    text = asked.findChild(QPlainTextEdit, "pathsField")
    assert text.toPlainText() == "/netconf-gui-demo:vlans/vlan[id='10']"
    text.setPlainText("/nonsense:x")
    assert not asked.act.isEnabled()
    text.setPlainText("/netconf-gui-demo:vlans/vlan[id='10']\n//netconf-gui-demo:vlan[netconf-gui-demo:id > 20]")
    send(program, qtbot, asked)
    with server.device.lock:
        (lock,) = server.device.partial_locks
    assert len(lock.nodes) >= 2


def test_locks_of_whole_datastores(program, qtbot, device, server):
    for name, held in (("lockDatastore", 1), ("unlockDatastore", None)):
        asked = ask(program, qtbot, name)
        choose(asked, "target", "Running")
        send(program, qtbot, asked)
        with server.device.lock:
            assert (server.device.locks.holder("running") is None) is (held is None)


def test_nothing_is_offered_without_a_device(program, qtbot):
    assert not any(action.isEnabled() for action in program.operations.actions.values())
    assert not program.operations.menu.menuAction().isEnabled()


# what is offered


def here(*names: str) -> Situation:
    able = Capabilities(["urn:ietf:params:netconf:base:1.0", *(CAPABILITY + name for name in names)])
    stores = ("running", *(name.split(":")[0] for name in names if name.startswith(("candidate", "startup"))))
    return Situation("pe1", able, stores)


@pytest.mark.parametrize(
    ("form", "capability"),
    [
        ("validateOnDevice", "validate:1.1"),
        ("commitCandidate", "candidate:1.0"),
        ("discardChanges", "candidate:1.0"),
        ("cancelCommit", "confirmed-commit:1.1"),
        ("lockParts", "partial-lock:1.0"),
        ("deleteConfig", "startup:1.0"),
        ("copyConfig", "startup:1.0"),
        ("editConfig", "candidate:1.0"),
    ],
)
def test_a_reason_where_something_is_not_offered(form, capability):
    assert FORMS[form](here()).no.endswith(".")
    offered = here(capability)
    if form == "editConfig":
        offered = Situation("pe1", offered.offered, offered.datastores, whole=Configuration("x", b""))
    assert not FORMS[form](offered).no


def test_urls_only_of_schemes_that_are_offered():
    copy = FORMS["copyConfig"](here("url:1.0?scheme=ftp,sftp", "startup:1.0"))
    assert all(value is URL for field in copy.fields for words, value in field.options if "URL" in words)
    assert copy.fields[0].schemes == ("ftp", "sftp")
    assert not any(
        "URL" in words for field in FORMS["copyConfig"](here("startup:1.0")).fields for words, _ in field.options
    )


def test_what_cannot_be_is_said_before_it_is_sent():
    copy = FORMS["copyConfig"](here("startup:1.0"))
    with pytest.raises(ConfigError, match="the same"):
        copy.make({"source": "running", "target": "running"})
    edit = FORMS["editConfig"](
        Situation("pe1", here("candidate:1.0").offered, ("running", "candidate"), whole=Configuration("x", b""))
    )
    with pytest.raises(ConfigError, match="no test option"):
        edit.make({"source": "x", "target": "candidate", "way": "edit-data", "default": "", "test": "set", "error": ""})
