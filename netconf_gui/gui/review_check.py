"""The dry run of an edit-config that a person changed by hand: where it leads, or why it is refused, and in which line.

Works on a worker, from bytes.  Lives here: reading the text, performing it by our own interpreter, comparing with the
draft.  Does not live here: the editor and what it says (`panes/plan_view`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.apply import perform_edit
from netconf_gui.config.binding import Binder, elements
from netconf_gui.config.codec import read_fragment, read_root
from netconf_gui.config.diff import Diff, diff
from netconf_gui.config.document import Recipe
from netconf_gui.config.edits import Edit
from netconf_gui.config.error_path import from_error_path
from netconf_gui.config.textedit import text_edit
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.gui.xml_text import fault_words
from netconf_gui.protocol.xml import NS_BASE, local_name, namespace_of, qn, serialize
from netconf_gui.yang.schema import Schema

State = Literal["same", "other", "nothing", "refused", "broken"]
MOST = 50  # errors that are told
_OPTIONS = ("target", "default-operation", "test-option", "error-option", "config")


@dataclass(frozen=True)
class Refusal:
    """One thing that a server must refuse, and the line of the text (from 1; 0 for none in particular)."""

    line: int
    error: RpcError


@dataclass(frozen=True)
class CheckedEdit:
    """What became of an edited text.

    same: it leads to the draft.  other: it leads elsewhere; `left` is what the result has and the draft has not, and
    `step` brings the draft there.  nothing: it changes nothing.  refused: `refusals` say what and where.  broken: the
    text cannot be read; `words` say why.
    """

    state: State
    words: str = ""
    line: int = 0
    column: int = 0
    refusals: tuple[Refusal, ...] = ()
    left: Diff | None = None
    step: Edit | None = None
    config: bytes = b""
    default_operation: str = "merge"
    operations: int = 0
    notes: tuple[str, ...] = ()


def check_edit(
    text: str,
    base: bytes,
    draft: Recipe,
    schema: Schema | None,
    cancel: CancelToken | None = None,
    *,
    defaults: str | None = None,
) -> CheckedEdit:
    """Perform an edited `<edit-config>` on what was fetched and compare the result with the draft."""
    try:
        config, default_operation = read_edit(text)
    except ConfigError as error:
        return CheckedEdit("broken", fault_words(error), error.line, error.column)
    base_root = read_root(base)
    refusals, result, notes = _perform(base_root, config, default_operation, schema, cancel)
    sent = serialize(config)
    operations = sum(1 for one in config.iter(etree.Element) if one.get(qn(NS_BASE, "operation")) is not None)
    if refusals:
        return CheckedEdit("refused", refusals=refusals, operations=operations, notes=notes)
    document = draft.make(schema)
    left = diff(document.root, result, schema, defaults=defaults, cancel=cancel).settle()
    state: State = "same" if not left else "other"
    if not diff(base_root, result, schema, defaults=defaults, cancel=cancel):
        state = "nothing"
    step = text_edit(document, result, comments=False) if state == "other" else None
    return CheckedEdit(
        state,
        left=left if left else None,
        step=step,
        config=sent,
        default_operation=default_operation,
        operations=operations,
        notes=notes,
    )


def read_edit(text: str) -> tuple[etree._Element, str]:
    """The `<config>` of an `<edit-config>`, alone or in an `<rpc>`, and its default-operation.

    Raises `ConfigError` with line and column.
    """
    root = read_fragment(text)
    if local_name(root) == "rpc" and namespace_of(root) == NS_BASE:
        root = next(elements(root), root)
    if root.tag == qn(NS_BASE, "config"):
        return root, "merge"
    if root.tag != qn(NS_BASE, "edit-config"):
        raise _unread(root, f"<{local_name(root)}> is no <edit-config> of NETCONF's base namespace.")
    for child in elements(root):
        if namespace_of(child) != NS_BASE or local_name(child) not in _OPTIONS:
            what = "a <url> cannot be tried here" if local_name(child) == "url" else "it has no place in <edit-config>"
            raise _unread(child, f"<{local_name(child)}>: {what}.")
    config = root.find(qn(NS_BASE, "config"))
    if config is None:
        raise _unread(root, "The <edit-config> has no <config>.")
    return config, (root.findtext(qn(NS_BASE, "default-operation")) or "merge").strip()


def _unread(element: etree._Element, message: str) -> ConfigError:
    return ConfigError(message, line=_line_of(element), column=1)


def _perform(
    base: etree._Element,
    config: etree._Element,
    default_operation: str,
    schema: Schema | None,
    cancel: CancelToken | None,
) -> tuple[tuple[Refusal, ...], etree._Element, tuple[str, ...]]:
    """All that is refused, the result, and what only the device can decide."""

    def perform(*, accept_unknown: bool) -> tuple[tuple[RpcError, ...], etree._Element]:
        done = perform_edit(
            base,
            config,
            schema,
            default_operation=default_operation,
            error_option="continue-on-error",
            accept_unknown=accept_unknown,
            cancel=cancel,
        )
        return done.errors, done.root

    errors, result = perform(accept_unknown=False)
    foreign = [error for error in errors if error.tag == "unknown-namespace"]
    notes: tuple[str, ...] = ()
    if foreign:
        # modules that could not be had: what they describe is the device's to judge
        errors = tuple(error for error in errors if error.tag != "unknown-namespace")
        notes = ("No module here describes some of it: the device decides.",)
        if not errors:
            errors, result = perform(accept_unknown=True)
    binder = Binder(schema)
    return tuple(Refusal(_line(error, config, binder), error) for error in errors[:MOST]), result, notes


def _line(error: RpcError, config: etree._Element, binder: Binder) -> int:
    if not error.path:
        return 0
    found = from_error_path(error.path, dict(error.path_namespaces), config, binder)
    return _line_of(found) if found is not None else 0


def _line_of(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 0
