"""The model and the document that the gallery of editors shows: one leaf of every kind."""

from __future__ import annotations

NAME = "netconf-gui-editors"
NAMESPACE = "urn:netconf-gui:editors"

YANG = """module netconf-gui-editors {
  yang-version 1.1;
  namespace "urn:netconf-gui:editors";
  prefix ed;
  import ietf-inet-types { prefix inet; }
  import ietf-yang-types { prefix yang; }
  organization "netconf_gui";
  contact "The gallery of editors.";
  description "One leaf of every type that has an editor.";
  revision 2026-11-21 { description "First."; }

  identity link { description "What carries packets."; }
  identity wired { base link; description "By cable."; }
  identity ethernet { base wired; description "Ethernet, IEEE 802.3."; }
  identity serial { base wired; description "A serial line."; }
  identity wireless { base link; description "By radio."; }
  identity wifi { base wireless; description "Wireless LAN, IEEE 802.11."; }
  identity lte { base wireless; description "A mobile network of the fourth generation."; }

  typedef vlan-range {
    type uint16 { range "1..1001 | 1006..4094"; }
    description "VLANs that may be used; 1002 to 1005 are reserved.";
  }
  typedef object-name {
    type string {
      length "1..32";
      pattern "[a-z][a-z0-9-]*" { error-message "A name is made of lower-case letters, digits and hyphens."; }
      pattern ".*--.*" { modifier invert-match; error-message "Two hyphens may not follow each other."; }
    }
    description "A name given by people.";
  }

  container editors {
    leaf enumeration {
      type enumeration {
        enum permit { description "Let the packet pass."; }
        enum deny { description "Drop the packet and say nothing."; }
        enum reject { description "Drop the packet and tell its sender."; }
        enum police { description "Let it pass while the rate allows."; }
      }
      default permit;
      description "The fate of a packet.";
    }
    leaf bits {
      type bits {
        bit fin { description "No more data."; } bit syn { description "Synchronise."; }
        bit rst { description "Reset."; } bit psh { description "Push."; } bit ack { description "Acknowledge."; }
      }
      description "TCP flags.";
    }
    leaf many-bits {
      type bits {
        bit monday; bit tuesday; bit wednesday; bit thursday; bit friday; bit saturday; bit sunday;
        bit january; bit april; bit july; bit october; bit easter; bit christmas { description "December 25 and 26."; }
      }
    }
    leaf boolean { type boolean; description "On or off."; }
    leaf boolean-unset { type boolean; default true; description "On or off, on unless said otherwise."; }
    leaf empty { type empty; description "There or not."; }
    leaf integer { type vlan-range; description "A VLAN."; }
    leaf uint64 { type uint64; units octets; description "Very large."; }
    leaf decimal64 { type decimal64 { fraction-digits 2; range "0..100"; } units percent; description "A share."; }
    leaf string { type object-name; description "A name."; }
    leaf text { type string; description "Shown at log-in."; }
    leaf binary { type binary { length "1..64"; } description "A key."; }
    leaf leafref { type leafref { path "../port/name"; } description "A port."; }
    leaf leafref-empty { type leafref { path "../group/id"; } description "A group."; }
    leaf identityref { type identityref { base link; } description "The kind of link."; }
    leaf instance-identifier { type instance-identifier { require-instance false; } description "Any node."; }
    leaf union {
      type union { type inet:port-number; type enumeration { enum any; enum ephemeral; } type inet:ip-address; }
      description "A port, a word or an address.";
    }
    leaf ipv4-prefix { type inet:ipv4-prefix; description "A network."; }
    leaf ipv6-address { type inet:ipv6-address; description "An address."; }
    leaf mac-address { type yang:mac-address; description "A MAC address."; }
    leaf date-and-time { type yang:date-and-time; description "A moment."; }
    leaf domain-name { type inet:domain-name; description "A name in the DNS."; }
    list port {
      key name;
      leaf name { type string; }
      leaf speed { type uint32; }
    }
    list group { key id; leaf id { type uint8; } }
  }
}
"""

DATA = f"""<editors xmlns="{NAMESPACE}">
  <enumeration>deny</enumeration><bits>syn ack</bits><many-bits>monday friday</many-bits><boolean>true</boolean>
  <empty/><integer>100</integer><uint64>18446744073709551615</uint64><decimal64>12.5</decimal64>
  <string>core-uplink</string>
  <text>Authorised use only.
All sessions are recorded.</text>
  <binary>3q2+7wABAgMEBQYHCAkKCwwNDg8=</binary><leafref>eth1</leafref>
  <identityref xmlns:ed="{NAMESPACE}">ed:ethernet</identityref>
  <instance-identifier xmlns:ed="{NAMESPACE}">/ed:editors/ed:port[ed:name='eth1']/ed:speed</instance-identifier>
  <union>443</union><ipv4-prefix>192.0.2.0/25</ipv4-prefix><ipv6-address>2001:db8::1</ipv6-address>
  <mac-address>00:11:22:33:44:55</mac-address><date-and-time>2026-11-21T13:45:00+01:00</date-and-time>
  <domain-name>pe1.fra.example.net</domain-name>
  <port><name>eth0</name><speed>1000</speed></port><port><name>eth1</name><speed>10000</speed></port>
  <port><name>eth2</name></port>
</editors>""".encode()
