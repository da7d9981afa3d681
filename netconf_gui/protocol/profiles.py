"""Which of the known servers a peer is, by what its hello shows or as somebody decided.

Lives here: `decide` and `choose`.  Does not live here: the flags (`profile`, `quirks`), the servers
(`profile_data`), the repairs that profiles name (`repairs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netconf_gui.errors import ConfigError
from netconf_gui.protocol.hello import Hello
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.profile_data import NETCONFD, PROFILES, SROS, STANDARD
from netconf_gui.protocol.quirks import switched

__all__ = [
    "NETCONFD",
    "PROFILES",
    "SROS",
    "STANDARD",
    "Choice",
    "Profile",
    "before_hello",
    "choose",
    "decide",
    "profile_named",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile and, in a sentence or two for people, why it is this one."""

    profile: Profile
    why: str
    by_hello: bool = True


def profile_named(name: str) -> Profile:
    """The profile of that name; raises `ConfigError` naming those there are."""
    for profile in (STANDARD, *PROFILES):
        if profile.name == name:
            return profile
    names = ", ".join(profile.name for profile in (STANDARD, *PROFILES))
    raise ConfigError(f"There is no profile {name!r}. There are: {names}.")


def decide(hello: Hello, forced: str = "", quirks: Sequence[str] = ()) -> Choice:
    """The profile of a peer: the one that was `forced` by name, else the first that matches the hello, else the
    standard one; with `quirks` ("name" on, "-name" off) switched in it.

    A forced name that nobody knows (of a newer program) counts as none.
    """
    named = _by_name(forced)
    profile, why = named or _by_hello(hello)
    changed = switched(profile, quirks)
    if changed != profile:
        words = ", ".join(f"{word.removeprefix('-')} {'off' if word.startswith('-') else 'on'}" for word in quirks)
        return Choice(changed, f"{why} Switched by hand: {words}.", named is None)
    return Choice(profile, why, named is None)


def choose(hello: Hello, forced: str = "", quirks: Sequence[str] = ()) -> Profile:
    """As `decide`, the profile alone."""
    return decide(hello, forced, quirks).profile


def before_hello(forced: str = "", quirks: Sequence[str] = ()) -> Profile:
    """What is reckoned with while the hello itself is read: its server is not known yet.

    NUL bytes are left out of every hello.
    """
    found = _by_name(forced)
    return switched(found[0] if found else STANDARD, ("nul-bytes", *quirks))


def _by_name(name: str) -> tuple[Profile, str] | None:
    if not name:
        return None
    try:
        return profile_named(name), "Chosen by hand for this device."
    except ConfigError:
        return None


def _by_hello(hello: Hello) -> tuple[Profile, str]:
    uris = hello.capabilities.uris
    for profile in PROFILES:
        shown = next((uri for uri in uris if uri.startswith(profile.uris)), "")
        if shown:
            return profile, f"Its hello names {shown.partition('?')[0]}."
    return STANDARD, "Its hello names nothing that is known of a particular server."
