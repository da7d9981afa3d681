"""What the standard capabilities mean, in a sentence each (RFC 6241, section 8, and the RFCs that add some)."""

from __future__ import annotations

from netconf_gui.protocol.capabilities import Capability

_MEANINGS = {
    ("base", "1.0"): "NETCONF as in RFC 4741; messages end with ]]>]]>.",
    ("base", "1.1"): "NETCONF as in RFC 6241; messages are chunked.",
    ("writable-running", ""): "Running can be edited directly.",
    ("candidate", ""): "Changes are collected in candidate and made active by a commit.",
    ("confirmed-commit", "1.0"): "A commit is taken back by itself unless it is confirmed in time.",
    (
        "confirmed-commit",
        "1.1",
    ): "A commit is taken back by itself unless it is confirmed in time, by any session.",
    ("rollback-on-error", ""): "When one edit of a request fails, the device undoes the others.",
    ("validate", "1.0"): "The device can check a configuration before it becomes active.",
    ("validate", "1.1"): "The device can check a configuration, or an edit without making it.",
    ("startup", ""): "What is loaded at a restart is a datastore of its own.",
    ("url", ""): "Configurations can be read from and written to URLs.",
    ("xpath", ""): "Filters can be XPath expressions.",
    ("notification", ""): "The device sends notifications to those who subscribe.",
    ("interleave", ""): "Other requests may be made while notifications are received.",
    ("partial-lock", ""): "Parts of running can be locked.",
    ("with-defaults", ""): "How default values are reported can be chosen.",
    ("yang-library", ""): "The device lists its YANG modules.",
}


def meaning(capability: Capability) -> str:
    """A sentence for a standard capability; empty for others."""
    found = _MEANINGS.get((capability.name, capability.version)) or _MEANINGS.get((capability.name, ""), "")
    details = "; ".join(f"{name}: {value}" for name, value in capability.params.items())
    return f"{found} ({details})" if found and details else found
