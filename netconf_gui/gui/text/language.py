"""The two languages of a document's text, XML and JSON, each with all that a text view asks of it.

Lives here: which function does what, in one record a language; what a worker runs on a replica of the document.  No Qt.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import Binder
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit
from netconf_gui.config.json_codec import from_json, to_json
from netconf_gui.config.json_text import line_and_column, syntax_error, tokens
from netconf_gui.config.json_values import ModuleNames
from netconf_gui.config.textedit import text_edit
from netconf_gui.config.treediff import compare_trees
from netconf_gui.errors import ConfigError
from netconf_gui.gui.text import json_scan, xml_scan
from netconf_gui.gui.text.binding import TextBinding
from netconf_gui.gui.text.complete_json import complete_json
from netconf_gui.gui.text.complete_xml import closing_tag, complete_xml
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.gui.text.proposals import Proposal
from netconf_gui.gui.xml_text import document_text, root_text
from netconf_gui.yang.schema import Schema

Complete = Callable[[Outline, int, Document, TextBinding], list[Proposal]]


@dataclass(frozen=True, slots=True)
class Language:
    """`write` gives a document's text, `read` the command that a text means, None if it says the same.

    Texts of up to `at_once` characters are quick enough for the thread that shows them.  `read` and `format` raise
    `ConfigError` where the text is broken.  `write` and `read` may run on a replica.
    """

    key: str
    title: str
    at_once: int
    write: Callable[[Document], str]
    read: Callable[[str, Document], Edit | None]
    scan: Callable[[str, Schema | None, tuple[tuple[str, str], ...]], Outline]
    text_of: Callable[[Outline, Part], str]
    complete: Complete
    closing: Callable[[Outline, int], str]
    format: Callable[[str], str]


def known_names(document: Document) -> tuple[tuple[str, str], ...]:
    """Names (module, namespace) that the document uses for namespaces that its schema does not know."""
    names = ModuleNames(document.schema)
    found = []
    for top in document.root.iterchildren(etree.Element):
        namespace = etree.QName(top).namespace or ""
        if namespace and document.binder.schema_node(top) is None:
            found.append((names.module(namespace), namespace))
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------------- XML


def _write_xml(document: Document) -> str:
    return document_text(document).decode("utf-8")


def _read_xml(text: str, document: Document) -> Edit | None:
    return text_edit(document, codec.read(text.encode(), name="The text").root)


def _format_xml(text: str) -> str:
    return root_text(codec.read(text.encode(), name="The text").root).decode("utf-8")


XML = Language(
    "xml", "XML", 250_000, _write_xml, _read_xml, lambda text, _schema, _known: xml_scan.scan_xml(text),
    xml_scan.text_of, complete_xml, closing_tag, _format_xml,
)  # fmt: skip


def _read_request(text: str, document: Document) -> Edit | None:
    return text_edit(document, codec.read_request(text.encode()))


def _format_request(text: str) -> str:
    return root_text(codec.read_request(text.encode())).decode("utf-8")


REQUEST = replace(XML, read=_read_request, format=_format_request)
"""An rpc or action as text: whatever its name, it is what it says."""


# --------------------------------------------------------------------------------------------------------------- JSON


def _write_json(document: Document) -> str:
    return to_json(document.root, document.schema)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the JSON of a document says: what JSON cannot hold (attributes without a namespace) is left out."""

    root: etree._Element
    binder: Binder


def _read_json(text: str, document: Document) -> Edit | None:
    names = ModuleNames(document.schema)
    before = from_json(to_json(document.root, document.schema, names=names), document.schema, names=names)
    root = from_json(text, document.schema, names=names)
    if not compare_trees(document.binder, document.root, before):
        return text_edit(document, root, comments=False)
    # compare with what was shown, so that what JSON could not show is not taken for deleted
    return text_edit(_Shown(before, document.binder), root, comments=False)


def _format_json(text: str) -> str:
    """The same pieces, a member or item a line."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise syntax_error(text, error, "The text") from None
    except (ValueError, RecursionError) as error:
        line, column = line_and_column(text, 0)
        raise ConfigError(f"The text is not JSON: {error}", line=line, column=column) from None
    out: list[str] = []
    depth = 0
    before = ""
    for token in tokens(text):
        piece = token.text
        if piece in "}]":
            depth -= 1
            out.append(piece if before in ("{", "[") else f"\n{'  ' * depth}{piece}")
        elif piece == ":":
            out.append(": ")
        elif piece == ",":
            out.append(",")
        else:
            out.append(f"\n{'  ' * depth}{piece}" if before in ("{", "[", ",") else piece)
            depth += piece in "{["
        before = piece
    return "".join(out) + "\n"


def _scan_json(text: str, schema: Schema | None, known: tuple[tuple[str, str], ...]) -> Outline:
    return json_scan.scan_json(text, ModuleNames(schema, dict(known)))


JSON = Language(
    "json", "JSON", 80_000, _write_json, _read_json, _scan_json, json_scan.text_of,
    complete_json, lambda _outline, _offset: "", _format_json,
)  # fmt: skip
