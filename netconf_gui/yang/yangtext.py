"""Reading the head of a YANG module: its name, revisions, imports, includes (RFC 7950, sections 6.1 and 7.1).

Lives here: a tokenizer for YANG text (comments, quoted strings, concatenation) and what needs no more than the head of
a module.  Does not live here: understanding its body, which is the engine's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from netconf_gui.errors import SchemaError

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
REVISION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_NAME = 200  # an identifier has no limit, a file name has
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def is_identifier(name: str) -> bool:
    """Whether a text from outside can be the name of a module (RFC 7950, section 6.2), so that it may go on."""
    return len(name) <= LONGEST_NAME and IDENTIFIER.fullmatch(name) is not None


def is_revision(text: str) -> bool:
    """Whether a text from outside has the form of a revision, YYYY-MM-DD."""
    return REVISION.fullmatch(text) is not None


def file_name(name: str, revision: str) -> str:
    """``name@revision.yang``; raises SchemaError for what could leave its folder or mean a device of the system."""
    if not is_identifier(name) or (revision and not is_revision(revision)):
        raise SchemaError(f"{name[:80]!r} at {revision[:20]!r} cannot be the name of a file.")
    if name.partition(".")[0].lower() in _RESERVED:
        name = f"_{name}"
    return f"{name}@{revision}.yang" if revision else f"{name}.yang"


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted"
    OPEN = "{"
    CLOSE = "}"
    END = ";"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: strings already unquoted and concatenated; `start` and `end` count characters of the text."""

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Import:
    """One `import` or `include`; `insert_at` is where a `revision-date` could be written into the text."""

    name: str
    revision: str | None = None
    prefix: str = ""
    insert_at: int = 0
    has_block: bool = False


@dataclass(frozen=True, slots=True)
class ModuleHead:
    """What the head of a module or submodule says; `revision` is the newest one, "" if there is none."""

    name: str
    is_submodule: bool
    revision: str = ""
    yang_version: str = "1"
    namespace: str = ""
    prefix: str = ""
    belongs_to: str = ""
    imports: tuple[Import, ...] = ()
    includes: tuple[Import, ...] = ()


# one alternative each: white space, comments, the two kinds of strings, punctuation, anything else up to a delimiter
_LEXEME = re.compile(
    r"""(?P<skip>[ \t\r\n\ufeff]+|//[^\r\n]*|/\*.*?\*/)
      |"(?P<double>(?:[^"\\]|\\.)*)"
      |'(?P<single>[^']*)'
      |(?P<punct>[{};])
      |(?P<word>(?:[^\s{};"'/]|/(?![/*]))(?:[^\s{};/]|/(?![/*]))*)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_PUNCTUATION = {"{": Kind.OPEN, "}": Kind.CLOSE, ";": Kind.END}

_HEAD_KEYWORDS = {"yang-version", "namespace", "prefix", "belongs-to", "import", "include"}
_HEAD_KEYWORDS |= {"organization", "contact", "description", "reference", "revision"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of YANG text.  Raises SchemaError where it cannot be YANG (an unterminated string or comment)."""
    pending: Token | None = None
    joining = False
    for token in lexemes(text):
        # "a" + 'b' is one string (section 6.1.3); a lone + between two strings is not a word
        if pending is not None and token.kind is Kind.WORD and token.text == "+":
            joining = True
            continue
        if joining and pending is not None and token.kind is Kind.QUOTED:
            pending = Token(Kind.QUOTED, pending.text + token.text, pending.start, token.end)
            joining = False
            continue
        if pending is not None:
            yield pending
            pending = None
        joining = False
        if token.kind is Kind.QUOTED:
            pending = token
        else:
            yield token
    if pending is not None:
        yield pending


def lexemes(text: str) -> Iterator[Token]:
    """As `tokens`, but strings that are put together with ``+`` are several."""
    at, end = 0, len(text)
    while at < end:
        match = _LEXEME.match(text, at)
        if match is None:
            line = text.count("\n", 0, at) + 1
            raise SchemaError(f"Not YANG: line {line} begins a string or comment that does not end.")
        group, start, at = match.lastgroup, at, match.end()
        if group == "skip":
            continue
        if group == "punct":
            yield Token(_PUNCTUATION[match["punct"]], match["punct"], start, at)
        elif group == "word":
            yield Token(Kind.WORD, match["word"], start, at)
        elif group == "single":
            yield Token(Kind.QUOTED, match["single"], start, at)
        else:
            yield Token(Kind.QUOTED, _unquote(match["double"], _column(text, start)), start, at)


def _column(text: str, at: int) -> int:
    """The column (0-based, tabs to 8) just behind the opening quote at `at`."""
    begin = text.rfind("\n", 0, at) + 1
    return len(text[begin:at].expandtabs(8)) + 1


def _unquote(raw: str, indent: int) -> str:
    """A double-quoted string's value: continuation lines lose their indentation, line ends their blanks."""
    if "\n" in raw:
        first, *rest = raw.split("\n")
        lines = [first.rstrip(" \t\r"), *(_strip_indent(line.rstrip(" \t\r"), indent) for line in rest[:-1])]
        raw = "\n".join([*lines, _strip_indent(rest[-1], indent)])
    if "\\" in raw:
        raw = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), raw, flags=re.DOTALL)
    return raw


def _strip_indent(line: str, indent: int) -> str:
    width = 0
    for index, letter in enumerate(line):
        if letter not in " \t" or width >= indent:
            return line[index:]
        width += 1 if letter == " " else 8 - width % 8
    return ""


@dataclass
class _Draft:
    """What `parse_head` has gathered so far."""

    values: dict[str, str] = field(default_factory=dict)
    revisions: list[str] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    includes: list[Import] = field(default_factory=list)


def parse_head(data: bytes | str) -> ModuleHead:
    """The head of a module or submodule.  Raises SchemaError if the text is not one.

    Heads are kept by the text's hash: a set is looked at more than once until it is compiled.
    """
    key = hashlib.blake2b(data if isinstance(data, bytes) else data.encode(), digest_size=16).digest()
    found = _heads.get(key)
    if found is None:
        found = _read_head(decode(data))
        if len(_heads) >= HEADS:
            _heads.clear()
        _heads[key] = found
    return found


HEADS = 8192
_heads: dict[bytes, ModuleHead] = {}


def _read_head(text: str) -> ModuleHead:
    stream = tokens(text)
    keyword = next(stream, None)
    name = next(stream, None)
    opening = next(stream, None)
    if keyword is None or name is None or opening is None or keyword.text not in ("module", "submodule"):
        raise SchemaError("Not YANG: the text does not begin with a module or submodule statement.")
    if not is_identifier(name.text):
        raise SchemaError(f"Not YANG: {name.text[:80]!r} cannot be the name of a module.")
    draft = _Draft()
    for token in stream:
        if token.kind is Kind.CLOSE:
            break
        # body statements come after the head (section 7.1's grammar); a prefixed keyword is an extension's
        if token.text not in _HEAD_KEYWORDS and ":" not in token.text:
            break
        _head_statement(token.text, stream, draft)
    return ModuleHead(
        name=name.text,
        is_submodule=keyword.text == "submodule",
        revision=max(draft.revisions, default=""),
        yang_version=draft.values.get("yang-version", "1"),
        namespace=draft.values.get("namespace", ""),
        prefix=draft.values.get("prefix", ""),
        belongs_to=draft.values.get("belongs-to", ""),
        imports=tuple(draft.imports),
        includes=tuple(draft.includes),
    )


def _head_statement(keyword: str, stream: Iterator[Token], draft: _Draft) -> None:
    argument, inner, end = _statement(stream)
    if keyword == "revision":
        if is_revision(argument):  # what is none is for the engine to complain about
            draft.revisions.append(argument)
    elif keyword in ("import", "include"):
        at = end.end if end.kind is Kind.OPEN else end.start
        found = Import(
            argument, inner.get("revision-date"), inner.get("prefix", ""), at, has_block=end.kind is Kind.OPEN
        )
        (draft.imports if keyword == "import" else draft.includes).append(found)
    elif keyword == "belongs-to":
        draft.values["prefix"] = inner.get("prefix", "")
        draft.values["belongs-to"] = argument
    else:
        draft.values.setdefault(keyword, argument)


def _statement(stream: Iterator[Token]) -> tuple[str, dict[str, str], Token]:
    """The rest of a statement whose keyword was read: argument, direct substatements, and its `{` or `;`."""
    argument, inner, depth, words = "", {}, 0, list[str]()
    opening: Token | None = None
    for token in stream:
        if token.kind in (Kind.WORD, Kind.QUOTED):
            if depth == 0:
                argument = token.text
            elif depth == 1:
                words.append(token.text)
            continue
        if depth == 1 and len(words) > 1:
            inner[words[0]] = words[1]
        if depth <= 1:
            words = []
        if token.kind is Kind.OPEN:
            opening = opening or token
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
        if depth == 0:
            return argument, inner, opening or token
    raise SchemaError("Not YANG: the text ends inside a statement.")


def decode(data: bytes | str) -> str:
    """YANG text is UTF-8 (RFC 7950, section 6); some devices send Latin-1 in descriptions, which is let pass."""
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def pin_imports(data: bytes, revisions: Mapping[str, str]) -> bytes:
    """The text with `revision-date` written into imports that name none, for the modules in `revisions`.

    Nothing else changes, line numbers included.
    """
    if not any(name.encode() in data for name in revisions):
        return data
    text = decode(data)
    try:
        imports = parse_head(text).imports
    except SchemaError:
        return data  # the engine will say what is wrong with it
    for item in reversed(imports):
        revision = revisions.get(item.name)
        if revision and item.revision is None and item.has_block:
            text = f'{text[: item.insert_at]} revision-date "{revision}";{text[item.insert_at :]}'
    return text.encode()
