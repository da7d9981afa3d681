"""Which modules make up a device's schema: from the modules it names to the texts of all they import and include.

Lives here: `resolve`, the records of its result, and ways to get at texts (a folder, the standard modules that the
pyang distribution ships).  Does not live here: asking a device (a `fetch` callable is
handed in), or compiling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, SchemaError
from netconf_gui.yang.cache import sha256
from netconf_gui.yang.library import ModuleLibrary, standard_modules
from netconf_gui.yang.report import ModuleStatus
from netconf_gui.yang.yangtext import Import, ModuleHead, is_identifier, is_revision, parse_head

Fetch = Callable[[str, str | None], bytes | None]
"""Gives the text of (name, revision); None where it has none.  May raise AppError, which is told in `missing`."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being had, how many are done, how many are known so far)."""

Prefetch = Callable[[Sequence[tuple[str, str | None]]], None]
"""Told of the (name, revision) that will be asked for next, so that they can be had at once."""


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

    `features` None: all.  `deviations` names the modules that deviate it.  `source` says where the text is from, in
    words; `status` says it for programs; `place` is the folder if it is from one.
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
    status: ModuleStatus = ModuleStatus.FETCHED
    place: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedSet:
    """All texts of a schema.

    `missing` are (name or name@revision, why); `notes` are sentences for people; `needed_by` are the modules that
    import or include a module, by its name.
    """

    modules: tuple[ModuleSource, ...]
    missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A place where texts are looked for after the first one: a folder of the user, the standard modules."""

    title: str
    status: ModuleStatus
    fetch: Fetch
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    text: bytes
    head: ModuleHead
    source: Source


def resolve(
    refs: Iterable[ModuleReference],
    fetch: Fetch,
    *,
    folders: Iterable[ModuleLibrary] = (),
    fallback: Fetch | None = None,
    prefetch: Prefetch | None = None,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> ResolvedSet:
    """Get the texts of all modules in `refs` and of what they import and include.

    Where `fetch` has nothing that can be used, `folders` are asked in order, then `fallback` (standard modules).
    `prefetch` is told what will be asked for next.  A module that cannot be had is listed in `missing`, never raised.
    Raises Cancelled.
    """
    sources = [Source("device", ModuleStatus.FETCHED, fetch)]
    sources += [
        Source(f"folder {library.folder}", ModuleStatus.FOLDER, library.fetch, str(library.folder))
        for library in folders
    ]
    if fallback is not None:
        sources.append(Source("standard module", ModuleStatus.SHIPPED, fallback))
    return _Resolver(tuple(refs), tuple(sources), prefetch, cancel, progress).run()


class _Resolver:
    """One run of `resolve`: wave by wave, so that all that a wave needs can be asked for at once."""

    def __init__(
        self,
        refs: tuple[ModuleReference, ...],
        sources: tuple[Source, ...],
        prefetch: Prefetch | None,
        cancel: CancelToken | None,
        progress: Progress | None,
    ) -> None:
        self._notes: list[str] = []
        self._missing: dict[str, str] = {}
        self._refs = refs = self._one_implemented(self._with_names(refs))
        self._sources = sources
        self._prefetch = prefetch
        self._cancel = cancel
        self._progress = progress
        self._found: dict[tuple[str, str], ModuleSource] = {}
        self._asked: set[tuple[str, str]] = set()
        self._needed_by: dict[str, dict[str, None]] = {}
        # imports without a revision mean the implemented one, else the one that the device lists as importable
        self._preferred = {name: revision or "" for ref in refs for name, revision in ref.submodules}
        self._preferred.update({ref.name: ref.revision or "" for ref in refs if not ref.implemented})
        self._preferred.update({ref.name: ref.revision or "" for ref in refs if ref.implemented})

    def _with_names(self, refs: tuple[ModuleReference, ...]) -> tuple[ModuleReference, ...]:
        """Only what can be a module's name goes on: names end up in requests, keys and file names."""
        kept = []
        for ref in refs:
            if is_identifier(ref.name) and (not ref.revision or is_revision(ref.revision)):
                kept.append(ref)
            elif is_identifier(ref.name):
                self._notes.append(f"{ref.name}: {ref.revision!r:.40} is no revision and was left out.")
                kept.append(_without_revision(ref))
            else:
                self._notes.append(f"{ref.name!r:.80} is listed as a module, but cannot be the name of one.")
        return tuple(kept)

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
        wave: list[ModuleReference] = [ref for ref in self._refs if ref.implemented]
        listed = {ref.name for ref in wave}
        for ref in tuple(wave):
            for name in ref.deviations:
                if is_identifier(name):
                    self._note_need(name, ref.name)
                    if name not in listed:
                        listed.add(name)
                        wave.append(WantedModule(name))
        done, total = 0, 0
        while wave:
            wave = self._new(wave)
            total += len(wave)
            if self._prefetch is not None and wave:
                self._prefetch([(ref.name, ref.revision or None) for ref in wave])
            following: list[ModuleReference] = []
            for ref in wave:
                if self._cancel is not None:
                    self._cancel.check()
                if self._progress is not None:
                    self._progress(ref.name, done, total)
                following.extend(self._take(ref))
                done += 1
            wave = following
        ordered = sorted(self._found.values(), key=lambda item: (item.name, item.revision))
        missing = tuple((label, self._because(label, why)) for label, why in sorted(self._missing.items()))
        needed = {name: tuple(by) for name, by in self._needed_by.items()}
        return ResolvedSet(tuple(ordered), missing, tuple(self._notes), needed)

    def _new(self, wave: list[ModuleReference]) -> list[ModuleReference]:
        """Those of a wave that were not asked for yet, each once."""
        found = []
        for ref in wave:
            key = (ref.name, ref.revision or "")
            if key not in self._asked:
                self._asked.add(key)
                found.append(ref)
        return found

    def _note_need(self, name: str, by: str) -> None:
        self._needed_by.setdefault(name, {})[by] = None

    def _because(self, label: str, reason: str) -> str:
        needed = tuple(self._needed_by.get(label.partition("@")[0], ()))
        if not needed:
            return reason
        more = f" and {len(needed) - 5} more" if len(needed) > 5 else ""
        return f"{reason} (needed by {', '.join(needed[:5])}{more})"

    def _take(self, ref: ModuleReference) -> list[ModuleReference]:
        """Get one module; what it needs is the result."""
        label = f"{ref.name}@{ref.revision}" if ref.revision else ref.name
        try:
            got = self._get(ref.name, ref.revision or None)
        except Cancelled:
            raise
        except AppError as error:
            self._missing[label] = error.message
            return []
        if got is None:
            self._missing[label] = "not offered by the device, and not a standard module"
            return []
        self._keep(ref, got)
        needed = []
        for item in (*got.head.includes, *got.head.imports):
            if is_identifier(item.name):
                self._note_need(item.name, got.head.name)
                needed.append(self._wanted(item))
        return needed

    def _get(self, name: str, revision: str | None) -> _Text | None:
        """The first text that is what it should be; raises the first complaint when no source has one."""
        failure: AppError | None = None
        for source in self._sources:
            try:
                text = source.fetch(name, revision)
                if text is None and source.status is not ModuleStatus.FETCHED and revision:
                    # another revision is better than none; `_keep` says so
                    text = source.fetch(name, None)
                if not text:
                    continue
                head = parse_head(text)
                if head.name != name:
                    raise SchemaError(f"the text received is that of {head.name}")
            except Cancelled:
                raise
            except AppError as error:
                failure = failure or error
                continue
            if failure is not None:
                reason = failure.message.rstrip(".")
                self._notes.append(f"{name}: {reason}; taken from the {source.title} instead.")
            return _Text(text, head, source)
        if failure is not None:
            raise failure
        return None

    def _keep(self, ref: ModuleReference, got: _Text) -> None:
        head, source = got.head, got.source
        if source.status is ModuleStatus.SHIPPED and ref.implemented:
            self._notes.append(f"{head.name}@{head.revision} is not from the device but from the {source.title}s.")
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
            source="folder" if source.status is ModuleStatus.FOLDER else source.title,
            status=source.status,
            place=source.place,
        )

    def _wanted(self, item: Import) -> ModuleReference:
        revision = item.revision if item.revision and is_revision(item.revision) else self._preferred.get(item.name)
        return WantedModule(item.name, revision or None, features=(), implemented=False)


def _without_revision(ref: ModuleReference) -> WantedModule:
    return WantedModule(
        ref.name,
        None,
        None if ref.features is None else tuple(ref.features),
        tuple(ref.deviations),
        ref.implemented,
        tuple(ref.submodules),
    )


def is_yang(text: bytes) -> bool:
    """Whether a text begins as a module or submodule does."""
    try:
        parse_head(text)
    except SchemaError:
        return False
    return True


def bundled_modules() -> Fetch:
    """A `Fetch` over the standard modules that come with the program's dependencies (see `library`)."""
    return standard_modules().fetch
