"""The visible stages of an apply: who is told that one began and how it ended, with the seconds it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from netconf_gui.errors import AppError, DeployError, RpcError, RpcFailed, Stage
from netconf_gui.services.events import Event, StageEvent, StageState


@dataclass(slots=True)
class StageNote:
    """What a stage that went well says when it ends."""

    text: str = ""
    state: StageState = StageState.OK
    errors: tuple[RpcError, ...] = ()

    def warn(self, errors: tuple[RpcError, ...]) -> None:
        """What the device said besides ok."""
        if errors:
            self.state, self.errors = StageState.WARNING, self.errors + errors


class StageLog:
    """Sends an event when a stage begins and when it ends; keeps the latter in `ended`."""

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        self._on_event = on_event or (lambda event: None)
        self.ended: list[StageEvent] = []
        self.current = Stage.PRECHECK  # the stage that began last

    @contextmanager
    def stage(self, stage: Stage, text: str = "") -> Iterator[StageNote]:
        """Run one stage; an `AppError` that leaves it ends it as failed, with every rpc-error."""
        started = time.monotonic()
        self.current = stage
        self._on_event(StageEvent(stage, StageState.RUNNING, text))
        note = StageNote()
        try:
            yield note
        except AppError as error:
            errors = error.errors if isinstance(error, RpcFailed | DeployError) else ()
            self._end(StageEvent(stage, StageState.FAILED, error.message, time.monotonic() - started, errors))
            raise
        self._end(StageEvent(stage, note.state, note.text, time.monotonic() - started, note.errors))

    def tell(self, event: Event) -> None:
        """Something besides the stages."""
        self._on_event(event)

    def skip(self, stage: Stage, text: str) -> None:
        """A stage that is not needed or not possible, and why."""
        self._end(StageEvent(stage, StageState.SKIPPED, text))

    def _end(self, event: StageEvent) -> None:
        self.ended.append(event)
        self._on_event(event)
