"""The stages of an apply in words, and which of them an apply is going to have."""

from __future__ import annotations

from netconf_gui.config.compare import ReadbackItem, Verdict
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.deploy import DeployReport, Strategy
from netconf_gui.session.redact import is_secret_name, redact

TITLES: dict[Stage, str] = {
    Stage.PRECHECK: "Pre-check",
    Stage.LOCK: "Lock",
    Stage.COMPARE: "Compare",
    Stage.EDIT: "Edit",
    Stage.VALIDATE: "Validate",
    Stage.COMMIT: "Commit",
    Stage.PROBE: "Probe",
    Stage.CONFIRM: "Confirm",
    Stage.READBACK: "Read back",
    Stage.STARTUP: "Save to startup",
    Stage.DISCARD: "Discard",
    Stage.UNLOCK: "Unlock",
    Stage.SNAPSHOT: "History",
}
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.APPLIED: ("success", "Applied"),
    Outcome.UNCHANGED: ("info", "Unchanged"),
    Outcome.ROLLED_BACK: ("warning", "Rolled back"),
    Outcome.UNKNOWN: ("error", "Not known"),
}


def planned_stages(strategy: Strategy) -> list[Stage]:
    """The stages to expect; those that only failures bring come when they happen."""
    return [*strategy.stages, Stage.SNAPSHOT]


def outcome_kind(report: DeployReport) -> str:
    """success, info, warning or error, for how an apply ended."""
    kind = OUTCOMES[report.outcome][0]
    if report.pending and report.outcome is Outcome.UNKNOWN:
        return "warning"  # it is known: live, until somebody settles it or its time is over
    if report.ok:
        return "warning" if kind == "success" and any(item.broken_promise for item in report.readback) else kind
    return "error" if kind in ("success", "info") else kind


def outcome_words(report: DeployReport) -> str:
    """How an apply ended, in a word or two."""
    if report.pending and report.outcome is Outcome.UNKNOWN:
        return "Waits to be confirmed"
    if report.outcome is Outcome.UNCHANGED and not report.ok:
        return "Not applied"
    return OUTCOMES[report.outcome][1]


def readback_words(item: ReadbackItem) -> tuple[str, str]:
    """What became of one node (icon, words); secrets are not told."""
    secret = is_secret_name(item.path.name)
    sent, got = (_shown(text, secret) for text in (item.sent, item.got))
    name = item.path.short()
    if item.verdict is Verdict.AS_SENT:
        return "success", f"{name} is as sent{': ' + got if item.got is not None else ''}."
    if item.verdict is Verdict.NORMALISED and secret:
        return "info", f"{name} was normalised by the device: it comes back hashed or in another form."
    if item.verdict is Verdict.NORMALISED:
        return "info", f"{name} was normalised by the device: {sent} → {got}."
    if item.verdict is Verdict.NOT_READABLE:
        return "info", f"{name} cannot be read back."
    if item.sent is None:
        return "error", f"{name} is still there, though the device said it was deleted."
    return "error", f"{name} is not as sent, though the device said ok: sent {sent}, there is {got}."


def _shown(text: str | None, secret: bool) -> str:
    if text is None:
        return "nothing"
    return "***" if secret else redact(text) or '""'
