"""Which of the known servers a peer is, by what its hello shows.

Lives here: `choose`.  Does not live here: the flags (`profile`), the servers (`profile_data`), the repairs that
profiles name (`repairs`).
"""

from __future__ import annotations

from netconf_gui.protocol.hello import Hello
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.profile_data import NETCONFD, PROFILES, SROS, STANDARD

__all__ = ["NETCONFD", "PROFILES", "SROS", "STANDARD", "Profile", "choose"]


def choose(hello: Hello) -> Profile:
    """The first profile that matches the hello, else `STANDARD`."""
    for profile in PROFILES:
        if any(uri.startswith(profile.uris) for uri in hello.capabilities.uris):
            return profile
    return STANDARD
