"""Everything that was found wrong with one document, and at which elements.

Lives here: `Findings`: what the live check says, what a device refused, and the elements to mark, looked up in slices
so that a thousand findings in a large document do not stop the window.  Does not live here: checking (`live_check`),
broken text (the views), the list of findings (`panes/problems`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from lxml import etree
from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.document import Change, Document
from netconf_gui.config.error_path import from_error_path
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.gui.live_check import LiveCheck
from netconf_gui.yang.problem import Problem

DEVICE = "device"
PATIENCE = 250  # ms that findings may be stale before they are said to be: most checks are quicker
SLICE = 0.005  # seconds of looking up at a time


class Findings(QObject):
    """`changed`: the findings or whether they are `stale`; `placed`: `elements` are others."""

    changed = Signal()
    placed = Signal()

    def __init__(self, document: Document, check: LiveCheck, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self.elements: dict[etree._Element, Problem] = {}
        """The finding to mark at each element: the most serious one."""
        self._all: dict[etree._Element, list[Problem]] = {}
        self._document = document
        self._check = check
        self._refused: list[tuple[Problem, etree._Element | None]] = []
        self._waiting: list[Problem] = []
        self._found: dict[etree._Element, list[Problem]] = {}
        self._shown: tuple[tuple[Problem, ...], int] = ((), -1)
        self._was_stale = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._place_some)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self.changed)
        self._unsubscribe = document.subscribe(self._on_change)
        check.changed.connect(self._take)

    def close(self) -> None:
        self._timer.stop()
        self._patience.stop()
        self._unsubscribe()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What a device refused, then what the check found; what both say is the check's, which follows each edit."""
        known = {_sense(problem) for problem in self._check.problems} if self._refused else set()
        refused = (problem for problem, _ in self._refused if _sense(problem) not in known)
        return (*refused, *self._check.problems)

    def at(self, element: etree._Element) -> tuple[Problem, ...]:
        """All that was found at an element."""
        return tuple(self._all.get(element, ()))

    @property
    def stale(self) -> bool:
        """Whether what the check found is about the document before the last edit, and has been for a moment."""
        return self._check.stale and not self._patience.isActive()

    def refuse(self, errors: Iterable[RpcError]) -> None:
        """What a device said against this document instead of what one said before; nothing: it is forgotten.

        Each is about the device, not about the YANG rules: it stands until its node is edited, and keeps nobody from
        applying again.
        """
        self._refused = [self._refusal(error) for error in errors]
        self._take()

    def refuse_at(self, found: Iterable[tuple[Problem, etree._Element | None]]) -> None:
        """As `refuse`, for who knows already what each is about."""
        self._refused = list(found)
        self._take()

    def _refusal(self, error: RpcError) -> tuple[Problem, etree._Element | None]:
        root, binder = self._document.root, self._document.binder
        element = from_error_path(error.path, dict(error.path_namespaces), root, binder) if error.path else None
        path = str(self._document.path_of(element)) if element is not None else error.path or ""
        message = " ".join((error.message or error.tag).split())
        severity = "warning" if error.is_warning else "error"
        return Problem(severity, path, message, error.app_tag or "", DEVICE), element

    def _on_change(self, change: Change) -> None:
        if not self._refused:
            return
        kept = [item for item in self._refused if not _concerns(change, item[1])]
        if len(kept) < len(self._refused):
            self._refused = kept
            self._take()

    # where

    def _take(self) -> None:
        if not self._check.stale:
            self._patience.stop()
            self._was_stale = False
        elif not self._was_stale:
            self._was_stale = True
            self._patience.start()
        problems = self.problems
        # also the same findings may be at other elements: an undo makes new ones
        if (problems, self._check.revision) != self._shown:
            self._shown = (problems, self._check.revision)
            self._waiting = [problem for problem in reversed(problems) if problem.path]
            self._found = {}
            self._place_some()
        self.changed.emit()

    def _place_some(self) -> None:
        """Look up elements for a few milliseconds; go on when the window has had its turn."""
        until = time.perf_counter() + SLICE
        while self._waiting and time.perf_counter() < until:
            problem = self._waiting.pop()
            element = place_of(self._document, problem.path)
            if element is not None:
                self._found.setdefault(element, []).append(problem)
        if self._waiting:
            self._timer.start()
            return
        self._timer.stop()
        if self._found != self._all:
            self._all = self._found
            # the first error, else the first warning
            self.elements = {at: min(found, key=lambda item: not item.is_error) for at, found in self._all.items()}
            self.placed.emit()


def _sense(problem: Problem) -> tuple[str, str]:
    """What makes two findings the same one, whoever says it."""
    return problem.path, problem.app_tag or problem.message.rstrip(".").casefold()


def place_of(document: Document, path: str) -> etree._Element | None:
    """The element at a path as findings name it, or the nearest one above it."""
    try:
        wanted = InstancePath.parse(path, document.schema)
    except ConfigError:
        return from_error_path(path, None, document.root, document.binder)
    while wanted.steps:
        found = document.find(wanted)
        if found is not None:
            return found
        wanted = wanted.parent
    return None


def _concerns(change: Change, element: etree._Element | None) -> bool:
    """Whether a change edits an element, something in it, or something that it is in; None: any edit does."""
    if element is None or change.kind == "reset":
        return True
    edited = {one for one in (change.element, change.old_element) if one is not None}
    if edited & {element, *element.iterancestors()}:
        return True
    return any(element in one.iterancestors() for one in edited) or change.parent is element
