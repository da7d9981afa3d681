"""`TypeInfo` to and from JSON, short keys, defaults left out: the form in which types lie in the schema database."""

from __future__ import annotations

from typing import Any

from netconf_gui.yang.nodes import EnumItem, Pattern, TypeInfo


def type_to_json(info: TypeInfo) -> dict[str, Any]:
    """A JSON object from which `type_from_json` makes an equal type."""
    found: dict[str, Any] = {"b": info.base}
    values: tuple[tuple[str, object], ...] = (
        ("n", info.name),
        ("r", [list(part) for part in info.ranges]),
        ("l", [list(part) for part in info.lengths]),
        ("p", [[item.expr, item.inverted, item.message] for item in info.patterns]),
        ("e", [[item.name, item.value, item.description] for item in info.enums]),
        ("B", [[item.name, item.value, item.description] for item in info.bits]),
        ("f", info.fraction_digits),
        ("i", list(info.identities)),
        ("x", info.leafref_path),
        ("u", [type_to_json(member) for member in info.union]),
        ("d", list(info.typedefs)),
        ("I", list(info.bases)),
    )
    found.update((key, value) for key, value in values if value)
    if not info.require_instance:
        found["q"] = False
    if info.target is not None:
        found["t"] = type_to_json(info.target)
    return found


def type_from_json(data: dict[str, Any]) -> TypeInfo:
    """The type that `type_to_json` wrote."""
    target = data.get("t")
    return TypeInfo(
        base=data["b"],
        name=data.get("n", ""),
        ranges=tuple((low, high) for low, high in data.get("r", ())),
        lengths=tuple((low, high) for low, high in data.get("l", ())),
        patterns=tuple(Pattern(*item) for item in data.get("p", ())),
        enums=tuple(EnumItem(*item) for item in data.get("e", ())),
        bits=tuple(EnumItem(*item) for item in data.get("B", ())),
        fraction_digits=data.get("f", 0),
        identities=tuple(data.get("i", ())),
        leafref_path=data.get("x", ""),
        require_instance=data.get("q", True),
        union=tuple(type_from_json(member) for member in data.get("u", ())),
        target=None if target is None else type_from_json(target),
        typedefs=tuple(data.get("d", ())),
        bases=tuple(data.get("I", ())),
    )
