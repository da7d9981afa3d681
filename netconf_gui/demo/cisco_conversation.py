"""One client's session with the demo router, byte by byte: hello, requests, replies, and the closing at once.

No sockets here, as in `conversation`, whose place it takes for this kind of device.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from netconf_gui.demo import cisco_text
from netconf_gui.demo.access import Role
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.faults import Action, Faults, Strike
from netconf_gui.protocol import connection, framing
from netconf_gui.protocol.connection import Connection, Failed, RpcReceived
from netconf_gui.protocol.framing import Limits
from netconf_gui.protocol.xml import local_name


class CiscoConversation:
    """The router's end of one session; the functions are those of `Conversation`."""

    def __init__(
        self,
        device: CiscoDevice,
        username: str,
        role: Role,
        host: str,
        *,
        output: Callable[[bytes], None],
        hang_up: Callable[[], None],
        wait: Callable[[float], bool],
        faults: Faults | None = None,
    ) -> None:
        self._device = device
        self._output = output
        self._hang_up = hang_up
        self._wait = wait
        self._faults = faults or Faults()
        self._over = False
        self._sending = threading.Lock()
        self.session, self._welcome = device.connect(username, role, host, send=self._send, drop=self._drop)
        self._connection = Connection(
            connection.Role.SERVER,
            cisco_text.CAPABILITIES,
            session_id=self.session.session_id,
            limits=Limits(message_size=None),
        )

    def start(self) -> None:
        """Send the hello, or close at once where there are too many sessions."""
        self._connection.start()
        if not self._welcome:
            self._drop()
            return
        self._send(cisco_text.hello(self.session.session_id, whole=self._device.whole))

    def receive(self, data: bytes) -> None:
        """Bytes from the client; all requests in them are carried out, in order."""
        for event in self._connection.feed(data):
            if self._over or self.session.closing:
                return
            if isinstance(event, RpcReceived):
                self._request(event)
            elif isinstance(event, Failed):
                self._failed(event)

    def ended(self, reason: str = "dropped") -> None:
        """The connection is gone."""
        self._over = True
        self._device.disconnect(self.session)

    def _request(self, request: RpcReceived) -> None:
        limit = self._device.max_message
        if limit and request.size > limit:
            # more than netconf max-message: such a router says nothing and closes
            self.ended()
            self._drop()
            return
        strike = self._faults.take(local_name(request.operation) if request.operation is not None else "")
        if self._struck(strike, "before"):
            return
        content = "  <ok/>" if strike.get(Action.LIE) else self._device.answer(self.session, request.operation)
        if self._struck(strike, "after"):
            return
        self._send(cisco_text.reply(request.message_id, content, whole=self._device.whole))
        if self.session.closing:
            self._device.disconnect(self.session)
            self._drop()

    def _struck(self, strike: Strike, when: str) -> bool:
        """Do what the script of faults asks for; true when nothing more is to be done or said."""
        delay = strike.get(Action.DELAY, when)
        if delay is not None and self._wait(delay.seconds):
            return True
        if strike.get(Action.DROP, when):
            self.ended()
            self._drop()
            return True
        return strike.get(Action.NEVER_REPLY, when) is not None

    def _failed(self, event: Failed) -> None:
        if event.fatal:
            self.ended()
            self._drop()
            return
        content = cisco_text.error("malformed-message", event.error.message, kind="rpc")
        self._send(cisco_text.reply(event.message_id, content, whole=self._device.whole))

    def _send(self, message: bytes) -> None:
        with self._sending:
            if not self._over:
                self._output(framing.eom(message))

    def _drop(self) -> None:
        self._over = True
        self._hang_up()
