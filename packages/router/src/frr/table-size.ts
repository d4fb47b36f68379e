/**
 * Whether a table of FRR is short enough to be printed: a daemon that prints a million routes does nothing else meanwhile,
 * and its neighbours wait for keepalives.
 * @module
 */
import { RouterError } from '../errors.ts'
import type { Vtysh } from './vtysh.ts'

/** Routes; bgpd does nothing else while it prints them. */
const maxRoutes = 20_000
const limits = { timeout: 10_000, maxOctets: 1_048_576 }
/** Where they are counted without being printed, in all VRFs because a command may name any, and in what words. */
const counts = {
  bgp: { command: 'show bgp vrf all summary json', count: /"ribCount":\s*(\d+)/g },
  rib: { command: 'show ip route vrf all summary json', count: /"routesTotal":\s*(\d+)/g },
} as const

/** @throws {RouterError} `unsupported` where it is too long */
export async function checkTableSize(vtysh: Vtysh, table: keyof typeof counts): Promise<void> {
  const { command, count } = counts[table]
  const { output } = await vtysh.ask(table === 'rib' ? [command, command.replace('ip', 'ipv6')] : [command], limits)
  const routes = [...output.matchAll(count)].reduce((sum, [, one]) => sum + Number(one), 0)
  if (routes <= maxRoutes) return
  const problem = `it would print a table of ${routes} routes, and up to ${maxRoutes} are printed: FRR does nothing else meanwhile`
  throw new RouterError('unsupported', `${problem}; ask for one prefix, or for the summary`)
}
