"""The configuration datastores of the demo device: running, candidate, startup.

A datastore holds a tree that nobody changes once it is here: every edit makes a new one, so keeping what was before
(for a rollback, for a comparison) costs nothing.  Does not live here: edits (`config.apply`), locks (`locks`), what
a commit has to observe (`commit`).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from netconf_gui.config.merge import three_way
from netconf_gui.demo.replies import invalid_value, refused
from netconf_gui.protocol.xml import NS_BASE, canonical, new_element, qn
from netconf_gui.yang.schema import Schema

RUNNING = "running"
CANDIDATE = "candidate"
STARTUP = "startup"


def empty_configuration() -> etree._Element:
    """A configuration without any node."""
    return new_element(qn(NS_BASE, "config"), {None: NS_BASE})


class Datastores:
    """The trees; not thread-safe, the device's lock guards them.

    `on_running(before, after)` is called after running changed.  Candidate is the one that all share, unless `use` said
    whose private one is meant.
    """

    def __init__(
        self,
        initial: etree._Element,
        *,
        candidate: bool,
        startup: bool,
        on_running: Callable[[etree._Element, etree._Element], None],
        schema: Schema | None = None,
    ) -> None:
        self._running = initial
        self._owner: int | None = None
        # what candidates hold and what running was when they began; those not here are the same as running
        self._candidates: dict[int | None, tuple[etree._Element, etree._Element]] = {}
        self._schema = schema
        self._startup = initial
        self._on_running = on_running
        self.names: tuple[str, ...] = (
            RUNNING,
            *((CANDIDATE,) if candidate else ()),
            *((STARTUP,) if startup else ()),
        )

    @property
    def running(self) -> etree._Element:
        return self._running

    @property
    def candidate_modified(self) -> bool:
        """Whether candidate holds something that is neither committed nor discarded."""
        return self._owner in self._candidates

    def use(self, owner: int | None) -> None:
        """From now on candidate is the private one of that session; None: the one that all share."""
        self._owner = owner

    def forget(self, owner: int) -> None:
        """A session ended, and its private candidate with it."""
        self._candidates.pop(owner, None)

    def check_name(self, name: str) -> str:
        """The name itself; raises `RefusedError` (invalid-value) for datastores that the device does not have."""
        if name not in self.names:
            raise invalid_value(f"This device has no datastore {name}.", name)
        return name

    def read(self, name: str) -> etree._Element:
        """The tree of a datastore, not to be changed."""
        self.check_name(name)
        if name == STARTUP:
            return self._startup
        if name == CANDIDATE and self._owner in self._candidates:
            return self._candidates[self._owner][0]
        return self._running

    def write(self, name: str, tree: etree._Element) -> None:
        """Replace the contents of a datastore; `tree` belongs to the datastore from now on."""
        self.check_name(name)
        if name == STARTUP:
            self._startup = tree
        elif name == CANDIDATE:
            same = tree is self._running or canonical(tree) == canonical(self._running)
            base = self._candidates.pop(self._owner, (tree, self._running))[1]
            if not same:
                self._candidates[self._owner] = (tree, base)
        else:
            before, self._running = self._running, tree
            self._on_running(before, tree)

    def discard(self) -> None:
        """Candidate becomes what running is (RFC 6241, section 8.3.4.2)."""
        self._candidates.pop(self._owner, None)

    def promote(self) -> None:
        """Running becomes what candidate is (RFC 6241, section 8.3.4.1).

        A private candidate is brought up to date before; raises `RefusedError`.
        """
        self.update()
        if self._owner in self._candidates:
            self.write(RUNNING, self._candidates.pop(self._owner)[0])

    def update(self) -> None:
        """Put a private candidate on top of what others did since; raises `RefusedError` where both changed a node."""
        tree, base = self._candidates.get(self._owner, (None, None))
        if tree is None or base is None or self._owner is None or base is self._running:
            return
        merge = three_way(base, tree, self._running, self._schema)
        if merge.conflicts:
            raise refused("operation-failed", "Somebody else changed the same nodes.", app_tag="update-conflict")
        self._candidates[self._owner] = (merge.merged(), self._running)

    def restart(self) -> None:
        """What a power cycle does: candidate is gone, running is read from startup again."""
        self._candidates.clear()
        if STARTUP in self.names and self._startup is not self._running:
            self.write(RUNNING, self._startup)
