"""What others left in candidate: seen before the lock and under it, discarded only where a person says so.

RFC 6241 lets nobody lock a candidate that holds edits (section 7.5), but servers that grant it all the same exist, and
a commit would then make a stranger's work active.  It may lie anywhere, so candidate is read whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from netconf_gui.config.diff import DiffEntry
from netconf_gui.errors import DeployError, Outcome, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import PRIVATE_CANDIDATE
from netconf_gui.protocol.xml import canonical
from netconf_gui.services import words
from netconf_gui.services.events import Leftovers
from netconf_gui.services.holders import is_locked_by_another
from netconf_gui.services.transaction import Transaction


class LeftoverCheck:
    """Looks for one apply."""

    def __init__(self, at: Transaction) -> None:
        self.at = at

    def before_lock(self) -> str:
        """A sentence about candidate; raises `DeployError` where it holds something that is to stay."""
        at = self.at
        if at.direct:
            return ""
        candidate = at.read("candidate", whole=True, cancel=at.cancel)
        if not at.change.compare(at.change.difference.base_root, candidate):
            return "Nothing is left in candidate."
        running = at.read("running", whole=True, cancel=at.cancel)
        candidate = self._up_to_date(running, candidate)
        left = at.change.compare(running, candidate)
        if not left:
            return "Nothing is left in candidate."
        if is_locked_by_another(at.session, "candidate", timeout=at.options.cleanup_timeout):
            return "Somebody is at work in candidate."  # the lock will be denied, with the name of who it is
        self._settle(Stage.PRECHECK, left, running, candidate)
        return "What was left in candidate was discarded."

    def under_lock(self, running: etree._Element) -> str:
        """The same, when all others are locked out."""
        at = self.at
        candidate = self._up_to_date(running, at.read("candidate", whole=True, cancel=at.cancel))
        left = at.change.compare(running, candidate)
        if not left:
            return ""
        self._settle(Stage.COMPARE, left, running, candidate)
        return "What was left in candidate was discarded."

    def _up_to_date(self, running: etree._Element, candidate: etree._Element) -> etree._Element:
        """A private candidate without what others have committed since it began: that is no edit of anybody."""
        at = self.at
        known = at.strategy.private and at.session.capabilities.has(PRIVATE_CANDIDATE[0])
        if not known or not at.change.compare(running, candidate):
            return candidate
        try:
            at.call(operations.update_candidate(), cancel=at.cancel)
        except RpcFailed:
            return candidate  # in conflict with what was edited in it: that is shown
        return at.read("candidate", whole=True, cancel=at.cancel)

    def _settle(
        self, stage: Stage, left: Sequence[DiffEntry], running: etree._Element, candidate: etree._Element
    ) -> None:
        """Show it, and discard what was shown, or stop; what has changed since it was shown is shown again."""
        at = self.at
        while True:
            text = f"{_whose(at)} {words.count(len(left), 'change')} that nobody committed: {words.entries_text(left)}."
            ask = at.options.on_leftovers
            if ask is None or ask(Leftovers("candidate", tuple(left), text)) != "discard":
                raise DeployError(
                    text,
                    stage,
                    Outcome.UNCHANGED,
                    advice="It may be somebody's work, so it is not discarded. Have it committed or "
                    "discarded, then apply again.",
                )
            at.cancel.check()
            now = at.read("candidate", whole=True, cancel=at.cancel)
            if canonical(now) == canonical(candidate):
                at.call(operations.discard_changes(), cancel=at.cancel)
                at.done.discarded += tuple(left)
                return
            candidate, left = now, at.change.compare(running, now)
            if not left:
                return


def _whose(at: Transaction) -> str:
    return "This session's own candidate holds" if at.strategy.private else "Candidate holds"
