"""One client's session, byte by byte: hello, requests, replies, and the faults that befall them.

No sockets here: bytes come in by `receive`, go out by the `output` function, in whatever way the caller has.  Does
not live here: what operations do (`dispatch`), which faults there are (`faults`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lxml import etree

from netconf_gui.demo import dispatch
from netconf_gui.demo.access import Role
from netconf_gui.demo.device import Device
from netconf_gui.demo.dispatch import Response
from netconf_gui.demo.faults import Action, Fault, Faults, Strike
from netconf_gui.demo.misbehaviour import corrupted, lying_reply, normalise, refused_by_script, wrong_hello
from netconf_gui.demo.quirks import Habits
from netconf_gui.demo.quirks_vendors import habit
from netconf_gui.demo.replies import refused
from netconf_gui.errors import SessionClosed
from netconf_gui.protocol import connection
from netconf_gui.protocol.connection import Connection, Failed, HelloReceived, RpcReceived
from netconf_gui.protocol.framing import Limits
from netconf_gui.protocol.xml import local_name

MESSAGE_LIMIT = 64 * 1024 * 1024  # octets a client may send in one message


class Conversation:
    """The device's end of one session.

    `output(data)` must not block for long; `hang_up()` ends the connection; `wait(seconds)` passes time for faults
    that delay, and returns true when the session is to end.
    """

    def __init__(
        self,
        device: Device,
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
        self._sending = threading.Lock()
        self._over = False
        self._habits = Habits(device, habit)
        self.session = device.connect(username, role, host, send=self._send, drop=self._drop)
        self._connection = Connection(
            connection.Role.SERVER,
            device.capabilities,
            session_id=self.session.session_id,
            limits=Limits(message_size=MESSAGE_LIMIT),
        )

    def start(self) -> None:
        """Send the hello."""
        hello = self._connection.start()
        strike = self._faults.take("hello")
        if self._delayed(strike, "before"):
            return
        if strike.get(Action.DROP):
            self._drop()
            return
        wrong = strike.get(Action.WRONG_HELLO)
        if strike.get(Action.NEVER_REPLY) or (wrong is not None and wrong.kind == "never"):
            return
        self._output(self._habits.hello(hello) if wrong is None else wrong_hello(wrong.kind, hello))

    def receive(self, data: bytes) -> None:
        """Bytes from the client; all requests in them are carried out, in order."""
        for event in self._connection.feed(data):
            if self._over or self.session.closing:
                return
            if isinstance(event, HelloReceived):
                self._device.greeted(self.session, event.hello.capabilities)
            elif isinstance(event, RpcReceived):
                self._request(event)
            elif isinstance(event, Failed):
                self._failed(event)

    def ended(self, reason: str = "dropped") -> None:
        """The connection is gone: the session ends, if it has not yet."""
        self._over = True
        self._device.disconnect(self.session, reason)

    # ---- output

    def _send(self, message: bytes) -> None:
        with self._sending:
            if self._over:
                return
            try:
                message = self._habits.message(message)
                data = self._connection.send(message)
            except SessionClosed:
                return
            made = self._habits.framed(message) if self._connection.base11 else None
            self._output(data if made is None else made)

    def _drop(self) -> None:
        self._over = True
        self._hang_up()

    # ---- requests

    def _failed(self, event: Failed) -> None:
        if event.fatal:
            self.ended("bad-hello" if self._connection.peer is None else "other")
            self._drop()
            return
        self._device.sessions.count_bad_rpc(self.session)
        fault = refused("malformed-message", event.error.message, error_type="rpc")
        response = dispatch.failed(self._device, self.session, event.message_id, {}, fault.errors)
        self._send(response.message)

    def _request(self, request: RpcReceived) -> None:
        strike = self._faults.take(_name(request.operation))
        if not strike:
            self._finish(self._respond(request))
            return
        if self._delayed(strike, "before"):
            return
        if strike.get(Action.DROP, "before"):
            self.ended()
            self._drop()
            return
        if strike.get(Action.NEVER_REPLY, "before"):
            return
        response = self._carried_out(request, strike)
        if self._delayed(strike, "after"):
            return
        self._reply(response, strike)

    def _respond(self, request: RpcReceived) -> Response:
        return self._habits.respond(request, lambda: dispatch.respond(self._device, self.session, request))

    def _carried_out(self, request: RpcReceived, strike: Strike) -> Response:
        lie = strike.get(Action.LIE)
        if lie is not None:
            return lying_reply(request)
        error = strike.get(Action.RPC_ERROR, "before")
        if error is None:
            response = self._respond(request)
            error = strike.get(Action.RPC_ERROR, "after")
            change = strike.get(Action.NORMALISE)
            if change is not None:
                normalise(self._device, request, change)
            if error is None:
                return response
        return self._habits.respond(request, lambda: refused_by_script(request, error))

    def _reply(self, response: Response, strike: Strike) -> None:
        if strike.get(Action.NEVER_REPLY, "after"):
            return
        if strike.get(Action.DROP, "after"):
            self.ended()
            self._drop()
            return
        message, sent_raw, last = corrupted(response.message, strike, base11=self._connection.base11)
        if sent_raw:
            with self._sending:
                self._output(message)
        else:
            self._send(message)
        if last:
            self.ended()
            self._drop()
            return
        response.afterwards()

    def _finish(self, response: Response) -> None:
        if response.seconds and self._wait(response.seconds):
            return
        self._send(response.message)
        response.afterwards()

    def _delayed(self, strike: Strike, when: str) -> bool:
        """Let the time pass that a fault asks for; true when the session ended meanwhile."""
        fault: Fault | None = strike.get(Action.DELAY, when)
        return fault is not None and self._wait(fault.seconds)


def _name(operation: etree._Element | None) -> str:
    return "" if operation is None else local_name(operation)
