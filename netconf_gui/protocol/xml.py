"""The one place where XML parsers are made, and the XML text that the program writes.

Lives here: hardened parsers (no DTD, no entities, no network, texts of any size), the check of what comes before
the root element, namespaces and names, serialised and canonical text.  Does not live here: what any element means.

RFC 6241, section 3: a DOCTYPE must not appear in NETCONF content, and messages are UTF-8.  libxml2 expands
entities in attribute values whatever it is told, so a DOCTYPE is refused on the bytes, before any parser sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from lxml import etree

from netconf_gui.errors import MalformedMessage

NS_BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
NS_NOTIF = "urn:ietf:params:xml:ns:netconf:notification:1.0"
NS_NETMOD_NOTIF = "urn:ietf:params:xml:ns:netmod:notification"
NS_NOTIFICATIONS = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
NS_MONITORING = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
NS_WITH_DEFAULTS = "urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"
NS_DEFAULT = "urn:ietf:params:xml:ns:netconf:default:1.0"
NS_YANG_LIB = "urn:ietf:params:xml:ns:yang:ietf-yang-library"
NS_NMDA = "urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"
NS_PRIVATE_CANDIDATE = "urn:ietf:params:xml:ns:yang:ietf-netconf-private-candidate"
NS_COMPARE = "urn:ietf:params:xml:ns:yang:ietf-nmda-compare"
NS_DATASTORES = "urn:ietf:params:xml:ns:yang:ietf-datastores"
NS_ORIGIN = "urn:ietf:params:xml:ns:yang:ietf-origin"
NS_YANG = "urn:ietf:params:xml:ns:yang:1"
NS_PARTIAL_LOCK = "urn:ietf:params:xml:ns:netconf:partial-lock:1.0"
NS_NACM = "urn:ietf:params:xml:ns:yang:ietf-netconf-acm"
NS_XML = "http://www.w3.org/XML/1998/namespace"

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'

PROLOG_LIMIT = 65536  # bytes allowed before the root element
PART = 1_000_000  # bytes between two reports of progress

ParseEvent: TypeAlias = Literal["start", "end", "start-ns", "end-ns", "comment", "pi"]

KINDS_OF_COMMENTS = (etree.Comment, etree.ProcessingInstruction)
"""What stands in a tree without being an element."""

_MARK = "netconf-gui-content"
_MARK_TEXT = etree.tostring(etree.ProcessingInstruction(_MARK))
_BOM = b"\xef\xbb\xbf"
_MISC = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ENCODING = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# in all of these, bytes below 128 are ASCII, which the check of the prolog relies upon
# how nearly every message begins: nothing there can hide a DOCTYPE
_USUAL = re.compile(rb"(?:<\?xml version=\"1\.0\" encoding=\"UTF-8\"\?>\s*+)?<[A-Za-z_]", re.IGNORECASE)
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"latin1", b"windows-1252"})
_OPENERS = (b"<!--", b"<!DOCTYPE", b"<?")


class Prolog(NamedTuple):
    """Where a document begins (after a byte-order mark and white space) and where its root element does."""

    begin: int
    root: int


def qn(namespace: str | None, name: str) -> str:
    """The name in Clark notation, as lxml wants it."""
    return f"{{{namespace}}}{name}" if namespace else name


def new_element(
    name: str, nsmap: Mapping[str | None, str] | None = None, attrib: Mapping[str, str] | None = None
) -> etree._Element:
    """A new root; `name` in Clark notation, None in `nsmap` is the default namespace."""
    return etree.Element(name, attrib=dict(attrib or {}), nsmap=cast("Any", dict(nsmap or {})))


def add_element(
    parent: etree._Element, name: str, text: str | None = None, nsmap: Mapping[str | None, str] | None = None
) -> etree._Element:
    """A new last child; `name` in Clark notation."""
    child = etree.SubElement(parent, name, nsmap=cast("Any", dict(nsmap) if nsmap else None))
    if text is not None:
        child.text = text
    return child


def copy_element(element: etree._Element) -> etree._Element:
    """A copy that keeps every prefix, those in scope from above included: values use them.

    lxml's own ways drop prefixes: a deepcopy those declared above, and `append` all that are bound a second time.
    """
    return etree.fromstring(serialize(element), new_parser())


def splice(root: etree._Element, holder: etree._Element, nodes: Iterable[etree._Element]) -> bytes:
    """The text of `root` with the text of `nodes` as last content of `holder`, which is empty and inside `root`.

    Every prefix of the nodes is kept, which `append` does not do; nodes without a namespace stay without one.
    """
    mark = etree.ProcessingInstruction(_MARK)
    holder.append(mark)
    try:
        text = serialize(root)
    finally:
        holder.remove(mark)
    return text.replace(_MARK_TEXT, b"".join(map(_standing_alone, nodes)), 1)


def _standing_alone(node: etree._Element) -> bytes:
    """Text that means the same below any default namespace."""
    text = serialize(node)
    if isinstance(node.tag, str) and node.tag[0] != "{":
        name = node.tag.encode()
        return b"<" + name + b' xmlns=""' + text[1 + len(name) :]
    return text


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; '' for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace_of(element: etree._Element) -> str:
    """The element's namespace; '' where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[0] == "{" else ""


def child_named(element: etree._Element, name: str) -> etree._Element | None:
    """The first child with that local name, in any namespace: what devices send is read liberally."""
    for child in element:
        if local_name(child) == name:
            return child
    return None


def new_parser(*, target: Any = None, remove_blank_text: bool = False) -> etree.XMLParser:
    """A parser without DTD, entities and network that takes texts and trees of any size.

    It does not refuse a DOCTYPE by itself: call `scan_prolog` on the first bytes, or use `parse`.
    """
    return etree.XMLParser(
        target=target,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=True,
        remove_blank_text=remove_blank_text,
        collect_ids=False,
    )


def new_pull_parser(events: tuple[ParseEvent, ...] = ("end",)) -> etree.XMLPullParser:
    """As `new_parser`, for reading element by element while bytes arrive."""
    return etree.XMLPullParser(
        events=events,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=True,
        collect_ids=False,
    )


def scan_prolog(data: bytes | bytearray, *, complete: bool = True, limit: int = PROLOG_LIMIT) -> Prolog | None:
    """Find the root element; refuse a DOCTYPE and encodings that could hide one.

    Returns None when `complete` is false and more bytes are needed to tell.  Raises `MalformedMessage`.
    """
    begin = 3 if data.startswith(_BOM) else 0
    while begin < len(data) and data[begin] in b" \t\r\n":
        begin += 1
    match = _MISC.match(data, begin)
    root = match.end() if match else begin
    ahead = bytes(data[root : root + 9])
    if len(ahead) >= 2 and ahead[0] == 0x3C and ahead[1] not in b"!?":
        _check_encoding(data, begin)
        return Prolog(begin, root)
    undecided = ahead == b"<" or any(opener.startswith(ahead) or ahead.startswith(opener) for opener in _OPENERS)
    if ahead.startswith(b"<!DOCTYPE"):
        raise MalformedMessage(
            "The message has a DOCTYPE, which RFC 6241 forbids; it was not read.",
            line=data.count(b"\n", 0, root) + 1,
            advice="Remove the DOCTYPE and the entities it defines.",
        )
    if undecided and not complete:
        if len(data) > limit:
            raise MalformedMessage(f"No root element within the first {limit:,} bytes of the message.")
        return None
    if not ahead:
        raise MalformedMessage("The message is empty: it has no root element.")
    raise MalformedMessage(
        f"The message is not XML: it begins with {ahead!r}.", line=data.count(b"\n", 0, root) + 1, column=1
    )


def _check_encoding(data: bytes | bytearray, begin: int) -> None:
    match = _ENCODING.match(data, begin)
    if match and match.group(1).lower() not in _ENCODINGS:
        name = match.group(1).decode("ascii")
        raise MalformedMessage(
            f"The message says that its encoding is {name}; NETCONF messages are UTF-8.",
            line=1,
            advice="Convert the text to UTF-8.",
        )


def malformed(error: etree.XMLSyntaxError, what: str = "The message") -> MalformedMessage:
    """The typed error for a parser's complaint, with line and column."""
    line, column = error.position if error.position else (error.lineno or 0, 0)
    text = re.sub(r"(, line \d+, column \d+)?( \(<string>, line \d+\))?$", "", str(error))
    text = text.removesuffix(", use XML_PARSE_HUGE option")  # it is on already: there is nothing to be done about it
    where = f" at line {line}, column {column}" if line else ""
    return MalformedMessage(f"{what} is not well-formed XML{where}: {text}.", line=line, column=column)


def parse_with(parser: etree.XMLParser, data: bytes, on_bytes: Callable[[int], object] | None = None) -> etree._Element:
    """Parse one whole document with a parser of `new_parser`.  Raises `MalformedMessage`.

    `on_bytes` is called with how much of it has been parsed, every MB; what it raises ends the parsing.
    """
    begin = 0
    if _USUAL.match(data) is None:
        prolog = scan_prolog(data)
        begin = prolog.begin if prolog else 0
    try:
        if on_bytes is not None:
            return _parse_in_parts(parser, data, begin, on_bytes)
        return etree.fromstring(data[begin:] if begin else data, parser)
    except etree.XMLSyntaxError as error:
        skipped = data.count(b"\n", 0, begin)
        fault = malformed(error)
        fault.line += skipped if fault.line else 0
        raise fault from None


def _parse_in_parts(
    parser: etree.XMLParser, data: bytes, begin: int, on_bytes: Callable[[int], object]
) -> etree._Element:
    start = begin
    while start < len(data):
        # cut behind a tag: what a parser takes for blank text depends on seeing all of it
        end = data.rfind(b">", start, start + PART) + 1 or data.find(b">", start) + 1 or len(data)
        parser.feed(data[start:end])
        on_bytes(end)
        start = end
    return parser.close()


def parse(data: bytes) -> etree._Element:
    """Parse one document from memory.

    Raises `MalformedMessage` with line and column; DOCTYPE and entities are refused.
    """
    return parse_with(new_parser(), data)


def parse_file(path: Path) -> etree._Element:
    """Parse one document from a file, without holding its text in memory.

    Raises `MalformedMessage` as `parse` does, and OSError.
    """
    parser = new_parser()
    with path.open("rb") as file:
        head = file.read(PROLOG_LIMIT + 16)
        prolog = scan_prolog(head, complete=len(head) < PROLOG_LIMIT)
        file.seek(prolog.begin if prolog else 0)
        try:
            return etree.parse(file, parser).getroot()
        except etree.XMLSyntaxError as error:
            raise malformed(error, what=path.name) from None


_NEEDS_CARE = etree.XPath(
    "boolean(.//comment() or .//processing-instruction() or .//*[*]/text() or .//text()[normalize-space() = ''])"
)
"""Whether white space is there already, or stands where it might become a value."""


def serialize(element: etree._Element, pretty: bool = False) -> bytes:
    """UTF-8 text of the element without declaration and tail; `pretty` indents a copy by two spaces."""
    if pretty:
        if not _NEEDS_CARE(element):
            # libxml2 does it alone: no copy of a large tree, and other threads go on meanwhile
            text = etree.tostring(element, encoding="utf-8", with_tail=False, pretty_print=True)
            return text[:-1] if text.endswith(b"\n") else text
        element = copy_element(element)
        indent(element)
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def indent(element: etree._Element) -> None:
    """Indent by two spaces; where there is nothing but comments no white space is put, which might become a value."""
    etree.indent(element, space="  ")
    for comment in element.iter(*KINDS_OF_COMMENTS):
        parent = comment.getparent()
        if parent is None or next(parent.iterchildren(etree.Element), None) is not None:
            continue
        if not (parent.text or "").strip():
            parent.text = None
        for child in parent:
            if not (child.tail or "").strip():
                child.tail = None


def canonical(element: etree._Element) -> bytes:
    """Text that is equal for equal content: attributes sorted, comments and insignificant white space left out.

    White space is insignificant where an element has element children.  Prefixes are kept as they are, since
    values may use them (identities, instance-identifiers).  Canonical XML 1.0, inclusive.
    """
    element = copy_element(element)
    for node in element.iter(etree.Element):
        if len(node):
            if node.text and not node.text.strip():
                node.text = None
            for child in node:
                if child.tail and not child.tail.strip():
                    child.tail = None
    return etree.tostring(element, method="c14n", with_comments=False)
