"""Beginning a subscription, or changing one: what to listen to, of which kind, which part of it, from when to when.

Lives here: the form.  What the device does not offer is switched off and explained.  Does not live here: asking the
device (`gui/notifications`), texts of filters (`gui/notifications_filters`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.gui import notifications_filters as filters
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint, say
from netconf_gui.gui.forms import fix_height, fix_width, named, push_button, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice, Segments
from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.services.notifications import seconds
from netconf_gui.services.subscribing import Subscription
from netconf_gui.session.dynamic_subscriptions import Offer
from netconf_gui.session.subscriptions import EventStream
from netconf_gui.workspace.filter_favourites import FilterFavourite
from netconf_gui.yang.schema import Schema, SchemaNode

_MOST_OFFERED = 60  # notifications of the schema
STREAM, DATASTORE = "stream", "datastore"
NEWER, OLDER = "newer", "older"
NO_PUSH = "The device cannot be asked to report a datastore: it does not have the module ietf-yang-push (RFC 8641)."


@dataclass(frozen=True, slots=True)
class Known:
    """What the form has to know of the device."""

    offer: Offer
    streams: tuple[EventStream, ...] = ()
    datastores: tuple[str, ...] = ()
    schema: Schema | None = None
    picked: InstancePath | None = None  # the node that is selected in the window
    alone: str = ""  # why there can be no session beside the device's; "" if there can
    notifications: tuple[SchemaNode, ...] = field(default=())
    kept: tuple[FilterFavourite, ...] = ()


class SubscribeDialog(FormDialog):
    """Object name `subscribeDialog`; `wanted(Terms, newer or None)` when a person wants it; it stays until `done`."""

    wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None, device: str, *, stream: str = "", one: Subscription | None = None):
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("subscribeDialog")
        title = f"Change the subscription of {device}" if one is not None else f"Subscribe to {device}"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        text = (
            "Only filter, stop time, period and dampening can be changed (RFC 8639, section 2.4.3)."
            if one is not None
            else "What the device sends is listed in the Notifications pane, until you stop it."
        )
        self.set_head("notification", "accent_text", title, text)
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self.one = one
        self.known: Known | None = None
        self._stream = stream
        self._known_prefixes: dict[str, str] = {}
        self._busy = False
        self._rows = FormRows()
        self._parts: dict[str, tuple[QWidget, QWidget]] = {}
        self.ui.bodyLayout.insertLayout(1, self._rows)
        self.notice = Notice("subscribeNotice")
        self.ui.bodyLayout.insertWidget(2, self.notice)
        self._build_subject()
        self._build_filter()
        self._build_times()
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        self.act = push_button("Change" if one is not None else "Subscribe", "subscribeButton", role="primary")
        self.act.setDefault(True)
        self.act.clicked.connect(self._accept)
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(self.act)
        self._set_enabled(False)
        self.notice.say("info", "Asking the device what it offers…")
        self._show_parts()
        self.resize(theme().px(620), self.sizeHint().height())

    # ------------------------------------------------------------------------------------------------ the fields

    def _add(self, key: str, words: str, *widgets: QWidget, buddy: QWidget | None = None) -> None:
        self._parts[key] = self._rows.add(words, f"subscribe_{key}", *widgets, buddy=buddy or widgets[0])

    def _build_subject(self) -> None:
        self.about = Segments(
            "subscribeAbout",
            "What to listen to",
            ((STREAM, "Event stream", "notification"), (DATASTORE, "Datastore (YANG push)", "datastore")),
        )
        self.about_hint = hint("", "subscribeAboutHint")
        self._add("about", "Listen to", self.about, self.about_hint)
        self.streams = named(QComboBox(), "subscribeStream", "Stream")
        self.stream_hint = hint("", "subscribeStreamHint")
        self._add("stream", "Stream", self.streams, self.stream_hint)
        self.datastores = named(QComboBox(), "subscribeDatastore", "Datastore")
        self._add("datastore", "Datastore", self.datastores)
        self.modes = Segments(
            "subscribeMode", "How it is reported", (("change", "On change", ""), ("period", "Periodically", ""))
        )
        self.mode_hint = hint("", "subscribeModeHint")
        self._add("mode", "Reported", self.modes, self.mode_hint)
        self.period = _seconds("subscribePeriod", "Period", 0.01, 10.0)
        self._add("period", "Every", self.period)
        self.dampening = _seconds("subscribeDampening", "Dampening", 0.0, 0.0)
        damp_hint = hint("At most one report in this time; 0: each change at once.", "subscribeDampeningHint")
        self._add("dampening", "Dampening", self.dampening, damp_hint)
        self.sync = named(QCheckBox("Send all of it at the beginning"), "subscribeSync", "Send all at the beginning")
        self.sync.setChecked(True)
        self._add("sync", "", self.sync)
        self.kinds = named(QComboBox(), "subscribeKind", "Kind of subscription")
        self.kinds.addItem("RFC 8639 establish-subscription", NEWER)
        self.kinds.addItem("RFC 5277 create-subscription", OLDER)
        self.kind_hint = hint("", "subscribeKindHint")
        self._add("kind", "Kind", self.kinds, self.kind_hint)
        self.about.chosen.connect(lambda _key: self._follow())
        self.modes.chosen.connect(lambda _key: self._follow())
        for combo in (self.streams, self.datastores, self.kinds):
            combo.currentIndexChanged.connect(self._follow)
        for spin in (self.period, self.dampening):
            spin.valueChanged.connect(self._follow)
        self.sync.toggled.connect(self._follow)

    def _build_filter(self) -> None:
        self.filter_kind = Segments(
            "subscribeFilterKind",
            "Filter",
            (("none", "Everything", ""), ("subtree", "Subtree", ""), ("xpath", "XPath", ""), ("name", "By name", "")),
        )
        self.pick = tool_button("Pick what to filter", "subscribePick", icon="target", text="Pick")
        self.pick.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pick.clicked.connect(self._offer_picks)
        line = named(QWidget(), "subscribeFilterLine", "Filter")
        inside = row(line, spacing=8)
        inside.addWidget(self.filter_kind)
        inside.addWidget(self.pick)
        inside.addStretch(1)
        self.filter_text = named(QPlainTextEdit(), "subscribeFilterText", "Filter", role="field")
        self.filter_text.setFont(theme().mono())
        self.filter_text.setTabChangesFocus(True)
        fix_height(self.filter_text, 72)
        self.filter_name = named(QLineEdit(), "subscribeFilterName", "Name of the device's filter")
        self.filter_hint = hint("", "subscribeFilterHint")
        self._add(
            "filter", "Filter", line, self.filter_text, self.filter_name, self.filter_hint, buddy=self.filter_text
        )
        self.filter_kind.chosen.connect(lambda _key: self._follow())
        self.filter_text.textChanged.connect(self._follow)
        self.filter_name.textChanged.connect(self._follow)

    def _build_times(self) -> None:
        self.replay = named(QCheckBox("Send the past from"), "subscribeReplay", "Replay")
        self.start = _moment("subscribeStart", "Start time")
        self.replay_hint = hint("", "subscribeReplayHint")
        self._add("replay", "Replay", _side_by_side("subscribeReplayLine", self.replay, self.start), self.replay_hint)
        self.ends = named(QCheckBox("Stop at"), "subscribeEnds", "Stop time")
        self.stop = _moment("subscribeStop", "Stop time")
        self._add("stop", "End", _side_by_side("subscribeStopLine", self.ends, self.stop))
        for box, moment in ((self.replay, self.start), (self.ends, self.stop)):
            moment.setEnabled(False)
            box.toggled.connect(moment.setEnabled)
            box.toggled.connect(self._follow)
            moment.dateTimeChanged.connect(self._follow)

    # ------------------------------------------------------------------------------------------------ what is known

    def show_known(self, known: Known) -> None:
        """The device has told what it offers."""
        self.known = known
        for stream in known.streams:
            self.streams.addItem(stream.name, stream)
        if not known.streams:
            self.streams.addItem("NETCONF", EventStream("NETCONF", "", False))
        self.streams.setCurrentIndex(max(0, self.streams.findText(self._stream or "NETCONF")))
        for name in known.datastores:
            self.datastores.addItem(name, name)
        offer = known.offer
        self.about.button(DATASTORE).setEnabled(offer.push)
        say(self.about_hint, "" if offer.push else NO_PUSH)
        self.modes.button("change").setEnabled(offer.on_change)
        if not offer.on_change:
            self.modes.choose("period")
            say(
                self.mode_hint,
                "The device does not report on change: it lacks the feature on-change of ietf-yang-push.",
            )
        self._offer_kinds(offer)
        self.filter_kind.button("name").setEnabled(offer.dynamic)
        if self.one is not None:
            self._show_terms(self.one)
        self._set_enabled(offer.anything)
        if not offer.anything:
            self.notice.say("warning", offer.reason)
            return
        self._follow()
        (self.streams if self.one is None else self.filter_text).setFocus()

    def _offer_kinds(self, offer: Offer) -> None:
        item = self.kinds.model()
        for at, (there, why) in enumerate(
            (
                (offer.dynamic, "The device does not have the module ietf-subscribed-notifications (RFC 8639)."),
                (offer.create, "The device does not announce the capability notification (RFC 5277)."),
            )
        ):
            if not there:
                item.setData(item.index(at, 0), 0, Qt.ItemDataRole.UserRole - 1)  # switched off
                self.kind_hint.setText(why)
        self.kinds.setCurrentIndex(0 if offer.dynamic else 1)
        say(self.kind_hint, self.kind_hint.text())

    def _show_terms(self, one: Subscription) -> None:
        terms = one.terms
        self.about.choose(DATASTORE if terms.push else STREAM)
        self.streams.setCurrentIndex(max(0, self.streams.findText(terms.subject)))
        self.datastores.setCurrentIndex(max(0, self.datastores.findText(terms.datastore)))
        self.modes.choose("change" if terms.on_change else "period")
        self.period.setValue(terms.period or 10.0)
        self.dampening.setValue(terms.dampening)
        key = "xpath" if terms.xpath else "subtree" if terms.subtree else "name" if terms.filter_name else "none"
        self.filter_kind.choose(key)
        self.filter_text.setPlainText(terms.xpath or terms.subtree.decode("utf-8", "replace"))
        self.filter_name.setText(terms.filter_name)
        self._known_prefixes = dict(terms.namespaces)
        at = seconds(terms.stop)
        if at is not None:
            self.stop.setDateTime(QDateTime.fromSecsSinceEpoch(round(at)))
            self.ends.setChecked(True)

    def _set_enabled(self, on: bool) -> None:
        fixed = self.one is not None
        for key, (_words, box) in self._parts.items():
            box.setEnabled(on and not (fixed and key in ("about", "stream", "datastore", "mode", "sync", "kind")))
        self.act.setEnabled(on)

    # ------------------------------------------------------------------------------------------------ picking

    def _offer_picks(self) -> None:
        menu = self.pick_menu()
        menu.popup(self.pick.mapToGlobal(self.pick.rect().bottomLeft()))

    def pick_menu(self) -> QMenu:
        """What can be picked: the selected node, and the notifications of the schema."""
        menu = named(QMenu(self), "subscribePickMenu", "What to filter")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        known = self.known
        path = known.picked if known is not None else None
        if path is not None and path.steps:
            entry = menu.addAction(f"The selected node: {path.short()}")
            entry.setObjectName("pickNodeAction")
            entry.triggered.connect(lambda: self.take_path(path))
        else:
            menu.addAction("No node is selected in a document of the device").setEnabled(False)
        if known is not None and self.about.current == STREAM and known.notifications:
            menu.addSeparator()
            for node in known.notifications[:_MOST_OFFERED]:
                entry = menu.addAction(f"{node.module}:{node.name}")
                entry.setObjectName("pickNotificationAction")
                entry.triggered.connect(lambda _on=False, chosen=node: self.take_notification(chosen))
        if known is not None and known.kept:
            menu.addSeparator()
            for one in known.kept:
                entry = menu.addAction(f"Kept filter: {one.name.replace('&', '&&')}")
                entry.setObjectName("pickKeptAction")
                entry.triggered.connect(lambda _on=False, chosen=one: self.take_kept(chosen))
        return menu

    def take_kept(self, one: FilterFavourite) -> None:
        """Filter as a kept filter does."""
        self._known_prefixes.update(dict(one.namespaces))
        self.filter_kind.choose(one.kind)
        self.filter_text.setPlainText(one.text.strip())

    def take_path(self, path: InstancePath) -> None:
        """Filter by a node."""
        if self.filter_kind.current == "xpath":
            text, prefixes = path.to_xpath()
            self._known_prefixes.update(prefixes)
            self.filter_text.setPlainText(text)
        else:
            self.filter_kind.choose("subtree")
            self.filter_text.setPlainText(filters.subtree_of(path))

    def take_notification(self, node: SchemaNode) -> None:
        """Filter by the name of a notification."""
        if self.filter_kind.current == "xpath":
            self._known_prefixes[node.module] = node.namespace
            self.filter_text.setPlainText(f"/{node.module}:{node.name}")
        else:
            self.filter_kind.choose("subtree")
            self.filter_text.setPlainText(filters.subtree_of_notification(node))

    # ------------------------------------------------------------------------------------------------ its answer

    @property
    def newer(self) -> bool | None:
        """By RFC 8639 or RFC 5277; None where that is no question."""
        return None if self.about.current == DATASTORE else self.kinds.currentData() == NEWER

    def terms(self) -> Terms:
        """What the fields say; raises `ConfigError` that says what is wrong."""
        push, kind = self.about.current == DATASTORE, self.filter_kind.current
        text = self.filter_text.toPlainText().strip()
        if kind in ("subtree", "xpath") and not text:
            raise ConfigError("Type the filter, or pick a node.")
        if kind == "name" and not self.filter_name.text().strip():
            raise ConfigError("Type the name of a filter that the device has.")
        xpath = text if kind == "xpath" else ""
        schema = self.known.schema if self.known is not None else None
        on_change = push and self.modes.current == "change"
        terms = Terms(
            stream="" if push else self.streams.currentText(),
            datastore=self.datastores.currentText() if push else "",
            subtree=text.encode() if kind == "subtree" else b"",
            xpath=xpath,
            namespaces=tuple(filters.namespaces_of(xpath, schema, self._known_prefixes).items()),
            filter_name=self.filter_name.text().strip() if kind == "name" else "",
            start=_rfc3339(self.start) if self.replay.isChecked() and not push else "",
            stop=_rfc3339(self.stop) if self.ends.isChecked() else "",
            period=self.period.value() if push and not on_change else None,
            on_change=on_change,
            dampening=self.dampening.value() if on_change else 0.0,
            sync_on_start=self.sync.isChecked(),
        )
        wrong = filters.check(terms)
        if wrong:
            raise ConfigError(wrong)
        begin, end = seconds(terms.start), seconds(terms.stop)
        if begin is not None and end is not None and end <= begin:
            raise ConfigError("The stop time is not after the start time.")
        if self.newer is False and not push and terms.stop and not terms.start:
            raise ConfigError("By RFC 5277 a stop time needs a start time: give one too.")
        if self.newer is False and not push and terms.filter_name:
            raise ConfigError("RFC 5277 knows no filters by name.")
        return terms

    def _show_parts(self) -> None:
        push = self.about.current == DATASTORE
        change = self.modes.current == "change"
        both = self.known is None or (self.known.offer.dynamic and self.known.offer.create)
        shown = {
            "stream": not push,
            "kind": not push and (both or not self.kind_hint.isHidden()),
            "replay": not push and self.one is None,
            "datastore": push,
            "mode": push,
            "period": push and not change,
            "dampening": push and change,
            "sync": push and change and self.one is None,
        }
        for key, on in shown.items():
            for part in self._parts[key]:
                part.setVisible(on)
        kind = self.filter_kind.current
        self.filter_text.setVisible(kind in ("subtree", "xpath"))
        self.filter_name.setVisible(kind == "name")
        self.pick.setVisible(kind != "name")
        helps = {
            "xpath": "Module names are the prefixes of every name: /a-module:event[a-module:severity='major'].",
            "subtree": "XML elements; what stands in them has to be so (RFC 6241, section 6).",
            "name": "A filter of the device's configuration, below /filters.",
        }
        say(self.filter_hint, helps.get(kind, ""))

    def _follow(self, *_what: object) -> None:
        """Show what belongs to the choice; say what is missing."""
        if self.known is None:
            self._show_parts()
            return
        self._show_parts()
        stream = self.streams.currentData()
        if isinstance(stream, EventStream):
            since = f" Its log begins at {stream.replay_from}." if stream.replay_from else ""
            replays = "It can be replayed." if stream.replay else "It cannot be replayed."
            say(self.stream_hint, f"{stream.description} {replays}{since}".strip())
            self.replay.setEnabled(stream.replay)
            say(self.replay_hint, "" if stream.replay else "The device keeps no log of this stream.")
            if not stream.replay:
                self.replay.setChecked(False)
        if not self.known.offer.anything or self._busy:
            return
        able = self.known.offer
        own = "" if able.interleave or self.known.alone == "" or self.about.current == DATASTORE else self.known.alone
        try:
            self.terms()
        except ConfigError as error:
            self.notice.say("info", error.full_text())
            self.act.setEnabled(False)
            return
        if own:
            self.notice.say("warning", own)
        elif not able.interleave and not able.dynamic:
            self.notice.say("info", "The device answers no requests beside events: a session of its own is opened.")
        else:
            self.notice.say("info", "")
        self.act.setEnabled(not own)

    def _accept(self) -> None:
        try:
            terms = self.terms()
        except ConfigError as error:
            self.notice.say("error", error.full_text())
            return
        self._busy = True
        self._set_enabled(False)
        self.notice.say("info", "Asking the device…")
        self.wanted.emit(terms, self.newer)

    def done_well(self) -> None:
        """The device has taken it."""
        self.accept()

    def refused(self, text: str) -> None:
        """The device, or what is between, said no: the fields can be changed."""
        self._busy = False
        self._set_enabled(True)
        self._show_parts()
        self.notice.say("error", text)
        self.act.setEnabled(True)

    def failed(self, text: str) -> None:
        """What the device offers could not be found out."""
        self.notice.say("error", text)


def _seconds(name: str, words: str, least: float, value: float) -> QDoubleSpinBox:
    made = named(QDoubleSpinBox(), name, f"{words} in seconds")
    made.setDecimals(2)
    made.setRange(least, 42_949_672)
    made.setValue(value)
    made.setSuffix(" s")
    made.lineEdit().setTextMargins(theme().px(6), 0, 0, 0)
    fix_width(made, 128)
    return made


def _moment(name: str, words: str) -> QDateTimeEdit:
    now = QDateTime.currentDateTime()
    made = named(QDateTimeEdit(now.addSecs(-3600 if name.endswith("Start") else 3600)), name, words)
    made.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
    made.setCalendarPopup(False)
    fix_width(made, 176)
    return made


def _side_by_side(name: str, *widgets: QWidget) -> QWidget:
    line = named(QWidget(), name, widgets[0].accessibleName())
    inside = row(line, spacing=8)
    for widget in widgets:
        inside.addWidget(widget)
    inside.addStretch(1)
    return line


def _rfc3339(moment: QDateTimeEdit) -> str:
    return str(moment.dateTime().toUTC().toString("yyyy-MM-ddTHH:mm:ss")) + "Z"


def offered_notifications(schema: Schema | None) -> Sequence[SchemaNode]:
    """The notifications of a schema, by module and name."""
    return sorted(schema.notifications(), key=lambda node: (node.module, node.name)) if schema is not None else ()
