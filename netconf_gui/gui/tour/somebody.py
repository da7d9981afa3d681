"""Somebody else on the demo device, for the tour: a session of its own that changes what a person edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netconf_gui.errors import HostKey, PeerCertificate
from netconf_gui.gui.connections import Link
from netconf_gui.protocol.xml import parse
from netconf_gui.services.connect import connect
from netconf_gui.services.events import CredentialAnswer, CredentialRequest
from netconf_gui.session import datastores

if TYPE_CHECKING:
    from netconf_gui.workspace.workspace import Workspace


class _Silent:
    """There is nothing to ask: the key is known, the password at hand."""

    def host_key_unknown(self, key: HostKey) -> bool:
        return False

    def certificate_untrusted(self, certificate: PeerCertificate) -> bool:
        return False

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        return None

    def inform(self, text: str) -> None:
        return


def change_device(link: Link, workspace: Workspace, content: str) -> None:
    """Edit candidate and commit over another session; blocking."""
    session = connect(link.device, _Silent(), workspace, options=link.options)
    try:
        datastores.edit_config(session, "candidate", parse(f"<config>{content}</config>".encode()))
        datastores.commit(session)
    finally:
        session.close()
