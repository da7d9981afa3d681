"""The list of devices in the window: what the tree shows, and adding, editing, removing, connecting them.

Joins the inventory, the connections and the Devices pane; the built-in demo device is in it as well.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from netconf_gui.errors import AppError
from netconf_gui.gui.connections import Connections, Link, describe
from netconf_gui.gui.demo_device import DEMO_ID, DEMO_IDS, ROUTER_ID, ROUTER_NAME, DemoDevice
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.documents import Documents
from netconf_gui.gui.forms import named
from netconf_gui.gui.main_window import MainWindow
from netconf_gui.gui.models.device_tree import Entry, LinkState
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import CredentialPolicy, Device
from netconf_gui.workspace.workspace import Workspace


class DeviceList(QObject):
    """Keeps the Devices pane in line and does what its rows and the Device menu offer."""

    selection_changed = Signal()
    failed = Signal(str, object)
    edited = Signal(object, object)  # the device as it was, and as it is

    def __init__(
        self,
        window: MainWindow,
        tasks: TaskManager,
        workspace: Workspace,
        connections: Connections,
        documents: Documents,
        demo: DemoDevice,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._workspace = workspace
        self._connections = connections
        self._documents = documents
        self._demo = demo
        self._router = DemoDevice(
            tasks, workspace, connections, device_id=ROUTER_ID, name=ROUTER_NAME, model="cisco-ios"
        )
        self._followed: DocumentPane | None = None
        self.more_actions: list[QAction] = []  # what a device's own menu offers besides
        self.of_page: Callable[[], str] = lambda: ""  # the device of a page in front that is no document
        pane = window.devices
        pane.selected.connect(lambda _device: self.selection_changed.emit())
        pane.open_wanted.connect(self.open)
        pane.menu_wanted.connect(self._menu)
        pane.add_wanted.connect(self.add)
        connections.changed.connect(lambda _device: self.refresh())
        connections.opened.connect(self._opened)
        documents.current_changed.connect(self._follow_document)
        for device in workspace.inventory.devices:
            connections.put(device)
        mailbox, changed = tasks.mailbox, self._inventory_changed
        self._unsubscribe = workspace.inventory.subscribe(lambda: mailbox.post(changed))
        self.refresh()

    def close(self) -> None:
        self._unsubscribe()

    # ------------------------------------------------------------------------------------------- what is shown

    @property
    def selected(self) -> Link | None:
        """The device of the current row, else that of the document in front."""
        device_id, _ = self._window.devices.current()
        link = self._connections.link(device_id) if device_id else None
        if link is None:
            pane = self._documents.current
            link = self._connections.link(pane.context.device_id if pane is not None else self.of_page())
        return link

    def refresh(self) -> None:
        """Bring the tree in line with inventory, connections and documents."""
        groups: dict[str, list[Entry]] = {}
        for device in sorted(self._workspace.inventory.devices, key=lambda one: one.name.casefold()):
            link = self._connections.link(device.id)
            if link is not None:
                groups.setdefault(device.group, []).append(self._entry(link))
        top = [
            Entry("group", name, name, children=tuple(groups[name]))
            for name in sorted((name for name in groups if name), key=str.casefold)
        ]
        top += groups.get("", [])
        for device_id in DEMO_IDS:
            demo = self._connections.link(device_id)
            if demo is not None:
                top.append(self._entry(demo))
        self._window.devices.show_entries(top)
        self.selection_changed.emit()

    def _entry(self, link: Link) -> Entry:
        side, detail = link.text, ""
        if link.connected and link.session is not None:
            side = side or _kind(link.session)
            detail = describe(link.session)
        elif not side:
            side = link.device.host
        if link.device.id == DEMO_ID and side in ("", link.device.host, "NETCONF 1.1"):
            side = "built in"
        if isinstance(link.error, AppError):
            detail = link.error.message
        children = tuple(self._datastore(link, name) for name in link.datastores)
        if children:
            children = (*children, Entry("page", "page", "Device page"), Entry("history", "history", "History"))
        return Entry("device", link.device.id, link.device.name, side, link.state, detail, children)

    def _datastore(self, link: Link, name: str) -> Entry:
        pane = self._documents.of_device(link.device.id, name)
        side = "" if name == link.editable else "read only"
        if pane is not None and pane.document.is_dirty:
            side = f"{pane.changes} change{'' if pane.changes == 1 else 's'}"
        return Entry("datastore", name, name, side)

    def _opened(self, device_id: str) -> None:
        """A device was connected: show its datastores and load the one that edits go to."""
        link = self._connections.link(device_id)
        if link is not None and link.unattended is not None:
            return  # it came back by itself: what is in front stays there
        self._window.devices.expand_device(device_id)
        self._documents.open_device(device_id)

    def _follow_document(self) -> None:
        """The row of the document in front is the current one."""
        self.refresh()
        pane = self._documents.current
        if pane is not self._followed:
            self._followed = pane
            if pane is not None and pane.context.device_id:
                self._window.devices.select(pane.context.device_id, pane.context.datastore)

    def _inventory_changed(self) -> None:
        known = {device.id for device in self._workspace.inventory.devices}
        for device in self._workspace.inventory.devices:
            self._connections.put(device)
        for link in self._connections.links:
            if link.device.id not in known and link.device.id not in DEMO_IDS:
                self._connections.forget(link.device.id)
        self.refresh()

    # --------------------------------------------------------------------------------------------- what is done

    def open(self, device_id: str, datastore: str = "") -> None:
        """Connect, or show a datastore's document when it is connected."""
        link = self._connections.link(device_id)
        if link is None:
            return
        if link.connected:
            self._documents.open_device(device_id, datastore)
        else:
            self.connect_device(device_id)

    def connect_device(self, device_id: str) -> None:
        if device_id == DEMO_ID:
            self.start_demo()
        elif device_id == ROUTER_ID:
            self.start_router()
        else:
            self._connections.connect_device(device_id)

    def start_demo(self) -> None:
        """Start the built-in device, if it does not run, and connect to it."""
        self._demo.start(lambda: self._window.devices.select(DEMO_ID))

    def start_router(self) -> None:
        """Start the built-in router, whose configuration is text, and connect to it."""
        self._router.start(lambda: self._window.devices.select(ROUTER_ID))

    def stop_router(self) -> None:
        """End its process (blocking, up to a second or two)."""
        self._router.stop()

    def disconnect_selected(self) -> None:
        link = self.selected
        if link is not None:
            self._connections.disconnect_device(link.device.id)

    def add(self) -> None:
        """The dialog for a new device."""
        policy = CredentialPolicy(self._workspace.settings.credentials.policy)
        self._dialog(None, policy).accepted_device.connect(self._added)

    def edit(self, device_id: str) -> None:
        device = self._workspace.inventory.device(device_id)
        if device is not None:
            dialog = self._dialog(device, device.credential_policy)
            dialog.accepted_device.connect(lambda changed: self._edited(device, changed))

    def remove(self, device_id: str) -> None:
        """Ask, then drop the device from the list and end its session."""
        device = self._workspace.inventory.device(device_id)
        if device is None:
            return
        question = Question(
            self._window,
            f"Remove {device.name} from the list?",
            f"{device.address} is forgotten here, and a session with it ends. The device itself is not changed.",
            [Choice("keep", "Keep"), Choice("remove", "Remove", "danger")],
            icon="delete",
            object_name="removeQuestion",
        )
        question.answered.connect(lambda key: self._remove(device) if key == "remove" else None)
        question.open()

    def _dialog(self, device: Device | None, policy: CredentialPolicy) -> DeviceDialog:
        inventory = self._workspace.inventory
        link = self._connections.link(device.id) if device is not None else None
        dialog = DeviceDialog(
            self._window,
            device=device,
            taken=[one.name for one in inventory.devices if device is None or one.id != device.id],
            groups=[group.name for group in inventory.groups],
            policy=policy,
            choice=link.session.profile_choice if link is not None and link.session is not None else None,
        )
        dialog.test_wanted.connect(lambda wanted: self._connections.test(wanted, dialog.show_test))
        dialog.open()
        return dialog

    def _added(self, device: Device) -> None:
        if self._store(device):
            self._window.devices.select(device.id)
            self._connections.connect_device(device.id)

    def _store(self, device: Device) -> bool:
        try:
            self._workspace.inventory.put(device)
        except AppError as error:
            self.failed.emit("saving the device", error)
            return False
        self._connections.put(device)
        self.refresh()
        return True

    def _edited(self, old: Device, new: Device) -> None:
        if self._store(new):
            self.edited.emit(old, new)

    def _remove(self, device: Device) -> None:
        try:
            self._workspace.inventory.remove(device.id)
        except AppError as error:
            self.failed.emit("removing the device", error)
            return
        self._connections.forget(device.id)
        self.refresh()

    def _menu(self, device_id: str, datastore: str, where: QPoint) -> None:
        a = self._window.actions_
        menu = named(QMenu(self._window), "deviceMenuPopup", "Device")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        link = self._connections.link(device_id) if device_id else None
        if link is None:
            menu.addActions([a.add_device, a.start_demo])
        elif datastore:
            menu.addActions([a.open_running, a.open_candidate, a.open_state, a.refresh])
        else:
            busy = link.state in (LinkState.CONNECTED, LinkState.CONNECTING)
            menu.addAction(a.disconnect if busy else a.connect)
            if link.connected:
                menu.addSeparator()
                menu.addActions([a.open_running, a.open_candidate, a.open_state])
                menu.addSeparator()
                menu.addActions(self.more_actions)
                menu.addSeparator()
                menu.addActions([a.console, a.subscribe, a.browse_schema, a.schema_report])
            menu.addSeparator()
            menu.addAction(a.history)
            menu.addSeparator()
            if device_id not in DEMO_IDS:
                menu.addActions([a.edit_device, a.remove_device])
            menu.addAction(a.add_device)
        menu.popup(where)


def _kind(session: Session) -> str:
    """What answers there: the server that was recognised, else the protocol's version."""
    if session.profile.name != "standard":
        return session.profile.title
    return f"NETCONF {'1.1' if session.capabilities.base11 else '1.0'}"
