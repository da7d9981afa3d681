"""What an editor can offer: values with what is shown and told of them.  No widgets in here.

An `Offer` is asked for its choices each time its list opens, so that it may depend on the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from netconf_gui.config import leafref
from netconf_gui.gui.editors.subject import MOST_CHOICES, Subject, leafref_path
from netconf_gui.gui.node_words import local
from netconf_gui.yang.schema import EnumItem, TypeInfo


@dataclass(frozen=True, slots=True)
class Choice:
    """One value: `label` is what is shown, `detail` stands beside it, `text` tells all about it.

    `depth` indents it below others; a `heading` cannot be chosen.
    """

    value: str
    label: str
    detail: str = ""
    text: str = ""
    depth: int = 0
    heading: bool = False


class Offer(Protocol):
    """`strict`: what is typed means one of the choices; `closed`: nothing else can be a value."""

    strict: bool
    closed: bool

    def choices(self) -> Sequence[Choice]: ...

    def note(self) -> str:
        """What to say above the choices, or instead of them; "" for nothing."""

    def shown(self, value: str) -> str: ...

    def value(self, shown: str) -> str: ...


class FixedOffer:
    """Choices that the type names."""

    def __init__(self, choices: Sequence[Choice], *, strict: bool = True, closed: bool = False) -> None:
        self.strict = strict
        self.closed = closed
        self._choices = tuple(choices)
        able = [one for one in self._choices if not one.heading]
        self._values = {one.label: one.value for one in reversed(able)}
        # a label that stands for another value as well would change the value by showing it
        self._labels = {one.value: one.label for one in able if self._values[one.label] == one.value}

    def choices(self) -> Sequence[Choice]:
        return self._choices

    def note(self) -> str:
        return ""

    def shown(self, value: str) -> str:
        return self._labels.get(value, value)

    def value(self, shown: str) -> str:
        return self._values.get(shown.strip(), shown)


class LeafrefOffer:
    """The values that exist at the end of a leafref's path; `others` are those of a union's other members."""

    def __init__(self, subject: Subject, others: Sequence[Choice] = ()) -> None:
        self.strict = False
        self.closed = False
        self._subject = subject
        self._others = tuple(others)
        self._known: tuple[int, tuple[Choice, ...]] = (-1, ())

    def choices(self) -> Sequence[Choice]:
        revision = self._subject.document.revision
        if self._known[0] != revision:
            found = tuple(Choice(value, value) for value in self._subject.choices())
            self._known = (revision, (*self._others, *found))
        return self._known[1]

    def note(self) -> str:
        path = leafref_path(self._subject.info)
        count = len(self.choices()) - len(self._others)
        if not count:
            return leafref.why_none(self._subject.context, path)
        names = [local(step.partition("[")[0]) for step in leafref.split_path(path) if step != ".."]
        more = " first" if count >= MOST_CHOICES else ""
        return f"The{more} {count:,} of {'/'.join(names[-2:])}" if count > 1 else f"The one {'/'.join(names[-2:])}"

    def shown(self, value: str) -> str:
        return value

    def value(self, shown: str) -> str:
        return shown


def enum_choices(info: TypeInfo) -> list[Choice]:
    """The names of an enumeration in the type's order."""
    return [_item(item) for item in info.enums]


def _item(item: EnumItem) -> Choice:
    words = " ".join(item.description.split())
    return Choice(item.name, item.name, words, words)


def bit_choices(info: TypeInfo) -> list[Choice]:
    """The bits by position."""
    return [_item(item) for item in sorted(info.bits, key=lambda item: item.value)]


def identity_choices(subject: Subject, info: TypeInfo | None = None) -> list[Choice]:
    """The identities of an identityref as a tree below its bases; one with several bases stands below each."""
    info = info or subject.info
    if info is None:
        return []
    allowed = set(info.identities)
    names = [local(name) for name in info.identities]
    twice = {name for name in names if names.count(name) > 1} if len(names) < 3000 else set(names)
    known = _identities(subject)
    children: dict[str, list[str]] = {}
    for name in info.identities:
        for base in known[name][0] if name in known else ():
            children.setdefault(base, []).append(name)
    inside = {name for base, found in children.items() if base in allowed for name in found}
    tops = [name for name in info.identities if name not in inside]
    found: list[Choice] = []
    heads = [base for base in info.bases if any(name in children.get(base, ()) for name in tops)]
    placed: set[str] = set()
    for base in heads:
        found.append(Choice("", local(base), "base, not a value itself", heading=True))
        for name in children.get(base, ()):
            _grow(found, name, 1, children, allowed, known, twice, (base,))
            placed.add(name)
    for name in tops:
        if name not in placed:
            _grow(found, name, 0, children, allowed, known, twice, ())
    return found


Known = Mapping[str, tuple[tuple[str, ...], str]]


def _identities(subject: Subject) -> Known:
    """Bases and description of every identity that the schema tells of."""
    schema = subject.document.schema
    asked = getattr(schema, "identities", None)
    if asked is None:
        return {}
    return {name: (one.bases, " ".join(one.description.split())) for name, one in asked().items()}


def _grow(
    found: list[Choice],
    name: str,
    depth: int,
    children: Mapping[str, Sequence[str]],
    allowed: set[str],
    known: Known,
    twice: set[str],
    above: tuple[str, ...],
) -> None:
    """An identity and what is derived from it."""
    words = known[name][1] if name in known else ""
    label = name if local(name) in twice else local(name)
    module = name.rpartition(":")[0]
    found.append(Choice(name, label, words or module, f"{name}\n{words}" if words else name, depth))
    for below in children.get(name, ()):
        if below in allowed and below not in above:
            _grow(found, below, depth + 1, children, allowed, known, twice, (*above, name))


def union_choices(subject: Subject, info: TypeInfo) -> list[Choice]:
    """What the members of a union name: enumerations, identities, true and false, member after member."""
    found: list[Choice] = []
    for member in info.union:
        if member.base == "enumeration":
            found += enum_choices(member)
        elif member.base == "identityref":
            found += identity_choices(subject, member)
        elif member.base == "boolean":
            found += [Choice("true", "true"), Choice("false", "false")]
        elif member.base == "bits":
            found += bit_choices(member)
        elif member.base == "union":
            found += union_choices(subject, member)
    return found


def matching(choices: Sequence[Choice], text: str) -> list[int]:
    """The choices whose label, value or detail holds all words of a text, with those that they stand below."""
    words = text.lower().split()
    found: list[int] = []
    trail: list[int] = []  # the choices above the one looked at
    for number, choice in enumerate(choices):
        del trail[_level(choices, trail, choice) :]
        said = f"{choice.label}\n{choice.value}\n{choice.detail}\n{choice.text}".lower()
        if not choice.heading and all(word in said for word in words):
            found += [one for one in trail if one not in found[-len(trail) - 1 :]]
            found.append(number)
        trail.append(number)
    return found


def _level(choices: Sequence[Choice], trail: Sequence[int], choice: Choice) -> int:
    """How many of the choices above still are above this one."""
    for at, number in enumerate(trail):
        if choices[number].depth >= choice.depth:
            return at
    return len(trail)


def best(choices: Sequence[Choice], among: Sequence[int], text: str) -> int | None:
    """The number of the choice that a text means most likely."""
    wanted = text.strip().lower()
    able = [number for number in among if not choices[number].heading]
    tests = (
        lambda one: one.label.lower() == wanted or one.value.lower() == wanted,
        lambda one: one.label.lower().startswith(wanted),
        lambda one: wanted in one.label.lower(),
        lambda one: all(word in f"{one.value} {one.detail}".lower() for word in wanted.split()),
    )
    for test in tests:
        for number in able:
            if test(choices[number]):
                return number
    return able[0] if able else None
