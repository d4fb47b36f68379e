/** A network in memory: hosts behind NATs, with packets that take time, get lost and come in any order. */
import { hkdfSync } from 'node:crypto'
import {
  type MappingKind,
  type OutgoingProbe,
  Punch,
  type PunchConfig,
  type TransportAddress,
  uriOf,
} from '../src/index.ts'

export const crypto: PunchConfig['crypto'] = {
  hkdf: (salt, key, length) => new Uint8Array(hkdfSync('sha256', key, salt, '', length)),
}

/** The same seed gives the same numbers: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const octetsFrom = (random: () => number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => Math.floor(random() * 256))

/** One NAT, with address and port dependent filtering (RFC 4787 §5), as most have. */
export class Nat {
  readonly host: string
  readonly kind: MappingKind
  readonly #random: () => number
  /** Outside port by socket, and destination if the mapping depends on it. */
  readonly #ports = new Map<string, number>()
  readonly #sockets = new Map<number, number>()
  /** From where what comes to an outside port is let in. */
  readonly #expected = new Set<string>()

  constructor(host: string, kind: MappingKind, random: () => number) {
    this.host = host
    this.kind = kind
    this.#random = random
  }

  /** The address from which a packet of `socket` leaves. */
  out(socket: number, to: TransportAddress): TransportAddress {
    const key =
      this.kind === 'address-and-port-dependent'
        ? `${socket} ${uriOf(to)}`
        : this.kind === 'address-dependent'
          ? `${socket} ${to.host}`
          : `${socket}`
    let port = this.#ports.get(key)
    while (port === undefined || (this.#sockets.has(port) && this.#ports.get(key) !== port)) {
      port = 1024 + Math.floor(this.#random() * 64_512)
      if (this.#sockets.has(port)) continue
      this.#ports.set(key, port)
      this.#sockets.set(port, socket)
      break
    }
    this.#expected.add(`${port} ${uriOf(to)}`)
    return { host: this.host, port }
  }

  /** The socket that gets what came to `port`; `undefined`: it is dropped. */
  in(port: number, from: TransportAddress): number | undefined {
    return this.#expected.has(`${port} ${uriOf(from)}`) ? this.#sockets.get(port) : undefined
  }
}

export interface End {
  readonly nat: Nat
  readonly punch: Punch
}

interface Flying {
  readonly at: number
  readonly from: TransportAddress
  readonly to: TransportAddress
  readonly octets: Uint8Array
}

/** Runs both ends until both have decided. Gives everything that was sent. */
export function play(
  ends: readonly [End, End],
  { random, loss = 0, delay = 50 }: { readonly random: () => number; readonly loss?: number; readonly delay?: number },
): readonly Flying[] {
  const flying: Flying[] = []
  const all: Flying[] = []
  let now = 0
  const send = ({ nat }: End, probes: readonly OutgoingProbe[]): void => {
    for (const { socket, to, octets } of probes) {
      const packet = { at: now + delay * random() * 2, from: nat.out(socket, to), to, octets }
      all.push(packet)
      if (random() >= loss) flying.push(packet)
    }
  }
  while (now < 60_000) {
    const arrival = Math.min(...flying.map(({ at }) => at))
    now = Math.min(arrival, ...ends.map(({ punch }) => punch.deadline))
    if (now === Infinity) break
    for (const end of ends) if (end.punch.deadline <= now) send(end, end.punch.due(now))
    for (const packet of flying.filter(({ at }) => at <= now)) {
      flying.splice(flying.indexOf(packet), 1)
      const end = ends.find(({ nat }) => nat.host === packet.to.host)
      const socket = end?.nat.in(packet.to.port, packet.from)
      if (socket !== undefined) send(end!, end!.punch.received(socket, packet.from, packet.octets, now))
    }
  }
  return all
}
