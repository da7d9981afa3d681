"""One operation on a device's datastores that a person asked for by itself: what it does, what it destroys, doing it.

Lives here: `Job` and the jobs there are, with the sentences a person reads before and after.  Does not live here: an
apply, which is many operations (`deploy`); asking a person (the window).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.document import Recipe
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.change import make_change
from netconf_gui.session import datastores
from netconf_gui.session.datastores import is_url
from netconf_gui.session.partial_locks import partial_lock, partial_unlock
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import Schema

Selection: TypeAlias = tuple[str, Mapping[str, str]]
"""An XPath expression with its prefixes."""

_PREFIX = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]*):(?!:)(?=[A-Za-z_*])")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CONTENTS = {
    "running": "What running holds now is replaced, and the device works by the new configuration at once.",
    "candidate": "What candidate holds now is replaced, edits of others that are not committed included.",
    "startup": "What startup holds now is replaced: the device starts with it from its next restart on.",
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole configuration, or an edit, that a person has at hand: `data` is XML inside one `<config>` element.

    A function is called when the job runs, on its thread.
    """

    title: str
    data: bytes | Callable[[], bytes]

    def read(self) -> etree._Element:
        """The `<config>` element."""
        return read_root(self.data if isinstance(self.data, bytes) else self.data())


Source: TypeAlias = "str | Configuration"
"""The name of a datastore, a URL, or what a person has at hand."""


@dataclass(frozen=True, slots=True)
class Job:
    """An operation ready to be asked about and done.

    `title` names it ("Copy running to startup"), `destroys` says what is lost by it ("" for nothing), `done` what is
    true afterwards.  `run` blocks; it returns the device's warnings, and raises what the session's operations raise.
    """

    title: str
    done: str
    run: Callable[[Session, CancelToken | None], Sequence[RpcError]]
    destroys: str = ""
    rereads: tuple[str, ...] = ()  # datastores that hold something else afterwards
    locks: str = ""  # the datastore that this session holds a lock on afterwards
    unlocks: str = ""  # and the one that it holds none on any more


def whole_of(title: str, recipe: Recipe, schema: Schema | None) -> Configuration:
    """All of a document, as it is now."""
    return Configuration(title, lambda: serialize(recipe.make(schema).root))


def edit_of(title: str, base: bytes, recipe: Recipe, schema: Schema | None, defaults: str | None) -> Configuration:
    """The edit that leads from what was fetched to a document, as an apply would send it."""

    def make() -> bytes:
        mine = serialize(recipe.make(schema).root)
        return serialize(make_change(base, mine, schema, policy="tolerant", defaults=defaults).config)

    return Configuration(title, make)


def selection(text: str, schema: Schema | None, *, xpath: bool = False) -> Selection:
    """What a partial lock locks, from a path or (with `xpath`) an expression whose prefixes are names of modules.

    Raises `ConfigError` for what is neither.
    """
    try:
        path, prefixes = InstancePath.parse(text, schema).to_xpath()
    except ConfigError:
        if not xpath or schema is None:
            raise
    else:
        return path, prefixes
    named: dict[str, str] = {}
    for prefix in _PREFIX.findall(_QUOTED.sub("", text)):
        module = schema.module(prefix)
        if module is None:
            raise ConfigError(f"The device has no module {prefix}.", advice="Use names of modules as prefixes.")
        named[prefix] = module.namespace
    return text, named


def told(place: Source) -> str:
    """A source or target in a sentence."""
    return place if isinstance(place, str) else place.title


def copy(source: Source, target: str, *, with_defaults: str | None = None) -> Job:
    """copy-config (RFC 6241, section 7.3)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        given = source if isinstance(source, str) else source.read()
        return datastores.copy_config(session, target, given, with_defaults=with_defaults, cancel=cancel)

    destroys = f"If {target} is there already, it is replaced." if is_url(target) else _CONTENTS.get(target, "")
    return Job(
        f"Copy {told(source)} to {target}",
        f"{told(source).capitalize() if isinstance(source, str) and not is_url(source) else told(source)} "
        f"was copied to {target}.",
        run,
        destroys,
        () if is_url(target) else (target, "candidate") if target == "running" else (target,),
    )


def delete(target: str) -> Job:
    """delete-config (RFC 6241, section 7.4)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.delete_config(session, target, cancel=cancel)

    destroys = (
        f"The file {target} is gone afterwards."
        if is_url(target)
        else f"All of {target} is gone afterwards. A device that restarts without it starts with what its maker gave "
        "it, and may not be reached any more."
    )
    return Job(f"Delete {target}", f"{target} was deleted.", run, destroys, () if is_url(target) else (target,))


def lock(target: str) -> Job:
    """lock (RFC 6241, section 7.5), held by the window's session until it is unlocked or the session ends."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.lock(session, target, cancel=cancel)

    return Job(
        f"Lock {target}", f"{target.capitalize()} is locked until you unlock it or disconnect.", run, locks=target
    )


def unlock(target: str) -> Job:
    """unlock (RFC 6241, section 7.6); of candidate it discards (section 8.3.5.2)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.unlock(session, target, cancel=cancel)

    discards = target == "candidate"
    destroys = "Edits in candidate that are not committed are discarded with the lock." if discards else ""
    rereads = ("candidate",) if discards else ()
    return Job(f"Unlock {target}", f"{target.capitalize()} is unlocked.", run, destroys, rereads, unlocks=target)


def discard() -> Job:
    """discard-changes (RFC 6241, section 8.3.4.2)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.discard_changes(session, cancel=cancel)

    return Job(
        "Discard what candidate holds",
        "Candidate holds what running does.",
        run,
        "All edits in candidate that are not committed are lost, also those of others.",
        ("candidate",),
    )


def commit(*, seconds: int | None = None, persist: str = "", persist_id: str = "") -> Job:
    """commit (RFC 6241, section 8.3.4.1); confirmed with `seconds`, which a second commit must follow (8.4)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.commit(
            session,
            confirmed=seconds is not None,
            confirm_timeout=seconds,
            persist=persist or None,
            persist_id=persist_id or None,
            cancel=cancel,
        )

    changes = "The device works by what candidate holds at once"
    if seconds is None:
        done = "Running is what candidate was."
        what = f"{changes}, edits of others included."
    else:
        done = f"Running is what candidate was, for {seconds} s: commit again to keep it, or cancel the commit."
        what = f"{changes}, and goes back by itself unless a second commit confirms it within {seconds} s."
    title = "Commit candidate" if seconds is None else f"Commit candidate for {seconds} s"
    return Job(title, done, run, what, ("running", "candidate"))


def cancel_commit(persist_id: str = "") -> Job:
    """cancel-commit (RFC 6241, section 8.4.4.1)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.cancel_commit(session, persist_id or None, cancel=cancel)

    return Job(
        "Cancel the confirmed commit",
        "Running is what it was before the confirmed commit.",
        run,
        "What the confirmed commit made active is taken back at once.",
        ("running",),
    )


def validate(source: Source) -> Job:
    """validate (RFC 6241, section 8.6.4.1)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        given = source if isinstance(source, str) else source.read()
        return datastores.validate(session, given, cancel=cancel)

    return Job(f"Validate {told(source)} on the device", f"The device finds {told(source)} valid.", run)


@dataclass(frozen=True, slots=True)
class EditOptions:
    """RFC 6241, section 7.2; "" leaves the choice to the device."""

    default_operation: str = ""
    test_option: str = ""
    error_option: str = ""


def edit(source: Source, target: str, options: EditOptions) -> Job:
    """edit-config of what a URL or a person's edit holds (RFC 6241, section 7.2)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.edit_config(
            session,
            target,
            None if isinstance(source, str) else source.read(),
            url=source if isinstance(source, str) else None,
            default_operation=options.default_operation or None,
            test_option=options.test_option or None,
            error_option=options.error_option or None,
            cancel=cancel,
        )

    if options.test_option == "test-only":
        return Job(f"Try {told(source)} on {target}", f"The device would take {told(source)}; nothing changed.", run)
    return Job(
        f"Edit {target} by {told(source)}",
        f"{target.capitalize()} was edited by {told(source)}.",
        run,
        _edit_words(target, options),
        (target, "candidate") if target == "running" else (target,),
    )


def edit_by_data(source: Source, target: str, default_operation: str = "") -> Job:
    """edit-data (RFC 8526, section 3.1.2): all of it or nothing."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.edit_data(
            session,
            target,
            None if isinstance(source, str) else source.read(),
            url=source if isinstance(source, str) else None,
            default_operation=default_operation or None,
            cancel=cancel,
        )

    return Job(
        f"Edit {target} by {told(source)} (edit-data)",
        f"{target.capitalize()} was edited by {told(source)}.",
        run,
        _edit_words(target, EditOptions(default_operation)),
        (target, "candidate") if target == "running" else (target,),
    )


def _edit_words(target: str, options: EditOptions) -> str:
    said = ["The device works by the result at once." if target == "running" else f"The edit goes to {target} only."]
    if options.default_operation == "replace":
        said.insert(0, f"Everything in {target} that the edit does not name is lost.")
    if options.error_option in ("", "stop-on-error", "continue-on-error"):
        said.append("If a part of it is refused, the rest may stay.")
    return " ".join(said)


def lock_parts(selections: Sequence[Selection], words: str) -> Job:
    """partial-lock (RFC 5717, section 2.4.1); `words` say what is selected."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        partial_lock(session, selections, cancel=cancel)
        return ()

    return Job(f"Lock {words}", f"{words} is locked in running until you unlock it or disconnect.", run)


def unlock_part(lock_id: int) -> Job:
    """partial-unlock (RFC 5717, section 2.4.2)."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        partial_unlock(session, lock_id, cancel=cancel)
        return ()

    return Job(f"Release partial lock {lock_id}", f"Partial lock {lock_id} is released.", run)


def kill(session_id: int, who: str = "") -> Job:
    """kill-session (RFC 6241, section 7.9); `who` says whose session it is."""

    def run(session: Session, cancel: CancelToken | None) -> Sequence[RpcError]:
        return datastores.kill_session(session, session_id, cancel=cancel)

    whose = f" of {who}" if who else ""
    return Job(
        f"End session {session_id}{whose}",
        f"Session {session_id}{whose} was ended.",
        run,
        "What it is doing is broken off, its locks are released, what it locked in candidate is discarded, and its "
        "confirmed commit is taken back.",
        ("running", "candidate"),
    )
