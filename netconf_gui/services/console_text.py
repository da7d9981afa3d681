"""Requests as people write and keep them: placeholders such as ``{{interface}}``, and texts without secrets.

Lives here: which placeholders a text has, filling them in, taking secrets out before a request is kept.  Does not
live here: what a template may do (`template_sandbox`), the files (`workspace.console_history`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from netconf_gui.config.codec import read_request
from netconf_gui.config.document import Document
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import local_name, serialize
from netconf_gui.services.templates import render, variables_of
from netconf_gui.session.redact import MASK, is_secret_name, mask_text, redact
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

Judge = Callable[[bytes], tuple[Problem, ...]]

_OPEN = "{{"
_WORD = re.compile(r"[^A-Za-z0-9_]+")
_ABOUT_VALUES = frozenset({"type", "leafref", "instance", "must", "when", ""})


def has_placeholders(text: str) -> bool:
    """Whether something has to be filled in before the text can be sent."""
    return _OPEN in text


def placeholders(text: str) -> tuple[str, ...]:
    """The names that have to be filled in, in the order of the text; raises `ConfigError` where braces mean nothing."""
    if not has_placeholders(text):
        return ()
    found = variables_of(text, name="The request")
    return tuple(sorted(found, key=lambda name: _first(text, name)))


def _first(text: str, name: str) -> int:
    match = re.search(r"\{\{[^{}]*\b" + re.escape(name) + r"\b", text)
    return match.start() if match is not None else len(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, as XML wants values written; raises `ConfigError`."""
    return render(text, values, name="The request") if has_placeholders(text) else text


def request_text(request: etree._Element) -> str:
    """One request as it is shown and kept: indented, without `<rpc>` around it."""
    return serialize(request, pretty=True).decode().rstrip() + "\n"


def without_secrets(text: str) -> str:
    """A request as it may be kept: each secret has become a placeholder, to be asked for before it is sent again.

    A text that is no request is masked as messages in the wire view are.
    """
    try:
        root = read_request(text.encode())
    except ConfigError:
        return redact(text)
    used: dict[str, int] = {}
    for element in list(root.iter(etree.Element)):
        _clean(element, used)
    inside = [child for child in root if isinstance(child.tag, str)]
    return "".join(request_text(child) for child in inside)


def _clean(element: etree._Element, used: dict[str, int]) -> None:
    for name, value in list(element.attrib.items()):
        plain = MASK if is_secret_name(_local(str(name))) else mask_text(str(value))
        if plain != value:
            element.set(name, plain)
    for one in (element, *element.iterchildren(tag=etree.Comment)):
        text = one.text or ""
        if one is not element:
            one.text = mask_text(text)
        elif text.strip() and not has_placeholders(text) and _is_secret(element, text):
            element.text = f"{{{{ {_placeholder(element, used)} }}}}"


def _is_secret(element: etree._Element, text: str) -> bool:
    around = (element, *element.iterancestors())
    return any(is_secret_name(local_name(one)) for one in around) or mask_text(text) != text


def _placeholder(element: etree._Element, used: dict[str, int]) -> str:
    """A name for a secret, unlike those before it."""
    name = _WORD.sub("_", local_name(element)).strip("_") or "secret"
    name = name if not name[0].isdigit() else f"_{name}"
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}_{used[name]}"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def lenient(judge: Judge, schema: Schema | None) -> Judge:
    """A judge that says nothing about values that still are placeholders."""

    def judged(data: bytes) -> tuple[Problem, ...]:
        found = judge(data)
        if not found or _OPEN.encode() not in data:
            return found
        document = Document(data, schema)
        return tuple(one for one in found if not _about_placeholder(document, one))

    return judged


def _about_placeholder(document: Document, problem: Problem) -> bool:
    if problem.kind not in _ABOUT_VALUES or not problem.path:
        return False
    try:
        element = document.find(InstancePath.parse(problem.path, document.schema))
    except ConfigError:
        return False
    return element is not None and _OPEN in (element.text or "")
