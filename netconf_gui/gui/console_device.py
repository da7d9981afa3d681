"""What is behind one RPC console: what the device offers, what references lead into, targets, history and favourites.

Lives here: `OneConsole`.  Does not live here: which consoles there are (`console`), sending (`console_sending`), the
tab (`panes/console`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.config.operation_input import ReplySchema, RequestDocument
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import AppError, ConfigError
from netconf_gui.gui.console_sending import ConsoleSender
from netconf_gui.gui.dialogs.console import FieldsDialog
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.tasks import Report
from netconf_gui.protocol.xml import serialize
from netconf_gui.services import console
from netconf_gui.services.check import Judge
from netconf_gui.services.console import Operation
from netconf_gui.services.console_schema import offered_by
from netconf_gui.services.console_sending import complaints
from netconf_gui.services.console_text import request_text, without_secrets
from netconf_gui.services.load import LoadedSchema, load_schema
from netconf_gui.session.datastores import get_config
from netconf_gui.workspace.console_history import Favourite, HistoryEntry
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link
    from netconf_gui.session.session import Session


@dataclass(frozen=True, slots=True)
class _Offered:
    """What a device can be asked."""

    operations: tuple[Operation, ...]
    schema: LoadedSchema


class OneConsole(QObject):
    """What is behind one tab."""

    def __init__(self, program: Program, link: Link) -> None:
        super().__init__(program.window)
        self._program = program
        self.device_id = link.device.id
        self.history = program.workspace.console_history
        self.operations: tuple[Operation, ...] = ()
        self.targets: list[str] = [link.device.id]
        self._wanted: Callable[[], object] | None = None
        self._dependencies = b""
        self._running: Document | None = None
        self._read_by: Session | None = None
        self._reading = False
        self.pane = pane = ConsolePane(
            link.device.id, link.device.name, program.tasks, program.engine, self.judge_of, self.history
        )
        program.access_telling.in_console(pane)
        self.sending = ConsoleSender(program, self)
        pane.side.operation_chosen.connect(self._choose)
        pane.side.kept_chosen.connect(lambda kept: self.put(kept.text))
        pane.side.resend_wanted.connect(self._resend)
        pane.side.drop_wanted.connect(self._drop)
        pane.side.clear_wanted.connect(self._clear)
        pane.send_wanted.connect(self.sending.send)
        pane.stop_wanted.connect(self.sending.stop)
        pane.keep_wanted.connect(self._keep)
        pane.targets_wanted.connect(self._fill_targets)
        pane.results.error_chosen.connect(self._show_error)
        pane.form.changed.connect(self._form_changed)
        pane.form.reread.clicked.connect(lambda: self._read_running(again=True))
        pane.pane.error.connect(partial(program.documents.failed.emit, "editing the request"))
        self._say_targets()

    @property
    def is_open(self) -> bool:
        return isValid(self.pane) and self._program.window.documents.indexOf(self.pane) >= 0

    @property
    def instance(self) -> InstancePath:
        """The node that the action in the form belongs to."""
        form = self.pane.form
        return console.instance_of(form.document.root, form.operation) if form.operation is not None else InstancePath()

    @property
    def link(self) -> Link | None:
        return self._program.connections.link(self.device_id)

    # ------------------------------------------------------------------------------------------- what is offered

    def load(self) -> None:
        """List the operations of the device; its modules are got first where that has not been done."""
        link = self.link
        session, lane = (link.session, link.lane) if link is not None else (None, None)
        if link is None or session is None or lane is None:
            return
        known, engine = link.schema, self._program.engine
        parallel = self._program.workspace.settings.engine.parallel_downloads
        folders = [Path(folder) for folder in link.device.schema_folders]

        def work(cancel: CancelToken, report: Report) -> _Offered:
            schema = known or load_schema(
                session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=report
            )
            return _Offered(offered_by(schema, engine, cancel=cancel), schema)

        self.pane.blank.say("Operations are being listed", "The modules of the device are read.")
        name = link.device.name
        task = self._program.tasks.run(work, title=f"List the operations of {name}", lane=lane, subject=name)
        task.done.connect(self._loaded)
        task.failed.connect(partial(self._program.documents.failed.emit, f"listing the operations of {name}"))

    def _loaded(self, offered: _Offered) -> None:
        link = self.link
        if not self.is_open:
            return
        if link is not None and link.schema is None and link.connected:
            link.schema = offered.schema
            self._program.connections.changed.emit(self.device_id)
        self.operations = offered.operations
        self.pane.blank.say("Choose an operation", "Rpcs and actions of the device are at the left.")
        self.pane.form.show_offered(self.operations)
        self.pane.side.show_operations(self.operations)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted()

    def begin(self, operation_id: str, instance: InstancePath | None, text: str) -> None:
        """Show an operation, or a text, as soon as it is known what there is."""
        if not operation_id and not text:
            return
        do = partial(self.put, text) if text else partial(self._show_id, operation_id, instance)
        if self.operations:
            do()
        else:
            self._wanted = do

    def _show_id(self, operation_id: str, instance: InstancePath | None) -> None:
        found = next((one for one in self.operations if one.id == operation_id), None)
        if found is None:
            self._program.window.status.tell(f"The device does not offer {operation_id}.")
            return
        self.pane.side.select(found)
        self._choose(found, instance)

    def _choose(self, operation: Operation, instance: InstancePath | None = None) -> None:
        """An empty form; a request that was begun for this very operation stays."""
        form = self.pane.form
        if form.operation is not None and form.operation.id == operation.id and instance is None:
            return
        self.pane.show_request()
        form.show_operation(operation, instance)
        self._prepare(operation)

    def put(self, text: str) -> bool:
        """A request as text into the form; False if it is none."""
        form = self.pane.form
        try:
            form.show_text(text)
        except ConfigError as error:
            self._program.documents.failed.emit("reading the request", error)
            return False
        self.pane.show_request()
        self.pane.side.select(form.operation)
        if form.operation is not None:
            self._prepare(form.operation)
        return True

    def _resend(self, kept: Favourite | HistoryEntry) -> None:
        if self.put(kept.text):
            self.sending.send()

    # ------------------------------------------------------------------------------------------- its surroundings

    def _prepare(self, operation: Operation) -> None:
        """Have the configuration at hand that the operation's references lead into."""
        if operation.looks_outside:
            self._read_running()
        self._say_places()

    def _read_running(self, *, again: bool = False) -> None:
        link = self.link
        session, lane = (link.session, link.lane) if link is not None else (None, None)
        if link is None or session is None or lane is None or self._reading:
            return
        if session is self._read_by and not again:
            return
        schema, name = link.schema.schema if link.schema is not None else None, link.device.name

        def work(cancel: CancelToken, report: Report) -> tuple[bytes, Document]:
            data = serialize(get_config(session, "running", cancel=cancel))
            return data, Document(data, schema, name=name)

        self._reading = True
        title = f"Read running of {name} for references"
        task = self._program.tasks.run(work, title=title, lane=lane, subject=name)
        task.done.connect(lambda found: self._have_running(session, found))
        task.failed.connect(self._no_running)
        task.finished.connect(lambda: setattr(self, "_reading", False))

    def _have_running(self, session: Session, found: tuple[bytes, Document]) -> None:
        if not self.is_open:
            return
        self._read_by = session
        self._dependencies, self._running = found
        self.pane.form.notice.say("info", "")
        self._say_places()
        self.pane.pane.validate()

    def _no_running(self, error: BaseException) -> None:
        if self.is_open and isinstance(error, AppError):
            words = f"Running cannot be read, so references are not checked: {error.message}"
            self.pane.form.notice.say("warning", words)

    def _say_places(self) -> None:
        operation = self.pane.form.operation
        places: list[InstancePath] = []
        if operation is not None and operation.is_action and self._running is not None:
            places = console.instances(self._running.root, operation)
        self.pane.form.show_places(places, self._running)

    def judge_of(self, operation: Operation | None) -> Judge | None:
        link, engine = self.link, self._program.engine
        if operation is None or operation.key is None:
            return None
        if (
            link is not None
            and link.schema is not None
            and link.schema.key == operation.key
            and not link.schema.validated
        ):
            return None
        key, looks_outside = operation.key, operation.looks_outside

        def judge(data: bytes) -> tuple[Problem, ...]:
            return engine.validate_request(key, data, dependencies=self._dependencies if looks_outside else b"")

        return judge

    # ---------------------------------------------------------------------------------------------------- targets

    def connected_targets(self) -> list[Link]:
        """The devices that the request goes to, as far as they are connected."""
        links = (self._program.connections.link(one) for one in self.targets)
        return [link for link in links if link is not None and link.connected]

    def connection_changed(self, device_id: str) -> None:
        """A device came or went."""
        if device_id == self.device_id and not self.operations:
            self.load()
        self._say_targets()

    def _fill_targets(self, menu: QMenu) -> None:
        menu.clear()
        for link in self._program.connections.links:
            if link.connected or link.device.id in self.targets:
                entry = menu.addAction(link.device.name)
                entry.setObjectName("consoleTargetAction")
                entry.setCheckable(True)
                entry.setChecked(link.device.id in self.targets)
                entry.setEnabled(link.connected)
                entry.toggled.connect(partial(self.set_target, link.device.id))
        menu.addSeparator()
        everyone = menu.addAction("All connected devices")
        everyone.setObjectName("consoleAllTargetsAction")
        everyone.triggered.connect(lambda _on=False: self._all_targets())

    def set_target(self, device_id: str, on: bool) -> None:
        """Whether the request goes to a device."""
        others = [one for one in self.targets if one != device_id]
        self.targets = [*others, device_id] if on else others
        self._say_targets()

    def _all_targets(self) -> None:
        self.targets = [link.device.id for link in self._program.connections.links if link.connected]
        self._say_targets()

    def _say_targets(self) -> None:
        connected = self.connected_targets()
        self.pane.say_targets([link.device.name for link in connected])
        why = "" if connected else "Not connected: connect the device first."
        if self.sending.busy:
            why = "A request is under way."
        elif not why and console.operation_element(self.pane.form.document.root) is None:
            why = "Choose an operation first."
        self.pane.set_sendable(why)

    def _form_changed(self) -> None:
        self._say_targets()
        if self.pane.form.operation is not None:
            self.pane.side.select(self.pane.form.operation)
        self._program.documents.current_changed.emit()

    # ------------------------------------------------------------------------------------------- after sending

    def output_of(self, operation: Operation | None, content: bytes, device_id: str) -> Document:
        """The output as a document, by the modules of the device that gave it where they have the operation."""
        if operation is None:
            return RequestDocument(content)
        link = self._program.connections.link(device_id)
        schema, node = operation.schema, operation.node
        own = link.schema.schema if link is not None and link.schema is not None else None
        if device_id != self.device_id and own is not None:
            same = next((one for one in console.catalogue([(own, None)]) if one.id == operation.id), None)
            schema, node = (own, same.node) if same is not None else (schema, node)
        return RequestDocument(content, ReplySchema(schema, node))

    def show_complaints(self) -> None:
        """What the device in front of the results said, at the nodes of the request."""
        shown = self.pane.results.shown
        if shown is not None and shown.sent is not None:
            errors = (*shown.sent.errors, *shown.sent.warnings)
            self.pane.pane.findings.refuse_at(complaints(errors, self.pane.form.document))

    def _show_error(self, number: int) -> None:
        shown = self.pane.results.shown
        if shown is None or shown.sent is None:
            return
        errors = (*shown.sent.errors, *shown.sent.warnings)
        found = complaints(errors, self.pane.form.document)
        element = found[number][1] if number < len(found) else None
        if element is not None:
            self.pane.pane.show_element(element)

    def sent_state_changed(self) -> None:
        """A request began or ended."""
        if self.is_open:
            self._say_targets()

    def remember(self, entries: list[HistoryEntry]) -> None:
        """Keep what was sent, without its secrets, on another thread."""
        history = self.history

        def work(_cancel: CancelToken, _report: Report) -> None:
            history.add(entries)

        task = self._program.tasks.run(work, title="Keep the request in the history", quiet=True)
        task.done.connect(lambda _done: self.pane.side.refresh() if self.is_open else None)
        task.failed.connect(partial(self._program.documents.failed.emit, "keeping the history of requests"))

    # --------------------------------------------------------------------------------------------------- kept

    def _keep(self) -> None:
        form = self.pane.form
        if not form.take_text():
            return
        try:
            request = console.the_request(form.document.root)
        except ConfigError as error:
            self._program.documents.failed.emit("keeping the request", error)
            return
        text = without_secrets(request_text(request))
        name = form.operation.name if form.operation is not None else "Request"
        title = form.operation.id if form.operation is not None else name
        hint = "Secrets become placeholders, to be asked for when it is sent. A favourite of that name is replaced."
        dialog = FieldsDialog(
            self._program.window, "favouriteDialog", "Keep this request", hint, ["name"], "Keep", known={"name": name}
        )
        dialog.filled.connect(lambda values: self._kept(Favourite(values["name"].strip(), title, text)))
        dialog.open()

    def _kept(self, favourite: Favourite) -> None:
        self._change_kept(lambda: self.history.keep(favourite))
        self._program.window.status.tell(f"{favourite.name} is kept among the favourites.")

    def _drop(self, favourite: Favourite) -> None:
        self._change_kept(lambda: self.history.drop(favourite.name))

    def _clear(self) -> None:
        whose = "" if self.pane.side.all_devices.isChecked() else self.device_id
        self._change_kept(lambda: self.history.clear(whose))

    def _change_kept(self, do: Callable[[], object]) -> None:
        try:
            do()
        except AppError as error:
            self._program.documents.failed.emit("writing what is kept", error)
        self.pane.side.refresh()

    @property
    def window(self) -> QWidget:
        return self._program.window
