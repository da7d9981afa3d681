"""Everything a person can do, as actions with names, icons and keys, and the menus and tool bar that hold them.

Actions are made here and connected by the controllers (`connections`, `documents`, `applying`, `application`);
what a document view brings of its own (edit and view actions) is put into the menus while it is current.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget
from shiboken6 import isValid

from netconf_gui.gui.forms import action, named
from netconf_gui.gui.theme import MODES, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

Keys = QKeySequence.StandardKey


@dataclass(slots=True)
class Actions:
    """All actions of the window that do not belong to one document view."""

    start_demo: QAction
    start_router: QAction
    add_device: QAction
    new_document: QAction
    open_file: QAction
    open_with_schema: QAction
    choose_schema: QAction
    bind: QAction
    save: QAction
    save_as: QAction
    close_document: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    find: QAction
    connect: QAction
    disconnect: QAction
    refresh: QAction
    edit_device: QAction
    remove_device: QAction
    open_running: QAction
    open_candidate: QAction
    open_state: QAction
    history: QAction
    schema_report: QAction
    console: QAction
    notifications: QAction
    subscribe: QAction
    validate: QAction
    show_diff: QAction
    rebase: QAction
    review: QAction
    apply_options: QAction
    confirm_commit: QAction
    roll_back: QAction
    pending_commits: QAction
    fleet: QAction
    stop: QAction
    forget: QAction
    search: QAction
    browse_schema: QAction
    browse_other: QAction
    compare_schemas: QAction
    larger: QAction
    smaller: QAction
    normal_size: QAction
    next_document: QAction
    previous_document: QAction
    next_pane: QAction
    previous_pane: QAction
    close_others: QAction
    close_all: QAction
    reset_layout: QAction
    start_page: QAction
    shortcuts: QAction
    about: QAction

    def all(self) -> tuple[QAction, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


def make_actions(window: QWidget) -> Actions:
    """All of them, owned by `window`, enabled as for a window without documents and devices."""

    def make(
        text: str, name: str, icon: str = "", keys: str | Keys | None = None, tip: str = "", *, on: bool = True
    ) -> QAction:
        made = action(window, text, f"{name}Action", icon=icon, shortcut=keys, tip=tip)
        made.setEnabled(on)
        window.addAction(made)
        return made

    return Actions(
        start_demo=make("Start the &demo device", "startDemo", "demo", "Ctrl+Shift+N"),
        start_router=make("Start the demo ro&uter", "startRouter", "demo", "Ctrl+Alt+U", "An old Cisco IOS router"),
        add_device=make("&Add device…", "addDevice", "add", "Ctrl+N", "Add a device"),
        new_document=make("&New from schema…", "newDocument", "file", "Ctrl+Alt+N", "A configuration without a device"),
        open_file=make("&Open…", "openFile", "open", Keys.Open, "Open a configuration in XML or JSON"),
        open_with_schema=make("Open with &modules…", "openWithSchema", "", "Ctrl+Alt+O"),
        choose_schema=make("Choose the mod&ules…", "chooseSchema", "tree", "Ctrl+Alt+M", on=False),
        bind=make("&Bind to device…", "bind", "connect", "Ctrl+B", "Bring the document to a device", on=False),
        save=make("&Save", "save", "save", Keys.Save, on=False),
        save_as=make("Save &as…", "saveAs", "", "Ctrl+Shift+S", on=False),
        close_document=make("&Close document", "closeDocument", "close", "Ctrl+W", on=False),
        quit=make("&Quit", "quit", "", "Ctrl+Q"),
        undo=make("&Undo", "undo", "undo", Keys.Undo, on=False),
        redo=make("&Redo", "redo", "redo", "Ctrl+Shift+Z", on=False),
        find=make("&Find in document", "find", "search", Keys.Find, on=False),
        connect=make("&Connect", "connect", "connect", "Ctrl+K", "Connect the selected device", on=False),
        disconnect=make("&Disconnect", "disconnect", "disconnect", "Ctrl+Shift+K", on=False),
        refresh=make("&Refresh", "refresh", "refresh", "F5", "Fetch the datastore again", on=False),
        edit_device=make("&Edit device…", "editDevice", "edit", "Ctrl+E", on=False),
        remove_device=make("Re&move device…", "removeDevice", "delete", "Ctrl+Shift+Del", on=False),
        open_running=make("Open r&unning", "openRunning", "datastore", "Ctrl+1", on=False),
        open_candidate=make("Open ca&ndidate", "openCandidate", "edit", "Ctrl+2", on=False),
        open_state=make("Open s&tate", "openState", "activity", "Ctrl+3", "Configuration and state, live", on=False),
        history=make("&History…", "history", "snapshot", "Ctrl+4", "What was applied, and the way back", on=False),
        schema_report=make(
            "Sc&hema report", "schemaReport", "list", "Ctrl+Shift+I", "What became of each YANG module", on=False
        ),
        console=make("&RPC and action console", "console", "console", "Ctrl+Alt+R", "Send any operation", on=False),
        notifications=make("&Notifications", "notifications", "notification", "Ctrl+7", "What devices tell"),
        subscribe=make("S&ubscribe…", "subscribe", "add", "Ctrl+Alt+E", "Have the device tell what happens", on=False),
        validate=make("&Validate", "validate", "validate", "F7", "Check the document by its YANG modules", on=False),
        show_diff=make("Show &diff", "showDiff", "diff", "Ctrl+D", "Compare with what was fetched", on=False),
        rebase=make("Refresh and re&base my draft", "rebase", "merge", "Ctrl+F5", "Fetch again, keep mine", on=False),
        review=make("&Review and apply", "review", "apply", "Ctrl+Return", on=False),
        apply_options=make(
            "Apply with &options…", "applyOptions", "settings", "Ctrl+Alt+Return", "Choose how it is sent", on=False
        ),
        confirm_commit=make(
            "Con&firm now", "confirmCommit", "confirm", "Ctrl+Alt+Y", "Keep the change that counts down", on=False
        ),
        roll_back=make("Roll &back now", "rollBack", "roll-back", "Ctrl+Alt+Z", "Take back what counts down", on=False),
        pending_commits=make(
            "&Pending commits…", "pendingCommits", "guard", "Ctrl+Alt+P", "Commits that still wait for confirmation"
        ),
        fleet=make("&Fleet…", "fleet", "fleet", "Ctrl+Alt+F", "Change many devices as one transaction"),
        stop=make("S&top what is running", "stop", "stop", "Esc", on=False),
        forget=make("For&get passwords of this session", "forget", "credentials", "Ctrl+Shift+F"),
        search=make("&Search everywhere", "search", "search", "Ctrl+Shift+P"),
        browse_schema=make("Schema &browser", "browseSchema", "schema", "Ctrl+Shift+B", "Browse the modules", on=False),
        browse_other=make("Browse &other modules…", "browseOther", "", "Ctrl+Alt+B"),
        compare_schemas=make("&Compare schemas…", "compareSchemas", "diff", "Ctrl+Shift+E"),
        larger=make("&Larger text", "larger", "", Keys.ZoomIn),
        smaller=make("S&maller text", "smaller", "", Keys.ZoomOut),
        normal_size=make("&Normal text size", "normalSize", "", "Ctrl+0"),
        next_document=make("&Next document", "nextDocument", "", "Ctrl+PgDown", on=False),
        previous_document=make("&Previous document", "previousDocument", "", "Ctrl+PgUp", on=False),
        next_pane=make("Next &pane", "nextPane", "", "F6", "Go to the next pane of the window"),
        previous_pane=make("Previous pan&e", "previousPane", "", "Shift+F6", "Go to the pane before"),
        close_others=make("Close &others", "closeOthers", "", "Ctrl+Alt+W", on=False),
        close_all=make("Close &all", "closeAll", "", "Ctrl+Shift+W", on=False),
        reset_layout=make("&Reset layout", "resetLayout", "", "Ctrl+Shift+R"),
        start_page=make("&Start page", "startPage", "home", "Alt+Home"),
        shortcuts=make("&Keys", "shortcuts", "", "F1", "All keys"),
        about=make("&About netconf_gui", "about", "", "Ctrl+F1"),
    )


class Menus:
    """The menu bar; `recent`, `edit` and `view` change with files and documents."""

    def __init__(self, window: QMainWindow, actions: Actions, panes: Sequence[QAction]) -> None:
        self._window = window
        self._bar = named(window.menuBar(), "menuBar", "Menu")
        self.recent = named(QMenu("Open &recent", window), "recentMenu", "Open recent")
        a = actions
        file = self._menu(
            "&File",
            "file",
            [a.new_document, a.open_file, a.open_with_schema],
            [a.save, a.save_as],
            [a.choose_schema, a.bind],
            [a.close_document],
            [a.quit],
        )
        file.insertMenu(a.save, self.recent)
        self.edit = self._menu("&Edit", "edit", [a.undo, a.redo], [a.find])
        self.view = self._menu("&View", "view", list(panes), [a.larger, a.smaller, a.normal_size])
        self.theme_actions = self._themes(self.view)
        self.device = self._menu(
            "&Device",
            "device",
            [a.add_device, a.edit_device, a.remove_device],
            [a.connect, a.disconnect, a.refresh],
            [a.history, a.open_running, a.open_candidate, a.open_state],
        )
        # what is about the device as a whole stands above this line, what reads its data below
        self.reading = self.device.insertSeparator(a.open_running)
        self.device.addSeparator()
        self.commits = self._submenu(
            self.device, "Comm&its", "commits", [a.confirm_commit, a.roll_back, a.pending_commits]
        )
        self.device.addSeparator()
        self._submenu(self.device, "&Built-in demo", "demo", [a.start_demo, a.start_router])
        self._menu("D&ocument", "document", [a.validate, a.show_diff], [a.rebase], [a.review, a.apply_options])
        self._menu(
            "&Tools",
            "tools",
            [a.search],
            [a.console, a.notifications, a.subscribe],
            [a.browse_schema, a.browse_other, a.compare_schemas, a.schema_report],
            [a.fleet],
            [a.stop, a.forget],
        )
        self._menu(
            "&Window",
            "window",
            [a.next_document, a.previous_document],
            [a.next_pane, a.previous_pane],
            [a.close_others, a.close_all],
            [a.start_page, a.reset_layout],
        )
        self._menu("&Help", "help", [a.shortcuts], [a.about])
        self._own: list[tuple[QMenu, QAction]] = []

    def _menu(self, title: str, name: str, *sections: list[QAction]) -> QMenu:
        menu = named(QMenu(title, self._window), f"{name}Menu", title.replace("&", ""))
        for position, section in enumerate(sections):
            if position:
                menu.addSeparator()
            menu.addActions(section)
        self._bar.addMenu(menu)
        return menu

    def _submenu(self, above: QMenu, title: str, name: str, actions: list[QAction]) -> QMenu:
        menu = named(QMenu(title, self._window), f"{name}Menu", title.replace("&", ""))
        menu.addActions(actions)
        above.addMenu(menu)
        return menu

    def _themes(self, view: QMenu) -> dict[Mode, QAction]:
        menu = named(QMenu("&Theme", self._window), "themeMenu", "Theme")
        group = QActionGroup(menu)
        made: dict[Mode, QAction] = {}
        texts: dict[Mode, str] = {"system": "As the &system", "light": "&Light", "dark": "&Dark"}
        for position, mode in enumerate(MODES):
            keys = f"Ctrl+Alt+{position + 1}"
            made[mode] = action(self._window, texts[mode], f"theme_{mode}Action", shortcut=keys, checkable=True)
            group.addAction(made[mode])
            menu.addAction(made[mode])
        view.addMenu(menu)
        return made

    def show_document_actions(self, edit: Sequence[QAction], view: Sequence[QAction]) -> None:
        """Put a document view's own actions into Edit and View, in place of those of the one before."""
        for menu, old in self._own:
            # those of a closed document are gone already
            if isValid(old):
                menu.removeAction(old)
        self._own = []
        for menu, actions, before in ((self.edit, edit, None), (self.view, view, self.view.actions()[0])):
            if not actions:
                continue
            line = QAction(self._window)
            line.setSeparator(True)
            if before is None:
                menu.addAction(line)
                menu.addActions(list(actions))
            else:
                menu.insertActions(before, [*actions, line])
            self._own += [(menu, one) for one in (*actions, line)]
