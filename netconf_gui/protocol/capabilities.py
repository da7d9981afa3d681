"""What a peer says it can do, typed (RFC 6241 section 8 and the RFCs that add capabilities).

Lives here: reading capability URIs into NETCONF capabilities and YANG modules (RFC 6020, section 5.6.4).  Does not
live here: the hello message (`hello`), what follows from a capability (sessions and services decide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from urllib.parse import unquote

BASE10 = "urn:ietf:params:netconf:base:1.0"
BASE11 = "urn:ietf:params:netconf:base:1.1"
CAPABILITY = "urn:ietf:params:netconf:capability:"
# a candidate of the session's own, for clients that name one of these in their hello as well
PRIVATE_CANDIDATE = (CAPABILITY + "private-candidate:1.0", "urn:nokia.com:nc:pc")

# old devices announce the namespace of the base protocol instead of its capability
_BASE = re.compile(r"urn:ietf:params:(?:xml:ns:)?netconf:base:(\d+\.\d+)$")
_STANDARD = re.compile(r"urn:ietf:params:(?:xml:ns:)?netconf:capability:([A-Za-z0-9-]+)(?::(\d+(?:\.\d+)*))?$")


@dataclass(frozen=True, slots=True)
class Capability:
    """One capability that is not a YANG module; `name` and `version` are '' for those of no RFC."""

    uri: str  # as announced, parameters included
    name: str
    version: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ModuleCapability:
    """One YANG module of a hello; `revision` is '' where none was announced."""

    name: str
    revision: str
    namespace: str
    features: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithDefaults:
    """RFC 6243, section 4.3: how the server treats defaults when not asked, and what else it can do."""

    basic_mode: str
    also_supported: tuple[str, ...]

    @property
    def modes(self) -> tuple[str, ...]:
        """All modes that may be asked for, the basic one first."""
        return tuple(dict.fromkeys((self.basic_mode, *self.also_supported))) if self.basic_mode else self.also_supported


@dataclass(frozen=True, slots=True)
class YangLibrary:
    """RFC 7895 / RFC 8525: where the modules are listed, and the mark that changes with them."""

    version: str  # '1.0' or '1.1'
    revision: str
    module_set_id: str  # 1.0
    content_id: str  # 1.1


def _params(text: str) -> dict[str, str]:
    result: dict[str, str] = {}
    # some devices escape the ampersand twice
    for part in text.replace("&amp;", "&").split("&"):
        name, _, value = part.partition("=")
        if name:
            result[unquote(name.strip())] = unquote(value.strip())
    return result


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def read_capability(text: str) -> Capability | ModuleCapability:
    """Type one capability URI; never fails, what is not understood keeps its URI."""
    uri = text.strip()
    bare, _, query = uri.partition("?")
    params = _params(query) if query else {}
    if params.get("module"):
        return ModuleCapability(
            params["module"],
            params.get("revision", ""),
            bare,
            _names(params.get("features", "")),
            _names(params.get("deviations", "")),
        )
    base = _BASE.match(bare)
    if base:
        return Capability(uri, "base", base.group(1), MappingProxyType(params))
    standard = _STANDARD.match(bare)
    if standard:
        return Capability(uri, standard.group(1), standard.group(2) or "", MappingProxyType(params))
    return Capability(uri, "", "", MappingProxyType(params))


class Capabilities:
    """All capabilities of a hello, in its order; URIs are kept as announced (white space trimmed)."""

    def __init__(self, uris: Iterable[str]) -> None:
        self.named_by_us: tuple[str, ...] = ()  # what our hello on this session said; the session sets it
        self.uris: tuple[str, ...] = tuple(text for text in (uri.strip() for uri in uris) if text)
        read = [read_capability(uri) for uri in self.uris]
        self.netconf: tuple[Capability, ...] = tuple(item for item in read if isinstance(item, Capability))
        self.modules: tuple[ModuleCapability, ...] = tuple(item for item in read if isinstance(item, ModuleCapability))
        self._by_name: dict[str, list[Capability]] = {}
        for capability in self.netconf:
            if capability.name:
                self._by_name.setdefault(capability.name, []).append(capability)

    def __repr__(self) -> str:
        return f"Capabilities({len(self.netconf)} capabilities, {len(self.modules)} modules)"

    def get(self, name: str, version: str | None = None) -> Capability | None:
        """The capability of that short name ('candidate'), its highest version if none is given."""
        found = [item for item in self._by_name.get(name, ()) if version is None or item.version == version]
        return max(found, key=lambda item: _version(item.version)) if found else None

    def has(self, name: str) -> bool:
        """Whether a short name ('candidate'), or a whole URI without parameters, was announced."""
        if name in self._by_name:
            return True
        return any(uri.partition("?")[0] == name for uri in self.uris) if ":" in name else False

    def module(self, name: str) -> ModuleCapability | None:
        """The announced module of that name."""
        return next((module for module in self.modules if module.name == name), None)

    def _highest(self, name: str) -> str:
        found = self.get(name)
        return found.version if found else ""

    @property
    def base10(self) -> bool:
        return self.get("base", "1.0") is not None

    @property
    def base11(self) -> bool:
        return self.get("base", "1.1") is not None

    @property
    def candidate(self) -> bool:
        return self.has("candidate")

    @property
    def private_candidate(self) -> bool:
        """Whether candidate belongs to this session alone: both sides named the same capability for it."""
        return any(self.has(uri) and uri in self.named_by_us for uri in PRIVATE_CANDIDATE)

    @property
    def writable_running(self) -> bool:
        # old Cisco IOS spells it with an e
        return self.has("writable-running") or self.has("writeable-running")

    @property
    def startup(self) -> bool:
        return self.has("startup")

    @property
    def rollback_on_error(self) -> bool:
        return self.has("rollback-on-error")

    @property
    def validate(self) -> str:
        """'1.1', '1.0' or ''."""
        return self._highest("validate")

    @property
    def confirmed_commit(self) -> str:
        """'1.1' (with persist and cancel-commit), '1.0' or ''."""
        return self._highest("confirmed-commit")

    @property
    def xpath(self) -> bool:
        return self.has("xpath")

    @cached_property
    def url_schemes(self) -> tuple[str, ...]:
        """The schemes of the url capability; empty when it is not there (RFC 6241, section 8.8)."""
        url = self.get("url")
        return _names(url.params.get("scheme", "")) if url else ()

    @property
    def notification(self) -> bool:
        return self.has("notification")

    @property
    def interleave(self) -> bool:
        return self.has("interleave")

    @cached_property
    def with_defaults(self) -> WithDefaults | None:
        found = self.get("with-defaults")
        if found is None:
            return None
        return WithDefaults(found.params.get("basic-mode", ""), _names(found.params.get("also-supported", "")))

    @cached_property
    def yang_library(self) -> YangLibrary | None:
        found = self.get("yang-library")
        if found is None:
            return None
        params = found.params
        return YangLibrary(
            found.version,
            params.get("revision", ""),
            params.get("module-set-id", ""),
            params.get("content-id", ""),
        )

    @cached_property
    def nmda(self) -> bool:
        """Whether get-data and edit-data are there (RFC 8526): its module is announced, or yang-library 1.1 is."""
        library = self.yang_library
        return self.module("ietf-netconf-nmda") is not None or (library is not None and library.version == "1.1")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
