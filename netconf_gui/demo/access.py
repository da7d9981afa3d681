"""Who may do what on the demo device: a fixed rule for each of its two kinds of users.

After the manner of RFC 8341, but not configurable: operators do everything; readers read, may subscribe and
validate, and do not see secrets.  Does not live here: passwords and keys (`server`).
"""

from __future__ import annotations

from enum import StrEnum

from lxml import etree

from netconf_gui.demo.replies import refused

NS_DEMO = "urn:netconf-gui:demo"
NS_SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"

_READERS_MAY = frozenset(
    {
        "get",
        "get-config",
        "get-data",
        "get-schema",
        "close-session",
        "create-subscription",
        "validate",
        "ping",
        "establish-subscription",
        "modify-subscription",
        "delete-subscription",
        "resync-subscription",
    }
)
_SECRETS = frozenset(
    {
        f"{{{NS_SYSTEM}}}authentication",
        f"{{{NS_DEMO}}}password",
        f"{{{NS_DEMO}}}shared-key",
        f"{{{NS_DEMO}}}read-community",
    }
)


class Role(StrEnum):
    """What a user is allowed to do."""

    OPERATOR = "operator"
    READER = "reader"


def check_operation(role: Role, operation: str) -> None:
    """Raise `RefusedError` with access-denied if the role may not use the operation (RFC 8341, section 3.4.4)."""
    if role is Role.READER and operation not in _READERS_MAY:
        raise refused("access-denied", f"This user may only read; {operation} is not allowed.")


def hide_secrets(role: Role, root: etree._Element) -> None:
    """Remove from `root`, in place, what the role may not read; nothing says that it was there."""
    if role is Role.OPERATOR:
        return
    hidden = [node for node in root.iter(etree.Element) if node.tag in _SECRETS]
    for node in hidden:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
