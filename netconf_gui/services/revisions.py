"""One more revision of a module, compiled beside those of a set: for comparing two revisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.services.load import LoadedSchema, compile_schema
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, bundled_modules, resolve
from netconf_gui.yang.yangtext import parse_head


def load_revision(
    file: Path,
    module: str,
    engine: Engine,
    text_of: Callable[[str], bytes | None],
    *,
    cancel: CancelToken | None = None,
) -> LoadedSchema:
    """Compile the module in `file` with what it imports: from beside the file, else from `text_of`, else as shipped.

    Raises `SchemaError` when it is not a text of `module`, or cannot be compiled.
    """
    try:
        text = file.read_bytes()
    except OSError as error:
        raise SchemaError(f"{file} cannot be read: {error.strerror or error}.") from error
    head = parse_head(text)
    if head.name != module:
        raise SchemaError(f"{file.name} is {head.name}, not {module}.", advice="Choose a revision of the same module.")
    beside = ModuleLibrary.of_folder(file.parent)

    def fetch(name: str, revision: str | None) -> bytes | None:
        if name == module:
            return text
        return beside.fetch(name, revision) or text_of(name)

    found = resolve([WantedModule(head.name, head.revision or None)], fetch, fallback=bundled_modules(), cancel=cancel)
    loaded = compile_schema(engine, found, cancel=cancel)
    broken = next((item for item in loaded.broken if item.name == module), None)
    if loaded.schema is None or broken is not None:
        why = broken.reason if broken is not None else " ".join(loaded.notes)
        raise SchemaError(f"{file.name} cannot be compiled: {why}")
    return loaded
