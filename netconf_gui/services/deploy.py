"""One apply: a visible transaction on one device, and the truth about how it ended.

Lives here: `deploy()` and the names around it.  Does not live here: the order of stages (`applying`), what is done
after a failure (`settling`), how the device's abilities shape it (`strategy`).
"""

from __future__ import annotations

from collections.abc import Callable

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Outcome, Stage
from netconf_gui.services.applying import begin_apply, refused
from netconf_gui.services.events import Event
from netconf_gui.services.report import DeployReport
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions, Strategy, strategy
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.yang.schema import Schema

__all__ = ["DeployOptions", "DeployReport", "Strategy", "deploy", "strategy"]


def deploy(
    session: Session,
    *,
    base: bytes,
    mine: bytes,
    schema: Schema | None,
    edit: bytes | None = None,
    options: DeployOptions | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancel: CancelToken | None = None,
    journal: JournalFolder | None = None,
    reconnect: Callable[[], Session] | None = None,
) -> DeployReport:
    """Bring the device from `base` to `mine` (both `<config>` documents), or send `edit` as it is.

    Blocking.  Never raises for what a device or a network does: the report says it.  A cancel before the commit is
    sent leaves the device unchanged; after that the apply is finished.  `reconnect` makes a new session after a loss;
    it is closed when what it is for is known.  `session` may be closed afterwards (`session.closed`).
    """
    log = StageLog(on_event)
    try:
        apply = begin_apply(
            session,
            base=base,
            mine=mine,
            schema=schema,
            edit=edit,
            options=options,
            cancel=cancel,
            journal=journal,
            reconnect=reconnect,
            log=log,
        )
    except AppError as error:
        return refused(error, log)
    if apply.change.empty:
        with log.stage(Stage.PRECHECK) as note:
            note.text = "There is nothing to change."
        return DeployReport(Outcome.UNCHANGED, "There is nothing to change.", tuple(log.ended))
    return apply.run()
