"""Who may log in to the demo device, and how.

Lives here: the users with their passwords and keys, as SSH asks for them.  Does not live here: what they may do once
they are in (`access`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.server import InteractiveQuery

from netconf_gui.demo.access import Role

OPERATOR = "demo"
READER = "guest"


@dataclass(frozen=True, slots=True)
class User:
    """One user; `keys` are the public keys in base 64, as in authorized_keys."""

    role: Role
    password: str | None = field(default=None, repr=False)
    keys: frozenset[str] = frozenset()


def standard_users(password: str, authorized_keys: frozenset[str] = frozenset()) -> dict[str, User]:
    """The operator and the reader; both have the same password, only the operator may use keys."""
    return {
        OPERATOR: User(Role.OPERATOR, password, authorized_keys),
        READER: User(Role.READER, password),
    }


class Gate(paramiko.ServerInterface):
    """Decides about one SSH connection; `on_netconf(channel)` is told of each NETCONF channel that is opened."""

    def __init__(
        self,
        users: Mapping[str, User],
        on_netconf: Callable[[paramiko.Channel], None],
        *,
        subsystem: str = "netconf",
        ways_in: str = "publickey,keyboard-interactive,password",
    ) -> None:
        self._users = users
        self._subsystem = subsystem
        self._ways_in = ways_in
        self._on_netconf = on_netconf
        self._asking = ""

    def get_allowed_auths(self, username: str) -> str:
        return self._ways_in

    def check_auth_password(self, username: str, password: str) -> int:
        return self._right(username, password) if "password" in self._ways_in else AUTH_FAILED

    def _right(self, username: str, password: str) -> int:
        user = self._users.get(username)
        if user is None or user.password is None:
            return AUTH_FAILED
        right = hmac.compare_digest(user.password.encode(), password.encode())
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        user = self._users.get(username)
        return AUTH_SUCCESSFUL if user and key.get_base64() in user.keys else AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> InteractiveQuery:
        self._asking = username
        return InteractiveQuery("Demo device", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        if len(responses) != 1:
            return AUTH_FAILED
        return self._right(self._asking, responses[0])

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == "session":
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        if name != self._subsystem:
            return False
        self._on_netconf(channel)
        return True
