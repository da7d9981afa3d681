"""Schema browsers and comparisons in tabs: opening them for a document, a device or a folder, and what they ask for.

Lives here: which browser is about what, and the bridge to documents (instances, creating, filters).  Does not live
here: the panes (`panes/schema_browser`, `panes/schema_compare`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMetaMethod, QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.dialogs.list_dialog import fit_to_rows
from netconf_gui.gui.dialogs.schema_choice import SchemaChoiceDialog
from netconf_gui.gui.forms import named
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.panes.schema_compare import SchemaCompare
from netconf_gui.gui.schema_creating import create_here
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import Report
from netconf_gui.services.revisions import load_revision
from netconf_gui.services.schema_choice import ChosenSchema, offered, open_set
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from lxml import etree

    from netconf_gui.gui.application import Program
    from netconf_gui.services.load import LoadedSchema
    from netconf_gui.workspace.schema_sets import SchemaSet


class SchemaBrowsing(QObject):
    """`filter_wanted(device id, data path)`: a node is wanted in a filter; offered only while that is connected."""

    filter_wanted = Signal(str, str)
    send_wanted = Signal(str, object)  # the device, an rpc, action or notification of its schema

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._tabs = program.window.documents
        self._own_menus = False
        a = program.window.actions_
        a.browse_schema.triggered.connect(lambda: self.open_current())
        a.browse_other.triggered.connect(lambda: self._ask("Browse a schema", "Which modules?", "Browse", self._browse))
        a.compare_schemas.triggered.connect(lambda: self.compare())
        self._tabs.page_changed.connect(self._page_changed)
        program.node.schema_wanted.connect(self._show_wanted)
        program.documents.current_changed.connect(self._update_state)
        program.devices.selection_changed.connect(self._update_state)
        program.connections.changed.connect(lambda _device: self._update_state())
        self._update_state()

    # ------------------------------------------------------------------------------------------------- opening

    @property
    def browsers(self) -> list[SchemaBrowser]:
        return [page for page in self._tabs.pages() if isinstance(page, SchemaBrowser)]

    def open_current(self) -> None:
        """For the device whose row has the focus, else the document in front, else the selected device."""
        program = self._program
        link = program.devices.selected
        pane = program.documents.current
        in_list = program.window.devices.isAncestorOf(program.window.focusWidget() or program.window)
        if pane is not None and pane.document.schema is not None and not in_list:
            self.open_pane(pane)
        elif link is not None and link.schema is not None and link.schema.schema is not None:
            self.open_device(link.device.id)
        elif pane is not None:
            self.open_pane(pane)

    def open_pane(self, pane: DocumentPane, node: SchemaNode | None = None) -> None:
        """The browser of a document's schema, at the node of its cursor or another."""
        wanted = node if node is not None else pane.row.node if pane.row is not None else None

        def show(browser: SchemaBrowser) -> None:
            if wanted is not None:
                browser.show_node(wanted)

        self._open(self._subject_of_pane(pane), show)

    def open_device(self, device_id: str) -> None:
        """The browser of what a device has loaded."""
        link = self._program.connections.link(device_id)
        loaded = link.schema if link is not None else None
        if link is not None and loaded is not None:
            self._open(self._subject(link.device.name, loaded, device_id))

    def show_module(self, pane: DocumentPane, name: str) -> None:
        """Show a module of a document's schema in its browser."""
        self._open(self._subject_of_pane(pane), lambda browser: browser.show_module(name))

    def _show_wanted(self, node: SchemaNode) -> None:
        pane = self._program.documents.current
        if pane is not None:
            self.open_pane(pane, node)

    def _subject_of_pane(self, pane: DocumentPane) -> SchemaSubject | None:
        context, schema = pane.context, pane.document.schema
        link = self._program.connections.link(context.device_id) if context.device_id else None
        if link is not None and link.schema is not None and link.schema.key == context.key:
            return self._subject(link.device.name, link.schema, link.device.id)
        if schema is None:
            return None
        title = context.device_name or context.schema_title or context.title
        return SchemaSubject(title, schema, context.engine, context.key, context.device_id)

    def _subject(self, title: str, loaded: LoadedSchema, device_id: str = "") -> SchemaSubject | None:
        if loaded.schema is None:
            return None
        origins = {item.name: str(item.origin) for item in loaded.report.modules}
        return SchemaSubject(title, loaded.schema, self._program.engine, loaded.key, device_id, origins)

    def _open(self, subject: SchemaSubject | None, then: Callable[[SchemaBrowser], object] | None = None) -> None:
        """Bring the browser of a subject to the front, made if there is none; `then(browser)`."""
        program = self._program
        if subject is None:
            program.window.status.tell("There is no schema to show: nothing is loaded yet.")
            return
        there = self._there(subject)
        if there is None and subject.is_large:

            def work(_cancel: CancelToken, _report: Report) -> SchemaSubject:
                subject.prepare()
                return subject

            task = program.tasks.run(work, title=f"Open the schema of {subject.title}")
            task.done.connect(lambda found: self._show(self._there(found) or self._make(found), then))
            task.failed.connect(partial(program.documents.failed.emit, f"opening the schema of {subject.title}"))
            return
        self._show(there or self._make(subject), then)

    def _there(self, subject: SchemaSubject) -> SchemaBrowser | None:
        for browser in self.browsers:
            if browser.subject.schema is subject.schema and browser.subject.title == subject.title:
                return browser
        return None

    def _show(self, browser: SchemaBrowser, then: Callable[[SchemaBrowser], object] | None) -> None:
        self._tabs.setCurrentWidget(browser)
        if then is not None:
            then(browser)

    def _make(self, subject: SchemaSubject) -> SchemaBrowser:
        browser = SchemaBrowser(subject, self._program.tasks)
        browser.instances_wanted.connect(partial(self._tell_panes, browser))
        browser.create_wanted.connect(partial(self._create, browser))
        browser.filter_wanted.connect(partial(self._filter, browser))
        browser.send_wanted.connect(lambda node: self.send_wanted.emit(browser.subject.device_id, node))
        browser.revision_wanted.connect(partial(self._ask_revision, browser))
        browser.go_wanted.connect(self._go)
        self._tabs.add_page(browser, f"Schema: {subject.title}", "schema", tip=f"Modules of {subject.title}")
        browser.set_can_filter(self._can_filter())
        browser.setFocus()
        return browser

    # ------------------------------------------------------------------------------------------- other sets

    def _ask(self, title: str, text: str, act: str, then: Callable[[ChosenSchema], object]) -> None:
        sets = offered(self._program.workspace.schema_sets)
        dialog = SchemaChoiceDialog(self._program.window, title, text, act, sets)
        fit_to_rows(dialog, len(sets))

        def answered(key: str) -> None:
            if key == "use" and dialog.chosen is not None:
                self._open_set(dialog.chosen, then)

        dialog.answered.connect(answered)
        dialog.open()

    def _open_set(self, wanted: SchemaSet, then: Callable[[ChosenSchema], object]) -> None:
        engine, sets = self._program.engine, self._program.workspace.schema_sets

        def work(cancel: CancelToken, report: Report) -> ChosenSchema:
            return open_set(wanted, engine, sets, cancel=cancel, on_event=report)

        task = self._program.tasks.run(work, title=f"Open the modules of {wanted.title}")
        task.done.connect(then)
        task.failed.connect(partial(self._program.documents.failed.emit, f"opening the modules of {wanted.title}"))

    def _browse(self, chosen: ChosenSchema) -> None:
        self._open(self._subject(chosen.found.title, chosen.loaded))

    # --------------------------------------------------------------------------------------------- comparing

    def compare(self) -> SchemaCompare:
        """A comparison of two sets; the left one is that of the browser or document in front."""
        left = self._subject_in_front()
        page = SchemaCompare(self._program.tasks)
        page.choose_wanted.connect(partial(self._choose_side, page))
        self._tabs.add_page(page, "Compare schemas", "diff")
        if left is not None:
            page.set_side("left", _copy(left))
            self._choose_side(page, "right")
        return page

    def _subject_in_front(self) -> SchemaSubject | None:
        page = self._tabs.currentWidget()
        if isinstance(page, SchemaBrowser):
            return page.subject
        pane, link = self._program.documents.current, self._program.devices.selected
        if pane is not None:
            return self._subject_of_pane(pane)
        if link is not None and link.schema is not None:
            return self._subject(link.device.name, link.schema, link.device.id)
        return None

    def _choose_side(self, page: SchemaCompare, side: str) -> None:
        def chosen(found: ChosenSchema) -> None:
            subject = self._subject(found.found.title, found.loaded)
            if subject is not None and page in self._tabs.pages():
                page.set_side(side, subject)

        self._ask("Compare schemas", f"Which modules shall be at the {side}?", "Compare", chosen)

    def _ask_revision(self, browser: SchemaBrowser, module: str) -> None:
        title = f"Another revision of {module}"
        chooser = named(QFileDialog(self._program.window, title), "revisionFileDialog", title)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilter("YANG modules (*.yang);;All files (*)")
        chooser.fileSelected.connect(lambda file: self.compare_revision(browser, module, Path(file)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def compare_revision(self, browser: SchemaBrowser, module: str, file: Path) -> None:
        """Compare a module of a browser with the revision in a file."""
        program, subject = self._program, browser.subject

        def work(cancel: CancelToken, _report: Report) -> LoadedSchema:
            return load_revision(file, module, program.engine, subject.text_of, cancel=cancel)

        def arrived(loaded: LoadedSchema) -> None:
            other = self._subject(file.name, loaded)
            if other is None:
                return
            page = SchemaCompare(program.tasks)
            page.choose_wanted.connect(partial(self._choose_side, page))
            self._tabs.add_page(page, f"Compare {module}", "diff")
            page.compare_module(_copy(subject), other, module)

        task = program.tasks.run(work, title=f"Compile {file.name}")
        task.done.connect(arrived)
        task.failed.connect(partial(program.documents.failed.emit, f"compiling {file.name}"))

    # -------------------------------------------------------------------------------------------- documents

    def panes_of(self, browser: SchemaBrowser) -> list[DocumentPane]:
        """Open documents of the browser's schema, those of its own device first."""
        subject = browser.subject
        found = [pane for pane in self._program.documents.panes if pane.document.schema is subject.schema]
        return sorted(found, key=lambda pane: (pane.context.device_id != subject.device_id, pane.context.read_only))

    def _tell_panes(self, browser: SchemaBrowser) -> None:
        browser.instances.set_panes(self.panes_of(browser))

    def _go(self, pane: DocumentPane, element: etree._Element) -> None:
        self._program.documents.show_pane(pane)
        if pane.view == "xml":
            pane.set_view("tree")
        pane.show_element(element)

    def _create(self, browser: SchemaBrowser, node: SchemaNode) -> None:
        panes = [pane for pane in self.panes_of(browser) if not pane.context.read_only]
        if not panes:
            self._program.window.status.tell("No document of this schema is open for editing.")
            return
        self._program.documents.show_pane(panes[0])
        create_here(panes[0], node)

    def _filter(self, browser: SchemaBrowser, node: SchemaNode) -> None:
        self.filter_wanted.emit(browser.subject.device_id, node.path)

    def _can_filter(self) -> bool:
        return self.isSignalConnected(QMetaMethod.fromSignal(self.filter_wanted))

    # ------------------------------------------------------------------------------------------ keeping up

    def _page_changed(self, page: QWidget | None) -> None:
        """The browser in front has its actions in the menus, as a document has."""
        menus = self._program.window.menus
        if isinstance(page, SchemaBrowser):
            page.set_can_filter(self._can_filter())
            menus.show_document_actions(page.edit_actions(), page.view_actions())
            self._own_menus = True
        elif self._own_menus:
            self._own_menus = False
            if page is None or page is not self._program.documents.current:
                menus.show_document_actions([], [])
        QTimer.singleShot(0, self, self._update_state)

    def _update_state(self) -> None:
        program = self._program
        pane, link = program.documents.current, program.devices.selected
        loaded = link.schema if link is not None else None
        there = (pane is not None and pane.document.schema is not None) or (loaded is not None and bool(loaded.schema))
        action = program.window.actions_.browse_schema
        action.setEnabled(there)
        for one in program.documents.panes:
            if action not in one.more_actions:
                one.more_actions.append(action)


def _copy(subject: SchemaSubject) -> SchemaSubject:
    """The same set for another page, which closes its own reader."""
    return SchemaSubject(
        subject.title, subject.schema, subject.engine, subject.key, subject.device_id, subject.origins, subject.texts
    )
