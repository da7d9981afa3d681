"""Schema mount (RFC 8528): what is mounted below a mount point is not known here, so it is shown and never judged.

Lives here: which nodes are mount points.  Mounted data is taken out before libyang sees it (`instance`): libyang wants
to be told what is mounted, and refuses the document where nobody can tell it.
"""

from __future__ import annotations

from netconf_gui.yang import statements
from netconf_gui.yang.engine.sources import SourceSet

MODULE = b"ietf-yang-schema-mount"


def mount_points(sources: SourceSet) -> frozenset[str]:
    """The names of nodes that are mount points somewhere in the set."""
    found: set[str] = set()
    if sources.preferred(MODULE.decode()) is None:
        return frozenset()  # without it nobody can say mount-point: no text needs to be read
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
