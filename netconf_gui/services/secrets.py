"""Where the secrets of one connection come from: given, keyring, this session's memory, the person, in this order.

Lives here: the transport's `SecretSource` made of the workspace and an `Interaction`.  What a person typed is
remembered as they chose, but only after it was accepted.  Keyring calls run on a lane of their own with a deadline:
an unlock prompt that nobody answers is abandoned.  Does not live here: the keyring itself (`workspace.credentials`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import WorkspaceError
from netconf_gui.services.events import (
    CredentialAnswer,
    CredentialKind,
    CredentialRequest,
    Interaction,
    Prompt,
)
from netconf_gui.services.lanes import DeadlineError, Lane
from netconf_gui.workspace.credentials import CredentialStore, KeyringInfo, account_for, account_for_key
from netconf_gui.workspace.inventory import CredentialPolicy, Device

T = TypeVar("T")

_LANE = Lane("keyring")


@dataclass(slots=True)
class _Account:
    """What has been tried for one account in this connection."""

    sources: Iterator[tuple[str, str]]  # (where from, secret), not asking the person
    last: str = ""  # where the secret that was handed out last came from
    asked: int = 0
    answer: CredentialAnswer | None = field(default=None, repr=False)  # what the person typed last


class KeyringAccess:
    """The store's keyring, each call on a lane with a deadline; raises `WorkspaceError`, `DeadlineError`, `Cancelled`.

    `deadline` is in seconds, the time a person needs at an unlock prompt included.
    """

    def __init__(self, store: CredentialStore, deadline: float, cancel: CancelToken | None = None) -> None:
        self.store = store
        self._deadline = deadline
        self._cancel = cancel

    def info(self) -> KeyringInfo:
        """Which keyring there is; one that does not answer is none."""
        try:
            return self._run(self.store.info)
        except DeadlineError as error:
            return KeyringInfo("", f"The keyring does not answer. {error.message}")

    def get(self, account: str) -> str | None:
        return self._run(self.store.keyring_get, account)

    def set(self, account: str, secret: str) -> None:
        self._run(self.store.keyring_set, account, secret)

    def delete(self, account: str) -> None:
        self._run(self.store.keyring_delete, account)

    def _run(self, call: Callable[..., T], *args: str) -> T:
        future = _LANE.submit(call, *args, cancel=self._cancel, deadline=self._deadline, grace=0.0, title="The keyring")
        return future.result()


class Secrets:
    """The `SecretSource` of one connection to one device; call `accepted()` once it is authenticated."""

    def __init__(
        self,
        device: Device,
        interaction: Interaction,
        keyring: KeyringAccess,
        *,
        given: str | None = None,
    ) -> None:
        self._device = device
        self._interaction = interaction
        self._keyring = keyring
        self._given = given
        self._accounts: dict[str, _Account] = {}
        self._info: KeyringInfo | None = None

    # ---- the transport's questions

    def password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        """The next password to try; None when the person gives up."""
        request = CredentialRequest(CredentialKind.PASSWORD, self._device.name, user, host, port)
        return self._next(account_for(self._device.id, user, host, port), request, given=self._given)

    def proxy_password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        """The next password of a proxy to try; None when the person gives up."""
        request = CredentialRequest(CredentialKind.PASSWORD, f"{self._device.name} (proxy)", user, host, port)
        return self._next(account_for(self._device.id, user, host, port), request, given=None)

    def passphrase(self, key_file: str, attempt: int) -> str | None:
        """The next passphrase to try; None when the person gives up."""
        device = self._device
        request = CredentialRequest(
            CredentialKind.PASSPHRASE, device.name, device.username, device.host, device.port, key_file=key_file
        )
        # with TLS there is no password: what was given is for the key
        given = self._given if device.transport == "tls" else None
        return self._next(account_for_key(key_file), request, given=given)

    def interactive(
        self, user: str, host: str, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """The person's answers to the server's own questions; never remembered (one-time codes, RFC 4256)."""
        answer = self._interaction.credentials(
            CredentialRequest(
                CredentialKind.INTERACTIVE,
                self._device.name,
                user,
                host,
                self._device.port,
                title=title,
                instructions=instructions,
                prompts=tuple(Prompt(text, echo) for text, echo in prompts),
                policies=(CredentialPolicy.ASK,),
            )
        )
        return None if answer is None else list(answer.answers)

    # ---- afterwards

    def accepted(self) -> CredentialPolicy | None:
        """Remember what the person typed, as they chose; the policy chosen for the device's password, if any."""
        chosen: CredentialPolicy | None = None
        for account, state in self._accounts.items():
            if state.answer is None:
                continue
            if not account.startswith("key/"):
                chosen = state.answer.policy
            try:
                self._remember(account, state.answer)
            except (WorkspaceError, DeadlineError) as error:
                self._keyring.store.session_set(account, state.answer.secret)
                self._interaction.inform(f"{error.full_text()} The password is kept for this session.")
        return chosen

    def _remember(self, account: str, answer: CredentialAnswer) -> None:
        store = self._keyring.store
        store.session_forget(account)
        if answer.policy is CredentialPolicy.KEYRING:
            self._keyring.set(account, answer.secret)
            return
        if self._device.credential_policy is CredentialPolicy.KEYRING and self._keyring_info().available:
            self._keyring.delete(account)
        if answer.policy is CredentialPolicy.SESSION:
            store.session_set(account, answer.secret)

    # ---- one secret after the other

    def _next(self, account: str, request: CredentialRequest, *, given: str | None) -> str | None:
        state = self._accounts.get(account)
        if state is None:
            state = self._accounts[account] = _Account(self._known(account, given))
        known = next(state.sources, None)
        if known is not None:
            state.last = known[0]
            return known[1]
        refused = _REFUSED.get(state.last, "")
        state.answer = self._ask(replace(request, attempt=state.asked + 1, reason=refused))
        state.asked += 1
        state.last = "person"
        return None if state.answer is None else state.answer.secret

    def _known(self, account: str, given: str | None) -> Iterator[tuple[str, str]]:
        if given is not None:
            yield "given", given
        if self._device.credential_policy is CredentialPolicy.KEYRING:
            try:
                kept = self._keyring.get(account)
            except (WorkspaceError, DeadlineError) as error:
                self._interaction.inform(error.full_text())
            else:
                if kept is not None:
                    yield "keyring", kept
        memory = self._keyring.store.session_get(account)
        if memory is not None:
            yield "memory", memory

    def _ask(self, request: CredentialRequest) -> CredentialAnswer | None:
        info = self._keyring_info()
        policies: tuple[CredentialPolicy, ...] = (CredentialPolicy.SESSION, CredentialPolicy.ASK)
        if info.available:
            policies = (CredentialPolicy.KEYRING, *policies)
        wished = self._device.credential_policy
        return self._interaction.credentials(
            replace(
                request,
                policy=wished if wished in policies else CredentialPolicy.SESSION,
                policies=policies,
                keyring_name=info.name,
                keyring_reason=info.reason,
            )
        )

    def _keyring_info(self) -> KeyringInfo:
        if self._info is None:
            self._info = self._keyring.info()
        return self._info


_REFUSED = {
    "given": "The password that was given was refused.",
    "keyring": "The password from the keyring was refused.",
    "memory": "The password of this session was refused.",
    "person": "That was refused. Try again.",
}
