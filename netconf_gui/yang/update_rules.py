"""The rules of RFC 7950, section 11, by name, and what is said about one change.

Lives here: the rules in short, verdicts, findings.  Does not live here: finding changes (`compatibility`,
`node_changes`, `definition_changes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RULES = {
    "revision": "For any published change, a new revision statement must be included in front of the others.",
    "namespace": "The name and the namespace of a module must not be changed.",
    "obsolete-stays": "Definitions, also obsolete ones, must not be removed from published modules.",
    "enum": "An enumeration may have new enums added, provided the values of the old ones do not change.",
    "bit": "A bits type may have new bits added, provided the positions of the old ones do not change.",
    "value-space": "A range, length or pattern statement may expand the allowed value space.",
    "default": "A default may be added to a leaf that has none, neither directly nor through its type.",
    "units": "A units statement may be added.",
    "reference": "A reference statement may be added or updated.",
    "must": "A must statement may be removed or its constraint relaxed.",
    "when": "A when statement may be removed or its constraint relaxed.",
    "mandatory": "A mandatory statement may be removed or changed from true to false.",
    "min-elements": "A min-elements statement may be removed, or changed to require fewer elements.",
    "max-elements": "A max-elements statement may be removed, or changed to allow more elements.",
    "description": "A description may be added or clarified without changing the semantics of the definition.",
    "identity-base": "A base statement may be added to an identity.",
    "identityref-base": "A base statement may be removed from an identityref type, provided that one is left.",
    "new-definition": "New typedefs, groupings, rpcs, notifications, extensions, features and identities may be added.",
    "new-node": "New data definitions may be added if they add no mandatory node to existing nodes or at the top "
    "level, or depend on a new feature.",
    "new-case": "A new case may be added.",
    "state-to-config": "State data may become configuration, provided it is not mandatory.",
    "if-feature": "An if-feature statement may be removed, provided its node is not mandatory.",
    "status": "A status may be added, or go from current to deprecated or obsolete, or from deprecated to obsolete.",
    "type": "A type may be replaced by another that changes neither syntax nor semantics.",
    "prefix": "The prefix may be changed, provided all its local uses are changed too.",
    "order": "Data definitions must not be reordered; new ones may be added anywhere.",
    "otherwise": "What is not allowed explicitly needs a new definition with a new identifier.",
}
"""Name → the rule in short, as a sentence."""


class Verdict(StrEnum):
    """What the rules say about a change; REVIEW: it depends on a meaning that no program can see."""

    INCOMPATIBLE = "incompatible"
    REVIEW = "to be looked at"
    COMPATIBLE = "compatible"


@dataclass(frozen=True, slots=True)
class Finding:
    """One change: `path` is a schema path or a definition ("typedef percent"); `rule` a name of RULES."""

    verdict: Verdict
    path: str
    what: str
    rule: str
    old: str = ""
    new: str = ""

    @property
    def citation(self) -> str:
        """The rule as people read it."""
        return f"RFC 7950, section 11: {RULES[self.rule]}"


def allowed(path: str, what: str, rule: str, old: str = "", new: str = "") -> Finding:
    """A change that the rule allows."""
    return Finding(Verdict.COMPATIBLE, path, what, rule, old, new)


def forbidden(path: str, what: str, rule: str = "otherwise", old: str = "", new: str = "") -> Finding:
    """A change that no rule allows."""
    return Finding(Verdict.INCOMPATIBLE, path, what, rule, old, new)


def doubtful(path: str, what: str, rule: str, old: str = "", new: str = "") -> Finding:
    """A change that the rule allows only if the meaning stays."""
    return Finding(Verdict.REVIEW, path, what, rule, old, new)
