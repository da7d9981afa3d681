"""Fetch, change, apply, and what is true afterwards: what tests of applies share."""

from __future__ import annotations

from typing import Any

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.deploy import DeployOptions, DeployReport, deploy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.services.load import read_datastore
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder
from tests.services.conftest import Box, edited, same

HOSTNAME = (b"<hostname>demo-edge-1</hostname>", b"<hostname>box-2</hostname>")
DESCRIPTION = (b"<description>Core to core1.fra</description>", b"<description>Core to the moon</description>")
QUICK = DeployOptions(reconnect_attempts=4, reconnect_pause=0.05, cleanup_timeout=5.0, commit_timeout=20.0)


def fetch(session: Session) -> bytes:
    mode = datastores.editing_with_defaults(session.capabilities)
    return read_datastore(session, "running", with_defaults=mode)


def apply(box: Box, *changes: tuple[bytes, bytes], session: Session | None = None, **more: Any) -> DeployReport:
    """Fetch, change some text, apply, with everything the services offer."""
    session = session or box.connect()
    base = more.pop("base", None) or fetch(session)
    given = {
        "base": base,
        "mine": edited(base, *(changes or (HOSTNAME, DESCRIPTION))),
        "schema": box.device.model.schema,
        "options": QUICK,
        "journal": JournalFolder(box.workspace.locations.journal_folder),
        "reconnect": box.connect,
    }
    return deploy(session, **{**given, **more})


def stages(report: DeployReport) -> list[Stage]:
    return [event.stage for event in report.stages]


def sent(session: Session) -> list[str]:
    """The operations that went out on a session, hello not counted."""
    return [entry.operation for entry in session.wire.entries() if entry.direction == "out" and entry.operation]


def journals(box: Box) -> int:
    return len(JournalFolder(box.workspace.locations.journal_folder).unfinished())


def assert_unchanged(box: Box, report: DeployReport, before: bytes) -> None:
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.error is not None
    assert report.error.outcome is Outcome.UNCHANGED
    assert same(box.read(), before)
    assert "Your draft is kept." in report.text
    box.assert_clean()
    assert report.clean
    assert journals(box) == 0


def assert_applied(box: Box, report: DeployReport) -> None:
    assert report.outcome is Outcome.APPLIED, report.text
    assert report.error is None
    assert box.leaf("system/hostname") == "box-2"
    box.assert_clean()
    assert report.clean
    assert journals(box) == 0


def cancelling(stage: Stage) -> dict[str, Any]:
    """A token that is cancelled when a stage begins."""
    token = CancelToken()

    def on_event(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is stage and event.state is StageState.RUNNING:
            token.cancel()

    return {"cancel": token, "on_event": on_event}
