/**
 * The shell script that makes a namespace the host of an agent, and the commands that put it on an access network and off
 * again. Each network has a routing table of its own: what is sent from its address leaves by its interface, as on hosts
 * with several uplinks.
 * @module
 */
import type { Access, Agent } from '../topology/access.ts'
import { nodeReady } from './node-script.ts'

/** Routing table of a network: above those that the kernel and distributions have names for. */
const tableOf = ({ number }: Access): number => 1000 + number

/** It ends as a process that holds the host's namespaces. All networks are down. */
export function agentScript({ name, networks }: Agent): string {
  return `set -eu
hostname ${name}
cd /proc/sys/net
echo 1 > ipv6/conf/all/keep_addr_on_down
for file in ipv6/conf/*/accept_dad ipv4/conf/*/rp_filter; do echo 0 > $file; done
cd /
ip -batch - <<'END'
${['link set dev lo up', ...networks.flatMap(addressCommands)].join('\n')}
END
ip -6 -batch - <<'END'
${networks.map((access) => `rule add from ${access.agent.v6} lookup ${tableOf(access)}`).join('\n')}
END
echo ${nodeReady}
exec sleep infinity
`
}

function addressCommands(access: Access): readonly string[] {
  const { name, agent } = access
  return [
    `link set dev ${name} gso_max_segs 1`,
    `addr add ${agent.v4}/31 dev ${name}`,
    `addr add ${agent.v6}/127 dev ${name} nodad`,
    `rule add from ${agent.v4} lookup ${tableOf(access)}`,
  ]
}

/** Commands of `ip -batch` for the host: the network is there, and what is sent from its address leaves by it. */
export const attachCommands = (access: Access): string =>
  `link set dev ${access.name} up\n${routes(access, `table ${tableOf(access)}`)}`

/** Makes it the network of programs that do not bind an address. */
export const preferCommands = (access: Access): string => routes(access, '')

/** The network is gone, with its routes. */
export const detachCommands = ({ name }: Access): string => `link set dev ${name} down\n`

const routes = ({ name, gateway }: Access, table: string): string =>
  [gateway.v4, gateway.v6].map((via) => `route replace default via ${via} dev ${name} ${table}\n`).join('')
