"""Secrets out of commands of Cisco IOS, for whatever people and logs get to see.

`redact` knows the words that passwords and keys stand behind in most texts; IOS has more of them, and writes some keys
behind numbers.  It masks too much rather than too little.
"""

from __future__ import annotations

import re

from netconf_gui.session.redact import MASK, mask_text

_WORDS = "|".join(
    (
        r"crypto isakmp key",
        r"pre-shared-key (?:address|hostname) \S+(?: \S+)? key",
        r"(?:tacacs|radius)-server(?: host \S+)?(?: [\w-]+ \d+)* key",
        r"message-digest-key \d+ md5",
        r"authentication-key(?: \d+ md5)?",
        r"authentication(?: md5)? (?:text|key-string)",
        r"standby \d+ authentication",
        r"(?:wpa-psk|key \d+ size \S+) (?:ascii|hex)?",
        r"snmp-server host \S+(?: (?:traps|informs))?(?: vrf \S+)?(?: version (?:1|2c))?",
        r"auth (?:md5|sha)",
        r"priv (?:des|3des|aes \d+)",
        r"(?:chap|sent-username \S+) password",
        r"key-string",
    )
)
_BEHIND = re.compile(rf"(?P<word>(?<![^\s>])(?:{_WORDS})\s+(?:\d\s+)?)(?P<value>[^\s<]+)", re.IGNORECASE)
_KEY = re.compile(r"(?P<word>(?:^|>)\s*key\s+(?:\d\s+(?=\S))?)(?P<value>(?!chain\b)[^\s\d<][^\s<]*|(?<=\d\s)[^\s<]+)")


def mask_cli(text: str) -> str:
    """One command, or a whole configuration, without its secrets."""
    return "\n".join(_mask(row) for row in text.split("\n"))


def _mask(row: str) -> str:
    row = _BEHIND.sub(lambda found: found["word"] + MASK, row)
    row = _KEY.sub(lambda found: found["word"] + MASK, row)
    return mask_text(row)
