"""Reading a part of a device: the page of each device on which a filter is made, asking, and what came as a document.

Lives here: which page is of which device, the ways to it, asking on the device's lane.  Does not live here: how a page
looks (`panes/filter`), what is asked (`services.filters`), what comes (`filters_parts`), favourites (`filters_kept`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.config.filter_building import Pick, pick_of
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import AppError, Cancelled, ConfigError
from netconf_gui.gui.filters_kept import KeptFilters
from netconf_gui.gui.filters_known import Known
from netconf_gui.gui.filters_parts import FilterParts, Part
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.gui.panes.filter import FilterPage
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services import filters
from netconf_gui.services.filters import Answer, FilterRequest
from netconf_gui.services.load import LoadedSchema, load_schema
from netconf_gui.workspace.filter_favourites import FilterFavourite

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link


class Filters(QObject):
    """The pages by device; `parts` are the documents that came, `kept` the favourites."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("filters")
        self._program = program
        self._pages: dict[str, FilterPage] = {}
        self.parts = FilterParts(program, self, self._again, self._change)
        self.kept = KeptFilters(program, self)
        self.kept.changed.connect(self._show_kept)
        window = program.window
        made = self.action = action(
            window,
            "Read &with a filter…",
            "readFilterAction",
            icon="filter",
            shortcut="Ctrl+9",
            tip="Tick what is read, or write a filter; kept filters",
        )
        made.triggered.connect(lambda: self._open_selected())
        window.addAction(made)
        window.menus.device.insertAction(window.actions_.open_state, made)
        self.menu: QMenu = named(QMenu("&Kept filters", window), "keptFiltersMenu", "Kept filters")
        self.menu.aboutToShow.connect(self._fill_menu)
        window.menus.device.insertMenu(window.actions_.open_state, self.menu)
        program.devices.more_actions += [made, self.menu.menuAction()]
        program.documents.pane_added.connect(self._extend)
        program.documents.page_closed.connect(self._closed)
        program.schemas.filter_wanted.connect(self._add_path)
        program.connections.changed.connect(self._changed)
        program.devices.selection_changed.connect(self._follow)
        window.documents.page_changed.connect(self._page_changed)
        self._own_menus = False
        self._follow()
        store = self.kept.store
        if not store.of() and store.problem is not None:
            window.status.tell(store.problem.full_text())

    # -------------------------------------------------------------------------------------------------- the pages

    def page(self, device_id: str) -> FilterPage | None:
        """The page of a device, if it is open."""
        found = self._pages.get(device_id)
        if found is not None and (not isValid(found) or self._program.window.documents.indexOf(found) < 0):
            del self._pages[device_id]
            return None
        return found

    def open(self, device_id: str, picks: Sequence[Pick] = (), *, alone: bool = False) -> FilterPage | None:
        """The page of a device in front; with `picks` they are ticked besides, or `alone`."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        tabs, there = self._program.window.documents, self.page(device_id)
        if there is None:
            there = self._pages[device_id] = self._make(link)
            self._program.window.show_panes()
            tabs.add_page(there, f"{link.device.name} filter", "filter", tip=f"Read a part of {link.device.name}")
        else:
            tabs.setCurrentWidget(there)
        self._show_device(there, link)
        if picks:
            there.add(picks, alone=alone)
        there.setFocus()
        return there

    def _make(self, link: Link) -> FilterPage:
        page = FilterPage(link.device.id, link.device.name)
        page.read_wanted.connect(partial(self.read, link.device.id))
        self.kept.follow(page)
        return page

    def _show_device(self, page: FilterPage, link: Link) -> None:
        schema = link.schema.schema if link.schema is not None else page.schema
        offer = None
        if link.connected and link.session is not None:
            offer = filters.offered(link.session.capabilities, link.datastores)
        known = Known(partial(self._documents, link.device.id))
        page.show_device(schema, offer, known.entries, known.values)
        page.show_kept(self.kept.of(link.device.id))
        if schema is None and link.connected:
            self._get_schema(link)

    def _documents(self, device_id: str) -> list[Document]:
        """Open documents of the device, those with all of it first."""
        panes = self._program.documents.panes
        whole = [pane.document for pane in panes if pane.context.device_id == device_id]
        return whole + self.parts.documents(device_id)

    def _get_schema(self, link: Link) -> None:
        """The schema of a device of which nothing was read yet."""
        session, lane = link.session, link.lane
        if session is None or lane is None:
            return
        engine, settings = self._program.engine, self._program.workspace.settings
        folders = [Path(folder) for folder in link.device.schema_folders]

        def work(cancel: CancelToken, report: Report) -> LoadedSchema:
            parallel = settings.engine.parallel_downloads
            return load_schema(
                session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=report
            )

        title = f"Get the schema of {link.device.name}"
        task = self._program.tasks.run(work, title=title, lane=lane, subject=link.device.address)
        task.done.connect(lambda loaded: self._keep_schema(link, loaded))
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"getting the schema of {title}"))

    def _keep_schema(self, link: Link, loaded: LoadedSchema) -> None:
        if link.schema is None and link.connected:
            link.schema = loaded
        self._program.connections.changed.emit(link.device.id)

    def _open_selected(self) -> None:
        link = self._selected()
        if link is not None:
            self.open(link.device.id)

    def _selected(self) -> Link | None:
        """The device that is meant: that of the page in front, else the one that is selected."""
        page = self._program.window.documents.currentWidget()
        device_id = page.device_id if isinstance(page, FilterPage) else ""
        return self._program.connections.link(device_id) if device_id else self._program.operations.link

    def _changed(self, device_id: str) -> None:
        page, link = self.page(device_id), self._program.connections.link(device_id)
        if page is not None and link is not None:
            self._show_device(page, link)
        self.parts.follow(device_id)
        self._follow()

    def _follow(self) -> None:
        link = self._program.devices.selected
        can = link is not None and link.connected
        self.action.setEnabled(can)
        self.menu.menuAction().setEnabled(can)

    def _page_changed(self, page: object) -> None:
        """The page in front has its actions in the menus."""
        menus = self._program.window.menus
        if isinstance(page, FilterPage):
            menus.show_document_actions(page.edit_actions(), page.view_actions())
            self._own_menus = True
        elif self._own_menus:
            self._own_menus = False
            if page is None or page is not self._program.documents.current:
                menus.show_document_actions([], [])

    def _closed(self, page: object) -> None:
        if isinstance(page, FilterPage):
            page.close_pane()

    # --------------------------------------------------------------------------------------- from other places

    def _add_path(self, device_id: str, text: str) -> None:
        """A node of the schema browser, of all its instances."""
        link = self._program.connections.link(device_id)
        schema = link.schema.schema if link is not None and link.schema is not None else None
        try:
            path = InstancePath.parse(text, schema)
        except ConfigError as error:
            self._program.show_error(error)
            return
        self.open(device_id, [pick_of(path)])

    def _extend(self, pane: DocumentPane) -> None:
        """Every document of a device has its nodes read alone, or added to the filter."""
        if not pane.context.device_id:
            return
        for text, name, keys, do in (
            ("Read only t&his…", "readOnlyThisAction", "Ctrl+Alt+Q", partial(self._from_pane, pane, alone=True)),
            ("Add to the fi&lter", "addToFilterAction", "Ctrl+Alt+A", partial(self._from_pane, pane, alone=False)),
        ):
            made = action(pane, text, name, icon="filter", shortcut=keys)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _on=False, act=do: act())
            pane.addAction(made)
            pane.more_actions.append(made)

    def _from_pane(self, pane: DocumentPane, *, alone: bool) -> None:
        path = path_of_row(pane.document, pane.row)
        if path is None or not path.steps:
            self._program.window.status.tell("Choose a node first: it is ticked in the filter.")
            return
        page = self.open(pane.context.device_id, [pick_of(path)], alone=alone)
        if page is not None and alone:
            page.bar.show_choice(filters.GET_CONFIG, pane.context.datastore, "")
            page.read()
        elif page is not None:
            self._program.window.status.tell(f"{path.short()} is ticked in the filter of {page.name}.")

    def _fill_menu(self) -> None:
        self.menu.clear()
        link = self._selected()
        kept = self.kept.of(link.device.id) if link is not None else ()
        for one in kept:
            entry = self.menu.addAction(one.name.replace("&", "&&"))
            entry.setObjectName("keptFilterAction")
            entry.setToolTip(one.text)
            entry.triggered.connect(partial(self._read_kept, link.device.id if link is not None else "", one))
        if not kept:
            self.menu.addAction("No filter is kept yet").setEnabled(False)

    def _read_kept(self, device_id: str, one: FilterFavourite, _on: bool = False) -> None:
        self.read(device_id, filters.request_of(one))

    # ------------------------------------------------------------------------------------------------- reading

    def read(self, device_id: str, request: FilterRequest, instead: DocumentPane | None = None) -> Task | None:
        """Ask the device on its lane; what comes is a document in a tab, or in place of `instead`."""
        link = self._program.connections.link(device_id)
        session, lane = (link.session, link.lane) if link is not None else (None, None)
        if link is None or session is None or lane is None:
            self._program.window.status.tell("The device is not connected. Connect it, then read.")
            return None
        name, known = link.device.name, link.schema
        schema = known.schema if known is not None else None

        def work(cancel: CancelToken, report: Report) -> tuple[Answer, Document]:
            answer = filters.read(session, request, cancel=cancel, on_event=report)
            document = Document(answer.data, schema, name=name)
            document.prepare()
            return answer, document

        title = f"Read {request.title} of {name}"
        task = self._program.tasks.run(work, title=title, lane=lane, subject=link.device.address)
        task.done.connect(lambda found: self._arrived(link, found[0], found[1], instead))
        task.failed.connect(lambda error: self._failed(device_id, request, error))
        return task

    def _failed(self, device_id: str, request: FilterRequest, error: BaseException) -> None:
        page = self.page(device_id)
        if isinstance(error, Cancelled):
            return
        if page is not None and isinstance(error, AppError):
            page.notice.say("error", error.full_text())
        self._program.show_error(error, doing=f"reading {request.title}")

    def _arrived(self, link: Link, answer: Answer, document: Document, instead: DocumentPane | None) -> None:
        page = self.page(link.device.id)
        if not answer.empty:
            self.parts.show(link, answer, document, instead)
            return
        words = f"{link.device.name} has nothing that the filter takes."
        self._program.window.status.tell(words)
        if page is not None:
            page.notice.say("info", words)

    def _again(self, pane: DocumentPane, part: Part) -> None:
        self.read(part.device_id, part.request, pane)

    def _change(self, part: Part) -> None:
        page = self.open(part.device_id)
        if page is not None:
            page.apply(filters.favourite_of(part.request, part.request.name))

    def _show_kept(self) -> None:
        for device_id in tuple(self._pages):
            page = self.page(device_id)
            if page is not None:
                page.show_kept(self.kept.of(device_id))
