"""What the person at a session may do there, by the device's own access control (RFC 8341), where it can be read.

Lives here: reading `/nacm` from a session, and saying in words why something was denied.  Does not live here: deciding
(`config.nacm`), who shows it (`gui.nacm`).  Groups that a device knows from elsewhere (RADIUS) cannot be known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import Binder
from netconf_gui.config.error_path import from_error_path
from netconf_gui.config.nacm import MODULE, NS_NACM, WRITES, Decision, Evaluator, Nacm, Who
from netconf_gui.config.nacm_reading import read_nacm
from netconf_gui.config.nacm_trees import Writing, may_write, unreadable_paths
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.errors import ConfigError, RpcError, RpcFailed
from netconf_gui.protocol.xml import new_element, qn
from netconf_gui.session.datastores import get_config
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import Schema

DENIED = "access-denied"
_EDITS = ("edit-config", "edit-data", "copy-config", "commit")


@dataclass(frozen=True)
class Rights:
    """What is known of a user's rights; `nacm` None: nothing, and `words` say why."""

    who: Who
    nacm: Nacm | None = None
    schema: Schema | None = None
    words: str = ""
    unreadable: tuple[InstancePath, ...] = ()
    writing: Writing = field(default_factory=lambda: Writing(True))

    @property
    def evaluator(self) -> Evaluator:
        return Evaluator(self.nacm or Nacm(enabled=False), self.schema)

    @property
    def known(self) -> bool:
        return self.nacm is not None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something was denied: a sentence or two, and what decided it if that is known."""

    words: str
    decision: Decision | None = None
    path: InstancePath | None = None
    operation: str = ""


def offers_nacm(session: Session, schema: Schema | None) -> bool:
    """Whether the device says that it has access control."""
    module = schema.module(MODULE) if schema is not None else None
    return (module is not None and module.implemented) or any(
        f"module={MODULE}" in uri for uri in session.capabilities.uris
    )


def read_rights(session: Session, user: str, schema: Schema | None, *, cancel: CancelToken | None = None) -> Rights:
    """Read the rules in force; one that may not be read is no error.  Raises what ends the session, and `Cancelled`."""
    who = Who(user)
    if not offers_nacm(session, schema):
        return Rights(who, words="The device has no access control that could be read (ietf-netconf-acm).")
    wanted = new_element(qn(NS_NACM, "nacm"), {None: NS_NACM})
    try:
        root = get_config(session, "running", filter_xml=wanted, cancel=cancel)
    except RpcFailed as error:
        return Rights(who, words=f"The rules cannot be read: {error.message}")
    return rights_of(root, who, schema)


def rights_of(root: etree._Element, who: Who, schema: Schema | None) -> Rights:
    """The rights that a configuration gives; `root` is its wrapper."""
    nacm = read_nacm(root, schema)
    if nacm is None:
        return Rights(
            who,
            schema=schema,
            words=f"The device shows no rules to {who.user or 'this user'}: there are none, or they may not be read.",
        )
    evaluator = Evaluator(nacm, schema)
    if stands_above(evaluator, who, root, schema):
        words = (
            f"The rules do not bind {who.user or 'this user'}: the device shows what they hide (a recovery session)."
        )
        return Rights(who, nacm, schema, words)
    return Rights(who, nacm, schema, "", unreadable_paths(evaluator, who), may_write(evaluator, who))


def stands_above(evaluator: Evaluator, who: Who, root: etree._Element, schema: Schema | None) -> bool:
    """Whether the device has shown a node that its rules hide from this user (RFC 8341, section 3.2.1).

    Nothing else tells a recovery session; without a rule `/nacm` itself is hidden, so that its being there is a sign.
    """
    binder = Binder(schema)
    for element in root.iter(f"{{{NS_NACM}}}*"):
        node = binder.schema_node(element)
        if node is None or node.is_key or len(element):
            continue  # what has nodes in it, and keys, are shown with them
        if not evaluator.data(who, path_of(element, binder), "read").permitted:
            return True
    return False


def operations_of(rights: Rights) -> tuple[tuple[str, str, Decision], ...]:
    """(module, operation, decision) for each operation of the schema, sorted by name."""
    evaluator, schema = rights.evaluator, rights.schema
    nodes = schema.rpcs() if schema is not None else ()
    named = sorted({(node.module, node.name) for node in nodes}, key=lambda item: (item[1], item[0]))
    return tuple((module, name, evaluator.operation(rights.who, name, module)) for module, name in named)


def explain(
    rights: Rights,
    errors: Sequence[RpcError],
    *,
    operation: str = "",
    module: str = "",
    root: etree._Element | None = None,
) -> Explanation | None:
    """Why a request was refused, where one of the errors is an access-denied; None where none is.

    `root` is a configuration in which the error's path can be found.
    """
    error = next((one for one in errors if one.tag == DENIED and not one.is_warning), None)
    if error is None:
        return None
    if not rights.known:
        return Explanation(f"The device denied it. {rights.words}")
    evaluator, who = rights.evaluator, rights.who
    path = denied_path(error, root, rights.schema)
    user = who.user or "this user"
    if path is not None:
        asked = [(one, evaluator.data(who, path, one)) for one in (WRITES if operation in _EDITS else ("exec", "read"))]
        denied = [(one, judged) for one, judged in asked if not judged.permitted]
        if denied:
            what = " or ".join(one for one, _ in denied)
            first, judged = denied[0]
            return Explanation(f"{user} may not {what} {path}. {judged.words}", judged, path, first)
    if operation:
        judged = evaluator.operation(who, operation, module or "ietf-netconf")
        if not judged.permitted:
            return Explanation(f"{user} may not invoke {operation}. {judged.words}", judged, None, "exec")
    if operation in _EDITS and not rights.writing.possible:
        return Explanation(f"{user}: {_sentence(rights.writing)}", rights.writing.decision, None, "update")
    return Explanation(
        f"By the rules that can be read {user} may do this. The device has another reason: a group that it knows from "
        "elsewhere (RADIUS, say), rules that are hidden, or rights outside of /nacm."
    )


def denied_path(error: RpcError, root: etree._Element | None, schema: Schema | None) -> InstancePath | None:
    """The node that an error is about; None where it names none."""
    text = error.path or ""
    if not text:
        return None
    namespaces = dict(error.path_namespaces)
    try:
        return InstancePath.parse(text, lambda prefix: namespaces.get(prefix) or _namespace(schema, prefix))
    except ConfigError:
        pass
    if root is None:
        return None
    found = from_error_path(text, namespaces, root, schema)
    return path_of(found, schema) if found is not None and found.getparent() is not None else None


def _namespace(schema: Schema | None, prefix: str) -> str | None:
    module = schema.module(prefix) if schema is not None else None
    return None if module is None else module.namespace


def _sentence(writing: Writing) -> str:
    return " ".join(part for part in (writing.words, writing.decision.words if writing.decision else "") if part)


def read_only_words(rights: Rights) -> str:
    """Why nothing can be written, for a banner; "" where something can."""
    if not rights.known or rights.writing.possible:
        return ""
    return f"{rights.who.user or 'You'}: {_sentence(rights.writing)}"
