"""Add or edit a device: pages of fields, checked in words before anything is stored or tried.

Lives here: the dialog around the pages.  Does not live here: the pages themselves (`device_connection`,
`device_sign_in`, `device_tls`, `device_session`, `device_profile`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_add_device import Ui_AddDeviceDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.dialogs.device_connection import ConnectionPage
from netconf_gui.gui.dialogs.device_profile import ProfilePage
from netconf_gui.gui.dialogs.device_session import SessionPage
from netconf_gui.gui.dialogs.device_sign_in import SignInPage
from netconf_gui.gui.dialogs.device_tls import TlsPage
from netconf_gui.gui.forms import set_property
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice, Segments
from netconf_gui.protocol.profiles import Choice
from netconf_gui.workspace.inventory import CredentialPolicy, Device, new_device

PAGES = (
    ("connection", "Connection", ""),
    ("sign_in", "Sign in", ""),
    ("tls", "TLS", ""),
    ("session", "Session", ""),
    ("profile", "Profile", ""),
)


class Page(Protocol):
    """What each page is to the dialog; it is a widget as well."""

    def show(self, device: Device | None = None) -> None: ...

    def values(self) -> dict[str, object]: ...


class DeviceDialog(FormDialog):
    """Object name `addDeviceDialog`; `accepted_device(Device)` when all fields are right."""

    accepted_device = Signal(object)
    test_wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        *,
        device: Device | None = None,
        taken: Sequence[str] = (),
        groups: Sequence[str] = (),
        policy: CredentialPolicy = CredentialPolicy.ASK,
        choice: Choice | None = None,
    ) -> None:
        """`device` to edit one; `taken`: names of the other devices; `choice`: what its hello showed, if connected."""
        super().__init__(Ui_AddDeviceDialog, parent)
        self.setObjectName("addDeviceDialog")
        self._device = device
        self._taken = {name.casefold() for name in taken}
        self._policy = policy
        ui = self.ui
        self.pages = Segments("devicePages", "Pages", PAGES)
        ui.pagesLayout.addWidget(self.pages)
        ui.pagesLayout.addStretch(1)
        self.connection, self.sign_in_page, self.tls = ConnectionPage(groups), SignInPage(), TlsPage()
        self.session, self.profile = SessionPage(), ProfilePage()
        self._pages: dict[str, Any] = {
            "connection": self.connection,
            "sign_in": self.sign_in_page,
            "tls": self.tls,
            "session": self.session,
            "profile": self.profile,
        }
        for page in self._pages.values():
            ui.pageStack.addWidget(page)
        self.sign_in = self.sign_in_page.way
        self.notice = Notice("deviceNotice")
        ui.noticeLayout.addWidget(self.notice)
        self.profile.show_choice(choice)
        icons.bind(ui.testButton, "activity")
        self.pages.chosen.connect(self.show_page)
        self.connection.transport_changed.connect(self._follow_transport)
        ui.testButton.clicked.connect(self._test)
        ui.cancelButton.clicked.connect(self.reject)
        ui.acceptButton.clicked.connect(self._accept)
        if device is not None:
            self._show(device)
        self._follow_transport(self.connection.transport.current)
        self.connection.name.setFocus()
        self.resize(theme().px(660), self.sizeHint().height())

    # ---- pages

    @property
    def private(self) -> Any:
        """The box of private candidates."""
        return self.session.private

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        if self.pages.current != key:
            self.pages.choose(key)
        self.ui.pageStack.setCurrentWidget(self._pages[key])

    def _follow_transport(self, transport: str) -> None:
        """TLS has certificates where SSH has keys and passwords."""
        self.pages.button("tls").setVisible(transport == "tls")
        self.pages.button("sign_in").setVisible(transport != "tls")
        self.sign_in_page.follow_transport(transport)
        self.session.follow_transport(transport)

    def _show(self, device: Device) -> None:
        self.setWindowTitle("Edit device")
        self.setAccessibleName("Edit device")
        self.ui.titleLabel.setText(f"Edit {device.name}")
        self.ui.acceptButton.setText("&Save")
        for page in self._pages.values():
            page.show(device)

    # ---- what it says

    def problem(self) -> tuple[str, str, QLineEdit | None] | None:
        """What is wrong in words, the page and the field it is on; None when all is right."""
        found = self.connection.wrong(self._taken)
        if found is not None:
            return found[0], "connection", found[1]
        by_tls = self.connection.transport.current == "tls"
        for key in ("tls" if by_tls else "sign_in", "session", "profile"):
            text = str(self._pages[key].problem())
            if text:
                return text, key, self.sign_in_page.key if key == "sign_in" else None
        return None

    def device(self) -> Device:
        """The device that the fields describe."""
        values: dict[str, Any] = {}
        for page in self._pages.values():
            values.update(page.values())
        if self._device is not None:
            return replace(self._device, **values)
        return new_device(values.pop("name"), values.pop("host"), credential_policy=self._policy, **values)

    def _check(self) -> bool:
        for field in self.findChildren(QLineEdit):
            if field.property("state") == "error":
                set_property(field, "state", "")
        found = self.problem()
        if found is None:
            return True
        text, page, where = found
        self.show_page(page)
        if where is not None:
            set_property(where, "state", "error")
            where.setFocus()
        self.notice.say("error", text)
        return False

    def _accept(self) -> None:
        if self._check():
            self.accepted_device.emit(self.device())
            self.accept()

    def _test(self) -> None:
        if self._check():
            self.ui.testButton.setEnabled(False)
            self.notice.say("info", "Connecting…")
            self.test_wanted.emit(self.device())

    def show_test(self, ok: bool, text: str) -> None:
        """How the test went."""
        self.ui.testButton.setEnabled(True)
        self.notice.say("success" if ok else "error", text)
