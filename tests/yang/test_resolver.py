"""From the modules that a device names to the texts of all they need."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, RpcFailed, SchemaError
from netconf_gui.yang import library as library_module
from netconf_gui.yang.library import ModuleLibrary, standard_modules
from netconf_gui.yang.resolver import Fetch, ResolvedSet, WantedModule, bundled_modules, resolve


def module(name: str, body: str = "", revision: str = "2020-01-01") -> bytes:
    head = f"module {name} {{ namespace urn:{name}; prefix {name}; "
    return f"{head}{body} revision {revision}; leaf {name} {{ type string; }} }}".encode()


def fetcher(*texts: tuple[str, str | None, bytes]) -> Fetch:
    """A device that has exactly these (name, revision) -> text."""
    known = {(name, revision): text for name, revision, text in texts}
    return lambda name, revision: known.get((name, revision))


def names(found: ResolvedSet) -> list[tuple[str, str, bool]]:
    return [(item.name, item.revision, item.implemented) for item in found.modules]


def test_imports_and_submodules_are_fetched(library: ModuleLibrary):
    found = resolve([WantedModule("every-augment")], library.fetch)
    assert names(found) == [
        ("every-augment", "2026-04-04", True),
        ("every-type", "2026-03-01", False),
        ("every-type-sub", "2026-03-01", False),
        ("every-types-base", "2026-02-02", False),
    ]
    assert [item.name for item in found.modules if item.is_submodule] == ["every-type-sub"]
    assert found.missing == ()


def test_import_by_revision_and_without():
    old, new = module("t", revision="2010-01-01"), module("t", revision="2020-01-01")
    fetch = fetcher(
        ("a", "2020-01-01", module("a", "import t { prefix t; revision-date 2010-01-01; }")),
        ("b", "2020-01-01", module("b", "import t { prefix t; }")),
        ("t", "2010-01-01", old),
        ("t", "2020-01-01", new),
    )
    found = resolve(
        [WantedModule("a", "2020-01-01"), WantedModule("b", "2020-01-01"), WantedModule("t", "2020-01-01")], fetch
    )
    assert names(found) == [
        ("a", "2020-01-01", True),
        ("b", "2020-01-01", True),
        ("t", "2010-01-01", False),
        ("t", "2020-01-01", True),
    ]
    assert found.missing == ()


def test_of_two_revisions_the_newest_is_implemented():
    fetch = fetcher(
        ("a", "2020-01-01", module("a")),
        ("a", "2010-01-01", module("a", revision="2010-01-01")),
        ("b", None, module("b", "import a { prefix a; revision-date 2010-01-01; }")),
    )
    refs = [WantedModule("a", "2020-01-01"), WantedModule("a", "2010-01-01"), WantedModule("b")]
    for wanted in (refs, refs[::-1]):
        found = resolve(wanted, fetch)
        assert names(found) == [("a", "2010-01-01", False), ("a", "2020-01-01", True), ("b", "2020-01-01", True)]
        assert found.notes == ("a@2010-01-01 is listed besides 2020-01-01, which is used.",)


def test_import_only_modules_of_the_device_are_preferred_and_fetched_only_when_needed():
    fetch = fetcher(
        ("a", None, module("a", "import t { prefix t; }")),
        ("t", "2011-11-11", module("t", revision="2011-11-11")),
        ("u", "2011-11-11", module("u")),
    )
    refs = [
        WantedModule("a"),
        WantedModule("t", "2011-11-11", implemented=False),
        WantedModule("u", "2011-11-11", implemented=False),
    ]
    assert names(resolve(refs, fetch)) == [("a", "2020-01-01", True), ("t", "2011-11-11", False)]


def test_submodules_have_the_revision_that_the_device_lists():
    part = b"submodule part { belongs-to a { prefix a; } revision 2015-05-05; leaf p { type string; } }"
    fetch = fetcher(("a", None, module("a", "include part;")), ("part", "2015-05-05", part))
    found = resolve([WantedModule("a", submodules=(("part", "2015-05-05"),))], fetch)
    assert names(found) == [("a", "2020-01-01", True), ("part", "2015-05-05", False)]
    assert names(resolve([WantedModule("a")], fetch)) == [("a", "2020-01-01", True)]


def test_missing_modules_are_listed_with_reason():
    def fetch(name: str, revision: str | None) -> bytes | None:
        if name == "forbidden":
            raise RpcFailed("access denied", ())
        return {"a": module("a", "import gone { prefix g; }"), "swapped": module("other"), "junk": b"<xml/>"}.get(name)

    wanted = [WantedModule(name) for name in ("a", "forbidden", "swapped", "junk")]
    found = resolve(wanted, fetch)
    assert dict(found.missing) == {
        "forbidden": "access denied",
        "gone": "not offered by the device, and not a standard module (needed by a)",
        "junk": "Not YANG: the text does not begin with a module or submodule statement.",
        "swapped": "the text received is that of other",
    }
    assert [item.name for item in found.modules] == ["a"]


def test_another_revision_than_asked_for_is_noted():
    found = resolve([WantedModule("a", "2022-02-02")], fetcher(("a", "2022-02-02", module("a"))))
    assert names(found) == [("a", "2020-01-01", True)]
    assert found.notes == ("a: revision 2022-02-02 was asked for, the text says 2020-01-01.",)


def test_fallback_is_asked_second_and_noted():
    found = resolve(
        [WantedModule("ietf-interfaces", "2014-05-08")], fetcher(), fallback=ModuleLibrary(_standard("ietf-")).fetch
    )
    assert [item.name for item in found.modules] == ["ietf-interfaces", "ietf-yang-types"]
    assert "ietf-interfaces@2018-02-20 is not from the device but from the standard modules." in found.notes
    assert "ietf-interfaces: revision 2014-05-08 was asked for, the text says 2018-02-20." in found.notes


def _standard(start: str) -> list[Path]:
    found = standard_modules()
    return [path for name in found.names if name.startswith(start) for path in found.files(name)]


def test_deviation_modules_are_implemented_too(library: ModuleLibrary):
    found = resolve([WantedModule("every-type", None, (), ("every-deviation",))], library.fetch)
    assert ("every-deviation", "2026-05-05", True) in names(found)


def test_features_are_kept(library: ModuleLibrary):
    found = resolve([WantedModule("every-type", None, ("extras",))], library.fetch)
    features = {item.name: item.features for item in found.modules}
    assert features == {"every-type": ("extras",), "every-type-sub": (), "every-types-base": ()}


def test_progress_and_cancel(library: ModuleLibrary):
    seen: list[tuple[str, int, int]] = []
    resolve([WantedModule("every-type")], library.fetch, progress=lambda *step: seen.append(step))
    assert seen[0] == ("every-type", 0, 1)
    assert [done for _, done, _ in seen] == list(range(len(seen)))
    token = CancelToken()
    asked: list[str] = []

    def fetch(name: str, revision: str | None) -> bytes | None:
        asked.append(name)
        token.cancel()
        return library.fetch(name, revision)

    with pytest.raises(Cancelled):
        resolve([WantedModule("every-type"), WantedModule("every-augment")], fetch, cancel=token)
    assert asked == ["every-type"]


def test_an_import_cycle_ends():
    fetch = fetcher(
        ("a", None, module("a", "import b { prefix b; }")), ("b", None, module("b", "import a { prefix a; }"))
    )
    assert [item.name for item in resolve([WantedModule("a")], fetch).modules] == ["a", "b"]


def test_standard_modules_are_found():
    library = standard_modules()
    assert {"ietf-interfaces", "ietf-ip", "ietf-system", "ietf-routing"} <= set(library.names)
    text = bundled_modules()("ietf-interfaces", None)
    assert text is not None
    assert b"module ietf-interfaces" in text
    assert library.revisions("ietf-interfaces")[-1] >= "2018-02-20"
    assert bundled_modules()("ietf-interfaces", "1999-01-01") is None


def test_standard_modules_of_a_frozen_program_and_of_a_persons_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "yang" / "ietf").mkdir(parents=True)
    (tmp_path / "yang" / "ietf" / "m.yang").write_bytes(module("m"))
    (tmp_path / "n@2001-01-01.yang").write_bytes(module("n", revision="2001-01-01"))
    monkeypatch.setattr(library_module, "_standard", None)
    monkeypatch.setattr(library_module.sys, "_MEIPASS", str(tmp_path), raising=False)
    assert standard_modules().names == ("m",)
    monkeypatch.setattr(library_module, "_standard", None)
    monkeypatch.setenv("NETCONF_GUI_YANG", str(tmp_path))
    assert standard_modules().names == ("m", "n")
    monkeypatch.setattr(library_module, "_standard", None)
    monkeypatch.delenv("NETCONF_GUI_YANG")
    monkeypatch.delattr(library_module.sys, "_MEIPASS")

    def not_installed(_name: str) -> None:
        raise library_module.importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(library_module.importlib.metadata, "files", not_installed)
    assert standard_modules().names == ()


def test_library_by_file_name_and_by_text(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "m@2001-01-01.yang").write_bytes(module("m", revision="2001-01-01"))
    (tmp_path / "deep" / "m.yang").write_bytes(module("m", revision="2005-05-05"))
    (tmp_path / "bad.yang").write_bytes(b"no")
    library = ModuleLibrary.of_folder(tmp_path)
    assert library.names == ("bad", "m")
    assert library.revisions("m") == ("2001-01-01", "2005-05-05")
    assert library.fetch("m") == module("m", revision="2005-05-05")
    assert library.fetch("m", "2001-01-01") == module("m", revision="2001-01-01")
    assert library.fetch("m", "2002-02-02") is None
    with pytest.raises(SchemaError, match="no folder"):
        ModuleLibrary.of_folder(tmp_path / "nothing")
