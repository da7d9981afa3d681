"""A Jinja2 environment in which a template can only make text out of variables, in bounded time and size.

Lives here: what a template may use, and the checks while it runs.  Does not live here: rendering and its errors
(`templates`).

Jinja's own sandbox keeps a template away from Python, but not from taking all time and memory.  So only some kinds
of statements, filters and methods of text exist here; each step of a loop, each call and each filter looks at the
clock, and whatever is put together looks at its size.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup, escape

RESULT_SIZE = 16 * 1024 * 1024  # characters of what one template may make
VALUE_SIZE = 1024 * 1024  # characters, or items, of one value on the way
SECONDS = 5.0
RANGE = 100_000
_BITS = 256  # of a number

_FILTERS = (
    "abs capitalize count d default dictsort e escape first float groupby int items last length list lower map max "
    "min reject rejectattr reverse round select selectattr sort string sum title trim truncate unique upper wordcount"
).split()
_OF_TEXT = frozenset("capitalize e escape lower reverse string title trim truncate upper wordcount".split())
_METHODS = frozenset(
    "capitalize casefold count endswith find get index isalnum isalpha isdecimal isdigit islower isnumeric isupper "
    "items keys lower lstrip partition removeprefix removesuffix rpartition rsplit rstrip split splitlines "
    "startswith strip swapcase title upper values".split()
)
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Macro, nodes.Assign, nodes.With,
    nodes.Expr, nodes.Helper,
)  # fmt: skip
_SAID = {
    nodes.AssignBlock: "{% set %} with a body",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from … import %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
}


class LimitError(SecurityError):
    """The template takes too long, or makes too much."""


class Sandbox(SandboxedEnvironment):
    """One use: `start` sets the clock.  Undefined variables are errors; text is escaped for XML."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=True,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=self._written,
            optimized=False,
        )
        self.intercepted_binops = frozenset({"+", "*", "**", "%"})
        self.seconds = seconds
        self.start()
        known = self.filters
        self.filters = {name: self._watched(name, known[name]) for name in _FILTERS}
        self.filters.update(replace=self._replace, join=self._join)
        self.filters.update(_steps=self._steps, _concat=self._concat, _light=self._light)
        self.globals = {"range": self._range, "dict": self._dict, "namespace": Namespace}

    def start(self) -> None:
        """The time and the size that a template has begin now."""
        self._end, self._made = time.monotonic() + self.seconds, 0

    def check_time(self) -> None:
        """Raises `LimitError` when the time is over."""
        if time.monotonic() > self._end:
            raise LimitError(f"The template takes more than {self.seconds:g} s")

    # ---- what a template may say

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            said = next((text for kind, text in _SAID.items() if isinstance(node, kind)), "")
            if said or not isinstance(node, _ALLOWED):
                raise TemplateSyntaxError(f"{said or type(node).__name__} cannot be used here", node.lineno, name)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise TemplateSyntaxError("A recursive loop cannot be used here", loop.lineno, name)
            text = sum(len(data.data) for data in loop.find_all(nodes.TemplateData))
            loop.iter = _filtered(cast("nodes.Expr", loop.iter), "_steps", nodes.Const(text))
        _guard(tree)
        return tree

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, LoopContext):
            return super().is_safe_attribute(obj, attr, value)
        if isinstance(obj, Namespace):
            return not attr.startswith("_")
        return attr in _METHODS and super().is_safe_attribute(obj, attr, value)

    # ---- while it runs

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.check_time()
        result = super().call(context, obj, *args, **kwargs)
        return self._bounded(result) if isinstance(obj, Macro) else result

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        self.check_time()
        if operator == "+":
            _refuse(_size(left) + _size(right) > VALUE_SIZE)
        elif operator == "*":
            number = next((one for one in (left, right) if isinstance(one, int)), 1)
            _refuse(max(_size(left), _size(right)) * abs(number) > VALUE_SIZE)
            _refuse(_bits(left) + _bits(right) > _BITS)
        elif operator == "**":
            _refuse(_bits(left) * abs(right if isinstance(right, int) else 1) > _BITS)
        elif isinstance(left, str):
            raise SecurityError("% with text cannot be used here; join the parts by ~")
        result = super().call_binop(context, operator, left, right)
        return self._light(result) if isinstance(result, list) else result

    def _watched(self, name: str, known: Callable[..., Any]) -> Callable[..., Any]:
        at = {"context": 1, "eval_context": 1, "environment": 1}.get(
            getattr(getattr(known, "jinja_pass_arg", None), "name", ""), 0
        )

        @wraps(known)
        def run(*args: Any, **kwargs: Any) -> Any:
            self.check_time()
            if name in _OF_TEXT and not isinstance(args[at], list | Iterator):
                self._plain(args[at])
            result = known(*args, **kwargs)
            return self._steps(result) if isinstance(result, Iterator) else self._bounded(result)

        return run

    def _steps(self, values: Any, text: int = 0) -> Iterator[Any]:
        """The values of a loop whose body writes so much `text` besides values."""
        for number, value in enumerate(values):
            _refuse(number > VALUE_SIZE)
            self.check_time()
            self._count(text)
            yield value

    def _range(self, *args: int) -> range:
        found = range(*args)
        if len(found) > RANGE:
            raise LimitError(f"A range has more than {RANGE} numbers")
        return found

    def _dict(self, **values: Any) -> Any:
        return self._light(values)

    def _concat(self, values: list[Any]) -> str:
        """Parts put together; what is not marked as XML is escaped if one of them is."""
        self.check_time()
        parts = [self._plain(value) for value in values]
        _refuse(sum(_size(part) for part in parts) > VALUE_SIZE)
        if any(isinstance(part, Markup) for part in parts):
            return Markup("").join(parts)
        return "".join(str(part) for part in parts)

    def _join(self, values: Iterable[Any], separator: str = "", attribute: Any = None) -> str:
        parts: list[Any] = []
        for value in self._steps(values):
            if parts:
                parts.append(separator)
            parts.append(value if attribute is None else self.getitem(value, attribute))
        return self._concat(parts)

    def _replace(self, value: Any, old: str, new: str, count: int = -1) -> str:
        self.check_time()
        text = self._plain(value)
        if isinstance(text, Markup):
            old, new = str(escape(old)), str(escape(new))
        found = str(text)
        _refuse(len(found) + (found.count(old) if count < 0 else count) * len(new) > VALUE_SIZE)
        changed = found.replace(old, new, count)
        return Markup(changed) if isinstance(text, Markup) else changed  # noqa: S704  (escaped before)

    def _plain(self, value: Any) -> Any:
        """Text and numbers as they can be written; anything else would be written in Python's notation."""
        if isinstance(value, Undefined):
            str(value)  # raises, and says which
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float):
            what = "nothing (None)" if value is None else f"a {type(value).__name__}"
            raise SecurityError(f"Only text and numbers can be written; this is {what}")
        _refuse(_bits(value) > _BITS)
        return self._bounded(value)

    @pass_context  # so that constants are not written before this has seen them
    def _written(self, _context: Any, value: Any) -> Any:
        """What `{{ … }}` puts out."""
        found = self._plain(value)
        self._count(_size(found))
        return found

    def _count(self, size: int) -> None:
        self._made += size
        if self._made > RESULT_SIZE:
            raise LimitError("The template makes more text than a configuration may have")

    def _bounded(self, value: Any) -> Any:
        _refuse(_size(value) > VALUE_SIZE)
        return value

    def _light(self, value: Any) -> Any:
        """A list or a dict; a few that hold each other several times stand for more than there is time for."""
        _refuse(_weight(value, {}) > VALUE_SIZE)
        return value


def _guard(node: nodes.Node) -> None:
    """Each `~` through `_concat`, each list, tuple and dict that is made through `_light`."""
    for field, value in node.iter_fields():
        if isinstance(value, list):
            setattr(node, field, [_guarded(item) for item in value])
        else:
            setattr(node, field, _guarded(value))


def _guarded(value: Any) -> Any:
    if not isinstance(value, nodes.Node):
        return value
    _guard(value)
    if isinstance(value, nodes.Concat):
        return _filtered(nodes.List(value.nodes, lineno=value.lineno), "_concat")
    if isinstance(value, nodes.List | nodes.Dict) or (isinstance(value, nodes.Tuple) and value.ctx == "load"):
        return _filtered(value, "_light")
    return value


def _filtered(value: nodes.Expr, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, list(args), [], None, None, lineno=value.lineno)


def _refuse(too_large: bool) -> None:
    if too_large:
        raise LimitError("The template makes a value that is too large")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | Mapping) else 0


def _bits(value: Any) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _weight(value: Any, known: dict[int, int]) -> int:
    """How many values there are in a value, those that are in it twice counted twice."""
    if not isinstance(value, list | tuple | Mapping):
        return 1
    if id(value) not in known:
        items = value.values() if isinstance(value, Mapping) else value
        known[id(value)] = 1 + sum(_weight(item, known) for item in items)
    return known[id(value)]
