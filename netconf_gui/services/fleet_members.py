"""Which devices take part, and what is different for each: names, groups, or a table of parameters.

Lives here: `Member`, `choose`, `read_table`.  Does not live here: what one target means (`target`), templates.

A table is CSV: a heading line, a column `device` (a target as on the command line), one column a variable.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from netconf_gui.errors import AppError, ConfigError
from netconf_gui.services.target import parse_target
from netconf_gui.workspace.inventory import Device, InventoryStore

DEVICE_COLUMN = "device"
GROUP_MARK = "@"
OWN_VARIABLES = ("device", "host", "group")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Member:
    """One device of a fleet, with the values of its variables."""

    device: Device
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What events and reports call the device by; never shown where the name can be."""
        return self.device.id or self.device.address

    @property
    def name(self) -> str:
        return self.device.name

    def values(self) -> dict[str, str]:
        """All variables that a template can use on this device."""
        own = {"device": self.device.name, "host": self.device.host, "group": self.device.group}
        return {**own, **self.variables}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the target, its variables, and where the line is (from 1)."""

    target: str
    variables: Mapping[str, str]
    line: int


def choose(
    targets: Sequence[str], inventory: InventoryStore, *, is_alias: Callable[[str], bool] = lambda name: False
) -> tuple[Member, ...]:
    """The devices that targets name, in order of name; `@GROUP` is all devices of a group.

    A device that is named twice takes part once.  Raises `TargetError`, or `ConfigError` where nothing is left.
    """
    found: dict[str, Member] = {}
    for target in targets:
        for device in _devices(target, inventory, is_alias):
            member = Member(device)
            found.setdefault(member.key, member)
    return ordered(list(found.values()))


def members_of(
    rows: Sequence[Row],
    inventory: InventoryStore,
    *,
    is_alias: Callable[[str], bool] = lambda name: False,
    only: Sequence[str] = (),
) -> tuple[Member, ...]:
    """The devices of a table with their variables; with `only` (targets) just those of them.  Raises as `choose`."""
    wanted = {member.key for member in choose(only, inventory, is_alias=is_alias)} if only else None
    found: dict[str, tuple[Member, int]] = {}
    for row in rows:
        for device in _devices(row.target, inventory, is_alias, row.line):
            member = Member(device, row.variables)
            if member.key in found:
                raise ConfigError(
                    f"The table names {device.name} twice, in lines {found[member.key][1]} and {row.line}.",
                    line=row.line,
                    advice="Leave one of the lines out: a device is changed once.",
                )
            found[member.key] = (member, row.line)
    if wanted is not None and wanted - found.keys():
        lacking = [member.name for member in choose(only, inventory, is_alias=is_alias) if member.key not in found]
        raise ConfigError(f"The table has no line for {', '.join(lacking)}.", advice="Add a line for each device.")
    chosen = [member for member, _ in found.values() if wanted is None or member.key in wanted]
    return ordered(chosen)


def ordered(members: Sequence[Member]) -> tuple[Member, ...]:
    """In the order in which devices are locked: two fleets that meet do not lock each other out half way.

    Raises `ConfigError` for no member at all, and for two that are the same device at the same address.
    """
    if not members:
        raise ConfigError("No device was chosen.", advice="Name devices, @GROUP, or a table with --csv.")
    places: dict[tuple[str, int, str], Member] = {}
    for member in members:
        device = member.device
        place = (device.host.casefold(), device.port, device.subsystem)
        if place in places:
            raise ConfigError(
                f"{places[place].name} and {device.name} are the same device: both are at {device.address}.",
                advice="Name it once.",
            )
        places[place] = member
    return tuple(sorted(members, key=lambda member: (member.name.casefold(), member.key)))


def read_table(text: str, *, name: str = "The table") -> tuple[Row, ...]:
    """The lines of a CSV text; separated by commas, semicolons or tabs.  Raises `ConfigError` with the line."""
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise ConfigError(f"{name}, line {reader.line_num}: {error}.", line=reader.line_num) from None
    lines = [(line, cells) for line, cells in lines if any(cells)]
    if not lines:
        raise ConfigError(f"{name} is empty.", advice="It needs a heading line with a column device.")
    columns = _columns(name, *lines[0])
    return tuple(_row(name, columns, line, cells) for line, cells in lines[1:])


def _columns(name: str, line: int, cells: list[str]) -> list[str]:
    if DEVICE_COLUMN not in cells:
        raise ConfigError(
            f"{name} has no column {DEVICE_COLUMN}. Its heading line has: {', '.join(cells)}.",
            line=line,
            advice="Call the column of device names device.",
        )
    for number, cell in enumerate(cells, 1):
        if not _IDENTIFIER.match(cell):
            raise ConfigError(
                f"{name}: column {number} is called {cell or 'nothing'}, which cannot be a variable's name.",
                line=line,
                advice="Use letters, digits and _; begin with a letter.",
            )
        if cells.count(cell) > 1:
            raise ConfigError(f"{name} has two columns {cell}.", line=line)
        if cell in OWN_VARIABLES and cell != DEVICE_COLUMN:
            raise ConfigError(
                f"{name}: a column cannot be called {cell}, which is the device's own.",
                line=line,
                advice="Give the column another name.",
            )
    return cells


def _row(name: str, columns: list[str], line: int, cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise ConfigError(f"{name}, line {line}: {len(cells)} values for {len(columns)} columns.", line=line)
    values = dict(zip(columns, cells, strict=True))
    target = values.pop(DEVICE_COLUMN)
    if not target:
        raise ConfigError(f"{name}, line {line}: no device is named.", line=line)
    return Row(target, values, line)


def _devices(
    target: str, inventory: InventoryStore, is_alias: Callable[[str], bool], line: int = 0
) -> tuple[Device, ...]:
    try:
        if not target.startswith(GROUP_MARK) or inventory.named(target) is not None:
            return (parse_target(target, inventory, is_alias=is_alias),)
    except AppError as error:
        if line:
            raise ConfigError(f"Line {line} of the table: {error.message}", line=line, advice=error.advice) from error
        raise
    group = target.removeprefix(GROUP_MARK)
    found = tuple(device for device in inventory.devices if device.group == group)
    if not found:
        known = ", ".join(f"{GROUP_MARK}{one.name}" for one in inventory.groups) or "none"
        raise ConfigError(f"There is no device in a group {group}. Groups: {known}.", line=line)
    return found
