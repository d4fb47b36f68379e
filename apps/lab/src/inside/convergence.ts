/**
 * Whether routing has converged: every BGP session established, and a route to every announced prefix installed in the
 * kernel of every node.
 * @module
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { peersOf } from '../frr/peers.ts'
import type { Network, Node } from '../topology/network.ts'
import { askDaemon } from './ask-daemon.ts'

const pollEvery = 50

/**
 * Settles when all of it is true. Rejects after `patience` milliseconds with what is missing, node by node.
 * `folder` as for `makeNodes`.
 */
export async function waitForConvergence(network: Network, folder: string, patience: number): Promise<void> {
  const deadline = performance.now() + patience
  let waiting: readonly Node[] = network.nodes
  for (;;) {
    const missing = await Promise.all(waiting.map((node) => missingOn(network, node, join(folder, node.name, 'run'))))
    waiting = waiting.filter((_, at) => missing[at] !== undefined)
    if (waiting.length === 0) return
    if (performance.now() > deadline) {
      throw new Error(`routing did not converge in ${patience / 1000} s: ${missing.filter(Boolean).join('; ')}`)
    }
    await sleep(pollEvery)
  }
}

/** What a node still waits for, in words; `undefined` when it has everything. */
async function missingOn(network: Network, node: Node, run: string): Promise<string | undefined> {
  const sessions = await establishedPeers(join(run, 'bgpd.vty'))
  const peer = peersOf(network, node).find(({ v4, v6 }) => !sessions.has(v4) || !sessions.has(v6))
  if (peer !== undefined) return `${node.name} has no session with ${peer.node}`
  const known = await installedPrefixes(join(run, 'zebra.vty'))
  const prefix = network.sites
    .flatMap(({ announces }) => announces)
    .find((announced) => !node.announces.includes(announced) && !known.has(announced))
  return prefix === undefined ? undefined : `${node.name} has no route to ${prefix}`
}

interface Summary {
  readonly [family: string]: { readonly peers?: Readonly<Record<string, { readonly state: string }>> }
}

async function establishedPeers(socket: string): Promise<ReadonlySet<string>> {
  const summary = JSON.parse(await askDaemon(socket, 'show bgp summary json')) as Summary
  const peers = Object.values(summary).flatMap((family) => Object.entries(family.peers ?? {}))
  return new Set(peers.filter(([, { state }]) => state === 'Established').map(([address]) => address))
}

type Routes = Readonly<Record<string, readonly { readonly installed?: boolean }[]>>

async function installedPrefixes(socket: string): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['show ip route json', 'show ipv6 route json'].map(
      async (command) => JSON.parse(await askDaemon(socket, command)) as Routes,
    ),
  )
  const installed = tables.flatMap((table) =>
    Object.entries(table).filter(([, routes]) => routes.some((route) => route.installed === true)),
  )
  return new Set(installed.map(([prefix]) => prefix))
}
