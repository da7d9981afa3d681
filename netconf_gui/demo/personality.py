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
    with_defaults: bool = True
    url: bool = True  # file: only
    partial_lock: bool = True
    nmda: bool = True
    private_candidate: bool = False  # each session that names it in its hello has a candidate of its own
    first_versions: bool = False  # confirmed-commit and validate as of RFC 4741: no persist-id, no test-only

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
            (self.notifications, CAPABILITY + "interleave:1.0"),
            (
                self.with_defaults,
                CAPABILITY + "with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim",
            ),
        )
        return tuple(uri for offered, uri in listed if offered)


_STANDARD = Personality("standard")

PERSONALITIES: dict[str, Personality] = {
    item.name: item
    for item in (
        _STANDARD,
        replace(_STANDARD, name="candidate-only", writable_running=False, startup=False),
        replace(_STANDARD, name="no-confirmed-commit", confirmed_commit=False),
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
    )
}


def personality(name: str) -> Personality:
    """The personality of that name; raises `ConfigError` naming those there are."""
    try:
        return PERSONALITIES[name]
    except KeyError:
        raise ConfigError(f"The demo device has no model {name!r}. There are: {', '.join(PERSONALITIES)}.") from None
