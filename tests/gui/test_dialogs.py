"""Dialogs with real keys and clicks: what they say, what they refuse, what they hand over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.errors import ConnectFailed, HostKey, RpcError, RpcFailed
from netconf_gui.gui import error_report
from netconf_gui.gui.dialogs.about import AboutDialog, KeysDialog
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.dialogs.message import Choice, ErrorDialog, Question
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Segments
from netconf_gui.services.events import CredentialKind, CredentialRequest, Prompt
from netconf_gui.workspace.inventory import CredentialPolicy, Device

KEY = HostKey("core2.example.net", 830, "ssh-ed25519", "SHA256:pV3r9iQm7Zt0cJb4dHkXy2LwA8s5NfUoEgTq1RzKe6W", "AAAA")
OTHER = HostKey("core2.example.net", 830, "ssh-rsa", "SHA256:0000000000000000000000000000000000000000000", "BBBB")
ALL = (CredentialPolicy.KEYRING, CredentialPolicy.SESSION, CredentialPolicy.ASK)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.setObjectName("parent")
    qtbot.addWidget(made)
    made.show()
    return made


def opened(qtbot: QtBot, dialog: QDialog) -> None:
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)


def click(qtbot: QtBot, dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None and button.isVisible() and button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def fill(qtbot: QtBot, dialog: QDialog, name: str, text: str) -> None:
    field = dialog.findChild(QLineEdit, name)
    assert field is not None, name
    field.clear()
    qtbot.keyClicks(field, text)


def test_adding_a_device_by_typing(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeviceDialog(window, groups=["Frankfurt"], policy=CredentialPolicy.SESSION)
    opened(qtbot, dialog)
    assert dialog.objectName() == "addDeviceDialog"
    fill(qtbot, dialog, "nameField", "pe1.fra")
    fill(qtbot, dialog, "addressField", "[2001:db8::1]")
    fill(qtbot, dialog, "portField", "2022")
    fill(qtbot, dialog, "userField", "admin")
    fill(qtbot, dialog, "groupEdit", "Frankfurt")
    segments = dialog.findChild(Segments, "signInChoice")
    assert segments is not None
    qtbot.mouseClick(dialog.pages.button("sign_in"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(segments.button("key"), Qt.MouseButton.LeftButton)
    fill(qtbot, dialog, "keyField", "~/.ssh/id_ed25519")
    with qtbot.waitSignal(dialog.accepted_device) as accepted:
        click(qtbot, dialog, "acceptButton")
    device = accepted.args[0]
    assert (device.name, device.host, device.port, device.username) == ("pe1.fra", "2001:db8::1", 2022, "admin")
    assert device.group == "Frankfurt" and device.identity_files == ("~/.ssh/id_ed25519",) and not device.use_agent
    assert device.id and device.credential_policy is CredentialPolicy.SESSION


def test_an_empty_port_is_left_to_the_ssh_config(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeviceDialog(window)
    opened(qtbot, dialog)
    fill(qtbot, dialog, "addressField", "pe1.fra")
    assert "config" in dialog.connection.port.placeholderText()
    with qtbot.waitSignal(dialog.accepted_device) as accepted:
        click(qtbot, dialog, "acceptButton")
    assert accepted.args[0].port == 0
    again = DeviceDialog(window, device=accepted.args[0])
    opened(qtbot, again)
    assert again.connection.port.text() == ""
    again.reject()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "The address is empty."),
        ({"addressField": "a b"}, "has a space in it"),
        ({"addressField": "pe1.fra"}, "A device named pe1.fra exists."),
        ({"nameField": "PE1.FRA", "addressField": "192.0.2.1"}, "A device named PE1.FRA exists."),
    ],
)
def test_a_device_that_cannot_be_is_refused_in_words(
    qtbot: QtBot, window: QWidget, fields: dict[str, str], said: str
) -> None:
    dialog = DeviceDialog(window, taken=["pe1.fra"])
    opened(qtbot, dialog)
    for name, text in fields.items():
        fill(qtbot, dialog, name, text)
    click(qtbot, dialog, "acceptButton")
    assert dialog.isVisible()
    assert said in dialog.notice.text
    dialog.reject()


def test_editing_keeps_what_the_dialog_does_not_show(qtbot: QtBot, window: QWidget) -> None:
    device = Device(id="abc", name="pe1", host="pe1.example.net", note="spare", subsystem="xml", use_agent=False)
    dialog = DeviceDialog(window, device=device, taken=["pe2"])
    opened(qtbot, dialog)
    fill(qtbot, dialog, "nameField", "pe1.fra")
    assert not dialog.private.isChecked()
    dialog.private.click()
    with qtbot.waitSignal(dialog.accepted_device) as accepted:
        click(qtbot, dialog, "acceptButton")
    changed = accepted.args[0]
    assert (changed.id, changed.name, changed.note, changed.subsystem) == ("abc", "pe1.fra", "spare", "xml")
    assert changed.private_candidate
    again = DeviceDialog(window, device=changed)
    qtbot.addWidget(again)
    assert again.private.isChecked()


def test_testing_a_connection_says_how_it_went(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeviceDialog(window)
    opened(qtbot, dialog)
    fill(qtbot, dialog, "addressField", "192.0.2.1")
    with qtbot.waitSignal(dialog.test_wanted):
        click(qtbot, dialog, "testButton")
    assert not dialog.ui.testButton.isEnabled()
    dialog.show_test(False, "192.0.2.1 does not answer.")
    assert dialog.ui.testButton.isEnabled() and dialog.notice.text == "192.0.2.1 does not answer."
    dialog.reject()


def test_an_unknown_host_key_is_trusted_only_by_the_button_that_says_so(qtbot: QtBot, window: QWidget) -> None:
    dialog = HostKeyDialog(window, KEY, "core2.ams")
    opened(qtbot, dialog)
    shown = " ".join(label.text() for label in (dialog.ui.hostValue, dialog.ui.typeValue, dialog.ui.offeredValue))
    assert KEY.fingerprint in shown and "ED25519" in shown and "core2.example.net, port 830" in shown
    with qtbot.waitSignal(dialog.decided) as decided:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert decided.args == [False], "Return presses the safe button"
    again = HostKeyDialog(window, KEY, "core2.ams")
    opened(qtbot, again)
    with qtbot.waitSignal(again.decided) as decided:
        click(qtbot, again, "trustButton")
    assert decided.args == [True]


def test_a_changed_host_key_shows_both_fingerprints_and_cannot_be_trusted(qtbot: QtBot, window: QWidget) -> None:
    dialog = HostKeyDialog(window, KEY, "core2.ams", [OTHER])
    opened(qtbot, dialog)
    assert dialog.ui.offeredValue.text() == KEY.fingerprint
    assert OTHER.fingerprint in dialog.ui.knownValue.text() and dialog.ui.knownValue.isVisible()
    assert not dialog.ui.trustButton.isVisible()
    with qtbot.waitSignal(dialog.decided) as decided:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert decided.args == [False]


@pytest.mark.parametrize("known", [(), (OTHER,)])
def test_a_revoked_host_key_is_refused_as_such(qtbot: QtBot, window: QWidget, known: tuple[HostKey, ...]) -> None:
    dialog = HostKeyDialog(window, KEY, "core2.ams", known, revoked=True)
    opened(qtbot, dialog)
    assert "was revoked" in dialog.ui.titleLabel.text() and "@revoked" in dialog.ui.adviceLabel.text()
    assert not dialog.ui.trustButton.isVisible() and not dialog.ui.storeLabel.isVisible()
    assert dialog.ui.knownValue.isVisible() == bool(known)
    assert dialog.ui.refuseButton.text() == "Close"
    dialog.reject()


def request(kind: CredentialKind = CredentialKind.PASSWORD, **values: object) -> CredentialRequest:
    facts = {"device": "pe1.fra", "username": "admin", "host": "pe1.example.net", "port": 830, **values}
    return CredentialRequest(kind, **facts)  # type: ignore[arg-type]


def test_a_password_is_handed_over_with_what_becomes_of_it(qtbot: QtBot, window: QWidget) -> None:
    dialog = CredentialsDialog(
        window, request(policy=CredentialPolicy.ASK, policies=ALL, keyring_name="GNOME Keyring", attempt=1)
    )
    opened(qtbot, dialog)
    field = dialog.findChild(QLineEdit, "passwordField")
    assert field is not None and field.echoMode() is QLineEdit.EchoMode.Password
    assert dialog.ui.askChoice.isChecked()
    assert "GNOME Keyring" in dialog.ui.keyringHint.text()
    qtbot.keyClicks(field, "s3cret")
    qtbot.mouseClick(dialog.ui.keyringChoice, Qt.MouseButton.LeftButton, pos=dialog.ui.keyringChoice.rect().center())
    dialog.ui.keyringChoice.click()
    with qtbot.waitSignal(dialog.decided) as decided:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    answer = decided.args[0]
    assert (answer.secret, answer.policy) == ("s3cret", CredentialPolicy.KEYRING)
    assert "s3cret" not in repr(answer)
    assert field.text() == "", "nothing stays in the field"


def test_no_keyring_is_said_and_cannot_be_chosen(qtbot: QtBot, window: QWidget) -> None:
    reason = "No keyring service is running on this system."
    dialog = CredentialsDialog(window, request(policy=CredentialPolicy.KEYRING, keyring_reason=reason))
    opened(qtbot, dialog)
    assert not dialog.ui.keyringChoice.isEnabled()
    assert dialog.ui.keyringHint.text() == reason and dialog.ui.keyringHint.isEnabled()
    assert dialog.ui.sessionChoice.isChecked()
    with qtbot.waitSignal(dialog.decided) as decided:
        click(qtbot, dialog, "cancelButton")
    assert decided.args == [None]


def test_the_devices_own_questions_are_asked_as_it_wants(qtbot: QtBot, window: QWidget) -> None:
    prompts = (Prompt("Token: ", echo=True), Prompt("PIN: ", echo=False))
    dialog = CredentialsDialog(
        window, request(CredentialKind.INTERACTIVE, prompts=prompts, instructions="Use your token.", policies=ALL)
    )
    opened(qtbot, dialog)
    token, pin = (dialog.findChild(QLineEdit, f"prompt{at}Field") for at in (0, 1))
    assert token is not None and pin is not None
    assert token.echoMode() is QLineEdit.EchoMode.Normal and pin.echoMode() is QLineEdit.EchoMode.Password
    assert dialog.ui.instructionsLabel.text() == "Use your token."
    assert not dialog.ui.keyringChoice.isVisible(), "one-time codes are not kept"
    qtbot.keyClicks(token, "123456")
    qtbot.keyClicks(pin, "42")
    with qtbot.waitSignal(dialog.decided) as decided:
        click(qtbot, dialog, "acceptButton")
    assert decided.args[0].answers == ("123456", "42")


def test_a_question_answers_with_its_key_or_nothing(qtbot: QtBot, window: QWidget) -> None:
    choices = [Choice("discard", "Discard", "danger"), Choice("save", "Save…", "primary")]
    first = Question(window, "Save the changes?", "3 changes.", choices)
    opened(qtbot, first)
    with qtbot.waitSignal(first.answered) as answered:
        click(qtbot, first, "discardButton")
    assert answered.args == ["discard"]
    second = Question(window, "Save the changes?", "3 changes.", choices)
    opened(qtbot, second)
    with qtbot.waitSignal(second.answered) as answered:
        qtbot.keyClick(second, Qt.Key.Key_Escape)
    assert answered.args == [""]


def test_an_error_shows_state_and_advice_and_copies_without_secrets(qtbot: QtBot, window: QWidget) -> None:
    errors = [RpcError(tag="access-denied", message="<password>hunter2</password> refused", path="/system")]
    error = RpcFailed("The device refused.", errors, state="Nothing has changed.", advice="Ask for access.")
    dialog = ErrorDialog(window, error_report.describe(error))
    opened(qtbot, dialog)
    assert dialog.ui.titleLabel.text() == "The device refused."
    assert dialog.ui.subtitleLabel.text() == "Nothing has changed. Ask for access."
    assert not dialog.ui.detailsText.isVisible()
    click(qtbot, dialog, "detailsButton")
    assert dialog.ui.detailsText.isVisible()
    click(qtbot, dialog, "copyButton")
    copied = QGuiApplication.clipboard().text()
    assert "access-denied" in copied and "hunter2" not in copied
    dialog.reject()


def test_about_and_keys(qtbot: QtBot, window: QWidget) -> None:
    about = AboutDialog(window, ["Settings in /somewhere"])
    opened(qtbot, about)
    assert "PySide6-Essentials" in about.ui.versionsText.toPlainText()
    assert "/somewhere" in about.ui.versionsText.toPlainText()
    about.accept()
    act = QAction("&Validate", window)
    act.setShortcut("F7")
    keys = KeysDialog(window, [act, QAction("No keys", window)])
    opened(qtbot, keys)
    assert keys.ui.keysList.topLevelItemCount() == 1
    assert keys.ui.keysList.topLevelItem(0).text(1) == "F7"
    qtbot.keyClicks(keys.ui.filterField, "nothing")
    assert keys.ui.keysList.topLevelItem(0).isHidden()
    keys.accept()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("<password>abc</password>", "abc"),
        ('<sys:secret xmlns:sys="x">abc</sys:secret>', "abc"),
        ("password='abc def'", "abc def"),
        ("community: abc", "abc"),
        ("$6$salt$abcdef", "abcdef"),
    ],
)
def test_masking(text: str, gone: str) -> None:
    assert gone not in error_report.mask(text)


def test_an_unexpected_error_says_what_to_do_and_where_it_was() -> None:
    try:
        raise ValueError("token=abcdef")
    except ValueError as error:
        report = error_report.describe(error, doing="loading running")
    assert "while loading running" in report.title
    assert "ValueError" in report.details and "abcdef" not in report.details.split("ValueError: ")[-1]
    known = error_report.describe(ConnectFailed("pe1 does not answer.", advice="Check the address."))
    assert (known.title, known.text) == ("pe1 does not answer.", "Check the address.")


@pytest.mark.parametrize("px", [13, 17])
def test_a_long_text_is_seen_whole(qtbot: QtBot, window: QWidget, px: int) -> None:
    theme().apply(font_px=px)
    text = "\n".join(f"setting.{number} is not a setting; it is kept but does nothing at all." for number in range(8))
    asked = Question(window, "Some settings were not read", text, [Choice("close", "Close", "primary")])
    opened(qtbot, asked)
    label = asked.ui.subtitleLabel
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert label.heightForWidth(label.width()) > 7 * label.fontMetrics().height()
    assert asked.ui.titleLabel.geometry().bottom() <= label.geometry().top()
    asked.reject()
