/**
 * A change of network that was told before it happens: its paths are opened beside the old ones, then those are left.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostRoute } from '@vagus/transport'
import type { Move } from '../agent.ts'
import { hostOf } from './dialer.ts'
import { NoSuchNetworkError } from '../errors.ts'
import type { Link } from '../link/link.ts'
import { isOfNetwork, type LocalAddress } from './local-addresses.ts'

/** Milliseconds before a planned move at which both paths carry. */
const lead = 300
/** Milliseconds after which both sides have left a path that was announced: the new one had to be proven first. */
const over = 500

/** What a move is made with. */
export interface Movable {
  readonly links: Iterable<Link>
  /** The addresses of this host now. */
  readonly local: () => readonly LocalAddress[]
  /** What a name of a network means; a name that is not there means itself. */
  readonly networks: { readonly [network: string]: string }
  /** One path more for `link`, from `address` of this host. */
  readonly open: (link: Link, address: string, family: LocalAddress['family']) => Promise<void>
}

/**
 * Fulfilled when nothing more goes by the network to leave.
 * @throws {NoSuchNetworkError} when there is no address of `to` by then
 */
export async function makeMove(
  { from, to, at = Date.now() }: Move,
  { links, local, networks, open }: Movable,
): Promise<void> {
  const of = (network: string): readonly LocalAddress[] =>
    local().filter((address) => isOfNetwork(address, networks[network] ?? network))
  const isOver = (route: HostRoute, network: string): boolean =>
    of(network).some(({ address }) => address === hostOf(route.local))
  if (to !== undefined) {
    const goals = of(to)
    await Promise.all([...links].flatMap((link) => goals.map(({ address, family }) => open(link, address, family))))
  }
  const wait = at - Date.now() - lead
  if (wait > 0) await sleep(wait)
  if (to !== undefined && of(to).length === 0) throw noSuchNetwork(to, local())
  let isLeaving = false
  for (const link of links) {
    for (const route of link.routes.routes()) {
      if (!(from === undefined ? to !== undefined && !isOver(route, to) : isOver(route, from))) continue
      link.routes.leave(route)
      isLeaving = true
    }
  }
  if (isLeaving) await sleep(over)
}

function noSuchNetwork(network: string, addresses: readonly LocalAddress[]): NoSuchNetworkError {
  const there = [...new Set(addresses.map(({ interface: name }) => name))].join(', ')
  const right = there === '' ? 'there is none that leads outside' : `there are ${there}`
  return new NoSuchNetworkError(`no interface, address or prefix ${network} here; ${right}`)
}
