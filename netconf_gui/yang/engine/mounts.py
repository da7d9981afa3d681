"""Schema mount (RFC 8528): what is mounted below a mount point is not known here, so it is shown and never judged.

Lives here: keeping libyang's own plugin away, which wants to be told what is mounted and fails where nobody tells it;
taking mounted data out before validation.  Does not live here: pruning of unknown namespaces (`instance`).
"""

from __future__ import annotations

from netconf_gui.errors import SchemaError
from netconf_gui.yang import statements
from netconf_gui.yang.engine.sources import SourceSet

MODULE = b"ietf-yang-schema-mount"
# the plugin looks at the module's revision: for another one the extension is like any other, kept and without effect
_REVISION, _OTHER = b"2019-01-14", b"2019-01-13"


def real_revision(name: str, revision: str) -> str:
    """The revision that the text really has."""
    return _REVISION.decode() if (name, revision) == (MODULE.decode(), _OTHER.decode()) else revision


def without_plugin(name: str, data: bytes) -> bytes:
    """A module's text such that libyang leaves mount points alone."""
    if MODULE not in data or _REVISION not in data:
        return data
    if name.encode() == MODULE:
        return data.replace(_REVISION, _OTHER)
    try:
        tree = statements.parse(data)
    except SchemaError:
        return data
    for item in tree.every("import"):
        date = item.first("revision-date")
        if item.argument.encode() == MODULE and date is not None and date.argument.encode() == _REVISION:
            return data.replace(_REVISION, _OTHER)
    return data


def mount_points(sources: SourceSet) -> frozenset[str]:
    """The names of nodes that are mount points somewhere in the set."""
    found: set[str] = set()
    for entry in sources.entries:
        text = sources.text(entry)
        if text is None or MODULE not in text or b"mount-point" not in text:
            continue
        tree = statements.read(text)[0]
        for item in tree.walk() if tree is not None else ():
            prefixed = item.keyword.rpartition(":")
            if prefixed[0] and prefixed[2] == "mount-point" and item.parent is not None:
                found.add(item.parent.argument)
    return frozenset(found)
