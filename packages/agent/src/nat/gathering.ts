/**
 * Opens the sockets of an attempt and asks observers, over the sessions with them, from where they see these. Observers
 * are the relays of this agent: whoever has a session through one trusts it to say that.
 * @module
 */
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
import { clock } from '../link/clock.ts'
import { idKeyOf } from '../handshake/id-key.ts'
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

interface Asking {
  readonly socket: OpenUdp
  readonly to: TransportAddress
}

export class Gathering {
  /** By the id that an observer was told. */
  readonly #waiting = new Map<string, (seen: Seen) => void>()
  readonly #receiver: RouteReceiver

  constructor(receiver: RouteReceiver) {
    this.#receiver = receiver
  }

  /** The answer of an observer. @throws {DecodeError} */
  seen(octets: Uint8Array): void {
    const seen = decodeSeen(octets)
    this.#waiting.get(idKeyOf(seen.id))?.(seen)
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

  async #ask(observers: readonly NatObserver[], sockets: readonly OpenUdp[]): Promise<readonly Observation[]> {
    const asked = new Map<string, Asking>()
    const observations: Observation[] = []
    const { promise: all, resolve } = Promise.withResolvers<void>()
    const ids: string[] = []
    const sends: (() => void)[] = []
    let answeredAt = Infinity
    for (const { link, addresses } of observers) {
      const id = randomOctets(idOctets)
      for (const to of addresses) {
        const socket = sockets.find(({ local }) => familyOf(local) === familyOf(to))
        if (socket === undefined || asked.size >= maxAsked) continue
        const number = randomOctets(numberOctets)
        const [first = 0, ...filler] = randomOctets(17)
        const probe = probeForObserver({ id, number, first, filler: Uint8Array.from(filler) })
        asked.set(idKeyOf(number), { socket, to })
        sends.push(() => socket.send(probe, to))
      }
      ids.push(idKeyOf(id))
      this.#waiting.set(idKeyOf(id), ({ number, address }) => {
        const asking = asked.get(idKeyOf(number))
        if (asking === undefined) return
        asked.delete(idKeyOf(number))
        answeredAt = Math.min(answeredAt, clock())
        observations.push({ to: asking.to, seen: address })
        if (asked.size === 0) resolve()
      })
      link.runner.session.notify(natNotice.where, id)
      link.runner.wake()
    }
    const began = clock()
    const timers = triesAfter.map((after) => setTimeout(() => sends.forEach((send) => send()), after).unref())
    const look = setInterval(() => {
      if (clock() - began > patience || clock() - answeredAt > furtherPatience) resolve()
    }, 20)
    if (asked.size === 0) resolve()
    await all
    clearInterval(look)
    for (const timer of timers) clearTimeout(timer)
    for (const id of ids) this.#waiting.delete(id)
    return observations
  }
}
