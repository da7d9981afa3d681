"""One libyang context: made from a set of modules, in rounds that drop what cannot be loaded or compiled.

Lives here: loading, compiling, finding out which module is to blame.  In explicit-compile mode one failure takes back
everything that is not compiled yet, so after each round with failures a new context is begun without the culprits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine.binding import LibraryError, LibYang, Pointer
from netconf_gui.yang.engine.repairs import Mended, find_repairs
from netconf_gui.yang.engine.sources import Entry, SourceSet, without_feature
from netconf_gui.yang.nodes import BrokenModule
from netconf_gui.yang.report import Repair

_NO_YANGLIBRARY, _DISABLE_SEARCHDIRS, _SET_PRIV_PARSED, _EXPLICIT_COMPILE, _COMPILE_OBSOLETE = 4, 8, 0x40, 0x80, 0x200
# obsolete nodes too: devices may still have them; compiled nodes name the statements they are from for `parsed`
_OPTIONS = _NO_YANGLIBRARY | _DISABLE_SEARCHDIRS | _SET_PRIV_PARSED | _EXPLICIT_COMPILE | _COMPILE_OBSOLETE
_NOT_FOUND, _FORMAT_YANG = 5, 1
_LEVEL_ERROR = 0

_FROM_MODULE = re.compile(r'from module "([^"]+)"')
_PATH_MODULE = re.compile(r"/([A-Za-z_][\w.-]*):")
_UNKNOWN_FEATURE = re.compile(r'^Feature "([^"]+)" not found in module "([^"]+)"')
_UNMET_FEATURE = re.compile(r'^Feature "([^"]+)" cannot be enabled')
_SAME_NAMESPACE = re.compile(r'^Two different modules \("([^"]+)" and "([^"]+)"\) have the same namespace')
_NOT_IMPLEMENTED = re.compile(r'identity found in non-implemented module "([^"]+)"')


class Context:
    """A compiled context and what it was made from.  `close` frees it; nothing of it may be used afterwards."""

    def __init__(self, yang: LibYang, sources: SourceSet) -> None:
        self.yang = yang
        self.sources = sources
        self._texts: list[object] = []  # buffers that libyang reads while it parses
        self.lost: list[str] = []  # modules whose text the cache does not have any more
        out = yang.ffi.new("struct ly_ctx **")
        if yang.lib.ly_ctx_new(yang.null, _OPTIONS, out):
            raise SchemaError("The YANG library cannot make a context.")
        self.pointer: Pointer = out[0]
        sources.pins = self._pins()
        self._callback = yang.ffi.callback("ly_module_imp_clb", self._module_wanted, error=_NOT_FOUND)
        yang.lib.ly_ctx_set_module_imp_clb(self.pointer, self._callback, yang.null)

    def close(self) -> None:
        """Free the context."""
        if self.pointer != self.yang.null:
            self.yang.lib.ly_ctx_destroy(self.pointer)
            self.pointer = self.yang.null

    def modules(self) -> Iterator[Pointer]:
        """All modules, libyang's own included."""
        index = self.yang.ffi.new("uint32_t *", 0)
        while (module := self.yang.lib.ly_ctx_get_module_iter(self.pointer, index)) != self.yang.null:
            yield module

    def errors(self) -> list[LibraryError]:
        return self.yang.errors(self.pointer)

    def load(self, entry: Entry) -> list[LibraryError]:
        """Load one implemented module with its features; the errors if it cannot be."""
        ffi, name = self.yang.ffi, self.yang.ffi.new("char[]", entry.name.encode())
        revision = ffi.new("char[]", entry.revision.encode()) if entry.revision else ffi.NULL
        features = [ffi.new("char[]", item.encode()) for item in (entry.features or ())]
        if entry.features is None:
            features = [ffi.new("char[]", b"*")]
        array = ffi.new("const char *[]", [*features, ffi.NULL])
        loaded = self.yang.lib.ly_ctx_load_module(self.pointer, name, revision, array)
        self._texts.clear()
        errors = self.errors()
        return errors if loaded == self.yang.null else []

    def compile(self) -> tuple[bool, list[LibraryError]]:
        """Compile all that is loaded: (done, errors and warnings)."""
        result = self.yang.lib.ly_ctx_compile(self.pointer)
        return result == 0, self.errors()

    def _pins(self) -> dict[str, str]:
        """libyang carries some modules itself and prefers them in imports without a revision: say which is meant."""
        found = {}
        for module in self.modules():
            name, revision = self.yang.text(module.name), self.yang.text(module.revision)
            entry = self.sources.preferred(name)
            if entry is not None and entry.revision and entry.revision != revision:
                found[name] = entry.revision
        return found

    def _module_wanted(
        self, module: Pointer, revision: Pointer, submodule: Pointer, submodule_revision: Pointer,
        _user: Pointer, format_out: Pointer, data_out: Pointer, free_out: Pointer,
    ) -> int:  # fmt: skip
        """libyang's import callback: hand over the text of a module or submodule of the set."""
        text = self.yang.text
        if submodule != self.yang.null:
            entry = self.sources.find(text(submodule), text(submodule_revision))
        else:
            entry = self.sources.find(text(module), text(revision))
        if entry is None:
            return _NOT_FOUND
        data = self.sources.text(entry)
        if data is None:
            self.lost.append(entry.name)
            return _NOT_FOUND
        buffer = self.yang.ffi.new("char[]", data)
        self._texts.append(buffer)
        format_out[0] = _FORMAT_YANG
        data_out[0] = buffer
        free_out[0] = self.yang.null
        return 0


@dataclass
class Built:
    """A compiled context with the sources that made it in the end, what was dropped, and what was changed."""

    context: Context
    broken: list[BrokenModule] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)


def build(yang: LibYang, sources: SourceSet) -> Built:
    """Compile as much of the set as can be; never fails because of a module.  Raises SchemaError otherwise."""
    broken: list[BrokenModule] = []
    repairs: dict[Repair, None] = {}
    # each round drops a module or a feature, repairs a module, or is the last
    rounds = 4 * len(sources.entries) + sum(len(entry.features or ()) for entry in sources.entries) + 100
    for _ in range(rounds):
        context = Context(yang, sources)
        try:
            changes = _load_all(context) or _compile_all(context)
        except SchemaError:
            context.close()
            raise
        if not changes:
            return Built(context, broken, list(repairs))
        context.close()
        broken.extend(change.broken for change in changes.values() if change.broken is not None)
        for change in changes.values():
            repairs.update(dict.fromkeys(change.repairs))
        sources = sources.replaced({key: change.entry for key, change in changes.items()})
    raise SchemaError("The modules cannot be compiled together, and no module can be named that is to blame.")


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of an entry in the next round."""

    entry: Entry | None
    broken: BrokenModule | None = None
    repairs: tuple[Repair, ...] = ()


_Changes = dict[tuple[str, str], _Change]


def _drop(entry: Entry, reason: str) -> _Change:
    return _Change(None, BrokenModule(entry.name, entry.revision, reason))


def _demote(entry: Entry, reason: str) -> _Change:
    """Its nodes cannot be compiled, but others may still import its types and groupings."""
    if entry.implemented:
        return _Change(replace(entry, implemented=False), BrokenModule(entry.name, entry.revision, reason))
    # something augments or refers into it all the same: then that has to go too, as "not found"
    return _Change(None)


def _load_all(context: Context) -> _Changes:
    changes: _Changes = {}
    for entry in context.sources.implemented:
        errors = context.load(entry)
        if errors and (entry.name, entry.revision) not in changes:
            changes.update(_after_load(context.sources, entry, errors))
    if any(change.repairs for change in changes.values()):
        # what cannot be loaded now may only lack what is being repaired: it is looked at again in the next round
        changes = {key: change for key, change in changes.items() if change.broken is None}
    if context.lost:
        raise SchemaError(
            f"The text of {', '.join(context.lost)} is no longer in the cache.", advice="Load the schema again."
        )
    return changes


def _after_load(sources: SourceSet, entry: Entry, errors: list[LibraryError]) -> _Changes:
    """What to do about a module that was not loaded: one feature less, a repair, or none of it."""
    key = (entry.name, entry.revision)
    match = next((found for error in errors if (found := _UNKNOWN_FEATURE.search(error.message))), None)
    if match:
        text = f"{entry.name}: the feature {match[1]} is announced but not in the module."
        return {key: _Change(without_feature(entry, match[1]), repairs=(Repair("feature", entry.name, text),))}
    twins = next((found for error in errors if (found := _SAME_NAMESPACE.search(error.message))), None)
    if twins and entry.name.endswith("-ann"):
        other = twins[1] if twins[2] == entry.name else twins[2]
        text = f"{entry.name} is left out: it has the namespace of {other}, whose annotations it holds."
        return {key: _Change(None, repairs=(Repair("annotation", entry.name, text),))}
    mended = find_repairs(sources, entry, errors)
    if mended:
        return _mended(mended)
    return {key: _drop(entry, _reason(errors))}


def _mended(mended: list[Mended]) -> _Changes:
    return {(item.entry.name, item.entry.revision): _Change(item.entry, repairs=(item.repair,)) for item in mended}


def _compile_all(context: Context) -> _Changes:
    done, messages = context.compile()
    if done:
        return {}
    errors = [error for error in messages if error.level == _LEVEL_ERROR]
    changes: _Changes = {}
    for error in errors:
        changes.update(_blame(context.sources, error, _reason(errors)))
    if not changes:
        changes = _bisect(context, _reason(errors))
    return changes


def _blame(sources: SourceSet, error: LibraryError, reason: str) -> _Changes:
    """Which entry an error of compiling is about, from the error's text and schema path."""
    unmet = _UNMET_FEATURE.search(error.message)
    if unmet:
        text = f"The feature {unmet[1]} is left out: its if-feature is not met."
        return {
            (entry.name, entry.revision): _Change(
                without_feature(entry, unmet[1]), repairs=(Repair("feature", entry.name, text),)
            )
            for entry in sources.entries
            if unmet[1] in (entry.features or ())
        }
    needed = _NOT_IMPLEMENTED.search(error.message)
    entry = sources.preferred(needed[1]) if needed else None
    if entry is not None and not entry.implemented:
        text = f"{entry.name} is implemented here although only imported: a default value needs its identities."
        implemented = replace(entry, implemented=True)
        return {(entry.name, entry.revision): _Change(implemented, repairs=(Repair("implemented", entry.name, text),))}
    mended = find_repairs(sources, None, [error])
    if mended:
        return _mended(mended)
    names = _FROM_MODULE.findall(error.message) + _PATH_MODULE.findall(error.schema_path)[::-1]
    for name in names:
        found = sources.preferred(name)
        if found is not None:
            return {(found.name, found.revision): _demote(found, reason)}
    return {}


def _bisect(context: Context, reason: str) -> _Changes:
    """No module is named: load them one after the other until compiling fails; the last one is to blame."""
    sources = context.sources
    entries = sources.implemented
    low, high = 0, len(entries)
    while high - low > 1:
        middle = (low + high) // 2
        kept = {(entry.name, entry.revision) for entry in entries[:middle]}
        trial = Context(
            context.yang,
            sources.replaced(
                {
                    (entry.name, entry.revision): replace(entry, implemented=False)
                    for entry in entries
                    if (entry.name, entry.revision) not in kept
                }
            ),
        )
        fine = not _load_all(trial) and trial.compile()[0]
        trial.close()
        low, high = (middle, high) if fine else (low, middle)
    if not entries:
        raise SchemaError(f"No module can be compiled: {reason}")
    return {(entries[low].name, entries[low].revision): _demote(entries[low], reason)}


def _reason(errors: list[LibraryError]) -> str:
    """The errors as one text, each once, with place and line."""
    parts: list[str] = []
    for error in errors:
        place = f" (line {error.line})" if error.line else f" ({error.schema_path})" if error.schema_path else ""
        text = error.message.rstrip(".") + place
        if error.level == _LEVEL_ERROR and text not in parts and not re.match(r"Parsing (sub)?module ", error.message):
            parts.append(text)
    return "; ".join(parts) or "; ".join(error.message for error in errors)
