"""What the demo router writes: its hello, its replies, and the ways in which they are wrong.

An early release puts no blank between attributes, quotes the namespace with backslashes and has the wrong one; it
answers a filter for text without indentation.  A later one (`whole`) sends well-formed XML.  Does not live here: what
is answered (`cisco`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from netconf_gui.config.cli_text import Line, render
from netconf_gui.protocol.xml import NS_BASE

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:writeable-running:1.0",
    "urn:ietf:params:netconf:capability:rollback-on-error:1.0",
    "urn:ietf:params:netconf:capability:startup:1.0",
    "urn:ietf:params:netconf:capability:url:1.0",
    "urn:cisco:params:netconf:capability:pi-data-model:1.0",
    "urn:cisco:params:netconf:capability:notification:1.0",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One command that was refused: its number in the request, from 1, the sections around it and why."""

    number: int
    command: str
    reason: str
    path: tuple[str, ...] = ()


def hello(session_id: int, *, whole: bool) -> bytes:
    """An early release names no namespace."""
    listed = "".join(f"\n  <capability>{uri}</capability>" for uri in CAPABILITIES)
    namespace = f' xmlns="{NS_BASE}"' if whole else ""
    text = f"<hello{namespace}><capabilities>{listed}\n</capabilities><session-id>{session_id}</session-id></hello>"
    return (DECLARATION + text).encode()


def reply(message_id: str | None, content: str, *, whole: bool) -> bytes:
    """A reply around `content`, which is XML."""
    number = f" message-id={quoteattr(message_id)}" if message_id is not None else ""
    start = f'{number} xmlns="{NS_BASE}"' if whole else f'{number}xmlns="\\urn:ietf:params:netconf:base:1.0\\"'
    if not number and not whole:
        start = f" {start}"
    return f"{DECLARATION}<rpc-reply{start}>\n{content}\n</rpc-reply>".encode()


def error(tag: str, message: str, *, kind: str = "protocol", info: str = "") -> str:
    """One rpc-error."""
    return (
        f"  <rpc-error><error-type>{kind}</error-type><error-tag>{tag}</error-tag>"
        f'<error-severity>error</error-severity><error-message xml:lang="en">{escape(message)}</error-message>'
        f"{f'<error-info>{info}</error-info>' if info else ''}</rpc-error>"
    )


def refusals(found: Sequence[Refusal], *, detailed: bool) -> str:
    """What is wrong with commands: the terminal's words, or (`netconf detailed-error`) the commands themselves."""
    if not detailed:
        said = "\n".join(f"**CLI Line # {one.number}: {one.reason}" for one in found)
        return error("operation-failed", said)
    items = "".join(
        f"<bad-cli><bad-command>{escape(one.command)}</bad-command><error-location>{len(one.command.split()[0])}"
        f"</error-location><parser-response>{escape(one.reason)}</parser-response>"
        f"<parser-context>{escape(' / '.join(one.path))}</parser-context></bad-cli>"
        for one in found
    )
    info = f"<severity>error_cli</severity><detail>{items}</detail>"
    return error("operation-failed", "Device refused one or more commands", kind="application", info=info)


def block(lines: Sequence[Line] | str) -> str:
    """The whole configuration as one block."""
    text = lines if isinstance(lines, str) else render(lines)
    return f"  <data><cli-config-data-block>{escape(text)}</cli-config-data-block></data>"


def commands(lines: Sequence[Line], *, whole: bool) -> str:
    """Commands one by one; an early release writes them below each other, without saying what is in what."""
    rows = [row.strip() for row in render(lines).splitlines() if row.strip() not in ("!", "exit-address-family")]
    if whole:
        listed = "\n".join(f"<cmd>{escape(row)}</cmd>" for row in rows)
        return f"  <data><cli-config-data>{listed}</cli-config-data></data>"
    listed = "".join(f"  {escape(row)}\n" for row in rows)
    return f"  <data><cli-config-data>\n{listed}  </cli-config-data></data>"


def as_xml(lines: Sequence[Line]) -> str:
    """`config-format-xml`: the words of a command as elements."""
    inside = "".join(_element(line) for line in lines)
    return (
        '  <data><xml-config-data><Device-Configuration xmlns="urn:cisco:xml-pi">'
        f"{inside}</Device-Configuration></xml-config-data></data>"
    )


def _element(line: Line) -> str:
    first, *rest = line.text.split()
    negated = first == "no" and bool(rest)
    if negated:
        first, *rest = rest
    name = first if re.fullmatch(r"[A-Za-z_][\w.-]*", first) else "X-Interface"
    operation = ' operation="delete"' if negated else ""
    params = "".join(f"<Param>{escape(word)}</Param>" for word in rest)
    body = f"<Body>{escape(line.body)}</Body>" if line.body is not None else ""
    inside = "".join(_element(child) for child in line.children)
    wrapped = f"<ConfigBlock>{inside}</ConfigBlock>" if inside else ""
    return f"<{name}{operation}>{params}{body}{wrapped}</{name}>"
