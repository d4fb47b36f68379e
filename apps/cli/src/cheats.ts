/**
 * Short sheets for `vagus cheat`: the things that people look up every time. A test checks that the router snippets
 * equal those of docs/10-quick-start.md.
 * @module
 */
import { resolve } from 'node:path'

export interface Cheat {
  readonly topic: string
  readonly summary: string
  readonly text: string
}

const collector = '192.0.2.10'
const dissector = resolve(import.meta.dirname, '../../../docs/wireshark/vagus.lua')

const snmpSheet = `vagus.yaml (vagus device interfaces edge-1 lists what a router has):
  snmp: { user: vagus, secretsFile: /etc/vagus/snmp.secrets }
  devices:
    - { name: edge-1, role: edge, address: 192.0.2.1, snmp: {}, interfaces: [{ name: eth0, site: office }] }

/etc/vagus/snmp.secrets, of the controller's user, chmod 600; at least 8 characters each:
  auth: AUTH-SECRET
  privacy: PRIVACY-SECRET

Linux router (FRR, BIRD): apt install snmpd; in /etc/snmp/snmpd.conf
  agentaddress udp:192.0.2.1:161
  createUser vagus SHA-256 "AUTH-SECRET" AES "PRIVACY-SECRET"
  view vagus included .1.3.6.1.2.1.1
  view vagus included .1.3.6.1.2.1.2
  view vagus included .1.3.6.1.2.1.31
  view vagus included .1.3.6.1.6.3.10.2.1
  rouser vagus priv -V vagus

Cisco IOS XE, with snmp.auth: sha
  snmp-server view VAGUS iso included
  snmp-server group VAGUS v3 priv read VAGUS
  snmp-server user vagus VAGUS v3 auth sha AUTH-SECRET priv aes 128 PRIVACY-SECRET

Junos, with snmp.auth: sha
  set snmp v3 usm local-engine user vagus authentication-sha authentication-password AUTH-SECRET
  set snmp v3 usm local-engine user vagus privacy-aes128 privacy-password PRIVACY-SECRET
  set snmp v3 vacm security-to-group security-model usm security-name vagus group vagus
  set snmp v3 vacm access group vagus default-context-prefix security-model usm security-level privacy read-view vagus
  set snmp view vagus oid .1.3.6.1 include

Nokia SR OS (classic CLI); it takes keys made from the secrets and its engine id, not the secrets
  configure system snmp no shutdown
  configure system security snmp access group "vagus" security-model usm security-level privacy read "iso"
  configure system security user "vagus" access snmp
  configure system security user "vagus" snmp group "vagus"
  configure system security user "vagus" snmp authentication hmac-sha2-256 AUTH-KEY privacy cfb128-aes-128 PRIVACY-KEY

Arista EOS
  snmp-server view VAGUS iso included
  snmp-server group VAGUS v3 priv read VAGUS
  snmp-server user vagus VAGUS v3 auth sha256 AUTH-SECRET priv aes PRIVACY-SECRET

MikroTik RouterOS, with snmp.auth: sha; a name below "community" is the user
  /snmp set enabled=yes
  /snmp community add name=vagus security=private read-access=yes write-access=no addresses=${collector}/32 authentication-protocol=SHA1 authentication-password=AUTH-SECRET encryption-protocol=AES encryption-password=PRIVACY-SECRET

Only the Linux lines were tried here; the others follow the vendors' documentation.
Check:   vagus exporter ls · vagus doctor`

/** In the order of the list. Addresses are for documentation (RFC 5737): replace them with your controller's. */
export const cheats: readonly Cheat[] = [
  {
    topic: 'ipfix',
    summary: 'make a router send flows: softflowd beside FRR, or a vendor router',
    text: `The controller listens on UDP 4739, 2055 and 6343; any format is understood on any port.
flow.listen must hold an address that the router can reach (default: 127.0.0.1 only).

Linux router (FRR, BIRD), one softflowd per interface; 3 is its ifIndex (ip -o link):
  softflowd -i 3:eth0 -n ${collector}:4739 -v 10 -t maxlife=60 -A milli

Others:  vagus cheat ios · vagus cheat junos · vagus cheat routeros
Counters, without which nobody knows whether all flows came: vagus cheat snmp
Check:   vagus exporter ls · vagus events -f`,
  },
  {
    topic: 'ios',
    summary: 'IPFIX from Cisco IOS and IOS XE',
    text: `flow exporter VAGUS
 destination ${collector}
 transport udp 4739
 export-protocol ipfix
 option interface-table
 option sampler-table
 template data timeout 60
flow monitor VAGUS-4
 exporter VAGUS
 cache timeout active 60
 record netflow ipv4 original-input
flow monitor VAGUS-6
 exporter VAGUS
 cache timeout active 60
 record netflow ipv6 original-input
interface GigabitEthernet0/0/0
 ip flow monitor VAGUS-4 input
 ipv6 flow monitor VAGUS-6 input`,
  },
  {
    topic: 'junos',
    summary: 'IPFIX from Junos (inline monitoring, MX)',
    text: `set services flow-monitoring version-ipfix template v4 ipv4-template
set services flow-monitoring version-ipfix template v4 flow-active-timeout 60
set services flow-monitoring version-ipfix template v4 template-refresh-rate seconds 60
set services flow-monitoring version-ipfix template v6 ipv6-template
set services flow-monitoring version-ipfix template v6 flow-active-timeout 60
set services flow-monitoring version-ipfix template v6 template-refresh-rate seconds 60
set chassis fpc 0 sampling-instance vagus
set forwarding-options sampling instance vagus input rate 1000
set forwarding-options sampling instance vagus family inet output flow-server ${collector} port 4739 version-ipfix template v4
set forwarding-options sampling instance vagus family inet output inline-jflow source-address 192.0.2.1
set forwarding-options sampling instance vagus family inet6 output flow-server ${collector} port 4739 version-ipfix template v6
set forwarding-options sampling instance vagus family inet6 output inline-jflow source-address 192.0.2.1
set interfaces ge-0/0/0 unit 0 family inet sampling input
set interfaces ge-0/0/0 unit 0 family inet6 sampling input`,
  },
  {
    topic: 'routeros',
    summary: 'IPFIX from MikroTik RouterOS',
    text: `/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m
/ip traffic-flow target add dst-address=${collector} port=4739 version=ipfix`,
  },
  {
    topic: 'snmp',
    summary: 'counters of routers without an agent, by SNMPv3: vagus.yaml, and what each router gets',
    text: snmpSheet,
  },
  {
    topic: 'config',
    summary: 'the smallest vagus.yaml that gives a matrix',
    text: `domain: example
as: 64512
flow:
  # flows, and the interface counters of vagus device
  listen: ['${collector}:4739', '${collector}:6343']
devices:
  - name: edge-1
    role: edge
    address: 192.0.2.1            # source address of its flow exports
    interfaces:
      - { name: eth0, index: 2, site: internet }
      - { name: eth1, index: 3, site: office }
sites:
  - { name: office, prefixes: [198.51.100.0/24, '2001:db8:1::/48'] }
  - { name: internet, kind: neighbour, as: 64496, prefixes: [0.0.0.0/0, '::/0'] }
links:
  - name: uplink
    a: { node: edge-1, interface: eth0 }
    z: { node: internet }
    capacity: 1G                  # bits per second

# then: vagus config check vagus.yaml && vagus controller -c vagus.yaml`,
  },
  {
    topic: 'device',
    summary: 'a file of "vagus device -c", beside FRR',
    text: `# the option --router-at is the key router-at, and so on: vagus config explain --device
name: edge-1
agent: 192.0.2.1                  # as devices.address in vagus.yaml
collector: ${collector}:6343
router: frr
controller: ${collector}:1790
flow: 127.0.0.1:4739
capacity: [ifb7=500M]
# the controller may steer, as the agent with this id
# steered-by: did:key:z6Mk…
# api: http://${collector}:7600
# steer-for: 2h
# AI agents may ask, and change descriptions for a while
tools: true
configures: ['interface * / description *']

# then: vagus config check --device device.yaml && vagus device -c device.yaml`,
  },
  {
    topic: 'netconf',
    summary: 'a file of "vagus netconf -c", for a router of a vendor',
    text: `# the option --ssh-config is the key ssh-config, and so on: vagus netconf --help
name: edge-9
router: vagus@192.0.2.9:830
# keys and known hosts are those of ssh; in a file of its own for a service
# ssh-config: /etc/vagus/ssh_config
# what AI agents may change for a while; without, they only read
configures:
  - /ietf-interfaces:interfaces/interface[name=*]/description
  - /ietf-interfaces:interfaces/interface[name=lo*]
# agents of a fleet, as its roster allows
# serve-to: did:key:z6Mk…
# serve-at: ['udp://192.0.2.10:7601', 'tcp://192.0.2.10:7601']
# api: http://${collector}:7600

# then: vagus netconf -c edge-9.yaml`,
  },
  {
    topic: 'lab',
    summary: 'a network of real routers on this machine',
    text: `vagus lab up                           bring it up; Ctrl-C takes it down
vagus lab up --detach                  leave it running
vagus lab shell pe-1                   a shell on a router
vagus lab shell pe-1 -- vtysh -c 'show bgp summary'
vagus lab run surge office dc-east     multiply one pair's traffic
vagus lab fault link-down LINK         unplug a link (vagus link ls names them)
vagus lab move reader 5g --sudden      cut an agent's network (vagus lab ls names them)
vagus lab down                         leave nothing behind`,
  },
  {
    topic: 'wireshark',
    summary: 'captures of a lab, with our telemetry in BGP and GRASP decoded',
    text: `vagus lab up --record out              capture every node; vagus lab run steer --record out, likewise
cd out
tshark -X lua_script:vagus.lua -r captures/pe-1-0001.pcapng -Y vagus
wireshark -X lua_script:vagus.lua captures/pe-1-0001.pcapng
mergecap -w all.pcapng captures/*.pcapng

Filters:  bgp                          sessions; vagus adds to them what follows
          vagus.congested != 0         links that agents call congested
          vagus.view                   heaviest traffic of a device
          vagus.capability             who understands the telemetry
          grasp.type == 9              floods; grasp.objective contains "Congestion"
          frame.interface_name == "eth1"

The script is in every recording, and here: ${dissector}
Once for all:  cp ${dissector} ~/.local/lib/wireshark/plugins/
Install:       apt-get install -y tshark      (3.6 and newer)`,
  },
  {
    topic: 'border',
    summary: 'what to do when a link to a neighbour AS fills',
    text: `vagus border ls                        load and threshold of each parallel link
vagus border show NEIGHBOUR            which prefix enters over which
vagus proposal ls --state open         moves that wait for someone to approve them
vagus proposal show ID                 why, what else, who approved it, what came of it
vagus proposal approve ID --dry-run    what the agent of every device would do
vagus proposal approve ID --for 1h     do it, all or nothing; it ends by itself
vagus proposal undo ID                 end it before its time
vagus events -f                        what happens meanwhile

# approve and undo: on the controller's host, as its user
# steering.act: by-itself in vagus.yaml lets the controller approve within bounds
vagus config explain steering.bounds   which bounds
vagus border ls                        where it acts by itself, and why not`,
  },
  {
    topic: 'intent',
    summary: 'intents.yaml: what no agent may do, and what is to be kept',
    text: `holds: 90d                       # how long it is valid once signed
intents:
  - name: launch-freeze          # nothing new: no MED, line, commit, policy; what is there goes on
    because: launch of 12.4
    scope: { borders: [transit] }            # or devices, roles, sites, links; without: everywhere
    from: 2026-12-01T06:00:00Z
    until: 2026-12-03T06:00:00Z
    freeze: {}
  - name: nights                 # of every week, in UTC
    weekly: [{ days: [fri, sat], from: '22:00', to: '06:00' }]
    freeze: {}
  - name: small-steps            # the narrower of this and the router's own options holds
    bounds:
      steering: { prefixes: [203.0.113.0/24], lease: 1h, movesPerHour: 4 }
      lines: { sharePercent: 30 }
      commits: { patterns: ['interface * / description *'] }
  - name: no-hot-links           # longer than that above, it is not met
    keepBelow: { percent: 70, for: 5m }
  - name: keep-dns               # or never: [LINK]; no agent moves it otherwise
    pin: { prefix: 192.0.2.0/24, only: [edge-1-transit] }
  - name: branch-line            # the controller keeps a private line for it
    connect: { between: [dc-east, office], rate: 20M, maxDelayMs: 5 }

# vagus intent check intents.yaml   what would change, where, and which conflict
# vagus intent apply intents.yaml   sign and publish it; what the file has no more is withdrawn
# vagus intent ls                   whether each is met; vagus intent show NAME: its evidence
# vagus intent undo                 the set of before
# once: vagus roster new acme · in vagus.yaml: intents: { owner: did:key:z6Mk… }
# beside each router: vagus device … --intents-of did:key:z6Mk…`,
  },
]
