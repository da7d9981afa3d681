"""One device of a fleet while it is changed: its session, and its apply phase by phase.

Lives here: what `fleet_run` calls, made of `applying.Apply`.  Everything here runs on the device's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError
from netconf_gui.services.applying import Apply, begin_apply
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import Event
from netconf_gui.services.fleet_plan import DevicePlan, FleetOptions
from netconf_gui.services.fleet_prepare import CLOSE_SECONDS, Connect
from netconf_gui.services.fleet_run import Begin
from netconf_gui.services.report import DeployReport
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder


class DeviceApply:
    """The phases of one device's apply, on one session."""

    def __init__(self, apply: Apply, session: Session) -> None:
        self._apply, self._session = apply, session
        self.journal_name = apply.journal_name
        self.look, self.lock, self.prepare, self.commit = apply.look, apply.lock, apply.prepare, apply.commit
        self.probe, self.finish = apply.probe, apply.finish

    def confirm(self) -> None:
        """The change stays: that was decided for all devices."""
        self._apply.confirm()

    def roll_back(self, error: AppError | None, why: str) -> DeployReport:
        """Undo all of it; or, after a loss, find out what became of it.  Without an error of its own, `why` is told."""
        return self._apply.roll_back(error, why)

    def close(self) -> None:
        if not self._session.closed:
            self._session.close(CLOSE_SECONDS)


def beginner(
    options: FleetOptions,
    connect: Connect,
    on_event: Callable[[str, Event], None],
    journal: JournalFolder | None = None,
) -> Begin:
    """What connects to a device and begins its apply; nothing is sent that changes it."""

    def begin(plan: DevicePlan, cancel: CancelToken) -> DeviceApply:
        cancel.check()
        device = plan.member.device
        session = connect(device)
        try:
            apply = begin_apply(
                session,
                base=plan.base,
                mine=plan.mine,
                schema=plan.schema,
                edit=plan.edit,
                options=device_options(options, plan),
                on_event=lambda event: on_event(plan.key, event),
                cancel=cancel,
                journal=journal,
                reconnect=lambda: connect(device),
            )
        except BaseException:
            session.abort()
            raise
        return DeviceApply(apply, session)

    return begin


def device_options(options: FleetOptions, plan: DevicePlan) -> DeployOptions:
    """How one device is changed."""
    return replace(
        options.deploy,
        confirm_seconds=options.confirm_seconds if plan.guarded else None,
        confirm_by="program",
        probe=options.probe,
        with_defaults=plan.with_defaults,
        device_name=plan.name,
        device_id=plan.member.device.id,
    )
