"""`schemas`: have a device's YANG modules, or those of a folder, fetched and compiled, and say how that went."""

from __future__ import annotations

import argparse
from pathlib import Path

from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import need_folder
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError, SchemaError, WorkspaceError
from netconf_gui.services.engines import open_engine
from netconf_gui.services.load import Gathered, LoadedSchema, compile_gathered, gather
from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang.check import Engine
from netconf_gui.yang.report import ModuleReport, ModuleStatus, SchemaReport
from netconf_gui.yang.resolver import ResolvedSet
from netconf_gui.yang.yangtext import file_name

TROUBLE = (ModuleStatus.MISSING, ModuleStatus.BROKEN, ModuleStatus.REPAIRED)


def add_options(parser: argparse.ArgumentParser) -> None:
    """TARGET or a folder, further folders, and where to write the texts."""
    add_target(parser, optional=True)
    parser.add_argument("--from", dest="folder", metavar="DIR", type=Path, help="modules of a folder instead")
    parser.add_argument(
        "--folder",
        dest="folders",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="look there for what the device does not hand out (can be repeated)",
    )
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="write all module texts into this folder")


def run(command: Command) -> Status:
    """Print what became of every module; status 1 when one is broken or missing."""
    arguments = command.arguments
    if (arguments.target is None) == (arguments.folder is None):
        raise ConfigError("schemas needs either a TARGET or --from DIR.")
    if arguments.folder is not None and arguments.folders:
        raise ConfigError("--folder is for a TARGET; with --from all modules come from that folder.")
    for folder in (*arguments.folders, *([arguments.folder] if arguments.folder is not None else [])):
        need_folder(folder)
    connector = Connector(command) if arguments.target is not None else None
    with open_engine(command.workspace) as engine:
        resolved, loaded = command.run(lambda: _load(command, engine, connector))
    if arguments.output is not None:
        _write(resolved, arguments.output)
        command.output.say(f"{len(resolved.modules)} modules written to {arguments.output}.")
    if command.output.as_json:
        command.output.json(as_json(loaded))
    else:
        _print(command, loaded)
    return Status.FINDINGS if loaded.report.unusable or loaded.schema is None else Status.OK


def _load(command: Command, engine: Engine, connector: Connector | None) -> tuple[ResolvedSet, LoadedSchema]:
    if connector is None:
        gathered = Gathered(resolve_folder(command.arguments.folder, cancel=command.cancel))
    else:
        folders = [*command.arguments.folders, *(Path(folder) for folder in connector.device.schema_folders)]
        with connector.session() as session:
            gathered = gather(
                session,
                engine.modules,
                folders=folders,
                parallel=command.workspace.settings.engine.parallel_downloads,
                cancel=command.cancel,
                on_event=command.output.event,
            )
    return gathered.resolved, compile_gathered(engine, gathered, cancel=command.cancel)


def _write(resolved: ResolvedSet, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for module in resolved.modules:
            (folder / file_name(module.name, module.revision)).write_bytes(module.text)
    except OSError as error:
        raise WorkspaceError(f"{folder} cannot be written: {error.strerror or error}.") from error
    except SchemaError as error:
        raise WorkspaceError(f"Not all modules were written to {folder}. {error.message}") from error


def as_json(loaded: LoadedSchema) -> dict[str, object]:
    """The documented JSON document."""
    report = loaded.report
    return {
        "modules": [_module(module) for module in report.modules],
        "sources": [
            {"name": item.name, "gave": item.gave, "asked": item.asked, "failed": item.failed, "text": item.text}
            for item in report.sources
        ],
        "summary": {status.value: count for status, count in report.counts().items()},
        "validated": loaded.validated and loaded.schema is not None,
        "nodes": loaded.nodes,
        "seconds": round(loaded.seconds, 3),
        "repaired": [{"name": item.kind, "module": item.module, "text": item.text} for item in report.repairs],
        "broken": [_fault(module) for module in report.of(ModuleStatus.BROKEN)],
        "missing": [_fault(module) for module in report.of(ModuleStatus.MISSING)],
        "notes": list(loaded.notes),
    }


def _module(module: ModuleReport) -> dict[str, object]:
    return {
        "name": module.name,
        "revision": module.revision,
        "status": module.status.value,
        "source": module.origin.value if module.origin is not None else None,
        "place": module.place,
        "implemented": module.implemented,
        "submodule": module.submodule,
        "listed_by": module.listed_by,
        "needed_by": list(module.needed_by),
        "reason": module.reason,
        "line": module.line,
        "bytes": module.size,
    }


def _fault(module: ModuleReport) -> dict[str, object]:
    return {
        "name": module.name,
        "revision": module.revision,
        "reason": module.reason,
        "line": module.line,
        "needed_by": list(module.needed_by),
    }


def _print(command: Command, loaded: LoadedSchema) -> None:
    output, report = command.output, loaded.report
    for item in report.sources:
        words = f"  {item.text}" if item.text else ""
        output.text(f"{item.name:24} {item.gave if item.asked else '-':>6}{words}")
    if report.sources:
        output.text("")
    for module in report.modules:
        if module.status not in TROUBLE:
            output.text(f"{module.status.value:8}  {_label(module)}{_role(module)}")
    for module in report.of(*TROUBLE):
        needed = f" (needed by {', '.join(module.needed_by)})" if module.needed_by else ""
        output.text(f"{module.status.value:8}  {_label(module)}{_role(module)}: {module.reason}{needed}")
    output.text("")
    output.text(_summary(report))
    output.text(f"{loaded.modules} modules, {loaded.nodes} nodes, compiled in {loaded.seconds:.2f} s")
    for note in loaded.notes:
        output.text(f"note      {note}")


def _summary(report: SchemaReport) -> str:
    return ", ".join(f"{count} {status.value}" for status, count in report.counts().items()) or "no modules"


def _label(module: ModuleReport) -> str:
    return f"{module.name}@{module.revision}" if module.revision else module.name


def _role(module: ModuleReport) -> str:
    return "  submodule" if module.submodule else "" if module.implemented else "  import"
