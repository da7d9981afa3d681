"""Keeping filters under names: the questions about a name, renaming, deleting.

Lives here: `KeptFilters`, which tells the pages what is kept.  Does not live here: the file
(`workspace.filter_favourites`), applying one (`panes/filter`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netconf_gui.errors import WorkspaceError
from netconf_gui.gui.dialogs.console import FieldsDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.panes.filter import FilterPage
from netconf_gui.services import filters
from netconf_gui.workspace.filter_favourites import FilterFavourite

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program


class KeptFilters(QObject):
    """`changed()` when other filters are kept."""

    changed = Signal()

    def __init__(self, program: Program, parent: QObject) -> None:
        super().__init__(parent)
        self._program = program
        self.store = program.workspace.filters

    def of(self, device_id: str) -> tuple[FilterFavourite, ...]:
        """Those for every device and those for the modules of this one."""
        return self.store.of(self.key(device_id))

    def key(self, device_id: str) -> str:
        """The set of modules of a device; "" where none is loaded."""
        link = self._program.connections.link(device_id)
        return (link.schema.key or "") if link is not None and link.schema is not None else ""

    def follow(self, page: FilterPage) -> None:
        """Answer what a page asks about its kept filters."""
        page.keep_wanted.connect(partial(self._ask_name, page))
        page.rename_wanted.connect(partial(self._ask_rename, page))
        page.drop_wanted.connect(self._ask_drop)

    def _ask_name(self, page: FilterPage) -> None:
        key = self.key(page.device_id)
        dialog = FieldsDialog(
            self._program.window,
            "keepFilterDialog",
            "Keep the filter",
            "It is offered for every device. One of the same name is replaced.",
            ["Name"],
            "Keep",
            known={"Name": page.applied.name if page.applied is not None else ""},
        )
        if key:
            dialog.offer("Only for devices with these modules")
        dialog.filled.connect(lambda values: self._keep(page, values["Name"].strip(), key if dialog.ticked else ""))
        dialog.open()

    def _keep(self, page: FilterPage, name: str, key: str) -> None:
        favourite = filters.favourite_of(page.request, name, key)
        if self._guarded(partial(self.store.keep, favourite)):
            page.applied = favourite
            self._program.window.status.tell(f"The filter is kept as {name}.")
        self.changed.emit()

    def _ask_rename(self, page: FilterPage, one: FilterFavourite) -> None:
        dialog = FieldsDialog(
            self._program.window,
            "renameFilterDialog",
            "Rename the filter",
            "Its text stays as it is.",
            ["Name"],
            "Rename",
            known={"Name": one.name},
        )

        def filled(values: dict[str, str]) -> None:
            if self._guarded(lambda: self.store.rename(one, values["Name"])) and page.applied == one:
                page.applied = None
            self.changed.emit()

        dialog.filled.connect(filled)
        dialog.open()

    def _ask_drop(self, one: FilterFavourite) -> None:
        question = Question(
            self._program.window,
            f"Delete the filter {one.name}?",
            "It cannot be brought back.",
            [Choice("keep", "Cancel"), Choice("drop", "Delete", "danger")],
            icon="delete",
            object_name="dropFilterQuestion",
        )

        def answered(key: str) -> None:
            if key == "drop":
                self._guarded(lambda: self.store.drop(one))
                self.changed.emit()

        question.answered.connect(answered)
        question.open()

    def _guarded(self, do: Callable[[], object]) -> bool:
        """Change the kept filters; what cannot be is shown."""
        try:
            do()
        except WorkspaceError as error:
            self._program.show_error(error, doing="keeping a filter")
            return False
        return True
