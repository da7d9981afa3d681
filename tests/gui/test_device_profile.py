"""The profile page of the device dialog: chosen by itself or by hand, quirks switched and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from netconf_gui.gui.dialogs.apply_options import ApplyOptionsDialog
from netconf_gui.gui.dialogs.device_profile import SWITCHABLE, ProfilePage
from netconf_gui.protocol.capabilities import CAPABILITY, Capabilities
from netconf_gui.protocol.profiles import PROFILES, Choice, profile_named
from netconf_gui.workspace.apply_choices import ApplyChoice
from netconf_gui.workspace.inventory import Device, replace

BOX = Device("box1", "box", "192.0.2.1", 830, "demo")
SEEN = Choice(profile_named("junos"), "Its hello names http://xml.juniper.net/netconf/junos/1.0.")


@pytest.fixture
def page(qtbot: QtBot) -> ProfilePage:
    made = ProfilePage()
    qtbot.addWidget(made)
    made.resize(560, 480)
    made.show()
    return made


def box(page: ProfilePage, name: str) -> QCheckBox:
    found = page.findChild(QCheckBox, f"quirk-{name}")
    assert isinstance(found, QCheckBox)
    return found


def test_a_new_device_has_none(page: ProfilePage) -> None:
    page.show(BOX)
    assert page.values() == {"profile": "", "quirks": ()}
    assert page.title.text() == "Quirks: none on"
    assert "with the next connection" in page.why.text()
    assert not page.reset.isEnabled()
    assert page.problem() == ""
    assert page.profile.count() == len(PROFILES) + 2
    assert len(page.findChildren(QCheckBox)) == len(SWITCHABLE)
    for quirk in SWITCHABLE:
        reason = page.findChild(QLabel, f"quirkReason-{quirk.name}")
        assert isinstance(reason, QLabel) and reason.text() == quirk.reason


def test_what_the_hello_shows_is_on(page: ProfilePage) -> None:
    page.show(BOX)
    page.show_choice(SEEN)
    assert page.why.text() == f"Juniper Junos OS. {SEEN.why}"
    assert "Warnings come as rpc-errors" in page.notes.text()
    assert box(page, "nested-errors").isChecked() and not box(page, "nul-bytes").isChecked()
    assert page.findChildren(QCheckBox)[0].isChecked(), "those that are on come first"
    assert page.values() == {"profile": "", "quirks": ()}


def test_a_profile_that_was_forced_says_nothing_about_the_hello(page: ProfilePage) -> None:
    page.show(replace(BOX, profile="huawei"))
    page.show_choice(Choice(profile_named("huawei"), "Chosen by hand for this device.", by_hello=False))
    page.profile.setCurrentIndex(0)
    assert "with the next connection" in page.why.text()
    assert not box(page, "nul-bytes").isChecked()


def test_switching_by_hand_and_back(page: ProfilePage, qtbot: QtBot) -> None:
    page.show(BOX)
    page.show_choice(SEEN)
    box(page, "nested-errors").setFocus()
    qtbot.keyClick(box(page, "nested-errors"), Qt.Key.Key_Space)
    box(page, "nul-bytes").click()
    assert page.values()["quirks"] == ("-nested-errors", "nul-bytes")
    assert page.title.text().endswith("2 switched by hand")
    box(page, "nul-bytes").click()
    assert page.values()["quirks"] == ("-nested-errors",)
    page.reset.click()
    assert page.values()["quirks"] == ()
    assert box(page, "nested-errors").isChecked()


def test_a_profile_by_hand(page: ProfilePage) -> None:
    page.show(BOX)
    page.profile.setCurrentIndex(page.profile.findData("huawei"))
    assert page.values() == {"profile": "huawei", "quirks": ()}
    assert box(page, "nul-bytes").isChecked()
    assert "Whatever the hello shows" in page.why.text()


def test_what_a_device_has_is_shown_and_kept(page: ProfilePage) -> None:
    kept = replace(BOX, profile="ios-xe", quirks=("-lock-retry", "plain-elements", "of-the-future"))
    page.show(kept)
    assert page.profile.currentText() == "Cisco IOS XE"
    assert box(page, "plain-elements").isChecked() and not box(page, "lock-retry").isChecked()
    assert replace(kept, **page.values()) == kept
    page.show(replace(BOX, profile="of-a-newer-program"))
    assert page.values()["profile"] == ""


def test_apply_asks_for_what_the_device_keeps_with_a_commit(qtbot: QtBot) -> None:
    candidate = Capabilities([f"{CAPABILITY}candidate:1.0", f"{CAPABILITY}writable-running:1.0"])
    seen: list[ApplyChoice] = []

    def describe(choice: ApplyChoice) -> list[str]:
        seen.append(choice)
        return []

    made = ApplyOptionsDialog(
        None, "xr1", "1 change.", candidate, ApplyChoice(), describe, profile=profile_named("ios-xr")
    )
    qtbot.addWidget(made)
    made.words["comment"].setText(" moved ")
    made.words["label"].setText("MOON1")
    assert (seen[-1].comment, seen[-1].label) == ("moved", "MOON1")
    made.datastore.setCurrentIndex(1)
    assert not made.words["comment"].isEnabled()
    plain = ApplyOptionsDialog(None, "x", "1 change.", candidate, ApplyChoice(), describe)
    qtbot.addWidget(plain)
    assert plain.words == {} and not plain.startup.isEnabled()
    xe = ApplyOptionsDialog(None, "x", "1 change.", candidate, ApplyChoice(), describe, profile=profile_named("ios-xe"))
    qtbot.addWidget(xe)
    assert xe.startup.isEnabled() and xe.startup.text() == "Keep running at the end"
