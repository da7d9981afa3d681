"""`--self-test`: the installed or frozen program checks that all its parts are there and work together.

Runs without a screen and without a network: fonts and icons, forms, resources, the schema engine, the demo device.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace

LIBRARY = "NETCONF_GUI_LIBYANG"
PROBE = """module probe {
  namespace "urn:probe"; prefix p; import ietf-inet-types { prefix inet; }
  container probe { list item { key name; leaf name { type string; } leaf address { type inet:ip-address; } } }
}
"""


def run_self_test() -> int:
    """Print one line a check; 0 when all passed.  Leaves nothing behind: it has folders of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _checked(Workspace.open(Locations.under(Path(folder))))


def _checked(workspace: Workspace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from netconf_gui.gui.application import make_application

    app = make_application(sys.argv[:1])
    failed = 0
    for name, check in CHECKS:
        try:
            words = check(workspace)
        except Exception as error:  # noqa: BLE001 - a top level: every check is told about
            failed += 1
            sys.stdout.write(f"FAILED  {name}: {type(error).__name__}: {error}\n")
        else:
            sys.stdout.write(f"ok      {name}: {words}\n")
        sys.stdout.flush()
    app.quit()
    return 1 if failed else 0


def _icons(_workspace: Workspace) -> str:
    from netconf_gui.gui import icons
    from netconf_gui.gui.theme import theme

    theme().apply("light")
    names = [*icons.PHOSPHOR, *(f"node:{kind}" for kind in icons.NODE_KINDS), *(f"state:{one}" for one in icons.STATES)]
    empty = [name for name in names if icons.named(name, "text2").pixmap(16, 16).toImage().allGray() is None]
    if empty or icons.logo(32).isNull():
        raise RuntimeError(f"not drawn: {', '.join(empty) or 'logo'}")
    return f"{len(names)} drawn"


def _window(workspace: Workspace) -> str:
    from PySide6.QtCore import QObject

    from netconf_gui.gui.application import Program

    program = Program(workspace, mode="light")
    program.show()
    count = len(program.window.findChildren(QObject))
    program.engine.close()
    program.window.let_close()
    return f"{count} parts"


def _modules(_workspace: Workspace) -> str:
    from netconf_gui.yang.resolver import bundled_modules

    found = bundled_modules()("ietf-interfaces", None)
    if not found:
        raise RuntimeError("ietf-interfaces is not among the standard modules")
    return "standard modules found"


def _compilers(_workspace: Workspace) -> str:
    """libyang compiles a set, and so does pyang where libyang is not to be had."""
    from netconf_gui.services.modules import schema_from_folder
    from netconf_gui.yang.check import Engine

    counts: list[int] = []
    before = os.environ.get(LIBRARY)
    with tempfile.TemporaryDirectory() as folder:
        modules = Path(folder) / "modules"
        modules.mkdir()
        (modules / "probe.yang").write_text(PROBE, encoding="utf-8")
        for place in (before, str(Path(folder) / "nothing")):
            _set(LIBRARY, place)
            try:
                with Engine(cache_folder=Path(folder) / f"cache{len(counts)}") as engine:
                    loaded = schema_from_folder(modules, engine)
            finally:
                _set(LIBRARY, before)
            if loaded.schema is None or loaded.validated is (place != before):
                raise RuntimeError("; ".join(loaded.notes) or "the wrong compiler was used")
            counts.append(loaded.nodes)
    if counts[0] != counts[1]:
        raise RuntimeError(f"libyang finds {counts[0]} nodes, pyang {counts[1]}")
    return f"libyang and pyang find {counts[0]} nodes"


def _set(variable: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value


def _demo(workspace: Workspace) -> str:
    """The demo device starts (with its engine) and answers a hello and a get-config."""
    from netconf_gui.services.connect import ConnectOptions, connect
    from netconf_gui.services.demo_process import DemoProcess
    from netconf_gui.services.load import load
    from netconf_gui.workspace.inventory import Device
    from netconf_gui.yang.check import Engine

    with tempfile.TemporaryDirectory() as folder, Engine(cache_folder=Path(folder) / "schema") as engine:
        home = Workspace.open(Locations.under(Path(folder)))
        process = DemoProcess(home.locations.demo_folder)
        info = process.start()
        try:
            device = Device(id="demo", name="Demo", host=info.host, port=info.port, username=info.username)
            options = ConnectOptions(password=info.password, accept_host_keys=(info.fingerprint,))
            session = connect(device, _Nobody(), home, options=options)
            loaded = load(session, "running", engine=engine)
            session.close()
        finally:
            process.stop()
    if loaded.schema.schema is None:
        raise RuntimeError("; ".join(loaded.schema.notes))
    return f"{loaded.schema.modules} modules compiled, {len(loaded.data)} bytes of configuration"


class _Nobody:
    """An interaction with nobody there: refuses everything."""

    def host_key_unknown(self, key: object) -> bool:
        return False

    def certificate_untrusted(self, certificate: object) -> bool:
        return False

    def credentials(self, request: object) -> None:
        return None

    def inform(self, text: str) -> None:
        return None


CHECKS: tuple[tuple[str, Callable[[Workspace], str]], ...] = (
    ("icons", _icons),
    ("window", _window),
    ("standard YANG modules", _modules),
    ("both compilers", _compilers),
    ("demo device", _demo),
)
