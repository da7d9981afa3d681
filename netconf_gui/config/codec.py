"""Configurations in and out of files: what people save, devices answer and scripts write, brought to one wrapper.

Lives here: `read`, `read_fragment`, `write`, `top_level`.  Does not live here: parsing itself (`protocol.xml`), JSON
(`json_codec`), opening files.

The wrapper is `<config>` in the base namespace.  A file may hold `<config>`, `<data>`, a whole `<rpc-reply>`, an
`<edit-config>`, or one or several top-level nodes without anything around them; with a schema also RFC 7951 JSON.
Comments are kept, those around the root element inside the wrapper.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.config.comments import settle
from netconf_gui.config.json_codec import from_json
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.xml import (
    DECLARATION,
    NS_BASE,
    NS_NMDA,
    local_name,
    namespace_of,
    new_parser,
    parse_with,
    qn,
    serialize,
)
from netconf_gui.yang.schema import Schema

CONFIG = qn(NS_BASE, "config")

OnBytes = Callable[[int], object]
"""Hears how much of a text has been parsed; what it raises ends the parsing."""

_WRAPPING = ("config", "data")
_WRAPPER_NAMESPACES = frozenset({"", NS_BASE, NS_NMDA, "http://tail-f.com/ns/config/1.0"})
_ENVELOPES = frozenset({"rpc-reply", "rpc", "edit-config", "edit-data", "copy-config", "source"})
_OTHER_MESSAGES = frozenset({"hello", "notification"})
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*\?>)?")
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_RPC = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*\?>)?\s*<(?:[\w.-]+:)?rpc[\s>]")
_SAVE_AS_UTF8 = "Save it in UTF-8."
_OPEN = b'<nc:config xmlns:nc="' + NS_BASE.encode() + b'">'
_CLOSE = b"</nc:config>"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held: the wrapper, and in what it was wrapped.

    `kind` is config, data, rpc-reply, edit-config, bare, or json.
    """

    root: etree._Element
    kind: str


def is_json(data: bytes) -> bool:
    """True for a text that begins as JSON does."""
    head = data[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read(data: bytes, *, name: str = "", schema: Schema | None = None, on_bytes: OnBytes | None = None) -> Content:
    """The configuration in a text; JSON needs a schema.  `on_bytes` hears how much XML has been parsed.

    Raises `ConfigError`, with line and column where XML or JSON is broken, and in words for what is no configuration
    at all (empty, binary, HTML, YANG, other NETCONF messages).
    """
    what = name or "The text"
    if is_json(data):
        return Content(from_json(data, schema, name=what), "json")
    data = _as_utf8(data, what)
    _refuse_others(data, what)
    try:
        root = _parse(data, on_bytes)
        found = None if root is None else _unwrapped(root, what)
        if found is None:
            # read again inside a wrapper: moving a tree loses declarations of prefixes that only values use
            found = Content(_parse_wrapped(data, on_bytes), "bare")
    except MalformedMessage as error:
        raise _config_error(error, what) from None
    return found


def read_root(
    data: bytes, *, name: str = "", schema: Schema | None = None, on_bytes: OnBytes | None = None
) -> etree._Element:
    """As `read`, the wrapper alone; a text without anything in it is an empty configuration."""
    if not data.strip():
        return empty()
    return read(data, name=name, schema=schema, on_bytes=on_bytes).root


def read_request(data: bytes, *, name: str = "") -> etree._Element:
    """A request in a wrapper, as it stands: one rpc or `<action>`, with or without `<rpc>` around it.

    Raises `ConfigError`, with line and column where the XML is broken.
    """
    what = name or "The request"
    data = _as_utf8(data, what)
    try:
        root = _tree(data) if _RPC.match(data) else None
        if root is not None and root.tag == qn(NS_BASE, "rpc"):
            wrapper = _as_config(root)
            wrapper.text = None
            return wrapper
        return _parse_wrapped(data, None)
    except MalformedMessage as error:
        raise _config_error(error, what) from None


def empty() -> etree._Element:
    """A wrapper with nothing in it."""
    return etree.Element(CONFIG, nsmap={"nc": NS_BASE})


def read_fragment(xml: str | bytes) -> etree._Element:
    """One element from text, white space between elements left out.  Raises `ConfigError`."""
    data = xml.encode() if isinstance(xml, str) else xml
    try:
        return _tree(data)
    except MalformedMessage as error:
        raise _config_error(error, "The element") from None


def write(root: etree._Element, *, pretty: bool = True) -> bytes:
    """The wrapper as a whole document with declaration and final newline."""
    return DECLARATION + b"\n" + serialize(root, pretty=pretty).rstrip() + b"\n"


def top_level(root: etree._Element, *, pretty: bool = True) -> bytes:
    """The top-level nodes one after the other, without wrapper: what people paste elsewhere."""
    return b"".join(serialize(child, pretty=pretty).rstrip() + b"\n" for child in elements(root))


def _tree(data: bytes, on_bytes: OnBytes | None = None) -> etree._Element:
    """The root element without white space between elements, values in one piece."""
    root = parse_with(new_parser(remove_blank_text=True), data, on_bytes)
    return settle(root) if b"<!--" in data or data.find(b"<?", 1) > 0 else root


def _parse(data: bytes, on_bytes: OnBytes | None) -> etree._Element | None:
    """The root element; None if there are several."""
    try:
        return _tree(data, on_bytes)
    except MalformedMessage as error:
        if "Extra content at the end" in error.message:
            return None
        raise


def _parse_wrapped(data: bytes, on_bytes: OnBytes | None) -> etree._Element:
    """Top-level nodes with nothing around them, in a wrapper; lines and columns are those of `data`."""
    head = _HEAD.match(data)
    start = head.end() if head else 0
    skipped = data.count(b"\n", 0, start)
    wrapped = b"\n" * skipped + _OPEN + data[start:] + _CLOSE
    try:
        return _tree(wrapped, on_bytes)
    except MalformedMessage as error:
        if error.line == 1 + skipped:
            error.column = max(0, error.column - len(_OPEN))
        raise


def _unwrapped(root: etree._Element, what: str) -> Content | None:
    """The wrapper in a document with one root element; None if the root is a top-level node itself."""
    name, namespace = local_name(root), namespace_of(root)
    if name in _WRAPPING and namespace in _WRAPPER_NAMESPACES:
        return Content(_as_config(root), name)
    if name in _OTHER_MESSAGES and _is_netconf(namespace):
        raise ConfigError(f"{what} holds a NETCONF <{name}>, not a configuration.")
    if name in _ENVELOPES and namespace in (NS_BASE, NS_NMDA, ""):
        inner = _inner(root)
        if inner is None:
            raise ConfigError(
                f"{what} holds a NETCONF <{name}> without <data> or <config>: there is no configuration in it.",
                advice="Save the reply of a get-config, or the configuration alone.",
            )
        kind = "rpc-reply" if name == "rpc-reply" else "edit-config"
        return Content(_as_config(read_fragment(serialize(inner))), kind)
    return None


def _is_netconf(namespace: str) -> bool:
    return namespace == NS_BASE or namespace.startswith("urn:ietf:params:xml:ns:netconf:")


def _inner(root: etree._Element) -> etree._Element | None:
    """The `<data>` or `<config>` inside nothing but envelopes."""
    for child in elements(root):
        name = local_name(child)
        if name in _WRAPPING and namespace_of(child) in _WRAPPER_NAMESPACES:
            return child
        found = _inner(child) if name in _ENVELOPES else None
        if found is not None:
            return found
    return None


def _as_config(root: etree._Element) -> etree._Element:
    if root.tag != CONFIG:
        root.tag = CONFIG
    for attribute in list(root.attrib):
        del root.attrib[attribute]
    for comment in list(root.itersiblings(preceding=True)):
        root.insert(0, comment)
    for comment in list(root.itersiblings()):
        root.append(comment)
    return root


def _config_error(error: MalformedMessage, what: str) -> ConfigError:
    message = error.message
    for opening in ("The message", "message"):
        if message.startswith(opening):
            message = what + message[len(opening) :]
            break
    return ConfigError(message, line=error.line or 0, column=error.column or 0, advice=error.advice)


def _as_utf8(data: bytes, what: str) -> bytes:
    """A text of another encoding, by its byte-order mark or declaration, in UTF-8 without declaration."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    declared = _DECLARED.match(data)
    if not encoding and declared is not None:
        encoding = declared.group(1).decode("ascii")
    if not encoding or encoding.lower().replace("_", "-") in ("utf-8", "utf8", "us-ascii", "ascii"):
        return data
    try:
        text = data.decode(encoding)
    except LookupError:
        raise ConfigError(f"{what} is in the encoding {encoding}, which is not known.", advice=_SAVE_AS_UTF8) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{what} is not in the encoding that it declares, {encoding}: {error.reason}.", advice=_SAVE_AS_UTF8
        ) from None
    # line breaks stay, so that lines can still be told
    return _DECLARATION.sub(lambda match: "\n" * match.group().count("\n"), text.lstrip("\ufeff"), count=1).encode()


def _refuse_others(data: bytes, what: str) -> None:
    """Say what a file is that is no XML at all."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.strip():
        raise ConfigError(f"{what} is empty: there is no configuration in it.")
    if b"\0" in data[:4096]:
        raise ConfigError(f"{what} is binary data, not XML.", advice="Open a text file with XML in it.")
    lowered = start[:64].lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        raise ConfigError(f"{what} is an HTML page, not a configuration.")
    if re.match(rb"(?:sub)?module\s+[\w.-]+\s*\{", start):
        raise ConfigError(
            f"{what} is a YANG module, not a configuration.", advice="Open the configuration it describes."
        )
    if not start.startswith(b"<"):
        raise ConfigError(f"{what} is not XML: it does not begin with '<'.", line=1, column=1)
