/**
 * OSPFv2 (RFC 2328) and OSPFv3 (RFC 5340) between the routers of one AS, as configuration of FRR's ospfd and ospf6d.
 * Links are point-to-point, so nobody waits to elect a designated router; SPF and LSA delays are cut to what a lab of
 * this size needs.
 * @module
 */
import type { Interface, Node } from '../topology/network.ts'

/** Interfaces to routers of the same AS, where the IGP runs. */
function internalInterfaces(node: Node): readonly Interface[] {
  return node.interfaces.filter(({ peer }) => peer.as === node.as)
}

/** Seconds; an LSA that came too early for its reader is sent again after this. */
const retransmitInterval = 1
/** Seconds. A cut link is seen by its carrier at once; the timers see only a router that hangs. */
const helloInterval = 1
const deadInterval = 10

/** `ospfd.conf`, or `undefined` where the node has no neighbour in its AS. */
export function ospfConfig(node: Node): string | undefined {
  return configOf(node, { command: 'ip ospf', daemon: 'ospf', throttles: [' timers throttle lsa all 20'] })
}

/** `ospf6d.conf`, as `ospfConfig`. */
export function ospf6Config(node: Node): string | undefined {
  return configOf(node, { command: 'ipv6 ospf6', daemon: 'ospf6', throttles: [] })
}

/** What the two versions call the same thing, and what one has alone. */
interface Version {
  readonly command: 'ip ospf' | 'ipv6 ospf6'
  readonly daemon: 'ospf' | 'ospf6'
  readonly throttles: readonly string[]
}

function configOf(node: Node, { command, daemon, throttles }: Version): string | undefined {
  const interfaces = internalInterfaces(node)
  if (interfaces.length === 0) return undefined
  const lines = [
    ...interfaces.flatMap(({ name, metric }) => [
      `interface ${name}`,
      ` ${command} area 0`,
      ` ${command} network point-to-point`,
      ` ${command} hello-interval ${helloInterval}`,
      ` ${command} dead-interval ${deadInterval}`,
      ` ${command} retransmit-interval ${retransmitInterval}`,
      ` ${command} cost ${metric}`,
    ]),
    'interface lo',
    ` ${command} area 0`,
    ` ${command} passive`,
    `router ${daemon}`,
    ` ${daemon} router-id ${node.loopback.v4}`,
    ' timers throttle spf 10 50 500',
    ...throttles,
    ' timers lsa min-arrival 0',
  ]
  return `${lines.join('\n')}\n`
}
