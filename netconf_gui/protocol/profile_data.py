"""The kinds of servers that are known, as data: how to recognise one, and what it does differently.

Lives here: `STANDARD`, the servers and the list `PROFILES`, in the order in which they are tried: products before
the toolkits they are built with.  Does not live here: what the flags mean (`profile`, `quirks`).
"""

from __future__ import annotations

from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.profile_cisco import CISCO_IOS
from netconf_gui.protocol.xml import NS_BASE

STANDARD = Profile("standard", "Standard NETCONF server")

NETCONFD = Profile(
    "netconfd",
    "yuma123 netconfd",
    uris=("http://netconfcentral.org/ns/yuma", "http://yuma123.org/ns/"),
    validate_by_test_then_set=True,
    repairs=("drop-repeated-attributes",),
    settle=0.2,
    # it keeps ietf-netconf in a file of the other's name; the second get-schema of either is a double free
    unservable_schemas=("ietf-netconf", "yuma123-netconf-types"),
)

JUNOS = Profile(
    "junos",
    "Juniper Junos OS",
    uris=("http://xml.juniper.net/", "http://yang.juniper.net/"),
    # its <lock> takes candidate only; a locked candidate keeps others from committing
    lock_order=("candidate",),
    commit_timeout=900.0,
    nested_errors=True,
    foreign_roots=("database-status-information",),
    foreign_attributes=("http://xml.juniper.net/junos/",),
    notes=(
        "Warnings come as rpc-errors beside ok, and mean success.",
        "Edits go with default-operation none, as Juniper advises for those that remove something.",
        "The configuration may have several roots: its own and those of OpenConfig or IETF modules.",
    ),
)

IOS_XE = Profile(
    "ios-xe",
    "Cisco IOS XE",
    uris=("http://cisco.com/ns/yang/Cisco-IOS-XE-", "http://cisco.com/yang/cisco-ia"),
    lock_retry=30.0,
    save_to_startup="rpc:{http://cisco.com/yang/cisco-ia}save-config",
    notes=(
        "Without the command “netconf-yang feature candidate-datastore” edits go to running and are active at once.",
        "validate is announced twice; version 1.1 counts.",
    ),
)

IOS_XR = Profile(
    "ios-xr",
    "Cisco IOS XR",
    uris=("http://cisco.com/ns/yang/Cisco-IOS-XR-", "http://cisco.com/ns/yang/cisco-xr-"),
    plain_elements=True,
    commit_timeout=900.0,
    commit_comment=f"{{{NS_BASE}}}comment",
    commit_label=f"{{{NS_BASE}}}label",
    notes=("Its hello names about a thousand modules.",),
)

NX_OS = Profile(
    "nx-os",
    "Cisco NX-OS",
    uris=("http://cisco.com/ns/yang/cisco-nx-os-device",),
    subsystems=("xmlagent",),
    filter_roots=("{http://cisco.com/ns/yang/cisco-nx-os-device}System",),
    notes=("Of a reading without a filter only the root System is asked for: name others in a filter.",),
)

HUAWEI = Profile(
    "huawei",
    "Huawei VRP",
    uris=("http://www.huawei.com/netconf/", "urn:huawei:", "urn:huawei-"),
    repairs=("drop-nul-bytes",),
    continuation="{http://www.huawei.com/netconf/capability/base/1.0}get-next",
)

SROS = Profile(
    "sros",
    "Nokia SR OS",
    uris=("urn:nokia.com:sros:", "urn:alcatel-lucent.com:sros:"),
    lock_order=("candidate",),
    commit_comment="{urn:nokia.com:sros:ns:yang:sr:ietf-netconf-augments}comment",
    notes=(
        "A lock on running or candidate locks both: candidate alone is locked.",
        "There may be two roots named configure, of the new and of the old models; the namespace tells them apart.",
        "A private candidate is used where the device is set up so and the device's settings here ask for it.",
    ),
)

EOS = Profile(
    "eos",
    "Arista EOS",
    uris=("http://arista.com/yang/", "https://arista.com/yang/", "http://www.arista.com/"),
    notes=("It may take passwords by keyboard-interactive only, which is tried by itself.",),
)

COMWARE = Profile(
    "comware",
    "H3C Comware",
    uris=("http://www.h3c.com/", "urn:h3c:"),
    plain_elements=True,
    operation_prefix="xc",
    default_operation="merge",
)

NETOPEER2 = Profile(
    "netopeer2",
    "netopeer2 (sysrepo)",
    uris=("urn:sysrepo:", "http://www.sysrepo.org/yang/"),
    notes=("create is refused for a container that holds defaults: the policy “tolerant” merges instead.",),
)

CLIXON = Profile(
    "clixon",
    "Clixon",
    uris=("http://clicon.org/",),
    notes=(
        "Some errors come without message-id: they answer the oldest request.",
        "lock-denied carries more than the session-id.",
    ),
)

CONFD = Profile(
    "confd",
    "ConfD or NSO (Tail-f)",
    uris=("http://tail-f.com/",),
    lock_retry=30.0,
    notes=("Products that are built on ConfD look the same.",),
)

PROFILES: tuple[Profile, ...] = (
    CISCO_IOS,
    NETCONFD,
    JUNOS,
    IOS_XE,
    IOS_XR,
    NX_OS,
    HUAWEI,
    SROS,
    EOS,
    COMWARE,
    NETOPEER2,
    CLIXON,
    CONFD,
)
