"""What the device changes by itself when it stores a configuration: `$0$` passwords become hashes (RFC 7317)."""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo.access import NS_SYSTEM
from netconf_gui.demo.passwords import hashed, is_cleartext, new_salt
from netconf_gui.protocol.xml import qn

_PASSWORDS = "/".join(qn(NS_SYSTEM, name) for name in ("system", "authentication", "user", "password"))


def as_stored(tree: etree._Element) -> etree._Element:
    """`tree` itself, changed in place: it must not belong to a datastore yet."""
    for password in tree.iterfind(_PASSWORDS):
        value = (password.text or "").strip()
        if is_cleartext(value):
            password.text = hashed(value, new_salt())
    return tree
