"""What a reading of a particular server lacks or holds too much of: parts fetched one by one, foreign nodes.

Lives here: `whole`.  Does not live here: which server does it (`protocol.profile_data`), requests (`session`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from lxml import etree

from netconf_gui.errors import MalformedMessage
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.replies import Reply, parse_reply
from netconf_gui.protocol.xml import add_element, local_name, new_element, parse, serialize

MOST_PARTS = 20_000
"""Parts of one reply after which a device that says "more" for ever is given up."""


def whole(reply: Reply, profile: Profile, fetch: Callable[[Operation], Reply]) -> Reply:
    """The reply with all its parts (`fetch` asks for the next one), without what is no configuration.

    Raises what `fetch` raises, and `MalformedMessage` where the parts never end.
    """
    if profile.continuation and reply.element.get("set-id") is not None and reply.data is not None:
        reply = _continued(reply, profile.continuation, fetch)
    if (profile.foreign_roots or profile.foreign_attributes) and reply.data is not None:
        _clean(reply.data, profile)
    return reply


def _continued(reply: Reply, operation: str, fetch: Callable[[Operation], Reply]) -> Reply:
    """Each part but the last names a set, of which the operation gives the next part."""
    last, parts = reply, [reply.data]
    name = etree.QName(operation)
    while (set_id := last.element.get("set-id")) is not None:
        if len(parts) > MOST_PARTS:
            raise MalformedMessage(f"The device sent {len(parts):,} parts of one reply and says that there are more.")
        asked = new_element(operation, {None: name.namespace or ""}, {"set-id": set_id})
        last = fetch(Operation(name.localname, serialize(asked)))
        parts.append(last.data)
    shell = new_element(str(reply.element.tag), reply.element.nsmap)
    for key, value in reply.element.attrib.items():
        if key != "set-id":
            shell.set(key, value)
    assert reply.data is not None
    data = add_element(shell, str(reply.data.tag), nsmap=reply.data.nsmap)
    # put together as text: nodes that go from tree to tree lose the prefixes that their values use
    inside = _joined([list(part) for part in parts if part is not None])
    return parse_reply(parse(_around(shell, data, inside)), reply.size)


def _joined(parts: Sequence[Sequence[etree._Element]]) -> bytes:
    """The text of all nodes in order; the last of one part and the first of the next may be one node, cut in two."""
    out: list[bytes] = []
    pieces: list[etree._Element] = []
    for part in parts:
        for number, node in enumerate(part):
            if not number and pieces and _same_node(pieces[-1], node):
                pieces.append(node)
                continue
            out.append(_mended(pieces))
            pieces = [node]
    out.append(_mended(pieces))
    return b"".join(out)


def _mended(pieces: Sequence[etree._Element]) -> bytes:
    """The text of one node from its pieces."""
    if len(pieces) <= 1:
        return b"".join(serialize(node) for node in pieces)
    first = pieces[0]
    shell = new_element(str(first.tag), first.nsmap, {str(key): str(value) for key, value in first.attrib.items()})
    keys = {(leaf.tag, leaf.text) for leaf in itertools.takewhile(lambda child: not len(child), first)}
    children = [list(first)]  # its keys are in every piece
    for piece in pieces[1:]:
        children.append(list(itertools.dropwhile(lambda child: (child.tag, child.text) in keys, piece)))
    return _around(shell, shell, _joined(children))


def _around(root: etree._Element, holder: etree._Element, inside: bytes) -> bytes:
    """The text of `root` with `inside` as content of `holder`, which is empty."""
    mark = etree.ProcessingInstruction("netconf-gui-parts")
    holder.append(mark)
    return serialize(root).replace(etree.tostring(mark, with_tail=False), inside, 1)


def _same_node(one: etree._Element, other: etree._Element) -> bool:
    """Whether a node was cut in two: the same name, and the same keys where it begins with leaves."""
    if one.tag != other.tag or not len(one) or not len(other):
        return False
    first, second = one[0], other[0]
    if len(first) or len(second):
        return bool(len(first)) and bool(len(second))
    return (first.tag, first.text) == (second.tag, second.text)


def _clean(data: etree._Element, profile: Profile) -> None:
    for child in [child for child in data if local_name(child) in profile.foreign_roots]:
        data.remove(child)
    if not profile.foreign_attributes:
        return
    beginnings = tuple(f"{{{namespace}" for namespace in profile.foreign_attributes)
    for element in data.iter(etree.Element):
        for name in [name for name in element.attrib if str(name).startswith(beginnings)]:
            del element.attrib[name]
