/**
 * The same messages as records of TLS 1.3 over one TCP connection. An observer reads the length of each record in the clear
 * (RFC 8446 §5.2), so segments and acknowledgements of TCP would tell it nothing more, and are left out.
 * @module
 */
import { type LinkOptions, randomOf } from '../../packages/channel/test/virtual-network.ts'
import { type Carrier, otherOf, Performer, type Side } from './performer.ts'
import type { Seen } from './trace.ts'

/** Plaintext of a record (RFC 8446 §5.1), and what the record adds to it: header 5, content type 1, tag 16. */
const maxPlaintext = 16_384
const recordOverhead = 22

/** Lengths on the wire of the records in which node:tls sends one write of `octets`. */
export function recordsOf(octets: number): readonly number[] {
  const whole = Math.floor(octets / maxPlaintext)
  const rest = octets % maxPlaintext
  return [
    ...Array.from({ length: whole }, () => maxPlaintext + recordOverhead),
    ...(rest > 0 ? [rest + recordOverhead] : []),
  ]
}

export class TlsWire implements Carrier {
  now = 1_000_000
  readonly seen: Seen[] = []
  readonly performer = new Performer(this)
  readonly #link: LinkOptions
  readonly #random: () => number
  readonly #freeAt: Record<Side, number> = { agent: 0, peer: 0 }
  /** TCP delivers in order. */
  readonly #lastAt: Record<Side, number> = { agent: 0, peer: 0 }
  readonly #queue: { readonly at: number; readonly run: () => void }[] = []
  #streams = 0

  constructor(seed: number, link: LinkOptions) {
    this.#random = randomOf(seed)
    this.#link = link
  }

  at(time: number, run: () => void): void {
    let index = this.#queue.length
    while (index > 0 && this.#queue[index - 1]!.at > time) index--
    this.#queue.splice(index, 0, { at: time, run })
  }

  run(milliseconds: number): void {
    const end = this.now + milliseconds
    while (this.#queue.length > 0 && this.#queue[0]!.at <= end) {
      const { at, run } = this.#queue.shift()!
      this.now = at
      run()
    }
    this.now = end
  }

  open(): number {
    return this.#streams++
  }

  write(stream: number, from: Side, octets: number): void {
    for (const record of recordsOf(octets))
      this.#send(from, record, () => this.performer.arrived(stream, otherOf(from), record - recordOverhead))
  }

  datagram(from: Side, _name: unknown, octets: number): void {
    for (const record of recordsOf(octets)) this.#send(from, record, () => undefined)
  }

  #send(from: Side, octets: number, arrived: () => void): void {
    const { delay, jitter = 0, rate = Infinity } = this.#link
    const start = Math.max(this.now, this.#freeAt[from])
    const end = start + octets / rate
    this.#freeAt[from] = end
    this.at(start, () => this.seen.push({ at: this.now, way: from === 'agent' ? 'out' : 'in', octets, flow: 0 }))
    this.#lastAt[from] = Math.max(this.#lastAt[from], end + delay + jitter * this.#random())
    this.at(this.#lastAt[from], arrived)
  }
}
