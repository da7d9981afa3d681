"""What kind of module it is by RFC 8199: who publishes it, and whether it is about a network element or a service.

The RFC gives two axes and no field to read them from, so both are derived from namespace, name and organization:

* **standard** — the namespace is one that a standards body or a consortium with published, agreed models assigns
  (IETF and IANA, IEEE, ITU-T, 3GPP, ETSI, BBF, MEF, ONF, OpenConfig, OpenROADM, O-RAN), RFC 8199 section 3.1;
* **vendor** — namespace or organization name a maker of equipment, section 3.2;
* **user** — everything else: modules that an operator wrote for himself, section 3.3;
* **service** — its name says that it models a service across the network (``-svc``, ``-service``, ``-ntw``, TAPI,
  section 2.1); all others are **element** modules, section 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from netconf_gui.yang.nodes import Extension, ModuleInfo

MIB_NAMESPACE = "urn:ietf:params:xml:ns:yang:smiv2:"
MIB_EXTENSIONS = "ietf-yang-smiv2:"
FROM_MIB = "made from a MIB (RFC 6643): read only, all of it is state"

_STANDARD = (
    ("urn:ietf:params:xml:ns:", "IETF"),
    ("urn:iana:", "IANA"),
    ("urn:ieee:", "IEEE"),
    ("http://www.ieee802.org/", "IEEE"),
    ("urn:itu-t:", "ITU-T"),
    ("urn:itu:", "ITU-T"),
    ("urn:3gpp:", "3GPP"),
    ("urn:etsi:", "ETSI"),
    ("urn:bbf:", "Broadband Forum"),
    ("urn:broadband-forum-org:", "Broadband Forum"),
    ("urn:mef:", "MEF"),
    ("http://mef.net/", "MEF"),
    ("http://www.mef.net/", "MEF"),
    ("urn:onf:", "ONF"),
    ("http://openconfig.net/", "OpenConfig"),
    ("https://openconfig.net/", "OpenConfig"),
    ("https://github.com/openconfig/", "OpenConfig"),
    ("http://org/openroadm/", "OpenROADM"),
    ("urn:o-ran:", "O-RAN"),
    ("urn:cablelabs:", "CableLabs"),
)
_VENDORS = (
    "cisco", "juniper", "nokia", "alcatel", "arista", "huawei", "ericsson", "ciena", "infinera", "adva", "adtran",
    "fujitsu", "zte", "h3c", "extreme", "brocade", "mellanox", "nvidia", "dell", "hpe", "aruba", "ribbon", "calix",
    "tail-f", "yuma", "netconfcentral", "mg-soft", "6wind", "vyatta", "f5", "fortinet", "paloalto", "ekinops", "nec",
    "samsung", "ipinfusion", "netgear", "transmode", "coriant", "casa-systems", "harmonic", "radwin", "ufispace",
)  # fmt: skip
_VENDOR = re.compile(r"(?<![a-z0-9])(" + "|".join(re.escape(name) for name in _VENDORS) + r")(?![a-z0-9])")
_SERVICE = re.compile(r"(^|-)(svc|service|services|ntw|tapi|lsv)(-|$)")


@dataclass(frozen=True, slots=True)
class ModuleKind:
    """`origin`: standard, vendor or user; `layer`: element or service; `publisher` where it is known."""

    origin: str
    layer: str
    publisher: str = ""

    @property
    def words(self) -> str:
        """As people read it: "standard (IETF), network element"."""
        told = f" ({self.publisher})" if self.publisher else ""
        return f"{self.origin}{told}, network {self.layer}"


def from_mib(namespace: str, extensions: Iterable[Extension] = ()) -> bool:
    """Whether a module or node was made from an SMIv2 MIB module (RFC 6643).

    Its namespace says so (section 3), or extensions of ietf-yang-smiv2 (section 11), which vendors' translations carry
    too.  ietf-yang-smiv2 itself is none.
    """
    return namespace.startswith(MIB_NAMESPACE) or any(one.name.startswith(MIB_EXTENSIONS) for one in extensions)


def kind_of(module: ModuleInfo) -> ModuleKind:
    """The kind of a module by the rules above."""
    layer = "service" if _SERVICE.search(module.name.lower()) else "element"
    namespace = module.namespace.lower()
    for start, publisher in _STANDARD:
        if namespace.startswith(start):
            return ModuleKind("standard", layer, publisher)
    for text in (namespace, module.organization.lower()):
        found = _VENDOR.search(text)
        if found is not None:
            return ModuleKind("vendor", layer, found[1])
    return ModuleKind("user", layer)
