"""The demo router: the transcript to the letter, its limits, its two shapes of errors."""

from __future__ import annotations

import pytest

from netconf_gui.demo.access import Role
from netconf_gui.demo.cisco import CISCO_MODELS, CiscoDevice, select
from netconf_gui.demo.cisco_conversation import CiscoConversation
from netconf_gui.demo.main import parser
from netconf_gui.protocol.cli_operations import cli_errors, edit_text, get_text, text_of
from netconf_gui.protocol.connection import Connection, HelloReceived, ReplyReceived
from netconf_gui.protocol.connection import Role as End
from netconf_gui.protocol.framing import EOM
from netconf_gui.protocol.operations import Operation, copy_config, kill_session, lock, rpc, unlock
from netconf_gui.protocol.replies import Reply
from tests.demo.talk import WoundClock
from tests.protocol.cisco import HELLO, REPLY


class Terminal:
    """A client of one conversation, in the caller's thread."""

    def __init__(self, device: CiscoDevice, role: Role = Role.OPERATOR) -> None:
        self.raw = b""
        self.closed = False
        self._heard: list[object] = []
        self._connection = Connection(End.CLIENT, ("urn:ietf:params:netconf:base:1.0",))
        hello = self._connection.start()
        self.conversation = CiscoConversation(
            device, "demo", role, "192.0.2.9", output=self._hear, hang_up=self._over, wait=lambda _seconds: False
        )
        self.conversation.start()
        if not self.closed:
            self.conversation.receive(hello)

    def _hear(self, data: bytes) -> None:
        self.raw = data
        self._heard += self._connection.feed(data)

    def _over(self) -> None:
        self.closed = True
        self.conversation.ended()

    def ask(self, operation: Operation, message_id: str = "101") -> Reply:
        self._heard.clear()
        self.conversation.receive(rpc(message_id, operation) + EOM)
        [event] = self._heard
        assert isinstance(event, ReplyReceived), event
        return event.reply

    def text(self, *given: str, **options: str) -> str:
        reply = self.ask(get_text("running", *given, **options))  # type: ignore[arg-type]
        assert reply.data is not None
        return text_of(reply.data)

    @property
    def heard(self) -> list[object]:
        return self._heard


@pytest.fixture
def clock() -> WoundClock:
    return WoundClock()


@pytest.fixture
def device(clock: WoundClock) -> CiscoDevice:
    return CiscoDevice(clock=clock)


def test_the_reply_of_the_transcript_is_sent_to_the_letter(device: CiscoDevice) -> None:
    terminal = Terminal(device)
    assert terminal.text(spec="interface Loopback113", form="cmd").startswith("  interface Loopback113\n")
    assert terminal.raw == REPLY


def test_the_hello_is_that_of_such_a_router(device: CiscoDevice) -> None:
    terminal = Terminal(device)
    assert isinstance(terminal.heard[0], HelloReceived)
    assert terminal.raw == HELLO.replace(b"151399960", b"1")


@pytest.mark.parametrize("model", CISCO_MODELS)
def test_what_it_shows_is_read_again(model: str) -> None:
    device = CiscoDevice(model)
    terminal = Terminal(device)
    assert terminal.text() == device.text
    assert terminal.text(form="block") == device.text
    assert "neighbor 198.51.100.1 activate" in terminal.text(form="cmd")
    assert terminal.text(spec="int lo113", form="block").count("interface") == 1
    assert terminal.ask(get_text("running", form="xml")).data is not None
    assert b"<Param>Loopback113</Param>" in terminal.raw


@pytest.mark.parametrize(
    ("words", "first", "count"),
    [
        ("| include ^hostname", "hostname demo-router", 1),
        ("| section ^router", "router ospf 1", 2),
        ("| begin line", "line con 0", 6),
        ("interface GigabitEthernet0/1", "interface GigabitEthernet0/1", 1),
        ("| include (", "", 0),
    ],
)
def test_a_filter_shows_what_a_terminal_would(device: CiscoDevice, words: str, first: str, count: int) -> None:
    found = select(device.running, words)
    assert len(found) == count
    assert not found or found[0].text == first


def test_commands_change_running_and_copying_keeps_them(device: CiscoDevice) -> None:
    terminal = Terminal(device)
    assert terminal.ask(edit_text(["interface Loopback113", "description new", "no load-interval 30"])).ok
    shown = terminal.text(spec="interface Loopback113", form="block")
    assert "description new" in shown
    assert "load-interval" not in shown
    assert terminal.ask(edit_text(["hostname other", "banner motd ~", "two", "lines", "~"], block=True)).ok
    assert "banner motd ^C\ntwo\nlines\n^C" in terminal.text()
    assert "hostname other" not in device.startup_text
    assert terminal.ask(copy_config("startup", "running")).ok
    assert "hostname other" in device.startup_text


@pytest.mark.parametrize(
    ("option", "there"),
    [("rollback-on-error", (False, False)), ("stop-on-error", (True, False)), ("continue-on-error", (True, True))],
)
def test_one_bad_command_and_what_becomes_of_the_others(
    device: CiscoDevice, option: str, there: tuple[bool, bool]
) -> None:
    terminal = Terminal(device)
    commands = ["hostname first", "frobnicate 1", "ip domain-name second.example"]
    reply = terminal.ask(edit_text(commands, error_option=option))
    [error] = cli_errors(reply.errors, commands)
    assert (error.number, error.command) == (2, "frobnicate 1")
    assert error.reason == "% Invalid input detected at '^' marker."
    assert ("hostname first" in device.text, "second.example" in device.text) == there


def test_the_other_shape_of_errors_names_the_command_itself(device: CiscoDevice) -> None:
    terminal = Terminal(device)
    assert terminal.ask(edit_text(["netconf detailed-error"])).ok
    commands = ["interface Loopback7", "ip address 192.0.2.1 255.255.255.0"]
    reply = terminal.ask(edit_text(commands))
    [error] = cli_errors(reply.errors, commands)
    assert (error.number, error.command) == (2, commands[1])
    assert error.reason == "% 192.0.2.0 overlaps with Loopback0"
    assert "Loopback7" not in device.text


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        (["no interface GigabitEthernet0/0"], "% Removal of physical interfaces is not permitted."),
        (["interface Loopback7", "ip address 10.0.0.1"], "% Incomplete command."),
        (["interface Loopback7", "ip address 10.0.0.300 255.0.0.0"], "% Invalid input detected at '^' marker."),
        (["interface Loopback7", "ip address 10.1.1.0 255.255.255.0"], "Bad mask /24 for address 10.1.1.0"),
        (["netconf max-sessions 17"], "% Invalid input detected at '^' marker."),
        (["netconf lock-time 301"], "% Invalid input detected at '^' marker."),
    ],
)
def test_what_a_router_refuses(device: CiscoDevice, commands: list[str], reason: str) -> None:
    [error] = cli_errors(Terminal(device).ask(edit_text(commands)).errors, commands)
    assert error.reason == reason


def test_a_lock_ends_by_itself_without_an_operation(device: CiscoDevice, clock: WoundClock) -> None:
    one, other = Terminal(device), Terminal(device)
    assert one.ask(lock("running")).ok
    denied = other.ask(lock("running"))
    assert denied.errors[0].tag == "lock-denied"
    assert denied.errors[0].session_id == 1
    assert other.ask(edit_text(["hostname no"])).errors[0].tag == "in-use"
    clock.advance(8)
    assert one.ask(get_text("running", spec="| include ^hostname", form="cmd")).ok
    clock.advance(8)
    assert device.lock_holder == 1, "an operation made its time begin anew"
    clock.advance(11)
    assert device.lock_holder is None
    assert other.ask(lock("running")).ok
    assert one.ask(unlock("running")).errors[0].tag == "operation-failed"


def test_one_session_too_many_is_closed_at_once(device: CiscoDevice) -> None:
    many = [Terminal(device) for _ in range(4)]
    fifth = Terminal(device)
    assert fifth.closed
    assert fifth.raw == b""
    assert many[0].ask(kill_session(4)).ok
    assert many[3].closed
    assert not Terminal(device).closed


def test_a_message_that_is_too_large_ends_the_session(device: CiscoDevice) -> None:
    terminal = Terminal(device)
    assert terminal.ask(edit_text(["netconf max-message 1"])).ok
    terminal.conversation.receive(rpc("2", edit_text(["snmp-server location " + "x" * 2000])) + EOM)
    assert terminal.closed


def test_a_low_privilege_level_may_only_read(device: CiscoDevice) -> None:
    guest = Terminal(device, Role.READER)
    assert "hostname" in guest.text()
    for operation in (lock("running"), edit_text(["hostname x"]), copy_config("startup", "running")):
        assert guest.ask(operation).errors[0].tag == "access-denied"


def test_the_models_can_be_asked_for() -> None:
    for model in CISCO_MODELS:
        assert parser().parse_args(["--model", model]).model == model
