/** Moves the two hosts of the scenario `wired`: the robot between access routers, the rover between ports of a LAN. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { MoveKind } from '../evaluate.ts'
import {
  accessAddresses,
  type EdgeName,
  edges,
  hostLink,
  numberOf,
  portOf,
  roverAddress,
  roverLinks,
} from '../network.ts'
import { uptimeMs } from '../packets.ts'
import { ask } from './ask.ts'
import { keeperOf } from './bring-up.ts'
import { type Place, until } from './place.ts'

/** Milliseconds: a planned move leaves the old link after that; a link that died is taken down after that. */
const drain = 300
const dead = 700

interface Kept {
  readonly address: string | null
  readonly attached: { readonly link: string } | null
}

/** Where the address is attached. */
const kept = (place: Place): Promise<Kept> => ask<Kept>(keeperOf(place), 'GET', '/v1/address')

/** Rules by which what is sent from an address of a link leaves by that. */
export const robotRules = (): readonly string[] =>
  edges.map((edge) => `rule add from ${accessAddresses(edge).host} lookup ${tableOf(edge)}`)

const tableOf = (edge: EdgeName): number => 100 + numberOf(edge)

const up = (edge: EdgeName): readonly string[] => [
  `link set ${hostLink(edge)} up`,
  `route replace default via ${accessAddresses(edge).router} dev ${hostLink(edge)} table ${tableOf(edge)}`,
]
const wire = (edge: EdgeName, how: 'cut' | 'joined'): string =>
  `link set h${numberOf(edge)} ${how === 'cut' ? 'nomaster' : `master br${numberOf(edge)}`}`

/** The first link, with which it begins. */
export async function robotBegins(place: Place, edge: EdgeName): Promise<string> {
  await place.ip('robot', up(edge))
  return until('the address is attached nowhere', async () => {
    const { address, attached } = await kept(place)
    if (address === null || attached === null) throw new Error('no edge has answered')
    return address
  })
}

/** Gives the milliseconds from when the new link was up until the address was attached there. */
export async function robotMoves(place: Place, from: EdgeName, to: EdgeName, kind: MoveKind): Promise<number> {
  // Its end notices nothing: the carrier stays.
  if (kind === 'sudden') await place.ip('here', [wire(from, 'cut')])
  await place.ip('robot', up(to))
  const began = uptimeMs()
  await until(
    `the address is not attached over ${hostLink(to)}`,
    async () => {
      const { attached } = await kept(place)
      if (attached?.link !== hostLink(to)) throw new Error(`it is at ${attached?.link}`)
    },
    5,
  )
  const after = uptimeMs() - began
  await sleep(kind === 'planned' ? drain : dead)
  await place.ip('robot', [`link set ${hostLink(from)} down`])
  if (kind === 'sudden') await place.ip('here', [wire(from, 'joined')])
  return after
}

type Port = (typeof roverLinks)[number]

export const roverBegins = (place: Place): Promise<void> => place.ip('rover', roverUp('eth1'))

const roverUp = (port: Port): readonly string[] => [
  `link set ${port} up`,
  `addr add ${roverAddress}/64 dev ${port} nodad`,
  `route replace default via 2001:db8:200::1 dev ${port}`,
]

/** The kernel itself says to the LAN where the host is (`ndisc_notify`). */
export async function roverMoves(place: Place, from: Port, to: Port, kind: MoveKind): Promise<void> {
  if (kind === 'sudden') await place.ip('here', [`link set ${portOf(from)} nomaster`])
  await place.ip('rover', [...roverUp(to), `addr del ${roverAddress}/64 dev ${from}`])
  await sleep(kind === 'planned' ? drain : dead)
  await place.ip('rover', [`link set ${from} down`])
  if (kind === 'sudden') await place.ip('here', [`link set ${portOf(from)} master switch`])
}
