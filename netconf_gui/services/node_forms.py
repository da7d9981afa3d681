"""One node as other tools name it: XPath, instance-identifier, RESTCONF, gNMI, curl, ncclient, a subtree filter.

Lives here: the texts, for the clipboard.  Does not live here: choosing one (`gui/copy_as`).  No text holds a password:
each tool asks for it in its own way.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from netconf_gui.config.path import InstancePath
from netconf_gui.config.resource_path import resource_path
from netconf_gui.config.values import clark
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.watch import subtree_filter
from netconf_gui.workspace.inventory import Device

HOST = "device.example.net"  # where the document is no device's
OPENCONFIG = "openconfig-"


@dataclass(frozen=True, slots=True)
class Place:
    """One node of one datastore; without a device the texts name an example."""

    path: InstancePath
    datastore: str = "running"
    device: Device | None = None

    @property
    def host(self) -> str:
        return self.device.host if self.device is not None else HOST

    @property
    def username(self) -> str:
        return (self.device.username if self.device is not None else "") or "admin"


def instance_identifier(place: Place) -> str:
    """As values of that type are written in JSON (RFC 7951, section 6.11): module names where the module changes."""
    return str(place.path)


def xpath(place: Place) -> str:
    """XPath 1.0 with a module name before every step, as a NETCONF filter takes it (RFC 6241, section 8.9)."""
    return place.path.to_xpath()[0]


def restconf_path(place: Place) -> str:
    """The resource of the node (RFC 8040, section 3.5.3; of other datastores than running RFC 8527, section 3.1).

    Raises `ConfigError` for nodes that only their position tells apart.
    """
    conventional = place.datastore in ("running", "candidate", "startup", "")
    root = "/restconf/data" if conventional else f"/restconf/ds/ietf-datastores:{place.datastore}"
    inside = resource_path(place.path)
    return root + (inside if inside != "/" else "")


def gnmi_path(place: Place) -> str:
    r"""A path as gNMI's path conventions write it: keys unquoted, `]` and `\` in them escaped.

    Module names are left out for OpenConfig, whose servers do without; others need them.
    """
    text, before = "", ""
    for step in place.path.steps:
        module = place.path.module(step.namespace)
        plain = step.namespace == before or module.startswith(OPENCONFIG)
        before = step.namespace
        if step.position is not None:
            raise ConfigError(f"{place.path} has no keys: gNMI cannot name it.", advice="Take the list above it.")
        keys = "".join(f"[{name}={_escaped(value, place.path)}]" for name, value in step.keys)
        text += f"/{'' if plain else module + ':'}{step.name}{keys}"
    return text or "/"


def _escaped(value: str, path: InstancePath) -> str:
    identity = clark(value)
    if identity is not None:
        value = f"{path.module(identity[0])}:{identity[1]}"
    return value.replace("\\", "\\\\").replace("]", "\\]")


def curl(place: Place) -> str:
    """A command that reads the node over RESTCONF; curl asks for the password."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    query = "?content=config" if place.datastore in ("running", "candidate", "startup", "") else ""
    url = f"https://{host}{restconf_path(place)}{query}"
    words = ["curl", "--user", place.username, "--header", "Accept: application/yang-data+json", url]
    return " ".join(shlex.quote(word) for word in words)


def filter_text(place: Place) -> str:
    """The content of a subtree filter for the node (RFC 6241, section 6); "" for the whole."""
    return "\n".join(
        serialize(child, pretty=True).decode().strip()
        for child in subtree_filter((place.path,) if place.path.steps else ())
    )


def ncclient(place: Place) -> str:
    """A Python program that reads the node; `manager.connect` takes the password from the agent, or as an argument."""
    device = place.device
    port = device.port if device is not None and device.port else 830
    if device is not None and device.transport == "tls":
        files = {
            "certfile": device.certificate or "client.pem",
            "keyfile": device.private_key or device.certificate or "client.key",
            "ca_certs": device.ca_file or "ca.pem",
        }
        given = "".join(f", {name}={value!r}" for name, value in files.items())
        begin = f"manager.connect_tls(host={place.host!r}, port={port}{given})"
    else:
        begin = f"manager.connect(host={place.host!r}, port={port}, username={place.username!r})"
    inside = filter_text(place)
    chosen = f', filter=("subtree", """{_python(inside)}""")' if inside else ""
    if place.datastore in ("running", "candidate", "startup", ""):
        call = f"device.get_config({(place.datastore or 'running')!r}{chosen})"
    else:
        call = f"device.get({chosen[2:]})"
    return f"from ncclient import manager\n\nwith {begin} as device:\n    print({call}.data_xml)\n"


def _python(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


Form = Callable[[Place], str]
FORMS: tuple[tuple[str, str, Form], ...] = (
    ("xpath", "XPath", xpath),
    ("instance", "instance-identifier", instance_identifier),
    ("filter", "subtree filter", filter_text),
    ("restconf", "RESTCONF path", restconf_path),
    ("curl", "curl command", curl),
    ("gnmi", "gNMI path", gnmi_path),
    ("ncclient", "ncclient program", ncclient),
)
"""Key, name for people, and what makes the text; each may raise `ConfigError`."""
