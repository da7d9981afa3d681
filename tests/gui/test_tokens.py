"""Colours: every text token can be read on every background it may stand on, and QSS pictures use tokens only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netconf_gui.gui.theme import style_sheet
from netconf_gui.gui.tokens import DARK, LIGHT, Tokens, contrast

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
TEXTS = ("text", "text2", "text3", "accent_text")
BACKGROUNDS = ("chrome", "surface", "alt", "sunken", "raised", "select", "select_off", "hover", "press")
MEANINGS = ("added", "removed", "changed", "moved", "error", "warning", "stale", "success", "info")
ROOT = Path(__file__).resolve().parents[2]


@THEMES
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_background(tokens: Tokens, text: str, background: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, background)) >= 4.5


@THEMES
@pytest.mark.parametrize("meaning", MEANINGS)
def test_meaning_can_be_read_on_its_tint_on_the_pane_and_when_selected(tokens: Tokens, meaning: str) -> None:
    ink = getattr(tokens, meaning)
    for background in (getattr(tokens, f"{meaning}_tint"), tokens.surface, tokens.select):
        assert contrast(ink, background) >= 4.5


@THEMES
@pytest.mark.parametrize("meaning", MEANINGS)
def test_text_can_be_read_on_every_tint(tokens: Tokens, meaning: str) -> None:
    for text in TEXTS:
        assert contrast(getattr(tokens, text), getattr(tokens, f"{meaning}_tint")) >= 4.5


@THEMES
def test_the_primary_button_and_xml_can_be_read(tokens: Tokens) -> None:
    for fill in (tokens.accent, tokens.accent_hover, tokens.accent_pressed):
        assert contrast(tokens.on_accent, fill) >= 4.5
    for ink in (tokens.xml_tag, tokens.xml_attribute, tokens.xml_string, tokens.xml_comment, tokens.xml_text):
        assert contrast(ink, tokens.surface) >= 4.5


@THEMES
def test_borders_of_controls_and_focus_are_seen(tokens: Tokens) -> None:
    for background in (tokens.surface, tokens.chrome):
        assert contrast(tokens.control, background) >= 3.0
        assert contrast(tokens.focus, background) >= 3.0


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@THEMES
def test_style_sheet_has_no_token_left_and_scales(tokens: Tokens) -> None:
    plain, large = style_sheet(tokens, 1.0), style_sheet(tokens, 2.0)
    assert not re.search(r"\{\w+\}", plain)
    assert "font-size: 22px" in plain and "font-size: 44px" in large
    assert "border: 1px solid" in large, "hairlines stay hairlines"


@pytest.mark.parametrize(("folder", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_pictures_of_the_style_sheet_use_the_tokens_of_their_theme(folder: str, tokens: Tokens) -> None:
    pictures = sorted((ROOT / "resources" / "themes" / folder).glob("*.svg"))
    assert pictures
    for picture in pictures:
        colours = set(re.findall(r"#[0-9A-Fa-f]{6}", picture.read_text("utf-8")))
        assert colours <= set(tokens.by_name().values()), picture.name


def test_no_colour_is_written_down_elsewhere() -> None:
    for source in (ROOT / "netconf_gui" / "gui").rglob("*.py"):
        if source.name == "tokens.py" or "_generated" in source.parts:
            continue
        assert not re.search(r"[\"']#[0-9A-Fa-f]{6}[\"']", source.read_text("utf-8")), source
