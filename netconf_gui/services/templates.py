"""Changes with variables: one text for many devices, written in Jinja2.

Lives here: `render`, `variables_of`, and errors that name line and variable.  Does not live here: what a template may
use (`template_sandbox`), where variables come from (`fleet_members`).
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError, meta

from netconf_gui.errors import ConfigError
from netconf_gui.services.template_sandbox import RESULT_SIZE, SECONDS, LimitError, Sandbox

SOURCE_SIZE = 4 * 1024 * 1024  # characters of a template
_NAME = "<change>"
_FAULTS = (TemplateError, RecursionError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_UNDEFINED = re.compile(r"'(?P<name>[^']*)' is undefined|has no attribute '(?P<attribute>[^']*)'")


class TemplateFault(ConfigError):
    """A template that cannot be rendered; `line` counts from 1 (0: not known), `variable` is "" where none is meant."""

    def __init__(self, message: str, *, line: int = 0, variable: str = "", advice: str = "") -> None:
        super().__init__(message, line=line, state="Nothing was sent.", advice=advice)
        self.variable = variable


def variables_of(text: str, *, name: str = "The template") -> tuple[str, ...]:
    """The variables that a template asks for, sorted; raises `TemplateFault`."""
    sandbox = Sandbox()
    try:
        tree = sandbox.parse(_checked(text, name))
    except TemplateSyntaxError as error:
        raise _syntax(error, name) from None
    return tuple(sorted(meta.find_undeclared_variables(tree) - set(sandbox.globals)))


def render(text: str, variables: Mapping[str, Any], *, name: str = "The template", seconds: float = SECONDS) -> str:
    """The text with its variables filled in, escaped for XML; raises `TemplateFault`.

    A template reads no file, calls nothing but itself, and ends within `seconds`.
    """
    sandbox = Sandbox(seconds)
    try:
        code = sandbox.compile(_checked(text, name), filename=_NAME)
        template = sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None))
        sandbox.start()
        parts: list[str] = []
        size = 0
        for part in template.generate(**variables):
            sandbox.check_time()
            size += len(part)
            if size > RESULT_SIZE:
                raise LimitError("The template makes more text than a configuration may have")
            parts.append(part)
    except TemplateSyntaxError as error:
        raise _syntax(error, name) from None
    except UndefinedError as error:
        raise _undefined(error, name) from None
    except (
        TemplateError,
        RecursionError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        line = _line_of(error)
        why = "it calls itself without end" if isinstance(error, RecursionError) else str(error).rstrip(".")
        raise TemplateFault(f"{_place(name, line)}: {why}.", line=line) from None
    return "".join(parts)


def _checked(text: str, name: str) -> str:
    if len(text) > SOURCE_SIZE:
        raise TemplateFault(f"{name} is larger than {SOURCE_SIZE // 1024 // 1024} MB.")
    return text


def _syntax(error: TemplateSyntaxError, name: str) -> TemplateFault:
    why = (error.message or "this is no template").rstrip(".")
    return TemplateFault(f"{_place(name, error.lineno)}: {why}.", line=error.lineno)


def _undefined(error: UndefinedError, name: str) -> TemplateFault:
    line = _line_of(error)
    found = _UNDEFINED.search(error.message or "")
    variable = (found["name"] or found["attribute"] or "") if found else ""
    if not variable:
        return TemplateFault(f"{_place(name, line)}: {error.message}.", line=line)
    return TemplateFault(
        f"{_place(name, line)}: the variable {variable} has no value.",
        line=line,
        variable=variable,
        advice=f"Add a column {variable} to the table, or write {{{{ {variable} | default(…) }}}}.",
    )


def _line_of(error: BaseException) -> int:
    """The line of the template at which an error arose: Jinja gives its frames the template's name and lines."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    return (lines[-1] or 0) if lines else 0


def _place(name: str, line: int) -> str:
    return f"{name}, line {line}" if line else name
