"""What the person may not read: nothing is deleted or replaced over it, since nobody could say what goes with it.

Lives here: `Hidden`, made of the paths that are known to be hidden and of what the schema says: nodes that are denied
to everyone by default (RFC 8341, ``nacm:default-deny-all``).  One that must be there and does not show is hidden for
certain; one that may be there is told.  Does not live here: finding out what a device denies.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.path import InstancePath, Step, path_of
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import SchemaNode

_NACM = "ietf-netconf-acm"
_DENIED = f"{_NACM}:default-deny-all"
_MOST = 50_000  # schema nodes that are looked at


class Hidden:
    """Knows what cannot be read; `notes` gathers what only may be hidden."""

    def __init__(self, unreadable: Sequence[InstancePath], binder: Binder) -> None:
        self._paths = [path for path in unreadable if path.steps]
        self._binder = binder
        self._denying: dict[int, bool] = {}  # schema nodes below which something is denied by default
        self._looked = 0
        schema = binder.schema
        self._nacm = schema is not None and any(
            name == _NACM for module in schema.modules for name, _ in module.imports
        )
        self.notes: dict[str, None] = {}

    def covers(self, path: InstancePath) -> bool:
        """Whether the node is, or is inside, what cannot be read."""
        return bool(self._paths) and any(_begins(path.steps, hidden.steps) for hidden in self._paths)

    def refuse(
        self, path: InstancePath, verb: str, element: etree._Element | None = None, scope: Scope = Region.UNKNOWN
    ) -> None:
        """Raise `ConfigError` if deleting or replacing the node touches what cannot be read.

        `element` is the node in the base.
        """
        for hidden in self._paths:
            if _begins(hidden.steps, path.steps) or _begins(path.steps, hidden.steps):
                raise _refused(path, hidden, verb)
        if self._nacm and element is not None and isinstance(scope, SchemaNode) and scope.is_inner:
            self._look(element, scope, path, verb)

    def _look(self, element: etree._Element, node: SchemaNode, path: InstancePath, verb: str) -> None:
        schema = self._binder.schema
        if schema is None or not self._denies(node):
            return
        shown = {str(child.tag) for child in elements(element)}
        for child in schema.data_children(node):
            if not child.config or qn(child.namespace, child.name) in shown:
                continue
            if _is_denied(child):
                if child.mandatory and not child.whens and schema.choice_of(child) is None:
                    here = path_of(element, self._binder)
                    modules = {**here.modules, child.namespace: child.module}
                    step = Step(child.namespace, child.name)
                    raise _refused(path, InstancePath((*here.steps, step), modules), verb)
                self.notes.setdefault(
                    f"{child.path} may be there without being shown to you; it is {verb} with the rest."
                )
        for one in elements(element):
            below = self._binder.child_scope(node, str(one.tag))
            if isinstance(below, SchemaNode) and below.is_inner:
                self._look(one, below, path, verb)

    def _denies(self, node: SchemaNode) -> bool:
        """Whether anything below the schema node is denied by default."""
        found = self._denying.get(node.id)
        if found is None:
            self._looked += 1
            schema = self._binder.schema
            found = False
            if schema is not None and self._looked <= _MOST:
                children = schema.data_children(node)
                found = any(_is_denied(child) for child in children) or any(
                    self._denies(child) for child in children if child.is_inner
                )
            self._denying[node.id] = found
        return found


def _is_denied(node: SchemaNode) -> bool:
    return any(extension.name == _DENIED for extension in node.extensions)


def _begins(steps: tuple[Step, ...], start: tuple[Step, ...]) -> bool:
    """Whether the one path leads through the other; entries without keys stand for all entries."""
    return len(start) <= len(steps) and all(map(_same, steps, start))


def _same(one: Step, other: Step) -> bool:
    if (one.namespace, one.name) != (other.namespace, other.name):
        return False
    plain = any(not step.keys and step.value is None and step.position is None for step in (one, other))
    return plain or one == other


def _refused(path: InstancePath, hidden: InstancePath, verb: str) -> ConfigError:
    inside = "You may not read it" if hidden == path else f"You may not read {hidden}"
    return ConfigError(
        f"{path} cannot be {verb}: {inside}, so nobody can say what would be lost.",
        path=str(path),
        state="Nothing was sent.",
        advice="Change what you can see node by node, or ask for the right to read it.",
    )
