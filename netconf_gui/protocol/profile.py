"""What may be known of a kind of server, as typed flags.

Lives here: `Profile` alone.  Does not live here: the kinds of servers there are (`profile_data`), choosing one
(`profiles`), the words about each flag (`quirks`), code that acts on a flag (sessions and services ask for it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server.  It matches a hello in which any module or capability URI begins with one of `uris`.

    The defaults are what the RFCs say.  Names of elements are in Clark notation.
    """

    name: str
    title: str
    uris: tuple[str, ...] = ()

    # ---- connecting
    subsystems: tuple[str, ...] = ()
    """SSH subsystems that are tried, in order, where the server has no `netconf`."""
    settle: float = 0.0
    """Seconds between our hello and the first request: a server that reads both at once forgets the request."""

    # ---- reading
    cli_text: bool = False
    """The configuration is the text of a command line (`cli_operations`): no YANG, no XML of it, no candidate."""
    repairs: tuple[str, ...] = ()
    """Names in `repairs.REPAIRS`, applied in order to the bytes of each message before it is parsed."""
    characters: bool = False
    """Chunk sizes count characters instead of octets; what is sent is ASCII then, where both are the same."""
    nested_errors: bool = False
    """rpc-errors lie deeper in a reply than RFC 6241 says: inside the results of a commit or a load."""
    filter_roots: tuple[str, ...] = ()
    """A reading without a filter is refused: it gets one that names these top-level elements."""
    continuation: str = ""
    """The operation that fetches the next part of a reply whose `set-id` says that there is more."""
    foreign_roots: tuple[str, ...] = ()
    """Top-level elements of a reading, by local name, that are not configuration; they are left out."""
    foreign_attributes: tuple[str, ...] = ()
    """How the namespaces of attributes begin that tell about the reading, not of its content; they are left out."""
    unservable_schemas: tuple[str, ...] = ()
    """Modules that must not be asked for with get-schema: the server dies of it."""

    # ---- writing
    max_message: int = 0
    """Octets that the server takes in one message; 0: without limit.  Checked before an edit is sent."""
    plain_elements: bool = False
    """Elements are sent without prefixes, each namespace as the default one; prefixes that values use stay."""
    operation_prefix: str = ""
    """The prefix that `operation` attributes are sent with; '' leaves it open."""
    default_operation: Literal["none", "merge"] = "none"
    """The default-operation that planned edits are sent with."""

    # ---- an apply
    validate_by_test_then_set: bool = False
    """`<validate>` and then `<commit>` loses the edits: validate with edit-config's test-option instead."""
    lock_order: tuple[str, ...] = ("running", "candidate")
    """In which order the two are locked for an edit of candidate; they are unlocked the other way round."""
    lock_retry: float = 0.0
    """Seconds for which a lock is tried again that the server itself holds, while it synchronises."""
    commit_timeout: float = 0.0
    """Seconds that what changes running may take at least; 0: as the settings say."""
    save_to_startup: str = "copy-config"
    """How running is made to survive a restart: `copy-config`, or `rpc:` and the name of an operation."""
    commit_comment: str = ""
    """The element of `<commit>` that takes a comment; '': there is none."""
    commit_label: str = ""
    """The element of `<commit>` that takes a label; '': there is none."""

    notes: tuple[str, ...] = ()
    """For people: what is good to know besides the flags."""
