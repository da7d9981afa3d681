"""Cisco IOS before YANG, as a profile: RFC 4741 with the text of the command line inside."""

from __future__ import annotations

from netconf_gui.protocol.profile import Profile

CISCO_IOS = Profile(
    "cisco-ios",
    "Cisco IOS before YANG",
    uris=("urn:cisco:params:netconf:capability:pi-data-model:",),
    repairs=("add-missing-blanks", "drop-backslashes", "correct-base-namespace"),
    cli_text=True,
    notes=(
        "The configuration is the text of the command line: it is shown as such and changed by commands.",
        "It takes 4 to 16 sessions (netconf max-sessions, 4 unless set) and closes one more at once.",
        "A lock lasts 1 to 300 seconds without an operation (netconf lock-time, 10 unless set).",
        "It takes messages up to netconf max-message, in KB, where that is set.",
    ),
)
