"""Requests and replies of Cisco IOS before YANG: the text of the command line inside RFC 4741.

Lives here: builders for get-config with a filter for text, for edit-config with commands, and the reading of what comes
back, data and errors.  Does not live here: what the text means (`config.cli_text`), sending (`session.cli`).

Its elements are those of the base namespace, which is how such devices read and write them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from netconf_gui.errors import MalformedMessage, RpcError
from netconf_gui.protocol.operations import Operation, edit_config, get_config
from netconf_gui.protocol.xml import NS_BASE, child_named, local_name, new_element, parse, qn

TextFormat = Literal["cmd", "block", "xml"]
FORMATS: dict[str, str] = {
    "cmd": "config-format-text-cmd",
    "block": "config-format-text-block",
    "xml": "config-format-xml",
}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CLI_LINE = re.compile(r"\*\*CLI Line # (\d+):\s*(.*)")


def get_text(datastore: str, *, spec: str = "", form: TextFormat | None = None) -> Operation:
    """get-config; `spec` is what would be typed behind `show running-config`, such as "interface Loopback113".

    Without `form` there is no filter at all: the device answers with the whole text as one block.
    """
    if form is None and not spec:
        return get_config(datastore)
    wanted = _element(FORMATS[form or "cmd"])
    if spec:
        etree.SubElement(wanted, qn(NS_BASE, "text-filter-spec")).text = spec
    filter_ = _element("filter")
    filter_.append(wanted)
    # the filter of such devices has no type attribute
    operation = get_config(datastore, filter_)
    return _plain(Operation(operation.name, operation.text.replace(b' type="subtree"', b"", 1)))


def edit_text(
    commands: Sequence[str], *, block: bool = False, error_option: str | None = "rollback-on-error"
) -> Operation:
    """edit-config of running with these commands, one element each or all as one block of text."""
    config = _element("config")
    if block:
        data = etree.SubElement(config, qn(NS_BASE, "cli-config-data-block"))
        data.text = _as_xml("\n".join(commands) + "\n")
    else:
        data = etree.SubElement(config, qn(NS_BASE, "cli-config-data"))
        for command in commands:
            etree.SubElement(data, qn(NS_BASE, "cmd")).text = _as_xml(command)
    return _plain(edit_config("running", config, error_option=error_option))


def _plain(operation: Operation) -> Operation:
    """The namespace named once, at the operation, as such devices show it in their own examples."""
    named = f' xmlns="{NS_BASE}"'.encode()
    first, _, rest = operation.text.partition(named)
    return Operation(operation.name, first + named + rest.replace(named, b""))


def _element(name: str) -> etree._Element:
    return new_element(qn(NS_BASE, name), {None: NS_BASE})


def _as_xml(text: str) -> str:
    """XML has no control characters; ^C is what people and devices write for the one that ends a banner."""
    return _NOT_IN_XML.sub("", text.replace("\x03", "^C"))


def text_of(data: etree._Element) -> str:
    """The text in the `<data>` of a reply, as one block, as lines, or command by command.

    Raises `MalformedMessage` if there is none.
    """
    for name in ("cli-config-data-block", "cli-config-data"):
        found = child_named(data, name)
        if found is not None:
            commands = [child for child in found if local_name(child) == "cmd"]
            if commands:
                return "".join(f"{(command.text or '').rstrip()}\n" for command in commands)
            return _margin(found.text or "")
    if not len(data) and not (data.text or "").strip():
        return ""
    raise MalformedMessage(
        "The device's reply holds no text of a configuration.",
        advice="Look at the reply in the wire view; the profile of the device may be the wrong one.",
    )


def _margin(text: str) -> str:
    """The text without the line break behind its start tag and the indentation before its end tag."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    return text.rstrip(" \t\n") + "\n" if text.strip() else ""


# ------------------------------------------------------------------------------------------------------------- errors


@dataclass(frozen=True, slots=True)
class CliError:
    """What a device said against one command: which (its number from 1, 0 if it is not told), and why."""

    number: int
    command: str
    reason: str

    @property
    def words(self) -> str:
        """ "command 2, “ip address”: % Incomplete command."."""
        what = f"“{self.command}”" if self.command else "a command"
        where = f"Command {self.number}, {what}" if self.number else what[0].upper() + what[1:]
        return f"{where}: {self.reason}{'' if self.reason.endswith(('.', '!', '?')) else '.'}"


def cli_errors(errors: Sequence[RpcError], commands: Sequence[str] = ()) -> tuple[CliError, ...]:
    """The commands that a device refused.

    There are two shapes: the terminal's own words, with the number of the line in front of each, in the error-message;
    and, where `netconf detailed-error` is set, the command itself inside error-info (`bad-cli`).
    """
    found: list[CliError] = []
    for error in errors:
        if error.is_warning:
            continue
        detailed = _detailed(error, commands)
        found.extend(detailed or _spoken(error, commands))
    return tuple(found)


def _detailed(error: RpcError, commands: Sequence[str]) -> list[CliError]:
    if b"bad-cli" not in error.info_xml and b"bad-command" not in error.info_xml:
        return []
    found = []
    for item in parse(error.info_xml).iter(etree.Element):
        if local_name(item) == "bad-cli":
            texts = {local_name(child): (child.text or "").strip() for child in item}
            command = texts.get("bad-command", "")
            reason = texts.get("parser-response") or (error.message or error.tag).strip()
            number = next((at for at, one in enumerate(commands, 1) if one.strip() == command), 0)
            found.append(CliError(number, command, " ".join(reason.split())))
    return found


def _spoken(error: RpcError, commands: Sequence[str]) -> list[CliError]:
    said: dict[int, list[str]] = {}
    for row in (error.message or "").splitlines():
        match = _CLI_LINE.match(row.strip())
        if match and match.group(2).strip(" ^"):
            said.setdefault(int(match.group(1)), []).append(match.group(2).strip())
    if not said:
        return [CliError(0, "", " ".join((error.message or error.tag).split()))]
    return [
        CliError(
            number, commands[number - 1].strip().partition("\n")[0] if number <= len(commands) else "", " ".join(rows)
        )
        for number, rows in said.items()
    ]
