"""Call home in the window: taking calls, connecting known devices that call, asking about those that are not known.

Lives here: the listener's life, its page, its place in the status bar, and what becomes of devices that call again and
again.  Does not live here: listening (`services.callhome`), how the page looks (`panes/callhome`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError
from netconf_gui.gui.dialogs.callhome_settings import CallHomeDialog
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.forms import action
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.gui.panes.callhome import CallHomePage, state_words
from netconf_gui.gui.tasks import Report
from netconf_gui.services.callhome import Call, CallHome
from netconf_gui.services.secrets import KeyringAccess, Secrets
from netconf_gui.transport.callhome import Caller
from netconf_gui.workspace.inventory import CredentialPolicy, Device, new_device
from netconf_gui.workspace.refused_callers import RefusedCaller
from netconf_gui.workspace.settings import CallHomeSettings

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

SETTINGS_NAME = "callers"  # in questions about the certificate that the settings name


class CallingHome(QObject):
    """Takes calls; `open()` shows who called."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("callingHome")
        self._program = program
        self._page: CallHomePage | None = None
        self._asked = False  # a refresh is on its way
        self._left: set[str] = set()  # devices that a person does not want connected when they call again
        self._handed: dict[str, int] = {}  # calls that are being connected, by device
        self._known_waiting = 0
        mailbox = program.tasks.mailbox
        self.home = CallHome(
            program.workspace,
            lambda call, device, caller: mailbox.post(lambda: self._ready(call, device, caller)),
            lambda: mailbox.post(self._changed),
        )
        window = program.window
        made = self.action = action(
            window, "Ca&ll home…", "callHomeAction", icon="call-home", shortcut="Ctrl+6",
            tip="Devices that connect to this computer",
        )  # fmt: skip
        made.triggered.connect(lambda: self.open())
        window.addAction(made)
        menu = window.menus.device
        menu.insertAction(window.actions_.edit_device, made)
        self.status = window.status.calls
        connections = program.connections
        connections.opened.connect(self._opened)
        connections.changed.connect(self._looked_at)
        connections.left.connect(self._left.add)

    # ------------------------------------------------------------------------------------------------ taking calls

    def begin(self) -> None:
        """Take calls from the start of the window on, where the settings say so."""
        if self._settings.listen:
            self.listen(True)

    def listen(self, on: bool) -> None:
        """Take calls, or no more."""
        program, home, settings = self._program, self.home, self._settings

        def start(cancel: CancelToken, report: Report) -> tuple[str, ...]:
            problems = home.identities.unlock(self._secrets_for(cancel))
            home.start(settings)
            return problems

        def stop(cancel: CancelToken, report: Report) -> tuple[str, ...]:
            home.stop()
            return ()

        task = program.tasks.run(start if on else stop, title="Take calls" if on else "Take no more calls")
        task.done.connect(self._listening)
        task.failed.connect(lambda error: program.show_error(error, doing="taking calls"))

    def stop(self) -> None:
        """Hang up on all and listen no more (blocking, two seconds at most)."""
        self.home.stop()

    def _listening(self, problems: object) -> None:
        for text in problems if isinstance(problems, tuple) else ():
            self._program.window.status.tell(f"Calls are taken, but: {text}")
        self._changed_now()

    def _secrets_for(self, cancel: CancelToken) -> Callable[[Device | None], Secrets]:
        """Where passphrases of certificates come from, for a device or (None) for the settings' own."""
        program = self._program
        workspace = program.workspace
        deadline = workspace.settings.credentials.keyring_deadline
        policy = CredentialPolicy(workspace.settings.credentials.policy)

        def make(device: Device | None) -> Secrets:
            owner = device or Device(id="", name=SETTINGS_NAME, host="", credential_policy=policy)
            keyring = KeyringAccess(workspace.credentials, deadline, cancel)
            return Secrets(owner, program.asker.interaction(cancel, owner.name), keyring)

        return make

    @property
    def _settings(self) -> CallHomeSettings:
        return self._program.workspace.settings.call_home

    # ------------------------------------------------------------------------------------------------ devices that call

    def _ready(self, call: Call, device: Device, caller: Caller) -> None:
        """A known device has called."""
        connections = self._program.connections
        link = connections.link(device.id) or connections.put(device)
        if self._program.closing.begun:
            caller.close()
        elif link.state is LinkState.CONNECTED:
            caller.close()
            self.home.told(call.number, f"It is {device.name}, which is connected already: this call was ended.")
        elif link.state is LinkState.CONNECTING:
            caller.close()
            self.home.told(call.number, f"It is {device.name}, which is being connected: this call was ended.")
        elif device.id in self._left:
            caller.close()
            words = f"It is {device.name}. You left it, or it could not be connected: choose Connect when it shall be."
            self.home.told(call.number, words)
        else:
            self._handed[device.id] = call.number
            self._program.window.status.tell(f"{device.name} has called.")
            connections.connect_device(device.id, caller=caller)

    def _opened(self, device_id: str) -> None:
        self._left.discard(device_id)
        number = self._handed.pop(device_id, None)
        link = self._program.connections.link(device_id)
        if number is not None and link is not None:
            self.home.told(number, f"It is {link.device.name}, and connected.")

    def _looked_at(self, device_id: str) -> None:
        """Connecting over a call went wrong: what calls again at once shall not ask the person again and again."""
        link = self._program.connections.link(device_id)
        if device_id not in self._handed or link is None or link.state in (LinkState.CONNECTING, LinkState.CONNECTED):
            return
        number = self._handed.pop(device_id)
        self._left.add(device_id)
        text = link.error.message if isinstance(link.error, AppError) else "Connecting was stopped."
        self.home.told(number, text, failed=True)

    # ------------------------------------------------------------------------------------------------ the page

    @property
    def page(self) -> CallHomePage | None:
        """The page, if it is open."""
        page = self._page
        if page is not None and (not isValid(page) or self._program.window.documents.indexOf(page) < 0):
            self._page = None
        return self._page

    def open(self) -> CallHomePage:
        """The page in front."""
        tabs, page = self._program.window.documents, self.page
        if page is None:
            page = self._page = CallHomePage()
            page.listen_wanted.connect(self.listen)
            page.settings_wanted.connect(self._edit_settings)
            page.accept_wanted.connect(self._accept)
            page.known_wanted.connect(self._choose_known)
            page.reject_wanted.connect(self._reject)
            page.refused_wanted.connect(self._show_refused)
            page.clear_wanted.connect(self.home.forget)
            tabs.add_page(page, "Call home", "call-home", tip="Devices that connect to this computer")
            self._changed_now()
        else:
            tabs.setCurrentWidget(page)
        page.setFocus()
        return page

    def _changed(self) -> None:
        """Show the changes of one turn of the loop at once."""
        if not self._asked:
            self._asked = True
            self._program.tasks.mailbox.post(self._changed_now)

    def _changed_now(self) -> None:
        self._asked = False
        home, page = self.home, self.page
        ports, waiting = home.ports, home.waiting
        if page is not None:
            page.show_calls(ports, home.families, home.calls, home.turned_away)
        words = f"{waiting} caller{'s wait' if waiting != 1 else ' waits'} for you" if waiting else ""
        words = words or ("Calls are taken" if ports else "")
        self.status.say(words, "call-home", "warning" if waiting else "text2", tip=state_words(ports, home.families))
        if waiting > self._known_waiting:
            self._program.window.status.tell("A device called that is not known: see Device, Call home.")
        self._known_waiting = waiting

    def _edit_settings(self) -> None:
        dialog = CallHomeDialog(self._program.window, self._settings)
        dialog.accepted_settings.connect(self._save_settings)
        dialog.open()

    def _save_settings(self, wanted: CallHomeSettings) -> None:
        store, before = self._program.workspace.settings_store, self._settings
        try:
            store.save(replace(store.settings, call_home=wanted))
        except AppError as error:
            self._program.show_error(error, doing="saving the settings")
            return
        if self.home.ports and replace(wanted, listen=before.listen) != before:
            self.listen(True)

    # ------------------------------------------------------------------------------------------------ deciding

    def _accept(self, call: Call) -> None:
        """Ask what the new device is called and how to sign in, then take it in."""
        inventory = self._program.workspace.inventory
        settings = self._program.workspace.settings
        made = new_device(
            self._free_name(call),
            call.host,
            transport="tls" if call.way == "tls" else "ssh",
            port=6513 if call.way == "tls" else 830,
            call_home=True,
            certificate=settings.call_home.certificate if call.way == "tls" else "",
            private_key=settings.call_home.private_key if call.way == "tls" else "",
            credential_policy=CredentialPolicy(settings.credentials.policy),
        )
        dialog = DeviceDialog(
            self._program.window,
            device=made,
            taken=[one.name for one in inventory.devices],
            groups=[group.name for group in inventory.groups],
            policy=made.credential_policy,
        )
        dialog.setWindowTitle("Accept a caller")
        dialog.setAccessibleName("Accept a caller")
        dialog.ui.titleLabel.setText("Accept the caller as a device")
        dialog.ui.acceptButton.setText("&Accept and connect")
        dialog.ui.testButton.hide()
        dialog.accepted_device.connect(lambda device: self._take_in(call, device))
        dialog.open()

    def _free_name(self, call: Call) -> str:
        taken = {one.name.casefold() for one in self._program.workspace.inventory.devices}
        wanted = call.certificate.names[0] if call.certificate is not None and call.certificate.names else call.host
        names = (wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name.casefold() not in taken)

    def _choose_known(self, call: Call) -> None:
        """Ask which device it is, whose key or certificate is another one now."""
        over = call.way == "tls"
        devices = [one for one in self._program.workspace.inventory.devices if (one.transport == "tls") == over]
        rows = [ListRow((one.name, one.address), one, "device") for one in devices]
        shown = "certificate" if over else "host key"
        dialog = ListDialog(
            self._program.window, "knownCallerDialog", "Which device is it?",
            f"From now on its {shown} is the one that was shown in this call. Compare the fingerprint before."
            if rows else f"No device that is reached over {call.way.upper()} is listed. Accept it as a new one.",
            ("Device", "Address"), rows,
            [Choice("cancel", "Cancel"), *([Choice("accept", "&Accept and connect", "primary")] if rows else [])],
            icon="device", accept_key="accept" if rows else "",
        )  # fmt: skip

        def answered(key: str) -> None:
            device = dialog.current
            if key == "accept" and isinstance(device, Device):
                self._take_in(call, device)

        dialog.answered.connect(answered)
        dialog.open()

    def _take_in(self, call: Call, device: Device) -> None:
        program, home = self._program, self.home
        self._left.discard(device.id)

        def work(cancel: CancelToken, report: Report) -> Device:
            if device.transport == "tls":
                home.identities.unlock(self._secrets_for(cancel), device)
            return home.accept(call.number, device)

        task = program.tasks.run(work, title=f"Accept {device.name}", subject=call.host)
        task.failed.connect(lambda error: program.show_error(error, doing="accepting the caller"))

    def _reject(self, call: Call, remember: bool) -> None:
        program, home = self._program, self.home
        task = program.tasks.run(
            lambda cancel, report: home.reject(call.number, remember=remember),
            title="Refuse a caller",
            subject=call.host,
        )
        task.failed.connect(lambda error: program.show_error(error, doing="refusing the caller"))

    def _show_refused(self) -> None:
        """Those that were refused for good, to be shown again."""
        store = self._program.workspace.refused_callers
        rows = [
            ListRow((one.fingerprint, one.way.upper(), one.host, one.since), one, "host-key") for one in store.callers
        ]
        dialog = ListDialog(
            self._program.window, "refusedCallersDialog", "Callers refused for good",
            "They are hung up on whenever they call." if rows else "No caller was refused for good.",
            ("Host key or certificate", "Over", "From", "Since"), rows,
            [*([Choice("forget", "&Show it again")] if rows else []), Choice("close", "Close", "primary")], icon="stop",
        )  # fmt: skip
        dialog.resize(760, dialog.sizeHint().height())

        def answered(key: str) -> None:
            chosen = dialog.current
            if key == "forget" and isinstance(chosen, RefusedCaller):
                try:
                    store.remove(chosen.way, chosen.fingerprint)
                except AppError as error:
                    self._program.show_error(error)

        dialog.answered.connect(answered)
        dialog.open()
