"""What a device can do, in words: one line for each part of NETCONF, and what of it the device offers.

Does not live here: reading capabilities (`protocol.capabilities`), what follows from them (`strategy`, `session`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netconf_gui.protocol.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Ability:
    """One part of NETCONF: whether it is there, and what that means for a person; `uri` as the device announced it."""

    name: str
    there: bool
    words: str
    uri: str = ""


def abilities(offered: Capabilities) -> tuple[Ability, ...]:
    """The parts that this program knows, those of the device and those it lacks, then what it announces besides."""
    known = tuple(_known(offered))
    named = {ability.uri for ability in known}
    others = (uri.uri for uri in offered.netconf if uri.uri not in named and uri.name != "base")
    return (
        *known,
        *(Ability(_short(uri), True, "Announced; this program does nothing with it.", uri) for uri in others),
    )


def _known(offered: Capabilities) -> Iterator[Ability]:
    versions = " and ".join(version for version, there in (("1.0", offered.base10), ("1.1", offered.base11)) if there)
    framing = "chunked framing" if offered.base11 else "end-of-message framing"
    yield Ability(
        "Base protocol", True, f"NETCONF {versions or 'without a version'}, {framing}.", _uri(offered, "base")
    )
    yield _ability(
        offered,
        "candidate",
        "Candidate",
        "Edits are prepared in candidate and become active with one commit.",
        "Edits become active at once.",
    )
    if offered.private_candidate:
        yield Ability("Private candidate", True, "Candidate belongs to this session alone.")
    yield _ability(
        offered,
        "writable-running",
        "Writable running",
        "Running can be edited directly.",
        "Running is changed by commit only." if offered.candidate else "Nobody may edit running.",
    )
    yield _ability(
        offered,
        "startup",
        "Startup",
        "What shall survive a restart is copied to startup.",
        "There is no startup datastore.",
    )
    confirmed = offered.confirmed_commit
    yield Ability(
        "Confirmed commit",
        bool(confirmed),
        {
            "1.1": "A commit can be on probation, outlive its session, and be cancelled.",
            "1.0": "A commit can be on probation; it ends with its session.",
        }.get(confirmed, "A commit is final."),
        _uri(offered, "confirmed-commit"),
    )
    yield Ability(
        "Validate",
        bool(offered.validate),
        {
            "1.1": "Configurations are validated before they become active, also without an edit (test-only).",
            "1.0": "Configurations are validated before they become active.",
        }.get(offered.validate, "What is wrong shows at the edit or the commit."),
        _uri(offered, "validate"),
    )
    yield _ability(
        offered,
        "rollback-on-error",
        "Rollback on error",
        "An edit that fails leaves nothing behind.",
        "An edit that fails may leave a part of it.",
    )
    yield from _reading(offered)


def _reading(offered: Capabilities) -> Iterator[Ability]:
    yield _ability(
        offered, "xpath", "XPath filters", "Parts can be asked for by XPath.", "Parts are asked for by subtree only."
    )
    schemes = ", ".join(offered.url_schemes)
    yield Ability(
        "URL",
        bool(schemes),
        f"Configurations are copied from and to URLs: {schemes}." if schemes else "Nothing is copied by URL.",
        _uri(offered, "url"),
    )
    defaults = offered.with_defaults
    yield Ability(
        "With-defaults",
        defaults is not None,
        f"Values that nobody set are reported in these ways: {', '.join(defaults.modes)}."
        if defaults is not None
        else "How values that nobody set are reported is the device's choice.",
        _uri(offered, "with-defaults"),
    )
    yield _ability(
        offered,
        "partial-lock",
        "Partial lock",
        "Parts of running can be locked.",
        "Only whole datastores can be locked.",
    )
    yield _ability(
        offered, "notification", "Notifications", "Events can be subscribed to.", "The device announces nothing."
    )
    if offered.notification:
        yield _ability(
            offered,
            "interleave",
            "Interleave",
            "Requests go on beside a subscription.",
            "A subscription needs a session of its own.",
        )
    yield Ability(
        "NMDA",
        offered.nmda,
        "Intended and operational are datastores of their own (get-data, edit-data)."
        if offered.nmda
        else "State is read together with running.",
    )
    library = offered.yang_library
    yield Ability(
        "YANG library",
        library is not None,
        f"Lists its modules as of version {library.version}." if library is not None else "Modules are known by hello.",
        _uri(offered, "yang-library"),
    )


def _ability(offered: Capabilities, name: str, title: str, there: str, not_there: str) -> Ability:
    found = offered.has(name)
    return Ability(title, found, there if found else not_there, _uri(offered, name))


def _uri(offered: Capabilities, name: str) -> str:
    found = offered.get(name)
    return found.uri if found is not None else ""


def _short(uri: str) -> str:
    """The telling part of a capability's URI."""
    bare = uri.partition("?")[0].rstrip("/")
    return bare.removeprefix("urn:ietf:params:netconf:").removeprefix("capability:")
