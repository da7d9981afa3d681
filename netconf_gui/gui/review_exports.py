"""The differences of a review for elsewhere: as text, JSON, page or YANG patch; saved or copied, secrets masked.

Lives here: the menu and the work.  Does not live here: the formats (`config.diff_export`, `diff_html`, `yang_patch`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.diff import Diff, diff
from netconf_gui.config.diff_export import Mask, to_json, to_text
from netconf_gui.config.diff_html import to_html
from netconf_gui.config.yang_patch import yang_patch, yang_patch_json
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.services.change import masked
from netconf_gui.workspace.files import write_atomically

if TYPE_CHECKING:
    from netconf_gui.gui.panes.diff import DiffPane

Make = Callable[[Diff, str, Mask | None], str]
"""Of the differences, a title and what may be shown."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write differences down."""

    key: str
    title: str  # with its mnemonic
    suffix: str
    make: Make
    needs_schema: bool = False


FORMATS = (
    Format("Text", "&Text", ".txt", lambda found, _title, mask: to_text(found, mask=mask)),
    Format("Json", "&JSON", ".json", lambda found, _title, mask: to_json(found, mask=mask)),
    Format("Html", "&HTML page", ".html", lambda found, title, mask: to_html(found, title, mask=mask)),
    Format(
        "Patch",
        "&YANG patch",
        ".xml",
        lambda found, title, mask: yang_patch(found, patch_id(title), mask=mask).decode(),
        needs_schema=True,
    ),
    Format(
        "PatchJson",
        "YANG patch in J&SON",
        ".json",
        lambda found, title, mask: yang_patch_json(found, patch_id(title), mask=mask),
        needs_schema=True,
    ),
)


def patch_id(title: str) -> str:
    """A name for the patch: what it is about and when it was made."""
    return f"{_plain(title)}-{datetime.now():%Y%m%d-%H%M%S}"


def _plain(title: str) -> str:
    return re.sub(r"[^\w.-]+", "-", title).strip("-") or "review"


class ReviewExports(QObject):
    """The menu `Export` of a review; files are for their owner only, since configurations hold secrets."""

    def __init__(self, pane: DiffPane, manager: TaskManager) -> None:
        super().__init__(pane)
        self.setObjectName("reviewExports")
        self._pane = pane
        self._work = Latest(manager, self, "Export the differences", quiet=False)
        self._work.failed.connect(pane.error)
        self.menu = named(QMenu(pane), "diffExportMenu", "Export")
        self.saves = {one.key: self._action(one, "save") for one in FORMATS}
        self.copies = {one.key: self._action(one, "copy") for one in FORMATS}
        self.secrets = action(
            pane, "Secrets in &clear text", "exportSecretsAction", checkable=True,
            tip="Passwords, keys and communities as they are; otherwise they are masked",
        )  # fmt: skip
        self.menu.addSection("Save")
        self.menu.addActions(list(self.saves.values()))
        self.menu.addSection("Copy")
        self.menu.addActions(list(self.copies.values()))
        self.menu.addSeparator()
        self.menu.addAction(self.secrets)
        pane.bar.export.setMenu(self.menu)

    def _action(self, one: Format, verb: str) -> QAction:
        text = f"{one.title}…" if verb == "save" else f"Copy as {one.title.replace('&', '')}"
        made = action(self._pane, text, f"{verb}{one.key}Action", icon=verb)
        do = self.save if verb == "save" else self.copy
        made.triggered.connect(lambda: do(one))
        return made

    def popup(self) -> None:
        """Show the menu below its button."""
        button = self._pane.bar.export
        self.menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def update_state(self) -> None:
        """YANG patches need to know what is a list and what its keys are."""
        review = self._pane.review
        there = review is not None and bool(review.difference)
        known = review is not None and review.difference.schema is not None
        for one in FORMATS:
            for made in (self.saves[one.key], self.copies[one.key]):
                made.setEnabled(there and (known or not one.needs_schema))
        self._pane.bar.export.setEnabled(there)
        self._pane.actions_.export.setEnabled(there)

    def save(self, one: Format) -> None:
        """Ask where, and write."""
        name = f"{_plain(self._pane.document_pane.title)}-changes{one.suffix}"
        chosen, _ = QFileDialog.getSaveFileName(self._pane.window(), "Save the differences", name)
        if not chosen:
            return
        path = Path(chosen)

        def made(text: str) -> None:
            write_atomically(path, text.encode())

        self._start(one, made, lambda _text: self._pane.told.emit(f"{path.name} was written{self._masked()}."))

    def copy(self, one: Format) -> None:
        """Put it on the clipboard."""

        def done(text: str) -> None:
            copy_text(text)
            self._pane.told.emit(f"The differences were copied{self._masked()}.")

        self._start(one, lambda _text: None, done)

    def _masked(self) -> str:
        return ", secrets in clear text" if self.secrets.isChecked() else ", secrets masked"

    def _start(self, one: Format, then: Callable[[str], object], done: Callable[[str], object]) -> None:
        """Make the text on a worker, from bytes; `then` runs there as well."""
        pane = self._pane.document_pane
        base, mine, schema = pane.document.base, pane.document.snapshot().data, pane.document.schema
        defaults, title = self._pane.defaults, pane.title
        mask: Mask | None = None if self.secrets.isChecked() else masked

        def work(cancel: CancelToken, _report: Report) -> str:
            found = diff(codec.read_root(base), codec.read_root(mine), schema, defaults=defaults, cancel=cancel)
            text = one.make(found, title, mask)
            then(text)
            return text

        self._work.run(work, done)
