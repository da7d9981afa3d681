"""Add or edit a device: pages of fields, checked in words before anything is stored or tried.

Lives here: the dialog around the pages.  Does not live here: the pages themselves (`device_connection`,
`device_sign_in`, `device_tls`, `device_session`, `device_profile`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_add_device import Ui_AddDeviceDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.dialogs.device_connection import ConnectionPage
from netconf_gui.gui.dialogs.device_profile import ProfilePage
from netconf_gui.gui.dialogs.device_session import SessionPage
from netconf_gui.gui.dialogs.device_sign_in import SignInPage
from netconf_gui.gui.dialogs.device_tls import TlsPage
from netconf_gui.gui.fitting import ScrolledPage
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
FRAME = 40  # pixels that a window manager may put around a dialog

AnyPage = TypeVar("AnyPage", ConnectionPage, SignInPage, TlsPage, SessionPage, ProfilePage)


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
        place = ui.bodyLayout.indexOf(ui.pageStack)
        ui.bodyLayout.insertWidget(place, ScrolledPage("devicePagesArea", "Page", ui.pageStack), 1)
        self._choice = choice
        self._pages: dict[str, Any] = {}  # those that were needed; each is made when it is
        self.connection = self._add("connection", ConnectionPage(groups))
        self.sign_in_page = self._add("sign_in", SignInPage())
        self.sign_in = self.sign_in_page.way
        self.notice = Notice("deviceNotice")
        ui.noticeLayout.addWidget(self.notice)
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
        # on a small screen with large text the pages scroll: title and buttons stay in sight
        room = self.screen().availableGeometry().height() - theme().px(FRAME)
        self.resize(theme().px(660), min(self.sizeHint().height(), room))

    # ---- pages

    def _add(self, key: str, page: AnyPage) -> AnyPage:
        self._pages[key] = page
        self.ui.pageStack.addWidget(page)
        if self._device is not None:
            page.show(self._device)
        return page

    @property
    def tls(self) -> TlsPage:
        found: TlsPage | None = self._pages.get("tls")
        return found if found is not None else self._add("tls", TlsPage())

    @property
    def session(self) -> SessionPage:
        found: SessionPage | None = self._pages.get("session")
        return found if found is not None else self._add("session", SessionPage())

    @property
    def profile(self) -> ProfilePage:
        found: ProfilePage | None = self._pages.get("profile")
        if found is None:
            found = self._add("profile", ProfilePage())
            found.show_choice(self._choice)
        return found

    @property
    def private(self) -> QCheckBox:
        """The box of private candidates."""
        return self.session.private

    def page(self, key: str) -> QWidget:
        """A page by its key, made if it was not needed yet."""
        made: dict[str, Callable[[], QWidget]] = {
            "connection": lambda: self.connection,
            "sign_in": lambda: self.sign_in_page,
            "tls": lambda: self.tls,
            "session": lambda: self.session,
            "profile": lambda: self.profile,
        }
        return made[key]()

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        if self.pages.current != key:
            self.pages.choose(key)
        page = self.page(key)
        if key == "session":
            self.session.follow_transport(self.connection.transport.current)
        self.ui.pageStack.setCurrentWidget(page)

    def _follow_transport(self, transport: str) -> None:
        """TLS has certificates where SSH has keys and passwords."""
        self.pages.button("tls").setVisible(transport == "tls")
        self.pages.button("sign_in").setVisible(transport != "tls")
        self.sign_in_page.follow_transport(transport)

    def _show(self, device: Device) -> None:
        self.setWindowTitle("Edit device")
        self.setAccessibleName("Edit device")
        self.ui.titleLabel.setText(f"Edit {device.name}")
        self.ui.acceptButton.setText("&Save")

    # ---- what it says

    def problem(self) -> tuple[str, str, QLineEdit | None] | None:
        """What is wrong in words, the page and the field it is on; None when all is right."""
        found = self.connection.wrong(self._taken)
        if found is not None:
            return found[0], "connection", found[1]
        by_tls = self.connection.transport.current == "tls"
        for key in ("tls" if by_tls else "sign_in", "session", "profile"):
            text = str(self._pages[key].problem()) if key in self._pages else ""
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
