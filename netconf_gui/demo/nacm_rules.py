"""The `/nacm` of the model `access-control`: what it begins with, and the rules in force (RFC 8341).

Does not live here: deciding (`config.nacm`), who asks (`nacm`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.nacm import NS_NACM, Evaluator, Nacm, Who
from netconf_gui.config.nacm_reading import read_nacm
from netconf_gui.demo import access
from netconf_gui.protocol.xml import parse
from netconf_gui.yang.schema import Schema

TECHNICIAN = "technician"

_RULES = f"""<nacm xmlns="{NS_NACM}">
  <groups>
    <group><name>admins</name><user-name>demo</user-name></group>
    <group><name>technicians</name><user-name>technician</user-name></group>
    <group><name>readers</name><user-name>guest</user-name></group>
  </groups>
  <rule-list><name>admins</name><group>admins</group>
    <rule><name>everything</name><module-name>*</module-name><access-operations>*</access-operations>
      <action>permit</action></rule>
  </rule-list>
  <rule-list><name>all-but-admins</name><group>technicians</group><group>readers</group>
    <rule><name>hide-passwords</name>
      <path xmlns:sys="{access.NS_SYSTEM}">/sys:system/sys:authentication</path>
      <access-operations>*</access-operations><action>deny</action>
      <comment>Nobody else sees or changes who may log in.</comment></rule>
    <rule><name>hide-keys</name>
      <path xmlns:d="{access.NS_DEMO}">/d:tunnels/d:tunnel/d:encryption</path>
      <access-operations>*</access-operations><action>deny</action></rule>
    <rule><name>show-rules</name><module-name>ietf-netconf-acm</module-name>
      <access-operations>read</access-operations><action>permit</action>
      <comment>Everyone may see why something is denied.</comment></rule>
    <rule><name>no-firmware</name><module-name>netconf-gui-demo</module-name>
      <rpc-name>install-firmware</rpc-name><access-operations>exec</access-operations><action>deny</action></rule>
  </rule-list>
  <rule-list><name>technicians</name><group>technicians</group>
    <rule><name>uplinks</name>
      <path xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces">/if:interfaces/if:interface[if:name='eth1']
      </path>
      <access-operations>create update delete</access-operations><action>deny</action>
      <comment>The uplink is changed by the network team only.</comment></rule>
    <rule><name>interfaces</name>
      <path xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces">/if:interfaces/if:interface</path>
      <access-operations>create update delete</access-operations><action>permit</action></rule>
    <rule><name>vlans</name><path xmlns:d="{access.NS_DEMO}">/d:vlans</path>
      <access-operations>create update</access-operations><action>permit</action></rule>
  </rule-list>
  <rule-list><name>readers</name><group>readers</group>
    <rule><name>read-only</name><module-name>*</module-name>
      <access-operations>create update delete</access-operations><action>deny</action>
      <comment>Readers look, and change nothing.</comment></rule>
    <rule><name>no-thresholds</name><module-name>netconf-gui-demo</module-name>
      <notification-name>threshold-crossed</notification-name><access-operations>read</access-operations>
      <action>deny</action></rule>
  </rule-list>
</nacm>"""


def first_rules() -> etree._Element:
    """The `/nacm` of a device that was just unpacked."""
    return parse(_RULES.encode())


class Access:
    """What the rules in running say; made anew when running is another tree."""

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self._tree: etree._Element | None = None
        self._evaluator = Evaluator(Nacm(), schema)
        self.denied_operations = 0
        self.denied_writes = 0
        self.denied_notifications = 0

    def evaluator(self, running: etree._Element) -> Evaluator:
        if running is not self._tree:
            self._tree = running
            self._evaluator = Evaluator(read_nacm(running, self._schema) or Nacm(), self._schema)
        return self._evaluator

    def module(self, element: etree._Element) -> str:
        """The module of an element's namespace; "" where the schema does not know it."""
        namespace = etree.QName(element).namespace or ""
        module = self._schema.module_for_namespace(namespace) if self._schema is not None else None
        return "" if module is None else module.name

    def hears(self, running: etree._Element, user: str, event: etree._Element) -> bool:
        """Whether an event is delivered to the user."""
        name = etree.QName(event).localname
        judged = self.evaluator(running).notification(Who(user), name, self.module(event))
        if not judged.permitted:
            self.denied_notifications += 1
        return judged.permitted
