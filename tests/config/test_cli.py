"""IOS configurations: read to the letter, compared by section, changed by commands that lead where they should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config.cli_diff import cli_diff, equal
from netconf_gui.config.cli_interpreter import apply_commands, split_commands
from netconf_gui.config.cli_plan import cli_plan
from netconf_gui.config.cli_text import Line, parse_cli, render
from netconf_gui.errors import ConfigError

ROUTER = """Building configuration...

Current configuration : 1094 bytes
!
! Last configuration change at 10:00:00 UTC
version 12.4
no service pad
hostname r1
!
banner motd ^C
  Keep out
!
 or else
^C
!
interface Loopback113
 description test456
 no ip address
 load-interval 30
!
interface GigabitEthernet0/0
 ip address 10.0.0.9 255.255.255.0 secondary
 ip address 10.0.0.1 255.255.255.0
 duplex auto
!
router bgp 65000
 neighbor 10.0.0.2 remote-as 65001
 !
 address-family ipv4
  neighbor 10.0.0.2 activate
  no auto-summary
 exit-address-family
!
ip access-list extended EDGE
 remark what may come in
 permit tcp any host 10.0.0.1 eq 22
 deny ip any any
!
access-list 10 permit 10.0.0.0 0.0.0.255
access-list 10 deny any
!
crypto pki certificate chain TP
 certificate self-signed 01
  30820229 30820192
  A0030201 02020101
    quit
!
line con 0
line vty 0 4
 login local
 transport input ssh
!
end
"""


def plan_text(base: str, mine: str) -> list[str]:
    """The commands from one text to the other, indented; checked to lead there."""
    a, b = parse_cli(base), parse_cli(mine)
    plan = cli_plan(cli_diff(a, b))
    assert equal(apply_commands(a, plan.typed), b)
    return plan.text.splitlines()


def test_the_text_is_kept_to_the_letter_and_the_lines_know_where_they_stand() -> None:
    config = parse_cli(ROUTER)
    assert config.text == ROUTER
    rows = ROUTER.split("\n")
    for line in config.lines:
        for _, inside in line.walk():
            assert rows[inside.first - 1].strip().startswith(inside.text.split(" ^")[0])
    assert [line.text for line in config.path_at(rows.index("  neighbor 10.0.0.2 activate") + 1)] == [
        "router bgp 65000",
        "address-family ipv4",
        "neighbor 10.0.0.2 activate",
    ]


def test_a_banner_is_one_command_whatever_is_in_it() -> None:
    config = parse_cli(ROUTER)
    banner = next(line for line in config.lines if line.text == "banner motd")
    assert banner.body == "  Keep out\n!\n or else"
    assert banner.last - banner.first == 4
    [short] = parse_cli("banner login #Hello# \n").lines
    assert (short.text, short.body) == ("banner login", "Hello")
    [caret] = parse_cli("banner exec ^Cheers^\n").lines
    assert caret.body == "Cheers"


def test_a_certificate_is_one_command() -> None:
    chain = parse_cli(ROUTER).at(["crypto pki certificate chain TP"])
    assert chain is not None
    assert [line.text for line in chain.children] == ["certificate self-signed 01"]
    assert chain.children[0].body == "30820229 30820192\nA0030201 02020101"


def test_a_reply_without_indentation_is_read_by_what_opens_sections() -> None:
    config = parse_cli(
        "\n  interface Loopback113\n  description test456\n  no ip address\n  load-interval 30\n  end\n  "
    )
    [section] = config.lines
    assert section.text == "interface Loopback113"
    assert [line.text for line in section.children] == ["description test456", "no ip address", "load-interval 30"]
    flat = parse_cli("interface Loopback1\nip address 1.1.1.1 255.255.255.255\nexit\nhostname x\nrouter ospf 1\nend")
    assert [line.text for line in flat.lines] == ["interface Loopback1", "hostname x", "router ospf 1"]
    nested = parse_cli(
        "router bgp 1\naddress-family ipv4\nneighbor 1.1.1.1 activate\nexit-address-family\ninterface Lo1\nend"
    )
    assert [line.text for line in nested.lines] == ["router bgp 1", "interface Lo1"]
    assert nested.lines[0].children[0].children[0].text == "neighbor 1.1.1.1 activate"


def test_comments_marks_and_indentation_are_no_difference() -> None:
    begin, end = ROUTER.index("interface Loopback113"), ROUTER.index("crypto pki")
    plain = ROUTER[begin:end]
    other = plain.replace("\n!\n", "\n").replace("\n ", "\n   ").replace("\n    ", "\n      ")
    assert other != plain
    assert not cli_diff(parse_cli(plain), parse_cli(other))
    assert not cli_diff(parse_cli(plain), parse_cli("\n".join(f"{row}   \r" for row in plain.split("\n"))))


def test_order_counts_in_access_lists_and_nowhere_else() -> None:
    swapped = ROUTER.replace(" description test456\n no ip address\n", " no ip address\n description test456\n")
    assert not cli_diff(parse_cli(ROUTER), parse_cli(swapped))
    moved = ROUTER.replace(
        " permit tcp any host 10.0.0.1 eq 22\n deny ip any any\n",
        " deny ip any any\n permit tcp any host 10.0.0.1 eq 22\n",
    )
    [change] = cli_diff(parse_cli(ROUTER), parse_cli(moved)).changes
    assert change.kind == "moved"
    assert change.path == ("ip access-list extended EDGE",)
    assert plan_text(ROUTER, moved) == [
        "ip access-list extended EDGE",
        " no permit tcp any host 10.0.0.1 eq 22",
        " permit tcp any host 10.0.0.1 eq 22",
        " exit",
    ]


def test_a_numbered_list_grows_at_its_end_or_is_entered_again() -> None:
    longer = ROUTER.replace("access-list 10 deny any\n", "access-list 10 deny any\naccess-list 10 permit any\n")
    assert plan_text(ROUTER, longer) == ["access-list 10 permit any"]
    shorter = ROUTER.replace("access-list 10 permit 10.0.0.0 0.0.0.255\n", "")
    assert plan_text(ROUTER, shorter) == ["no access-list 10", "access-list 10 deny any"]
    assert any("empty" in note for note in cli_plan(cli_diff(parse_cli(ROUTER), parse_cli(shorter))).notes)


def test_one_value_takes_the_place_of_another_and_what_goes_goes_first() -> None:
    mine = (
        ROUTER.replace("hostname r1", "hostname r2")
        .replace(" description test456\n no ip address\n", " ip address 192.0.2.1 255.255.255.255\n")
        .replace("router bgp 65000", "router bgp 65000\n neighbor 10.0.0.3 remote-as 65002")
    )
    assert plan_text(ROUTER, mine) == [
        "interface Loopback113",
        " no description test456",
        " exit",
        "hostname r2",
        "interface Loopback113",
        " ip address 192.0.2.1 255.255.255.255",
        " exit",
        "router bgp 65000",
        " neighbor 10.0.0.3 remote-as 65002",
        " exit",
    ]


def test_sections_come_and_go_whole_but_for_those_that_cannot() -> None:
    gone = ROUTER.replace("interface Loopback113\n description test456\n no ip address\n load-interval 30\n!\n", "")
    assert plan_text(ROUTER, gone) == ["no interface Loopback113"]
    assert plan_text(gone, ROUTER)[0] == "interface Loopback113"
    physical = ROUTER.replace(
        "interface GigabitEthernet0/0\n ip address 10.0.0.9 255.255.255.0 secondary\n"
        " ip address 10.0.0.1 255.255.255.0\n duplex auto\n!\n",
        "",
    )
    assert plan_text(ROUTER, physical) == [
        "interface GigabitEthernet0/0",
        " no duplex auto",
        " no ip address 10.0.0.9 255.255.255.0 secondary",
        " no ip address 10.0.0.1 255.255.255.0",
        " exit",
    ]
    assert plan_text(physical, ROUTER)[1:3] == [
        " ip address 10.0.0.1 255.255.255.0",
        " ip address 10.0.0.9 255.255.255.0 secondary",
    ]


def test_what_says_no_goes_back_to_what_it_is_by_itself() -> None:
    assert plan_text(ROUTER, ROUTER.replace("no service pad\n", "")) == ["default service pad"]
    assert plan_text(ROUTER.replace("no service pad\n", "service pad\n"), ROUTER) == ["no service pad"]


def test_an_interface_that_changes_its_vrf_gets_its_addresses_again() -> None:
    mine = ROUTER.replace("interface GigabitEthernet0/0\n", "interface GigabitEthernet0/0\n vrf forwarding RED\n")
    assert plan_text(ROUTER, mine) == [
        "interface GigabitEthernet0/0",
        " vrf forwarding RED",
        " ip address 10.0.0.1 255.255.255.0",
        " ip address 10.0.0.9 255.255.255.0 secondary",
        " exit",
    ]


def test_a_banner_travels_as_a_block() -> None:
    mine = ROUTER.replace(" or else", " or else ~\n#1")
    plan = cli_plan(cli_diff(parse_cli(ROUTER), parse_cli(mine)))
    assert plan.has_blocks
    assert plan.typed == ("banner motd %\n  Keep out\n!\n or else ~\n#1\n%",)
    assert split_commands("hostname a\n" + plan.text + "hostname b\n") == ["hostname a", plan.typed[0], "hostname b"]


def test_numbered_entries_are_told_by_their_number() -> None:
    base = "ip access-list extended A\n 10 permit ip any any\n 20 deny ip any any\n"
    mine = "ip access-list extended A\n 10 permit tcp any any\n 15 permit udp any any\n 20 deny ip any any\n"
    assert plan_text(base, mine) == [
        "ip access-list extended A",
        " no 10",
        " 10 permit tcp any any",
        " 15 permit udp any any",
        " exit",
    ]


def test_a_text_that_is_no_configuration_is_refused() -> None:
    deep = "\n".join(" " * depth + "interface x" for depth in range(40))
    with pytest.raises(ConfigError, match="inside more than"):
        parse_cli(deep)
    with pytest.raises(ConfigError, match="32 MB"):
        parse_cli("a" * (33 << 20))


# ------------------------------------------------------------------------------------------------------------- laws

NUMBERS = st.integers(1, 4)
ADDRESS = st.builds("10.{}.{}.1".format, NUMBERS, NUMBERS)
INNER = st.one_of(
    st.builds("description to {}".format, st.sampled_from(["a", "b  c", "d"])),
    st.builds("ip address {} 255.255.255.0".format, ADDRESS),
    st.just("no ip address"),
    st.builds("mtu {}".format, st.integers(1400, 1403)),
    st.builds("ip helper-address {}".format, ADDRESS),
    st.sampled_from(["shutdown", "no ip redirects", "ip redirects", "no cdp enable", "vrf forwarding RED"]),
)
ENTRY = st.one_of(
    st.builds("{} ip host {} any".format, st.sampled_from(["permit", "deny"]), ADDRESS),
    st.sampled_from(["remark one", "remark two", "deny ip any any"]),
)


def by_key(lines: list[Line]) -> tuple[Line, ...]:
    """One line for each thing a section can say."""
    from netconf_gui.config.cli_words import key_of

    return tuple({key_of(line.text): line for line in lines}.values())


LEAVES = st.lists(st.builds(Line, INNER), max_size=5).map(by_key)
INTERFACE = st.builds(
    Line, st.sampled_from(["interface Loopback1", "interface Loopback2", "interface GigabitEthernet0/1"]), LEAVES
)
LIST = st.builds(
    Line,
    st.sampled_from(["ip access-list extended A", "ip access-list standard 5"]),
    st.lists(st.builds(Line, ENTRY), max_size=6).map(tuple),
)
FAMILY = st.builds(
    Line,
    st.sampled_from(["address-family ipv4", "address-family ipv6"]),
    st.lists(st.builds(Line, st.builds("neighbor {} activate".format, ADDRESS)), max_size=3, unique=True).map(tuple),
)
ROUTING = st.builds(
    lambda name, leaves, families: Line(name, (*leaves, *families)),
    st.sampled_from(["router bgp 1", "router bgp 2"]),
    st.lists(st.builds(Line, st.builds("network {}".format, ADDRESS)), max_size=3, unique=True).map(tuple),
    st.lists(FAMILY, max_size=2, unique_by=lambda line: line.text).map(tuple),
)
CLASS = st.builds(
    Line,
    st.sampled_from(["class gold", "class silver", "class bronze"]),
    st.lists(st.builds(Line, st.builds("bandwidth {}".format, NUMBERS)), max_size=1).map(tuple),
)
POLICY = st.builds(
    Line,
    st.sampled_from(["policy-map P", "policy-map Q"]),
    st.lists(CLASS, max_size=3, unique_by=lambda line: line.text).map(tuple),
)
BANNER = st.builds(
    Line, st.just("banner motd"), st.just(()), st.text("ab ~#\n!", max_size=12).filter(lambda t: "^" not in t)
)
GLOBAL = st.one_of(
    st.builds(Line, st.builds("hostname r{}".format, NUMBERS)),
    st.builds(Line, st.builds("ip route 0.0.0.0 0.0.0.0 {}".format, ADDRESS)),
    st.builds(Line, st.builds("access-list {} permit {}".format, NUMBERS, ADDRESS)),
    st.builds(Line, st.sampled_from(["no service pad", "service pad", "no ip http server", "ip classless"])),
    BANNER,
    INTERFACE,
    LIST,
    ROUTING,
    POLICY,
)


def once(lines: list[Line]) -> tuple[Line, ...]:
    """A configuration as a device can hold it: one line for each thing, entries of numbered lists apart."""
    from netconf_gui.config.cli_words import key_of, numbered_list

    kept = {
        f"{number} {line.text}" if numbered_list(line.text) else key_of(line.text): line
        for number, line in enumerate(lines)
    }
    return tuple(kept.values())


CONFIG = st.lists(GLOBAL, max_size=12).map(once)


@given(CONFIG)
def test_what_is_written_is_read_again(lines: tuple[Line, ...]) -> None:
    read = parse_cli(render(lines))
    assert not cli_diff(read, parse_cli(render(read.lines)))
    assert len(read.lines) == len(lines)


@settings(max_examples=300, deadline=None)
@given(CONFIG, CONFIG)
def test_the_plan_leads_from_one_to_the_other_and_its_inverse_back(
    old: tuple[Line, ...], new: tuple[Line, ...]
) -> None:
    a, b = parse_cli(render(old)), parse_cli(render(new))
    there = cli_diff(a, b)
    plan = cli_plan(there)
    assert equal(apply_commands(a, plan.typed), b), plan.text
    assert equal(apply_commands(a, split_commands(plan.text)), b), "as a block it is the same"
    back = cli_plan(there.reversed())
    assert equal(apply_commands(b, back.typed), a), back.text
    assert bool(there) == (not equal(a, b))
    assert bool(plan) == bool(there)
