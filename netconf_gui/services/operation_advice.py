"""What to do when a device refuses a single operation: in words, by what the device answered.

Applies have words of their own (`services.words`); this is for what a person asks for one by one.
"""

from __future__ import annotations

import re

from netconf_gui.errors import RpcFailed

_STOP = re.compile(r"(?<!\.)\. (?=\([a-z-]+\))")  # a device's sentence goes on with the tag
_BY_TAG = {
    "lock-denied": "Wait until it is given back, or end the session that holds it: “Sessions” on the device page.",
    "in-use": "Somebody else works on it: “Datastores” on the device page tells who holds a lock.",
    "access-denied": "The device does not let this user do that: sign in as another one, or have its rules changed.",
    "data-missing": "Check the name of what is meant, and whether the device has it.",
    "resource-denied": "The device has no room for it now: end sessions that nobody needs, then try again.",
    "too-big": "The device takes no request as large as this: send less at once.",
    "operation-not-supported": "“Capabilities” on the device page tells what the device offers.",
}
_BY_OPERATION = {
    "unlock": "A lock is released by the session that holds it: “Datastores” on the device page tells which one.",
    "cancel-commit": "It may have ended already; one that was given a name is cancelled by that name only.",
    "copy-config": "Check source and target, and that the device reaches a URL that you named.",
    "validate": "Mend what the device names, then validate again.",
}
_IN_PARTS = ("edit-config", "edit-data", "copy-config")


def explain(error: BaseException) -> None:
    """Fill in what state the device is in and what can be done, where a refusal does not say so itself."""
    if not isinstance(error, RpcFailed):
        return
    error.message = _STOP.sub(" ", error.message)
    if not error.state and error.operation in _IN_PARTS:
        # stop-on-error and continue-on-error keep what went well; some devices copy until they fail
        error.state = "Unless it was all or nothing, a part of it may be done: refresh to see what the device holds."
    elif not error.state:
        error.state = "Nothing was changed by it."
    if not error.advice:
        known = [_BY_TAG[tag] for tag in error.tags if tag in _BY_TAG]
        error.advice = known[0] if known else _BY_OPERATION.get(error.operation, "")
