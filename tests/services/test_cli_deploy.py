"""Applies to the demo router: commands under a lock, others at work meanwhile, refusals by command, losses, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.faults import Action, Fault, Faults
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import CapabilityMissing, MessageTooLarge, Outcome, Stage, TransportError
from netconf_gui.protocol import operations
from netconf_gui.services.cli_change import CliReport, cli_strategy, plan_texts
from netconf_gui.services.cli_deploy import cli_deploy
from netconf_gui.services.cli_lock import LockKeeper
from netconf_gui.services.cli_trees import as_tree, unwrapped
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import StageEvent, StageState, Wait
from netconf_gui.session.cli import limits_of, read_text, save_running, send_commands
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import PASSWORD, Box, eventually

QUICK = DeployOptions(reconnect_attempts=40, reconnect_pause=0.05, cleanup_timeout=10.0, commit_timeout=30.0)


class Router(Box):
    """The demo router behind SSH."""

    @property
    def device(self) -> CiscoDevice:  # type: ignore[override]
        device = self.server.device
        assert isinstance(device, CiscoDevice)
        return device

    def left_behind(self) -> list[str]:
        return ["lock"] if self.device.lock_holder else []

    def apply(self, *changes: tuple[str, str], **more: object) -> CliReport:
        session = more.pop("session", None) or self.connect()
        base = more.pop("base", None) or read_text(session)  # type: ignore[arg-type]
        mine = str(base)
        for old, new in changes:
            assert old in mine, old
            mine = mine.replace(old, new, 1)
        given = {
            "options": QUICK,
            "journal": JournalFolder(self.workspace.locations.journal_folder),
            "reconnect": self.connect,
        }
        return cli_deploy(session, base=str(base), mine=mine, **{**given, **more})  # type: ignore[arg-type]


@pytest.fixture
def router_of(workspace: Workspace, tmp_path: Path) -> Iterator[Callable[..., Router]]:
    made: list[Router] = []

    def make(model: str = "cisco-ios", *faults: Fault) -> Router:
        server = DemoServer(
            CiscoDevice(model), host_key=tmp_path / "host_key", password=PASSWORD, faults=Faults(list(faults))
        )
        made.append(Router(server.start(), workspace))
        return made[-1]

    yield make
    for router in made:
        router.close()


@pytest.fixture
def router(router_of: Callable[..., Router]) -> Router:
    return router_of()


DESCRIPTION = (" description test456\n", " description by us\n")
HOSTNAME = ("hostname demo-router\n", "hostname r2\n")


def stages(report: CliReport) -> list[Stage]:
    return [event.stage for event in report.stages]


def test_a_change_goes_through_all_stages_and_is_read_back(router: Router) -> None:
    events: list[object] = []
    report = router.apply(DESCRIPTION, HOSTNAME, on_event=events.append)
    assert report.outcome is Outcome.APPLIED, report.text
    assert report.ok
    assert stages(report) == [
        Stage.PRECHECK,
        Stage.LOCK,
        Stage.COMPARE,
        Stage.EDIT,
        Stage.READBACK,
        Stage.UNLOCK,
    ]
    assert report.text == "2 commands applied to the device. Read back as sent. Startup was not written."
    assert "description by us" in router.device.text
    assert "hostname r2" not in router.device.startup_text
    assert report.verdicts == (2, 2)
    router.assert_clean()
    assert not JournalFolder(router.workspace.locations.journal_folder).unfinished()
    notes = next(
        event for event in events if isinstance(event, StageEvent) and event.text.startswith("2 commands go to")
    )
    assert "there is no candidate" in notes.text
    assert "opposite commands only" in notes.text


def test_what_was_sent_are_commands_in_one_edit_with_rollback(router: Router) -> None:
    session = router.connect()
    router.apply(DESCRIPTION, session=session)
    found = {entry.direction: entry for entry in session.wire.entries() if entry.operation == "edit-config"}
    edit, answer = found["out"], found["in"]
    commands = "<cmd>interface Loopback113</cmd><cmd>description by us</cmd><cmd>exit</cmd>"
    assert f"<cli-config-data>{commands}</cli-config-data></config>" in edit.text
    assert "<error-option>rollback-on-error</error-option>" in edit.text
    assert "blank between two attributes" in answer.note
    assert "Backslashes" in answer.note


def test_a_banner_goes_as_a_block_and_startup_is_written(router: Router) -> None:
    report = router.apply((" ! Nothing here is real.\n", " Two\n lines\n"), options=replace(QUICK, save_startup=True))
    assert report.outcome is Outcome.APPLIED, report.text
    assert Stage.STARTUP in stages(report)
    assert " Two\n lines" in router.device.startup_text


def test_a_refused_command_is_named_and_nothing_has_changed(router: Router) -> None:
    before = router.device.text
    report = router.apply(HOSTNAME, (" no ip address\n load-interval", " ip address 192.0.2.1\n load-interval"))
    assert report.outcome is Outcome.UNCHANGED
    assert router.device.text == before
    [refused] = report.refused
    assert (refused.number, refused.command) == (3, "ip address 192.0.2.1")
    assert "Command 3, “ip address 192.0.2.1”: % Incomplete command." in report.text
    assert "Nothing has changed. Your draft is kept." in report.text
    assert report.inverse == ""
    router.assert_clean()


def test_the_detailed_shape_is_told_the_same_way(router: Router) -> None:
    router.device.type("netconf detailed-error")
    report = router.apply((" no ip address\n load-interval", " ip address 192.0.2.1\n load-interval"))
    assert [(one.number, one.command) for one in report.refused] == [(2, "ip address 192.0.2.1")]


def test_without_rollback_what_is_there_can_be_taken_back(router: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    from netconf_gui.demo import cisco_text

    monkeypatch.setattr(
        cisco_text, "CAPABILITIES", tuple(uri for uri in cisco_text.CAPABILITIES if "rollback" not in uri)
    )
    report = router.apply(HOSTNAME, (" no ip address\n load-interval", " ip address 192.0.2.1\n load-interval"))
    assert report.outcome is Outcome.UNKNOWN
    assert "hostname r2" in router.device.text
    assert "A part of the change is there" in report.text
    assert "The commands that take it back are offered" in report.text
    assert report.inverse == "hostname demo-router\n"


def test_what_others_did_elsewhere_stays_and_where_we_did_ends_it(router: Router) -> None:
    session = router.connect()
    base = read_text(session)
    router.device.type("interface Loopback0", "description theirs")
    report = router.apply(DESCRIPTION, base=base, session=session)
    assert report.outcome is Outcome.APPLIED, report.text
    assert "Others had changed 1 command elsewhere; that stays." in report.text
    assert "description theirs" in router.device.text
    router.device.type("interface Loopback113", "description theirs too")
    report = router.apply(DESCRIPTION, base=base, session=session)
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.COMPARE
    assert "description theirs too" in report.error.message
    assert b"theirs too" in report.theirs
    report = router.apply(DESCRIPTION, base=base, session=session)
    router.assert_clean()


def test_what_is_there_already_needs_nothing(router: Router) -> None:
    session = router.connect()
    base = read_text(session)
    router.device.type("interface Loopback113", "description by us")
    report = router.apply(DESCRIPTION, base=base, session=session)
    assert report.outcome is Outcome.UNCHANGED
    assert report.ok
    assert "holds all of it already" in report.text


def test_a_held_lock_names_its_holder_and_can_be_waited_for(router: Router) -> None:
    other = router.connect()
    other.call(operations.lock("running"))
    report = router.apply(DESCRIPTION)
    assert report.outcome is Outcome.UNCHANGED
    assert report.holder is not None
    assert report.holder.session_id == other.session_id
    router.device.type("netconf lock-time 1")
    report = router.apply(DESCRIPTION, options=replace(QUICK, when_locked=lambda _holder: Wait(15.0)))
    assert report.outcome is Outcome.APPLIED, "the lock ended by itself"


def test_a_low_privilege_level_is_explained(router: Router) -> None:
    report = router.apply(DESCRIPTION, session=router.connect("guest"))
    assert report.outcome is Outcome.UNCHANGED
    assert "needs privilege level 15" in report.text
    assert report.error is not None
    assert report.error.stage is Stage.LOCK


def test_a_connection_that_is_lost_in_the_edit_is_found_out_about(router_of: Callable[..., Router]) -> None:
    router = router_of("cisco-ios", Fault("edit-config", Action.DROP, "after"))
    report = router.apply(DESCRIPTION)
    assert report.outcome is Outcome.APPLIED, report.text
    assert "Reconnected and compared: the change is applied." in report.text
    router.arm(Fault("edit-config", Action.DROP, "before"))
    report = router.apply(HOSTNAME)
    assert report.outcome is Outcome.UNCHANGED
    assert "Reconnected and compared: nothing has changed." in report.text
    router.arm(Fault("edit-config", Action.DROP, "after"))
    report = router.apply(HOSTNAME, reconnect=None)
    assert report.outcome is Outcome.UNKNOWN
    assert report.inverse == "hostname demo-router\n"


def test_an_ok_that_is_not_true_is_told(router: Router) -> None:
    router.arm(Fault("edit-config", Action.LIE))
    report = router.apply(DESCRIPTION)
    assert report.outcome is Outcome.UNCHANGED
    assert "said ok, but that was not true" in report.text


def test_a_cancel_before_the_edit_changes_nothing(router: Router) -> None:
    cancel = CancelToken()

    def watch(event: object) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.COMPARE and event.state is StageState.OK:
            cancel.cancel()

    report = router.apply(DESCRIPTION, cancel=cancel, on_event=watch)
    assert report.cancelled
    assert report.outcome is Outcome.UNCHANGED
    assert "by us" not in router.device.text
    router.assert_clean()


def test_the_history_keeps_texts_and_no_secrets(router: Router) -> None:
    store = router.workspace.snapshots
    report = router.apply(
        DESCRIPTION,
        ("snmp-server community public RO 10", "snmp-server community Quite-Private RO 10"),
        options=replace(QUICK, history=store, device_id="box1"),
    )
    assert report.stages[-1].stage is Stage.SNAPSHOT
    [entry] = store.entries("box1").entries
    assert entry.outcome == "applied"
    assert entry.count == len(entry.changes)
    assert not any("Quite-Private" in f"{change.path}{change.old}{change.new}" for change in entry.changes)
    assert "Quite-Private" not in entry.summary
    after = unwrapped(store.read(entry, "after"))
    assert after is not None
    assert "description by us" in after
    inverse = unwrapped(store.read(entry, "inverse"))
    assert inverse is not None
    assert "description test456" in inverse
    shown = as_tree(store.read(entry, "after"))
    assert b"<name>Loopback113</name><description>by us</description>" in shown
    assert b"Quite-Private" not in shown
    assert as_tree(b"<config/>") == b"<config/>"


def test_the_wire_view_shows_no_secrets_of_commands(router: Router) -> None:
    session = router.connect()
    read_text(session)
    shown = "".join(entry.text for entry in session.wire.entries())
    assert "neighbor 198.51.100.1 password 7 ***" in shown
    for secret in ("094F471A1A0A", "$1$mERr", "community public"):
        assert secret not in shown


# ------------------------------------------------------------------------------------------------------------ limits


def test_the_limits_are_read_from_the_configuration() -> None:
    limits = limits_of("netconf ssh acl 7\nnetconf max-sessions 16\nnetconf lock-time 300\nnetconf max-message 2\n")
    assert (limits.max_sessions, limits.lock_time, limits.max_message, limits.access_list) == (16, 300, 2048, "7")
    assert any("2 KB" in words for words in limits.words)
    assert any("access list 7" in words for words in limits.words)
    assert limits_of("hostname x").lock_time == 10
    assert limits_of("hostname x", max_message=5000).max_message == 5000


def test_an_edit_that_is_too_large_is_not_sent(router: Router) -> None:
    router.device.type("netconf max-message 1")
    session = router.connect()
    report = router.apply(("snmp-server location rack 4, row 2", f"snmp-server location {'x' * 2000}"), session=session)
    assert report.outcome is Outcome.UNCHANGED
    assert "the device takes messages up to 1 KB" in report.text
    assert not any(entry.operation in ("lock", "edit-config") for entry in session.wire.entries())
    with pytest.raises(MessageTooLarge, match="1 KB"):
        send_commands(session, ["snmp-server location " + "x" * 2000], limit=1024)


def test_one_session_too_many_is_explained(router: Router) -> None:
    for _ in range(4):
        router.connect()
    with pytest.raises(TransportError) as refused:
        router.connect()
    assert "as many sessions as it takes" in refused.value.advice
    assert "4" in refused.value.advice


def test_a_lock_is_kept_alive_while_nothing_is_asked(router: Router) -> None:
    router.device.type("netconf lock-time 1")
    session = router.connect()
    session.call(operations.lock("running"))
    with LockKeeper(session, 1.0) as keeper:
        assert eventually(lambda: keeper.count >= 6)
        assert router.device.lock_holder == session.session_id
    assert eventually(lambda: router.device.lock_holder is None)


def test_a_lock_that_was_lost_is_had_again_and_the_device_compared_anew(
    router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody keeps the lock alive, and somebody else changes the device meanwhile."""
    monkeypatch.setattr(LockKeeper, "_run", lambda self: None)
    router.device.type("netconf lock-time 1")
    lost: list[StageEvent] = []

    def watch(event: object) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.COMPARE and event.state is StageState.OK and not lost:
            lost.append(event)
            assert eventually(lambda: router.device.lock_holder is None)
            router.device.type("interface Loopback0", "description theirs")

    report = router.apply(DESCRIPTION, on_event=watch)
    assert report.outcome is Outcome.APPLIED, report.text
    assert stages(report).count(Stage.COMPARE) == 2
    assert any("had let go of a lock by itself" in event.text for event in report.stages)
    assert "description theirs" in router.device.text
    assert "description by us" in router.device.text


def test_other_devices_are_refused_before_anything_is_sent(box: Box) -> None:
    session = box.connect()
    with pytest.raises(CapabilityMissing):
        read_text(session)
    report = cli_deploy(session, base="hostname a\n", mine="hostname b\n")
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None


def test_what_will_happen_is_said_beforehand(router: Router) -> None:
    session = router.connect()
    text = read_text(session)
    plan = plan_texts(text, text.replace(" transport input ssh\n", ""))
    how = cli_strategy(session.capabilities, plan, limits_of(text))
    said = " ".join(how.notes)
    assert "A lock ends by itself after 10 s" in said
    assert "how the device is reached" in said
    assert Stage.VALIDATE not in how.stages
    assert save_running(session) == ()
