"""Which modules make up a device's schema: from the modules it names to the texts of all they import and include.

Lives here: `resolve`, the records of its result, and ways to get at texts (a folder, the standard modules that the
pyang distribution ships, a cache in front of a device).  Does not live here: asking a device (a `fetch` callable is
handed in), or compiling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, SchemaError
from netconf_gui.yang.cache import ModuleCache, sha256
from netconf_gui.yang.library import standard_modules
from netconf_gui.yang.yangtext import Import, ModuleHead, parse_head

Fetch = Callable[[str, str | None], bytes | None]
"""Gives the text of (name, revision); None where it has none.  May raise AppError, which is told in `missing`."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being had, how many are done, how many are known so far)."""


class ModuleReference(Protocol):
    """What is known about a module before its text is; `session.schemas.ModuleRef` is one."""

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str | None: ...

    @property
    def features(self) -> Iterable[str] | None: ...

    @property
    def deviations(self) -> Iterable[str]: ...

    @property
    def implemented(self) -> bool: ...

    @property
    def submodules(self) -> Iterable[tuple[str, str | None]]: ...


@dataclass(frozen=True, slots=True)
class WantedModule:
    """A plain `ModuleReference`; `features` None means: not known, so all of them."""

    name: str
    revision: str | None = None
    features: tuple[str, ...] | None = None
    deviations: tuple[str, ...] = ()
    implemented: bool = True
    submodules: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One module or submodule with its text.

    `features` None: all.  `deviations` names the modules that deviate it.  `source` says where the text is from.
    """

    name: str
    revision: str
    text: bytes = field(repr=False)
    sha256: str
    implemented: bool = True
    features: tuple[str, ...] | None = None
    deviations: tuple[str, ...] = ()
    is_submodule: bool = False
    namespace: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedSet:
    """All texts of a schema; `missing` are (name or name@revision, why); `notes` are sentences for people."""

    modules: tuple[ModuleSource, ...]
    missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A text and a word on where it came from."""

    text: bytes
    source: str


def resolve(
    refs: Iterable[ModuleReference],
    fetch: Fetch,
    *,
    fallback: Fetch | None = None,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> ResolvedSet:
    """Get the texts of all modules in `refs` and of what they import and include.

    `fallback` is asked where `fetch` has nothing (standard modules).  A module that cannot be had is listed in
    `missing`, never raised.  Raises Cancelled.
    """
    return _Resolver(tuple(refs), fetch, fallback, cancel, progress).run()


class _Resolver:
    """One run of `resolve`."""

    def __init__(
        self,
        refs: tuple[ModuleReference, ...],
        fetch: Fetch,
        fallback: Fetch | None,
        cancel: CancelToken | None,
        progress: Progress | None,
    ) -> None:
        self._notes: list[str] = []
        self._refs = refs = self._one_implemented(refs)
        self._sources: tuple[tuple[str, Fetch], ...] = (("device", fetch),)
        if fallback is not None:
            self._sources += (("standard module", fallback),)
        self._cancel = cancel
        self._progress = progress
        self._found: dict[tuple[str, str], ModuleSource] = {}
        self._asked: set[tuple[str, str]] = set()
        self._missing: dict[str, str] = {}
        # imports without a revision mean the implemented one, else the one that the device lists as importable
        self._preferred = {name: revision or "" for ref in refs for name, revision in ref.submodules}
        self._preferred.update({ref.name: ref.revision or "" for ref in refs if not ref.implemented})
        self._preferred.update({ref.name: ref.revision or "" for ref in refs if ref.implemented})

    def _one_implemented(self, refs: tuple[ModuleReference, ...]) -> tuple[ModuleReference, ...]:
        """Of each module the newest revision only is implemented (RFC 7950, section 5.6.5); others may be imported."""
        newest: dict[str, str] = {}
        for ref in refs:
            if ref.implemented:
                newest[ref.name] = max(newest.get(ref.name, ""), ref.revision or "")
        found: list[ModuleReference] = []
        for ref in refs:
            if ref.implemented and (ref.revision or "") != newest[ref.name]:
                self._notes.append(f"{ref.name}@{ref.revision} is listed besides {newest[ref.name]}, which is used.")
                found.append(WantedModule(ref.name, ref.revision, features=(), implemented=False))
            else:
                found.append(ref)
        return tuple(found)

    def run(self) -> ResolvedSet:
        queue: list[tuple[ModuleReference, str]] = [(ref, "") for ref in self._refs if ref.implemented]
        listed = {ref.name for ref, _ in queue}
        for ref, _ in tuple(queue):
            for name in ref.deviations:
                if name not in listed:
                    listed.add(name)
                    queue.append((WantedModule(name), ref.name))
        at = 0
        while at < len(queue):
            ref, wanted_by = queue[at]
            if self._cancel is not None:
                self._cancel.check()
            if self._progress is not None:
                self._progress(ref.name, at, len(queue))
            queue.extend(self._take(ref, wanted_by))
            at += 1
        ordered = sorted(self._found.values(), key=lambda item: (item.name, item.revision))
        return ResolvedSet(tuple(ordered), tuple(sorted(self._missing.items())), tuple(self._notes))

    def _take(self, ref: ModuleReference, wanted_by: str) -> list[tuple[ModuleReference, str]]:
        asked = (ref.name, ref.revision or "")
        if asked in self._asked:
            return []
        self._asked.add(asked)
        label = f"{ref.name}@{ref.revision}" if ref.revision else ref.name
        try:
            got = self._get(ref.name, ref.revision or None)
            head = parse_head(got.text) if got is not None else None
        except Cancelled:
            raise
        except AppError as error:
            self._missing[label] = _because(error.message, wanted_by)
            return []
        if got is None or head is None:
            self._missing[label] = _because("not offered by the device, and not a standard module", wanted_by)
            return []
        if head.name != ref.name:
            self._missing[label] = _because(f"the text received is that of {head.name}", wanted_by)
            return []
        self._keep(ref, got, head)
        return [(item, head.name) for item in self._needs(head)]

    def _get(self, name: str, revision: str | None) -> Fetched | None:
        failure: AppError | None = None
        for source, fetch in self._sources:
            try:
                text = fetch(name, revision)
            except Cancelled:
                raise
            except AppError as error:
                failure = failure or error
                continue
            if text is None and source != "device" and revision:
                # another revision of a standard module is better than none; `_keep` says so
                text = fetch(name, None)
            if text:
                return Fetched(text, source)
        if failure is not None:
            raise failure
        return None

    def _keep(self, ref: ModuleReference, got: Fetched, head: ModuleHead) -> None:
        if got.source != "device" and ref.implemented:
            self._notes.append(f"{head.name}@{head.revision} is not from the device but from the {got.source}s.")
        if ref.revision and head.revision != ref.revision:
            self._notes.append(
                f"{ref.name}: revision {ref.revision} was asked for, the text says {head.revision or 'none'}."
            )
        key = (head.name, head.revision)
        if key in self._found:
            return
        self._found[key] = ModuleSource(
            name=head.name,
            revision=head.revision,
            text=got.text,
            sha256=sha256(got.text),
            implemented=ref.implemented and not head.is_submodule,
            features=None if ref.features is None else tuple(ref.features),
            deviations=tuple(ref.deviations),
            is_submodule=head.is_submodule,
            namespace=head.namespace,
            source=got.source,
        )

    def _needs(self, head: ModuleHead) -> list[ModuleReference]:
        return [self._wanted(item) for item in (*head.includes, *head.imports)]

    def _wanted(self, item: Import) -> ModuleReference:
        revision = item.revision or self._preferred.get(item.name)
        return WantedModule(item.name, revision or None, features=(), implemented=False)


def _because(reason: str, wanted_by: str) -> str:
    return f"{reason} (needed by {wanted_by})" if wanted_by else reason


def caching(cache: ModuleCache, fetch: Fetch, *, origin: str) -> Fetch:
    """`fetch` with a cache before it; `origin` names the device, since texts differ between vendors."""

    def cached(name: str, revision: str | None) -> bytes | None:
        # without a revision the device may answer differently tomorrow
        text = cache.get(name, revision, origin=origin) if revision else None
        if text is None:
            text = fetch(name, revision)
            if text and _is_yang(text):
                cache.store(name, revision, text, origin=origin)
        return text

    return cached


def _is_yang(text: bytes) -> bool:
    try:
        parse_head(text)
    except SchemaError:
        return False
    return True


def bundled_modules() -> Fetch:
    """A `Fetch` over the standard modules that come with the program's dependencies (see `library`)."""
    return standard_modules().fetch
