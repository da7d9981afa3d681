"""Secrets of one connection: passphrases, the server's own questions, and keyrings that fail."""

from __future__ import annotations

import keyring.errors
import pytest

from netconf_gui.services.events import CredentialAnswer, CredentialKind, Prompt
from netconf_gui.services.secrets import KeyringAccess, Secrets
from netconf_gui.workspace.credentials import SERVICE, CredentialStore
from netconf_gui.workspace.inventory import CredentialPolicy, Device, new_device
from tests.services.conftest import MemoryKeyring, Person

KEY = "/home/ops/.ssh/id_ed25519"


class ReadOnlyKeyring(MemoryKeyring):
    """A keyring that gives and does not take."""

    def set_password(self, service: str, account: str, secret: str) -> None:
        raise keyring.errors.PasswordSetError("no permission")


def secrets_of(person: Person, backend: MemoryKeyring, device: Device | None = None) -> Secrets:
    device = device or new_device("pe1", "192.0.2.1", username="ops")
    return Secrets(device, person, KeyringAccess(CredentialStore(backend), 5.0))


def test_a_passphrase_is_asked_for_by_key_and_kept_by_key() -> None:
    person = Person([CredentialAnswer("wrong"), CredentialAnswer("right", policy=CredentialPolicy.KEYRING)])
    backend = MemoryKeyring()
    secrets = secrets_of(person, backend)
    assert secrets.passphrase(KEY, 1) == "wrong"
    assert secrets.passphrase(KEY, 2) == "right"
    assert [(request.kind, request.key_file, request.attempt) for request in person.asked] == [
        (CredentialKind.PASSPHRASE, KEY, 1),
        (CredentialKind.PASSPHRASE, KEY, 2),
    ]
    assert person.asked[1].reason
    assert secrets.accepted() is None  # that of a key is not the device's policy
    assert backend.kept == {(SERVICE, f"key/{KEY}"): "right"}


def test_a_passphrase_in_the_keyring_is_used_where_the_device_uses_the_keyring() -> None:
    backend = MemoryKeyring()
    backend.kept[SERVICE, f"key/{KEY}"] = "kept"
    device = new_device("pe1", "h", credential_policy=CredentialPolicy.KEYRING)
    assert secrets_of(Person(), backend, device).passphrase(KEY, 1) == "kept"


def test_the_servers_own_questions_are_passed_on_and_never_remembered() -> None:
    person = Person([CredentialAnswer(answers=("123456", "yes"), policy=CredentialPolicy.KEYRING)])
    backend = MemoryKeyring()
    secrets = secrets_of(person, backend)
    given = secrets.interactive("ops", "192.0.2.1", "Token", "Look at it.", [("Code: ", False), ("Sure? ", True)])
    assert given == ["123456", "yes"]
    request = person.asked[0]
    assert (request.title, request.instructions) == ("Token", "Look at it.")
    assert request.prompts == (Prompt("Code: ", False), Prompt("Sure? ", True))
    assert request.policies == (CredentialPolicy.ASK,)
    secrets.accepted()
    assert backend.kept == {}


def test_a_keyring_that_does_not_take_it_means_this_session_and_is_said() -> None:
    person = Person([CredentialAnswer("secret-4711", policy=CredentialPolicy.KEYRING)])
    access = KeyringAccess(CredentialStore(ReadOnlyKeyring()), 5.0)
    device = new_device("pe1", "h")
    secrets = Secrets(device, person, access)
    assert secrets.password("ops", "h", 830, 1) == "secret-4711"
    secrets.accepted()
    assert "no permission" in person.told[0]
    assert "kept for this session" in person.told[0]
    assert "secret-4711" not in person.told[0]
    assert Secrets(device, Person(), access).password("ops", "h", 830, 1) == "secret-4711"


def test_a_secret_that_was_given_comes_first_and_is_not_remembered() -> None:
    backend = MemoryKeyring()
    person = Person()
    device = new_device("pe1", "h", credential_policy=CredentialPolicy.KEYRING)
    secrets = Secrets(device, person, KeyringAccess(CredentialStore(backend), 5.0), given="from stdin")
    assert secrets.password("ops", "h", 830, 1) == "from stdin"
    assert secrets.accepted() is None
    assert backend.kept == {}
    assert secrets.password("ops", "h", 830, 2) is None
    assert person.asked[0].reason == "The password that was given was refused."


def test_jump_hosts_have_secrets_of_their_own() -> None:
    person = Person([CredentialAnswer("jump"), CredentialAnswer("device")])
    secrets = secrets_of(person, MemoryKeyring())
    assert secrets.password("ops", "jump.example.net", 22, 1) == "jump"
    assert secrets.password("ops", "192.0.2.1", 830, 1) == "device"
    assert [request.attempt for request in person.asked] == [1, 1]


@pytest.mark.parametrize("policy", [CredentialPolicy.SESSION, CredentialPolicy.ASK])
def test_the_keyring_is_not_opened_for_devices_that_do_not_use_it(policy: CredentialPolicy) -> None:
    class Opened(MemoryKeyring):
        def get_password(self, service: str, account: str) -> str | None:
            raise AssertionError("nobody asked for the keyring")

    person = Person([CredentialAnswer("x")])
    secrets = secrets_of(person, Opened(), new_device("pe1", "h", credential_policy=policy))
    assert secrets.password("ops", "h", 830, 1) == "x"
