"""A fleet's plan as an Ansible project: playbook, inventory, one edit a device, and what to read back.

Lives here: `export`, `project`.  Does not live here: the playbook's text (`ansible_playbook`), secrets and YAML
(`ansible_text`), making plans (`fleet_prepare`).

No secret is in any file: values of nodes whose names say that they are one become variables, which the environment or
a vault gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.path import Step
from netconf_gui.config.plan import Plan, plan
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.protocol.xml import add_element, local_name, new_element, serialize
from netconf_gui.services.ansible_playbook import CONFIGURATION, PLAYBOOK, readme
from netconf_gui.services.ansible_text import Secrets, Template, as_template, yaml_of
from netconf_gui.services.fleet_plan import DevicePlan, FleetPlan
from netconf_gui.workspace.inventory import DEFAULT_PORT, Device

_ALIAS = re.compile(r"[^A-Za-z0-9._-]+")
_CHECKED = 200  # values that are read back of one device
_OWN_WORDS = frozenset({"identityref", "instance-identifier", "bits", "binary", "decimal64", "union"})
"""Types whose values devices may write in another way than they were sent."""


def export(made: FleetPlan, folder: Path) -> tuple[Path, ...]:
    """Write the project into a folder, which is made; the files that were written.

    Raises `ConfigError` for a plan with problems or without work, `WorkspaceError` when a file cannot be written.
    """
    written = []
    for name, text in project(made).items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise WorkspaceError(f"{path} cannot be written: {error.strerror or error}.") from error
        written.append(path)
    return tuple(written)


def project(made: FleetPlan) -> dict[str, str]:
    """The text of each file by its name; raises `ConfigError`."""
    if not made.ok or not made.working:
        why = "has problems" if not made.ok else "changes nothing"
        raise ConfigError(f"The plan {why}, so there is nothing to export.", advice="Look at the plan of each device.")
    secrets = Secrets()
    hosts = _hosts(made)
    files: dict[str, str] = {"ansible.cfg": CONFIGURATION.format(forks=made.options.parallel)}
    for host in hosts:
        files[f"edits/{host.alias}.xml.j2"] = as_template(host.plan.config, secrets)
        if not host.device.guarded:
            files[f"edits/{host.alias}.back.xml.j2"] = as_template(host.plan.inverse().config, secrets)
        files[f"host_vars/{host.alias}.yml"] = yaml_of(host.variables())
    files["inventory.yml"] = yaml_of(_inventory(hosts))
    files["group_vars/netconf.yml"] = yaml_of(_group(made)) + secrets.variables()
    files["playbook.yml"] = PLAYBOOK.replace("@SERIAL@", _serial(made)).replace("@TITLE@", _title(made))
    unfollowed = tuple(line for host in hosts if (line := other_way(host.device.member.device)))
    files["README.md"] = readme(_title(made), len(hosts), secrets.names, unfollowed)
    return files


@dataclass(frozen=True)
class _Host:
    """One device as Ansible sees it."""

    alias: str
    device: DevicePlan
    plan: Plan
    default_operation: str
    checks: _Checks

    def variables(self) -> dict[str, object]:
        device, how = self.device.member.device, self.device.strategy
        if how is None:
            raise ConfigError(f"There is no plan for {self.device.name}.")
        found: dict[str, object] = {
            "netconf_device": self.device.name,
            "netconf_target": how.target,
            "netconf_lock": list(how.lock),
            "netconf_default_operation": self.default_operation,
            "netconf_validate": how.validate == "validate",
            "netconf_confirmed": how.confirmed,
            "netconf_options": _options(how.test_option, how.error_option),
            "netconf_readback": self.checks.readback,
            "netconf_expected": [list(pair) for pair in self.checks.expected],
            "netconf_gone": self.checks.gone,
            "netconf_absent": self.checks.absent,
            "netconf_save_startup": how.save_startup,
        }
        if device.proxy_jump:
            found["ansible_netconf_ssh_config"] = True
        return found


def other_way(device: Device) -> str:
    """The device, and how it is reached where Ansible's connection does not follow; "" where it does."""
    ways = {
        "it calls home": device.call_home,
        "by TLS": device.transport == "tls",
        "by the system's ssh": device.transport == "openssh" or device.old_algorithms,
        "through a proxy": bool(device.proxy) or "://" in device.proxy_jump,
    }
    words = ", ".join(way for way, used in ways.items() if used)
    return f"{device.name}: {words}" if words else ""


@dataclass
class _Checks:
    """What the read-back looks for: filters as XML, pairs of name and value, names that are to be gone."""

    readback: str = ""
    expected: list[tuple[str, str]] = field(default_factory=list)
    gone: str = ""
    absent: list[str] = field(default_factory=list)


def _hosts(made: FleetPlan) -> list[_Host]:
    found: list[_Host] = []
    taken: set[str] = set()
    for device in made.working:
        alias = _ALIAS.sub("-", device.name).strip("-.") or "device"
        while alias in taken:
            alias += "-x"
        taken.add(alias)
        difference = device.difference
        if difference is None:
            raise ConfigError(f"There is no plan for {device.name}.")
        planned = plan(difference, made.options.deploy.policy, made.options.deploy.replace)
        default_operation = "none"
        if device.edit is not None:
            planned = replace(planned, config=read_root(device.edit))  # the way back is still the planned one
            default_operation = made.options.deploy.edit_default_operation
        found.append(_Host(alias, device, planned, default_operation, _checks(difference)))
    return found


def _options(test_option: str | None, error_option: str | None) -> str:
    test = f"<test-option>{test_option}</test-option>" if test_option else ""
    return test + (f"<error-option>{error_option}</error-option>" if error_option else "")


def _inventory(hosts: list[_Host]) -> dict[str, object]:
    listed = {}
    for host in hosts:
        device = host.device.member.device
        values: dict[str, object] = {"ansible_host": device.host, "ansible_port": device.port or DEFAULT_PORT}
        if device.username:
            values["ansible_user"] = device.username
        listed[host.alias] = values
    return {"all": {"children": {"netconf": {"hosts": listed}}}}


def _group(made: FleetPlan) -> dict[str, object]:
    return {
        "ansible_connection": "ansible.netcommon.netconf",
        "ansible_network_os": "default",
        "ansible_password": Template("{{ lookup('ansible.builtin.env', 'NETCONF_PASSWORD') }}"),
        "netconf_confirm_timeout": made.options.confirm_seconds or 0,
    }


def _serial(made: FleetPlan) -> str:
    """Batches where each is a transaction of its own; a play over all hosts is one."""
    if made.options.scope != "wave":
        return ""
    sizes = [str(len(wave)) for wave in made.waves()]
    return f"  serial: [{', '.join(sizes)}]\n"


def _title(made: FleetPlan) -> str:
    return re.sub(r"[^\w .,:()/-]", " ", made.change.name) or "The change"


def _checks(difference: Diff) -> _Checks:
    """Filters for what was added, changed and removed, keys included."""
    found = _Checks()
    there, gone = new_element("filter"), new_element("filter")
    for entry in difference.entries:
        if len(found.expected) + len(found.absent) >= _CHECKED:
            break
        steps = entry.path.steps
        if any(not step.namespace for step in steps):
            continue
        if entry.kind == "removed":
            if all(step.name != steps[-1].name for step in steps[:-1]):
                _select(gone, steps, key_leafs=True)
                found.absent.append(steps[-1].name)
        elif entry.kind in ("added", "changed") and entry.element_new is not None:
            pairs = list(_pairs(entry))
            if pairs:
                _select(there, steps, key_leafs=False)
                found.expected.extend(pairs)
    found.readback, found.gone = _inner(there), _inner(gone)
    return found


def _pairs(entry: DiffEntry) -> Iterator[tuple[str, str]]:
    """Names and values of the leafs that were written; those that a device may write otherwise are left out."""
    root = entry.element_new
    if root is None:
        return
    for element in root.iter(etree.Element):
        text = (element.text or "").strip()
        if len(element) or not text or Secrets.is_secret(element):
            continue
        node = entry.schema_node if element is root else None
        info = node.type if node is not None else None
        if info is not None and info.base in _OWN_WORDS:
            continue
        if info is None and ":" in text:
            continue  # maybe a name with a prefix
        yield local_name(element), escape(text)


def _select(root: etree._Element, steps: tuple[Step, ...], *, key_leafs: bool) -> None:
    """Add the nodes that lead to a node to a subtree filter (RFC 6241, section 6)."""
    at = root
    for step in steps:
        at = add_element(at, f"{{{step.namespace}}}{step.name}", nsmap={None: step.namespace})
        for key, value in step.keys:
            if "}" not in value:  # a name with a namespace has another prefix on each device
                name = key if key.startswith("{") else f"{{{step.namespace}}}{key}"
                add_element(at, name, value)
    if steps[-1].value is not None and key_leafs and "}" not in steps[-1].value:
        at.text = steps[-1].value


def _inner(root: etree._Element) -> str:
    return "".join(serialize(child).decode() for child in root)
