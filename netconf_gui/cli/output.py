"""What commands write: data to stdout, everything else to stderr.

Lives here: `Output`.  Nothing here raises because nobody reads on: a job that works on a device must not end because
a terminal went away.  What could not be written to stdout is said at the end, a reader that left (`| head`) is not.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from netconf_gui.errors import AppError, RpcError, RpcFailed, WorkspaceError
from netconf_gui.services.events import Event, GuardEvent, GuardState, Note, Progress, StageEvent, StageState
from netconf_gui.services.words import without_draft

MIB = 1024 * 1024


class Output:
    """Where a command's words go; `as_json` commands write one JSON document instead of text."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._line = ""
        self._failure: OSError | None = None  # why stdout takes nothing more
        self._said = False

    def text(self, text: str) -> None:
        """One line of data."""
        self._write(text + "\n")

    def data(self, data: bytes, file: Path | None = None) -> None:
        """Bytes as they are, to stdout or a file; raises `WorkspaceError`."""
        if file is not None:
            try:
                file.write_bytes(data)
            except OSError as error:
                raise WorkspaceError(f"{file} cannot be written: {error.strerror or error}.") from error
            return
        self._write(data)

    def json(self, document: dict[str, Any]) -> None:
        """The command's JSON document."""
        self._write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    def say(self, text: str) -> None:
        """A line for people."""
        self._clear()
        _tell(without_draft(text) + "\n")

    def event(self, event: Event) -> None:
        """Progress of a service; on a terminal it overwrites itself."""
        if self._quiet:
            return
        if isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, StageEvent):
            self._stage(event)
        elif isinstance(event, GuardEvent):
            self._guard(event)
        elif isinstance(event, Note):
            self.say(event.text)

    def error(self, error: AppError) -> None:
        """An error in full, every rpc-error on a line of its own."""
        self.say(f"Error: {error.full_text()}")
        if isinstance(error, RpcFailed) and len(error.errors) > 1:
            for one in error.errors:
                self.say(f"  {one.severity}: {one}")

    def finish(self) -> bool:
        """Leave no half line behind; False, and said, when stdout did not take all of the data."""
        self._clear()
        if self._failure is None:
            try:
                sys.stdout.flush()
            except OSError as error:
                self._failed(error)
        if self._failure is None or isinstance(self._failure, BrokenPipeError):
            return True
        if not self._said:
            self._said = True
            self.say(f"Error: standard output cannot be written: {self._failure.strerror or self._failure}.")
        return False

    def result(self, text: str) -> None:
        """A line of data that people must see in any case: on stderr where stdout does not take it."""
        self.text(without_draft(text))
        self.finish()
        if self._failure is not None:
            self.say(text)

    def flush(self) -> bool:
        """Have what was written so far read by whoever waits for it; False when nobody reads on."""
        if self._failure is None:
            try:
                sys.stdout.flush()
            except OSError as error:
                self._failed(error)
        return self._failure is None

    def _write(self, data: str | bytes) -> None:
        if self._failure is not None:
            return
        try:
            if isinstance(data, bytes):
                sys.stdout.flush()
                sys.stdout.buffer.write(data)
            else:
                sys.stdout.write(data)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        self._failure = error
        discard(sys.stdout)

    def _progress(self, event: Progress) -> None:
        text = event.text
        if event.unit == "bytes" and event.done:
            text += f" … {event.done / MIB:.1f} MB"
        elif event.total:
            text += f" {event.done}/{event.total}"
        if self._terminal:
            self._clear()
            _tell(text[:100])
            self._line = text[:100]
        elif event.done == 0 and not event.total:
            _tell(text + "\n")

    def _stage(self, event: StageEvent) -> None:
        if event.state is StageState.RUNNING:
            return
        seconds = f" ({event.seconds:.2f} s)" if event.seconds >= 0.005 else ""
        self.say(f"{event.stage.value:<9} {event.state.value:<8} {event.text}{seconds}")
        for error in event.errors:
            self.say(f"{'':9} {error.severity}: {error}")

    def _guard(self, event: GuardEvent) -> None:
        """Only what is asked of a person; the stages tell the rest."""
        if event.state is GuardState.WAITING:
            until = time.strftime("%H:%M:%S", time.localtime(event.ends_at))
            self.say(f"The change is live until {until}. Type confirm to keep it, rollback to undo it.")

    def _clear(self) -> None:
        if self._line:
            _tell("\r" + " " * len(self._line) + "\r")
            self._line = ""


def prepare_streams() -> None:
    """Make stdin, stdout and stderr usable, whatever this process was started with.

    Closed ones become empty ones.  Data for files and pipes is UTF-8 as XML and JSON are; a terminal keeps its own
    encoding, and shows what it lacks as escapes.
    """
    nothing = Path(os.devnull)  # stays open as long as the process
    if sys.stdin is None:
        sys.stdin = nothing.open(encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = nothing.open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = nothing.open("w", encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper):
        own = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=own, errors="backslashreplace")


def _tell(text: str) -> None:
    """Write to stderr, if anybody is there."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        discard(sys.stderr)  # closed, or its reader has gone: the work goes on


def discard(stream: TextIO) -> None:
    """Nobody takes what is written here: send it, and what is still held back, to the null device from now on.

    Else Python tries once more at exit, complains, and ends with status 120.  The descriptor stays taken, so that no
    socket gets its number.
    """
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, stream.fileno())
        finally:
            os.close(nothing)
        stream.flush()
    except (OSError, ValueError):
        pass


def error_json(error: RpcError) -> dict[str, Any]:
    """One rpc-error in a JSON document."""
    return {
        "tag": error.tag,
        "type": error.type,
        "severity": error.severity,
        "app_tag": error.app_tag,
        "path": error.path,
        "message": error.message,
        "session_id": error.session_id,
        "info": [list(pair) for pair in error.info],
    }
