"""What the demo router is configured to do when it is unpacked."""

from __future__ import annotations

INITIAL = """\
!
version 12.4
service timestamps debug datetime msec
service timestamps log datetime msec
no service pad
!
hostname demo-router
!
boot-start-marker
boot-end-marker
!
enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0
!
aaa new-model
!
ip domain-name example.net
ip ssh version 2
!
username demo privilege 15 secret 5 $1$mERr$9cTjUIEqNGurQiFU.ZeCi1
username guest privilege 1 secret 5 $1$mERr$9cTjUIEqNGurQiFU.ZeCi1
!
class-map match-any VOICE
 match ip dscp ef
!
policy-map WAN
 class VOICE
  priority 512
 class class-default
  fair-queue
!
interface Loopback0
 description router id
 ip address 192.0.2.1 255.255.255.255
!
interface Loopback113
 description test456
 no ip address
 load-interval 30
!
interface GigabitEthernet0/0
 description to the core
 ip address 198.51.100.2 255.255.255.252
 ip access-group EDGE in
 duplex auto
 speed auto
 service-policy output WAN
!
interface GigabitEthernet0/1
 no ip address
 shutdown
 duplex auto
 speed auto
!
router ospf 1
 router-id 192.0.2.1
 passive-interface Loopback0
 network 192.0.2.1 0.0.0.0 area 0
 network 198.51.100.0 0.0.0.3 area 0
!
router bgp 64496
 neighbor 198.51.100.1 remote-as 64497
 neighbor 198.51.100.1 password 7 094F471A1A0A
 !
 address-family ipv4
  neighbor 198.51.100.1 activate
  no auto-summary
 exit-address-family
!
ip route 0.0.0.0 0.0.0.0 198.51.100.1
no ip http server
!
ip access-list extended EDGE
 remark what may come in from the core
 permit tcp any host 192.0.2.1 eq 22
 permit ospf any any
 deny ip any any log
!
access-list 10 permit 192.0.2.0 0.0.0.255
access-list 10 deny any
!
snmp-server community public RO 10
snmp-server location rack 4, row 2
!
banner motd ^C
 This is the demo router of netconf_gui.
 ! Nothing here is real.
^C
!
line con 0
 logging synchronous
line aux 0
line vty 0 4
 login local
 transport input ssh
!
netconf max-sessions 4
netconf lock-time 10
netconf ssh
!
end
"""
