"""Device tree, activity, wire, start page, tabs and search, with real events."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, QSortFilterProxyModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed
from netconf_gui.gui.document_tabs import DocumentTabs
from netconf_gui.gui.models.activity import ActivityModel
from netconf_gui.gui.models.device_tree import DeviceTreeModel, Entry, LinkState
from netconf_gui.gui.models.wire import WireModel, indented
from netconf_gui.gui.panes.activity import ActivityPane
from netconf_gui.gui.panes.devices import DevicesPane
from netconf_gui.gui.panes.start import StartPage
from netconf_gui.gui.panes.wire import WirePane
from netconf_gui.gui.rows import Role
from netconf_gui.gui.search_box import Hit, SearchBox
from netconf_gui.gui.tasks import Report, TaskManager, TaskState
from netconf_gui.services.events import Progress
from netconf_gui.session.wire import WireRecord

RUNNING, CANDIDATE = Entry("datastore", "running", "running"), Entry("datastore", "candidate", "candidate")


def fleet(*, connected: bool = False) -> list[Entry]:
    state = LinkState.CONNECTED if connected else LinkState.OFFLINE
    pe1 = Entry("device", "1", "pe1.fra", "Junos", state, children=(RUNNING, CANDIDATE) if connected else ())
    pe2 = Entry("device", "2", "pe2.fra", "host key changed", LinkState.DECISION)
    return [Entry("group", "Frankfurt", "Frankfurt", children=(pe1, pe2)), Entry("device", "demo", "Demo device")]


def check(model: DeviceTreeModel | ActivityModel | WireModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_the_tree_keeps_its_rows_while_entries_come_and_go(qtbot: QtBot) -> None:
    model = DeviceTreeModel()
    tester = check(model)
    model.show_entries(fleet())
    pe1 = model.find("1")
    assert pe1.data() == "pe1.fra" and model.device_id(pe1) == "1"
    model.show_entries(fleet(connected=True))
    assert model.find("1") == pe1, "the same row"
    candidate = model.find("1", "candidate")
    assert model.device_id(candidate) == "1" and candidate.parent() == pe1
    model.show_entries([Entry("device", "demo", "Demo device"), *fleet()[:1]])
    assert model.index(0, 0).data() == "Demo device"
    model.show_entries([])
    assert model.rowCount() == 0 and not model.find("1").isValid()
    del tester


def test_states_have_shape_and_words(qtbot: QtBot) -> None:
    model = DeviceTreeModel()
    model.show_entries(fleet())
    broken = model.find("2")
    assert broken.data(Role.SIDE) == "host key changed" and broken.data(Role.SIDE_INK) == "warning"
    assert "host key changed" in broken.data(Qt.ItemDataRole.AccessibleTextRole)
    assert not broken.data(Qt.ItemDataRole.DecorationRole).isNull()


def pane_with_devices(qtbot: QtBot) -> DevicesPane:
    pane = DevicesPane()
    qtbot.addWidget(pane)
    pane.resize(260, 400)
    pane.show_entries(fleet(connected=True))
    pane.show()
    return pane


def row_of(pane: DevicesPane, *keys: str) -> QModelIndex:
    proxy = pane.view.model()
    assert isinstance(proxy, QSortFilterProxyModel)
    return proxy.mapFromSource(pane.model.find(*keys))


def test_an_empty_list_says_what_to_do(qtbot: QtBot) -> None:
    pane = DevicesPane()
    qtbot.addWidget(pane)
    pane.show()
    button = pane.findChild(QPushButton, "addFirstDeviceButton")
    assert button is not None and button.isVisible()
    with qtbot.waitSignal(pane.add_wanted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    pane.show_entries(fleet())
    assert not button.isVisible() and pane.view.isVisible()


def test_double_click_and_return_open(qtbot: QtBot) -> None:
    pane = pane_with_devices(qtbot)
    pane.expand_device("1")
    where = pane.view.visualRect(row_of(pane, "1", "candidate")).center()
    qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(pane.open_wanted) as opened:
        qtbot.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == ["1", "candidate"]
    pane.select("2")
    with qtbot.waitSignal(pane.open_wanted) as opened:
        qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert opened.args == ["2", ""]


def test_the_filter_shows_hits_with_their_groups(qtbot: QtBot) -> None:
    pane = pane_with_devices(qtbot)
    qtbot.keyClicks(pane.filter, "PE2")
    proxy = pane.view.model()
    assert proxy.rowCount() == 1 and proxy.rowCount(proxy.index(0, 0)) == 1
    pane.filter.clear()
    assert proxy.rowCount() == 2


def test_the_menu_is_asked_for_with_its_row(qtbot: QtBot) -> None:
    pane = pane_with_devices(qtbot)
    with qtbot.waitSignal(pane.menu_wanted) as wanted:
        where = pane.view.visualRect(row_of(pane, "demo")).center()
        pane.view.menu_wanted.emit(pane.view.indexAt(where), QPoint())
    assert wanted.args[:2] == ["demo", ""]


def test_painting_survives_odd_data(qtbot: QtBot) -> None:
    pane = DevicesPane()
    qtbot.addWidget(pane)
    pane.show_entries([Entry("device", "x" * 500, "\u202e" + "名前" * 200, "side " * 100), Entry("device", "", "")])
    pane.resize(60, 200)
    pane.show()
    assert not pane.grab().isNull()


def test_activity_shows_progress_and_stops(qtbot: QtBot) -> None:
    manager = TaskManager()
    pane = ActivityPane(manager)
    qtbot.addWidget(pane)
    pane.resize(900, 200)
    pane.show()
    tester = check(pane.model)
    released = threading.Event()

    def work(cancel: CancelToken, report: Report) -> None:
        cancel.on_cancel(released.set)
        report(Progress("Reading running", 30, 100))
        released.wait(20)
        cancel.check()

    task = manager.run(work, title="Load running of pe1", subject="admin@pe1:830")
    qtbot.waitUntil(lambda: task.fraction == 0.3)
    assert pane.model.index(0, 1).data() == "Load running of pe1"
    assert pane.model.index(0, 2).data(Role.FRACTION) == 0.3
    assert pane.model.index(0, 3).data() == "Reading running"
    assert not pane.grab().isNull()
    qtbot.mouseClick(pane.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: task.state is TaskState.CANCELLED)
    assert pane.model.index(0, 3).data() == "stopped" and not pane.stop_button.isEnabled()
    qtbot.mouseClick(pane.clear_button, Qt.MouseButton.LeftButton)
    assert pane.model.rowCount() == 0
    del tester


def test_activity_says_why_something_failed_and_hides_quiet_work(qtbot: QtBot) -> None:
    manager = TaskManager()
    model = ActivityModel(manager)

    def fail(cancel: CancelToken, report: Report) -> None:
        raise ConnectFailed("pe1 does not answer.")

    task = manager.run(fail, title="Connect to pe1")
    quiet = manager.run(lambda cancel, report: None, title="Check", quiet=True)
    qtbot.waitUntil(lambda: task.ended and quiet.ended)
    assert model.rowCount() == 1
    assert model.index(0, 3).data() == "pe1 does not answer."


def test_wire_follows_the_record(qtbot: QtBot) -> None:
    manager = TaskManager()
    pane = WirePane(manager.mailbox)
    qtbot.addWidget(pane)
    pane.resize(900, 200)
    pane.show()
    tester = check(pane.model)
    record = WireRecord(100)
    pane.show_record(record)
    first = b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><get-config/></rpc>'
    record.add("out", first, len(first), "rpc", operation="get-config", message_id="1")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1)
    assert pane.model.index(0, 1).data() == "rpc get-config"
    pane.view.setCurrentIndex(pane.model.index(0, 0))
    assert "get-config" in pane.text.toPlainText()
    threads = [
        threading.Thread(target=lambda: [record.add("in", b"<rpc-reply/>", 12, "rpc-reply") for _ in range(20)])
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 61)
    pane.show_record(None)
    assert pane.model.rowCount() == 0 and pane.text.toPlainText() == ""
    del tester


def test_messages_are_indented_for_reading_also_when_cut_off() -> None:
    whole = '<?xml version="1.0"?><rpc a="1"><edit><name>x</name><none/></edit></rpc>'
    assert indented(whole).splitlines() == [
        '<?xml version="1.0"?>',
        '<rpc a="1">',
        "  <edit>",
        "    <name>x</name>",
        "    <none/>",
        "  </edit>",
        "</rpc>",
    ]
    assert "".join(line.strip() for line in indented(whole).splitlines()) == whole
    assert indented("<a><b>cut of").splitlines() == ["<a>", "  <b>cut of"]
    assert indented("") == ""


def test_the_start_page_offers_three_ways_and_recent_files(qtbot: QtBot) -> None:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(1000, 760)
    page.show_recent([Path("/somewhere/a.xml")])
    page.show()
    qtbot.waitExposed(page)
    qtbot.wait(1)
    for name, signal in (
        ("startDemoButton", page.demo_wanted),
        ("startAddButton", page.add_wanted),
        ("startOpenButton", page.open_wanted),
    ):
        button = page.findChild(QPushButton, name)
        assert button is not None
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    recent = page.findChild(QWidget, "recent0")
    assert recent is not None
    with qtbot.waitSignal(page.file_wanted) as wanted:
        qtbot.mouseClick(recent, Qt.MouseButton.LeftButton)
    assert wanted.args == [str(Path("/somewhere/a.xml"))]
    page.show_recent([])
    empty = page.findChild(QLabel, "recentEmpty")
    assert empty is not None and empty.isVisible()


def test_tabs_tell_and_mark(qtbot: QtBot) -> None:
    tabs = DocumentTabs()
    qtbot.addWidget(tabs)
    tabs.resize(600, 300)
    tabs.show()
    one, two = QLabel("one"), QLabel("two")
    tabs.add_page(one, "pe1 candidate", "tree")
    tabs.add_page(two, "Review: pe1", "diff")
    tabs.set_title(one, "pe1 candidate", dirty=True)
    assert tabs.tabText(0) == "pe1 candidate •"
    assert tabs.tabBar().accessibleTabName(0) == "pe1 candidate, changed"
    tabs.step(1)
    assert tabs.currentWidget() is one
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        qtbot.mouseClick(tabs.tabBar(), Qt.MouseButton.MiddleButton, pos=tabs.tabBar().tabRect(1).center())
    assert wanted.args == [two]
    tabs.remove_page(two)
    assert tabs.pages() == [one]


def test_titles_of_many_tabs_stay_readable(qtbot: QtBot) -> None:
    tabs = DocumentTabs()
    qtbot.addWidget(tabs)
    tabs.resize(700, 300)
    tabs.show()
    for number in range(8):
        tabs.add_page(QLabel(str(number)), f"Demo device datastore {number}", "tree")
    bar = tabs.tabBar()
    least = bar.fontMetrics().horizontalAdvance("Demo device…")
    assert all(bar.tabRect(at).width() > least for at in range(bar.count())), "they scroll instead"
    assert bar.elideMode() is Qt.TextElideMode.ElideRight
    tabs.add_page(QLabel("short"), "A", "tree")
    assert bar.tabRect(8).width() < bar.tabRect(0).width()


@dataclass
class Seen:
    chosen: str = ""


def test_search_finds_after_typing_and_return_chooses_the_first(qtbot: QtBot) -> None:
    box = SearchBox()
    qtbot.addWidget(box)
    box.show()
    seen = Seen()

    def source(text: str) -> list[Hit]:
        names = [name for name in ("Refresh", "Review and apply") if text.casefold() in name.casefold()]
        return [Hit(name, "F5", "refresh", lambda name=name: setattr(seen, "chosen", name)) for name in names]

    box.add_source(source)
    qtbot.keyClicks(box, "rev")
    qtbot.waitUntil(lambda: len(box.hits) == 1)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen.chosen == "Review and apply")
    qtbot.waitUntil(lambda: box.text() == "")
