"""Old algorithms of SSH: which they are, and what is said of them.

SHA-1 key exchange, RSA and DSA signatures with SHA-1, CBC, and weak message authentication.  Our own SSH knows none of
them; the system's ssh does, once the person has allowed them for a device (`Device.old_algorithms`).
"""

from __future__ import annotations

# by the option of ssh: what is asked of `ssh -Q`, and what is added to the rest
OLD_ALGORITHMS = {
    "KexAlgorithms": (
        "kex",
        ("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
    ),
    "HostKeyAlgorithms": ("key-sig", ("ssh-rsa", "ssh-dss")),
    "PubkeyAcceptedAlgorithms": ("key-sig", ("ssh-rsa", "ssh-dss")),
    "Ciphers": ("cipher", ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")),
    "MACs": ("mac", ("hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96")),
}
OLD_NAMES = frozenset(name for _, names in OLD_ALGORITHMS.values() for name in names)
OLD_ADVICE = (
    "What the device offers is old, and whoever is in between may break it. If it cannot be updated, allow old "
    "algorithms for this device alone (its Connection page, or --old-algorithms)."
)
OLD_WARNING = (
    "SHA-1 key exchange, ssh-rsa and CBC ciphers are broken or weak: somebody who is in between, and has the means, "
    "may read and change what is sent, your password among it. Allow them only for a device that cannot be updated, "
    "and reach it over a network you trust. Other devices are not affected."
)
