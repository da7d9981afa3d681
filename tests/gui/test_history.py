"""The history of a device in the real window: found, compared, gone back to by review and apply, noted, exported."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.history_pairs import Pair, Reading, pair_of
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.panes.history import HistoryPane
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.protocol.xml import canonical, parse
from netconf_gui.services.deploy import deploy
from netconf_gui.services.history import compare, record
from netconf_gui.services.strategy import DeployOptions
from netconf_gui.workspace.snapshots import Entry, SnapshotStore
from tests.gui.test_program_apply import apply, change_hostname
from tests.gui.whole import LONG, add, connect, dialog, press

BOX = "box1"
START = 1_700_000_000.0


def config(mtu: int, names: str = "", extra: str = "") -> bytes:
    users = "".join(f"<user><name>{name}</name></user>" for name in names)
    return f"<config><a xmlns='urn:a'><mtu>{mtu}</mtu>{users}{extra}</a></config>".encode()


class Source:
    """A device without a session, or with one that holds `now`."""

    key, name = BOX, "box"

    def __init__(self, store: SnapshotStore, tasks: TaskManager) -> None:
        self.store = store
        self.now: bytes | None = None
        self._tasks = tasks

    @property
    def connected(self) -> bool:
        return self.now is not None

    def schema(self) -> object:
        return lambda: None

    def read_now(self) -> Task | None:
        data = self.now
        if data is None:
            return None

        def work(_cancel: CancelToken, _report: Report) -> Reading:
            return Reading(data, START)

        return self._tasks.run(work, title="Read running")


def keep(store: SnapshotStore, number: int, before: bytes, after: bytes | None, outcome: str = "applied") -> Entry:
    difference = compare(before, after or before, None)
    return record(
        store,
        device_id=BOX,
        device_name="box",
        before=before,
        after=after,
        plan=b"<config><sent/></config>",
        inverse=b"<config><back/></config>",
        outcome=outcome,
        text=f"Apply number {number}.",
        who=("anna", "bert")[number % 2],
        address="ops@192.0.2.1:830",
        datastore="candidate",
        started=START + 3600 * number,
        seconds=0.5,
        difference=difference,
        summary=difference.summary(),
    )


@pytest.fixture
def source(tmp_path: Path, tasks: TaskManager) -> Source:
    store = SnapshotStore(tmp_path / "history", clock=lambda: START)
    keep(store, 0, config(1500), config(9000))
    keep(store, 1, config(9000), config(9000, "x"))
    keep(store, 2, config(9000, "x"), config(9000, "x"), "rolled-back")
    keep(store, 3, config(9000, "x"), config(1280, "xy"))
    return Source(store, tasks)


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskManager]:
    made = TaskManager()
    yield made
    qtbot.waitUntil(lambda: not made.running, timeout=LONG)


@pytest.fixture
def page(qtbot: QtBot, source: Source, tasks: TaskManager) -> HistoryPane:
    made = HistoryPane(source, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: made.model.rowCount() == 4 and bool(kinds(made)), timeout=LONG)
    return made


def kinds(page: HistoryPane) -> list[str]:
    """The differences that are shown."""
    if page.details.body.currentWidget() is not page.details.tree.parentWidget():
        return []
    return [f"{entry.kind} {entry.path.name}" for entry in page.details.model.changes]


def said(page: HistoryPane) -> str:
    """The words shown in place of differences."""
    empty = page.details.empty
    return f"{empty.title.text()}: {empty.text.text()}" if page.details.body.currentWidget() is empty else ""


def click_row(qtbot: QtBot, page: HistoryPane, row: int, held: Qt.KeyboardModifier | None = None) -> None:
    spot = page.view.visualRect(page.model.index(row, 0)).center()
    modifier = held or Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, modifier, spot)


def texts(page: HistoryPane) -> list[str]:
    return [entry.text for entry in page.model.entries]


# ------------------------------------------------------------------------------------------------- one page


def test_the_newest_is_shown_first_with_all_facts(page: HistoryPane) -> None:
    assert texts(page) == [f"Apply number {number}." for number in (3, 2, 1, 0)]
    details = page.details
    assert details.outcome.text() == "Applied" and details.text.text() == "Apply number 3."
    assert details.facts.text() == "By bert as ops@192.0.2.1:830. 2 edits to candidate, in 0.5 s."
    assert sorted(kinds(page)) == ["added user", "changed mtu"]
    assert [details.model.headers[2], details.model.headers[3]] == ["Before", "After"]
    assert details.chips["changed"].text() == "~ 1 changed"
    assert page.count.text() == "4 applies"


def test_filter_and_search(page: HistoryPane, qtbot: QtBot) -> None:
    assert page.states.button("other").text() == "Not applied  1"
    qtbot.mouseClick(page.states.button("other"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: texts(page) == ["Apply number 2."], timeout=LONG)
    qtbot.waitUntil(lambda: "left as it was" in said(page), timeout=LONG)
    page.states.choose("all")
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=LONG)
    qtbot.keyClicks(page.filter, "mtu value:1280")
    qtbot.waitUntil(lambda: texts(page) == ["Apply number 3."], timeout=LONG)
    assert page.count.text() == "1 of 4 applies"
    page.filter.clear()
    qtbot.keyClicks(page.filter, "nobody")
    qtbot.waitUntil(page.empty.isVisible, timeout=LONG)
    assert page.empty.title.text() == "Nothing found"


def test_two_are_compared(page: HistoryPane, qtbot: QtBot) -> None:
    click_row(qtbot, page, 3)
    click_row(qtbot, page, 0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: sorted(kinds(page)) == ["added user", "added user", "changed mtu"], timeout=LONG)
    assert page.details.title.text() == "Two applies compared"
    assert not page.details.note.isVisible() and not page.details.revert_button.isEnabled()
    click_row(qtbot, page, 1, Qt.KeyboardModifier.ControlModifier)
    assert "Choose one apply, or two" in said(page)


def test_with_the_keyboard_alone(page: HistoryPane, qtbot: QtBot) -> None:
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert [entry.text for entry in page.chosen] == ["Apply number 2."]
    qtbot.keyClick(page.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: said(page).startswith("No differences"), timeout=LONG)
    assert len(page.chosen) == 2
    qtbot.keyClick(page.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filter.hasFocus()
    page.view.setFocus()
    with qtbot.waitSignal(page.delete_wanted) as wanted:
        qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    assert len(wanted.args[0]) == 2


def test_against_what_there_is_now(page: HistoryPane, source: Source, qtbot: QtBot) -> None:
    now = page.details.modes.button("now")
    assert not now.isEnabled() and now.toolTip() == "Connect to the device first"
    source.now = config(1280, "xyz")
    page.set_connected()
    qtbot.mouseClick(now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kinds(page) == ["added user"], timeout=LONG)
    assert page.details.model.headers[2] == "Then" and page.details.model.headers[3].startswith("Now (")
    click_row(qtbot, page, 3)
    qtbot.waitUntil(lambda: len(kinds(page)) == 4, timeout=LONG)
    source.now = None
    page.set_connected()
    assert page.details.mode == "changes"


def test_what_was_sent_and_its_opposite(page: HistoryPane, qtbot: QtBot) -> None:
    for mode, words in (("plan", "<sent/>"), ("inverse", "<back/>")):
        qtbot.mouseClick(page.details.modes.button(mode), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda words=words: words in page.details.xml.plain_text(), timeout=LONG)
        assert page.details.body.currentWidget() is page.details.xml


def test_note_and_pin(page: HistoryPane, source: Source, qtbot: QtBot) -> None:
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    note = page.details.note
    qtbot.waitUntil(note.hasFocus)
    qtbot.keyClicks(note, "ticket 17")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.entries[0].note == "ticket 17", timeout=LONG)
    shown = page.details.model.changes
    assert shown, "what is shown is not compared again for a note"
    qtbot.mouseClick(page.details.pin_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.states.button("pinned").text() == "Pinned  1", timeout=LONG)
    assert page.details.pin_button.text() == "Un&pin"
    assert page.details.model.changes is shown
    (entry,) = [entry for entry in source.store.entries(BOX).entries if entry.pinned]
    assert entry.note == "ticket 17"
    qtbot.keyClicks(page.filter, "note:ticket")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=LONG)


def test_damaged_entries_are_named_and_can_be_deleted(page: HistoryPane, source: Source, qtbot: QtBot) -> None:
    assert not page.notice.isVisible()
    records = sorted(source.store.folder.rglob("*.json"))
    records[0].write_bytes(b"half")
    blob = source.store.folder / records[0].parent.name / "blobs" / f"{page.model.entries[0].parts['after'].digest}.gz"
    blob.write_bytes(blob.read_bytes()[:-5])
    page.reload()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=LONG)
    assert records[0].stem in page.notice.text and "is damaged" in page.notice.text
    qtbot.waitUntil(lambda: "cut or changed" in said(page), timeout=LONG)
    with qtbot.waitSignal(page.delete_wanted) as wanted:
        qtbot.mouseClick(page.clean_button, Qt.MouseButton.LeftButton)
    source.store.remove(BOX, wanted.args[0])
    page.reload()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=LONG)
    assert not page.notice.isVisible()


def test_an_empty_history_says_so(qtbot: QtBot, tmp_path: Path, tasks: TaskManager) -> None:
    made = HistoryPane(Source(SnapshotStore(tmp_path / "none"), tasks), tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.empty.title.text() == "Nothing applied yet", timeout=LONG)


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "history", clock=lambda: START)
    lost = keep(store, 0, config(1), None, "unknown")
    early = replace(lost, parts={"plan": lost.parts["plan"]})
    assert "could not be read" in str(pair_of([lost]))
    assert "the apply ended before" in str(pair_of([early])) and "ended before" in str(pair_of([lost, early]))
    shown = pair_of([lost], Reading(b"<config/>", 0.0))
    assert isinstance(shown, Pair) and "What was there before" in shown.legend


def test_a_large_history_does_not_stop_the_window(qtbot: QtBot, tmp_path: Path, tasks: TaskManager) -> None:
    """The watchdog of all GUI tests fails this one if the window stands still."""
    store = SnapshotStore(tmp_path / "history", clock=lambda: START)
    rows = "".join(f"<r><k>{number}</k><v>{'x' * 40}</v></r>" for number in range(60_000))
    keep(store, 0, config(1, extra=rows), config(2, extra=rows.replace("x" * 40, "y" * 40, 200)))
    made = HistoryPane(Source(store, tasks), tasks)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(kinds(made)) == 201, timeout=LONG)


# ------------------------------------------------------------------------------------------------- the whole window


def running(server: DemoServer) -> bytes:
    with server.device.lock:
        return canonical(server.device.datastores.read("running"))


def test_the_row_below_the_device_opens_it(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    devices = program.window.devices
    devices.select(device.id, "history")
    qtbot.keyClick(devices.view, Qt.Key.Key_Return)
    page = program.histories.page(device.id)
    assert page is not None and program.window.documents.currentWidget() is page
    qtbot.waitUntil(lambda: page.empty.title.text() == "Nothing applied yet", timeout=LONG)
    # the same page comes to the front again
    program.documents.show_pane(program.documents.panes[0])
    program.histories.open(device.id)
    assert program.window.documents.currentWidget() is page


def open_history(qtbot: QtBot, program: Program, device_id: str) -> HistoryPane:
    program.window.devices.select(device_id)
    qtbot.waitUntil(program.window.actions_.history.isEnabled)
    program.window.actions_.history.trigger()
    page = program.histories.page(device_id)
    assert page is not None and program.window.documents.currentWidget() is page
    qtbot.waitUntil(lambda: page.listing is not None, timeout=LONG)
    return page


def choose_in_menu(qtbot: QtBot, button: QAbstractButton, name: str) -> None:
    """Open a button's menu with the keyboard and choose with it."""
    menu = button.menu()  # type: ignore[attr-defined]
    assert isinstance(menu, QMenu)
    entry = next(one for one in menu.actions() if one.objectName() == name)
    assert entry.isEnabled()
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))
    qtbot.waitUntil(menu.isVisible)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())


def send_review(qtbot: QtBot, program: Program) -> None:
    """Apply what the review in front shows."""
    qtbot.waitUntil(lambda: program.window.documents.currentWidget().objectName() == "diffView", timeout=LONG)
    button = program.window.documents.currentWidget().findChild(QPushButton, "applyButton")
    assert button is not None
    qtbot.waitUntil(button.isEnabled, timeout=LONG)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert ended.args[1].outcome is Outcome.APPLIED, ended.args[1].text


def test_going_back_by_review_and_apply(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    before = running(server)
    pane = change_hostname(program, "renamed")
    assert apply(qtbot, program).ok
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    page = open_history(qtbot, program, device.id)
    qtbot.waitUntil(lambda: kinds(page) == ["changed hostname"], timeout=LONG)
    choose_in_menu(qtbot, page.details.revert_button, "historyRevert_undoAction")
    send_review(qtbot, program)
    assert running(server) == before
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    # and again to what it was after the first apply, as a whole
    page = open_history(qtbot, program, device.id)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=LONG)
    click_row(qtbot, page, 1)
    choose_in_menu(qtbot, page.details.revert_button, "historyRevert_afterAction")
    qtbot.waitUntil(lambda: pane.document.is_dirty, timeout=LONG)
    assert pane.changes == 1 and b"<hostname>renamed</hostname>" in pane.document.text()
    assert pane.document.undo_text.startswith("go back to the whole configuration as it was after")
    qtbot.waitUntil(lambda: program.window.documents.currentWidget().objectName() == "diffView", timeout=LONG)
    # one step back is enough to give it up
    pane.undo()
    assert not pane.document.is_dirty


def test_changes_in_the_window_are_not_lost_without_a_question(
    program: Program, qtbot: QtBot, server: DemoServer
) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    pane = change_hostname(program, "renamed")
    assert apply(qtbot, program).ok
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    change_hostname(program, "half-done")
    page = open_history(qtbot, program, device.id)
    choose_in_menu(qtbot, page.details.revert_button, "historyRevert_undoAction")
    press(qtbot, dialog(qtbot, Question), "keepButton")
    assert pane.document.is_dirty and "half-done" in pane.document.text().decode()


def test_applies_of_others_programs_are_there_too(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    """What the command line applied to the same device is in the same history; deleting asks."""
    device = add(program, server)
    connect(qtbot, program, device)
    link = program.connections.link(device.id)
    pane = program.documents.panes[0]
    assert link is not None and link.session is not None
    base = pane.document.base
    report = deploy(
        link.session,
        base=base,
        mine=base.replace(b"demo-edge-1", b"from-a-script"),
        schema=pane.document.schema,
        options=DeployOptions(device_id=device.id, device_name=device.name, history=program.workspace.snapshots),
    )
    assert report.ok, report.text
    page = open_history(qtbot, program, device.id)
    qtbot.waitUntil(lambda: kinds(page) == ["changed hostname"], timeout=LONG)
    qtbot.mouseClick(page.details.modes.button("now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said(page).startswith("No differences"), timeout=LONG)
    qtbot.mouseClick(page.details.delete_button, Qt.MouseButton.LeftButton)
    press(qtbot, dialog(qtbot, Question), "deleteButton")
    qtbot.waitUntil(lambda: page.empty.title.text() == "Nothing applied yet", timeout=LONG)
    assert program.workspace.snapshots.entries(device.id).entries == ()


def test_export(program: Program, qtbot: QtBot, server: DemoServer, tmp_path: Path) -> None:
    device = add(program, server)
    store = program.workspace.snapshots
    secret = "<password>tops3cret</password>"
    entry = keep(store, 0, config(1500), config(9000, extra=secret))
    store.add(replace(entry, device_id=device.id), {part: store.read(entry, part) for part in entry.parts})
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.refresh()
    page = open_history(qtbot, program, device.id)
    qtbot.waitUntil(lambda: bool(kinds(page)), timeout=LONG)
    assert not page.details.revert_button.isEnabled(), "there is no session to go back on"
    for form, name in (("after", "config.xml"), ("text", "diff.txt"), ("html", "diff.html")):
        choose_in_menu(qtbot, page.details.export_button, f"historyExport_{form}Action")
        chooser = dialog(qtbot, QFileDialog)
        assert "pe1-" in chooser.selectedFiles()[0]
        chooser.reject()
        path, what = tmp_path / name, page.pair if form != "after" else page.chosen[0]
        assert what is not None
        with qtbot.waitSignal(program.histories.write(page, what, form, path).done, timeout=LONG):
            pass
        text = path.read_text("utf-8")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert ("tops3cret" in text) is (form == "after"), "differences hide secrets, a configuration is whole"
        assert "9000" in text
    assert parse((tmp_path / "config.xml").read_bytes()) is not None


def test_the_model_of_differences_is_the_reviews(page: HistoryPane) -> None:
    assert isinstance(page.details.model, DiffTreeModel)
