"""What kinds of devices the demo device can be: which capabilities it announces and keeps.

`standard` offers everything; the others leave things out, as real devices do.  Does not live here: YANG modules
(`model`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netconf_gui.errors import ConfigError
from netconf_gui.protocol.capabilities import BASE10, BASE11, PRIVATE_CANDIDATE

CAPABILITY = "urn:ietf:params:netconf:capability:"
DEFAULTS_MODES = ("report-all", "report-all-tagged", "trim", "explicit")


@dataclass(frozen=True, slots=True)
class Personality:
    """Which optional parts of NETCONF the device has."""

    name: str
    base11: bool = True
    candidate: bool = True
    writable_running: bool = True
    startup: bool = True
    rollback_on_error: bool = True
    validate: bool = True
    confirmed_commit: bool = True
    xpath: bool = True
    notifications: bool = True
    interleave: bool = True  # requests on a session that hears events
    replay: bool = True
    dynamic: bool = True  # RFC 8639 and RFC 8641, which need interleave
    with_defaults: bool = True
    url: bool = True  # file: only
    partial_lock: bool = True
    nmda: bool = True
    nacm: bool = False  # who may do what is configured (RFC 8341), else fixed
    private_candidate: bool = False  # each session that names it in its hello has a candidate of its own
    habits: tuple[str, ...] = ()  # what it does as real devices do it; see `quirks`
    uris: tuple[str, ...] = ()  # further capabilities of its hello, by which it is known
    subsystem: str = "netconf"
    ways_in: str = "publickey,keyboard-interactive,password"  # of SSH
    first_versions: bool = False  # confirmed-commit and validate as of RFC 4741: no persist-id, no test-only

    @property
    def subscriptions(self) -> bool:
        """Whether there are subscriptions with numbers of their own, and to datastores."""
        return self.notifications and self.interleave and self.dynamic and self.nmda

    def capabilities(self) -> tuple[str, ...]:
        """The URIs for the hello, those of YANG modules not included."""
        version = "1.0" if self.first_versions else "1.1"
        listed = (
            (True, BASE10),
            (self.base11, BASE11),
            (self.writable_running, CAPABILITY + "writable-running:1.0"),
            (self.candidate, CAPABILITY + "candidate:1.0"),
            (self.private_candidate, PRIVATE_CANDIDATE[0]),
            (self.confirmed_commit, f"{CAPABILITY}confirmed-commit:{version}"),
            (self.rollback_on_error, CAPABILITY + "rollback-on-error:1.0"),
            (self.validate, f"{CAPABILITY}validate:{version}"),
            (self.startup, CAPABILITY + "startup:1.0"),
            (self.xpath, CAPABILITY + "xpath:1.0"),
            (self.url, CAPABILITY + "url:1.0?scheme=file"),
            (self.partial_lock, CAPABILITY + "partial-lock:1.0"),
            (self.notifications, CAPABILITY + "notification:1.0"),
            (self.notifications and self.interleave, CAPABILITY + "interleave:1.0"),
            (
                self.with_defaults,
                CAPABILITY + "with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim",
            ),
        )
        return (*(uri for offered, uri in listed if offered), *self.uris)


_STANDARD = Personality("standard")
_CISCO = "http://cisco.com/ns/yang/"

VENDORS: tuple[Personality, ...] = (
    Personality(
        "junos",
        writable_running=False,
        startup=False,
        uris=("http://xml.juniper.net/netconf/junos/1.0", "http://xml.juniper.net/dmi/system/1.0"),
        habits=("warns", "junos"),
    ),
    Personality(
        "ios-xe",
        candidate=False,
        confirmed_commit=False,
        startup=False,
        uris=(CAPABILITY + "validate:1.0", "http://cisco.com/yang/cisco-ia", _CISCO + "Cisco-IOS-XE-native"),
        habits=("busy-lock", "save-config", "key-paths"),
    ),
    Personality(
        "ios-xr",
        writable_running=False,
        startup=False,
        # a thousand more of them: its hello is large
        uris=tuple(f"{_CISCO}Cisco-IOS-XR-um-part-{number}-with-a-long-name-cfg" for number in range(1000)),
        habits=("folded-capabilities", "plain-elements", "commit-words"),
    ),
    Personality(
        "nx-os",
        startup=False,
        uris=(_CISCO + "cisco-nx-os-device",),
        subsystem="xmlagent",
        habits=("filter-needed",),
    ),
    Personality(
        "huawei",
        startup=False,
        uris=("http://www.huawei.com/netconf/capability/exchange/1.0",),
        habits=("nul-bytes", "parts"),
    ),
    Personality(
        "sros",
        writable_running=False,
        startup=False,
        private_candidate=True,
        uris=("urn:nokia.com:sros:ns:yang:sr:conf", "urn:alcatel-lucent.com:sros:ns:yang:conf-r13"),
        habits=("both-locks", "commit-words"),
    ),
    Personality("eos", uris=("http://arista.com/yang/rpc/netconf",), ways_in="keyboard-interactive"),
    Personality(
        "comware",
        candidate=False,
        confirmed_commit=False,
        uris=("http://www.h3c.com/netconf/base:1.0",),
        habits=("only-checks-none", "plain-elements", "written-prefix"),
    ),
    Personality("netopeer2", uris=("urn:sysrepo:plugind",)),
    Personality("clixon", uris=("http://clicon.org/lib",), habits=("no-id-in-errors", "odd-lock-denied")),
    Personality(
        "confd", startup=False, uris=("http://tail-f.com/ns/netconf/actions/1.0",), habits=("busy-lock", "key-paths")
    ),
    Personality(
        "sloppy",
        habits=("strange-hello", "character-framing", "no-ids", "ok-beside-errors", "early-notifications"),
    ),
)

PERSONALITIES: dict[str, Personality] = {
    item.name: item
    for item in (
        _STANDARD,
        replace(_STANDARD, name="access-control", nacm=True),
        replace(_STANDARD, name="candidate-only", writable_running=False, startup=False),
        replace(_STANDARD, name="no-confirmed-commit", confirmed_commit=False),
        replace(_STANDARD, name="no-interleave", interleave=False),
        replace(_STANDARD, name="no-replay", replay=False),
        replace(_STANDARD, name="no-validate", validate=False),
        replace(_STANDARD, name="private-candidate", writable_running=False, startup=False, private_candidate=True),
        replace(
            _STANDARD,
            name="rfc4741",
            base11=False,
            first_versions=True,
            notifications=False,
            partial_lock=False,
            nmda=False,
        ),
        replace(_STANDARD, name="writable-running", candidate=False, confirmed_commit=False),
        replace(
            _STANDARD,
            name="minimal",
            base11=False,
            candidate=False,
            confirmed_commit=False,
            rollback_on_error=False,
            validate=False,
            startup=False,
            xpath=False,
            url=False,
            partial_lock=False,
            nmda=False,
            notifications=False,
            with_defaults=False,
        ),
        *VENDORS,
    )
}


def personality(name: str) -> Personality:
    """The personality of that name; raises `ConfigError` naming those there are."""
    try:
        return PERSONALITIES[name]
    except KeyError:
        raise ConfigError(f"The demo device has no model {name!r}. There are: {', '.join(PERSONALITIES)}.") from None
