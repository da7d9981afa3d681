"""The threads of a fleet: one a device, so many at work at the same time.

A device's session and trees are used by its own thread only.  Lives here: `Crew`.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from netconf_gui import log
from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, RpcTimeout
from netconf_gui.services.lanes import Lane

T = TypeVar("T")


@dataclass(frozen=True)
class Result(Generic[T]):
    """What became of the work on one device: a value, or the error that ended it."""

    key: str
    value: T | None = None
    error: AppError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class Crew:
    """Lanes for the devices of these keys; `close` lets their threads end."""

    def __init__(self, keys: Sequence[str], parallel: int) -> None:
        self._lanes = {key: Lane(f"fleet {key}") for key in keys}
        self._free = threading.Semaphore(max(1, parallel))

    def each(
        self,
        keys: Sequence[str],
        work: Callable[[str], T],
        *,
        cancel: CancelToken | None = None,
        until: float | None = None,
    ) -> tuple[Result[T], ...]:
        """Do the work on all of these devices; returns when the last is done.

        A cancel drops what has not begun.  `until` (time.monotonic()) is how long is waited for the last: a device
        that is late has failed, and what is asked of it next comes when it is done after all.
        """
        waiting: list[tuple[str, Future[T] | None]] = []
        for key in keys:
            self._free.acquire()
            if cancel is not None and cancel.cancelled:
                self._free.release()
                waiting.append((key, None))
                continue
            future = self._lanes[key].submit(work, key)
            future.add_done_callback(lambda _: self._free.release())
            waiting.append((key, future))
        return tuple(_result(key, future, until) for key, future in waiting)

    def one_by_one(self, keys: Sequence[str], work: Callable[[str], T]) -> tuple[Result[T], ...]:
        """Do the work on one device after the other, each on its own thread, until one fails."""
        done: list[Result[T]] = []
        for key in keys:
            done.append(_result(key, self._lanes[key].submit(work, key)))
            if not done[-1].ok:
                break
        return tuple(done)

    def close(self) -> None:
        for lane in self._lanes.values():
            lane.close()


def _result(key: str, future: Future[T] | None, until: float | None = None) -> Result[T]:
    if future is None:
        return Result(key, error=Cancelled())
    if until is not None:
        wait([future], max(0.0, until - time.monotonic()))
        if not future.done():
            return Result(key, error=RpcTimeout("It did not answer in time."))
    try:
        return Result(key, future.result())
    except AppError as error:
        return Result(key, error=error)
    except Exception as error:  # noqa: BLE001  (a fault here must not keep the other devices from being put in order)
        where = "".join(traceback.format_tb(error.__traceback__))
        log.get(__name__).error("%s on a device of a fleet\n%s", type(error).__name__, where)
        return Result(key, error=AppError(f"This program failed ({type(error).__name__}): a fault of its own."))
