"""Notifications in the whole window: subscribed to, listed, filtered, exported; pushed trees; rules; coming back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from netconf_gui.demo.event_tools import NS_EVENTS
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui import notifications_export
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.dialogs.notification_rule import RuleDialog
from netconf_gui.gui.dialogs.subscribe import SubscribeDialog
from netconf_gui.gui.models.notifications import PATH, WHAT
from netconf_gui.gui.notifications import Notifications
from netconf_gui.gui.notifications_push import PushView
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import parse
from netconf_gui.services.notifications import EventKind
from netconf_gui.services.reconnect import Backoff
from netconf_gui.services.subscribing import Subscription, SubscriptionState
from netconf_gui.workspace.credentials import account_for
from netconf_gui.workspace.event_rules import EventFilter, EventRule
from netconf_gui.workspace.inventory import Device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


class Desk:
    """The window with a device that is connected, and what a person does with its notifications."""

    def __init__(self, program: Program, qtbot, server: DemoServer) -> None:
        self.program, self.qtbot, self.server = program, qtbot, server
        self.device: Device = add(program, server)
        connect(qtbot, program, self.device)
        account = account_for(self.device.id, "demo", "127.0.0.1", self.device.port)
        program.workspace.credentials.session_set(account, PASSWORD)
        program.reconnecting.backoff = Backoff(first=0.05, most=0.2)
        self.n.devices.backoff = Backoff(first=0.05, most=0.2)

    @property
    def n(self) -> Notifications:
        return self.program.notifications

    @property
    def events(self):
        return self.n.pane.events

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        found = self.n.devices.of(self.device.id)
        return found.subscriptions if found is not None else ()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def dialog(self) -> SubscribeDialog:
        self.program.window.devices.select(self.device.id)
        self.program.window.actions_.subscribe.trigger()
        made = dialog(self.qtbot, SubscribeDialog)
        self.until(lambda: made.known is not None)
        return made

    def subscribe(self, fill: Callable[[SubscribeDialog], object] = lambda _dialog: None) -> Subscription:
        before = len(self.subscriptions)
        made = self.dialog()
        fill(made)
        assert made.act.isEnabled(), made.notice.text
        with self.qtbot.waitSignal(made.accepted, timeout=LONG):
            press(self.qtbot, made, "subscribeButton")
        assert len(self.subscriptions) == before + 1
        return self.subscriptions[-1]

    def call(self, xml: str) -> None:
        """A request of somebody else, over the device's own session: its thread answers."""
        link = self.program.connections.link(self.device.id)
        assert link is not None and link.session is not None
        link.session.call(operations.custom(parse(xml.encode())))

    def emit(self, count: int, text: str = "Hello", severity: str = "information") -> None:
        self.call(
            f'<emit-events xmlns="{NS_EVENTS}"><count>{count}</count><severity>{severity}</severity>'
            f"<text>{text}</text></emit-events>"
        )

    def texts(self, column: int = WHAT) -> list[str]:
        model = self.n.model
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]


@pytest.fixture
def desk(program: Program, qtbot, server: DemoServer) -> Desk:
    return Desk(program, qtbot, server)


def only_tests(form: SubscribeDialog) -> None:
    node = next(one for one in form.known.notifications if one.name == "test-event")
    form.filter_kind.choose("subtree")
    form.take_notification(node)


def test_events_are_listed_followed_filtered_copied_exported_and_cleared(desk: Desk, qtbot, tmp_path: Path):
    events, n = desk.events, desk.n
    assert "Connect a device" not in events.empty.text.text()
    desk.program.window.actions_.notifications.trigger()
    assert n.pane.isVisible() and desk.program.window.bottom.current == "notifications"
    subscription = desk.subscribe(only_tests)
    assert subscription.state is SubscriptionState.ACTIVE and subscription.dynamic
    desk.emit(200)
    desk.emit(3, "Fan stopped", "major")
    desk.until(lambda: n.model.rowCount() == 203)
    assert events.table.isVisible() and events.table.following
    bar = events.table.verticalScrollBar()
    assert bar.value() == bar.maximum(), "the end is in sight"
    qtbot.keyClick(events.table, Qt.Key.Key_Home)
    assert not events.follow_action.isChecked()
    events.follow_action.trigger()
    assert events.table.following and bar.value() == bar.maximum()

    events.severity.setCurrentIndex(events.severity.findData("major"))
    desk.until(lambda: n.model.rowCount() == 3)
    assert all("Fan stopped" in text for text in desk.texts())
    desk.emit(2, "Fan stopped", "critical")
    desk.until(lambda: n.model.rowCount() == 5)
    events.search.setText("number 2")
    desk.until(lambda: n.model.rowCount() == 2 and not n.filtering.busy)
    assert "2 of 205" in events.said.text()
    events.table.setFocus()
    events.table.selectAll()
    events.copy_action.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2 and lines[0].split("\t")[1] == "pe1"

    for ending, count in (("json", 2), ("xml", 2), ("csv", 3)):
        path = tmp_path / f"out.{ending}"
        task = notifications_export.write(desk.program, n.store, events.wanted, path)
        with qtbot.waitSignal(task.finished, timeout=LONG):
            pass
        text = path.read_text()
        assert (len(json.loads(text)) if ending == "json" else len(text.splitlines())) == count
        assert path.stat().st_mode & 0o077 == 0

    events.reset_action.trigger()
    desk.until(lambda: n.model.rowCount() == 205)
    events.kind.setCurrentIndex(events.kind.findData("gap"))
    desk.until(lambda: events.nothing.isVisible())
    events.reset_action.trigger()
    events.clear_action.trigger()
    press(qtbot, dialog(qtbot, Question), "clearButton")
    desk.until(lambda: n.model.rowCount() == 0 and events.empty.isVisible())
    desk.emit(1)
    desk.until(lambda: n.model.rowCount() == 1)


def test_the_list_can_stand_still_and_nothing_is_lost(desk: Desk):
    desk.n.show()
    desk.subscribe(only_tests)
    desk.emit(5)
    desk.until(lambda: desk.n.model.rowCount() == 5)
    desk.events.pause_action.trigger()
    desk.emit(7)
    desk.until(lambda: "7 more while paused" in desk.events.said.text())
    assert desk.n.model.rowCount() == 5
    desk.events.pause_action.trigger()
    assert desk.n.model.rowCount() == 12


def test_one_event_is_a_tree_explained_by_its_schema_with_a_way_to_its_node(desk: Desk, qtbot):
    n, program = desk.n, desk.program
    n.show()
    desk.subscribe()
    desk.call(
        '<edit-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><target><candidate/></target><config>'
        f'<system xmlns="{SYSTEM}"><hostname>other</hostname></system></config></edit-config>'
    )
    desk.call('<commit xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>')
    desk.until(lambda: any("changed running" in text for text in desk.texts()))
    at = next(row for row, text in enumerate(desk.texts()) if "changed running" in text)
    assert desk.texts(PATH)[at].endswith("hostname")
    desk.events.table.selectRow(at)
    details = desk.events.details
    desk.until(lambda: details.tree.isVisible())
    names = [details.model.index(row, 0).data() for row in range(details.model.rowCount())]
    assert names == ["eventTime", "netconf-config-change"]
    top = details.model.index(1, 0)
    assert "ietf-netconf-notifications:netconf-config-change" in str(top.data(Qt.ItemDataRole.ToolTipRole))
    details.views.choose("xml")
    assert "<netconf-config-change" in details.text.toPlainText()
    qtbot.keyClick(desk.events.table, Qt.Key.Key_Return)
    pane = program.documents.current
    assert pane is not None and pane.row is not None and str(pane.row.node.name) == "hostname"
    menus: list[QMenu] = []
    desk.events.table.menu_wanted.emit(desk.events.table.mapToGlobal(QPoint(10, 10)))
    menus = desk.events.findChildren(QMenu, "notificationMenu")
    assert menus and desk.events.rule_action in menus[0].actions()
    menus[0].close()


def test_a_rule_is_made_from_an_event_and_the_window_tells_of_the_next(desk: Desk, qtbot):
    n = desk.n
    n.show()
    desk.subscribe(only_tests)
    desk.emit(1, "Fan stopped", "major")
    desk.until(lambda: n.model.rowCount() == 1)
    desk.events.table.selectRow(0)
    desk.events.rule_action.trigger()
    form = dialog(qtbot, RuleDialog)
    assert form.fields["name"].text() == "test-event" and form.fields["device"].text() == "pe1"
    form.fields["xpath"].setText("/test-event[")
    assert not form.act.isEnabled() and "cannot be understood" in form.notice.text
    form.fields["xpath"].setText("/test-event[severity='major']")
    form.notify.setChecked(True)
    press(qtbot, form, "ruleButton")
    assert [rule.colour for rule in desk.program.workspace.event_rules.rules] == ["red"]
    assert n.model.look(0).tint == "error_tint"
    desk.emit(1, "Pump stopped", "major")
    desk.until(lambda: "Pump stopped" in n.pane.notice.text)
    n.pane.choose("rules")
    assert n.pane.rules.part.table.rowCount() == 1
    n.pane.rules.switch_action.trigger()
    assert n.model.look(0).tint == "" and not desk.program.workspace.event_rules.rules[0].active
    n.pane.rules.delete_action.trigger()
    assert desk.program.workspace.event_rules.rules == ()


def test_a_datastore_is_a_live_tree_with_its_changes_marked(desk: Desk, qtbot):
    def push(form: SubscribeDialog) -> None:
        form.about.choose("datastore")
        form.datastores.setCurrentIndex(form.datastores.findText("running"))

    own = desk.subscribe(push)
    assert own.pushed is not None
    view = desk.n.wishes.view(own)
    assert isinstance(view, PushView) and desk.program.window.documents.currentWidget() is view
    desk.until(lambda: view.tree is not None)
    desk.call(
        '<edit-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><target><candidate/></target><config>'
        f'<system xmlns="{SYSTEM}"><hostname>pushed</hostname></system></config></edit-config>'
    )
    desk.call('<commit xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>')
    desk.until(lambda: view.tree.changed)
    assert [leaf.text for leaf in view.tree.changed] == ["pushed"]
    assert "1 change since" in view.said.text() and view.state.text() == "active"

    desk.n.show("subscriptions")
    page = desk.n.pane.subscriptions
    page.choose(own)
    assert page.actions_["resync"].isEnabled() and page.actions_["tree"].isEnabled()
    page.actions_["resync"].trigger()
    desk.until(lambda: own.pushed.changes == 0)
    page.actions_["stop"].trigger()
    desk.until(lambda: own.state is SubscriptionState.ENDED)
    desk.until(lambda: view.state.text() == "ended")
    page.choose(own)
    page.actions_["forget"].trigger()
    assert desk.subscriptions == ()


def test_all_subscriptions_of_the_device_are_listed_changed_and_killed(desk: Desk, qtbot):
    own = desk.subscribe(only_tests)
    desk.n.show("subscriptions")
    page = desk.n.pane.subscriptions
    page.choose(own)
    assert page.actions_["modify"].isEnabled() and page.actions_["kill"].isEnabled()
    page.actions_["modify"].trigger()
    form = dialog(qtbot, SubscribeDialog)
    desk.until(lambda: form.known is not None)
    assert "test-event" in form.filter_text.toPlainText() and not form.streams.isEnabled()
    form.filter_kind.choose("xpath")
    form.filter_text.setPlainText("/nowhere:test-event")
    assert not form.act.isEnabled() and "nowhere" in form.notice.text
    form.filter_text.setPlainText("/netconf-gui-demo-events:test-event[netconf-gui-demo-events:severity='major']")
    assert form.act.isEnabled(), form.notice.text
    with qtbot.waitSignal(form.accepted, timeout=LONG):
        press(qtbot, form, "subscribeButton")
    assert "major" in own.terms.xpath
    desk.emit(3)
    desk.emit(1, "x", "major")
    desk.until(lambda: desk.n.model.rowCount() >= 1)
    desk.until(lambda: own.events == 1)
    page.choose(own)
    page.actions_["kill"].trigger()
    press(qtbot, dialog(qtbot, Question), "killButton")
    desk.until(lambda: not own.alive)
    kinds = {event.kind for event in desk.n.store.rows(0, 100)}
    assert EventKind.STATE in kinds


def test_subscriptions_come_back_with_what_was_missed(desk: Desk, qtbot):
    desk.n.show()
    own = desk.subscribe(only_tests)
    desk.emit(2, "before")
    desk.until(lambda: own.events == 2)
    link = desk.program.connections.link(desk.device.id)
    session = link.session
    with desk.server.device.lock:
        doomed = list(desk.server.device.sessions)
    for one in doomed:
        one.drop()
    desk.until(lambda: link.session is not None and link.session is not session)
    desk.until(lambda: own.state is SubscriptionState.ACTIVE)
    desk.emit(1, "after")
    desk.until(lambda: own.events == 3)
    desk.until(lambda: any("is back" in text for text in desk.texts()))
    texts = [event.text for event in desk.n.store.rows(0, 100) if event.kind is EventKind.NOTIFICATION]
    assert ["before" in text for text in texts] == [True, True, False], "nothing twice"


def test_what_a_device_does_not_offer_is_explained(program: Program, qtbot, server: DemoServer):
    from netconf_gui.gui.dialogs.subscribe import Known
    from netconf_gui.session.dynamic_subscriptions import Offer

    form = SubscribeDialog(program.window, "old")
    qtbot.addWidget(form)
    form.show_known(Known(Offer(create=True)))
    assert not form.about.button("datastore").isEnabled() and "RFC 8641" in form.about_hint.text()
    assert form.newer is False and "RFC 8639" in form.kind_hint.text()
    assert not form.replay.isEnabled() and "no log" in form.replay_hint.text()
    assert "a session of its own" in form.notice.text and form.act.isEnabled()
    form.ends.setChecked(True)
    assert "needs a start time" in form.notice.text and not form.act.isEnabled()
    other = SubscribeDialog(program.window, "none")
    qtbot.addWidget(other)
    other.show_known(Known(Offer()))
    assert "neither" in other.notice.text and not other.act.isEnabled()
    alone = SubscribeDialog(program.window, "alone")
    qtbot.addWidget(alone)
    alone.show_known(Known(Offer(create=True), alone="It calls."))
    assert alone.notice.text == "It calls." and not alone.act.isEnabled()
    program.window.actions_.subscribe.trigger()
    assert program.notifications.store.dropped == 0


def test_gaps_and_states_look_different_from_events(program: Program, qtbot):
    from dataclasses import replace

    from tests.bench.bench_notifications import events

    n = program.notifications
    plain = next(events(0, 1))
    n.store.extend(
        [
            plain,
            replace(plain, kind=EventKind.GAP),
            replace(plain, kind=EventKind.STATE),
            replace(plain, kind=EventKind.NOTE),
        ]
    )
    n.show()
    qtbot.waitUntil(lambda: n.model.rowCount() == 4, timeout=LONG)
    looks = [n.model.look(row) for row in range(4)]
    assert len({(one.icon, one.ink, one.tint) for one in looks}) == 4
    assert looks[1].tint == "warning_tint" and looks[1].weight == 600 and looks[1].texts[3] == "gap"
    n._put_rules((EventRule("all", EventFilter(text="port"), "green"),))
    assert [n.model.look(row).tint for row in range(2)] == ["added_tint", "warning_tint"]


def test_a_stream_of_the_device_page_is_subscribed_to(desk: Desk, qtbot):
    desk.program.device_pages.action.trigger()
    page = desk.program.device_pages.page(desk.device.id)
    desk.until(lambda: page.state is not None)
    page.choose("streams")
    assert page.subscribe_action.isEnabled()
    page.subscribe_action.trigger()
    form = dialog(qtbot, SubscribeDialog)
    desk.until(lambda: form.known is not None)
    assert form.streams.currentText() == "NETCONF" and "replayed" in form.stream_hint.text()
    form.reject()
