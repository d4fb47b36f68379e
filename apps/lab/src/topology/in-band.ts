/** Where agents of a lab reach the controller. @module */
import { formatPrefix, parsePrefix } from '@vagus/address'
import { hasRoom, hostOf } from './access.ts'
import type { Network } from './network.ts'

/** Where agents reach the controller: its host has an address of the first site, whatever the topology has there. */
export interface InBand {
  /** The site, and its node. */
  readonly site: string
  /** IPv4. */
  readonly own: string
  readonly gateway: string
  /** Of all sites: what it reaches over the gateway. */
  readonly prefixes: readonly string[]
}

/** Undefined in a lab without agents: nobody would come. */
export function inBandOf({ agents, sites }: Pick<Network, 'agents' | 'sites'>): InBand | undefined {
  const own = sites.filter(({ kind }) => kind === 'site')
  const prefixes = own.flatMap(({ hosts }) => hosts).map(parsePrefix)
  const first = own[0]?.hosts.map(parsePrefix)
  const hasPlace = first?.some((prefix) => prefix.version === 4 && hasRoom(prefix)) === true
  if (agents.length === 0 || first === undefined || !hasPlace) return undefined
  const reached = prefixes.filter(({ version }) => version === 4).map(formatPrefix)
  return { site: own[0]!.node, gateway: hostOf(first, 4, 0), own: hostOf(first, 4, 1), prefixes: reached }
}
