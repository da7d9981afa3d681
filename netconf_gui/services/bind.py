"""A document without a device, brought to one: what the device's schema does not have, and the rest as a wish.

Lives here: the listing and the two ways to bring it over.  Does not live here: comparing and applying what comes out
(`deploy`), or the dialog.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.apply import edit_config
from netconf_gui.config.binding import Binder, elements
from netconf_gui.config.codec import read_root
from netconf_gui.config.path import path_of
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.wish import wished
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema


class Bringing(StrEnum):
    """What becomes of what the device has: stays where the document says nothing, or goes with its top-level node."""

    MERGE = "merge"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a document fits another schema: `content` is it without what is `unknown` there or state.

    `misfits` are values that the schema does not take; they are in `content` still.
    """

    content: bytes
    unknown: tuple[str, ...]
    state: tuple[str, ...]
    misfits: tuple[Problem, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.unknown or self.state or self.misfits)


def fit(
    data: bytes, schema: Schema, *, engine: Engine | None = None, key: str = "", cancel: CancelToken | None = None
) -> Fit:
    """Compare a document with the schema of a device; paths name the highest node that is not there.

    Raises `ConfigError` if `data` is no configuration, `SchemaError` if the engine fails, and `Cancelled`.
    """
    root = read_root(data)
    binder = Binder(schema)
    unknown: list[etree._Element] = []
    state: list[etree._Element] = []
    waiting = list(elements(root))[::-1]
    while waiting:
        if cancel is not None:
            cancel.check()
        element = waiting.pop()
        node = binder.schema_node(element)
        if node is None:
            unknown.append(element)
        elif not node.config:
            state.append(element)
        elif node.is_inner:
            waiting.extend(list(elements(element))[::-1])
    told = tuple(str(path_of(one, binder)) for one in unknown), tuple(str(path_of(one, binder)) for one in state)
    for one in (*unknown, *state):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    content = serialize(root)
    misfits: tuple[Problem, ...] = ()
    if engine is not None and key:
        misfits = engine.validate(key, content, content="edit", cancel=cancel)
    return Fit(content, *told, misfits)


def brought(base: bytes, content: bytes, schema: Schema | None, how: Bringing) -> bytes:
    """What the device would hold: `base` with `content` merged in, or in place of its top-level nodes.

    Raises `EditRefused` if the content cannot be merged.
    """
    if how is Bringing.REPLACE:
        return serialize(wished(read_root(base), read_root(content)))
    return serialize(edit_config(read_root(base), read_root(content), schema, accept_unknown=True))
