"""The report on a device's schema: which source gave what, and what became of every module.

Shows a `yang.report.SchemaReport` and tells by signals what a person wants; getting modules is done elsewhere
(`schema_reports`).
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QMenu, QPlainTextEdit, QSplitter, QStackedWidget, QWidget

from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row
from netconf_gui.gui.models.module_report import (
    ORIGIN_WORDS,
    STATUS_WORDS,
    UNUSABLE,
    ModuleFilter,
    ModuleReportModel,
    SourceReportModel,
)
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Notice, SearchField, Segments
from netconf_gui.yang.report import ModuleReport, ModuleStatus, SchemaReport

STATES: dict[str, tuple[ModuleStatus, ...]] = {
    "all": (),
    "unusable": UNUSABLE,
    "repaired": (ModuleStatus.REPAIRED,),
}
NOT_VALIDATED = (
    "Shown, not fully validated: the YANG library could not take these modules, so another compiler read them. "
    "Types, must and when are not checked before the device does."
)


class SchemaReportPane(QWidget):
    """A page of the document tabs; object name of the list of modules is `moduleReportView`."""

    folder_wanted = Signal()
    retry_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, device_id: str, title: str) -> None:
        super().__init__()
        named(self, "schemaReportPane", title, role="pane")
        self.device_id = device_id
        self.report = SchemaReport()
        self.modules = ModuleReportModel(self)
        self.filtered = ModuleFilter(self)
        self.filtered.setSourceModel(self.modules)
        self.sources = SourceReportModel(self)
        self.notice = Notice("schemaReportNotice")
        self._stack = named(QStackedWidget(), "schemaReportStack", title)
        self._empty = EmptyState("schemaReportEmpty", "tree", "No schema yet", "")
        self._empty.add_button("Get the schema", "getSchemaButton", self.retry_wanted.emit, icon="refresh")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._contents())
        layout = column(self)
        layout.addWidget(self._bar(title))
        layout.addWidget(self.notice)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.view)
        self.show_progress("")

    # ------------------------------------------------------------------------------------------------------ its parts

    def _bar(self, title: str) -> QWidget:
        bar = named(QWidget(), "schemaReportBar", "Schema report", role="bar")
        fix_height(bar, SIZES.bar)
        layout = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self.title = label(title, "schemaReportTitle", kind="head")
        self.summary = ElidedLabel("schemaReportSummary")
        self.summary.setProperty("kind", "label")
        self.folder_button = push_button("Add &folder…", "addSchemaFolderButton", icon="open")
        self.folder_button.setToolTip("A folder with YANG modules that the device does not hand out")
        self.retry_button = push_button("&Retry", "retrySchemaButton", icon="refresh")
        self.retry_button.setToolTip("Ask the device and the folders again; what is in the cache is not fetched again")
        self.stop_button = push_button("&Stop", "stopSchemaButton", icon="stop")
        self.stop_button.setToolTip("Stop (Esc). What was fetched is kept.")
        for button, signal in (
            (self.folder_button, self.folder_wanted),
            (self.retry_button, self.retry_wanted),
            (self.stop_button, self.stop_wanted),
        ):
            button.setProperty("compact", True)
            button.clicked.connect(signal)
        layout.addWidget(self.title)
        layout.addWidget(self.summary, 1)
        for button in (self.folder_button, self.retry_button, self.stop_button):
            layout.addWidget(button)
        return bar

    def _contents(self) -> QWidget:
        split = named(QSplitter(Qt.Orientation.Vertical), "schemaReportSplitter", "Sources, modules and details")
        split.setHandleWidth(theme().px(4))
        split.setChildrenCollapsible(False)
        self.source_view = RowTree("schemaSourcesView", "Sources, in the order in which they are asked")
        self.source_view.setModel(self.sources)
        self.source_view.setRootIsDecorated(False)
        self._size_header(self.source_view, "schemaSourcesHeader", "Source columns", (200, 76))
        self.view = RowTree("moduleReportView", "Modules")
        self.view.setModel(self.filtered)
        self.view.setRootIsDecorated(False)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._size_header(self.view, "moduleReportHeader", "Module columns", (200, 88, 112, 96, 150))
        self.view.selectionModel().currentChanged.connect(self._tell_details)
        self.view.menu_wanted.connect(self._menu)
        self.details = named(QPlainTextEdit(), "moduleDetails", "Details of the module")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.document().setDocumentMargin(theme().px(8))
        page = named(QWidget(), "moduleReportPage", "Modules", role="pane")
        layout = column(page)
        layout.addWidget(self._filter_bar())
        layout.addWidget(self.view, 1)
        for part in (self.source_view, page, self.details):
            split.addWidget(part)
        split.setSizes([theme().px(150), theme().px(400), theme().px(72)])
        split.setStretchFactor(1, 1)
        return split

    def _filter_bar(self) -> QWidget:
        bar = named(QWidget(), "moduleFilterBar", "Filter", role="bar")
        fix_height(bar, SIZES.bar)
        layout = row(bar, margins=(8, 0, 12, 0), spacing=8)
        self.states = Segments(
            "moduleStates",
            "Which modules",
            (("all", "All", ""), ("unusable", "Unusable", ""), ("repaired", "Repaired", "")),
        )
        self.filter = SearchField("moduleFilter", "Filter modules")
        self.filter.setMaximumWidth(theme().px(280))
        self.count = label("", "moduleCount", kind="label")
        layout.addWidget(self.states)
        layout.addWidget(self.filter, 1)
        layout.addStretch(1)
        layout.addWidget(self.count)
        self.states.chosen.connect(self._filter)
        self.filter.textChanged.connect(self._filter)
        return bar

    @staticmethod
    def _size_header(view: RowTree, name: str, accessible: str, widths: tuple[int, ...]) -> None:
        header = view.header()
        header.setObjectName(name)
        header.setAccessibleName(accessible)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in enumerate(widths):
            header.resizeSection(section, theme().px(width))

    # -------------------------------------------------------------------------------------------------- what is shown

    def show_report(self, report: SchemaReport) -> None:
        """Show another report; what is chosen in the filter stays."""
        self.report = report
        self.modules.show_modules(report.modules)
        self.sources.show_sources(report.sources)
        self._stack.setCurrentIndex(1)
        counts = report.counts()
        for key, states in STATES.items():
            number = sum(counts.get(state, 0) for state in states) if states else len(report.modules)
            words = {"all": "All", "unusable": "Unusable", "repaired": "Repaired"}[key]
            self.states.button(key).setText(f"{words}  {number:,}")
            self.states.button(key).updateGeometry()
        self.summary.setText(summary_words(report))
        self.summary.setAccessibleName(self.summary.text())
        self._say_notice()
        self._filter()
        self._tell_details()

    def show_nothing(self, text: str, *, can_get: bool) -> None:
        """There is no report: say why."""
        self._empty.say("No schema yet", text)
        button = self._empty.findChild(QWidget, "getSchemaButton")
        if button is not None:
            button.setVisible(can_get)
        self._stack.setCurrentIndex(0)

    def show_progress(self, text: str) -> None:
        """What is being done; "" when nothing is."""
        self.stop_button.setVisible(bool(text))
        self.retry_button.setVisible(not text)
        self.folder_button.setEnabled(not text)
        self.summary.setText(text or summary_words(self.report))
        self.summary.setAccessibleName(self.summary.text() or "schema report")

    def allow_retry(self, allowed: bool) -> None:
        self.retry_button.setEnabled(allowed)
        self.retry_button.setToolTip(
            "Ask the device and the folders again; what is in the cache is not fetched again"
            if allowed
            else "Connect to the device first"
        )

    def _say_notice(self) -> None:
        unusable = self.report.unusable
        if not self.report.validated:
            self.notice.say("warning", NOT_VALIDATED)
        elif unusable:
            count = len(unusable)
            said = "1 module is" if count == 1 else f"{count:,} modules are"
            theirs = "it describes" if count == 1 else "they describe"
            self.notice.say(
                "warning",
                f"{said} missing or broken: what {theirs} is shown as plain XML. A folder that has the text may help.",
            )
        else:
            self.notice.say("info", "")

    def _filter(self, *_what: object) -> None:
        self.filtered.choose(self.filter.text(), STATES[self.states.current])
        shown = self.filtered.rowCount()
        total = self.modules.rowCount()
        self.count.setText(f"{shown:,} of {total:,} modules" if shown != total else f"{total:,} modules")
        self.count.setAccessibleName(self.count.text())

    def _tell_details(self, *_what: object) -> None:
        module = self.modules.module(self.filtered.mapToSource(self.view.currentIndex()))
        if module is not None:
            self.details.setPlainText(details(module))
        else:
            self.details.setPlainText("\n".join(self.report.notes) or "Choose a module to see all about it.")

    def _menu(self, index: QModelIndex, where: QPoint) -> None:
        module = self.modules.module(self.filtered.mapToSource(index)) if index.isValid() else None
        if module is None:
            return
        menu = named(QMenu(self), "moduleReportMenu", "Module")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = action(menu, "Copy &name", "copyModuleNameAction", icon="copy")
        name.triggered.connect(lambda: QGuiApplication.clipboard().setText(module.name))
        whole = action(menu, "Copy &details", "copyModuleDetailsAction")
        whole.triggered.connect(lambda: QGuiApplication.clipboard().setText(details(module)))
        menu.addActions([name, whole])
        menu.popup(where)


def summary_words(report: SchemaReport) -> str:
    """ "120 modules: 80 from the cache, 38 fetched, 2 missing, 3 repaired"."""
    if not report.modules:
        return ""
    counts = report.counts()
    words = [f"{count:,} {STATUS_WORDS[status]}" for status, count in counts.items()]
    total = len(report.modules)
    return f"{total:,} module{'' if total == 1 else 's'}: {', '.join(words)}"


def details(module: ModuleReport) -> str:
    """All that is known of a module, as lines."""
    head = f"{module.name}@{module.revision}" if module.revision else module.name
    role = "submodule" if module.submodule else "implemented" if module.implemented else "for imports only"
    lines = [f"{head}: {STATUS_WORDS[module.status]}" + (f", {role}" if module.origin is not None else "")]
    for words, value in (
        ("", module.reason),
        ("Text from: ", module.place or (ORIGIN_WORDS.get(module.origin, "") if module.origin is not None else "")),
        ("Listed by: ", module.listed_by),
        ("Needed by: ", ", ".join(module.needed_by)),
        ("Features: ", "all" if module.features is None and module.implemented else ", ".join(module.features or ())),
        ("Deviated by: ", ", ".join(module.deviations)),
        ("In the schema of: ", ", ".join(module.datastores)),
    ):
        if value and (module.origin is not None or words in ("", "Needed by: ", "Listed by: ")):
            lines.append(words + value)
    return "\n".join(lines)
