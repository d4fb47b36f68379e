/**
 * `vagus.yaml`: what the operator says about the domain. A key has a default, or a reason to be required; `vagus config
 * explain KEY` prints the descriptions below.
 * @module
 */
import { z } from 'zod'
import { camaraSetting } from './camara-setting.ts'
import { duration } from './duration-setting.ts'
import { serialPattern, serialText } from './joins.ts'
import { linesSetting } from './lines-setting.ts'
import { operatorsSetting, plainSetting, tlsSetting } from './operators-setting.ts'
import { prefix } from './prefix-setting.ts'
import { bitsPerSecond } from './rate-setting.ts'
import { deviceSnmpSetting, snmpSetting } from './snmp-setting.ts'
import { steeringSetting } from './steering-setting.ts'
import { unusualSetting } from './unusual-setting.ts'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1..63 of a-z, 0-9, "-" and ".", not starting with "-" or "."')
// zod's own messages for a wrong type do not say what would be right.
const addressText = 'must be an address, such as 192.0.2.1 or 2001:db8::1'
/** The kernel takes an int and doubles it: above 2^31-1 it turns negative, and the buffer gets its minimum size. */
const maxReceiveBuffer = 1_073_741_823
const portsText = 'must be a port 0..65535, or a range such as 8000-8099'
const hostPattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i
const hostText = 'must be a name without scheme and port, such as vagus.example'
const listText = 'must be a list, such as [127.0.0.1:4739, 127.0.0.1:2055]'
const address = z.union([z.ipv4(), z.ipv6()], addressText)
const idPattern = /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/

const interfaceOf = z.strictObject({
  name: z.string().min(1).describe('name on the device, such as eth0'),
  index: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .default(0)
    .describe(
      'SNMP ifIndex, as flow records carry it; absent or 0 where the device has "snmp", which tells it by name',
    ),
  site: name.optional().describe('the site or neighbour behind it: this makes it a boundary of the domain'),
})

const device = z.strictObject({
  name: name.describe('display name'),
  role: z.enum(['edge', 'core'], 'must be edge or core').describe('edge devices have boundary interfaces'),
  address: address.describe("source address of its flow exports; for sFlow the agent's address"),
  sources: z
    .array(address)
    .max(64)
    .default([])
    .describe('further source addresses of its sFlow; its agent address is not accepted from any other'),
  samplingRate: z
    .int()
    .positive()
    .max(0xffff_ffff)
    .optional()
    .describe('one packet in N, for exporters that do not report it'),
  agent: z.string().min(1).optional().describe('path of the control socket of its agent, if that runs on this host'),
  id: z
    .string()
    .regex(idPattern, 'must be an id such as did:key:z6Mk…, as "vagus device" prints it')
    .optional()
    .describe('id of its agent, which "vagus device --steered-by" prints; with it, proposals can be approved'),
  serial: z
    .string()
    .regex(serialPattern, serialText)
    .optional()
    .describe('serial number of its box, which may then join without "vagus join accept"; needs "join"'),
  node: z
    .int('must be 1..65535')
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      'its number in the SIDs of private lines, unique; needs "id" or "serial", and "vagus device --lines" beside the router',
    ),
  snmp: deviceSnmpSetting,
  interfaces: z
    .array(interfaceOf)
    .max(4096)
    .default([])
    .describe('interfaces that lead to a site or neighbour, or end a link'),
})

const site = z.strictObject({
  name: name.describe('display name'),
  kind: z
    .enum(['site', 'neighbour', 'infrastructure'], 'must be site, neighbour or infrastructure')
    .default('site')
    .describe('a site of ours, a neighbour AS, or the addresses of our own routers and links'),
  as: z.int().positive().max(0xffff_ffff).optional().describe('its AS number'),
  prefixes: z.array(prefix).min(1).describe('the longest match decides; 0.0.0.0/0 and ::/0 for "everywhere else"'),
})

const owner = z.strictObject({
  name: name.describe('of the fleet, as people call it here'),
  id: z
    .string()
    .regex(idPattern, 'must be an id such as did:key:z6Mk…, as "vagus roster new" prints it')
    .describe('id of its owner, which "vagus roster new" prints'),
})

const linkEnd = z.strictObject({
  node: name.describe('a device, a site or a neighbour'),
  interface: z.string().optional().describe("the device's interface; without one at either end nothing is measured"),
})
const link = z.strictObject({
  name: name.describe('display name'),
  a: linkEnd.describe('one end; A→Z in tables is traffic that leaves here'),
  z: linkEnd.describe('the other end'),
  capacity: bitsPerSecond.describe('bits per second at 100 %, such as 1G'),
  metric: z
    .int('must be 1..65535')
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      'of the routing protocol, both ways, default 10: by it pairs of the matrix are estimated that nobody measures',
    ),
})

const application = z.strictObject({
  name: name.describe('display name'),
  ports: z
    .array(
      z.union(
        [z.int(portsText).min(0, portsText).max(65535, portsText), z.string().regex(/^\d+-\d+$/, portsText)],
        portsText,
      ),
    )
    .min(1)
    .describe('ports of either end, also ranges such as 8000-8099'),
  protocol: z.enum(['tcp', 'udp', 'any'], 'must be tcp, udp or any').default('any').describe('transport protocol'),
})

export const configSchema = z.strictObject({
  domain: name.default('default').describe('name of the network'),
  as: z.int().positive().max(0xffff_ffff).optional().describe('our AS number'),
  substrate: z.string().optional().describe('what the network is made of, shown unchanged, such as frr-userns'),
  listen: z.string().default('127.0.0.1:7600').describe('where API and console are served: ADDRESS:PORT, or unix:PATH'),
  hosts: z
    .array(z.string().regex(hostPattern, hostText))
    .max(64)
    .default([])
    .describe('names by which a proxy passes requests on to the API, such as vagus.example'),
  tls: tlsSetting,
  plain: plainSetting,
  operators: operatorsSetting,
  home: z.string().min(1).optional().describe('folder of the state; default $VAGUS_HOME, or ~/.vagus'),
  flow: z
    .strictObject({
      listen: z
        .array(z.string(), listText)
        .default(['127.0.0.1:4739', '127.0.0.1:2055', '127.0.0.1:6343'])
        .describe('UDP ADDRESS:PORT for IPFIX, NetFlow and sFlow; any format is understood on any port'),
      receiveBuffer: z
        .int()
        .min(65536)
        .max(maxReceiveBuffer)
        .default(33_554_432)
        .describe('socket buffer in octets; the kernel may give less'),
      silentAfter: duration.default('90s').describe('an exporter that has sent nothing for this time is silent'),
    })
    .prefault({})
    .describe('receiving flows'),
  grasp: z
    .strictObject({
      interfaces: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'where to find agents and announce this controller, by link-local multicast; "*" for all, empty for none',
        ),
    })
    .prefault({})
    .describe('finding agents on the same links'),
  bgp: z
    .strictObject({
      listen: z.string().describe('TCP ADDRESS:PORT, such as 192.0.2.10:1790'),
      identifier: z
        .ipv4('must be an IPv4 address, such as 192.0.2.10')
        .optional()
        .describe('our BGP identifier; default the address of bgp.listen'),
      keyFile: z
        .string()
        .min(1)
        .optional()
        .describe('file of mode 0600 with the TCP-MD5 key (RFC 2385) of all agents; "vagus device" has --key-file'),
      hops: z.int().min(1).max(254).optional().describe('maximum hops to agents (RFC 5082); "vagus device" has --hops'),
    })
    .optional()
    .describe('where device agents send their telemetry over BGP; needs "as"'),
  store: z
    .strictObject({
      raw: duration.default('24h').describe('how long single flow records are kept'),
      minute: duration.default('7d').describe('how long one-minute rollups are kept'),
      fiveMinutes: duration.default('90d').describe('how long five-minute rollups are kept'),
      hour: duration.default('1825d').describe('how long one-hour rollups are kept'),
      maxOctets: z
        .int()
        .positive()
        .default(50_000_000_000)
        .describe('octets; beyond them the oldest raw records go first'),
    })
    .prefault({})
    .describe('keeping flows'),
  agent: z
    .strictObject({
      name: name.default('controller').describe('an agent of this host; made if there is none'),
      listen: z
        .array(z.string(), 'must be a list, such as [udp://192.0.2.10:7602]')
        .min(1)
        .max(8)
        .describe('where agents of devices reach it, such as udp://192.0.2.10:7602'),
    })
    .optional()
    .describe("the controller's own agent, which negotiates with those of the devices; needed to approve proposals"),
  access: z
    .strictObject({
      owners: z
        .array(owner)
        .max(64)
        .default([])
        .describe('who may publish rosters of their fleets here, from anywhere; the operator may, too'),
    })
    .prefault({})
    .describe('fleets of agents, whose owners say who belongs to them and who may call whom'),
  fleet: z
    .strictObject({
      owner: name.describe('the fleet, a name of access.owners'),
      name: name.default('network').describe('an agent of this host; made if there is none'),
      listen: z
        .array(z.string(), 'must be a list, such as [udp://192.0.2.10:7603]')
        .min(1)
        .max(8)
        .describe('where other members reach it, such as udp://192.0.2.10:7603'),
    })
    .optional()
    .describe(
      "the controller as a member of a fleet, whose policies say which members use which of the controller's tools",
    ),
  intents: z
    .strictObject({
      owner: z
        .string()
        .min(1)
        .describe('whose: a name of access.owners, or an id such as did:key:z6Mk…, as "vagus roster new" prints it'),
    })
    .optional()
    .describe('what the operator wants, signed by its owner; until there is a set that holds, nothing new begins'),
  join: z
    .strictObject({
      listen: z.string().describe('where join proxies reach the registrar: TCP ADDRESS:PORT, such as [fd00::10]:7604'),
      masa: z
        .string()
        .min(1)
        .optional()
        .describe('folder of your own MASA, made with "vagus masa new"; it runs inside the controller'),
      makers: z
        .array(
          z.strictObject({
            name: name.describe('of the maker, as people call it'),
            certificates: z.string().min(1).describe('PEM file with the CAs that its boxes are certified by'),
            tls: z
              .string()
              .min(1)
              .optional()
              .describe('PEM file with the CAs of the TLS server of its MASA; default: those of this host'),
          }),
        )
        .max(64)
        .default([])
        .describe('makers whose boxes may ask to join; their MASAs are asked where the certificates of the boxes say'),
      accept: z
        .array(z.string().regex(serialPattern, serialText))
        .max(10_000)
        .default([])
        .describe('serial numbers of boxes that may join without "vagus join accept"; also devices.serial'),
      api: z
        .url({ protocol: /^https?$/, error: 'must be a URL such as http://192.0.2.10:7600' })
        .optional()
        .describe('the API as members reach it; default "listen", where that is no loopback'),
    })
    .optional()
    .describe('boxes that join without a person who configures them (RFC 8995)'),
  steering: steeringSetting,
  snmp: snmpSetting,
  unusual: unusualSetting,
  lines: linesSetting,
  camara: camaraSetting,
  devices: z.array(device).max(10_000).default([]).describe('the routers that export flows'),
  sites: z.array(site).max(1000).default([]).describe('where traffic comes from and goes to, by prefix'),
  links: z.array(link).max(100_000).default([]).describe('what connects devices, sites and neighbours'),
  applications: z
    .array(application)
    .max(1000)
    .default([])
    .describe('names for ports, the first match; empty: those of well-known ports'),
})

export type Config = z.infer<typeof configSchema>
/** The file as written: keys with a default may be omitted. */
export type ConfigInput = z.input<typeof configSchema>
