"""The commit guard in the window: options, the countdown, deciding with mouse and keyboard, closing meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.gui.application import Program
from netconf_gui.gui.demo_device import DEMO_ID
from netconf_gui.gui.dialogs.apply_options import ApplyOptionsDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.panes.guard_banner import clock
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.profiles import STANDARD
from netconf_gui.services.deploy import DeployOptions, strategy
from netconf_gui.services.events import GuardEvent, GuardState
from netconf_gui.workspace.apply_choices import ApplyChoice, ApplyChoices
from tests.gui.whole import LONG, dialog, press, shown

CAPABILITY = "urn:ietf:params:netconf:capability:"


class FakeControl:
    """What is decided, instead of a job that waits."""

    def __init__(self) -> None:
        self.decided: list[str] = []

    def confirm(self) -> None:
        self.decided.append("confirm")

    def roll_back(self) -> None:
        self.decided.append("roll-back")

    def leave(self) -> None:
        self.decided.append("leave")


def waiting(seconds: int = 120, *, persist_id: str = "7f3a", by_person: bool = True) -> GuardEvent:
    return GuardEvent(GuardState.WAITING, seconds, time.time() + seconds, persist_id, by_person, "The change is live.")


def over(state: GuardState = GuardState.CONFIRMED) -> GuardEvent:
    return GuardEvent(state, 120, 0.0, "7f3a", by_person=True)


# ------------------------------------------------------------------------------------------------- the countdown


@pytest.mark.parametrize(
    ("seconds", "shown_as"),
    [(0, "00:00"), (-5, "00:00"), (0.2, "00:01"), (107, "01:47"), (3600, "1:00:00"), (3723, "1:02:03")],
)
def test_the_time_left_as_people_read_it(seconds: float, shown_as: str) -> None:
    assert clock(seconds) == shown_as


def test_a_countdown_is_everywhere_and_goes_when_it_is_over(program: Program, qtbot: QtBot) -> None:
    control, guarding, window = FakeControl(), program.guarding, program.window
    assert not window.guard_banner.isVisible() and not window.actions_.confirm_commit.isEnabled()
    guarding.take("a", "pe1.fra", control, waiting(107))
    row = window.guard_banner.rows["a"]
    assert row.isVisible() and "pe1.fra" in row.title.text() and "you confirm" in row.title.text()
    assert row.time.text() in ("01:47", "01:46") and row.time.property("state") != "error"
    assert window.status.guard.text.startswith("Guard: rolls back in 01:4")
    assert "pe1.fra goes back" in program.apply_pane.countdown.text
    for name in ("confirmButton", "rollBackButton"):
        button = row.findChild(QPushButton, name)
        assert button is not None and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert "pe1.fra" in button.accessibleName()
    # whatever is in front, it stays
    program.show_start()
    assert row.isVisible()
    guarding.take("a", "pe1.fra", control, over())
    assert not window.guard_banner.isVisible() and not window.status.guard.isVisible()
    assert not program.apply_pane.countdown.isVisible() and not window.actions_.roll_back.isEnabled()


def test_little_time_is_told_by_more_than_colour(program: Program) -> None:
    program.guarding.take("a", "pe1.fra", FakeControl(), waiting(20))
    row = program.window.guard_banner.rows["a"]
    assert row.time.property("state") == "error" and row.time.text() in ("00:20", "00:19")
    assert row.findChild(QLabel, "guardIcon").pixmap() is not None
    program.guarding.end("a")


def test_the_keys_decide_the_most_urgent_first(program: Program, qtbot: QtBot) -> None:
    late, soon = FakeControl(), FakeControl()
    program.guarding.take("late", "core1.ams", late, waiting(300))
    program.guarding.take("soon", "pe1.fra", soon, waiting(60))
    window = program.window
    assert len(window.guard_banner.rows) == 2
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_Z, modifiers)
    assert soon.decided == ["roll-back"] and not late.decided
    assert not window.guard_banner.rows["soon"].confirm.isEnabled(), "it is decided"
    qtbot.keyClick(window, Qt.Key.Key_Y, modifiers)
    assert late.decided == ["confirm"] and soon.decided == ["roll-back"]
    program.guarding.confirm("soon")
    assert soon.decided == ["roll-back"], "the first decision counts"
    program.guarding.end("soon")
    program.guarding.end("late")


def test_the_task_bar_calls_when_the_window_is_not_in_front(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr(QApplication, "alert", lambda window, *_: called.append(window))
    monkeypatch.setattr(program.window, "isActiveWindow", lambda: False)
    program.guarding.take("a", "pe1.fra", FakeControl(), waiting(120))
    assert called == [program.window]
    program.guarding.end("a")


def test_the_program_confirming_by_itself_does_not_shake_the_window(program: Program, qtbot: QtBot) -> None:
    program.guarding.take("a", "pe1.fra", FakeControl(), waiting(60, by_person=False))
    assert not program.window.guard_banner.isVisible(), "most of the time it takes no second"
    assert program.window.status.guard.text
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    program.guarding.end("a")


def test_closing_asks_what_becomes_of_it(program: Program, qtbot: QtBot) -> None:
    control = FakeControl()
    program.guarding.take("a", "pe1.fra", control, waiting())
    program.window.close()
    question = dialog(qtbot, Question)
    assert question.objectName() == "guardCloseQuestion" and "pe1.fra" in question.ui.titleLabel.text()
    assert "next start" in question.ui.subtitleLabel.text()
    press(qtbot, question, "stayButton")
    qtbot.waitUntil(lambda: shown(Question) is None)
    assert not control.decided and program.window.isVisible()
    program.window.close()
    press(qtbot, dialog(qtbot, Question), "leaveButton")
    qtbot.waitUntil(lambda: control.decided == ["leave"])
    assert program.window.isVisible(), "not before the job has let go"
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.guarding.end("a")


def test_what_ends_with_the_window_cannot_be_left_pending(program: Program, qtbot: QtBot) -> None:
    program.guarding.take(DEMO_ID, "Demo device", FakeControl(), waiting())
    program.window.close()
    question = dialog(qtbot, Question)
    assert "ends with this window" in question.ui.subtitleLabel.text()
    assert question.findChild(QPushButton, "leaveButton") is None
    program.guarding.end(DEMO_ID)
    qtbot.waitUntil(lambda: shown(Question) is None)


def test_a_guard_that_ends_with_its_session_is_told_so(program: Program, qtbot: QtBot) -> None:
    program.guarding.take("a", "pe1.fra", FakeControl(), waiting(persist_id=""))
    program.window.close()
    question = dialog(qtbot, Question)
    assert "ends with the session" in question.ui.subtitleLabel.text()
    program.guarding.end("a")  # decided elsewhere meanwhile
    qtbot.waitUntil(lambda: shown(Question) is None)
    assert not program.closing.begun, "nobody has answered"


# --------------------------------------------------------------------------------------------------- the options


def able(*names: str) -> Capabilities:
    return Capabilities(["urn:ietf:params:netconf:base:1.1", *(CAPABILITY + name for name in names)])


ALL = ("candidate:1.0", "confirmed-commit:1.1", "validate:1.1", "startup:1.0", "writable-running:1.0")


@pytest.fixture
def options(qtbot: QtBot) -> Iterator[object]:
    made: list[ApplyOptionsDialog] = []

    def make(capabilities: Capabilities, choice: ApplyChoice | None = None) -> ApplyOptionsDialog:
        def describe(wanted: ApplyChoice) -> tuple[str, ...]:
            how = DeployOptions(
                datastore=wanted.datastore,  # type: ignore[arg-type]
                confirm_seconds=wanted.guard_seconds or None,
                save_startup=wanted.save_startup,
            )
            return strategy(capabilities, STANDARD, how).notes

        shown_ = ApplyOptionsDialog(None, "pe1", "1 change.", capabilities, choice or ApplyChoice(), describe)
        made.append(shown_)
        shown_.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(shown_)
        shown_.show()
        qtbot.waitExposed(shown_)
        return shown_

    yield make


def test_options_say_what_will_happen(options, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    asked = options(able(*ALL), ApplyChoice(save_startup=True))
    assert asked.startup.isChecked() and "copied to startup" in asked.notes.text()
    before = asked.notes.text()
    qtbot.mouseClick(asked.guard, Qt.MouseButton.LeftButton, pos=asked.guard.rect().center() * 0.1)
    assert asked.choice.guard_seconds == 120 and asked.notes.text() != before and "120" in asked.notes.text()
    asked.confirm_by.choose("person")
    asked.policy.choose("tolerant")
    with qtbot.waitSignal(asked.chosen) as chosen:
        qtbot.mouseClick(asked.apply_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [ApplyChoice("candidate", 120, "person", "tolerant", save_startup=True), True]


def test_what_a_device_cannot_do_is_explained(options) -> None:  # type: ignore[no-untyped-def]
    asked = options(able("writable-running:1.0"), ApplyChoice(guard_seconds=60, save_startup=True))
    assert asked.datastore.currentData() == "running" and not asked.guard.isEnabled()
    assert "no candidate" in asked.findChild(QLabel, "datastoreHint").text()
    assert "no commit" in asked.guard_hint.text() and not asked.startup.isEnabled()
    assert "no startup" in asked.findChild(QLabel, "startupHint").text()
    assert asked.choice.guard_seconds == 0 and not asked.choice.save_startup
    asked = options(able("candidate:1.0"))
    assert "does not offer confirmed commits" in asked.guard_hint.text()
    asked = options(able("candidate:1.0", "confirmed-commit:1.0"))
    assert "session is lost" in asked.guard_hint.text()


def test_what_cannot_be_done_at_all_cannot_be_applied(options) -> None:  # type: ignore[no-untyped-def]
    asked = options(able())
    assert not asked.apply_button.isEnabled() and asked.notice.isVisible()
    assert "neither a candidate nor a writable running" in asked.notice.text


def test_choices_are_kept_by_device(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "choices.json"
    kept = ApplyChoices(file)
    kept.remember("a", ApplyChoice(guard_seconds=60, policy="tolerant"))
    kept.remember("b", ApplyChoice(save_startup=True))
    again = ApplyChoices(file)
    assert again.of("a") == ApplyChoice(guard_seconds=60, policy="tolerant") and again.of("c") is None
    again.forget("a")
    assert ApplyChoices(file).of("a") is None
    file.write_text('{"a": {"guard_seconds": "x"}, "b": {"datastore": "startup"}, "c": {"policy": "strict"}, "d": 1}')
    odd = ApplyChoices(file)
    assert [odd.of(key) for key in "abd"] == [None, None, None] and odd.of("c") == ApplyChoice()
    file.write_text("{")
    assert ApplyChoices(file).of("c") is None
