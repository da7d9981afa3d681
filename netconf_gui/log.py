"""The program's log: one rotating file that only its owner can read, and never a secret in it.

What may be logged is decided where it is logged (names, sizes, times; never message bodies, values or credentials).
This module adds a second line of defence: `guard(text)` registers a credential in use, and whatever record contains
it is written with the credential struck out.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = "netconf_gui"
LIBRARIES = ("paramiko", "keyring", "asyncio")
FILE = "netconf_gui.log"  # in the folder that `configure` is given
STRUCK = "[credential removed]"
_MAX_BYTES = 2_000_000
_lock = threading.Lock()
_guarded: dict[str, int] = {}


def get(name: str) -> logging.Logger:
    """The logger of one part: `log.get(__name__)`."""
    return logging.getLogger(name if name.startswith(ROOT) else f"{ROOT}.{name}")


@contextmanager
def guard(secret: str) -> Iterator[None]:
    """While inside, `secret` is struck out of every record; nested and concurrent use is counted."""
    if len(secret) < 4:  # shorter ones would strike out half of every line
        yield
        return
    with _lock:
        _guarded[secret] = _guarded.get(secret, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _guarded[secret] -= 1
            if not _guarded[secret]:
                del _guarded[secret]


def strike(text: str) -> str:
    """`text` without any guarded credential."""
    with _lock:
        secrets = sorted(_guarded, key=len, reverse=True)
    for secret in secrets:
        text = text.replace(secret, STRUCK)
    return text


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return strike(super().format(record))


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file made 0600 whatever the umask says."""

    def _open(self) -> object:  # type: ignore[override]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk or a folder that became read-only: nobody is served by a traceback on the terminal."""


def configure(folder: Path | None, *, level: int = logging.INFO) -> None:
    """Log into `folder`/netconf_gui.log (None: nowhere); libraries are kept to warnings, off the terminal."""
    logger = logging.getLogger(ROOT)
    shutdown()
    logger.setLevel(level)
    logger.propagate = False
    logger.handlers.clear()
    handler: logging.Handler = logging.NullHandler()
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateFile(folder / FILE, maxBytes=_MAX_BYTES, backupCount=2, delay=True)
        handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    for library in LIBRARIES:
        outside = logging.getLogger(library)
        outside.setLevel(logging.WARNING)
        outside.propagate = False
        outside.handlers[:] = [handler]


def shutdown() -> None:
    """Close the file; what threads of libraries say after that is dropped, not printed."""
    for name in (ROOT, *LIBRARIES):
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
        logger.addHandler(logging.NullHandler())
