"""One apply: a visible transaction on one device, and the truth about how it ended.

Lives here: `deploy()` and the names around it.  Does not live here: the order of stages (`applying`), what is done
after a failure (`recovery`), how the device's abilities shape it (`strategy`).
"""

from __future__ import annotations

from collections.abc import Callable

from netconf_gui.cancel import CancelToken
from netconf_gui.services.applying import run_apply
from netconf_gui.services.events import Event
from netconf_gui.services.report import DeployReport
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
    return run_apply(
        session,
        base,
        mine,
        schema,
        edit,
        options=options or DeployOptions(),
        on_event=on_event,
        cancel=cancel,
        journal=journal,
        reconnect=reconnect,
    )
