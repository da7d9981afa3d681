"""What may be known of a kind of server, as typed flags.

Lives here: `Profile` alone.  Does not live here: the kinds of servers there are (`profile_data`), choosing one
(`profiles`), the words about each flag (`quirks`), code that acts on a flag (sessions and services ask for it).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server.  It matches a hello in which any module or capability URI begins with one of `uris`."""

    name: str
    title: str
    uris: tuple[str, ...] = ()
    validate_by_test_then_set: bool = False
    """`<validate>` and then `<commit>` loses the edits: validate with edit-config's test-option instead."""
    lock_order: tuple[str, ...] = ("running", "candidate")
    """In which order the two are locked for an edit of candidate; they are unlocked the other way round."""
    repairs: tuple[str, ...] = ()
    """Names in `repairs.REPAIRS`, applied in order to the bytes of each message before it is parsed."""
    settle: float = 0.0
    """Seconds between our hello and the first request: a server that reads both at once forgets the request."""
    unservable_schemas: tuple[str, ...] = ()
    """Modules that must not be asked for with get-schema: the server dies of it."""
    max_message: int = 0
    """Octets that the server takes in one message; 0: without limit.  Checked before an edit is sent."""
    notes: tuple[str, ...] = ()
    """For people: what is worked around."""
