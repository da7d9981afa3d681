"""What a command decides about locks, leftovers and the guard of a commit: by its options, or by lines of stdin.

Lives here: those options, and who answers the questions of `services.deploy`.  Does not live here: sending (`apply`),
commits that an ended program left (`pending`).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from netconf_gui.cli.running import Command
from netconf_gui.errors import ConfigError
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import LeftoverAnswer, Leftovers, LockAnswer, LockHolder, Stop, Wait
from netconf_gui.services.guard import GuardControl
from netconf_gui.services.lanes import Lane

_CONFIRM = ("confirm", "yes", "y")
_ROLL_BACK = ("rollback", "roll back", "cancel", "no", "n")
_STDIN = 0


def add_guard(parser: argparse.ArgumentParser) -> None:
    """How long to wait for locks, and how a commit is guarded."""
    parser.add_argument(
        "--confirmed",
        metavar="SECONDS",
        type=int,
        help="commit for SECONDS only; confirmed when the device was reached over a new session and holds the change",
    )
    parser.add_argument(
        "--confirm-by",
        choices=("program", "person"),
        default="program",
        help="with --confirmed: program (default), or person: a line on stdin, confirm or rollback",
    )
    parser.add_argument("--no-probe", action="store_true", help="with --confirmed: do not try a new session")
    parser.add_argument(
        "--wait-lock", metavar="SECONDS", type=float, default=0.0, help="wait for a lock that somebody else has"
    )
    parser.add_argument(
        "--discard-candidate", action="store_true", help="discard what somebody left uncommitted in candidate"
    )


def check_guard(arguments: argparse.Namespace) -> None:
    """Raise `ConfigError` for what cannot be."""
    if arguments.confirmed is not None and arguments.confirmed < 1:
        raise ConfigError(f"--confirmed is {arguments.confirmed}. Allowed: 1 and more.")
    if arguments.confirmed is None and (arguments.confirm_by == "person" or arguments.no_probe):
        raise ConfigError("--confirm-by person and --no-probe need --confirmed.")
    if arguments.wait_lock < 0:
        raise ConfigError(f"--wait-lock is {arguments.wait_lock:g}. Allowed: 0 and more.")
    if arguments.confirm_by == "person" and arguments.file == "-":
        raise ConfigError("stdin cannot hold both the configuration and the decision of --confirm-by person.")


class LockPatience:
    """Waits for locks for so many seconds in all, then gives up."""

    def __init__(self, command: Command, seconds: float) -> None:
        self._command = command
        self._end = 0.0
        self._seconds = seconds

    def __call__(self, holder: LockHolder) -> LockAnswer:
        now = time.monotonic()
        self._end = self._end or now + self._seconds
        left = self._end - now
        if left <= 0:
            return Stop()
        self._command.output.say(f"{holder.text} Waiting up to {left:.0f} s.")
        return Wait(left)


def discarding(command: Command) -> Callable[[Leftovers], LeftoverAnswer]:
    """Discards, and says what."""

    def discard(leftovers: Leftovers) -> LeftoverAnswer:
        command.output.say(f"{leftovers.text} Discarded, as told.")
        return "discard"

    return discard


@contextmanager
def deciding(command: Command, options: DeployOptions) -> Iterator[DeployOptions]:
    """The options with somebody who decides, where a person is to."""
    if options.confirm_seconds is None or options.confirm_by != "person":
        yield options
        return
    control = GuardControl()
    lane = Lane("decisions")
    lane.submit(_listen, command, control)
    try:
        yield replace(options, guard=control)
    finally:
        lane.close()


def _listen(command: Command, control: GuardControl) -> None:
    """Take the first line that decides; a stdin that ends decides nothing: then time does."""
    # not sys.stdin: a thread that waits in it would keep the interpreter from ending
    buffer = b""
    while control.decision is None:
        try:
            data = os.read(_STDIN, 4096)
        except OSError:
            return
        if not data:
            return
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            _decide(command, control, line.decode(errors="replace").strip().lower())


def _decide(command: Command, control: GuardControl, word: str) -> None:
    if word in _CONFIRM:
        control.confirm()
    elif word in _ROLL_BACK:
        control.roll_back()
    elif word:
        command.output.say("Type confirm or rollback.")
