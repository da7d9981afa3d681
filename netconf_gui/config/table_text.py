"""Tables as text: CSV as RFC 4180 has it, and what spreadsheets put into the clipboard (TSV).

Lives here: writing and reading rows of texts.  Does not live here: what the texts mean (`table_paste`).

Values are written raw: a text that begins with ``=`` is a formula to a spreadsheet that opens the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from netconf_gui.errors import ConfigError

MOST_CELLS = 5_000_000

Rows = list[list[str]]


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180: commas, CRLF after every row, quotes where they are needed."""
    return "".join(f"{','.join(_quoted(row, ','))}\r\n" for row in rows)


def to_tsv(rows: Iterable[Sequence[str]]) -> str:
    """Tabs between, a newline after every row; cells with tabs, newlines or quotes are quoted as spreadsheets do."""
    return "".join("\t".join(_quoted(row, "\t")) + "\n" for row in rows)


def _quoted(row: Sequence[str], separator: str) -> list[str]:
    found = [
        '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ('"', "\n", "\r", separator)) else text
        for text in row
    ]
    # a row of one empty cell would be an empty line, which is no row
    return ['""'] if found == [""] else found


def separator_of(text: str) -> str:
    """Tab, comma or semicolon: a tab anywhere outside quotes says tab, else what the first line has most of."""
    first = _outside_quotes(text[:200_000])
    if "\t" in first:
        return "\t"
    line = first.splitlines()[0] if first.splitlines() else ""
    return ";" if line.count(";") > line.count(",") else ","


def _outside_quotes(text: str) -> str:
    return re.sub(r'(?:^|(?<=[\t,;\n\r]))"(?:[^"]++|"")*+"', "", text)


def read_table(text: str, separator: str = "") -> Rows:
    """Rows of a text; blank lines are left out, short rows stay short.

    A cell is quoted only if its quotes end where a cell ends: spreadsheets copy lone quotes as they are.  Raises
    `ConfigError` for far too many cells.
    """
    text = text.removeprefix("\ufeff")
    separator = separator or separator_of(text)
    mark = re.escape(separator)
    quoted = re.compile(rf'"((?:[^"]++|"")*+)"(?={mark}|\r|\n|\Z)')
    plain = re.compile(rf"[^{mark}\r\n]*+")
    rows: Rows = []
    row: list[str] = []
    at, length, count = 0, len(text), 0
    only_blank = True
    while at < length:
        match = quoted.match(text, at)
        if match is not None:
            row.append(match.group(1).replace('""', '"'))
            only_blank = False
        else:
            match = plain.match(text, at)
            assert match is not None
            row.append(match.group())
            only_blank = only_blank and not match.group()
        at = match.end()
        count += 1
        if count > MOST_CELLS:
            raise ConfigError(f"The table has more than {MOST_CELLS:,} cells.", advice="Paste it in parts.")
        if text[at : at + 1] == separator:
            at += 1
            if at == length:
                row.append("")
            else:
                continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        if len(row) > 1 or not only_blank:
            rows.append(row)
        row, only_blank = [], True
    return rows
