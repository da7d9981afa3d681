"""Documents in tabs: loading them from devices and files, saving, closing with a question, following the current one.

Lives here: which document is where and what can be done with it.  Does not live here: how a document looks
(`panes/document.py`), applying it (`applying.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.config.tagged import reported_defaults
from netconf_gui.gui.connections import Connections, Link
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.diff import DiffPane
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.load import Loaded, load
from netconf_gui.session.datastores import editing_with_defaults
from netconf_gui.workspace.schema_sets import SchemaSet, SetKind

if TYPE_CHECKING:
    from netconf_gui.gui.main_window import MainWindow
    from netconf_gui.workspace.workspace import Workspace
    from netconf_gui.yang.check import Engine


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a load brings back to the GUI thread: the document is made by the job and handed over."""

    loaded: Loaded
    document: Document
    reported: Mapping[tuple[etree._Element, str], str] = field(default_factory=dict)


class Documents(QObject):
    """All document pages of the window; `current_changed` follows the tab in front and its state."""

    current_changed = Signal()
    notice = Signal(str)
    failed = Signal(str, object)  # what was tried, the error
    rebase_wanted = Signal(object)  # a draft is to be kept when its datastore is fetched again
    pane_added = Signal(object)
    review_added = Signal(object, object)  # the document, its review
    page_closed = Signal(object)  # another page than a document, just before it goes
    pane_closed = Signal(object)  # a person is done with it: applied, saved or given up

    def __init__(
        self, window: MainWindow, tasks: TaskManager, connections: Connections, workspace: Workspace, engine: Engine
    ) -> None:
        super().__init__(window)
        self._window = window
        self._tabs = window.documents
        self._tasks = tasks
        self._connections = connections
        self._workspace = workspace
        self._engine = engine
        self._reviews: dict[DocumentPane, DiffPane] = {}
        self.unconfirmed: set[DocumentPane] = set()  # their last apply is live and waits for somebody to confirm it
        self._loading: dict[tuple[str, str], Task] = {}
        self.defaults_mode: Callable[[str], str] = lambda device_id: ""
        # for devices whose configuration is text: True where it is opened as such
        self.text_opener: Callable[[Link, str], bool] | None = None
        # pages with a question of their own: True where `then` is told later
        self.asks_to_close: Callable[[QWidget, Callable[[bool], object]], bool] = lambda page, then: False
        self._tabs.page_changed.connect(lambda _page: self.current_changed.emit())
        connections.opened.connect(self._connected)

    # ------------------------------------------------------------------------------------------------ which there are

    @property
    def panes(self) -> list[DocumentPane]:
        return [page for page in self._tabs.pages() if isinstance(page, DocumentPane)]

    @property
    def current(self) -> DocumentPane | None:
        """The document in front, or the one that the review in front is about."""
        page = self._tabs.currentWidget()
        if isinstance(page, DocumentPane):
            return page
        return next((pane for pane, review in self._reviews.items() if review is page), None)

    @property
    def dirty(self) -> list[DocumentPane]:
        """Documents with changes that are neither applied nor saved."""
        return [pane for pane in self.panes if pane.document.is_dirty]

    def of_device(self, device_id: str, datastore: str = "") -> DocumentPane | None:
        for pane in self.panes:
            if pane.context.device_id == device_id and datastore in ("", pane.context.datastore):
                return pane
        return None

    def show_pane(self, pane: QWidget) -> None:
        self._tabs.setCurrentWidget(pane)

    def review_of(self, pane: DocumentPane) -> DiffPane | None:
        return self._reviews.get(pane)

    # --------------------------------------------------------------------------------------------------- from devices

    def open_device(self, device_id: str, datastore: str = "") -> Task | None:
        """Show the datastore's document; loads it when there is none yet.  "" means the one that edits go to."""
        link = self._connections.link(device_id)
        if link is None or not link.connected:
            return None
        datastore = datastore or link.editable or "running"
        if self.text_opener is not None and self.text_opener(link, datastore):
            return None
        there = self.of_device(device_id, datastore)
        if there is not None:
            self.show_pane(there)
            return None
        return self._load(link, datastore, lambda fetched: self._add(link, fetched))

    def refresh(self, pane: DocumentPane, then: Callable[[], object] | None = None) -> Task | None:
        """Fetch the datastore again; asks first when that would drop changes."""
        link = self._connections.link(pane.context.device_id)
        if link is None or not link.connected:
            return None
        if not pane.document.is_dirty:
            return self.reload(pane, then)
        count = pane.changes
        question = Question(
            self._window,
            f"Fetch {pane.context.title} again?",
            f"{lost_words(count)} in the window would be lost: not applied and not saved. Rebasing keeps "
            f"{'it' if count == 1 else 'them'}.",
            [
                Choice("fetch", "Discard and fetch", "danger"),
                Choice("keep", "Cancel"),
                Choice("rebase", "Refresh and rebase", "primary"),
            ],
            icon="refresh",
            object_name="refreshQuestion",
        )

        def answered(key: str) -> None:
            if key == "fetch":
                self.reload(pane, then)
            elif key == "rebase":
                self.rebase_wanted.emit(pane)

        question.answered.connect(answered)
        question.open()
        return None

    def reload(self, pane: DocumentPane, then: Callable[[], object] | None = None) -> Task | None:
        """Fetch the datastore again and put it in place of what is shown."""
        link = self._connections.link(pane.context.device_id)
        if link is None or not link.connected:
            return None

        def arrived(fetched: Fetched) -> None:
            if pane in self.panes:
                self._replace(link, pane, fetched)
                if then is not None:
                    then()

        return self._load(link, pane.context.datastore, arrived)

    def _load(self, link: Link, datastore: str, arrived: Callable[[Fetched], object]) -> Task | None:
        key = (link.device.id, datastore)
        session, schema, lane = link.session, link.schema, link.lane
        if session is None or lane is None or key in self._loading:
            return self._loading.get(key)
        engine = self._engine
        parallel = self._workspace.settings.engine.parallel_downloads
        folders = [Path(folder) for folder in link.device.schema_folders]
        defaults = self.defaults_mode(link.device.id)

        def work(cancel: CancelToken, report: Report) -> Fetched:
            loaded = load(
                session,
                datastore,
                engine=engine,
                schema=schema,
                folders=folders,
                parallel=parallel,
                with_defaults=defaults,
                cancel=cancel,
                on_event=report,
            )
            document = Document(loaded.data, loaded.schema.schema, name=link.device.name)
            document.prepare()
            told = reported_defaults(loaded.tagged, document.root) if loaded.tagged is not None else {}
            return Fetched(replace(loaded, tagged=None), document, told)

        name = link.device.name
        task = self._tasks.run(work, title=f"Load {datastore} of {name}", lane=lane, subject=link.device.address)
        self._loading[key] = task
        task.finished.connect(lambda: self._loading.pop(key, None))
        task.done.connect(lambda fetched: self._arrived(link, fetched, arrived))
        task.failed.connect(lambda error: self.failed.emit(f"loading {datastore} of {name}", error))
        return task

    def _arrived(self, link: Link, fetched: Fetched, arrived: Callable[[Fetched], object]) -> None:
        link.schema = fetched.loaded.schema
        self._remember_schema(link)
        self._connections.changed.emit(link.device.id)
        arrived(fetched)

    def _remember_schema(self, link: Link) -> None:
        """Documents without a device can use the modules of this one from now on."""
        schema, known = link.schema, self._workspace.schema_sets.of_device(link.device.id)
        if schema is None or schema.key is None or (known is not None and known.key == schema.key):
            return
        found = SchemaSet(SetKind.DEVICE, link.device.id, link.device.name, schema.key, schema.modules, time.time())
        self._tasks.run(
            lambda cancel, report: self._workspace.schema_sets.remember(found), title="Remember modules", quiet=True
        )

    def _connected(self, device_id: str) -> None:
        """Documents that were there before their device learn what it can do."""
        link = self._connections.link(device_id)
        session = link.session if link is not None else None
        if link is None or session is None:
            return
        for pane in self.panes:
            context = pane.context
            if context.device_id == device_id and context.capabilities is None:
                context.capabilities, context.profile = session.capabilities, session.profile
                context.read_only = context.datastore != link.editable
                self._state_changed(pane)

    def _context(self, link: Link, fetched: Fetched) -> DocumentContext:
        session, loaded = link.session, fetched.loaded
        # an apply compares with what it reads in the mode for editing: in another one everything would differ
        editing = session is None or loaded.with_defaults == editing_with_defaults(session.capabilities)
        return DocumentContext(
            device_id=link.device.id,
            device_name=link.device.name,
            datastore=loaded.datastore,
            fetched_at=loaded.fetched_at,
            engine=self._engine if loaded.compiled_key and loaded.schema.validated else None,
            key=loaded.compiled_key,
            capabilities=session.capabilities if session else None,
            profile=session.profile if session else None,
            read_only=loaded.datastore != link.editable or not editing,
            defaults="" if editing else loaded.with_defaults or "",
            reported=fetched.reported,
            edit_limit=self._workspace.settings.appearance.xml_edit_limit,
        )

    def _add(self, link: Link, fetched: Fetched) -> None:
        self.add(fetched.document, self._context(link, fetched))
        loaded = fetched.loaded
        if loaded.schema.missing or loaded.schema.broken:
            count = len(loaded.schema.missing) + len(loaded.schema.broken)
            self.notice.emit(
                f"{count} module{'' if count == 1 else 's'} of {link.device.name} cannot be used; "
                "what they describe is shown as plain XML."
            )

    def _replace(self, link: Link, pane: DocumentPane, fetched: Fetched) -> None:
        self.replace_document(pane, fetched.document, self._context(link, fetched))

    def replace_document(self, pane: DocumentPane, document: Document, context: DocumentContext) -> None:
        """Show another document, or the same in another light, in place of what the pane shows."""
        review = self._reviews.get(pane)
        pane.show_document(document, context)
        if review is not None:
            review.refresh()
        self._state_changed(pane)

    # --------------------------------------------------------------------------------------------------------- tabs

    def add(self, document: Document, context: DocumentContext) -> DocumentPane:
        """Show a document in a tab of its own."""
        pane = DocumentPane(document, self._tasks, context=context)
        icon = "tree" if context.device_id else "file"
        tip = str(context.file) if context.file else f"{context.title}, fetched by NETCONF"
        pane.state_changed.connect(lambda: self._state_changed(pane))
        pane.error.connect(lambda error: self.failed.emit(f"editing {context.title}", error))
        self._window.show_panes()
        self.pane_added.emit(pane)
        self._tabs.add_page(pane, context.title, icon, tip=tip)
        self._state_changed(pane)
        pane.setFocus()
        return pane

    def review(self, pane: DocumentPane) -> DiffPane:
        """The review of a document in a tab of its own, made or brought up to date."""
        there = self._reviews.get(pane)
        if there is None:
            there = DiffPane(pane, self._tasks)
            self._reviews[pane] = there
            there.jump_wanted.connect(lambda path: self.jump(pane, path))
            there.error.connect(lambda error: self.failed.emit(f"reviewing {pane.context.title}", error))
            there.told.connect(self.notice)
            self.review_added.emit(pane, there)
            self._tabs.add_page(there, f"Review: {pane.context.title}", "diff")
        else:
            there.refresh()
            self.show_pane(there)
        there.setFocus()
        return there

    def jump(self, pane: DocumentPane, path: str) -> bool:
        """Show the node of that path in its document."""
        self.show_pane(pane)
        return bool(pane.jump(path))

    def _state_changed(self, pane: DocumentPane) -> None:
        self._tabs.set_title(pane, pane.context.title, dirty=pane.document.is_dirty)
        if self.current is pane:
            self.current_changed.emit()

    # ------------------------------------------------------------------------------------------------------- closing

    def close_page(self, page: QWidget, then: Callable[[bool], object] | None = None) -> None:
        """Close a page; a document with changes asks first.  `then(closed)` when that is decided."""
        done = then or (lambda closed: None)
        under_way = getattr(page, "busy", "")
        if isinstance(under_way, str) and under_way:
            self.notice.emit(f"{under_way} is under way. Stop it first, then close this.")
            done(False)
            return
        if self.asks_to_close(page, done):
            return
        if isinstance(page, DiffPane) and page.plan.is_typed:
            self.show_pane(page)
            page.plan.give_up(lambda given_up: self.close_page(page, then) if given_up else done(False))
            return
        if not isinstance(page, DocumentPane) or not page.document.is_dirty:
            self._close(page)
            done(True)
            return
        self.show_pane(page)
        count = page.changes
        question = Question(
            self._window,
            f"Save the changes to {page.context.title}?",
            f"What was applied is live on {page.context.device_name} and waits to be confirmed; the draft here is "
            "not saved. Discarding loses the draft; the device is not touched."
            if page in self.unconfirmed
            else f"{lost_words(count)} {'is' if count == 1 else 'are'} not applied and not saved. Discarding loses "
            f"{'it' if count == 1 else 'them'}; the device is not touched.",
            [Choice("discard", "Discard", "danger"), Choice("cancel", "Cancel"), Choice("save", "Save…", "primary")],
            icon="save",
            object_name="closeQuestion",
        )

        def saved(written: bool) -> None:
            if written:
                self._close(page)
            done(written)

        def answered(key: str) -> None:
            if key == "discard":
                saved(True)
            elif key == "save":
                self.save_wanted(page, saved)
            else:
                done(False)

        question.answered.connect(answered)
        question.open()

    def close_pages(self, pages: list[QWidget], then: Callable[[bool], object] | None = None) -> None:
        """Close several, one question after the other; a cancelled one ends it."""
        done = then or (lambda closed: None)
        if not pages:
            done(True)
            return
        first, rest = pages[0], pages[1:]
        self.close_page(first, lambda closed: self.close_pages(rest, then) if closed else done(False))

    # set by the part that knows files: (pane, told) -> None, told(saved)
    save_wanted: Callable[[DocumentPane, Callable[[bool], object]], None]

    def drop_page(self, page: QWidget) -> None:
        """Close a page that has been asked about."""
        self._close(page)

    def _close(self, page: QWidget) -> None:
        if isinstance(page, DocumentPane):
            review = self._reviews.pop(page, None)
            if review is not None:
                self._tabs.remove_page(review)
            page.close_pane()
            self.unconfirmed.discard(page)
            self.pane_closed.emit(page)
        else:
            self.page_closed.emit(page)
        for pane, review in list(self._reviews.items()):
            if review is page:
                del self._reviews[pane]
        self._tabs.remove_page(page)
        self.current_changed.emit()


def lost_words(count: int) -> str:
    """What a dirty document has; one without changes has other comments than it came with."""
    return f"{count} change{'' if count == 1 else 's'}" if count else "Changed comments"
