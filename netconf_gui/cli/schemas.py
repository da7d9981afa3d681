"""`schemas`: have a device's YANG modules, or those of a folder, fetched and compiled, and say how that went."""

from __future__ import annotations

import argparse
from pathlib import Path

from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import need_folder
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.services.engines import open_engine
from netconf_gui.services.load import LoadedSchema, compile_schema, gather_modules
from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ResolvedSet


def add_options(parser: argparse.ArgumentParser) -> None:
    """TARGET or a folder, and where to write the texts."""
    add_target(parser, optional=True)
    parser.add_argument("--from", dest="folder", metavar="DIR", type=Path, help="modules of a folder instead")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="write all module texts into this folder")


def run(command: Command) -> Status:
    """Print every module and what is broken or missing; status 1 when something is."""
    arguments = command.arguments
    if (arguments.target is None) == (arguments.folder is None):
        raise ConfigError("schemas needs either a TARGET or --from DIR.")
    if arguments.folder is not None:
        need_folder(arguments.folder)
    connector = Connector(command) if arguments.target is not None else None
    with open_engine(command.workspace) as engine:
        resolved, loaded = command.run(lambda: _load(command, engine, connector))
    if arguments.output is not None:
        _write(resolved, arguments.output)
        command.output.say(f"{len(resolved.modules)} modules written to {arguments.output}.")
    if command.output.as_json:
        command.output.json(as_json(resolved, loaded))
    else:
        _print(command, resolved, loaded)
    return Status.FINDINGS if loaded.broken or loaded.missing or loaded.schema is None else Status.OK


def _load(command: Command, engine: Engine, connector: Connector | None) -> tuple[ResolvedSet, LoadedSchema]:
    if connector is None:
        resolved = resolve_folder(command.arguments.folder, cancel=command.cancel)
    else:
        with connector.session() as session:
            resolved, _ = gather_modules(
                session,
                engine.modules,
                parallel=command.workspace.settings.engine.parallel_downloads,
                cancel=command.cancel,
                on_event=command.output.event,
            )
    return resolved, compile_schema(engine, resolved, cancel=command.cancel)


def _write(resolved: ResolvedSet, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for module in resolved.modules:
            # names come from YANG texts and are identifiers: they cannot leave the folder
            name = f"{module.name}@{module.revision}.yang" if module.revision else f"{module.name}.yang"
            (folder / name).write_bytes(module.text)
    except OSError as error:
        raise WorkspaceError(f"{folder} cannot be written: {error.strerror or error}.") from error


def as_json(resolved: ResolvedSet, loaded: LoadedSchema) -> dict[str, object]:
    """The documented JSON document."""
    return {
        "modules": [
            {
                "name": module.name,
                "revision": module.revision,
                "implemented": module.implemented,
                "submodule": module.is_submodule,
                "source": module.source,
                "bytes": len(module.text),
            }
            for module in resolved.modules
        ],
        "nodes": loaded.nodes,
        "seconds": round(loaded.seconds, 3),
        "repaired": list(loaded.repairs),
        "broken": [
            {"name": broken.name, "revision": broken.revision, "reason": broken.reason} for broken in loaded.broken
        ],
        "missing": [{"name": name, "reason": why} for name, why in loaded.missing],
        "notes": list(loaded.notes) + list(resolved.notes),
    }


def _print(command: Command, resolved: ResolvedSet, loaded: LoadedSchema) -> None:
    output = command.output
    for module in resolved.modules:
        kind = "submodule" if module.is_submodule else "implemented" if module.implemented else "import"
        output.text(f"{module.name}@{module.revision or '-'}  {kind}  {module.source}")
    output.text("")
    output.text(f"{len(resolved.modules)} modules, {loaded.nodes} nodes, compiled in {loaded.seconds:.2f} s")
    for repair in loaded.repairs:
        output.text(f"repaired  {repair}")
    for broken in loaded.broken:
        output.text(f"broken    {broken.name}: {broken.reason}")
    for name, why in loaded.missing:
        output.text(f"missing   {name}: {why}")
    for note in (*resolved.notes, *loaded.notes):
        output.text(f"note      {note}")
