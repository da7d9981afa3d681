"""docs/profiles.md says what is in the program: profiles, quirks with their words, whose they are, tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from netconf_gui.protocol.profiles import PROFILES
from netconf_gui.protocol.quirks import QUIRKS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "profiles.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    text = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_profile_is_told() -> None:
    told = rows("Profiles")
    assert [row[0].strip(" `") for row in told] == [profile.name for profile in PROFILES]
    for row, profile in zip(told, PROFILES, strict=True):
        assert row[1] == profile.title
        assert re.findall(r"`([^`]+)`", row[2]) == list(profile.uris)
        assert row[3] == (" ".join(profile.notes) or "-")


def test_every_quirk_has_its_row_and_a_test() -> None:
    known = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    told = rows("Quirks")
    assert [row[0].strip(" `") for row in told] == list(QUIRKS)
    for row, quirk in zip(told, QUIRKS.values(), strict=True):
        whose = ", ".join(profile.name for profile in PROFILES if not quirk.always and quirk.is_on(profile))
        assert row[1:4] == [quirk.title, quirk.reason, whose or ("everyone" if quirk.always else "by hand")], quirk.name
        assert row[4].strip("`") in known, quirk.name
