"""The certificate dialog: what is wrong with a server's certificate, and whether to trust it all the same.

One that differs from the accepted one is refused in words, like a changed host key.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from netconf_gui.errors import PeerCertificate
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.forms import label, named, push_button, row, tool_button
from netconf_gui.gui.theme import theme

_INDENT = 44  # px: below the title, beside the icon
_HALF = 48  # characters of a fingerprint on one line
_MOST_NAMES = 6


class CertificateDialog(FormDialog):
    """Object name `certificateDialog`; `decided(trust)` once.  One that has changed (`pinned`) can only be refused."""

    decided = Signal(bool)

    def __init__(
        self, parent: QWidget | None, certificate: PeerCertificate, device: str = "", *, pinned: str = ""
    ) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("certificateDialog")
        self._certificate = certificate
        self._trusted = False
        name = device or certificate.host
        title = f"The certificate of {name} has changed" if pinned else f"Is this really {name}?"
        self.setWindowTitle("Certificate changed" if pinned else "Certificate that is not trusted")
        self.setAccessibleName(self.windowTitle())
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        if pinned:
            self.set_head("warning", "error", title, "The connection was refused. Nothing was sent.")
        else:
            self.set_head("certificate", "warning", title, "Its certificate cannot be verified. Nothing was sent yet.")
        body: QVBoxLayout = self.ui.bodyLayout
        at = 1
        if certificate.problems and not pinned:
            body.insertWidget(at, self._problems())
            at += 1
        body.insertWidget(at, self._facts(pinned))
        body.insertWidget(at + 1, self._advice(pinned))
        self._foot(refused=bool(pinned))
        self.finished.connect(lambda _code: self.decided.emit(self._trusted))
        self.resize(theme().px(580), self.sizeHint().height())

    def _problems(self) -> QWidget:
        box = named(QWidget(), "problemsBox", "What is wrong")
        lines = QVBoxLayout(box)
        lines.setContentsMargins(theme().px(_INDENT), 0, 0, 0)
        lines.setSpacing(theme().px(4))
        for number, text in enumerate(self._certificate.problems):
            lines.addWidget(label(text, f"problem{number}", kind="head", wrap=True))
        return box

    def _facts(self, pinned: str) -> QWidget:
        box = named(QFrame(), "certificateBox", "The certificate", role="box")
        grid = QGridLayout(box)
        grid.setContentsMargins(*(theme().px(side) for side in (14, 10, 8, 10)))
        grid.setHorizontalSpacing(theme().px(16))
        grid.setVerticalSpacing(theme().px(6))
        grid.setColumnStretch(1, 1)
        for at, (key, title, value) in enumerate(_rows(self._certificate, pinned)):
            words = label(title, f"{key}Label", kind="hint")
            words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            told = label(value, f"{key}Value", wrap=key not in ("offered", "pinned"))
            told.setProperty("mono", True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            told.setAccessibleName(f"{title}: {value}")
            grid.addWidget(words, at, 0)
            if key != "offered":
                grid.addWidget(told, at, 1)
                continue
            line = row(spacing=4)
            copy = tool_button("Copy the fingerprint", "copyFingerprintButton", icon="copy")
            copy.clicked.connect(self._copy)
            line.addWidget(told)
            line.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
            line.addStretch(1)
            grid.addLayout(line, at, 1)
        return box

    def _advice(self, pinned: str) -> QWidget:
        text = (
            "Either the device got a new certificate, or someone is between you and it. Ask whoever runs the device. "
            "If the new one is right, remove the accepted one from the device's TLS settings and connect again."
            if pinned
            else "Compare the fingerprint with the one the device shows, or ask whoever runs it. If you trust it, this "
            "certificate alone is accepted for this device from now on, whatever is wrong with it."
        )
        return label(text, "adviceLabel", kind="secondary", wrap=True)

    def _foot(self, *, refused: bool) -> None:
        foot = self.ui.footLayout
        refuse = push_button("Close" if refused else "Do &not connect", "refuseButton")
        refuse.clicked.connect(self.reject)
        foot.addWidget(refuse)
        if not refused:
            trust = push_button("&Trust this certificate", "trustButton", role="primary")
            trust.setAutoDefault(False)
            trust.clicked.connect(self._trust)
            foot.addWidget(trust)
        refuse.setDefault(True)
        refuse.setFocus()

    def _trust(self) -> None:
        self._trusted = True
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._certificate.fingerprint)


def fingerprint_lines(fingerprint: str) -> str:
    """A SHA-256 fingerprint on two lines."""
    return f"{fingerprint[:_HALF]}\n{fingerprint[_HALF:]}" if len(fingerprint) > _HALF else fingerprint


def _rows(certificate: PeerCertificate, pinned: str) -> list[tuple[str, str, str]]:
    names = certificate.names[:_MOST_NAMES]
    more = f" and {len(certificate.names) - len(names)} more" if len(certificate.names) > len(names) else ""
    rows = [
        ("host", "Host", f"{certificate.host}, port {certificate.port}"),
        ("subject", "Subject", certificate.subject),
        ("names", "Made out to", ", ".join(names) + more if names else "no host"),
        ("issuer", "Issuer", certificate.issuer),
        ("valid", "Valid", certificate.valid),
        ("offered", "SHA-256 now" if pinned else "SHA-256", fingerprint_lines(certificate.fingerprint)),
    ]
    if pinned:
        rows.append(("pinned", "Accepted", fingerprint_lines(pinned)))
    return rows
