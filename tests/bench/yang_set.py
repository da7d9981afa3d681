"""A made-up vendor's set of YANG modules, as large as wished: what `bench_schema` opens where no real one may be kept.

It has what makes real sets heavy: groupings used over and over, five levels of them; augments across modules,
identities by the hundred, leafrefs, when and must, unions, enumerations written out, typedef chains, descriptions and
extension statements on everything, submodules, a few deviations, state beside configuration.  Two real sets gave the
measure: a vendor's 726 modules and 400,000 nodes took pyang 150 µs a node and libyang 5 to compile, 2,100 modules
and 780,000 nodes 128 and 4.5; this one takes pyang no more than the lower figure, and libyang the higher.
The same arguments give the same texts.  ``python -m tests.bench.yang_set FOLDER [MODULES]`` writes a set.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

MODULES = 2_000
REVISION = "2026-02-01"
GROUPINGS, IDENTITIES, SUBMODULE_EVERY, OWN_PARTS = 4, 400, 50, 1
_COMMON = {"gen-types": "gt", "gen-identities": "gi"}

_THINGS = (
    "interface neighbor session tunnel policy queue counter timer threshold profile instance member group path segment "
    "label route prefix filter action class meter buffer port slot card fan sensor alarm event clock peer vrf bridge "
    "domain vlan endpoint service pool lease binding mapping rule key certificate user role view server client relay"
).split()
_QUALITIES = (
    "admin oper local remote primary backup active standby inbound outbound minimum maximum default current last next "
    "hold retry restart idle graceful static dynamic global shared external internal protected preferred suppressed"
).split()
_WORDS = (
    "The value is used by the system when traffic arrives before a session has been set up and applies to all members "
    "of the group unless it is overridden on a lower level; changing it takes effect at once and does not disturb "
    "established sessions. If it is not configured the platform chooses a value that suits the installed hardware"
).split()
_TYPES = (
    "string", "boolean", "uint8", "uint16", "uint32", "uint64", "int32", "gt:percent", "gt:name", "gt:address",
    "gt:counter", "gt:seconds", "gt:rate", "gt:state", "gt:limit", "inline-enum", "inline-enum", "inline-enum",
    "inline-range", "inline-union", "identity", "leafref", "leafref",
)  # fmt: skip


_EXTRAS = (
    ('reference "Manual, section {low}.{high}";', 0.8), ("status current;", 0.5), ("mandatory false;", 0.4),
    ('gi:shown "{name}";', 0.9), ('gi:since "{low}.{high}";', 0.9), ("gi:hidden;", 0.6),
)  # fmt: skip
"""What else is said of a leaf, and how often: reference, when, must and leafref are as frequent as in OpenConfig,
extension statements as in models that a vendor's command line is made from (two or three a leaf)."""
_TYPEDEFS = """\
  typedef percent { type uint8 { range "0..100"; } units "percent"; description "A share."; }
  typedef base-name { type string { length "1..64"; } }
  typedef name { type base-name { pattern '[A-Za-z][A-Za-z0-9_.-]*'; } description "A name."; }
  typedef v4 { type string { pattern '[0-9]+(\\.[0-9]+){3}'; } }
  typedef v6 { type string { pattern '[0-9a-fA-F:]+'; } }
  typedef address { type union { type v4; type v6; } description "An address."; }
  typedef counter { type uint64; }
  typedef seconds { type uint32 { range "1..86400"; } units "seconds"; }
  typedef rate { type decimal64 { fraction-digits 3; range "0..1000"; } }
  typedef state { type enumeration { enum up { description "Works."; } enum down; enum unknown; } }
  typedef limit { type union { type uint32; type enumeration { enum unlimited; } } default "unlimited"; }"""

_GROUPINGS = """\
  grouping names-{which} {{ description "{text}";
{names}  }}
  grouping limits-{which} {{
{limits}  }}
  grouping config-{which} {{ uses names-{which}; uses limits-{which}; }}
  grouping counters-{which} {{
    container counters {{ description "{counted}";
{counters}    }}
  }}
  grouping state-{which} {{ uses config-{which}; uses counters-{which}; }}
  grouping entry-{which} {{
    list entry {{ key "name"; description "{more}";
      leaf name {{ type leafref {{ path "../config/name"; }} description "The key."; }}
      container config {{ description "What is wished."; leaf name {{ type gt:name; }} uses config-{which}; }}
      container state {{ config false; description "What is."; leaf name {{ type gt:name; }} uses state-{which}; }}
    }}
  }}
  grouping top-{which} {{ container entries-{which} {{ uses entry-{which}; }} }}
  grouping tree-{which} {{
    uses top-{which};
    list place {{ key "id"; description "{place}"; leaf id {{ type uint16; }}
      uses top-{other};
      container deeper {{ uses top-{which}; }} }}
  }}
"""

_FEATURE = """\
  feature extra;
  identity own-kind {{ base gi:kind-{identity}; }}
  typedef own {{ type gt:name; description "{short}"; }}
  container feature-{number} {{ description "{text}";
    leaf enabled {{ type boolean; default true; }}
    leaf own-name {{ type own; must "../enabled = 'true'" {{ error-message "Not enabled."; }} }}
{parts_of_its_own}\
    choice mode {{ case simple {{ leaf simple {{ type empty; }} }} case full {{ leaf level {{ type gt:percent; }} }} }}
    container items {{ {items} }}
    container others {{ presence "Others."; {others} }}
    list unit {{ key id; leaf id {{ type uint16; }} leaf-list tag {{ type string; ordered-by user; }}
      {config}
      container parts {{ if-feature extra; {parts} }} }}
    leaf chosen {{ type leafref {{ path "../unit/id"; }} }}
  }}
  rpc clear-{number} {{ input {{ leaf unit {{ type uint16; }} }} output {{ leaf cleared {{ type uint32; }} }} }}
  notification changed-{number} {{ leaf unit {{ type uint16; }} {told} }}"""

_AUGMENT = """\
  augment "{root}/target:unit" {{ when "target:id > 3"; description "{text}";
    container extension-{number} {{ {uses} }} }}
  augment "{root}" {{ leaf {name} {{ type gt:percent; default 50; }} }}"""


class SetWriter:
    """Makes the texts, one module after the other."""

    def __init__(self, modules: int = MODULES, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self.libraries = max(2, modules // 40)
        self.augmenters = modules // 5
        self.deviations = max(1, modules // 200)
        self.features = modules - self.libraries - self.augmenters - self.deviations - 2

    def texts(self) -> Iterator[tuple[str, str]]:
        """(file name, text) of every module and submodule."""
        yield f"gen-types@{REVISION}.yang", self._types()
        yield f"gen-identities@{REVISION}.yang", self._identities()
        for number in range(self.libraries):
            yield f"gen-library-{number}@{REVISION}.yang", self._library(number)
        for number in range(self.features):
            yield f"gen-feature-{number}@{REVISION}.yang", self._feature(number)
            if number % SUBMODULE_EVERY == 0:
                yield f"gen-feature-{number}-more@{REVISION}.yang", self._submodule(number)
        for number in range(self.augmenters):
            yield f"gen-augment-{number}@{REVISION}.yang", self._augmenter(number)
        for number in range(self.deviations):
            yield f"gen-deviation-{number}@{REVISION}.yang", self._deviation(number)

    def _module(self, name: str, prefix: str, imports: dict[str, str], body: str, includes: str = "") -> str:
        lines = "".join(f"  import {module} {{ prefix {short}; }}\n" for module, short in imports.items())
        return (
            f'module {name} {{\n  yang-version 1.1;\n  namespace "urn:example:{name}";\n  prefix {prefix};\n'
            f'{lines}{includes}  organization "An example vendor";\n  contact "yang@example.com";\n'
            f'  description "{self._sentence(24)}";\n'
            f'  revision {REVISION} {{ description "{self._sentence(6)}"; reference "Release 7.1"; }}\n'
            f'  revision 2025-02-01 {{ description "First."; }}\n{body}\n}}\n'
        )

    def _sentence(self, words: int) -> str:
        """So many words, other ones every time, which is what descriptions are like."""
        return " ".join(self._random.choices(_WORDS, k=words)) + "."

    def _name(self, number: int) -> str:
        pick = self._random.choice
        return f"{pick(_QUALITIES)}-{pick(_THINGS)}-{number}"

    def _use(self, prefix: str, what: str) -> str:
        return f"uses {prefix}:{what}-{self._random.randrange(GROUPINGS)};"

    def _types(self) -> str:
        return self._module("gen-types", "gt", {}, _TYPEDEFS)

    def _identities(self) -> str:
        lines = [
            "  extension hidden;",
            "  extension shown { argument how; }",
            "  extension since { argument release; }",
        ]
        lines.append('  identity kind { description "Root."; }')
        for number in range(IDENTITIES):
            base = "kind" if number < 10 else f"kind-{self._random.randrange(number)}"
            lines.append(f'  identity kind-{number} {{ base {base}; description "{self._sentence(5)}"; }}')
        return self._module("gen-identities", "gi", {}, "\n".join(lines))

    def _leaf(self, name: str, indent: str, guard: str) -> str:
        """One leaf; some hold only when `guard`, a leaf beside it, is set, and some refer to others."""
        kind, low, high = self._random.choice(_TYPES), self._random.randrange(1, 99), self._random.randrange(999)
        body = {
            "inline-enum": f"type enumeration {{\n{self._enums(4 + low % 6, indent)}{indent}  }}",
            "inline-range": f'type int32 {{ range "-{low}..{high}"; }}',
            "inline-union": "type union { type gt:percent; type gt:state; type enumeration { enum auto; } }",
            "identity": "type identityref { base gi:kind; }",
            "leafref": f'type leafref {{ path "../{guard}"; }}',
        }.get(kind, f"type {kind};")
        lines = [body, f'description\n{indent}    "{self._sentence(14)}\n{indent}     {self._sentence(9)}";']
        if low % 12 == 0:
            lines.append(f"when \"../{guard} and not(../{guard} = 'none')\";")
        if high % 40 == 0:
            lines.append(f'must "not(../{guard}) or string-length(.) < {low}" {{ error-message "No."; }}')
        lines += [
            line.format(name=name, low=low, high=high) for line, share in _EXTRAS if self._random.random() < share
        ]
        return f"{indent}leaf {name} {{\n" + "".join(f"{indent}  {line}\n" for line in lines) + f"{indent}}}\n"

    def _enums(self, count: int, indent: str) -> str:
        return "".join(
            f'{indent}    enum {_QUALITIES[number]} {{ value {number}; description "{self._sentence(4)}"; }}\n'
            for number in range(count)
        )

    def _leaves(self, count: int, start: int, indent: str) -> str:
        """So many leafs; the first is the one that others refer to."""
        guard = self._name(start)
        lines = [f"{indent}leaf {guard} {{ type string; }}\n"]
        lines += [self._leaf(self._name(number), indent, guard) for number in range(start + 1, start + count)]
        return "".join(lines)

    def _library(self, number: int) -> str:
        """Groupings as OpenConfig makes them: small ones, used by larger ones, level by level."""
        body = "".join(
            _GROUPINGS.format(
                which=which,
                other=(which + 1) % GROUPINGS,
                names=self._leaves(6, 0, "    "),
                limits=self._leaves(6, 10, "    "),
                counters=self._leaves(12, 20, "      "),
                text=self._sentence(8),
                more=self._sentence(9),
                counted=self._sentence(7),
                place=self._sentence(8),
            )
            for which in range(GROUPINGS)
        )
        return self._module(f"gen-library-{number}", "lib", dict(_COMMON), body)

    def _feature(self, number: int) -> str:
        first, second = self._random.sample(range(self.libraries), 2)
        imports = {**_COMMON, f"gen-library-{first}": "la", f"gen-library-{second}": "lb"}
        body = _FEATURE.format(
            number=number,
            identity=self._random.randrange(IDENTITIES),
            short=self._sentence(4),
            text=self._sentence(16),
            parts_of_its_own="".join(self._part(part) for part in range(OWN_PARTS)),
            items=self._use("la", "tree"),
            others=self._use("lb", "tree"),
            config=self._use("lb", "config"),
            parts=self._use("lb", "top"),
            told=self._use("lb", "config"),
        )
        includes = f"  include gen-feature-{number}-more;\n" if number % SUBMODULE_EVERY == 0 else ""
        return self._module(f"gen-feature-{number}", "me", imports, body, includes)

    def _part(self, number: int) -> str:
        """What only this module has."""
        leaves = self._leaves(7, 0, "      ")
        return f'    container part-{number} {{ description "{self._sentence(9)}";\n{leaves}    }}\n'

    def _submodule(self, number: int) -> str:
        return (
            f"submodule gen-feature-{number}-more {{\n  yang-version 1.1;\n"
            f"  belongs-to gen-feature-{number} {{ prefix me; }}\n"
            f"  import gen-types {{ prefix gt; }}\n  revision {REVISION};\n"
            f"  container more-{number} {{ leaf share {{ type gt:percent; }} }}\n}}\n"
        )

    def _augmenter(self, number: int) -> str:
        target, library = self._random.randrange(self.features), self._random.randrange(self.libraries)
        imports = {f"gen-feature-{target}": "target", f"gen-library-{library}": "lib", **_COMMON}
        body = _AUGMENT.format(
            number=number,
            root=f"/target:feature-{target}",
            text=self._sentence(8),
            name=self._name(number),
            uses=" ".join(self._use("lib", what) for what in ("config", "top")),
        )
        return self._module(f"gen-augment-{number}", "aug", imports, body)

    def _deviation(self, number: int) -> str:
        target = self._random.randrange(self.features)
        root = f"/target:feature-{target}"
        body = (
            f'  deviation "{root}/target:mode" {{ deviate not-supported; }}\n'
            f'  deviation "{root}/target:enabled" {{ deviate replace {{ default false; }} }}'
        )
        return self._module(f"gen-deviation-{number}", "dev", {f"gen-feature-{target}": "target"}, body)


def write_set(folder: Path, modules: int = MODULES) -> int:
    """Write a set of so many modules into `folder`; returns the size of all texts in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for name, text in SetWriter(modules).texts():
        data = text.encode()
        size += len(data)
        (folder / name).write_bytes(data)
    return size


if __name__ == "__main__":
    print(write_set(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MODULES), "bytes")
