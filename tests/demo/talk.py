"""Talking to a demo device without sockets and without waiting: a clock to wind, and a client at its conversation.

client = Client(device)
client.ok("<lock><target><running/></target></lock>")
client.error("<unlock>…</unlock>").tag == "operation-failed"
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from netconf_gui.demo.access import Role
from netconf_gui.demo.conversation import Conversation
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Fault, Faults
from netconf_gui.errors import RpcError
from netconf_gui.protocol import connection
from netconf_gui.protocol.connection import Connection, Failed, NotificationReceived, ReplyReceived
from netconf_gui.protocol.replies import Reply
from netconf_gui.protocol.xml import NS_BASE, local_name

BASES = ("urn:ietf:params:netconf:base:1.0", "urn:ietf:params:netconf:base:1.1")
DEMO = "urn:netconf-gui:demo"
INTERFACES = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
NOTIF = "urn:ietf:params:xml:ns:netconf:notification:1.0"


class WoundClock:
    """A clock that stands still until it is wound."""

    def __init__(self) -> None:
        self._now = 1_800_000_000.0
        self._alarms: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def now(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        self._count += 1
        alarm = (self._now + seconds, self._count, callback)
        self._alarms.append(alarm)

        def disarm() -> None:
            if alarm in self._alarms:
                self._alarms.remove(alarm)

        return disarm

    @property
    def armed(self) -> int:
        return len(self._alarms)

    def advance(self, seconds: float) -> None:
        """Let time pass; alarms go off when they are due, in order."""
        end = self._now + seconds
        while self._alarms and min(self._alarms)[0] <= end:
            alarm = min(self._alarms, key=lambda item: item[:2])
            self._alarms.remove(alarm)
            self._now = max(self._now, alarm[0])
            alarm[2]()
        self._now = end


class Client:
    """The client's end of one conversation; everything happens at once, in the caller's thread."""

    def __init__(
        self,
        device: Device,
        user: str = "demo",
        role: Role = Role.OPERATOR,
        *faults: Fault,
        bases: tuple[str, ...] = BASES,
        greet: bool = True,
    ) -> None:
        self.closed = False
        self.raw = b""
        self.replies: list[Reply] = []
        self.notifications: list[etree._Element] = []
        self.failures: list[Failed] = []
        self.waited: list[float] = []
        self.faults = Faults(faults)
        self._number = 0
        self._connection = Connection(connection.Role.CLIENT, bases)
        hello = self._connection.start()
        self.conversation = Conversation(
            device,
            user,
            role,
            "127.0.0.1",
            output=self._hear,
            hang_up=self._hung_up,
            wait=self._wait,
            faults=self.faults,
        )
        self.conversation.start()
        if greet:
            self.conversation.receive(hello)

    @property
    def session_id(self) -> int:
        return self.conversation.session.session_id

    @property
    def connection(self) -> Connection:
        return self._connection

    def send(self, operation: str, message_id: str | None = None) -> None:
        """Send one rpc; prefixes: default namespace is NETCONF's, d is the demo module's, if is ietf-interfaces'."""
        self._number += 1
        identifier = message_id or str(self._number)
        self.send_raw(f'<rpc xmlns="{NS_BASE}" message-id="{identifier}">{operation}</rpc>'.encode())

    def send_raw(self, message: bytes) -> None:
        self.conversation.receive(self._connection.send(message))

    def rpc(self, operation: str) -> Reply:
        """Send one rpc, expect exactly one reply."""
        before = len(self.replies)
        self.send(operation)
        assert len(self.replies) == before + 1, f"no reply; failures: {[str(item.error) for item in self.failures]}"
        reply = self.replies[-1]
        assert reply.message_id == str(self._number)
        return reply

    def ok(self, operation: str) -> Reply:
        reply = self.rpc(operation)
        assert reply.ok, reply.errors
        assert any(local_name(child) == "ok" for child in reply.element)
        return reply

    def data(self, operation: str) -> etree._Element:
        reply = self.rpc(operation)
        assert reply.ok, reply.errors
        assert reply.data is not None
        return reply.data

    def error(self, operation: str) -> RpcError:
        """The first rpc-error; there must be one."""
        return self.errors(operation)[0]

    def errors(self, operation: str) -> tuple[RpcError, ...]:
        reply = self.rpc(operation)
        assert reply.errors, "it was not refused"
        return reply.errors

    def events(self) -> list[str]:
        """Names of the notifications since the last call."""
        names = [local_name(event) for event in self.notifications]
        self.notifications.clear()
        return names

    def hang_up(self) -> None:
        """The connection breaks."""
        self.conversation.ended()

    # ---- shorthands

    def edit(self, config: str, target: str = "candidate", options: str = "") -> str:
        """The text of an edit-config."""
        return f"<edit-config><target><{target}/></target>{options}<config>{config}</config></edit-config>"

    def text(self, xpath: str, datastore: str = "running") -> str | None:
        """The text at a path of local names, read over the wire."""
        found = self.data(f"<get-config><source><{datastore}/></source></get-config>").xpath(local(xpath))
        assert isinstance(found, list)
        return str(found[0].text) if found else None  # type: ignore[union-attr]

    # ---- what the device sends

    def _hear(self, data: bytes) -> None:
        self.raw += data
        for event in self._connection.feed(data):
            if isinstance(event, ReplyReceived):
                self.replies.append(event.reply)
            elif isinstance(event, NotificationReceived):
                found = event.notification.event
                assert found is not None
                self.notifications.append(found)
            elif isinstance(event, Failed):
                self.failures.append(event)

    def _hung_up(self) -> None:
        self.closed = True

    def _wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        return False


def local(path: str) -> str:
    """`/a/b[c='d']` as XPath on local names."""
    from netconf_gui.demo.misbehaviour import local_name_xpath

    return local_name_xpath(path)


def interface(name: str, inside: str, operation: str = "") -> str:
    """Configuration of one interface."""
    mark = f' xmlns:nc="{NS_BASE}" nc:operation="{operation}"' if operation else ""
    return f'<interfaces xmlns="{INTERFACES}"><interface{mark}><name>{name}</name>{inside}</interface></interfaces>'


def vlan(number: int, name: str, operation: str = "") -> str:
    """Configuration of one VLAN."""
    mark = f' xmlns:nc="{NS_BASE}" nc:operation="{operation}"' if operation else ""
    return f'<vlans xmlns="{DEMO}"><vlan{mark}><id>{number}</id><name>{name}</name></vlan></vlans>'
