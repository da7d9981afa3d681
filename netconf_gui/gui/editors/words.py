"""What is said below an editor about the text in it: what it means, how it counts, why it is refused.

No widgets in here.  `notes` needs the type only; `refusal` puts the engine's finding into the house's words.
"""

from __future__ import annotations

import re

from netconf_gui.config import leafref
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.node_words import allowed_words, local, type_chain
from netconf_gui.yang.datatypes import INTEGERS, decimal, member_of, ranges_text
from netconf_gui.yang.schema import Pattern, TypeInfo
from netconf_gui.yang.wellknown import DOMAIN, Note, explain, is_standard, kind_of

_UNSATISFIED = re.compile(r'Unsatisfied pattern - ".*" does not match (inverted )?"(.*)"\.?\Z', re.DOTALL)
_LONGEST_PATTERN = 120


def notes(subject: Subject, text: str, *, member: int | None = None) -> list[Note]:
    """What a text means by its type; `member` is the union's member that the engine found."""
    info = subject.info
    if info is None or not text:
        return []
    found = list(explain(kind_of(info), text, standard=is_standard(info)))
    if info.base == "union":
        found = _union_notes(info, text, member) + found
    else:
        found += _plain_notes(info, text)
    return found + _stored_note(subject, text)


def _plain_notes(info: TypeInfo, text: str) -> list[Note]:
    if info.base == "leafref" and info.target is not None:
        return _plain_notes(info.target, text)
    if info.base == "string" and info.lengths and kind_of(info) != DOMAIN:
        unit = "character" if len(text) == 1 else "characters"
        return [Note("info", f"{len(text)} {unit} of {ranges_text(info.lengths)}")]
    if (info.base in INTEGERS or info.base == "decimal64") and len(info.ranges) > 1:
        value = decimal(text)
        part = next((one for one in info.ranges if value is not None and _within(one, text)), None)
        return [Note("info", f"Within {ranges_text([part])}")] if part is not None else []
    if info.base == "enumeration":
        item = next((one for one in info.enums if one.name == text), None)
        return [Note("info", " ".join(item.description.split()))] if item is not None and item.description else []
    return []


def _within(part: tuple[str, str], text: str) -> bool:
    low, high, value = decimal(part[0]), decimal(part[1]), decimal(text)
    return low is not None and high is not None and value is not None and low <= value <= high


def _union_notes(info: TypeInfo, text: str, member: int | None) -> list[Note]:
    guess = member if member is not None else member_of(info, text)
    if guess is None or guess >= len(info.union):
        return []
    chosen = info.union[guess]
    found = [Note("info", f"Read as {member_words(chosen)} (member {guess + 1} of {len(info.union)})")]
    if not kind_of(info):
        found += explain(kind_of(chosen), text, standard=is_standard(chosen))
        found += _plain_notes(chosen, text)
    return found


def member_words(info: TypeInfo) -> str:
    """A union's member in a few characters: "port-number → uint16"."""
    return type_chain(info)


def _stored_note(subject: Subject, text: str) -> list[Note]:
    stored = subject.stored(text)
    if stored == text or len(stored) > 80:
        return []
    return [Note("info", f"Stored as {stored}")]


def refusal(subject: Subject, message: str) -> str:
    """The engine's words as a sentence that says which pattern, and what is allowed."""
    info = subject.info
    if info is None:
        return message
    if info.base == "union" and message.startswith("Invalid union value"):
        allowed = allowed_words(info)
        return subject.sentence(f"of none of its {len(info.union)} types. Allowed: {allowed or type_chain(info)}.")
    patterns = _patterns(info)
    match = _UNSATISFIED.match(message)
    if match is not None:
        return _pattern_words(subject, patterns, match[2], inverted=match[1] is not None)
    own = next((number for number, one in enumerate(patterns) if one.message and one.message == message), None)
    if own is not None:
        return f"{message}{'' if message.endswith(('.', '!')) else '.'}{_place(patterns, own)}"
    # the engine's own words follow "<leaf> is"; libyang's sentences stand for themselves
    if "Allowed:" in message.partition(". ")[2] or message[:1].islower():
        return subject.sentence(message)
    return message


def _patterns(info: TypeInfo) -> tuple[Pattern, ...]:
    if info.base == "leafref" and info.target is not None:
        return _patterns(info.target)
    return info.patterns


def _pattern_words(subject: Subject, patterns: tuple[Pattern, ...], expression: str, *, inverted: bool) -> str:
    shown = expression if len(expression) <= _LONGEST_PATTERN else f"{expression[:_LONGEST_PATTERN]}…"
    verb = "must not match" if inverted else "does not match"
    known = next((number for number, one in enumerate(patterns) if _same(one.expr, expression)), None)
    name = local(subject.info.name) if subject.info is not None else ""
    what = f" of {name}" if name else ""
    which = "" if known is None or len(patterns) == 1 else f" {known + 1} of {len(patterns)}"
    return f"{subject.name} {verb} pattern{which}{what}: {shown}"


def _place(patterns: tuple[Pattern, ...], number: int) -> str:
    pattern = patterns[number]
    if len(pattern.expr) > _LONGEST_PATTERN:
        return "" if len(patterns) == 1 else f" (Pattern {number + 1} of {len(patterns)}.)"
    which = "Pattern" if len(patterns) == 1 else f"Pattern {number + 1} of {len(patterns)}"
    return f" ({which}: {'not ' if pattern.inverted else ''}{pattern.expr})"


def _same(one: str, other: str) -> bool:
    """The engine cuts long expressions in its messages."""
    return one == other or (other.endswith("…") and one.startswith(other[:-1]))


def missing_target(subject: Subject, value: str, known: frozenset[str] | None) -> str:
    """What to say of a reference whose value nothing has; "" if all is well, or it is not known.

    `known` are the values that a leafref can have (`Subject.target_values`).
    """
    info = subject.info
    if info is None or not value:
        return ""
    if info.base == "instance-identifier":
        there = value.startswith("/") and subject.target(value) is not None
        return "" if there else "There is nothing at this path in this document."
    if info.base != "leafref" or known is None or value in known:
        return ""
    why = leafref.why_none(subject.context, info.leafref_path)
    if why:
        return why
    steps = [local(step.partition("[")[0]) for step in leafref.split_path(info.leafref_path) if step != ".."]
    where = "/".join(steps[-2:])
    return f"No {where} is {value if len(value) <= 40 else value[:39] + '…'} in this document."
