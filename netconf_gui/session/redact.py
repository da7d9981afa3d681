"""Secrets out of messages before anybody sees or keeps them.

Lives here: masking of passwords, keys, community strings and hashes in the text of NETCONF messages, whole or cut
off anywhere.  Does not live here: the record that uses it (`wire`).

The text is read by pattern, not parsed: what is recorded may be cut, or not even be XML.  It masks too much rather
than too little: everything inside an element whose name sounds like a secret, attributes and predicates of such
names, password hashes, private keys, credentials in URLs, and the word after `password` and the like in plain text.
"""

from __future__ import annotations

import re
from functools import lru_cache

MASK = "***"

# quick look, in lower case: without any of these there is nothing to mask (a loop over `in` beats a pattern here)
_HINTS = ("pass", "secret", "communit", "cred", "key", "psk", "pwd", "token", "crypt", "shared", "$", "@")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ALWAYS = ("password", "passwd", "passphrase", "secret", "credential", "privatekey", "sharedkey", "pre-shared")
_SECRET_WORDS = frozenset({"pass", "pwd", "psk", "token", "keystring", "authkey", "privkey", "encpass", "crypt"})
_NOT_KEYS = frozenset(
    "chain chains id ids name type types index number length size algorithm algorithms format exchange rotation "
    "lifetime usage ref reference refs count alias".split()
)
_NOT_COMMUNITIES = frozenset("bgp ext extended large set sets list lists type count member members delete".split())

_TOKEN = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|(?P<note><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))"
    r"|<(?P<close>/?)(?P<name>[^\s<>/!?\"'=]+)(?P<rest>(?:[^<>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*)(?P<end>>|\Z)"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s=\"'/])(?P<name>[^\s=\"'/]++)(?P<is>\s*=\s*)(?P<quote>[\"'])(?P<value>.*?)(?P<end>(?P=quote)|\Z)", re.S
)
_QUOTED = r"(?:\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)|&quot;.*?(?:&quot;|\Z)|&apos;.*?(?:&apos;|\Z))"
_STEP = re.compile(
    rf"(?<![\w.:-])(?P<name>[\w.:-]++)(?P<predicates>(?:\[(?:[^\]\"'&\[]|&(?!quot;|apos;)|{_QUOTED})*(?:\]|\Z))+)",
    re.DOTALL,
)
_COMPARED = re.compile(rf"(?<![\w.:-])(?P<name>[\w.:-]++)(?P<is>\s*=\s*)(?P<value>{_QUOTED})", re.DOTALL)
_VALUE = re.compile(_QUOTED, re.DOTALL)
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_HASH = re.compile(r"\$[0-9A-Za-z]{1,4}\$[^\s<>\"']*")
_URL = re.compile(r"(?<=://)[^/\s<>\"'@]*(?:@[^/\s<>\"'@]*)*(?=@)")
_URL_CUT = re.compile(r"://[^/\s<>\"'@]{0,200}:[^/\s<>\"'@]{0,200}\Z")
_SPOKEN = re.compile(
    r"(?P<word>\b(?:pass(?:word|wd|phrase)|secret|community|key-string|pre-shared-key|shared-key|psk)\b[\"']?"
    r"(?:\s*[:=]\s*|\s+)(?:\d\s+)?)(?P<value>\"[^\"]*\"?|'[^']*'?|[^\s<>\"',;]+)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether an element, attribute or leaf of this name (prefix allowed) is taken to hold a secret."""
    local = name.rpartition(":")[2]
    lowered = local.lower()
    if any(part in lowered for part in _ALWAYS):
        return True
    words = [word.lower() for word in _WORDS.findall(local)]
    found = set(words)
    if found & _SECRET_WORDS:
        return True
    if "community" in found or "communityname" in found:
        return not found & _NOT_COMMUNITIES
    return "key" in found and not (found & _NOT_KEYS or "public" in found)


def redact(data: bytes | str) -> str:
    """The text of a message (or of the beginning of one) without its secrets."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    lowered = text.lower()
    for hint in _HINTS:
        if hint in lowered:
            text = _mask(text)
            break
    # a text cut before the @ of a URL
    return text[:-400] + _URL_CUT.sub(f"://{MASK}", text[-400:])


def _mask(text: str) -> str:
    out: list[str] = []
    depth = 0  # of elements inside a secret one, itself included
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if match["name"] is not None:
            whole = match.group()
            empty = whole.endswith("/>")
            if match["close"]:
                depth = max(0, depth - 1)
                out.append(whole)
                continue
            out.append(f"<{match['name']}{_mask_attributes(match['rest'], secret=depth > 0)}{match['end']}")
            if not empty and (depth or is_secret_name(match["name"])):
                depth += 1
        elif depth:
            token = match.group()
            out.append(token if not token.strip() else MASK)
        elif kind in ("cdata", "note", "text"):
            out.append(mask_text(match.group()))
    return "".join(out)


def _mask_attributes(text: str, *, secret: bool) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        declaration = name == "xmlns" or name.startswith("xmlns:")
        if not declaration and (secret or is_secret_name(name)):
            value = MASK
        else:
            value = mask_text(match["value"])
        return f"{name}{match['is']}{match['quote']}{value}{match['end']}"

    return _ATTRIBUTE.sub(replace, text)


def mask_text(text: str) -> str:
    """Mask what looks like a secret in plain text: prose, paths, command lines, URLs."""
    text = _PEM.sub(MASK, text)
    text = _HASH.sub(MASK, text)
    text = _URL.sub(MASK, text)
    if "[" in text:
        text = _STEP.sub(_mask_predicates, text)
    return _SPOKEN.sub(lambda match: match["word"] + MASK, text)


def _mask_predicates(match: re.Match[str]) -> str:
    """In `community[name='x']` every value is one; elsewhere only those compared with a secret leaf."""
    if is_secret_name(match["name"]):
        return match["name"] + _VALUE.sub(f"'{MASK}'", match["predicates"])

    def compared(found: re.Match[str]) -> str:
        value = f"'{MASK}'" if is_secret_name(found["name"]) else found["value"]
        return found["name"] + found["is"] + value

    return match["name"] + _COMPARED.sub(compared, match["predicates"])
