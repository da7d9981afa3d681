"""Single operations on a device, from the Device menu and the device page: offered, asked about, done, told.

Lives here: the actions, what the forms are filled from, and what follows.  Does not live here: the forms
(`operation_forms`), what the operations do (`services.datastore_jobs`), the page (`device_pages`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import RpcError
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.dialogs.operation import OperationDialog
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.operation_forms import FORMS, Form, Situation
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.datastore_jobs import Job
from netconf_gui.services.operation_advice import explain
from netconf_gui.session.datastores import editing_with_defaults

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link
    from netconf_gui.gui.panes.document import DocumentPane

# name of the form: (text, icon, key)
_ACTIONS: dict[str, tuple[str, str, str]] = {
    "copyConfig": ("&Copy a configuration…", "copy", "C"),
    "editConfig": ("&Send an edit…", "apply", "E"),
    "validateOnDevice": ("&Validate on the device…", "validate", "V"),
    "commitCandidate": ("Co&mmit candidate…", "confirm", "T"),
    "cancelCommit": ("Cance&l a confirmed commit…", "roll-back", "Z"),
    "discardChanges": ("&Discard what candidate holds…", "undo", "D"),
    "lockDatastore": ("Loc&k a datastore…", "locked", "L"),
    "unlockDatastore": ("&Unlock a datastore…", "unlocked", "U"),
    "lockParts": ("Lock a &part of running…", "locked", "P"),
    "deleteConfig": ("Dele&te a configuration…", "delete", "X"),
}
_SHORT = {
    "copyConfig": "Copy…",
    "editConfig": "Send an edit…",
    "validateOnDevice": "Validate…",
    "commitCandidate": "Commit…",
    "cancelCommit": "Cancel commit…",
    "discardChanges": "Discard…",
    "lockDatastore": "Lock…",
    "unlockDatastore": "Unlock…",
    "lockParts": "Lock a part…",
    "deleteConfig": "Delete…",
}
_SOMETHING = jobs.Configuration("a document", b"")
_LINES_BEFORE = ("commitCandidate", "lockDatastore", "deleteConfig")


class DeviceOperations(QObject):
    """`done(device id)` when something was done on a device, or was tried."""

    done = Signal(str)
    lock_changed = Signal(str, str)  # device id, what is locked by a person on its session

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("deviceOperations")
        self._program = program
        window = program.window
        self.page_link: Callable[[], Link | None] = lambda: None
        self.page_datastore: Callable[[], str] = lambda: ""
        self.actions: dict[str, QAction] = {}
        self._held: dict[str, list[str]] = {}
        menu: QMenu = named(QMenu("Datastore &operations", window), "datastoreMenu", "Datastore operations")
        self.menu: QMenu = menu
        for name, (text, icon, key) in _ACTIONS.items():
            made = action(window, text, f"{name}Action", icon=icon, shortcut=f"Ctrl+Alt+Shift+{key}")
            made.setIconText(_SHORT[name])
            made.triggered.connect(partial(self._ask, name))
            window.addAction(made)
            if name in _LINES_BEFORE:
                menu.addSeparator()
            menu.addAction(made)
            self.actions[name] = made
        window.menus.device.insertMenu(window.menus.commits.menuAction(), menu)
        self.lock_changed.connect(program.following.show_lock)
        program.applying.lock_changed.connect(self._applied)
        program.connections.closed.connect(self._follow_locks)
        program.devices.selection_changed.connect(self.follow)
        program.connections.changed.connect(lambda _device: self.follow())
        window.documents.page_changed.connect(lambda _page: self.follow())
        self.follow()

    # -------------------------------------------------------------------------------------------- what is offered

    @property
    def link(self) -> Link | None:
        """The device that is meant: that of the page in front, else the one that is selected."""
        return self.page_link() or self._program.devices.selected

    def follow(self) -> None:
        """Offer what the device has; a tooltip says why something is not offered."""
        link = self.link
        here = self._situation(link, only_offering=True) if link is not None and link.connected else None
        self.menu.menuAction().setEnabled(here is not None)
        for name, made in self.actions.items():
            form: Form | None = FORMS[name](here) if here is not None else None
            made.setEnabled(form is not None and not form.no)
            text = _ACTIONS[name][0].replace("&", "").rstrip("…")
            made.setToolTip(form.no if form is not None and form.no else f"{text} ({made.shortcut().toString()})")

    def _situation(self, link: Link, *, only_offering: bool = False) -> Situation:
        """What forms are filled from; to know what is offered, nothing of documents is gathered."""
        assert link.session is not None
        documents = self._program.documents
        pane = documents.current or documents.of_device(link.device.id)
        mine = pane if pane is not None and pane.context.device_id == link.device.id else None
        chosen = self.page_datastore()
        if not chosen:
            device_id, row = self._program.window.devices.current()
            chosen = row if device_id == link.device.id else ""
        path = path_of_row(mine.document, mine.row) if mine is not None and not only_offering else None
        return Situation(
            link.device.name,
            link.session.capabilities,
            link.datastores,
            link.schema.schema if link.schema is not None else None,
            chosen if chosen in link.datastores else "",
            None if pane is None else _SOMETHING if only_offering else self._whole(pane),
            None if mine is None or not mine.document.is_dirty else _SOMETHING if only_offering else self._edit(mine),
            str(path) if path is not None and path.steps else "",
        )

    @staticmethod
    def _whole(pane: DocumentPane) -> jobs.Configuration:
        document = pane.document
        return jobs.whole_of(f"all of the document {pane.context.title}", document.recipe(), document.schema)

    @staticmethod
    def _edit(pane: DocumentPane) -> jobs.Configuration:
        document, able = pane.document, pane.context.capabilities
        defaults = editing_with_defaults(able) if able is not None else None
        title = f"the changes of the document {pane.context.title}"
        return jobs.edit_of(title, document.base, document.recipe(), document.schema, defaults)

    # ------------------------------------------------------------------------------------------------ asking, doing

    def _ask(self, name: str, _checked: bool = False) -> None:
        link = self.link
        if link is None or not link.connected:
            return
        form: Form = FORMS[name](self._situation(link))
        if form.no:
            self._program.window.status.tell(form.no)
            return
        dialog = OperationDialog(
            self._program.window, form.title, form.text, form.fields, form.make, verb=form.verb, icon=form.icon
        )
        dialog.chosen.connect(lambda job: self.do(link, job))
        dialog.open()

    def confirm(self, link: Link, job: Job, verb: str, *, icon: str = "question") -> None:
        """Ask about one job that needs nothing to be filled in, then do it."""
        question = Question(
            self._program.window,
            f"{job.title}?",
            job.destroys or "Nothing is lost by it.",
            [Choice("keep", "Cancel"), Choice("do", verb, "danger" if job.destroys else "primary")],
            icon=icon,
            object_name="operationQuestion",
        )
        question.answered.connect(lambda key: self.do(link, job) if key == "do" else None)
        question.open()

    def do(self, link: Link, job: Job) -> Task | None:
        """Do it on the device's lane, and tell how it went."""
        session, lane, device = link.session, link.lane, link.device
        if session is None or lane is None:
            self._program.window.status.tell(f"{device.name} is not connected. Connect it, then try again.")
            return None

        def work(cancel: CancelToken, _report: Report) -> tuple[RpcError, ...]:
            return tuple(job.run(session, cancel))

        task = self._program.tasks.run(work, title=f"{job.title} ({device.name})", lane=lane, subject=device.address)
        task.done.connect(lambda warnings: self._done(link, job, warnings))
        task.failed.connect(lambda error: self._failed(error, f"{_lower(job.title)} on {device.name}"))
        task.finished.connect(lambda: self.done.emit(device.id))
        return task

    def _follow_locks(self, device_id: str, job: Job | None = None) -> None:
        """What a person locked is told in the status bar until it is unlocked or the session ends."""
        held = self._held.setdefault(device_id, [])
        if job is None:
            held.clear()
        elif job.locks or job.unlocks:
            held[:] = [one for one in held if one not in (job.locks, job.unlocks)] + ([job.locks] if job.locks else [])
        else:
            return
        self.lock_changed.emit(device_id, f"Locked by you: {', '.join(held)}" if held else "")

    def _applied(self, device_id: str, words: str) -> None:
        """An apply gave back its own locks: those of a person are there still."""
        held = self._held.get(device_id)
        if held and not words:
            self.lock_changed.emit(device_id, f"Locked by you: {', '.join(held)}")

    def _failed(self, error: BaseException, doing: str) -> None:
        explain(error)
        self._program.show_error(error, doing=doing)

    def _done(self, link: Link, job: Job, warnings: tuple[RpcError, ...]) -> None:
        self._follow_locks(link.device.id, job)
        words = f"{link.device.name}: {job.done}"
        if warnings:
            words += f" The device warns: {'; '.join(str(one) for one in warnings)}."
        documents, kept = self._program.documents, 0
        for datastore in job.rereads:
            pane = documents.of_device(link.device.id, datastore)
            if pane is not None and pane.document.is_dirty:
                kept += 1
            elif pane is not None:
                documents.reload(pane)
        if kept:
            words += " Your draft was kept: refresh it to compare it with what the device holds now."
        self._program.window.status.tell(words)


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
