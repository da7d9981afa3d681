"""What a review shows, computed off the GUI thread from bytes: differences, edit-config, dry run, text diff.

Does not live here: an edit-config that a person changed by hand (`review_check`), exports (`review_exports`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import Diff, diff
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Plan, Policy, edit_config_xml, plan
from netconf_gui.errors import AppError, ConfigError, EditRefused
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.diff_outline import DiffMarks
from netconf_gui.gui.models.diff_text import Layout, TextRows, compare_texts
from netconf_gui.gui.xml_text import root_text
from netconf_gui.services.strategy import DeployOptions, Strategy, strategy
from netconf_gui.yang.schema import Schema

POLICIES: dict[Policy, tuple[str, str]] = {
    "strict": (
        "Strict",
        "Strict: what is added must not be there yet and what is deleted must be: the device refuses surprises.",
    ),
    "tolerant": (
        "Tolerant",
        "Tolerant: what is added is merged, what goes may be gone already: the device takes surprises.",
    ),
}
"""Each policy's name, and what it means in a sentence."""


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """What a person chose in the review for the apply.

    `edit` is the `<config>` element that was edited by hand, None for the one that the apply plans itself;
    `default_operation` belongs to it.  `refused` says why it cannot be sent now, "" if it can.
    """

    policy: Policy = "strict"
    replace: tuple[InstancePath, ...] = ()
    edit: bytes | None = None
    default_operation: str = "none"
    refused: str = ""


@dataclass(frozen=True)
class Review:
    """Everything the Review document shows about one revision."""

    revision: int
    difference: Diff
    marks: DiffMarks
    plan: Plan | None  # None: there is no plan that may be sent; `dry_run` says why
    edit_config: str
    dry_run: str  # "" if the result equals the draft, else why not
    notes: tuple[str, ...]  # what an apply will do, in sentences
    target: str
    refused: str  # why nothing can be applied; "" if it can
    summary: str  # the differences in words
    tints: Mapping[int, str]  # lines of `edit_config` and what is done there

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return self.plan is None or self.plan.empty


def make_review(
    base: bytes,
    mine: bytes,
    revision: int,
    schema: Schema | None,
    context: DocumentContext,
    cancel: CancelToken | None = None,
    *,
    policy: Policy = "strict",
    replace: Sequence[InstancePath] = (),
    defaults: str | None = None,
    options: DeployOptions | None = None,
) -> Review:
    """Compare two documents and plan the way from one to the other, as *Apply* is going to send it with `options`.

    Raises `ConfigError`.
    """
    difference = diff(codec.read_root(base), codec.read_root(mine), schema, defaults=defaults, cancel=cancel)
    marks = DiffMarks(difference)
    way, refused = _strategy(context, options)
    target = way.target if way is not None else context.datastore or "candidate"
    notes = way.notes if way is not None else ()
    try:
        limit = way.max_message if way is not None else 0
        hidden = options.unreadable if options is not None else ()
        planned = plan(difference, policy, replace, unreadable=hidden, message_limit=limit or None)
    except ConfigError as error:
        words = error.full_text()
        return Review(revision, difference, marks, None, "", words, notes, target, refused, difference.summary(), {})
    xml = edit_config_xml(
        planned,
        target,
        default_operation=way.default_operation if way is not None else "none",
        test_option=way.test_option if way is not None else None,
        error_option=way.error_option if way is not None else None,
    )
    text = "" if planned.empty else xml.decode()
    return Review(
        revision,
        difference,
        marks,
        planned,
        text,
        _dry_run(difference, planned, schema, cancel),
        (*notes, *planned.notes),
        target,
        refused,
        difference.summary(),
        operation_tints(text),
    )


def _strategy(context: DocumentContext, options: DeployOptions | None) -> tuple[Strategy | None, str]:
    if context.capabilities is None or context.profile is None:
        return None, "Connect to a device to apply this."
    try:
        return strategy(context.capabilities, context.profile, options), ""
    except AppError as error:
        return None, error.full_text()


def _dry_run(difference: Diff, planned: Plan, schema: Schema | None, cancel: CancelToken | None) -> str:
    """Perform the edit-config by our own interpreter and compare the result with the draft."""
    try:
        result = edit_config(
            difference.base_root,
            planned.config,
            schema,
            default_operation=planned.default_operation,
            accept_unknown=True,
            cancel=cancel,
        )
    except EditRefused as error:
        return f"The dry run refused an edit: {error.message}"
    left = diff(result, difference.mine_root, schema, defaults=difference.defaults, cancel=cancel)
    if left:
        return f"The dry run does not lead to the draft. {left.summary(160)}"
    return ""


def compare_documents(base: bytes, mine: bytes, layout: Layout = "side") -> TextRows:
    """The texts of two documents, as the XML view shows them, line against line.  Raises `ConfigError`."""
    old, new = (root_text(codec.read_root(data)).decode() for data in (base, mine))
    return TextRows(compare_texts(old, new), layout)


def operation_tints(text: str) -> dict[int, str]:
    """Lines (from 1) of an indented edit-config that belong to an operation, and what it does."""
    kinds = {"create": "added", "merge": "added", "replace": "changed", "delete": "removed", "remove": "removed"}
    tints: dict[int, str] = {}
    state, closing = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if state:
            tints[number] = state
            if line.startswith(closing):
                state = ""
            continue
        at = line.find('operation="')
        if at < 0:
            continue
        operation = line[at + 11 :].partition('"')[0]
        found = "moved" if operation == "merge" and ":insert=" in line else kinds.get(operation, "")
        if not found:
            continue
        tints[number] = found
        indent = line[: len(line) - len(line.lstrip())]
        name = line.strip()[1:].split(None, 1)[0].rstrip("/>")
        if f"</{name}>" not in line and not line.rstrip().endswith("/>"):
            state, closing = found, f"{indent}</{name}>"
    return tints
