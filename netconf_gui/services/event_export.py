"""Notifications for other programs: as XML, JSON or CSV, secrets masked.

Lives here: one event in each of the forms, and `export`, which writes many.  Does not live here: which ones.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from netconf_gui.cancel import CancelToken
from netconf_gui.services.notifications import Event
from netconf_gui.session.redact import mask_text, redact

_COLUMNS = ("time", "received", "device", "stream", "severity", "kind", "module", "name", "path", "text")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportForm(StrEnum):
    """The forms: a `<notification>` a line, a JSON array, a table."""

    XML = "xml"
    JSON = "json"
    CSV = "csv"


def export(
    events: Iterable[Event],
    form: ExportForm,
    write: Callable[[bytes], object],
    *,
    cancel: CancelToken | None = None,
) -> int:
    """Write events one after the other; returns how many.  Raises `Cancelled`, and what `write` raises."""
    count = 0
    if form is ExportForm.CSV:
        write(_csv(_COLUMNS))
    elif form is ExportForm.JSON:
        write(b"[")
    for event in events:
        if cancel is not None:
            cancel.check()
        if form is ExportForm.XML:
            line = as_xml_line(event)
            if not line:
                continue
            write(line.encode() + b"\n")
        elif form is ExportForm.CSV:
            facts = as_json(event)
            write(_csv([_cell(str(facts[name])) for name in _COLUMNS]))
        else:
            write(b",\n" if count else b"\n")
            write(json.dumps(as_json(event), ensure_ascii=False).encode("utf-8", "replace"))
        count += 1
    if form is ExportForm.JSON:
        write(b"\n]\n")
    return count


def as_json(event: Event) -> dict[str, Any]:
    """An event as plain data; the notification itself is `xml`."""
    return {
        "time": event.time,
        "received": datetime.fromtimestamp(event.received, UTC).isoformat(timespec="milliseconds"),
        "device": event.device,
        "stream": event.stream,
        "severity": event.severity.value,
        "kind": event.kind.value,
        "module": event.module,
        "name": event.name,
        "path": mask_text(event.path),
        "text": event.text,
        "replayed": event.replayed,
        "xml": redact(event.xml),
    }


def as_xml_line(event: Event) -> str:
    """The notification on one line; "" for what the program itself says."""
    text = redact(event.xml)
    # within text a line break can be written as a reference; between elements it is nothing but blank
    return text.replace("\r\n", "\n").replace("\n", "&#10;").strip() if "\n" in text else text


def _csv(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
