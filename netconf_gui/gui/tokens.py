"""The colour tokens of both themes, and the sizes that do not change with the theme.

Everything that is drawn takes its colours from here by name; nothing else in the program writes a colour down
(the recoloured SVGs of the style sheet are checked against these by a test).  Palette and style sheet are made in
`theme.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme: "#RRGGBB" by role.  `*_tint` is the row or chip background that goes with a meaning's text."""

    dark: bool
    chrome: str
    surface: str
    alt: str
    sunken: str
    raised: str
    line: str
    line2: str
    control: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_text: str
    select: str
    select_off: str
    hover: str
    press: str
    focus: str
    added: str
    added_tint: str
    removed: str
    removed_tint: str
    changed: str
    changed_tint: str
    moved: str
    moved_tint: str
    error: str
    error_tint: str
    warning: str
    warning_tint: str
    stale: str
    stale_tint: str
    success: str
    success_tint: str
    info: str
    info_tint: str
    xml_tag: str
    xml_attribute: str
    xml_string: str
    xml_comment: str
    xml_text: str

    def by_name(self) -> dict[str, str]:
        """All colours by token name, `dark` left out."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "dark"}


LIGHT = Tokens(
    dark=False,
    chrome="#ECEEF2",
    surface="#FFFFFF",
    alt="#F7F8FA",
    sunken="#F3F4F7",
    raised="#FFFFFF",
    line="#DCE0E6",
    line2="#C3C9D2",
    control="#7C8593",
    text="#1B1F26",
    text2="#4E5866",
    text3="#5C6572",
    disabled="#9AA2AE",
    accent="#1A66D6",
    accent_hover="#1558BD",
    accent_pressed="#114A9F",
    on_accent="#FFFFFF",
    accent_text="#1659BE",
    select="#D8E7FC",
    select_off="#E5E8ED",
    hover="#F0F3F7",
    press="#E3E8EF",
    focus="#1A66D6",
    added="#1A7033",
    added_tint="#E5F5E9",
    removed="#B3261E",
    removed_tint="#FCE9E8",
    changed="#835400",
    changed_tint="#FFF4D9",
    moved="#6F3FBF",
    moved_tint="#F2ECFC",
    error="#B3261E",
    error_tint="#FCE9E8",
    warning="#9A4200",
    warning_tint="#FFEEDF",
    stale="#56606F",
    stale_tint="#ECEFF4",
    success="#1A7033",
    success_tint="#E5F5E9",
    info="#1659BE",
    info_tint="#E4EFFD",
    xml_tag="#1659BE",
    xml_attribute="#6F3FBF",
    xml_string="#1A7033",
    xml_comment="#5C6572",
    xml_text="#1B1F26",
)

DARK = Tokens(
    dark=True,
    chrome="#2A2D33",
    surface="#1C1E22",
    alt="#212429",
    sunken="#17191C",
    raised="#24272C",
    line="#363A42",
    line2="#474D57",
    control="#7A8492",
    text="#E3E6EB",
    text2="#B0B8C4",
    text3="#A8B1BD",
    disabled="#69717D",
    accent="#2E6FD8",
    accent_hover="#2766CC",
    accent_pressed="#2560C0",
    on_accent="#FFFFFF",
    accent_text="#7EB0FF",
    select="#263F66",
    select_off="#33383F",
    hover="#292D33",
    press="#343941",
    focus="#6EA5FF",
    added="#6CCB84",
    added_tint="#1C3325",
    removed="#FF8F88",
    removed_tint="#3F2324",
    changed="#E6BC5C",
    changed_tint="#372E19",
    moved="#C6A8FA",
    moved_tint="#302944",
    error="#FF8F88",
    error_tint="#3F2324",
    warning="#F5A76B",
    warning_tint="#3D2A1B",
    stale="#A3ADBC",
    stale_tint="#2B3038",
    success="#6CCB84",
    success_tint="#1C3325",
    info="#7EB0FF",
    info_tint="#1E3050",
    xml_tag="#7EB0FF",
    xml_attribute="#C6A8FA",
    xml_string="#8CD19E",
    xml_comment="#A8B1BD",
    xml_text="#E3E6EB",
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Measures in px at the base font size of 13 px; `theme.px()` scales them."""

    font: int = 13
    caption: int = 12
    side: int = 11
    title: int = 16
    welcome: int = 22
    countdown: int = 26
    icon: int = 16
    icon_small: int = 14
    row: int = 24
    device_row: int = 26
    header: int = 26
    toolbar: int = 40
    tab: int = 34
    pane_head: int = 32
    bar: int = 36
    status: int = 26
    control: int = 28
    compact: int = 24
    banner: int = 64
    dialog_foot: int = 52
    indent: int = 16
    gutter: int = 26
    gap: int = 4
    pane_padding: int = 12
    dialog_padding: int = 20


SIZES = Sizes()


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB" (WCAG 2)."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2), 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
