/**
 * Opens the sockets of an attempt and asks observers, over the sessions with them, from where they see these. Observers
 * are the relays of this agent, and those of the session in question: who has it through one trusts that to say so.
 * @module
 */
import { idKeyOf } from '@vagus/channel'
import {
  decodeSeen,
  familyOf,
  idOctets,
  isSameAddress,
  type Mapping,
  mappingOf,
  natNotice,
  numberOctets,
  type Observation,
  probeForObserver,
  type Seen,
  type TransportAddress,
  uriOf,
} from '@vagus/nat'
import { type OpenUdp, openUdp, randomOctets, type RouteReceiver } from '@vagus/transport'
import { inTurn } from '../dial/in-turn.ts'
import { clock } from '../link/clock.ts'
import type { Link } from '../link/link.ts'

/** Milliseconds after which the datagrams to observers are sent: a notice may be slower than they are, and they get lost. */
const triesAfter = [5, 60, 180, 400, 1000, 1800] as const
/** Milliseconds to wait for the first observer, and then for the others. */
const patience = 2500
const furtherPatience = 150
/** Addresses of observers that are asked: two tell how a NAT maps, some may be dead. */
const maxAsked = 6

/** An agent that tells us from where it sees us, and where it receives. */
export interface NatObserver {
  readonly link: Link
  readonly addresses: readonly TransportAddress[]
}

export interface Gathered {
  /** One of each family that has a way out. */
  readonly sockets: readonly OpenUdp[]
  readonly mapping: Mapping
  /** Where observers see the sockets; each once. */
  readonly seen: readonly TransportAddress[]
  /** How many addresses of observers were asked. */
  readonly asked: number
}

export class Gathering {
  /** By the id that an observer was told. */
  readonly #waiting = new Map<string, { readonly link: Link; readonly take: (seen: Seen) => void }>()
  /** Each ends a wait for observers. */
  readonly #ends = new Set<() => void>()
  readonly #receiver: RouteReceiver

  constructor(receiver: RouteReceiver) {
    this.#receiver = receiver
  }

  /** The answer of an observer; of anybody else it counts for nothing. @throws {DecodeError} */
  seen(link: Link, octets: Uint8Array): void {
    const seen = decodeSeen(octets)
    const waiting = this.#waiting.get(idKeyOf(seen.id))
    if (waiting?.link === link) waiting.take(seen)
  }

  /** No observer is waited for any more. */
  close(): void {
    for (const end of this.#ends) end()
  }

  /** @param hosts an address of this host of each family, for the sockets */
  async gather(observers: readonly NatObserver[], hosts: readonly string[]): Promise<Gathered> {
    const sockets: OpenUdp[] = []
    for (const host of hosts) {
      const socket = await openUdp(host, this.#receiver).catch(() => undefined) // it is gone meanwhile
      if (socket !== undefined) sockets.push(socket)
    }
    const observations = await this.#ask(observers, sockets)
    // Most NATs are of IPv4: that mapping tells more. The socket of each family is seen elsewhere.
    const [of = []] = [4, 6]
      .map((family) => observations.filter(({ to }) => familyOf(to) === family))
      .filter((all) => all.length > 0)
    const socket = sockets.find(({ local }) => of[0] !== undefined && familyOf(local) === familyOf(of[0].to))
    const mapping = mappingOf(socket?.local ?? { host: '', port: 0 }, of)
    const seen = observations.map((each) => each.seen)
    for (const each of sockets) {
      const outside = seen.find((address) => familyOf(address) === familyOf(each.local))
      if (outside !== undefined && !isSameAddress(outside, each.local)) each.mapped = uriOf(outside)
    }
    return {
      sockets,
      mapping,
      seen: seen.filter((each, at) => seen.findIndex((other) => isSameAddress(other, each)) === at),
      asked: observers.reduce((sum, { addresses }) => sum + addresses.length, 0),
    }
  }

  /** Sends a probe to each address of each observer, until all have told or it is not worth waiting. */
  async #ask(observers: readonly NatObserver[], sockets: readonly OpenUdp[]): Promise<readonly Observation[]> {
    const all = inTurn(observers.map((observer) => probesTo(observer, sockets))).slice(0, maxAsked)
    if (all.length === 0) return []
    const left = new Map(all.map((probe) => [idKeyOf(probe.number), probe]))
    const observations: Observation[] = []
    const { promise: told, resolve } = Promise.withResolvers<void>()
    let firstAt = Infinity
    const take = ({ number, address }: Seen): void => {
      const probe = left.get(idKeyOf(number))
      if (probe === undefined || !left.delete(idKeyOf(number))) return
      firstAt = Math.min(firstAt, clock())
      observations.push({ to: probe.to, seen: address })
      if (left.size === 0) resolve()
    }
    const ids = new Map(all.map(({ id, link }) => [idKeyOf(id), { id, link }]))
    for (const [key, { id, link }] of ids) {
      this.#waiting.set(key, { link, take })
      link.runner.session.notify(natNotice.where, id)
      link.runner.wake()
    }
    const began = clock()
    const send = (): void => left.forEach(({ socket, packet, to }) => socket.send(packet, to))
    const timers = triesAfter.map((after) => setTimeout(send, after))
    const look = setInterval(() => {
      if (clock() - began > patience || clock() - firstAt > furtherPatience) resolve()
    }, 20)
    this.#ends.add(resolve)
    await told
    this.#ends.delete(resolve)
    clearInterval(look)
    for (const timer of timers) clearTimeout(timer)
    for (const key of ids.keys()) this.#waiting.delete(key)
    return observations
  }
}

interface AskingProbe {
  readonly link: Link
  readonly id: Uint8Array
  readonly number: Uint8Array
  readonly packet: Uint8Array
  readonly socket: OpenUdp
  readonly to: TransportAddress
}

/** One for each address to which a socket of ours can send. */
function probesTo({ link, addresses }: NatObserver, sockets: readonly OpenUdp[]): readonly AskingProbe[] {
  const id = randomOctets(idOctets)
  return addresses.flatMap((to): readonly AskingProbe[] => {
    const socket = sockets.find(({ local }) => familyOf(local) === familyOf(to))
    if (socket === undefined) return []
    const number = randomOctets(numberOctets)
    const filler = randomOctets(16)
    const packet = probeForObserver({ id, number, first: randomOctets(1)[0]!, filler })
    return [{ link, id, number, packet, socket, to }]
  })
}
