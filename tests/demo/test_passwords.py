"""The hash that ietf-system's passwords are stored as."""

from __future__ import annotations

import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.demo.passwords import hashed, is_cleartext, new_salt, sha512_crypt


def test_known_value_of_the_c_library():
    assert sha512_crypt("demo", "W4mXq0Zp") == (
        "$6$W4mXq0Zp$QXC1tbezBh5J.E3fU6hlrjuf6XC9QXTIXug0B0dQ2lO5nyPYz5beqjOiGJnDo1.dGIG23zvmzTBvG.AvQhny81"
    )


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 13), reason="only Python up to 3.12 on Linux has crypt"
)
@settings(max_examples=15)
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=140))
def test_agrees_with_the_systems_own(password):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import crypt
    salt = new_salt()
    assert sha512_crypt(password, salt) == crypt.crypt(password, f"$6${salt}")


def test_only_dollar_zero_is_hashed():
    assert is_cleartext("$0$secret")
    assert hashed("$0$secret", "saltsalt") == sha512_crypt("secret", "saltsalt")
    kept = "$6$a$b"
    assert not is_cleartext(kept)
    assert hashed(kept, "saltsalt") == kept
