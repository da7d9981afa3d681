"""Texts for Ansible: YAML without a library, and XML in which secrets are variables.

Lives here: `yaml_of`, `as_template`, `Secrets`.  Does not live here: what the files hold (`ansible`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from netconf_gui.protocol.xml import copy_element, local_name, serialize
from netconf_gui.session.redact import is_secret_name, mask_text

_JINJA = re.compile(r"\{\{|\{%|\{#")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_WORDS = frozenset("y n yes no on off true false null none".split())
_MARK = "netconf-secret-%d-mark"
_MARKS = re.compile(r"netconf-secret-(\d+)-mark")


class Template(str):
    """Text that Ansible is to fill in; all other text stays as it is."""

    __slots__ = ()


class Secrets:
    """The secret values of all edits, each under one name; the values themselves are written nowhere."""

    def __init__(self) -> None:
        self._number_of: dict[str, int] = {}

    @staticmethod
    def is_secret(element: etree._Element) -> bool:
        """Whether a leaf's name, the name of a node above it, or the look of its value says that it is a secret."""
        above = (element, *element.iterancestors())
        if any(is_secret_name(local_name(one)) for one in above):
            return True
        text = element.text or ""
        return mask_text(text) != text

    def number(self, value: str) -> int:
        """The number under which a value is asked for, from 1."""
        return self._number_of.setdefault(value, len(self._number_of) + 1)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables of the environment that give the values."""
        return tuple(f"NETCONF_SECRET_{number}" for number in self._number_of.values())

    def variables(self) -> str:
        """The Ansible variables, as YAML; a vault file given with -e comes before them."""
        names = [f"netconf_secret_{number}" for number in self._number_of.values()]
        lines = [f"{name}: \"{{{{ lookup('ansible.builtin.env', '{name.upper()}') }}}}\"\n" for name in names]
        listed = ", ".join(f'"{{{{ {name} }}}}"' for name in names)
        return "".join(lines) + f"netconf_secrets: [{listed}]\n"


def as_template(config: etree._Element, secrets: Secrets) -> str:
    """A `<config>` as a Jinja2 template that gives it again, with a variable for each secret."""
    copy = copy_element(config)
    for element in copy.iter(etree.Element):
        if not len(element) and (element.text or "").strip() and secrets.is_secret(element):
            element.text = _MARK % secrets.number(element.text or "")
        for name in ("key", "value"):  # of insert: the neighbour in a list that the user orders
            for attribute in tuple(map(str, element.attrib)):
                given = str(element.attrib[attribute])
                if attribute.rpartition("}")[2] == name and mask_text(given) != given:
                    element.attrib[attribute] = _MARK % secrets.number(given)
    text = serialize(copy, pretty=True).decode()
    text = _JINJA.sub(lambda match: "{{ '" + match.group() + "' }}", text)
    return _MARKS.sub(lambda match: "{{ netconf_secret_" + match[1] + " | e }}", text)


def yaml_of(value: Mapping[str, object]) -> str:
    """A document of maps, lists, texts, numbers and truths."""
    return "---\n" + "".join(_lines(value, 0))


def _lines(value: Mapping[str, object], depth: int) -> list[str]:
    found: list[str] = []
    pad = "  " * depth
    for key, one in value.items():
        name = f"{pad}{_scalar(key)}:"
        if isinstance(one, Mapping):
            found.extend([f"{name}\n", *_lines(one, depth + 1)] if one else [f"{name} {{}}\n"])
        elif isinstance(one, Sequence) and not isinstance(one, str):
            items = [_flow(item) for item in one]
            found.append(f"{name} []\n" if not items else f"{name}\n")
            found.extend(f"{pad}  - {item}\n" for item in items)
        else:
            found.append(f"{name} {_scalar(one)}\n")
    return found


def _flow(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_flow(item) for item in value)}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    quoted = '"' + "".join(_escaped(char) for char in text) + '"'
    return f"!unsafe {quoted}" if _JINJA.search(text) and not isinstance(value, Template) else quoted


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    code = ord(char)
    if char.isprintable():
        return char
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"
