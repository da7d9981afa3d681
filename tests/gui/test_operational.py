"""State of a device in a tab: reading, pace, what is lit, errors and lost sessions, pinned numbers and their plot."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget

from netconf_gui.config import codec
from netconf_gui.config.live import LiveDocument
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import RpcFailed
from netconf_gui.gui.actions import make_actions
from netconf_gui.gui.panes.operational import Answer, OperationalView
from netconf_gui.gui.plot import Curve, PlotView
from netconf_gui.gui.plot_scale import exact, short, ticks, time_ticks
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.series import Kind, Series
from netconf_gui.services.watch import Reading
from netconf_gui.yang.schema import Schema
from tests.gui import sample
from tests.gui.whole import LONG, add, connect

PATIENCE = 15_000
T0 = 1_700_000_000.0


class Question(QObject):
    """Stands in for a task: answered when the test says so."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, paths: Sequence[InstancePath], whole: bool, quiet: bool) -> None:
        super().__init__()
        self.paths, self.whole, self.quiet, self.cancelled = tuple(paths), whole, quiet, False

    def cancel(self) -> None:
        self.cancelled = True


class Device:
    """A `Source` whose counters the test moves."""

    def __init__(self) -> None:
        self.connected = True
        self.schema: Schema | None = sample.schema()
        self.questions: list[Question] = []
        self.octets = 1000
        self.now = T0

    has_origins = False
    origin = ""

    def read(self, paths: Sequence[InstancePath], *, whole: bool, quiet: bool) -> Question | None:
        if not self.connected:
            return None
        self.questions.append(Question(paths, whole, quiet))
        return self.questions[-1]

    def data(self) -> bytes:
        return sample.text(0).replace(
            b"<mtu>9000</mtu>", f"<mtu>9000</mtu><in-octets>{self.octets}</in-octets>".encode()
        )

    def answer(self, *, after: float = 1.0) -> None:
        """Answer the last question."""
        asked = self.questions[-1]
        self.now += after
        reading = Reading(codec.read_root(self.data()), asked.paths, self.now, 0.01)
        document = LiveDocument(serialize(reading.root), self.schema) if asked.whole else None
        asked.done.emit(Answer(reading, document))


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def view(qtbot, device: Device) -> Iterator[OperationalView]:
    made = OperationalView(device, TaskManager(), "pe1.fra")  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1000, 800)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_view()


def leaf(view: OperationalView, path: str):
    return sample.element(view.document, path)


def go(view: OperationalView, path: str) -> None:
    row = view.model.row_of(leaf(view, path))
    view.tree.show_row(row)
    view.tree.setFocus()


def ask_now(view: OperationalView) -> None:
    """As if the time had come."""
    view.pace.interval = 5.0
    view._due()


OCTETS = "interfaces/interface[xe-0/0/0]/in-octets"


def test_it_reads_everything_when_it_is_first_seen(device, view):
    (first,) = device.questions
    assert first.paths == () and first.whole and not first.quiet
    assert view.empty.title.text() == "Reading…" and view.stop_button.isEnabled()
    device.answer()
    assert view.objectName() == "operationalView" and view.tree.isVisible()
    assert leaf(view, OCTETS).text == "1000" and view.state.text().startswith("Read at ")
    assert not view.tree.edit_value()


def test_only_what_is_in_sight_is_read_again(qtbot, device, view):
    device.answer()
    view.tree.collapseAll()
    ask_now(view)
    assert len(device.questions) == 1, "nothing is in sight that could change"
    go(view, OCTETS)
    ask_now(view)
    asked = device.questions[-1]
    assert asked.quiet and not asked.whole
    paths = {path.short() for path in asked.paths}
    assert "/interfaces/interface[xe-0/0/0]/in-octets" in paths
    assert not any(path.startswith("/acl") for path in paths)
    device.octets = 1400
    before = leaf(view, OCTETS)
    device.answer()
    assert leaf(view, OCTETS) is before and before.text == "1400" and view.tree.lit == {before}
    qtbot.waitUntil(lambda: not view.tree.lit, timeout=PATIENCE)


def test_the_pace_is_kept(qtbot, device, view):
    device.answer()
    go(view, OCTETS)
    view.interval.setCurrentIndex(view.interval.findData(1.0))
    qtbot.waitUntil(lambda: len(device.questions) == 2, timeout=PATIENCE)
    QTest.qWait(50)
    view._due()
    assert len(device.questions) == 2, "never two at a time"
    device.answer()
    qtbot.waitUntil(lambda: len(device.questions) == 3, timeout=PATIENCE)
    view.hide()
    assert device.questions[-1].cancelled and not view._timer.isActive()
    view.show()
    qtbot.waitUntil(lambda: len(device.questions) == 4, timeout=PATIENCE)


def test_errors_are_told_and_slow_it_down(device, view):
    device.answer()
    go(view, OCTETS)
    for delay in (10, 20):
        ask_now(view)
        device.questions[-1].failed.emit(RpcFailed("The device refused get: it is busy.", (), operation="get"))
        assert f"Trying again in {delay} s." in view.state.text() and "it is busy" in view.state.text()
        view.pace._last = None
    ask_now(view)
    device.answer()
    assert view.pace.delay == 5 and "refused" not in view.state.text()
    assert leaf(view, OCTETS) is not None


def test_a_lost_session_leaves_what_was_read(qtbot, device, view):
    device.answer()
    view.refresh()
    device.connected = False
    view.set_connected()
    assert device.questions[-1].cancelled and "not connected" in view.state.text()
    assert view.tree.isVisible() and not view.refresh_button.isEnabled()
    count = len(device.questions)
    ask_now(view)
    assert len(device.questions) == count
    device.connected = True
    view.set_connected()
    assert view.refresh_button.isEnabled()
    qtbot.keyClick(view.tree, Qt.Key.Key_F5)
    assert len(device.questions) == count + 1
    device.questions[-2].failed.emit(RpcFailed("late", (), operation="get"))
    assert "late" not in view.state.text(), "what is withdrawn says nothing"


def test_a_part_is_chosen(qtbot, device, view):
    device.answer()
    line = view.subtree.findChild(QLineEdit, "operationalPathLine")
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "/ex:interfaces/interface[name='xe-0/0/0']")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert [path.short() for path in device.questions[-1].paths] == ["/interfaces/interface[xe-0/0/0]"]
    device.answer()
    assert view.tree.row is not None and view.tree.row.own_element.tag.endswith("interface")
    line.selectAll()
    qtbot.keyClicks(line, "/nothing:like this")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "not known" in view.state.text() and len(device.questions) == 2


def pinned(qtbot, device: Device, view: OperationalView, counts: Sequence[int]) -> None:
    device.answer()
    go(view, OCTETS)
    qtbot.keyClick(view.tree, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    for count in counts:
        device.octets = count
        ask_now(view)
        device.answer(after=2.0)
        view.pace._last = None


def test_a_number_is_pinned_and_drawn_as_a_rate(qtbot, device, view):
    pinned(qtbot, device, view, [1200, 1800, 5])
    (series,) = view.plot.series
    assert view.plot.isVisible() and series.label == "xe-0/0/0 in-octets"
    assert series.kind.wraps_at == 1 << 64, "an unsigned number of state whose name says that it counts"
    assert [value for _, value in series.rates()] == [100.0, 300.0, None]
    (curve,) = view.plot.view.curves
    assert curve.units == "/s" and view.plot.legend.count() == 1
    qtbot.mouseClick(view.plot.mode.button("value"), Qt.MouseButton.LeftButton)
    assert [value for _, value in view.plot.view.curves[0].points] == [1000, 1200, 1800, 5]
    view.tree.collapseAll()
    ask_now(view)
    assert [path.short() for path in device.questions[-1].paths] == ["/interfaces/interface[xe-0/0/0]/in-octets"]
    view.plot.legend.setFocus()
    qtbot.keyClick(view.plot.legend, Qt.Key.Key_Delete)
    assert not view.plot.series and not view.plot.csv.isEnabled()


def test_only_numbers_are_pinned(device, view):
    device.answer()
    go(view, "system/hostname")
    assert not view.pin_action.isEnabled() and not view.pin_button.isEnabled()
    go(view, OCTETS)
    assert view.pin_button.isEnabled()


def test_the_picture_is_held_while_numbers_are_read(qtbot, device, view):
    pinned(qtbot, device, view, [1200])
    qtbot.mouseClick(view.plot.pause, Qt.MouseButton.LeftButton)
    assert view.plot.state.text().startswith("Held at ")
    before = view.plot.view.curves[0].points
    view.plot._until = device.now
    pin_more = [1500, 1900]
    for count in pin_more:
        device.octets = count
        ask_now(view)
        device.answer(after=2.0)
        view.pace._last = None
    assert len(view.plot.series[0].samples) == 4
    assert list(view.plot.view.curves[0].points) == list(before)
    qtbot.mouseClick(view.plot.pause, Qt.MouseButton.LeftButton)
    assert len(view.plot.view.curves[0].points) == 3


def test_samples_and_picture_are_saved(qtbot, device, view, tmp_path: Path):
    pinned(qtbot, device, view, [1200, 1800])
    told: list[str] = []
    view.told.connect(told.append)
    target = tmp_path / "plot.csv"
    view.plot.export_csv(target)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["time", "xe-0/0/0 in-octets", "xe-0/0/0 in-octets per second"]
    assert [row[1:] for row in rows[1:]] == [["1000", ""], ["1200", "100"], ["1800", "300"]]
    picture = tmp_path / "plot.png"
    view.plot.export_png(picture)
    image = QImage(str(picture))
    assert image.width() == view.plot.width() and image.height() > 80
    view.plot.export_png(tmp_path / "none" / "plot.png")
    assert "could not be written" in told[-1]


def test_the_menu_offers_what_can_be_done(device, view):
    device.answer()
    go(view, OCTETS)
    view._menu(view.tree.currentIndex(), QPoint(10, 10))
    menu = view.findChild(QWidget, "stateMenu")
    texts = [one.text().replace("&", "") for one in menu.actions() if one.text()]
    assert texts == ["Pin to plot", "Read only this", "Copy value", "Copy path", "Refresh"]
    menu.close()
    view.only_action.trigger()
    assert device.questions[-1].paths[0].short().endswith("in-octets")


def test_no_key_means_two_things(qtbot, device, view):
    device.answer()
    window = QMainWindow()
    qtbot.addWidget(window)
    others = {key.toString() for one in make_actions(window).all() for key in one.shortcuts()} - {"F5"}
    own = [key.toString() for one in (*view.actions(), *view.tree.actions()) for key in one.shortcuts()]
    assert len(own) == len(set(own)) and not others & set(own)


def test_every_widget_has_a_name(qtbot, device, view):
    pinned(qtbot, device, view, [1200])
    ours = [one for one in [view, *view.findChildren(QWidget)] if type(one).__module__.startswith("netconf_gui")]
    assert not [repr(one) for one in ours if not one.objectName()]
    assert not [one.objectName() for one in ours if not one.accessibleName()]


# the plot


def curve(points: list[tuple[float, float | None]], number: int = 0) -> Curve:
    return Curve(f"series {number}", points, number, "/s")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "points",
    [
        [],
        [(T0, 5.0)],
        [(T0, None)],
        [(T0 + n, None if n % 7 == 0 else n * 1e9) for n in range(300)],
        [(T0 + n, -4.0) for n in range(5)],
        [(T0 + n, float(n % 13)) for n in range(5_000)],
        [(T0, 0.0), (T0 + 1, 1.8e19)],
    ],
)
def test_any_numbers_are_drawn(qtbot, mode, points):
    theme().apply(mode)
    view = PlotView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show_curves([curve(points, number) for number in (0, 11)], seconds=None)
    view._line = T0 + 1
    view.setFocus()
    assert not view.grab().isNull()
    view.resize(20, 20)
    assert not view.grab().isNull()


def test_the_line_is_moved_by_mouse_and_keys(qtbot):
    view = PlotView()
    qtbot.addWidget(view)
    view.resize(600, 240)
    with qtbot.waitExposed(view):
        view.show()
    view.show_curves([curve([(T0 + 10 * n, float(n)) for n in range(10)])])
    read: list[float | None] = []
    view.reading.connect(read.append)
    area = view._area()
    qtbot.mouseMove(view, QPoint(int(area.left()) + 1, 60))
    qtbot.waitUntil(lambda: view.line == T0, timeout=PATIENCE)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.line == T0 + 10 and view.readings()[0][1] == 1.0
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert "9 /s" in view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.line is None and read[0] == T0 and read[-1] is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2.5, 5, 7.5, 10]),
        (0, 97, [0, 25, 50, 75, 100]),
        (-3, 3, [-4, -2, 0, 2, 4]),
        (5, 5, [4.5, 4.75, 5, 5.25, 5.5]),
        (float("nan"), 1, [0, 1]),
    ],
)
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high, 4) == pytest.approx(expected)


def test_ticks_of_time_are_on_the_clock():
    found = time_ticks(T0, T0 + 300, 5)
    assert found and all(one % 60 == 0 for one in found) and found[0] >= T0 and found[-1] <= T0 + 300
    assert time_ticks(5, 5, 3) == [] and time_ticks(0, 10, 0) == []
    assert len(time_ticks(T0, T0 + 86_400 * 30, 5)) <= 6


def test_numbers_are_short_or_exact():
    assert [short(one) for one in (0, 999, 1500, 2.5e6, -3e9, 1.8e19)] == [
        "0",
        "999",
        "1.50 k",
        "2.50 M",
        "-3 G",
        "18 E",
    ]
    assert short(0.25, step=0.25) == "0.25" and short(2000, step=1000) == "2 k" and short(2500, step=500) == "2.5 k"
    assert [exact(one) for one in (12345, 12.5, 0.1234567)] == ["12,345", "12.50", "0.1235"]


def test_a_series_keeps_its_colour(qtbot):
    from netconf_gui.gui.panes.operational_plot import PlotPanel

    panel = PlotPanel(TaskManager())
    qtbot.addWidget(panel)
    for name in "abc":
        panel.pin(Series(f"/{name}", name, Kind(None)))
    panel.unpin("/a")
    assert [one.number for one in panel.view.curves] == [1, 2]
    panel.pin(Series("/d", "d", Kind(None)))
    assert [one.number for one in panel.view.curves] == [1, 2, 0]


# with a device


def test_the_state_of_a_device_is_shown_live(program, qtbot, server):
    device = add(program, server)
    connect(qtbot, program, device)
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)
    program.window.actions_.open_state.trigger()
    view = program.operational.view(device.id)
    assert view is not None
    qtbot.waitUntil(lambda: view.document is not None, timeout=LONG)
    path = "/ietf-interfaces:interfaces-state/interface"
    schema = program.connections.link(device.id).schema.schema
    assert schema.find(f"{path}/statistics/in-octets") is not None
    entry = next(one for one in view.document.root if str(one.tag).endswith("}interfaces-state"))[0]
    octets = next(one for one in entry.iter() if str(one.tag).endswith("}in-octets"))
    view.tree.show_row(view.model.row_of(octets))
    view.tree.setFocus()
    view.pin_current()
    assert view.plot.series[0].kind.wraps_at in (1 << 32, 1 << 64)
    before = int(octets.text)
    view.interval.setCurrentIndex(view.interval.findData(1.0))
    qtbot.waitUntil(lambda: len(view.plot.series[0].samples) >= 3, timeout=LONG)
    assert int(octets.text) > before and view.document is not None
    asked = [one.text for one in program.connections.link(device.id).session.wire.entries() if one.direction == "out"][
        -1
    ]
    assert "in-octets" in asked and "<subtree-filter" in asked
    pane = program.documents.panes[0]
    program.documents.show_pane(pane)
    assert not view.isVisible() and not view.pace.looked_at
    assert pane.jump("/ietf-interfaces:interfaces")
    program.node.show_state.click()
    assert program.window.documents.currentWidget() is view and view.subject.short() == "/interfaces"
    qtbot.waitUntil(lambda: view.document is not None, timeout=LONG)
    program.documents.close_page(view)
    assert program.operational.view(device.id) is None


def test_a_lost_connection_is_told_in_the_tab(program, qtbot, server):
    device = add(program, server)
    connect(qtbot, program, device)
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)
    view = program.operational.open(device.id)
    qtbot.waitUntil(lambda: view.document is not None, timeout=LONG)
    program.connections.disconnect_device(device.id)
    qtbot.waitUntil(lambda: "not connected" in view.state.text(), timeout=LONG)
    assert view.tree.isVisible()
