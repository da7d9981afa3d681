"""A document that follows a device: what changed since the last reading, as few commands as possible, and no history.

Lives here: `LiveDocument`.  Nothing can be undone in it and nothing counts as changed: it shows state.  Does not live
here: reading (`services.watch`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from netconf_gui.config.binding import Binder, Scope, elements
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit, Group, InsertNode, RemoveNode, ReplaceAll, ReplaceNode, SetValue
from netconf_gui.config.identity import identity, same_subtree
from netconf_gui.config.path import InstancePath, find
from netconf_gui.config.untracked import UntrackedDocument
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize

MOST = 3000  # commands at once; more and the whole is replaced


class LiveDocument(UntrackedDocument):
    """Takes readings by `take`; `changed` are the leafs whose value the last one changed."""

    changed: tuple[etree._Element, ...] = ()

    def take(self, root: etree._Element, paths: Sequence[InstancePath] = ()) -> tuple[etree._Element, ...]:
        """Become what a reading says below `paths` (nothing: everywhere); returns the leafs with another value.

        `root` is the wrapper of the reading and is not changed.
        """
        edits: list[Edit] = []
        for path in paths or (InstancePath(),):
            old, new = self.find(path), find(root, path, self.binder)
            if new is None and old is not None and path.steps:
                edits.append(RemoveNode(path))
            elif new is not None and old is None:
                edits += self._arrived(root, path)
            elif new is not None and old is not None:
                edits += _differences(self, old, new, path, self.binder.scope(old), self.binder)
            if len(edits) > MOST:
                break
        if len(edits) > MOST:
            if paths:
                edits = edits[:MOST]  # the rest comes with the next reading
            else:
                self._become([ReplaceAll(serialize(root).decode())])
                self.changed = ()
                return ()
        self._become(edits)
        found = (self.find(edit.path) for edit in edits if isinstance(edit, SetValue | ReplaceNode))
        self.changed = tuple(one for one in found if one is not None)
        return self.changed

    def _arrived(self, root: etree._Element, path: InstancePath) -> list[Edit]:
        """What stands at a path for the first time, with what is missing above it."""
        for depth in range(1, len(path.steps) + 1):
            part = InstancePath(path.steps[:depth], path.modules)
            if self.find(part) is None:
                new = find(root, part, self.binder)
                return [] if new is None else [InsertNode(part.parent, serialize(new).decode())]
        return []

    def _become(self, edits: Sequence[Edit]) -> None:
        if not edits:
            return
        try:
            self._perform(Group(tuple(edits)))
        except ConfigError:
            # a list without keys that changed under our hands: the next reading puts it right
            return
        finally:
            self._log.clear()


def _differences(
    document: Document, old: etree._Element, new: etree._Element, path: InstancePath, scope: Scope, binder: Binder
) -> Iterator[Edit]:
    """The commands that make `old` say what `new` says; entries without keys are paired by their order."""
    if same_subtree(old, new):
        return
    olds, news = list(elements(old)), list(elements(new))
    if not olds and not news:
        if (old.text or "").strip() != (new.text or "").strip():
            text = new.text or ""
            if ":" in text and len(new.nsmap) > 1:
                yield ReplaceNode(document.path_of(old), serialize(new).decode())
            else:
                yield SetValue(document.path_of(old), text)
        return
    known: dict[object, list[etree._Element]] = {}
    for child in olds:
        known.setdefault(_name(child, scope, binder), []).append(child)
    for queue in known.values():
        queue.reverse()
    fresh: list[etree._Element] = []
    for child in news:
        twins = known.get(_name(child, scope, binder))
        if not twins:
            fresh.append(child)
            continue
        twin = twins.pop()
        yield from _differences(document, twin, child, path, binder.child_scope(scope, str(child.tag)), binder)
    # last ones first: positions stay right
    gone = {child for queue in known.values() for child in queue}
    yield from (RemoveNode(document.path_of(child)) for child in reversed(olds) if child in gone)
    here = document.path_of(old) if fresh else path
    order = [str(child.tag) for child in olds if child not in gone]
    for child in fresh:
        # behind the others of its name
        place = next((at for at in range(len(order), 0, -1) if order[at - 1] == child.tag), len(order))
        order.insert(place, str(child.tag))
        yield InsertNode(here, serialize(child).decode(), place)


def _name(child: etree._Element, scope: Scope, binder: Binder) -> object:
    found = identity(child, binder.child_scope(scope, str(child.tag)), binder)
    return (child.tag,) if found is None else found
