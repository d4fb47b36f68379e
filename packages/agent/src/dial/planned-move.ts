/**
 * A change of network announced in advance: all peers are told, paths are opened beside the old ones, then the old ones are
 * left.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostRoute } from '@vagus/transport'
import type { Move } from '../agent.ts'
import { NoSuchNetworkError } from '../errors.ts'
import type { Link } from '../link/link.ts'
import { movingAt } from '../link/moving.ts'
import { isOfNetwork, type LocalAddress } from './local-addresses.ts'
import { hostOf } from './pairs.ts'

/** Milliseconds before a planned move from which on both paths carry. */
const lead = 300
/** Milliseconds after which both sides have left an announced path: the new one had to be proven first. */
const leaveTime = 500

/** What a move needs. */
export interface Movable {
  readonly links: Iterable<Link>
  /** The current addresses of this host. */
  readonly local: () => readonly LocalAddress[]
  /** The meaning of network names; a name that is not listed means itself. */
  readonly networks: { readonly [network: string]: string }
  /** Opens one more path for `link`, from `address` of this host. */
  readonly open: (link: Link, address: string, family: LocalAddress['family']) => Promise<void>
}

/**
 * Fulfilled when nothing more goes by the network to leave.
 * @throws {NoSuchNetworkError} if there is no address of `to` by then
 */
export async function makeMove(move: Move, movable: Movable): Promise<void> {
  const { to, gap = 0, at = Date.now() } = move
  const moving = movingAt(at, { to, gap }, Date.now())
  for (const link of movable.links) link.routes.announce(moving)
  let isOver = true
  try {
    await leave({ ...move, at }, movable)
    isOver = gap === 0 // else it is about to come
  } finally {
    if (isOver) for (const link of movable.links) link.routes.announce(undefined)
  }
}

async function leave(
  { from, to, at }: Move & { readonly at: number },
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
  if (isLeaving) await sleep(leaveTime)
}

function noSuchNetwork(network: string, addresses: readonly LocalAddress[]): NoSuchNetworkError {
  const there = [...new Set(addresses.map(({ interface: name }) => name))].join(', ')
  const right = there === '' ? 'none leads outside' : `there are ${there}`
  return new NoSuchNetworkError(`no interface, address or prefix ${network} here; ${right}`)
}
