"""`history`: what was applied to a device before; nothing is sent."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.codec import read_root
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.history import OUTCOME_WORDS, Query, search
from netconf_gui.workspace.files import write_atomically
from netconf_gui.workspace.snapshots import PARTS, Entry, Listing

MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The device, and what of its history."""
    parser.add_argument("target", metavar="TARGET", help="the name, id or address of a device")
    parser.add_argument("--search", metavar="TEXT", default="", help="only applies that have all of these words")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--show", metavar="ID", help="one apply with its changes; the beginning of an id is enough")
    only.add_argument("--export", metavar="ID", help="write one of its contents as XML")
    parser.add_argument("--part", choices=PARTS, default="before", help="with --export: which content")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="with --export: write it there")


def run(command: Command) -> Status:
    """List, show or export."""
    arguments, store = command.arguments, command.workspace.snapshots
    if arguments.output is not None and arguments.export is None:
        raise ConfigError("-o needs --export ID.")
    if undated := Query.parse(arguments.search).undated:
        raise ConfigError(f"{undated[0]} is no date.", advice="Write 2026, 2026-11 or 2026-11-21.")
    key, name = _device(command)
    listing = store.entries(key)
    for bad in listing.bad:
        command.output.say(bad.text)
    if arguments.export is not None:
        return _export(command, _one(listing, arguments.export))
    wanted = (_one(listing, arguments.show),) if arguments.show is not None else listing.entries
    found = search(store, wanted, arguments.search, cancel=command.cancel)
    if command.output.as_json:
        command.output.json(
            {
                "device": key,
                "name": name,
                "entries": [as_json(entry) for entry in found],
                "damaged": [bad.text for bad in listing.bad],
            }
        )
    elif arguments.show is not None:
        for entry in found:
            _show(command, entry)
    else:
        for entry in found:
            command.output.text(f"{entry.id}  {_outcome(entry):<15}  {entry.who:<10}  {_pin(entry)}{entry.summary}")
        if not found:
            command.output.say("No apply has all of these words." if wanted else f"Nothing was applied to {name}.")
    return Status.OK


def _device(command: Command) -> tuple[str, str]:
    """The key of the device's history, and its name."""
    text = command.arguments.target
    inventory = command.workspace.inventory
    known = inventory.named(text) or inventory.device(text)
    if known is not None:
        return known.id, known.name
    plain = text.removeprefix("ssh://")
    for entry in command.workspace.snapshots.devices():
        if plain in (entry.key, entry.device_name, entry.address):
            return entry.key, entry.device_name
    raise ConfigError(
        f"There is no device named {text or '(empty)'}, and no history of one.",
        advice="Use the name that apply was given, or a name of the inventory.",
    )


def _one(listing: Listing, wanted: str) -> Entry:
    found = [entry for entry in listing.entries if entry.id.startswith(wanted)] if wanted else []
    if len(found) == 1:
        return found[0]
    how = f"{len(found)} applies begin with {wanted}" if found else f"No apply has the id {wanted or '(empty)'}"
    raise ConfigError(f"{how}.", advice="Without --show and --export the ids are listed.")


def _export(command: Command, entry: Entry) -> Status:
    arguments = command.arguments
    content = command.workspace.snapshots.read(entry, arguments.part)
    if command.output.as_json:
        raise ConfigError("--export writes XML: it cannot be combined with --json.")
    data = serialize(read_root(content), pretty=True) + b"\n"
    if arguments.output is None:
        command.output.data(data)
    else:
        # it holds what the configuration holds: for its owner only
        write_atomically(arguments.output, data)
        command.output.say(f"Written to {arguments.output}.")
    return Status.OK


def as_json(entry: Entry) -> dict[str, object]:
    """The documented JSON of one apply."""
    return {
        "id": entry.id,
        "started": datetime.fromtimestamp(entry.started, UTC).isoformat(),
        "seconds": round(entry.seconds, 3),
        "outcome": entry.outcome,
        "text": entry.text,
        "who": entry.who,
        "address": entry.address,
        "datastore": entry.datastore,
        "summary": entry.summary,
        "changes": [{"kind": one.kind, "path": one.path, "old": one.old, "new": one.new} for one in entry.changes],
        "cut": entry.cut,
        "note": entry.note,
        "pinned": entry.pinned,
        "contents": list(entry.parts),
        "damage": entry.damage,
    }


def _show(command: Command, entry: Entry) -> None:
    output = command.output
    output.text(f"{entry.id}  {_outcome(entry)}  {entry.seconds:.1f} s")
    output.text(f"By {entry.who or 'nobody known'} as {entry.address}, to {entry.datastore}")
    for text in (entry.text, entry.note and f"Note: {entry.note}"):
        if text:
            output.text(text)
    for one in entry.changes:
        values = f"{one.old} → {one.new}" if one.kind == "changed" else (one.new if one.old is None else one.old)
        output.text(f"{MARKS.get(one.kind, ' ')} {one.path}{f'  {values}' if values else ''}")
    if entry.cut:
        output.text("and more; --export with --part plan writes all that was sent")


def _outcome(entry: Entry) -> str:
    return OUTCOME_WORDS.get(entry.outcome, entry.outcome)


def _pin(entry: Entry) -> str:
    return "(pinned) " if entry.pinned else ""
