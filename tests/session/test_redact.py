"""No secret survives the masking, and what is no secret does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.protocol import operations as op
from netconf_gui.protocol.xml import parse
from netconf_gui.session.redact import MASK, is_secret_name, redact

S = "hunter2"

HIDDEN = [
    f"<password>{S}</password>",
    f"<sys:password xmlns:sys='urn:s'>{S}</sys:password>",
    f"<password>\n  {S}\n</password>",
    f"<password><![CDATA[{S}]]></password>",
    f"<password><!-- {S} --></password>",
    f"<password a='{S}'/>".replace("<password a", "<user password"),
    f"<secret><type>7</type><value>{S}</value></secret>",
    f"<secret><secret>{S}</secret></secret>",
    f"<key><key><key>{S}</key></key><after>{S}</after></key>",
    f"<shared-secret>{S}</shared-secret>",
    f"<pre-shared-key>{S}</pre-shared-key>",
    f"<preSharedKey>{S}</preSharedKey>",
    f"<key-string>{S}</key-string>",
    f"<authentication-key>{S}</authentication-key>",
    f"<cleartext-private-key>{S}</cleartext-private-key>",
    f"<privateKey>{S}</privateKey>",
    f"<psk>{S}</psk>",
    f"<authToken>{S}</authToken>",
    f"<adminPassword>{S}</adminPassword>",
    f"<enable-passwd>{S}</enable-passwd>",
    f"<passphrase>{S}</passphrase>",
    f"<community>{S}</community>",
    f"<community><name>{S}</name><ro/></community>",
    f"<communityName>{S}</communityName>",
    f"<snmp-community-string>{S}</snmp-community-string>",
    f"<leaf>$6$salt${S}</leaf>",
    f"<leaf>$0${S}</leaf>",
    f"<leaf>$9${S}</leaf>",
    f"<leaf>$2y$10${S}</leaf>",
    f"<leaf>-----BEGIN RSA PRIVATE KEY-----\n{S}\n-----END RSA PRIVATE KEY-----</leaf>",
    f"<leaf>-----BEGIN PRIVATE KEY-----\n{S}",
    f"<cli>username fred password 7 {S}</cli>",
    f"<cli>snmp-server community {S} RO</cli>",
    f"<cli>enable secret {S}</cli>",
    f'<json>{{"password": "{S}"}}</json>',
    f"<url>ftp://fred:{S}@192.0.2.1/x</url>",
    f"<filter type='xpath' select='/users/user[password=\"{S}\"]'/>",
    f'<filter type="xpath" select="/users/user[password=&quot;{S}&quot;]"/>',
    f"<error-path>/snmp:snmp/snmp:community[snmp:name='{S}']/snmp:view</error-path>",
    f"<error-path>/a/user[name='x'][secret='{S}']</error-path>",
    f"<error-message>invalid password '{S}'</error-message>",
    f"<!-- password {S} -->",
    f"not xml at all: password={S}",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_hidden(text: str) -> None:
    found = redact(text)
    assert S not in found
    assert MASK in found
    assert redact(text.encode()) == found


@pytest.mark.parametrize("text", HIDDEN)
def test_hidden_wherever_the_text_is_cut(text: str) -> None:
    """A record holds the beginning of a long message: it may end anywhere."""
    text = f"<config>{text}"
    for end in range(len(text)):
        found = redact(text[:end])
        assert S not in found
        # not even most of it, unless the cut lies before anything says that it is one
        if f"{S[:-1]}" in found:
            assert not any(word in text[:end] for word in ("password", "secret", "community", "$"))


SHOWN = [
    "<interface><name>eth0</name><mtu>1500</mtu></interface>",
    "<key-chain><name>ospf</name></key-chain>",
    "<key-id>17</key-id>",
    "<host-key-algorithm>ssh-ed25519</host-key-algorithm>",
    "<public-key>AAAA</public-key>",
    "<community-list>65000:1</community-list>",
    "<bgp-community>65000:1</bgp-community>",
    "<description>monkey business, $5 each, a@b.example</description>",
    "<keyboard>us</keyboard>",
    "<token-bucket/>",
    "<interface><name>a[0]</name></interface>",
    "<error-path>/if:interfaces/if:interface[if:name='eth0']</error-path>",
    "<a xmlns:key='urn:key' key:id='7'/>",
]


@pytest.mark.parametrize("text", SHOWN)
def test_shown(text: str) -> None:
    assert redact(text) == text


def test_structure_stays_and_only_values_go() -> None:
    text = f"<user><name>fred</name><password>{S}</password><shell>bash</shell></user>"
    assert redact(text) == f"<user><name>fred</name><password>{MASK}</password><shell>bash</shell></user>"


def test_an_edit_that_is_sent() -> None:
    config = parse(
        b"<config><system xmlns='urn:ietf:params:xml:ns:yang:ietf-system'><authentication><user><name>fred</name>"
        b"<password>$0$hunter2</password></user></authentication><radius><server><name>r</name><udp>"
        b"<shared-secret>hunter2</shared-secret></udp></server></radius></system></config>"
    )
    found = redact(op.rpc("1", op.edit_config("candidate", config)))
    assert S not in found
    assert "fred" in found


@given(st.text(max_size=60), st.sampled_from(["password", "secret", "community", "private-key", "psk", "authToken"]))
def test_any_value_of_a_secret_leaf_is_hidden(value: str, name: str) -> None:
    assert is_secret_name(name)
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    found = redact(f"<a><{name}>{escaped}</{name}><b>plain</b></a>")
    blank = not value.strip()
    assert found == f"<a><{name}>{escaped if blank else MASK}</{name}><b>plain</b></a>"


@given(st.binary(max_size=200))
def test_anything_can_be_masked(data: bytes) -> None:
    redact(b"<password>" + data)
    assert isinstance(redact(data), str)


@pytest.mark.parametrize(
    "evil",
    [
        "a" * 60000 + " [",
        "[" + "a" * 60000 + "]",
        "<x " + "a" * 60000 + "=",
        "<a " * 20000,
        "[" * 60000,
        '"' * 60000,
        "password " * 7000,
        "://" + "a@" * 30000,
        "<password>" * 6000,
        "[&quot;" * 9000,
        "-----BEGIN PRIVATE KEY-----" * 2000,
    ],
)
def test_nothing_takes_for_ever(evil: str) -> None:
    """Quadratic matching would take minutes here, beyond the time-out of the test run."""
    assert redact("secret " + evil)
