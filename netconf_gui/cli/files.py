"""Files that commands read: configurations, and folders of YANG modules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netconf_gui.cli.running import Command
from netconf_gui.config.codec import read_root, write
from netconf_gui.errors import ConfigError
from netconf_gui.services.engines import open_engine
from netconf_gui.services.load import LoadedSchema
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.schema import Schema


def read_bytes(name: str) -> bytes:
    """A file, or stdin for "-"; raises `ConfigError`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.") from error


def shown_name(name: str) -> str:
    """How messages call a file that was named on the command line."""
    return "standard input" if name == "-" else name


def read_config(name: str) -> bytes:
    """A configuration as a `<config>` document, whatever it was wrapped in; raises `ConfigError`."""
    return config_of(read_bytes(name), name)


def config_of(data: bytes, name: str, schema: Schema | None = None) -> bytes:
    """The same for what was read already; with a schema also of RFC 7951 JSON."""
    return write(read_root(data, name=shown_name(name), schema=schema), pretty=False)


def add_schemas(parser: argparse.ArgumentParser) -> None:
    """The option that names a folder of YANG modules."""
    parser.add_argument(
        "--schemas",
        metavar="DIR",
        type=Path,
        help="YANG modules of the device: keys, order and types are known then",
    )


def need_folder(folder: Path) -> None:
    """Raises `ConfigError` unless `folder` is one."""
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder}.", advice="Name the folder that holds the YANG modules.")


@contextmanager
def local_schema(command: Command) -> Iterator[Schema | None]:
    """The schema of `--schemas`, None without the option; its problems are said."""
    folder: Path | None = command.arguments.schemas
    if folder is None:
        yield None
        return
    need_folder(folder)
    with open_engine(command.workspace) as engine:
        loaded = schema_from_folder(folder, engine, cancel=command.cancel, on_event=command.output.event)
        say_problems(command, loaded)
        yield loaded.schema


def say_problems(command: Command, loaded: LoadedSchema) -> None:
    """What is missing or broken in a schema, in a line each."""
    for name, why in loaded.missing:
        command.output.say(f"Module {name} is missing: {why}.")
    for broken in loaded.broken:
        command.output.say(f"Module {broken.name} cannot be used: {broken.reason}")
    for note in loaded.notes:
        command.output.say(note)
