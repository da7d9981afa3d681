"""The program with its window: everything put together in one place, and taken apart in order.

`Program` makes the parts and connects them; what each part does is in its own module.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStyle, QStyleFactory

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, CertificateChanged, ConnectionLost, HostKeyChanged, WorkspaceError
from netconf_gui.gui import error_report, forms, garbage, icons
from netconf_gui.gui.applying import Applying
from netconf_gui.gui.asking import Asker
from netconf_gui.gui.beginning import Beginning
from netconf_gui.gui.binding import Binding
from netconf_gui.gui.callhome import CallingHome
from netconf_gui.gui.cli_documents import CliDocuments
from netconf_gui.gui.closing import Closing, leave_clipboard
from netconf_gui.gui.connections import Connections
from netconf_gui.gui.console import Consoles
from netconf_gui.gui.console_places import ConsolePlaces
from netconf_gui.gui.copy_as import CopyAs
from netconf_gui.gui.datastore_differences import DatastoreDifferences
from netconf_gui.gui.demo_device import DemoDevice
from netconf_gui.gui.device_changes import DeviceChanges
from netconf_gui.gui.device_comparing import DeviceComparing
from netconf_gui.gui.device_list import DeviceList
from netconf_gui.gui.device_operations import DeviceOperations
from netconf_gui.gui.device_pages import DevicePages
from netconf_gui.gui.dialogs.about import AboutDialog, KeysDialog
from netconf_gui.gui.dialogs.certificate import CertificateDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.dialogs.message import ErrorDialog
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.drafting import Drafting
from netconf_gui.gui.files import Files
from netconf_gui.gui.filters import Filters
from netconf_gui.gui.finding import connect_search
from netconf_gui.gui.fleet import Fleets
from netconf_gui.gui.fleet_resuming import FleetResuming
from netconf_gui.gui.following import Following
from netconf_gui.gui.guarding import Guarding
from netconf_gui.gui.history import Histories
from netconf_gui.gui.main_window import MainWindow
from netconf_gui.gui.nacm import AccessControls
from netconf_gui.gui.nacm_telling import AccessTelling
from netconf_gui.gui.notifications import Notifications
from netconf_gui.gui.operational_views import OperationalViews
from netconf_gui.gui.outdated import Outdated
from netconf_gui.gui.panes.activity import ActivityPane
from netconf_gui.gui.panes.apply import ApplyPane
from netconf_gui.gui.panes.cli_pane import CliPane
from netconf_gui.gui.panes.cli_review import CliReview
from netconf_gui.gui.panes.conflicts import ConflictsPane
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.diff import DiffPane
from netconf_gui.gui.panes.document_views import preload
from netconf_gui.gui.panes.node import NodePane
from netconf_gui.gui.panes.problems import ProblemsPane
from netconf_gui.gui.panes.start import StartPage
from netconf_gui.gui.panes.wire import WirePane
from netconf_gui.gui.pending_commits import PendingCommits
from netconf_gui.gui.rebasing import Rebasing
from netconf_gui.gui.reconnecting import Reconnecting
from netconf_gui.gui.reported_defaults import ReportedDefaults
from netconf_gui.gui.schema_browsing import SchemaBrowsing
from netconf_gui.gui.schema_reports import SchemaReports
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import MODES, Mode, theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.services.engines import open_engine
from netconf_gui.workspace.credentials import KeyringInfo
from netconf_gui.workspace.workspace import Workspace


class Program(QObject):
    """The window and everything behind it; `ended` when the last of it is closed."""

    ended = Signal()

    def __init__(self, workspace: Workspace, *, mode: Mode | None = None) -> None:
        super().__init__()
        self.workspace = workspace
        settings = workspace.settings
        wanted = mode or next((one for one in MODES if one == settings.appearance.theme), "system")
        theme().apply(wanted, font_px=settings.appearance.font_size)
        _follow_theme()
        self.tasks = TaskManager()
        self.engine = open_engine(workspace)
        self.node = NodePane(self.tasks)
        geometry = QSettings(str(workspace.locations.state / "window.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(self.node, geometry)
        self.problems, self.apply_pane = ProblemsPane(), ApplyPane()
        self.activity, self.wire = ActivityPane(self.tasks), WirePane(self.tasks.mailbox)
        bottom = self.window.bottom
        bottom.add("problems", "Problems", "problems", self.problems)
        bottom.add("apply", "Apply", "apply", self.apply_pane)
        bottom.add("activity", "Activity", "activity", self.activity)
        bottom.add("wire", "Wire", "wire", self.wire)
        self.asker = Asker(self.tasks.mailbox, self.window)
        self.connections = Connections(self.tasks, workspace, self.asker)
        self.documents = Documents(self.window, self.tasks, self.connections, workspace, self.engine)
        self.drafting = Drafting(self.documents, workspace.drafts, self.tasks)
        self.files = Files(self.window, self.documents, self.tasks, workspace, self.engine)
        self.demo = DemoDevice(self.tasks, workspace, self.connections)
        self.devices = DeviceList(self.window, self.tasks, workspace, self.connections, self.documents, self.demo)
        self.guarding = Guarding(self.window, self.apply_pane)
        self.applying = Applying(
            self.window,
            self.documents,
            self.connections,
            self.tasks,
            workspace,
            self.asker,
            self.apply_pane,
            self.guarding,
        )
        self.schema_reports = SchemaReports(self)
        self.histories = Histories(self)
        self.binding = Binding(self)
        self.pending = PendingCommits(self)
        self.fleets = Fleets(self)
        self.fleet_resuming = FleetResuming(self)
        self.rebasing = Rebasing(self)
        self.outdated = Outdated(self)
        self.copy_as = CopyAs(self)
        self.reconnecting = Reconnecting(self)
        self.device_changes = DeviceChanges(self)
        self.texts = CliDocuments(self)
        self.following = Following(self)
        self.schemas = SchemaBrowsing(self)
        self.comparing = DeviceComparing(self)
        self.defaults = ReportedDefaults(self)
        self.operational = OperationalViews(self)
        self.operations = DeviceOperations(self)
        self.differences = DatastoreDifferences(self)
        self.device_pages = DevicePages(self)
        self.filters = Filters(self)
        self.calling_home = CallingHome(self)
        self.notifications = Notifications(self)
        self.access = AccessControls(self)
        self.access_telling = AccessTelling(self, self.access)
        self.consoles = Consoles(self)
        self.console_places = ConsolePlaces(self)
        self.closing = Closing(self.tasks, self.applying.leave, self._disconnect_all, self._stops())
        self.start_page: StartPage | None = None
        self._asking_to_close = False
        self._connect_parts()
        self._connect_actions()
        connect_search(self)

    # ------------------------------------------------------------------------------------------------ beginning

    def show(self) -> None:
        """Show the window as it was left, with the start page."""
        self.window.restore_layout()
        self.show_start()
        self.following.update()
        self.window.show()
        QTimer.singleShot(0, preload)
        icons.warm(self.window)
        self._look_for_keyring()
        Beginning(self).tell()
        self.calling_home.begin()

    def show_start(self) -> None:
        """The start page in front, made anew if it was closed."""
        if self.start_page is None:
            page = self.start_page = StartPage()
            page.demo_wanted.connect(self.devices.start_demo)
            page.add_wanted.connect(self.devices.add)
            page.open_wanted.connect(self.files.choose)
            page.file_wanted.connect(lambda name: self.files.open(Path(name)))
            page.destroyed.connect(functools.partial(setattr, self, "start_page", None))
            self.window.documents.add_page(page, "Start", "home")
        self.start_page.show_recent(self.workspace.recent.files)
        self.window.documents.setCurrentWidget(self.start_page)

    def _look_for_keyring(self) -> None:
        credentials = self.workspace.credentials

        def work(cancel: CancelToken, report: Report) -> KeyringInfo:
            return credentials.info()

        task = self.tasks.run(work, title="Look for the keyring", quiet=True)
        task.done.connect(self.following.show_keyring)

    # -------------------------------------------------------------------------------------------------- wiring

    def _connect_parts(self) -> None:
        error_report.collector.show_with(lambda error: self.tasks.mailbox.post(lambda: self.show_error(error)))
        self.connections.failed.connect(self._device_failed)
        self.devices.failed.connect(lambda doing, error: self.show_error(error, doing=doing))
        self.documents.failed.connect(lambda doing, error: self.show_error(error, doing=doing))
        self.documents.notice.connect(self.window.status.tell)
        self.drafting.failed.connect(lambda error: self.show_error(error, doing="keeping the draft"))
        self.asker.informed.connect(self.window.status.tell)
        self.problems.jump_wanted.connect(self._jump)
        self.problems.counts_changed.connect(self.window.status.say_errors)
        self.problems.counts_changed.connect(self._count_problems)
        self.window.status.errors_clicked.connect(lambda: self.window.bottom.choose("problems"))
        self.window.documents.close_wanted.connect(self.documents.close_page)
        self.window.documents.close_many_wanted.connect(self.documents.close_pages)
        self.window.close_wanted.connect(self.ask_to_close)
        self.closing.over.connect(self._closed)

    def _connect_actions(self) -> None:
        a, window, documents = self.window.actions_, self.window, self.documents
        pairs: list[tuple[object, Callable[[], object]]] = [
            (a.start_demo, self.devices.start_demo),
            (a.start_router, self.devices.start_router),
            (a.add_device, self.devices.add),
            (a.new_document, self.files.new),
            (a.open_file, self.files.choose),
            (a.open_with_schema, self.files.choose_with_schema),
            (a.choose_schema, lambda: self._with_pane(self.files.choose_schema)),
            (a.bind, lambda: self._with_pane(self.binding.ask)),
            (a.save, lambda: self._with_pane(self.files.save)),
            (a.save_as, lambda: self._with_pane(self.files.save_as)),
            (a.close_document, self._close_current),
            (a.quit, window.close),
            (a.undo, lambda: self._with_shown(lambda pane: pane.undo())),
            (a.redo, lambda: self._with_shown(lambda pane: pane.redo())),
            (a.find, self._find),
            (a.connect, lambda: self._with_device(self.devices.connect_device)),
            (a.disconnect, self.devices.disconnect_selected),
            (a.refresh, lambda: self._with_pane(documents.refresh)),
            (a.edit_device, lambda: self._with_device(self.devices.edit)),
            (a.remove_device, lambda: self._with_device(self.devices.remove)),
            (a.open_running, lambda: self._with_device(lambda key: documents.open_device(key, "running"))),
            (a.open_candidate, lambda: self._with_device(lambda key: documents.open_device(key, "candidate"))),
            (a.validate, lambda: self._with_shown(lambda pane: pane.validate())),
            (a.show_diff, lambda: self._with_pane(self.applying.review)),
            (a.review, lambda: self._with_pane(self.applying.review)),
            (a.apply_options, lambda: self._with_pane(self.applying.apply_with_options)),
            (a.stop, self.tasks.cancel_latest),
            (a.forget, self._forget_passwords),
            (a.search, window.search.start),
            (a.larger, lambda: self._resize_text(theme().font_px + 1)),
            (a.smaller, lambda: self._resize_text(theme().font_px - 1)),
            (a.normal_size, lambda: self._resize_text(SIZES.font)),
            (a.next_document, lambda: window.documents.step(1)),
            (a.previous_document, lambda: window.documents.step(-1)),
            (a.close_others, self._close_others),
            (a.close_all, lambda: documents.close_pages(window.documents.pages())),
            (a.start_page, self.show_start),
            (a.shortcuts, self._show_keys),
            (a.about, self._show_about),
        ]
        for action, do in pairs:
            # a triggered action hands over whether it is checked, which nobody here wants
            action.triggered.connect(functools.partial(_call, do))  # type: ignore[attr-defined]
        for mode, action in window.menus.theme_actions.items():
            action.setChecked(mode == theme().mode)
            action.triggered.connect(functools.partial(self._choose_theme, mode))
        window.menus.recent.aboutToShow.connect(self._fill_recent)

    def _with_pane(self, do: Callable[..., object]) -> None:
        pane = self.documents.current
        if pane is not None:
            do(pane)

    def _with_shown(self, do: Callable[..., object]) -> None:
        """As `_with_pane`, also with the request of the console in front."""
        pane = self.documents.current or self.consoles.document_in_front
        if pane is not None:
            do(pane)

    def _with_device(self, do: Callable[[str], object]) -> None:
        link = self.devices.selected
        if link is not None:
            do(link.device.id)

    def _jump(self, path: str) -> None:
        self._with_pane(lambda pane: self.documents.jump(pane, path))

    def _close_current(self) -> None:
        page = self.window.documents.currentWidget()
        if page is not None:
            self.documents.close_page(page)

    def _close_others(self) -> None:
        tabs = self.window.documents
        self.documents.close_pages([page for page in tabs.pages() if page is not tabs.currentWidget()])

    def _count_problems(self, errors: int, warnings: int) -> None:
        count = errors + warnings
        self.window.bottom.set_title("problems", f"Problems  {count}" if count else "Problems")

    def _fill_recent(self) -> None:
        menu = self.window.menus.recent
        menu.clear()
        for path in self.workspace.recent.files:
            entry = menu.addAction(str(path))
            entry.setObjectName("recentAction")
            entry.triggered.connect(functools.partial(_call, functools.partial(self.files.open, path)))
        if menu.isEmpty():
            menu.addAction("No recent files").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Clear the list").triggered.connect(functools.partial(_call, self.workspace.recent.clear))

    def _forget_passwords(self) -> None:
        self.workspace.credentials.session_forget()
        self.window.status.tell("The passwords of this session are forgotten.")

    def _choose_theme(self, mode: Mode, _checked: bool = False) -> None:
        theme().apply(mode)
        appearance = replace(self.workspace.settings.appearance, theme=mode)
        self._save_settings(appearance)

    def _resize_text(self, px: int) -> None:
        theme().apply(font_px=px)
        self._save_settings(replace(self.workspace.settings.appearance, font_size=theme().font_px))

    def _save_settings(self, appearance: object) -> None:
        store = self.workspace.settings_store
        try:
            store.save(replace(store.settings, appearance=appearance))  # type: ignore[arg-type]
        except WorkspaceError as error:
            self.show_error(error)

    def _find(self) -> None:
        page = self.window.documents.currentWidget()
        if isinstance(page, DiffPane):
            page.find()
        else:
            self._with_shown(lambda pane: pane.find())

    def _show_keys(self) -> None:
        page = self.window.documents.currentWidget()
        own_menus = (DiffPane, ConflictsPane, ConsolePane, CliPane, CliReview)
        pane = page if isinstance(page, own_menus) else self.documents.current
        own = [*pane.edit_actions(), *pane.view_actions()] if pane is not None else []
        KeysDialog(self.window, [*self.window.actions(), *own]).open()

    def _show_about(self) -> None:
        facts = [f"Settings in {self.workspace.locations.config}", self.following.keyring_words]
        AboutDialog(self.window, [fact for fact in facts if fact]).open()

    # --------------------------------------------------------------------------------------------------- errors

    def show_error(self, error: BaseException, *, doing: str = "") -> None:
        """Say it in a dialog; a cancel is no error."""
        if isinstance(error, AppError) and type(error).__name__ == "Cancelled":
            return
        report = error_report.describe(error, doing=doing)
        shown = self.window.findChildren(ErrorDialog)
        if not any(one.isVisible() and one.report.title == report.title for one in shown):
            dialog = ErrorDialog(self.window, report)
            self.access_telling.in_dialog(dialog, error)
            dialog.open()

    def _device_failed(self, device_id: str, error: BaseException) -> None:
        link = self.connections.link(device_id)
        name = link.device.name if link is not None else "the demo device"
        if isinstance(error, CertificateChanged):
            CertificateDialog(self.window, error.certificate, name, pinned=error.pinned).open()
        elif isinstance(error, HostKeyChanged):
            HostKeyDialog(self.window, error.key, name, error.known, revoked=error.revoked).open()
        elif self.device_changes.offer_old_algorithms(device_id, error):
            return
        elif not (isinstance(error, ConnectionLost) and self.applying.is_running(device_id)):
            self.show_error(error, doing=f"connecting to {name}")

    # -------------------------------------------------------------------------------------------------- closing

    def ask_to_close(self) -> None:
        """Close, after a question for each document with changes."""
        if self.closing.begun:
            return
        if self._asking_to_close:
            return
        self._asking_to_close = True
        if self.guarding.ask_to_close(self._guards_decided) or self.fleets.ask_to_close(self._guards_decided):
            return
        self._ask_for_documents()

    def _guards_decided(self, go_on: bool) -> None:
        """What became of commits that waited is settled; what that still does is waited for."""
        self._asking_to_close = go_on
        if not go_on:
            return
        if any(not task.quiet for task in self.tasks.running):
            # the document is fetched again before it is asked about
            QTimer.singleShot(50, self, lambda: self._guards_decided(True))
            return
        self._ask_for_documents()

    def _ask_for_documents(self) -> None:
        self.documents.close_pages([*self.documents.dirty, *self.texts.dirty], self._decided_to_close)

    def _decided_to_close(self, closed: bool) -> None:
        self._asking_to_close = False
        if closed:
            self.close_now()

    def close_now(self) -> None:
        """Close in order without asking (TERM, log-off, the tour)."""
        self.window.setEnabled(False)
        self.drafting.leave()
        self.texts.drafting.leave()
        self.devices.close()
        self.closing.begin()

    def _disconnect_all(self) -> None:
        for link in self.connections.links:
            self.connections.disconnect_device(link.device.id)

    def _stops(self) -> tuple[Callable[[], object], ...]:
        return (
            self.calling_home.stop,
            self.notifications.stop,
            self.demo.stop,
            self.devices.stop_router,
            self.engine.close,
            self.texts.drafting.close,
            self.drafting.close,
        )

    def _closed(self) -> None:
        error_report.collector.show_with(None)
        self.following.close()
        self.reconnecting.close()
        self.consoles.close()
        self.notifications.close()
        for pane in self.documents.panes:
            pane.close_pane()
        leave_clipboard()
        self.window.let_close()
        self.ended.emit()


@functools.cache
def _follow_theme() -> None:
    """Icons and sizes follow the theme: once for the process, however many windows there are."""
    theme().changed.connect(icons.refresh)
    theme().changed.connect(forms.rescale)


def _call(do: Callable[[], object], _checked: bool = False) -> None:
    do()


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication, with names and style set; one per process."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(arguments)
    garbage.collect_with(app)
    app.setApplicationName("netconf_gui")
    app.setQuitOnLastWindowClosed(False)
    fusion: QStyle | None = QStyleFactory.create("Fusion")
    if fusion is not None:
        app.setStyle(fusion)
    return app


def quit_when_ended(app: QApplication, program: Program) -> None:
    """End the event loop once the window is gone."""
    program.ended.connect(lambda: QTimer.singleShot(0, app.quit))
