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
  const interfaces = internalInterfaces(node)
  if (interfaces.length === 0) return undefined
  return lines(
    ...interfaces.flatMap(({ name, metric }) => [
      `interface ${name}`,
      ' ip ospf area 0',
      ' ip ospf network point-to-point',
      ` ip ospf hello-interval ${helloInterval}`,
      ` ip ospf dead-interval ${deadInterval}`,
      ` ip ospf retransmit-interval ${retransmitInterval}`,
      ` ip ospf cost ${metric}`,
    ]),
    'interface lo',
    ' ip ospf area 0',
    ' ip ospf passive',
    'router ospf',
    ` ospf router-id ${node.loopback.v4}`,
    ' timers throttle spf 10 50 500',
    ' timers throttle lsa all 20',
    ' timers lsa min-arrival 0',
  )
}

/** `ospf6d.conf`, as `ospfConfig`. */
export function ospf6Config(node: Node): string | undefined {
  const interfaces = internalInterfaces(node)
  if (interfaces.length === 0) return undefined
  return lines(
    ...interfaces.flatMap(({ name, metric }) => [
      `interface ${name}`,
      ' ipv6 ospf6 area 0',
      ' ipv6 ospf6 network point-to-point',
      ` ipv6 ospf6 hello-interval ${helloInterval}`,
      ` ipv6 ospf6 dead-interval ${deadInterval}`,
      ` ipv6 ospf6 retransmit-interval ${retransmitInterval}`,
      ` ipv6 ospf6 cost ${metric}`,
    ]),
    'interface lo',
    ' ipv6 ospf6 area 0',
    ' ipv6 ospf6 passive',
    'router ospf6',
    ` ospf6 router-id ${node.loopback.v4}`,
    ' timers throttle spf 10 50 500',
    ' timers lsa min-arrival 0',
  )
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
