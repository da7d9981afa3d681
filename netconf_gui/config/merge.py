"""Three versions of a configuration: what I fetched, what I made of it, and what the device holds by now.

Lives here: `three_way()`, `Merge`.  Does not live here: the walk (`threeway`), orders (`merge_order`), the merged tree
(`merging`), reading the device again (`services.rebase`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import Binder
from netconf_gui.config.diff import DiffEntry, settled_entry_of
from netconf_gui.config.merge_order import SIDES, Side
from netconf_gui.config.merge_words import Conflict, Triple
from netconf_gui.config.merging import perform
from netconf_gui.config.path import InstancePath, Step, path_of
from netconf_gui.config.threeway import Walked, compare_three
from netconf_gui.config.treediff import compare_trees
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import Schema

__all__ = ["SIDES", "Conflict", "Merge", "Side", "Triple", "three_way"]

Decisions = Mapping[InstancePath, Side]


@dataclass(frozen=True)
class Merge:
    """What two sides made of one base.

    `mine` and `theirs` are all differences of the two from the base, `conflicts` what they cannot both have.  Nothing
    of the three trees is changed; they must not change while this is used.
    """

    base_root: etree._Element
    mine_root: etree._Element
    theirs_root: etree._Element
    mine: tuple[DiffEntry, ...]
    theirs: tuple[DiffEntry, ...]
    conflicts: tuple[Conflict, ...]
    schema: Schema | None
    _walked: Walked = field(repr=False)
    _binder: Binder = field(repr=False)

    @property
    def disjoint(self) -> bool:
        """True if nothing has to be decided."""
        return not self.conflicts

    @property
    def theirs_unchanged(self) -> bool:
        """True if the other side is still the base."""
        return not self.theirs

    def undecided(self, decisions: Decisions) -> tuple[Conflict, ...]:
        """The conflicts without a decision."""
        return tuple(one for one in self.conflicts if decisions.get(one.path) not in SIDES)

    def merged(self, decisions: Decisions | None = None) -> etree._Element:
        """A new tree with what both sides did; where they disagree, what was decided: one side's, or
        neither's, as it was in the base.

        Raises `ConfigError` while a conflict is undecided.
        """
        decided = decisions or {}
        open_ones = self.undecided(decided)
        if open_ones:
            more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
            raise ConfigError(
                f"Both sides changed {open_ones[0].path}{more}; it is not decided which of them counts.",
                path=str(open_ones[0].path),
                state="Nothing was merged.",
                advice="Decide each conflict: mine, theirs, or base.",
            )
        return perform(self._binder, self.mine_root, self._walked.deeds, self._walked.orderings, decided)

    @cached_property
    def agreed(self) -> tuple[DiffEntry, ...]:
        """What both sides did alike."""
        ours = {(one.kind, one.path, one.new) for one in self.mine if one.kind != "moved"}
        return tuple(one for one in self.taken if (one.kind, one.path, one.new) in ours)

    @cached_property
    def taken(self) -> tuple[DiffEntry, ...]:
        """What the other side did and no conflict is about."""
        return tuple(self._free(self.theirs))

    @cached_property
    def kept(self) -> tuple[DiffEntry, ...]:
        """What I did and no conflict is about."""
        return tuple(self._free(self.mine))

    def _free(self, entries: Iterable[DiffEntry]) -> Iterable[DiffEntry]:
        paths = {one.path.steps for one in self.conflicts if one.what == "node"}
        paths |= {path_of(one, self._binder).steps for one in self._chosen()}
        orders = {one.path.steps for one in self.conflicts if one.what == "order"}
        for entry in entries:
            steps = entry.path.steps
            if any(steps[:length] in paths for length in range(1, len(steps) + 1)):
                continue
            if entry.kind == "moved" and (*steps[:-1], _bare(steps[-1])) in orders:
                continue
            yield entry

    def _chosen(self) -> Iterable[etree._Element]:
        """The nodes of choices about which the sides disagree."""
        for deed in self._walked.deeds:
            if deed.conflict is not None and deed.conflict.what == "choice":
                yield from (one for one in (deed.mine, deed.comes) if one is not None)


def three_way(
    base_root: etree._Element,
    mine_root: etree._Element,
    theirs_root: etree._Element,
    schema: Schema | None = None,
    *,
    cancel: CancelToken | None = None,
    defaults: str | None = None,
) -> Merge:
    """Compare what two sides made of one base, all three given as wrapper elements.

    Entries are matched as in `diff`.  What only one side changed is merged, and so is what both changed alike.  A
    conflict is: two values for one leaf; an entry deleted here and changed inside there; two cases of one choice;
    entries of a list that the user orders brought to places that contradict each other.  An entry that both added is
    looked at node by node.  `defaults` is the with-defaults mode in which all three were read, as in `diff`.  Linear in
    the size of the three.
    """
    binder = Binder(schema)
    by_me = compare_trees(binder, base_root, mine_root, cancel=cancel, defaults=defaults)
    there = compare_trees(binder, base_root, theirs_root, cancel=cancel, defaults=defaults)
    walked = compare_three(binder, base_root, mine_root, theirs_root, by_me, there, cancel, defaults)
    return Merge(
        base_root,
        mine_root,
        theirs_root,
        tuple(map(settled_entry_of, by_me)),
        tuple(map(settled_entry_of, there)),
        tuple(walked.conflicts),
        schema,
        walked,
        binder,
    )


def _bare(step: Step) -> Step:
    return Step(step.namespace, step.name)
