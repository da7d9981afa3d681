"""Secrets that were accepted a moment ago, handed out again when the same server has to be connected once more.

Nothing is kept beyond the connecting that this is made for.
"""

from __future__ import annotations

from collections.abc import Sequence

from netconf_gui.transport.auth import SecretSource


class Remembered:
    """A `SecretSource` around another one; `again` has it repeat the last answers before it asks anew."""

    def __init__(self, source: SecretSource) -> None:
        self._source = source
        self._last: dict[tuple[object, ...], str] = {}
        self._repeat: dict[tuple[object, ...], str] = {}

    def again(self) -> None:
        """From now on, what was handed out last comes first, once each."""
        self._repeat = dict(self._last)

    def password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        key = ("password", user, host, port)
        return self._kept(key) or self._keep(key, self._source.password(user, host, port, attempt))

    def proxy_password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        key = ("proxy", user, host, port)
        return self._kept(key) or self._keep(key, self._source.proxy_password(user, host, port, attempt))

    def passphrase(self, key_file: str, attempt: int) -> str | None:
        key = ("passphrase", key_file)
        return self._kept(key) or self._keep(key, self._source.passphrase(key_file, attempt))

    def interactive(
        self, user: str, host: str, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Never repeated: a one-time code is good once."""
        return self._source.interactive(user, host, title, instructions, prompts)

    def _kept(self, key: tuple[object, ...]) -> str | None:
        return self._repeat.pop(key, None)

    def _keep(self, key: tuple[object, ...], secret: str | None) -> str | None:
        if secret is not None:
            self._last[key] = secret
        return secret
