"""`validate`: check configurations in files by YANG modules, offline: those of a folder, or those that a device had."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from netconf_gui.cli.files import add_schemas, need_folder, read_bytes, say_problems, shown_name
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config import codec
from netconf_gui.errors import ConfigError, SchemaError
from netconf_gui.services.engines import open_engine
from netconf_gui.services.load import LoadedSchema
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.services.schema_choice import from_cache
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

LIMIT = 10_000  # findings told of one file


def add_options(parser: argparse.ArgumentParser) -> None:
    """Files, and where the modules come from."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a configuration in XML or RFC 7951 JSON (- is stdin)")
    add_schemas(parser)
    parser.add_argument("--device", metavar="NAME", help="modules that this device of the inventory had last")
    parser.add_argument(
        "--content",
        choices=("config", "data"),
        default="config",
        help="config: a whole configuration (default); data: with state",
    )


def run(command: Command) -> Status:
    """Print what is wrong with each file; status 1 when there is an error in one."""
    arguments = command.arguments
    if (arguments.schemas is None) == (arguments.device is None):
        raise ConfigError("validate needs either --schemas DIR or --device NAME.")
    texts = [(shown_name(name), read_bytes(name)) for name in arguments.files]

    def check() -> list[tuple[str, tuple[Problem, ...]]]:
        with _schema(command) as (engine, loaded):
            return [(name, _problems(command, engine, loaded, name, data)) for name, data in texts]

    found = command.run(check)
    if command.output.as_json:
        command.output.json(as_json(found))
    else:
        _print(command, found)
    return Status.FINDINGS if any(problem.is_error for _, problems in found for problem in problems) else Status.OK


@contextmanager
def _schema(command: Command) -> Iterator[tuple[Engine, LoadedSchema]]:
    """The compiled modules; raises `SchemaError` if there are none to check by."""
    with open_engine(command.workspace) as engine:
        if command.arguments.schemas is not None:
            need_folder(command.arguments.schemas)
            folder = command.arguments.schemas
            loaded = schema_from_folder(folder, engine, cancel=command.cancel, on_event=command.output.event)
        else:
            loaded = _of_device(command, engine)
        say_problems(command, loaded)
        if loaded.key is None or not loaded.validated:
            raise SchemaError("There are no modules by which data can be checked.", advice="The lines above say why.")
        yield engine, loaded


def _of_device(command: Command, engine: Engine) -> LoadedSchema:
    """What the device had when it was opened last; it is not connected."""
    name = command.arguments.device
    devices = command.workspace.inventory.devices
    device = next((one for one in devices if name in (one.name, one.id)), None)
    if device is None:
        raise ConfigError(
            f"There is no device {name} in the inventory.", advice="Add it in the window, or use --schemas."
        )
    known = command.workspace.schema_sets.of_device(device.id)
    if known is None:
        raise ConfigError(
            f"The modules of {name} are not known yet.", advice="Open the device in the window once, or use --schemas."
        )
    return from_cache(known.key, engine, device.name)


def _problems(command: Command, engine: Engine, loaded: LoadedSchema, name: str, data: bytes) -> tuple[Problem, ...]:
    schema: Schema | None = loaded.schema
    try:
        text = codec.write(codec.read_root(data, name=name, schema=schema), pretty=False)
    except ConfigError as error:
        # what is no configuration at all is a finding about that file; the others are checked all the same
        return (Problem("error", "", error.message, source="xml"),)
    return engine.validate(
        loaded.key or "", text, content=command.arguments.content, limit=LIMIT, cancel=command.cancel
    )


def as_json(found: list[tuple[str, tuple[Problem, ...]]]) -> dict[str, object]:
    """The documented JSON document."""
    return {
        "documents": [
            {
                "file": name,
                "problems": [
                    {"path": one.path, "message": one.message, "app_tag": one.app_tag, "severity": one.severity}
                    for one in problems
                ],
            }
            for name, problems in found
        ]
    }


def _print(command: Command, found: list[tuple[str, tuple[Problem, ...]]]) -> None:
    for name, problems in found:
        for one in problems:
            place = f" {one.path}:" if one.path else ""
            tag = f" [{one.app_tag}]" if one.app_tag else ""
            command.output.text(f"{name}: {one.severity}:{place} {one.message}{tag}")
        errors = sum(1 for one in problems if one.is_error)
        command.output.say(f"{name}: {'valid' if not errors else '1 error' if errors == 1 else f'{errors} errors'}.")
