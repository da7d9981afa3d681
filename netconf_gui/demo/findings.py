"""What the YANG engine finds, as rpc-errors (RFC 7950, sections 8.3 and 15).

Lives here: the two checks of the device and the translation of a finding: error-tag, error-app-tag, and error-path as
XPath with declared prefixes.  Does not live here: the finding (`yang.check`).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from netconf_gui.config.error_path import write_error_path
from netconf_gui.config.path import InstancePath
from netconf_gui.demo.model import Model
from netconf_gui.demo.replies import RefusedError
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

# error-app-tag (RFC 7950, section 15) → error-tag
_TAGS = {
    "data-not-unique": "operation-failed",
    "too-many-elements": "operation-failed",
    "too-few-elements": "operation-failed",
    "must-violation": "operation-failed",
    "instance-required": "data-missing",
    "missing-choice": "data-missing",
}


def check_configuration(model: Model, tree: etree._Element) -> None:
    """Raise `RefusedError` with everything that makes `tree` invalid as a whole; `SchemaError` if nobody can tell."""
    _refuse(model.check(tree), model.schema, _tag_of_constraint)


def check_values(model: Model, config: etree._Element) -> None:
    """Raise `RefusedError` if a value in an edit is not of its leaf's type."""
    _refuse(model.check_values(config), model.schema, lambda _problem: "invalid-value")


def _refuse(problems: tuple[Problem, ...], schema: Schema | None, tag: Callable[[Problem], str]) -> None:
    errors = tuple(rpc_error(problem, schema, tag(problem)) for problem in problems if problem.is_error)
    if errors:
        raise RefusedError(*errors)


def rpc_error(problem: Problem, schema: Schema | None, tag: str) -> RpcError:
    """One finding as an rpc-error."""
    path, namespaces = xpath_of(problem.path, schema)
    return RpcError(
        type="application",
        tag=tag,
        app_tag=problem.app_tag or None,
        path=path,
        message=problem.message,
        message_lang="en",
        path_namespaces=namespaces,
    )


def _tag_of_constraint(problem: Problem) -> str:
    known = _TAGS.get(problem.app_tag)
    if known is not None:
        return known
    if "mandatory" in problem.message.lower():
        return "data-missing"
    return "operation-failed" if problem.app_tag else "invalid-value"


def xpath_of(path: str, schema: Schema | None) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """An instance path with module names as XPath, and the prefixes it uses; as it is if it cannot be read."""
    if not path:
        return None, ()
    if schema is None:
        return path, ()
    try:
        return write_error_path(InstancePath.parse(path, schema))
    except ConfigError:
        return path, ()
