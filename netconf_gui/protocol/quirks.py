"""The quirks of servers as named flags: what each one is, why it exists, and what switching it does to a profile.

Lives here: `Quirk`, the registry `QUIRKS`, `switched`.  Does not live here: which server has which (`profile_data`),
what is done about them (sessions and services).  Every flag has a row in docs/profiles.md that names its test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from netconf_gui.errors import ConfigError
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.repairs import REPAIRS
from netconf_gui.protocol.xml import NS_BASE

_DEFAULTS = {item.name: item.default for item in fields(Profile)}


@dataclass(frozen=True, slots=True)
class Quirk:
    """One thing that servers get wrong.

    `title` says what the program does, `reason` what the server does.  `field` is the flag of `Profile` and `value`
    what it becomes when the quirk is switched on by hand; without a field it is accepted from every server.
    """

    name: str
    title: str
    reason: str
    field: str = ""
    value: object = None
    member: bool = False  # `value` is one of the names in a tuple

    @property
    def always(self) -> bool:
        """Whether every server may do this."""
        return not self.field

    def is_on(self, profile: Profile) -> bool:
        """Whether the profile reckons with it."""
        if self.always:
            return True
        held = getattr(profile, self.field)
        return self.value in held if self.member else bool(held != _DEFAULTS[self.field])

    def switch(self, profile: Profile, on: bool) -> Profile:
        """The profile with this quirk on or off."""
        if self.always or self.is_on(profile) == on:
            return profile
        value = self.value if on else _DEFAULTS[self.field]
        if self.member:
            held: tuple[object, ...] = getattr(profile, self.field)
            value = (*held, self.value) if on else tuple(name for name in held if name != self.value)
        return replace(profile, **{self.field: value})  # type: ignore[arg-type]  # the registry's test checks the types


def _always(name: str, title: str, reason: str) -> Quirk:
    return Quirk(name, title, reason)


def _repair(name: str, repair: str, title: str, reason: str) -> Quirk:
    assert repair in REPAIRS
    return Quirk(name, title, reason, "repairs", repair, member=True)


_LIST = (
    # ---- accepted from everyone
    _always(
        "hello-namespace",
        "The hello is read whatever its namespace or prefix.",
        "Old and embedded servers send the hello in no namespace, in another one, or with a prefix of their own.",
    ),
    _always(
        "folded-capabilities",
        "Line breaks inside a capability are taken out.",
        "Some releases of IOS XR fold long capabilities over several lines, in the middle of a name.",
    ),
    _always(
        "no-message-id",
        "A reply without message-id answers the oldest request.",
        "Clixon and others leave the message-id out, most of all in errors.",
    ),
    _always(
        "early-notification",
        "Notifications are taken before the reply to the subscription.",
        "Servers start the stream first and answer afterwards.",
    ),
    _always(
        "ok-beside-errors",
        "Errors count, an ok beside them does not.",
        "Servers send <ok/> together with errors; with warnings alone it means success.",
    ),
    _always(
        "odd-lock-denied",
        "The holder of a lock is found among other children of error-info.",
        "Clixon and others put more into the error-info of lock-denied than the session-id, or a sentence around it.",
    ),
    _always(
        "validate-twice",
        "The highest version of a capability counts.",
        "IOS XE announces validate:1.0 and validate:1.1, SR OS both bases.",
    ),
    _always(
        "edit-paths",
        "Error paths like [edit interfaces ge-0/0/0] are followed.",
        "Junos names the place of an error as its command line does.",
    ),
    _always(
        "key-paths",
        "Error paths like /interfaces/interface{eth0} are followed.",
        "Servers built on ConfD and NSO write keys in braces.",
    ),
    # ---- connecting
    Quirk(
        "other-subsystem",
        "Where there is no subsystem netconf, xmlagent is tried.",
        "Older NX-OS serves NETCONF as the SSH subsystem xmlagent.",
        "subsystems",
        ("xmlagent",),
    ),
    Quirk(
        "slow-start",
        "The first request waits 0.2 seconds after the hello.",
        "A request that arrives together with the hello is forgotten.",
        "settle",
        0.2,
    ),
    # ---- reading
    _repair(
        "repeated-attributes",
        "drop-repeated-attributes",
        "Attributes that a reply declares twice are read once.",
        "netconfd declares a prefix of the request twice in its reply, which is not well-formed.",
    ),
    _repair(
        "nul-bytes",
        "drop-nul-bytes",
        "NUL bytes are left out.",
        "Huawei switches send the NUL that ends a C string before or after a message.",
    ),
    _repair(
        "missing-blanks",
        "add-missing-blanks",
        "A missing blank between two attributes is put there.",
        "Cisco IOS before YANG sends rpc-replies that are not well-formed.",
    ),
    _repair(
        "backslashes",
        "drop-backslashes",
        "Backslashes around quotation marks of attributes are left out.",
        'Cisco IOS before YANG sends xmlns="\\urn:…\\".',
    ),
    _repair(
        "old-base-namespace",
        "correct-base-namespace",
        "The capability's URI is read as the namespace of the protocol.",
        "Cisco IOS before YANG puts the URI of the capability where the namespace belongs.",
    ),
    Quirk(
        "cli-text",
        "The configuration is shown as text and changed by commands.",
        "Cisco IOS before YANG has no data model: it reads and writes the text of its command line.",
        "cli_text",
        True,
    ),
    Quirk(
        "character-framing",
        "Chunk sizes are read as characters; what is sent is ASCII.",
        "The server counts characters where RFC 6242 counts octets; it shows with the first umlaut. It is also "
        "noticed by itself.",
        "characters",
        True,
    ),
    Quirk(
        "nested-errors",
        "Errors are found anywhere in a reply that holds no data.",
        "Junos puts rpc-errors inside commit-results and load-configuration-results.",
        "nested_errors",
        True,
    ),
    Quirk(
        "filter-needed",
        "A reading without a filter gets one of the server's roots.",
        "NX-OS refuses: “Request without namespace and filter is an unsupported operation”.",
        "filter_roots",
        ("{http://cisco.com/ns/yang/cisco-nx-os-device}System",),
    ),
    Quirk(
        "continued-replies",
        "Replies that come in parts are fetched and put together.",
        "Huawei sends large configurations in several replies, each but the last with a set-id.",
        "continuation",
        "{http://www.huawei.com/netconf/capability/base/1.0}get-next",
    ),
    Quirk(
        "foreign-roots",
        "What is no configuration is left out of a reading.",
        "Junos puts database-status-information beside the configuration: who edits it just now.",
        "foreign_roots",
        ("database-status-information",),
    ),
    Quirk(
        "foreign-attributes",
        "Attributes about the latest commit are left out of a reading.",
        "Junos notes on the configuration when and by whom it was committed; the next edit would send that back.",
        "foreign_attributes",
        ("http://xml.juniper.net/junos/",),
    ),
    Quirk(
        "unservable-schemas",
        "Some modules are not asked for.",
        "netconfd ends at the second get-schema of ietf-netconf or yuma123-netconf-types.",
        "unservable_schemas",
        ("ietf-netconf", "yuma123-netconf-types"),
    ),
    # ---- writing
    Quirk(
        "max-message",
        "The size of an edit is checked before it is sent.",
        "The server takes messages up to a size only, and ends the session otherwise.",
        "max_message",
        1 << 20,
    ),
    Quirk(
        "plain-elements",
        "Elements are sent without prefixes.",
        "IOS XR refuses prefixed elements in some subtrees; Comware reads elements by their written names.",
        "plain_elements",
        True,
    ),
    Quirk(
        "operation-prefix",
        "The attribute operation is sent as xc:operation.",
        "Comware looks for the attribute by its written name instead of its namespace.",
        "operation_prefix",
        "xc",
    ),
    Quirk(
        "merge-by-default",
        "Edits are sent with default-operation merge.",
        "Comware only checks an edit with default-operation none, says ok, and changes nothing.",
        "default_operation",
        "merge",
    ),
    # ---- an apply
    Quirk(
        "test-then-set",
        "Edits are validated with test-option test-then-set.",
        "netconfd loses the edits in a validate that is followed by a commit.",
        "validate_by_test_then_set",
        True,
    ),
    Quirk(
        "candidate-lock",
        "Candidate alone is locked.",
        "A lock of running or candidate locks both, or running cannot be locked: the second lock would be denied.",
        "lock_order",
        ("candidate",),
    ),
    Quirk(
        "lock-retry",
        "A lock of the server's own is tried again for 30 seconds.",
        "IOS XE and servers built on ConfD hold the lock themselves while they synchronise with the command line.",
        "lock_retry",
        30.0,
    ),
    Quirk(
        "slow-commit",
        "What changes running may take 15 minutes.",
        "A commit of a large configuration takes minutes on Junos and IOS XR.",
        "commit_timeout",
        900.0,
    ),
    Quirk(
        "save-config",
        "Startup is written by the operation save-config.",
        "IOS XE announces no startup; what runs is kept by an operation of cisco-ia.",
        "save_to_startup",
        "rpc:{http://cisco.com/yang/cisco-ia}save-config",
    ),
    Quirk(
        "commit-comment",
        "A comment goes with the commit.",
        "IOS XR and SR OS keep a comment with each commit.",
        "commit_comment",
        f"{{{NS_BASE}}}comment",
    ),
    Quirk(
        "commit-label",
        "A label goes with the commit.",
        "IOS XR keeps a label with each commit, by which it can be rolled back.",
        "commit_label",
        f"{{{NS_BASE}}}label",
    ),
)

QUIRKS: Mapping[str, Quirk] = {item.name: item for item in _LIST}


def quirks_of(profile: Profile) -> tuple[Quirk, ...]:
    """The quirks that the profile reckons with, those accepted from everyone left out."""
    return tuple(item for item in _LIST if not item.always and item.is_on(profile))


def switched(profile: Profile, words: Sequence[str]) -> Profile:
    """The profile with quirks switched by hand: "name" is on, "-name" is off; names nobody knows do nothing."""
    for word in words:
        quirk = QUIRKS.get(word.removeprefix("-"))
        if quirk is not None:
            profile = quirk.switch(profile, not word.startswith("-"))
    return profile


def check_quirks(words: Iterable[str]) -> None:
    """Raise `ConfigError` for the first that is no switchable quirk, naming those there are."""
    for word in words:
        quirk = QUIRKS.get(word.removeprefix("-"))
        if quirk is None or quirk.always:
            names = ", ".join(item.name for item in _LIST if not item.always)
            raise ConfigError(f"There is no quirk {word!r} to switch. There are: {names}; -name switches one off.")
