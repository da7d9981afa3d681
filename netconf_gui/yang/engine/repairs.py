"""What it takes to load what vendors really ship: named repairs of YANG texts, and which error asks for which.

Lives here: finding a repair for an error of the library, and making it in the text.  A repair blanks statements out or
changes characters within a line, so that the line numbers of later errors still fit.  Does not live here: trying again
(`context`).  Every repair is told to people; none is made unless the library has refused the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from netconf_gui.errors import SchemaError
from netconf_gui.yang import statements
from netconf_gui.yang.engine.binding import LibraryError
from netconf_gui.yang.engine.sources import Entry, SourceSet, TextRepair
from netconf_gui.yang.report import Repair
from netconf_gui.yang.statements import Statement
from netconf_gui.yang.yangtext import Kind, decode, lexemes

ALL = "*"
SEVERAL = 3  # conflicts of status in one module, after which all its status statements go
MOST = 40  # repairs of one module, after which it is given up

_PARSING = re.compile(r'^Parsing (?:sub)?module "([^"]+)"')
_ESCAPE = re.compile(r"unknown special character '\\")
_EXTENSION = re.compile(r'[Ee]xtension (?:instance )?"([\w.-]+:[\w.-]+)"')
_EXTENSION_STEP = re.compile(r"\{extension='([\w.-]+:[\w.-]+)'")
_DEVIATION_STEP = re.compile(r"\{deviation='([^']+)'\}")
_DEVIATION = re.compile(r'^Deviation\(s\) target node "([^"]+)" from module "([^"]+)"')
_STATUS = re.compile(r'^Status "\w+" of "([^"]+)" is in conflict')
_STATUS_OF_TARGET = re.compile(r'definition "([^"]+)" is not allowed to reference \w+ definition "([^"]+)"')
_WHEN_CYCLE = re.compile(r"^When condition .*(?:cyclic|self-reference|itself)", re.IGNORECASE)
_NO_REVISION = re.compile(r'^Loading "([^"@]+)(?:@[\d-]+)?" module failed')
_LAST_STEP = re.compile(r"(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)$")
_FIRST_STEP = re.compile(r"^/([A-Za-z_][\w.-]*):([A-Za-z_][\w.-]*)/")
_STEP_MODULE = re.compile(r"/([A-Za-z_][\w.-]*):")

_DEFINITIONS = frozenset({"typedef", "grouping", "identity", "feature", "extension"})


@dataclass(frozen=True, slots=True)
class Mended:
    """An entry with one repair more, and the sentence for people."""

    entry: Entry
    repair: Repair


def find_repairs(sources: SourceSet, entry: Entry | None, errors: Iterable[LibraryError]) -> list[Mended]:
    """The repairs that errors ask for; `entry` is the module that was being loaded, None: all were compiled together.

    Empty when there is none, or when those that there are were tried already.
    """
    errors = list(errors)
    found: dict[tuple[str, str], Mended] = {}
    for mended in _search(_Asked(sources, entry, errors)):
        key = (mended.entry.name, mended.entry.revision)
        if key in found:  # two for one entry: both
            both = (*found[key].entry.repairs, *mended.entry.repairs)
            text = f"{found[key].repair.text} {mended.repair.text}"
            if mended.repair.text in found[key].repair.text:
                text = found[key].repair.text
            joined = mended.entry.with_repairs(tuple(dict.fromkeys(both)))
            mended = Mended(joined, Repair(mended.repair.kind, mended.repair.module, text))
        found[key] = mended
    return list(found.values())


class _Asked:
    """One question: the errors and what they may be about."""

    def __init__(self, sources: SourceSet, entry: Entry | None, errors: list[LibraryError]) -> None:
        self.sources = sources
        self.entry = entry
        self.errors = errors
        self._trees: dict[str, Statement | None] = {}

    def suspects(self) -> list[Entry]:
        """The texts that were being parsed when it failed: what the library names, else the module and its parts."""
        named = [match[1] for error in self.errors if (match := _PARSING.match(error.message))]
        found = [item for name in named if (item := self.sources.preferred(name)) is not None]
        if self.entry is not None:
            found.append(self.entry)
        for item in tuple(found):
            tree = self.tree(item)
            for include in tree.every("include") if tree is not None else ():
                part = self.sources.preferred(include.argument)
                if part is not None:
                    found.append(part)
        return list(dict.fromkeys(found))

    def tree(self, entry: Entry) -> Statement | None:
        """The statements of an entry's text as it is repaired so far, as far as they can be read."""
        key = f"{entry.sha256} {entry.repairs}"
        if key not in self._trees:
            text = self.sources.text(entry)
            self._trees[key] = statements.read(text)[0] if text is not None else None
        return self._trees[key]

    def mend(self, entry: Entry, kind: str, argument: str, text: str) -> Iterator[Mended]:
        """The entry with that repair, unless it has it already or has too many."""
        repair = TextRepair(kind, argument)
        if repair in entry.repairs or len(entry.repairs) >= MOST:
            return
        yield Mended(entry.with_repairs((*entry.repairs, repair)), Repair(kind, entry.name, f"{entry.name}: {text}"))


def _search(asked: _Asked) -> Iterator[Mended]:
    for error in asked.errors:
        for look in (_escapes, _deviations, _extensions, _status, _when_cycle, _import_revision):
            found = list(look(asked, error))
            yield from found
            if found:
                break


def _escapes(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    if not _ESCAPE.search(error.message):
        return
    for entry in asked.suspects():
        text = asked.sources.text(entry)
        if text is not None and mend_escapes(decode(text)) != decode(text):
            yield from asked.mend(
                entry, "escape", "", "unknown escapes such as \\. in double-quoted strings are taken as they stand."
            )


def _extensions(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    match = _EXTENSION.search(error.message) or _EXTENSION_STEP.search(error.schema_path)
    if match is None:
        yield from _structures(asked, error)
        return
    keyword = match[1]
    groups = [asked.suspects(), *([entry] for entry in _along(asked, error.schema_path))]
    for entries in groups:
        found = []
        for entry in entries:
            tree = asked.tree(entry)
            if tree is not None and any(item.keyword == keyword for item in tree.walk()):
                found += list(asked.mend(entry, "extension", keyword, _left_out(keyword)))
        if found:
            yield from found
            return


def _structures(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    """An error inside a tree that an extension declares (RFC 8791): its first node is the extension's argument."""
    step = _FIRST_STEP.match(error.schema_path)
    entry = asked.sources.preferred(step[1]) if step else None
    tree = asked.tree(entry) if entry is not None else None
    if step is None or entry is None or tree is None:
        return
    for item in tree.children:
        if ":" in item.keyword and item.argument == step[2]:
            yield from asked.mend(entry, "extension", item.keyword, _left_out(item.keyword))
            return


def _left_out(keyword: str) -> str:
    return f"the extension statements {keyword} are left out: they cannot be used."


def _along(asked: _Asked, schema_path: str) -> list[Entry]:
    """The modules on a schema path, innermost first, with what they include and import."""
    found: dict[Entry, None] = {}
    waiting = [asked.sources.preferred(name) for name in reversed(_STEP_MODULE.findall(schema_path))]
    for entry in waiting:
        if entry is None or entry in found:
            continue
        found[entry] = None
        tree = asked.tree(entry)
        for item in tree.every("include", "import") if tree is not None else ():
            needed = asked.sources.preferred(item.argument)
            if needed is not None:
                found.setdefault(needed)
    return list(found)


def _deviations(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    match = _DEVIATION.match(error.message)
    step = _DEVIATION_STEP.search(error.schema_path)
    if match is None and step is None:
        return
    target = match[1] if match else step[1] if step else ""
    named = asked.sources.preferred(match[2]) if match else None
    suspects = [named] if named is not None else asked.sources.implemented
    for entry in suspects:
        tree = asked.tree(entry) if target.encode().rpartition(b":")[2] in (asked.sources.text(entry) or b"") else None
        if tree is None:
            continue
        texts = [item.argument for item in tree.every("deviation") if squeezed(item.argument) == squeezed(target)]
        if texts:
            why = "its target is not in this set" if match else error.message.rstrip(".")
            yield from asked.mend(
                entry, "deviation", squeezed(target), f"the deviation of {target} is left out: {why}."
            )


def _status(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    node, target = _STATUS.match(error.message), _STATUS_OF_TARGET.search(error.message)
    if node is None and target is None:
        return
    name = node[1] if node else target[2].rpartition(":")[2] if target else ""
    suspects = asked.suspects() if asked.entry is not None else _along(asked, error.schema_path)
    for entry in suspects:
        many = sum(item.kind == "status" for item in entry.repairs) >= SEVERAL
        tree = asked.tree(entry)
        if tree is None:
            continue
        if any(True for _ in _with_status(tree, ALL if many else name)):
            words = "its statuses are" if many else f"the status of {name} is"
            found = list(
                asked.mend(
                    entry, "status", ALL if many else name, f"{words} ignored: deprecated and current contradict here."
                )
            )
            if found:
                yield from found
                return
    for entry in suspects:
        yield from asked.mend(entry, "status", ALL, "its statuses are ignored: deprecated and current contradict here.")


def _when_cycle(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    step = _LAST_STEP.search(error.schema_path)
    if not _WHEN_CYCLE.match(error.message) or step is None:
        return
    name = step[2]
    for entry in _along(asked, error.schema_path):
        tree = asked.tree(entry)
        if tree is not None and any(True for _ in _whens(tree, name)):
            found = list(
                asked.mend(
                    entry, "when", name, f"the when of {name} is left out: it depends on itself ({error.schema_path})."
                )
            )
            if found:
                yield from found
                return


def _import_revision(asked: _Asked, error: LibraryError) -> Iterator[Mended]:
    """An import by a revision that is not to be had, of a module that is there in another one."""
    match = _NO_REVISION.match(error.message)
    there = asked.sources.preferred(match[1]) if match else None
    if there is None:
        return
    for entry in asked.suspects():
        tree = asked.tree(entry)
        for item in tree.every("import", "include") if tree is not None else ():
            wanted = item.text("revision-date")
            if item.argument == there.name and wanted and asked.sources.find(there.name, wanted) is None:
                yield from asked.mend(
                    entry, "import", there.name,
                    f"imports {there.name} in revision {wanted}, which is not to be had; "
                    f"{there.revision or 'the one without revision'} is used.",
                )  # fmt: skip


# making them


def apply(data: bytes, repairs: Iterable[TextRepair]) -> bytes:
    """The text with these repairs; a text that is not YANG is given back as it is."""
    text = decode(data)
    for repair in repairs:
        make = _MAKERS.get(repair.kind)
        if make is not None:
            text = make(text, repair.argument)
    return text.encode()


def _strip(text: str, choose: Callable[[Statement], Iterator[Statement]]) -> str:
    """The text without the statements that `choose` gives, line ends kept."""
    try:
        tree = statements.parse(text)
    except SchemaError:
        return text
    for item in sorted(choose(tree), key=lambda found: found.start, reverse=True):
        gap = re.sub(r"[^\r\n]", " ", text[item.start : item.end])
        text = text[: item.start] + gap + text[item.end :]
    return text


def _outermost(tree: Statement, keyword: str) -> Iterator[Statement]:
    """Statements of that keyword that are not below another one of it."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        for child in here.children:
            if child.keyword == keyword:
                yield child
            else:
                waiting.append(child)


def _with_status(tree: Statement, name: str) -> Iterator[Statement]:
    """The status statements of what has that name, definitions included."""
    for item in tree.walk():
        if item.keyword == "status" and item.parent is not None and name in (ALL, item.parent.argument):
            yield item


def _whens(tree: Statement, name: str) -> Iterator[Statement]:
    """The when of the nodes of that name; of the augment, uses, choice or case around them if they have none."""
    for item in tree.walk():
        if item.argument != name or item.keyword in _DEFINITIONS or item.keyword in ("prefix", "module", "submodule"):
            continue
        here: Statement | None = item
        while here is not None:
            when = here.first("when")
            if when is not None:
                yield when
                break
            around = here.parent
            here = around if around is not None and around.keyword in ("augment", "uses", "choice", "case") else None


def squeezed(path: str) -> str:
    """A path without white space, as strings may be put together over lines."""
    return "".join(path.split())


def mend_escapes(text: str) -> str:
    """Unknown escapes of double-quoted strings doubled: YANG 1 left open what ``"\\."`` means; it means itself."""
    parts: list[str] = []
    at = 0
    try:
        for token in lexemes(text):
            if token.kind is Kind.QUOTED and text[token.start] == '"':
                parts += (text[at : token.start], _UNKNOWN_ESCAPE.sub(_doubled, text[token.start : token.end]))
                at = token.end
    except SchemaError:
        return text
    return "".join((*parts, text[at:]))


_UNKNOWN_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _doubled(match: re.Match[str]) -> str:
    return match[0] if match[1] in 'nt"\\' else "\\" + match[0]


_MAKERS: dict[str, Callable[[str, str], str]] = {
    "escape": lambda text, _: mend_escapes(text),
    "extension": lambda text, keyword: _strip(text, lambda tree: _outermost(tree, keyword)),
    "deviation": lambda text, target: _strip(
        text, lambda tree: (item for item in tree.every("deviation") if squeezed(item.argument) == target)
    ),
    "status": lambda text, name: _strip(text, lambda tree: _with_status(tree, name)),
    "when": lambda text, name: _strip(text, lambda tree: iter({id(one): one for one in _whens(tree, name)}.values())),
    "import": lambda text, name: _strip(
        text,
        lambda tree: (
            date
            for item in tree.every("import", "include")
            if item.argument == name and (date := item.first("revision-date")) is not None
        ),
    ),
}
