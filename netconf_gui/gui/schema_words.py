"""Schema nodes, modules and identities in words, as HTML for a text browser: links lead to what is named.

Links are ``module:NAME``, ``node:ID``, ``typedef:MODULE:NAME`` (also grouping, identity, extension) and
``source:MODULE``.  Does not live here: the widget (`panes/schema_details`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from netconf_gui.gui.node_words import allowed_words, local, type_words
from netconf_gui.gui.theme import theme
from netconf_gui.yang.module_kind import FROM_MIB, from_mib, kind_of
from netconf_gui.yang.schema import Identity, ModuleInfo, NodeKind, Schema, SchemaNode, TypeInfo

_DEFINED = {"typedef": "Typedefs", "grouping": "Groupings", "identity": "Identities", "extension": "Extensions"}
MOST = 60  # names in a list before "and n more"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a label and HTML."""

    label: str
    html: str


def link(target: str, text: str) -> str:
    """A link; its text may break at hyphens and slashes."""
    return f'<a href="{escape(target)}">{escape(text)}</a>'


def mono(text: str) -> str:
    """A value, path or expression; breaks behind slashes."""
    return f"<code>{escape(text).replace('/', '/&#8203;')}</code>"


def prose(text: str) -> str:
    """A description: paragraphs stay, line breaks inside them do not."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part)


def page(title: str, subtitle: str, body: str, rows: Sequence[Row], *, table_first: bool = False) -> str:
    """The whole page in the theme's colours; `body` is the description."""
    look = theme()
    text2, accent = look.tokens.text2, look.tokens.accent_text
    mono_name = look.mono().families()[0]
    style = (
        f"a {{ color: {accent}; text-decoration: none; }} code {{ font-family: '{mono_name}'; "
        f"font-size: {look.px(12)}px; }} h2 {{ font-size: {look.px(16)}px; font-weight: 600; margin: 0; }} "
        f"p {{ margin: {look.px(6)}px 0 0 0; }} td {{ padding: {look.px(3)}px 0; }} "
        f"td.l {{ color: {text2}; padding-right: {look.px(12)}px; }} div.s {{ color: {text2}; }}"
    )
    table = "".join(
        f'<tr><td class="l" valign="top" width="{look.px(104)}">{escape(row.label)}</td>'
        f'<td valign="top">{row.html}</td></tr>'
        for row in rows
        if row.html
    )
    table = f'<table cellspacing="0" cellpadding="0" style="margin-top: {look.px(10)}px">{table}</table>'
    return (
        f"<html><head><style>{style}</style></head><body><h2>{escape(title)}</h2>"
        f'<div class="s">{subtitle}</div>{table + body if table_first else body + table}</body></html>'
    )


def names(links: Iterable[str], between: str = ", ") -> str:
    """A list of links or names, cut where it is too long."""
    every = list(links)
    more = f" and {len(every) - MOST:,} more" if len(every) > MOST else ""
    return between.join(every[:MOST]) + more


# ------------------------------------------------------------------------------------------------------------- nodes


def node_page(schema: Schema, node: SchemaNode) -> str:
    """All that the schema says about a node."""
    rows = [
        *_kind_rows(node),
        *_type_rows(schema, node),
        *_list_rows(node),
        *_rule_rows(node),
        *_origin_rows(schema, node),
    ]
    return page(node.name, mono(node.path), prose(node.description), rows)


def _kind_rows(node: SchemaNode) -> Iterable[Row]:
    words = [str(node.kind)]
    if node.presence:
        words.append("with presence: it means something by being there")
    if node.is_key:
        words.append("key of its list")
    yield Row("Kind", escape(", ".join(words)))
    if node.status != "current":
        yield Row("Status", f"<b>{escape(node.status)}</b>")
    if node.is_data:
        yield Row("Access", "configuration" if node.config else "read only: state of the device")
    if from_mib(node.namespace, node.extensions):
        yield Row("Made from", escape(FROM_MIB))
    if node.mandatory:
        yield Row("Required", "yes")


def _type_rows(schema: Schema, node: SchemaNode) -> Iterable[Row]:
    info = node.type
    if info is None:
        return
    yield Row("Type", escape(type_words(info)))
    if info.typedefs:
        chain = " → ".join(link(f"typedef:{name}", name) for name in info.typedefs)
        yield Row("Typedefs", f"{chain} → {escape(info.base)}")
    told_below = info.base == "identityref" or any(item.description for item in (*info.enums, *info.bits))
    yield Row("Allowed", "" if told_below else escape(allowed_words(info, limit=MOST)))
    yield from _value_rows(schema, info)
    yield Row("Default", mono(", ".join(node.defaults)) if node.defaults else "")
    yield Row("Units", escape(node.units))


def _value_rows(schema: Schema, info: TypeInfo) -> Iterable[Row]:
    for item in info.patterns:
        told = "Never" if item.inverted else "Pattern"
        yield Row(told, mono(item.expr) + (f"<br>{escape(item.message)}" if item.message else ""))
    if any(item.description for item in (*info.enums, *info.bits)):
        lines = [
            f"{mono(item.name)} {escape(' '.join(item.description.split()))}" for item in (*info.enums, *info.bits)
        ]
        yield Row("Values", "<br>".join(lines[:MOST]))
    if info.leafref_path:
        yield Row("Refers to", mono(info.leafref_path))
        if info.target is not None:
            yield Row("Type there", escape(type_words(info.target)))
        if not info.require_instance:
            yield Row("", "what it refers to need not exist")
    if info.bases:
        yield Row("Derived from", names(link(f"identity:{name}", name) for name in info.bases))
    if info.identities:
        yield Row("Identities", names(link(f"identity:{name}", local(name)) for name in info.identities))
    for member in info.union:
        chain = " → ".join(link(f"typedef:{name}", name) for name in member.typedefs)
        allowed = allowed_words(member)
        told = ", ".join(part for part in (chain, escape(allowed)) if part)
        yield Row("One of", escape(type_words(member)) + (f"<br>{told}" if told else ""))


def _list_rows(node: SchemaNode) -> Iterable[Row]:
    if node.keys:
        yield Row("Keys", mono(" ".join(node.keys)))
    if node.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
        least = f"at least {node.min_elements:,}" if node.min_elements else ""
        most = f"at most {node.max_elements:,}" if node.max_elements is not None else ""
        yield Row("Entries", ", ".join(part for part in (least, most) if part) or "any number")
        yield Row("Order", "the user's" if node.ordered_by_user else "the device's")
    for leafs in node.unique:
        yield Row("Unique", mono(" ".join(leafs)))
    if node.kind is NodeKind.CHOICE and node.defaults:
        yield Row("Default", mono(", ".join(node.defaults)))


def _rule_rows(node: SchemaNode) -> Iterable[Row]:
    for condition in node.whens:
        yield Row("Only when", mono(condition))
    for must in node.musts:
        told = [mono(must.xpath)]
        told += [escape(text) for text in (must.message, f"app-tag {must.app_tag}" if must.app_tag else "") if text]
        yield Row("Must", "<br>".join(told))
    for condition in node.if_features:
        yield Row("Feature", mono(condition))
    for extension in node.extensions:
        yield Row("Extension", mono(f"{extension.name} {extension.argument}".strip()))


def _origin_rows(schema: Schema, node: SchemaNode) -> Iterable[Row]:
    revision = f" {node.revision}" if node.revision else ""
    yield Row("Module", link(f"module:{node.module}", node.module) + escape(revision))
    parent = schema.parent(node)
    if parent is not None and parent.module != node.module:
        yield Row("Augments", link(f"node:{parent.id}", parent.path))
    yield Row("Reference", escape(" ".join(node.reference.split())))
    count = 0 if node.is_term else len(schema.children(node))
    yield Row("Below", f"{count:,} node{'' if count == 1 else 's'}" if count else "")


# ----------------------------------------------------------------------------------------------------------- modules


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a module: where its nodes begin, and (keyword, name) of what its texts define."""

    tops: Sequence[SchemaNode]
    definitions: Sequence[tuple[str, str]] = ()


def module_page(module: ModuleInfo, origin: str, importers: Iterable[str], content: Content | None) -> str:
    """All that is known about a module; `content` None: not known yet."""
    kind = kind_of(module)
    rows = [
        Row("Revision", escape(module.revision or "none")),
        Row("Source", f"{link(f'source:{module.name}', 'YANG text')}{escape(f', from {origin}' if origin else '')}"),
        Row("Conformance", "implemented" if module.implemented else "only imported: its nodes are not there"),
        Row("RFC 8199", escape(kind.words)),
        Row("Made from", escape(FROM_MIB) if from_mib(module.namespace, module.extensions) else ""),
        Row("Namespace", mono(module.namespace)),
        Row("Prefix", mono(module.prefix)),
        Row("YANG version", escape(module.yang_version)),
        Row("Features", _features(module)),
        Row("Deviated by", names(_module_links(module.deviated_by))),
        Row("Deviates", names(_module_links(module.deviates))),
        Row("Imports", names(_import_links(module.imports))),
        Row("Imported by", names(_module_links(importers))),
        Row("Augments", names(_module_links(module.augments))),
        Row("Augmented by", names(_module_links(module.augmented_by))),
        Row("Submodules", names(link(f"source:{name}", name) for name, _ in module.submodules)),
        *_top_rows(content.tops if content is not None else None),
        *_definition_rows(module.name, content.definitions if content is not None else ()),
        Row("Organization", escape(" ".join(module.organization.split()))),
        Row("Contact", escape(" ".join(module.contact.split()))),
        Row("Reference", escape(" ".join(module.reference.split()))),
        *(Row("Extension", mono(f"{item.name} {item.argument}".strip())) for item in module.extensions[:MOST]),
    ]
    subtitle = escape(f"module, revision {module.revision}" if module.revision else "module")
    return page(module.name, subtitle, prose(module.description), rows, table_first=True)


def _module_links(modules: Iterable[str]) -> Iterable[str]:
    return (link(f"module:{name}", name) for name in modules)


def _import_links(imports: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, revision in imports:
        yield link(f"module:{name}", name) + escape(f" {revision}" if revision else "")


def _features(module: ModuleInfo) -> str:
    every = module.all_features or module.features
    if not every:
        return ""
    on = set(module.features)
    shown = [escape(name) if name in on else f"<s>{escape(name)}</s> (off)" for name in every]
    return f"{len(on)} of {len(every)} on: {names(shown)}"


def _definition_rows(module: str, definitions: Sequence[tuple[str, str]]) -> Iterable[Row]:
    for keyword, title in _DEFINED.items():
        found = [name for kind, name in definitions if kind == keyword]
        yield Row(title, names(link(f"{keyword}:{module}:{name}", name) for name in sorted(found)))


def _top_rows(tops: Sequence[SchemaNode] | None) -> Iterable[Row]:
    if tops is None:
        yield Row("Nodes", "…")
        return
    own = [node for node in tops if node.parent_id is None]
    added = [node for node in tops if node.parent_id is not None]
    if own:
        yield Row("Nodes", names(link(f"node:{node.id}", node.name) for node in own))
    if added:
        yield Row("Adds", names((link(f"node:{node.id}", node.path) for node in added), "<br>"))
    if not tops:
        yield Row("Nodes", "none")


def broken_page(name: str, revision: str, reason: str) -> str:
    """A module that could not be compiled."""
    rows = [Row("Revision", escape(revision)), Row("Source", link(f"source:{name}", "YANG text"))]
    return page(name, "module that cannot be used", prose(reason), rows)


# -------------------------------------------------------------------------------------------------------- identities


def identity_page(schema: Schema, name: str) -> str:
    """An identity with what it is derived from and what is derived from it."""
    every = schema.identities()
    identity = every.get(name) or Identity(name)
    module, _, short = name.rpartition(":")
    derived = sorted(other for other, item in every.items() if name in item.bases)
    rows = [
        Row("Kind", "identity"),
        Row("Status", "" if identity.status == "current" else escape(identity.status)),
        Row("Derived from", names(link(f"identity:{base}", base) for base in identity.bases)),
        Row("Derived", names(link(f"identity:{other}", other) for other in derived)),
        Row("Usable", "" if identity.usable else "no: its module is only imported"),
        Row("Module", link(f"module:{module}", module)),
        Row("Reference", escape(" ".join(identity.reference.split()))),
    ]
    return page(short, mono(name), prose(identity.description), rows)
