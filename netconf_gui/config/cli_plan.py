"""The commands that lead from one IOS configuration to another.

Lives here: `CliPlan`, `cli_plan`.  Does not live here: finding the differences (`cli_diff`), carrying commands out
(`cli_interpreter`): for all configurations it holds that the plan from a to b, carried out on a, gives b.

What goes comes first, from the last to the first: an interface lets go of a policy before the policy goes, and an
address is free before another interface takes it.  What comes is entered in the order of the text, in which a router
starts up too.  An access list is changed in one go, where its entries stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from netconf_gui.config.cli_diff import CliChange, CliDiff, Path, changes_inside, list_key, longest_common
from netconf_gui.config.cli_text import Line, written
from netconf_gui.config.cli_words import (
    SHOWN_WHEN_OFF,
    VRF,
    begins,
    has_sequence,
    key_of,
    kind_of,
    negated,
    opens_section,
    ordered_inside,
    tidy,
)

StepKind = Literal["enter", "leave", "add", "change", "remove"]

_WAY_IN = (
    "line vty",
    "ip ssh",
    "netconf",
    "aaa ",
    "username",
    "tacacs",
    "radius",
    "crypto key",
    "ip access-list",
    "access-list",
)
_ADDRESS = ("ip address", "ipv6 address")


@dataclass(frozen=True, slots=True)
class CliCommand:
    """One command as it is typed (a banner with its lines); `depth` is how many sections it is in."""

    text: str
    kind: StepKind
    depth: int
    section: str = ""

    @property
    def shown(self) -> str:
        """The command, indented by its depth."""
        return " " * self.depth + self.text


@dataclass(frozen=True)
class CliPlan:
    """All commands in their order, and sentences that a person should know before they are sent."""

    commands: tuple[CliCommand, ...]
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.commands)

    @property
    def typed(self) -> tuple[str, ...]:
        """What is sent."""
        return tuple(command.text for command in self.commands)

    @property
    def text(self) -> str:
        """The commands one below the other, as they would be typed by a person who indents."""
        return "".join(command.shown + "\n" for command in self.commands)

    @property
    def has_blocks(self) -> bool:
        """Whether a command has several lines: then all of it is sent as one block."""
        return any("\n" in command.text for command in self.commands)

    @property
    def edits(self) -> int:
        """How many commands change something; entering and leaving sections does not."""
        return sum(command.kind not in ("enter", "leave") for command in self.commands)


@dataclass(slots=True)
class _Step:
    path: Path
    text: str
    kind: StepKind
    opens: bool = False


@dataclass(slots=True)
class _Writer:
    """Puts the entering and leaving of sections around the steps."""

    commands: list[CliCommand] = field(default_factory=list)
    here: Path = ()

    def step(self, step: _Step) -> None:
        self._go(step.path)
        section = step.path[0] if step.path else step.text
        self.commands.append(CliCommand(step.text, step.kind, len(step.path), section))
        if step.opens:
            self.here = (*step.path, step.text)

    def _go(self, path: Path) -> None:
        same = 0
        while same < min(len(path), len(self.here)) and path[same] == self.here[same]:
            same += 1
        while len(self.here) > same:
            self.here = self.here[:-1]
            self.commands.append(CliCommand("exit", "leave", len(self.here) + 1, self.here[0] if self.here else ""))
        for text in path[same:]:
            self.commands.append(CliCommand(text, "enter", len(self.here), path[0]))
            self.here = (*self.here, text)

    def end(self) -> tuple[CliCommand, ...]:
        self._go(())
        return tuple(self.commands)


def cli_plan(diff: CliDiff) -> CliPlan:
    """The commands that make `diff.mine` of `diff.base`."""
    ordered: dict[Path, None] = {}
    lists: dict[str, None] = {}
    removals: list[_Step] = []
    additions: list[_Step] = []
    readdressed: set[Path] = set()
    notes: dict[str, None] = {}
    for change in diff.changes:
        around = _ordered_around(change.path)
        if around is not None:
            if around not in ordered:
                ordered[around] = None
                additions.extend(_in_order(around, _children(diff.base.at(around)), _children(diff.mine.at(around))))
            continue
        name = list_key(change.line.text) if not change.path else ""
        if name:
            if name not in lists:
                lists[name] = None
                additions.extend(_numbered(name, diff, notes))
            continue
        if change.kind == "removed":
            removals.append(_removal(change))
        else:
            additions.extend(_added(change))
        if len(change.path) == 1 and key_of(change.line.text) in VRF:
            readdressed.add(change.path)
    removals = _secondary_first(list(reversed(removals)))
    additions = _primary_first(additions)
    for path in sorted(readdressed):
        additions = _with_addresses(path, diff, removals, additions, notes)
    writer = _Writer()
    for step in (*removals, *additions):
        writer.step(step)
    commands = writer.end()
    if any(command.section.startswith(_WAY_IN) and command.kind not in ("enter", "leave") for command in commands):
        notes["It touches how the device is reached (lines, SSH, users or access lists): look twice."] = None
    return CliPlan(commands, tuple(notes))


def _children(section: Line | None) -> Sequence[Line]:
    return section.children if section is not None else ()


def _ordered_around(path: Path) -> Path | None:
    """The section around (or at) a path inside which order counts."""
    return next((path[:depth] for depth in range(1, len(path) + 1) if ordered_inside(path[:depth])), None)


def undo_of(text: str) -> str:
    """The command that takes one away; a switch goes back to what it is by itself."""
    bare = negated(text) or text
    return f"default {bare}" if bare != text or bare in SHOWN_WHEN_OFF else f"no {text}"


def _removal(change: CliChange) -> _Step:
    assert change.old is not None
    return _Step(change.path, undo_of(tidy(change.old.text)), "remove")


def _added(change: CliChange) -> Iterator[_Step]:
    assert change.new is not None
    yield from _entered(change.path, change.new, "change" if change.kind == "changed" else "add")


def _entered(path: Path, line: Line, kind: StepKind) -> Iterator[_Step]:
    opens = bool(line.children) or opens_section(line.text, path[-1] if path else "")
    yield _Step(path, written(line), kind, opens)
    # what takes addresses away goes before them
    for child in sorted(line.children, key=lambda child: key_of(child.text) not in VRF):
        yield from _entered((*path, line.text), child, kind)


# ------------------------------------------------------------------------------------------------- where order counts


def _in_order(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[_Step]:
    """Change a list at the places where it differs: what stands before stays, what comes behind is entered again."""
    if all(has_sequence(line.text) for line in (*old, *new)):
        yield from _by_number(path, old, new)
        return
    same = longest_common([tidy(line.text) for line in old], [tidy(line.text) for line in new])
    kept = 0
    while kept < len(same) and same[kept][1] == kept:
        kept += 1
    staying = {a for a, _ in same[:kept]}
    going = [line for at, line in enumerate(old) if at not in staying]
    texts = {tidy(old[at].text) for at in staying}
    if any(tidy(line.text) in texts for line in going):
        staying, kept, going = set(), 0, list(old)
    for line in reversed(going):
        yield _Step(path, undo_of(tidy(line.text)), "remove")
    for before, after in ((old[a], new[b]) for a, b in same[:kept]):
        if before.body != after.body:
            yield from _entered(path, after, "change")
        elif before.children or after.children:
            yield from _within((*path, after.text), before.children, after.children)
    for line in new[kept:]:
        yield from _entered(path, line, "add")


def _within(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[_Step]:
    """The changes inside an entry that stays."""
    changes = tuple(changes_inside(path, old, new))
    yield from (_removal(change) for change in reversed(changes) if change.kind == "removed")
    for change in changes:
        if change.kind != "removed":
            yield from _added(change)


def _by_number(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[_Step]:
    was = {key_of(line.text): line for line in old}
    now = {key_of(line.text): line for line in new}
    for number in sorted({*was, *now}, key=int):
        before, after = was.get(number), now.get(number)
        if before is not None and (after is None or tidy(before.text) != tidy(after.text)):
            yield _Step(path, f"no {number}", "remove")
        if after is not None and (before is None or tidy(before.text) != tidy(after.text)):
            yield _Step(path, tidy(after.text), "change" if before is not None else "add")


def _numbered(name: str, diff: CliDiff, notes: dict[str, None]) -> Iterator[_Step]:
    """A numbered list can only grow at its end; for anything else it is removed and entered again."""
    old = [tidy(line.text) for line in diff.base.lines if list_key(line.text) == name]
    new = [tidy(line.text) for line in diff.mine.lines if list_key(line.text) == name]
    if new[: len(old)] != old:
        yield _Step((), f"no {name}", "remove")
        if new:
            words = "is removed and entered again: IOS cannot change its order, so for a moment it is empty."
            notes[f"{name.capitalize()} {words}"] = None
        old = []
    for text in new[len(old) :]:
        yield _Step((), text, "add")


# --------------------------------------------------------------------------------------------------------- addresses


def _secondary_first(steps: list[_Step]) -> list[_Step]:
    """IOS takes no first address away while there are second ones."""
    return _sorted_inside(steps, lambda step: not step.text.endswith(" secondary"))


def _primary_first(steps: list[_Step]) -> list[_Step]:
    """And it takes no second address before there is a first one, whatever its own text says."""
    return _sorted_inside(steps, lambda step: step.text.endswith(" secondary"))


def _sorted_inside(steps: list[_Step], last: object) -> list[_Step]:
    assert callable(last)
    places = [at for at, step in enumerate(steps) if "ip address" in step.text]
    result = list(steps)
    run: list[int] = []
    for at in [*places, -1]:
        if run and (at < 0 or steps[at].path != steps[run[-1]].path):
            for place, step in zip(run, sorted((steps[one] for one in run), key=last), strict=True):
                result[place] = step
            run = []
        run.append(at)
    return result


def _with_addresses(
    path: Path, diff: CliDiff, removals: list[_Step], additions: list[_Step], notes: dict[str, None]
) -> list[_Step]:
    """An interface that comes into another VRF loses its addresses: those it shall have are entered behind that."""
    wished = diff.mine.at(path)
    if wished is None or kind_of(path[0]) != "interface":
        return additions
    addresses = [
        line for line in wished.children if begins(tidy(line.text), _ADDRESS[0]) or begins(tidy(line.text), _ADDRESS[1])
    ]
    texts = {tidy(line.text) for line in addresses}
    removals[:] = (
        [step for step in removals if step.path != path or not begins(negated(step.text), _ADDRESS[0])]
        if texts
        else removals
    )
    kept = [step for step in additions if step.path != path or step.text not in texts]
    again = _primary_first([_Step(path, tidy(line.text), "add") for line in addresses])
    at = max((at for at, step in enumerate(kept) if step.path == path and key_of(step.text) in VRF), default=-1)
    if at < 0:
        at = len(kept) - 1
    if again:
        notes[f"{path[0]} comes into another VRF, which takes its addresses away: they are entered again."] = None
    return [*kept[: at + 1], *again, *kept[at + 1 :]]
