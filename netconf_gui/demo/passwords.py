"""Password hashes as `iana-crypt-hash` means them: SHA-512 crypt, and the `$0$` notation for "hash this".

Python's own `crypt` module is gone from 3.13 on and never existed on Windows, so the scheme is computed here from
hashlib.  Does not live here: who may log in (`access`, `server`).
"""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS = 5000
_CLEARTEXT = "$0$"


def new_salt() -> str:
    """Sixteen random characters of the alphabet that crypt uses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def is_cleartext(value: str) -> bool:
    """Whether a crypt-hash value asks the device to hash what follows (RFC 7317, section 4)."""
    return value.startswith(_CLEARTEXT)


def hashed(value: str, salt: str) -> str:
    """What a device stores for `value`: a `$0$` password becomes `$6$…`, everything else stays."""
    return sha512_crypt(value[len(_CLEARTEXT) :], salt) if is_cleartext(value) else value


def sha512_crypt(password: str, salt: str) -> str:
    """`$6$SALT$HASH` of the published SHA-crypt scheme with its default of 5000 rounds."""
    key = password.encode()
    salt_bytes = salt.encode()[:16]
    digest = _initial_digest(key, salt_bytes)
    key_sequence = _stretch(hashlib.sha512(key * len(key)).digest(), len(key))
    salt_sequence = _stretch(hashlib.sha512(salt_bytes * (16 + digest[0])).digest(), len(salt_bytes))
    for turn in range(_ROUNDS):
        parts = [key_sequence if turn % 2 else digest]
        if turn % 3:
            parts.append(salt_sequence)
        if turn % 7:
            parts.append(key_sequence)
        parts.append(digest if turn % 2 else key_sequence)
        digest = hashlib.sha512(b"".join(parts)).digest()
    return f"$6${salt_bytes.decode()}${_encode(digest)}"


def _initial_digest(key: bytes, salt: bytes) -> bytes:
    alternate = hashlib.sha512(key + salt + key).digest()
    first = hashlib.sha512(key + salt + _stretch(alternate, len(key)))
    bits = len(key)
    while bits:
        first.update(alternate if bits & 1 else key)
        bits >>= 1
    return first.digest()


def _stretch(digest: bytes, length: int) -> bytes:
    return (digest * (length // len(digest) + 1))[:length]


def _encode(digest: bytes) -> str:
    """Crypt's own base 64: three bytes at a time, taken 21 apart and rotating, least significant bits first."""
    text = []
    for index in range(21):
        trio = (index, index + 21, index + 42)
        turn = index % 3
        high, middle, low = (digest[trio[(turn + place) % 3]] for place in range(3))
        text.append(_letters(high << 16 | middle << 8 | low, 4))
    text.append(_letters(digest[63], 2))
    return "".join(text)


def _letters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 6 * place & 63] for place in range(count))
