"""What an old Cisco IOS sends, to the letter."""

from __future__ import annotations

HELLO = b"""<?xml version="1.0" encoding="UTF-8"?>
<hello><capabilities>
  <capability>urn:ietf:params:netconf:base:1.0</capability>
  <capability>urn:ietf:params:netconf:capability:writeable-running:1.0</capability>
  <capability>urn:ietf:params:netconf:capability:rollback-on-error:1.0</capability>
  <capability>urn:ietf:params:netconf:capability:startup:1.0</capability>
  <capability>urn:ietf:params:netconf:capability:url:1.0</capability>
  <capability>urn:cisco:params:netconf:capability:pi-data-model:1.0</capability>
  <capability>urn:cisco:params:netconf:capability:notification:1.0</capability>
</capabilities><session-id>151399960</session-id></hello>]]>]]>"""

REPLY = b"""<?xml version="1.0" encoding="UTF-8"?>
<rpc-reply message-id="101"xmlns="\\urn:ietf:params:netconf:base:1.0\\">
  <data><cli-config-data>
  interface Loopback113
  description test456
  no ip address
  load-interval 30
  end
  </cli-config-data></data>
</rpc-reply>]]>]]>"""
