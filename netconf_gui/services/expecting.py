"""Sessions with devices that call home come about when the device calls: who needs one waits here for its next call.

Lives here: bringing together those who wait and the calls that come, whoever listens.  Does not live here: listening
(`callhome`), sessions (`connect`).
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed, SessionLimit
from netconf_gui.services import slots
from netconf_gui.transport.attempt import NOT_CONNECTED
from netconf_gui.transport.callhome import Caller
from netconf_gui.workspace.inventory import Device

_changed = threading.Condition()
_waiting: dict[str, deque[_Waiter]] = {}
_listening: Counter[str] = Counter()  # by "ssh" and "tls"


class _Waiter:
    def __init__(self) -> None:
        self.caller: Caller | None = None
        self.over = False


def listen(way: str, on: bool) -> None:
    """Calls over "ssh" or "tls" are taken from now on, or no more."""
    with _changed:
        _listening[way] += 1 if on else -1
        _changed.notify_all()


def give(device: Device, caller: Caller) -> bool:
    """Hand a call to whoever waits for this device; False when nobody does."""
    with _changed:
        queue = _waiting.get(_key(device))
        if not queue:
            return False
        queue.popleft().caller = caller
        _changed.notify_all()
        return True


def next_call(
    device: Device, seconds: float, cancel: CancelToken | None = None, tell: Callable[[str], None] = lambda text: None
) -> Caller:
    """The next call of a device (blocking); raises `ConnectFailed`, `Cancelled`.

    `SessionLimit` where it is connected already: a device that calls opens one connection, and no second one is asked
    for (RFC 8071, section 4).
    """
    if slots.opened(device):
        raise SessionLimit(
            f"{device.name} calls this computer and is connected already: a second session cannot be asked for.",
            state="The session that is open goes on.",
        )
    way = "tls" if device.transport == "tls" else "ssh"
    waiter = _Waiter()
    remove = cancel.on_cancel(lambda: _leave(device, waiter)) if cancel is not None else None
    try:
        with _changed:
            if not _listening[way]:
                raise _nobody_listens(device, way)
            _waiting.setdefault(_key(device), deque()).append(waiter)
        tell(f"Waiting for {device.name} to call")
        with _changed:
            _changed.wait_for(lambda: waiter.caller or waiter.over or not _listening[way], seconds)
    finally:
        if remove is not None:
            remove()
        _leave(device, waiter)
    if waiter.caller is not None:
        if cancel is not None and cancel.cancelled:
            waiter.caller.close()
            cancel.check()
        return waiter.caller
    if cancel is not None:
        cancel.check()
    if not _listening[way]:
        raise _nobody_listens(device, way)
    raise ConnectFailed(
        f"{device.name} has not called within {seconds:g} seconds.",
        state=NOT_CONNECTED,
        advice="Check that it is set up to call this computer; it is connected when it does.",
    )


def _leave(device: Device, waiter: _Waiter) -> None:
    with _changed:
        waiter.over = True
        queue = _waiting.get(_key(device))
        if queue is not None and waiter in queue:
            queue.remove(waiter)
            if not queue:
                del _waiting[_key(device)]
        _changed.notify_all()


def _nobody_listens(device: Device, way: str) -> ConnectFailed:
    return ConnectFailed(
        f"{device.name} calls this computer, and calls over {way.upper()} are not waited for.",
        state=NOT_CONNECTED,
        advice="Take calls (Device, Call home), or have the device connected to, by its settings.",
    )


def _key(device: Device) -> str:
    return device.id or device.address
