/**
 * The shell script that makes a namespace a node: its own view of FRR's folders, its host name, kernel settings, addresses
 * and shapers. It ends as a process that only holds the namespaces of the node, so that others can enter them.
 * @module
 */
import { accessInterfaces, inBandInterface } from './links.ts'
import { agentAddress } from '../frr/agent-policy.ts'
import { managementLength } from '../topology/addresses.ts'
import type { Access } from '../topology/access.ts'
import type { InBand } from '../topology/in-band.ts'
import { coreInterfaces, type Interface, type Node } from '../topology/network.ts'

/** Octets: a full packet of a site, with the 64 octets that a private line puts around it, and room for more of that kind. */
const coreMtu = 1700

/** What the script prints when the node stands. */
export const nodeReady = 'node ready'

/**
 * `folder` has the sub-folders `etc` and `run`, which become /etc/frr and /run/frr on the node; `accesses` are those of
 * agents that join it, and `inBand` where the controller's host is.
 */
export function nodeScript(node: Node, folder: string, accesses: readonly Access[], inBand?: InBand): string {
  return `set -eu
mount --bind '${folder}/etc' /etc/frr
mount --bind '${folder}/run' /run/frr
hostname ${node.name}
cd /proc/sys/net
${settings(node)
  .map(([file, value]) => `echo ${value} > ${file}`)
  .join('\n')}
for file in ipv6/conf/*/accept_dad ipv4/conf/*/rp_filter; do echo 0 > $file; done
cd /
ip -batch - <<'END'
${[...addressCommands(node), ...accesses.flatMap(accessCommands), ...inBandCommands(node, inBand)].join('\n')}
END
tc -batch - <<'END'
${node.interfaces.map(shaperCommand).join('\n')}
END
echo ${nodeReady}
exec sleep infinity
`
}

function settings(node: Node): readonly (readonly [file: string, value: number])[] {
  return [
    ['ipv4/ip_forward', 1],
    ['ipv6/conf/all/forwarding', 1],
    ['ipv6/conf/all/keep_addr_on_down', 1], // a link that was unplugged comes back with its addresses
    ['ipv4/fib_multipath_hash_policy', 1], // equal paths are chosen by five-tuple
    ['ipv6/fib_multipath_hash_policy', 1],
    ...(node.hosts.length === 0 ? [] : [['ipv6/ip_nonlocal_bind', 1] as const]), // its hosts have no interface
  ]
}

function addressCommands(node: Node): readonly string[] {
  const { v4, v6 } = node.management
  return [
    'link set dev lo up',
    `addr add ${node.loopback.v4}/32 dev lo`,
    `addr add ${node.loopback.v6}/128 dev lo`,
    ...(node.site === undefined
      ? [
          `addr add ${v4}/${managementLength.v4} dev eth0`,
          `addr add ${v6}/${managementLength.v6} dev eth0`,
          'link set dev eth0 up',
          `route add local ${agentAddress} dev lo`, // for the agent's session: no interface of the router has it
        ]
      : []),
    ...node.interfaces.flatMap(({ name, addresses }) => [
      `addr add ${addresses.v4}/31 dev ${name}`,
      `addr add ${addresses.v6}/127 dev ${name}`,
      `link set dev ${name} gso_max_segs 1 up`, // what is captured and counted are packets as on a real wire
    ]),
    ...coreInterfaces(node).map(({ name }) => `link set dev ${name} mtu ${coreMtu}`),
    ...node.hosts.map((prefix) => `route add local ${prefix} dev lo`),
  ]
}

/** The agent's addresses are the site's, all of which are local to it, but for these: the longer routes win in that table. */
function accessCommands(access: Access): readonly string[] {
  const { agent, gateway } = access
  const { site: name } = accessInterfaces(access)
  return [
    `addr add ${gateway.v4}/31 dev ${name}`,
    `addr add ${gateway.v6}/127 dev ${name} nodad`,
    `link set dev ${name} gso_max_segs 1 up`,
    `route add ${agent.v4}/32 dev ${name} table local`,
    `route add ${agent.v6}/128 dev ${name} table local`,
  ]
}

/** As the address of an agent. */
const inBandCommands = ({ name }: Node, inBand: InBand | undefined): readonly string[] =>
  inBand?.site !== name
    ? []
    : [
        `addr add ${inBand.gateway}/31 dev ${inBandInterface}`,
        `link set dev ${inBandInterface} gso_max_segs 1 up`,
        `route add ${inBand.own}/32 dev ${inBandInterface} table local`,
      ]

/** Octets that the shaper lets pass at once: 5 ms of the link, and never less than ten full packets. */
function shaperCommand({ name, capacity }: Interface): string {
  const burst = Math.max(Math.round((capacity / 8) * 0.005), 15_140)
  return `qdisc add dev ${name} root tbf rate ${capacity}bit burst ${burst} latency 50ms`
}
