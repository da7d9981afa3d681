"""One document judged as RFC 7950 says: all findings, each once, where libyang alone would stop at the first.

Lives here: in which order things are asked, and what is left out because it only follows from another fault.  Does not
live here: the parts (`structure`, `references`, `completion`), other questions about data (`data`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from netconf_gui.errors import MalformedMessage
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.engine.completion import Completion, problem_of
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.instance import Element, Instance, line_of, split
from netconf_gui.yang.engine.outline import CONTAINER, Outline, OutlineNode
from netconf_gui.yang.engine.references import References
from netconf_gui.yang.engine.structure import SOURCE, Structure, value_problem
from netconf_gui.yang.engine.survey import Survey, Tags
from netconf_gui.yang.problem import Problem

_XML = 1
_STRICT, _NO_STATE = 0x020000, 0x080000
_VALIDATE_NO_STATE, _PRESENT, _MULTI_ERROR, _OPERATIONAL = 0x0001, 0x0002, 0x0004, 0x0008
_FLAG_PRESENCE = 0x80

CONTENTS: dict[str, tuple[int, int]] = {
    "config": (_STRICT | _NO_STATE, _PRESENT | _VALIDATE_NO_STATE),
    "data": (_STRICT, _PRESENT),
    "operational": (_STRICT, _PRESENT | _OPERATIONAL),
}
"""What the bytes are -> (parse options, validate options).

`config`: a whole configuration.  `data`: configuration and state.  `operational`: state as a device reports it,
constraints may be violated (RFC 8342, section 5.3).  Besides, `edit` is known: part of a configuration, of which only
names and values are checked.
"""

LIMIT = 1000
"""How many findings are told unless said otherwise."""

_QUOTED = re.compile(r'"([^"]+)"')
_WORD = re.compile(r"[A-Za-z_][\w.-]*")
_PREDICATES = re.compile(r"\[(?:[^'\"\]]|'[^']*'|\"[^\"]*\")*\]")
_REFERENCE = frozenset({"leafref", "instance"})

PASSES_SECONDS = 2.0
"""How long references are looked at one after the other, where libyang tells of one at a time."""


class Validator:
    """Judges documents by one context.

    `several_bases` are the nodes of identityref leafs with more than one base: the library is content with a value that
    is derived from one of them, RFC 7950, section 9.10.2, wants all.
    """

    def __init__(self, context: Context, outline: Outline, several_bases: list[OutlineNode]) -> None:
        self._context = context
        self._outline = outline
        self._several_bases = several_bases
        self._tags = Tags(outline)
        self._yang: LibYang = context.yang

    def run(
        self,
        data: bytes,
        content: str,
        *,
        limit: int = LIMIT,
        first_only: bool = False,
        skip_structure: bool = False,
        musts: bool = True,
    ) -> list[Problem]:
        """The findings about the data; none: valid.  After `limit` of them, one more says how many others there are.

        Strict and single-error first, which never crashes.  Only if that fails, all errors are asked for.  `first_only`
        stops before that; `skip_structure` goes on even with data that does not parse (for tests of the engine's
        restart only: libyang may crash).  Without `musts` no `must` is evaluated.
        """
        try:
            instance = Instance(data, self._outline)
        except MalformedMessage as error:
            return [Problem("error", "", error.message, source="xml", line=error.line, column=error.column)]
        if content == "edit":
            structure = Structure(instance, self._outline, config=True, limit=limit)
            structure.run()
            return _limited(structure.problems, limit, structure.untold) + instance.notes
        if skip_structure:
            parse, validate = CONTENTS[content]
            return self._findings(instance.text(), parse, validate | _MULTI_ERROR)
        survey = Survey(instance, self._tags)
        with ExitStack() as stack:
            if not musts:
                stack.enter_context(self._without_musts(instance, survey))
            found, untold = self._judged(instance, survey, content, limit, first_only)
        return _limited(found, limit, untold) + instance.notes

    def _judged(
        self, instance: Instance, survey: Survey, content: str, limit: int, first_only: bool
    ) -> tuple[list[Problem], int]:
        parse, validate = CONTENTS[content]
        references = References(instance, self._outline, survey, self._tags)
        text = instance.text()
        refers = content != "operational"
        risky = references.risky() if refers else []
        with references.ignored(risky):
            first = self._findings(text, parse, validate)
        if not first and not references.broken(risky):
            return self._identities(instance), 0
        if first_only:
            return [replace(item, line=0) for item in first], 0
        broken = references.broken() if refers else []
        structure = Structure(instance, self._outline, config=content == "config", limit=limit)
        own = self._identities(instance)
        # an error with a line is one of the parser: only then are there names, values or keys that do not fit
        if any(item.line for item in first):
            structure.run()
            own = structure.problems
            broken = [(item, problem) for item, problem in broken if not structure.is_gone(item)]
        with references.ignored(risky):
            rest = self._findings(instance.text(), parse, validate | _MULTI_ERROR)
        if broken or any(item.kind in _REFERENCE for item in rest):
            more = self._unresolved(instance, references, structure, broken, parse, validate)
            rest = more if more is not None else rest
        rest = Completion(instance, self._outline, survey, self._tags).completed(rest)
        # a module that is not known may have added a case
        rest = [item for item in rest if not (item.kind == "choice" and item.path in instance.thinned)]
        rest = [item for item in rest if not self._is_secondary(item, structure)]
        if not (own or broken or rest or structure.changed or instance.thinned):
            rest = first
        told = [*own, *(problem for _, problem in broken), *rest]
        return [replace(item, line=0) if item in rest else item for item in told], structure.untold

    def _unresolved(
        self,
        instance: Instance,
        references: References,
        structure: Structure,
        broken: list[tuple[Element, Problem]],
        parse: int,
        validate: int,
    ) -> list[Problem] | None:
        """What there is besides broken references, at the first of which libyang stops; None if it names the one left.

        Instance-identifiers that name nothing are added to `broken`.
        """
        broken += references.missing_instances(instance.text())
        wanted = validate | _MULTI_ERROR
        with references.ignored():
            rest = self._findings(instance.text(), parse, wanted)
            told: list[Problem] = []
            left = references.left_to_libyang()
            until = time.monotonic() + PASSES_SECONDS
            while time.monotonic() < until:
                again = [item for item in rest if item.kind in _REFERENCE and item.path in left]
                if not again:
                    break
                for item in again:
                    told.append(replace(item, kind="instance", line=0))
                    self._take_out(instance, structure, left.pop(item.path))
                rest = self._findings(instance.text(), parse, wanted)
        if not broken and not told:
            return None
        # default values that refer to nothing show when the written references that do so are gone
        kept = [item for item in rest if item.kind not in _REFERENCE]
        for element, _ in broken:
            self._take_out(instance, None, element)
        with references.ignored(references.risky()):
            shown = self._findings(instance.text(), parse, wanted)
        written = {problem.path for _, problem in broken}
        return told + kept + [item for item in shown if item.kind in _REFERENCE and item.path not in written]

    @staticmethod
    def _take_out(instance: Instance, structure: Structure | None, item: Element) -> None:
        """Remove a leaf; the whole entry if it is a key."""
        parent = item.getparent()
        holder = instance.node(parent) if parent is not None else None
        if parent is not None and holder is not None and split(item.tag)[1] in holder.keys:
            item, parent = parent, parent.getparent()
        if structure is not None and parent is not None:
            structure.lost.add((instance.path(parent), split(item.tag)[1]))
        instance.remove(item)

    def _findings(self, text: bytes, parse: int, validate: int) -> list[Problem]:
        out = self._yang.ffi.new("struct lyd_node **")
        result = self._yang.lib.lyd_parse_data_mem(self._context.pointer, text, _XML, parse, validate, out)
        self._yang.lib.lyd_free_all(out[0])
        errors = self._context.errors()
        if not result:
            return []
        told = [error for error in errors if error.level == 0]
        # what the library says about its own workings only follows from the fault that it names besides
        told = [error for error in told if not error.message.startswith("Internal error")] or told
        problems = [replace(problem_of(error), line=error.line) for error in told]
        return problems or [Problem("error", "", "The data is not valid; the library does not say why.", "", SOURCE)]

    def _identities(self, instance: Instance) -> list[Problem]:
        """Values of leafs with several bases that are not derived from all of them."""
        found: list[Problem] = []
        for node in self._several_bases:
            for item in instance.root.iter(qn(node.namespace, node.name)):
                if instance.node(item) is node:
                    wrong = value_problem(self._outline, node, item.text or "", item.nsmap)
                    if wrong is not None:
                        message, tag = wrong
                        found.append(
                            Problem("error", instance.path(item), message, tag, SOURCE, line_of(item), kind="type")
                        )
        return found

    # conditions

    @contextmanager
    def _without_musts(self, instance: Instance, survey: Survey) -> Iterator[None]:
        """Within the block libyang sees no `must`: their arrays in the compiled schema are told to be empty."""
        emptied: list[tuple[Pointer, int]] = []
        cast, lib, null = self._yang.ffi.cast, self._yang.lib, self._yang.null
        try:
            for node in self._in_force(instance, survey):
                array = lib.lysc_node_musts(node.pointer)
                if array != null:
                    count = cast("uint64_t *", array)
                    emptied.append((count, count[-1]))
                    count[-1] = 0
            yield
        finally:
            for count, number in emptied:
                count[-1] = number

    def _in_force(self, instance: Instance, survey: Survey) -> Iterator[OutlineNode]:
        """Schema nodes whose instances are there or come into being by themselves (defaults, plain containers)."""
        modules = {str(top.tag).rpartition("}")[0] for top in instance.tops}
        children = self._tags.children
        stack = [node for tag, node in children(None).items() if tag.rpartition("}")[0] in modules]
        seen = set(survey.inner)
        stack += [below for node in survey.inner for below in children(node).values()]
        while stack:
            node = stack.pop()
            yield node
            if node.kind == CONTAINER and node not in seen and not node.pointer.flags & _FLAG_PRESENCE:
                seen.add(node)
                stack += children(node).values()

    # what only follows

    def _is_secondary(self, problem: Problem, structure: Structure) -> bool:
        """True for a finding that is there only because faulty nodes were taken out before."""
        lost = structure.lost
        if not lost:
            return False
        if problem.kind == "mandatory":
            return (problem.path, problem.detail[0]) in lost
        if problem.kind == "choice":
            return any(parent == problem.path for parent, _ in lost)
        if problem.kind == "min":
            parent, _, name = problem.path.rpartition("/")
            return (parent, name.rpartition(":")[2]) in lost
        names = {name for _, name in lost}
        if problem.kind == "when":
            return any(names & set(_WORD.findall(text)) for text in _QUOTED.findall(problem.message))
        if problem.kind == "must":
            return any(names & set(_WORD.findall(text)) for text in self._musts(problem))
        return False

    def _musts(self, problem: Problem) -> list[str]:
        """The `must` expressions that may have given a finding."""
        node = self._outline.find(_PREDICATES.sub("", problem.path)) if problem.path else None
        if node is None:
            return []
        text = self._yang.text
        found = []
        for must in self._yang.array(self._yang.lib.lysc_node_musts(node.pointer)):
            expression = text(self._yang.lib.lyxp_get_expr(must.cond))
            said = text(must.emsg)
            if (" ".join(said.split()) if said else expression) in problem.message or not said:
                found.append(expression)
        return found


def _limited(found: list[Problem], limit: int, untold: int) -> list[Problem]:
    """Each finding once, and not more of them than anybody reads."""
    seen: set[tuple[str, str, str]] = set()
    distinct = []
    for item in found:
        key = (item.path, item.message, item.app_tag)
        if key not in seen:
            seen.add(key)
            distinct.append(item)
    more = untold + len(distinct) - limit
    if more <= 0:
        return distinct
    return [*distinct[:limit], Problem("error", "", f"There are {more} more findings.", "", SOURCE)]
