"""Whether a change is on the device, seen by what running holds now."""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.compare import Verdict
from netconf_gui.errors import Outcome
from netconf_gui.services.transaction import Transaction
from netconf_gui.session.session import Session


def judge(at: Transaction, session: Session) -> Outcome:
    """Read what the change touches: all there (applied), nothing of it (unchanged), or a part (unknown).

    Keeps the read-back for the report.  Raises what reading raises.
    """
    look(at, session)
    return at_hand(at)


def look(at: Transaction, session: Session) -> etree._Element:
    """Read running back and keep what became of each edit."""
    whole = at.options.history is not None
    now = at.read("running", whole=whole, session=session)
    at.done.readback = at.verify(now)
    at.done.read = True
    at.done.unmoved = at.done.before is not None and not at.change.differences(at.done.before, now)
    at.done.after = now if whole else None
    return now


def at_hand(at: Transaction) -> Outcome:
    """What the last look says."""
    if at.done.unmoved:
        return Outcome.UNCHANGED
    missing = any(item.verdict is Verdict.NOT_THERE for item in at.done.readback)
    return Outcome.UNKNOWN if missing else Outcome.APPLIED
