"""A draft brought onto what the device holds by now: read again, compare three versions, decide, go on.

Lives here: `refresh` (asks the device), `rebase` (compares) and `settled` (the draft after the decisions), all of them
blocking.  Does not live here: the comparison itself (`config.merge`), the same look under the lock of an apply
(`applying`), windows.

Nothing is sent to the device but the question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import DiffEntry, diff
from netconf_gui.config.document import Document, Recipe
from netconf_gui.config.edits import Edit
from netconf_gui.config.merge import Decisions, Merge, three_way
from netconf_gui.config.textedit import text_edit
from netconf_gui.services.events import Event
from netconf_gui.services.load import read_datastore
from netconf_gui.session.datastores import editing_with_defaults
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import Schema


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft as it was at one moment: what it is compared with, and how to make it again.

    `defaults` is the with-defaults mode in which the base was read.
    """

    base: bytes
    recipe: Recipe
    revision: int
    schema: Schema | None
    defaults: str | None = None


@dataclass(frozen=True, slots=True)
class Rebase:
    """The three versions compared.

    `theirs` is what the device holds, read at `read_at` (seconds since the epoch).  `merge.conflicts` have to be
    decided before there is a rebased draft.
    """

    theirs: bytes
    read_at: float
    merge: Merge
    draft: DraftState
    _copy: Document = field(repr=False)

    @property
    def unchanged(self) -> bool:
        """True if the device still holds what was fetched."""
        return self.merge.theirs_unchanged


@dataclass(frozen=True, slots=True)
class Settled:
    """The draft after a rebase: `edit` makes the old draft the new one (None: it is already).

    `base` is what it is compared with from then on, `base_root` the same as a tree that nobody else uses, `left` what
    differs between the two.
    """

    edit: Edit | None
    base: bytes
    base_root: etree._Element
    read_at: float
    left: tuple[DiffEntry, ...]
    taken: int
    decided: int


def refresh(
    session: Session,
    datastore: str,
    draft: DraftState,
    *,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Rebase:
    """Read the datastore as it was read for the draft, and compare.

    Raises `RpcFailed`, `Cancelled`, what ends the session, and `ConfigError` for a draft that cannot be made again.
    """
    mode = editing_with_defaults(session.capabilities)
    theirs = read_datastore(session, datastore, with_defaults=mode, cancel=cancel, on_event=on_event)
    return rebase(replace(draft, defaults=mode), theirs, read_at=time.time(), cancel=cancel)


def rebase(draft: DraftState, theirs: bytes, *, read_at: float, cancel: CancelToken | None = None) -> Rebase:
    """Compare what was fetched, the draft, and what the device holds.  Raises `ConfigError` and `Cancelled`."""
    copy = draft.recipe.make(draft.schema)
    roots = read_root(draft.base), copy.root, read_root(theirs)
    merge = three_way(*roots, draft.schema, cancel=cancel, defaults=draft.defaults)
    return Rebase(theirs, read_at, merge, draft, copy)


def settled(found: Rebase, decisions: Decisions | None = None) -> Settled:
    """The draft that holds both sides' changes.  Raises `ConfigError` while a conflict is undecided."""
    merged = found.merge.merged(decisions)
    left = diff(found.merge.theirs_root, merged, found.draft.schema).settle()
    return Settled(
        text_edit(found._copy, merged),
        found.theirs,
        read_root(found.theirs),
        found.read_at,
        left.entries,
        len(found.merge.taken) - len(found.merge.agreed),
        len(found.merge.conflicts),
    )


def sentence(done: Settled, device: str) -> str:
    """What a rebase did, in words."""
    if done.taken:
        text = f"{_counted(done.taken, 'change')} on {device} {'was' if done.taken == 1 else 'were'} taken over"
    else:
        text = f"Nothing had to be taken over from {device}"
    if done.decided:
        text += f", {_counted(done.decided, 'conflict')} decided"
    left = len(done.left)
    if left:
        return f"{text}. {_counted(left, 'change')} of yours {'is' if left == 1 else 'are'} left to apply."
    return f"{text}. Nothing of yours is left to apply: {device} holds all of it."


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"
