"""The comment and the label that go with a commit, on devices that keep them.

Lives here: `with_words`.  Does not live here: which device takes which (`protocol.profile_data`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.xml import add_element, serialize
from netconf_gui.services.transaction import Transaction


def with_words(commit: Operation, at: Transaction) -> Operation:
    """The commit with what the person wrote for the device's own list of commits, where it takes such a thing."""
    profile, options = at.session.profile, at.options
    words = ((profile.commit_label, options.label), (profile.commit_comment, options.comment))
    given = [(element, text) for element, text in words if element and text]
    if not given:
        return commit
    node = commit.element
    for element, text in given:
        add_element(node, element, text, {None: etree.QName(element).namespace or ""})
    return Operation(commit.name, serialize(node))
