"""Errors that nothing expected: kept for the report, shown with "copy details", never with a secret in them.

Lives here: turning an exception into text for people, masking what could be a secret, and the hook that catches
what no one caught.  The dialog that shows it is `dialogs/error.py`.
"""

from __future__ import annotations

import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from netconf_gui.errors import AppError, RpcError

_SECRET_ELEMENT = re.compile(
    r"(<(?:[\w.-]+:)?([\w.-]*(?:password|passphrase|secret|community|private-key|auth-key|key-string|token)[\w.-]*)"
    r"(?:\s[^>]*)?>)[^<]*(?=<)",
    re.IGNORECASE,
)
_SECRET_WORD = re.compile(
    r"((?:password|passphrase|passwd|secret|community|token)\w*['\"]?\s*[:=]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;)]+)",
    re.IGNORECASE,
)
_HASH = re.compile(r"\$\d\w?\$[^\s<\"']+")
MASK = "•••"


@dataclass(frozen=True, slots=True)
class Report:
    """What is shown of an error: a headline, the rest of the words, and details to copy."""

    title: str
    text: str
    details: str


def mask(text: str) -> str:
    """`text` without what looks like a password, a community or a hash."""
    text = _SECRET_ELEMENT.sub(lambda match: f"{match[1]}{MASK}", text)
    text = _SECRET_WORD.sub(lambda match: f"{match[1]}{MASK}", text)
    return _HASH.sub(MASK, text)


def _rpc_error_lines(errors: tuple[RpcError, ...]) -> list[str]:
    return [f"{error.severity}: {error}" for error in errors]


def describe(error: BaseException, *, doing: str = "") -> Report:
    """The words for an error.  An `AppError` speaks for itself; anything else is a fault of the program."""
    if isinstance(error, AppError):
        rest = " ".join(part for part in (error.state, error.advice) if part)
        lines = [f"{type(error).__name__}: {error.message}", rest]
        errors = getattr(error, "errors", ())
        if isinstance(errors, tuple):
            lines += _rpc_error_lines(errors)
        return Report(error.message, rest, mask("\n".join(line for line in lines if line)))
    trace = "".join(traceback.format_exception(error))
    what = f"while {doing}" if doing else "in the program"
    return Report(
        f"An unexpected error happened {what}.",
        "Nothing more was sent to the device. Your changes are kept in the window. "
        "Copy the details and send them to the developers.",
        mask(f"{environment()}\n\n{trace}"),
    )


def environment() -> str:
    """Versions of the program and of what it stands on, for reports."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"Python {platform.python_version()} on {platform.platform()}"]
    for name in ("netconf-gui", "PySide6-Essentials", "paramiko", "lxml", "oopt-gnpy-libyang"):
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} (not installed)")
    return "\n".join(lines)


class Collector:
    """Hands reports to whoever shows them, on any thread; the same error from painting only once."""

    def __init__(self) -> None:
        self._show: Callable[[BaseException], None] | None = None
        self._seen: set[str] = set()
        self.reports: list[Report] = []

    def show_with(self, show: Callable[[BaseException], None] | None) -> None:
        """`show(error)` may be called on any thread."""
        self._show = show

    def take(self, error: BaseException, *, once: bool = False) -> None:
        if once:
            where = traceback.extract_tb(error.__traceback__)
            key = f"{type(error).__name__}{where[-1].filename}{where[-1].lineno}" if where else repr(error)
            if key in self._seen:
                return
            self._seen.add(key)
        self.reports.append(describe(error))
        del self.reports[:-50]
        sys.stderr.write(mask("".join(traceback.format_exception(error))))
        if self._show is not None:
            self._show(error)


collector = Collector()


def from_painting(error: BaseException) -> None:
    """An exception inside `paint()`: shown once per place, never raised."""
    collector.take(error, once=True)


def install() -> None:
    """Catch what no one caught, on the GUI thread and on others."""

    def main_hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        collector.take(error)

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
            collector.take(arguments.exc_value)

    sys.excepthook = main_hook
    threading.excepthook = thread_hook
