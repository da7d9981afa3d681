"""How it went to get and compile a set of modules, module by module and source by source, as plain data.

Lives here: the records that a window or a command shows, and `make_report`, which puts them together.  Does not live
here: getting (`resolver`), compiling (`check`), words for people beyond a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netconf_gui.yang.nodes import BrokenModule
    from netconf_gui.yang.resolver import ModuleSource, ResolvedSet


class ModuleStatus(StrEnum):
    """What became of a module; the first four say where its text is from."""

    FETCHED = "fetched"  # asked from the device this time
    CACHED = "cached"  # asked from the device at an earlier time
    FOLDER = "folder"  # from a folder of the user
    SHIPPED = "shipped"  # from the standard modules that come with the program
    MISSING = "missing"
    BROKEN = "broken"
    REPAIRED = "repaired"


ORIGINS = (ModuleStatus.FETCHED, ModuleStatus.CACHED, ModuleStatus.FOLDER, ModuleStatus.SHIPPED)
"""Where texts come from, in the order in which they are looked for (what was fetched is cached)."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was changed so that a set compiles: which repair (its name), of which module, in words."""

    kind: str
    module: str
    text: str


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """One module or submodule.

    `origin` says where its text is from, also if it is broken or repaired; None when it is missing.  `reason` says why
    it is missing or broken, or what was repaired; `line` is where, if that is known.  `needed_by` are the modules that
    import, include or are deviated by it; `listed_by` is the source that named it, "" when only an import did.
    """

    name: str
    revision: str
    status: ModuleStatus
    origin: ModuleStatus | None = None
    implemented: bool = True
    submodule: bool = False
    needed_by: tuple[str, ...] = ()
    reason: str = ""
    line: int | None = None
    listed_by: str = ""
    place: str = ""  # the folder, if it is from one
    features: tuple[str, ...] | None = None
    deviations: tuple[str, ...] = ()
    datastores: tuple[str, ...] = ()  # those whose schema has it, where the device says so
    size: int = 0


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source of names or texts, in the order asked; `gave` is how many modules it gave, `text` tells the rest."""

    name: str
    gave: int
    text: str = ""
    asked: bool = True
    failed: bool = False


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """All modules by name, all sources in the order asked, and what was repaired.

    `validated` false: the tree can be shown, but data cannot be checked against it in full (the fallback made it).
    """

    modules: tuple[ModuleReport, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    validated: bool = True

    def of(self, *states: ModuleStatus) -> tuple[ModuleReport, ...]:
        """The modules of these states."""
        return tuple(module for module in self.modules if module.status in states)

    @property
    def unusable(self) -> tuple[ModuleReport, ...]:
        """What is missing or broken: data of these modules is shown as plain XML."""
        return self.of(ModuleStatus.MISSING, ModuleStatus.BROKEN)

    def counts(self) -> dict[ModuleStatus, int]:
        """How many modules of each state, states without modules left out."""
        found = {status: len(self.of(status)) for status in ModuleStatus}
        return {status: count for status, count in found.items() if count}

    def from_origins(self) -> dict[ModuleStatus, int]:
        """How many texts came from where, whatever became of them."""
        return {origin: sum(module.origin is origin for module in self.modules) for origin in ORIGINS}


def make_report(
    resolved: ResolvedSet,
    *,
    broken: Iterable[BrokenModule] = (),
    repairs: Sequence[Repair] = (),
    sources: Sequence[SourceReport] = (),
    listed: Mapping[str, str] | None = None,
    datastores: Mapping[str, tuple[str, ...]] | None = None,
    notes: Sequence[str] = (),
    validated: bool = True,
) -> SchemaReport:
    """The report on a set.  `listed` and `datastores` tell of a module's name who listed it, and for which ones."""
    faults = {(item.name, item.revision): item.reason for item in broken}
    repaired: dict[str, list[str]] = {}
    for repair in repairs:
        text = repair.text.replace(f"{repair.module}: ", "")
        text = text if text == repair.text else text[:1].upper() + text[1:]
        repaired.setdefault(repair.module, []).append(text)
    listed, datastores = listed or {}, datastores or {}
    rows = [
        _row(module, resolved, faults, repaired, listed.get(module.name, ""), datastores.get(module.name, ()))
        for module in resolved.modules
    ]
    rows += [
        ModuleReport(
            label.partition("@")[0],
            label.partition("@")[2],
            ModuleStatus.MISSING,
            needed_by=resolved.needed_by.get(label.partition("@")[0], ()),
            reason=reason.partition(" (needed by ")[0],
            line=line_of(reason),
            listed_by=listed.get(label.partition("@")[0], ""),
        )
        for label, reason in resolved.missing
    ]
    rows.sort(key=lambda row: (row.name, row.revision))
    return SchemaReport(tuple(rows), tuple(sources), tuple(repairs), (*resolved.notes, *notes), validated)


def _row(
    module: ModuleSource,
    resolved: ResolvedSet,
    faults: Mapping[tuple[str, str], str],
    repaired: Mapping[str, Sequence[str]],
    listed_by: str,
    datastores: tuple[str, ...],
) -> ModuleReport:
    fault = _plain(faults.get((module.name, module.revision), ""), resolved, faults)
    mended = " ".join(repaired.get(module.name, ())) if module.implemented or module.is_submodule else ""
    origin = module.status
    status = ModuleStatus.BROKEN if fault else ModuleStatus.REPAIRED if mended else origin
    return ModuleReport(
        module.name,
        module.revision,
        status,
        origin,
        module.implemented,
        module.is_submodule,
        resolved.needed_by.get(module.name, ()),
        fault or mended,
        line_of(fault),
        listed_by,
        module.place,
        module.features,
        module.deviations,
        datastores,
        len(module.text),
    )


def _plain(reason: str, resolved: ResolvedSet, faults: Mapping[tuple[str, str], str]) -> str:
    """A reason in our words where it is only that another module is not there."""
    match = _NOT_LOADED.fullmatch(reason)
    if match is None:
        return reason
    broken = any(name == match[1] for name, _ in faults)
    return f"It needs {match[1]}, which is {'broken' if broken else 'missing'}."


_NOT_LOADED = re.compile(
    r'(?:Loading|Including) "([\w.-]+)" (?:module|submodule into "[\w.-]+") failed, not found(?: \(/\))?'
)


def line_of(reason: str) -> int | None:
    """The line that a reason names: "(line 12)" or "line 12"."""
    found = re.search(r"\bline (\d+)", reason)
    return int(found[1]) if found else None
