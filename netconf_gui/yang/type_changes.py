"""What changed between two revisions of a type, judged by RFC 7950, section 11.

Lives here: types only.  Does not live here: nodes (`node_changes`), building types from text (`typedefs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from netconf_gui.yang.nodes import EnumItem, TypeInfo
from netconf_gui.yang.update_rules import Finding, allowed, doubtful, forbidden

_NUMBERS_OF = {"range": "ranges", "length": "lengths"}


def type_changes(path: str, old: TypeInfo, new: TypeInfo) -> Iterator[Finding]:
    """The findings about one type that was replaced by another."""
    if old.base != new.base:
        yield forbidden(path, "The type is another.", "type", _name(old), _name(new))
        return
    found = [
        *_parts(path, old, new),
        *_patterns(path, old, new),
        *_items(path, "enum", "value", old.enums, new.enums),
        *_items(path, "bit", "position", old.bits, new.bits),
        *_references(path, old, new),
        *_members(path, old, new),
    ]
    yield from found
    if not found and _name(old) != _name(new):
        yield allowed(path, "Another name for the same type.", "type", _name(old), _name(new))


def _name(info: TypeInfo) -> str:
    return (info.typedefs[0] if info.typedefs else info.name) or info.base


def _parts(path: str, old: TypeInfo, new: TypeInfo) -> Iterator[Finding]:
    if old.fraction_digits != new.fraction_digits:
        yield forbidden(
            path, "The number of fraction digits is another.", "type", str(old.fraction_digits),
            str(new.fraction_digits),
        )  # fmt: skip
    for word, name in _NUMBERS_OF.items():
        before: tuple[tuple[str, str], ...] = getattr(old, name)
        after: tuple[tuple[str, str], ...] = getattr(new, name)
        if before == after:
            continue
        texts = _ranges_text(before), _ranges_text(after)
        # no restriction at all allows everything
        wider = not after or bool(before and _covers(after, before))
        if wider:
            yield allowed(path, f"The {word} allows more.", "value-space", *texts)
        else:
            yield forbidden(path, f"The {word} allows less.", "value-space", *texts)


def _ranges_text(parts: Sequence[tuple[str, str]]) -> str:
    return " | ".join(low if low == high else f"{low}..{high}" for low, high in parts) or "any"


def _covers(outer: Sequence[tuple[str, str]], inner: Sequence[tuple[str, str]]) -> bool:
    try:
        wide = [(Decimal(low), Decimal(high)) for low, high in outer]
        return all(any(low <= Decimal(a) and Decimal(b) <= high for low, high in wide) for a, b in inner)
    except InvalidOperation:
        return False


def _patterns(path: str, old: TypeInfo, new: TypeInfo) -> Iterator[Finding]:
    before = {(item.expr, item.inverted) for item in old.patterns}
    after = {(item.expr, item.inverted) for item in new.patterns}
    gone = " and ".join(sorted(text for text, _ in before - after))
    come = " and ".join(sorted(text for text, _ in after - before))
    if gone and come:
        yield doubtful(
            path, "The pattern is another: does it allow all that the old one did?", "value-space", gone, come
        )
    elif come:
        yield forbidden(path, "A pattern was added, which allows less.", "value-space", "", come)
    elif gone:
        yield allowed(path, "A pattern was removed.", "value-space", gone)


def _items(path: str, rule: str, number: str, old: Sequence[EnumItem], new: Sequence[EnumItem]) -> Iterator[Finding]:
    before, after = {item.name: item for item in old}, {item.name: item for item in new}
    for name, item in before.items():
        twin = after.get(name)
        if twin is None:
            yield forbidden(path, f"The {rule} {name} was removed.", rule, name)
        elif twin.value != item.value:
            yield forbidden(path, f"The {number} of {name} is another.", rule, str(item.value), str(twin.value))
    added = [name for name in after if name not in before]
    if added:
        words = f"The {rule} {added[0]} was added." if len(added) == 1 else f"{len(added)} {rule}s were added."
        yield allowed(path, words, rule, "", ", ".join(added))


def _references(path: str, old: TypeInfo, new: TypeInfo) -> Iterator[Finding]:
    before, after = set(old.bases), set(new.bases)
    if before != after:
        gone, come = ", ".join(sorted(before - after)), ", ".join(sorted(after - before))
        if come:
            yield forbidden(path, "A base was added to the identityref.", "identityref-base", gone, come)
        elif after:
            yield allowed(path, "A base was removed from the identityref.", "identityref-base", gone)
    if old.leafref_path != new.leafref_path:
        yield doubtful(
            path, "The leafref's path is another: does it lead to the same leaf?", "type", old.leafref_path,
            new.leafref_path,
        )  # fmt: skip
    if old.require_instance != new.require_instance:
        words = ("not required", "required")
        yield forbidden(
            path, "Whether the instance must exist is another.", "otherwise", words[old.require_instance],
            words[new.require_instance],
        )  # fmt: skip


def _members(path: str, old: TypeInfo, new: TypeInfo) -> Iterator[Finding]:
    if old.base != "union":
        return
    if len(old.union) != len(new.union):
        yield forbidden(
            path, "The members of the union are others.", "type", ", ".join(_name(item) for item in old.union),
            ", ".join(_name(item) for item in new.union),
        )  # fmt: skip
        return
    for before, after in zip(old.union, new.union, strict=True):
        yield from type_changes(path, before, after)
