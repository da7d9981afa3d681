"""What a review shows, computed off the GUI thread from bytes: differences, edit-config, dry run, text diff."""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import Diff, diff, text_diff
from netconf_gui.config.plan import Plan, edit_config_xml, plan
from netconf_gui.errors import AppError, EditRefused
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.strategy import Strategy, strategy
from netconf_gui.yang.schema import Schema

CONTEXT = 3  # unchanged lines around a change in the text diff


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of the text diff; `state`: same added removed, or gap for what is left out."""

    text: str
    state: str


@dataclass(frozen=True)
class Review:
    """Everything the Review document shows about one revision."""

    revision: int
    difference: Diff
    plan: Plan
    edit_config: str
    lines: tuple[TextLine, ...]
    dry_run: str  # "" if the result equals the draft, else why not
    notes: tuple[str, ...]  # what an apply will do, in sentences
    target: str
    refused: str  # why nothing can be applied; "" if it can


def make_review(
    base: bytes,
    mine: bytes,
    revision: int,
    schema: Schema | None,
    context: DocumentContext,
    cancel: CancelToken | None = None,
) -> Review:
    """Compare two documents and plan the way from one to the other.  Raises `ConfigError`."""
    before, after = codec.read_root(base), codec.read_root(mine)
    difference = diff(before, after, schema, cancel=cancel)
    planned = plan(difference)
    way, refused = _strategy(context)
    target = way.target if way is not None else context.datastore or "candidate"
    xml = edit_config_xml(
        planned,
        target,
        test_option=way.test_option if way is not None else None,
        error_option=way.error_option if way is not None else None,
    )
    lines = _text_lines(serialize(before, pretty=True), serialize(after, pretty=True)) if difference else ()
    return Review(
        revision,
        difference,
        planned,
        xml.decode(),
        lines,
        _dry_run(difference, planned, schema, cancel),
        way.notes if way is not None else (),
        target,
        refused,
    )


def _strategy(context: DocumentContext) -> tuple[Strategy | None, str]:
    if context.capabilities is None or context.profile is None:
        return None, "Connect to a device to apply this."
    try:
        return strategy(context.capabilities, context.profile), ""
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
    left = diff(result, difference.mine_root, schema, cancel=cancel)
    if left:
        return f"The dry run does not lead to the draft. {left.summary(160)}"
    return ""


def _text_lines(base: bytes, mine: bytes) -> tuple[TextLine, ...]:
    old, new = base.decode().splitlines(), mine.decode().splitlines()
    lines: list[TextLine] = []
    blocks = text_diff(old, new)
    for number, block in enumerate(blocks):
        if block.kind == "same":
            same = new[block.b_start : block.b_end]
            first, last = number == 0, number == len(blocks) - 1
            lines.extend(_context(same, first=first, last=last))
            continue
        lines.extend(TextLine(text, "removed") for text in old[block.a_start : block.a_end])
        lines.extend(TextLine(text, "added") for text in new[block.b_start : block.b_end])
    return tuple(lines)


def _context(same: list[str], *, first: bool, last: bool) -> list[TextLine]:
    """Some lines of an unchanged block, at its ends that border on changes."""
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(same) <= head + tail + 1:
        return [TextLine(text, "same") for text in same]
    left_out = len(same) - head - tail
    shown = [TextLine(text, "same") for text in same[:head]]
    shown.append(TextLine(f"… {left_out:,} unchanged lines …", "gap"))
    return shown + [TextLine(text, "same") for text in same[len(same) - tail :]]


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
