/** A real session in simulated time, and what an observer of its links sees. @module */
import { connectionIdOf, type Padding, type TrafficClass } from '../../packages/channel/src/index.ts'
import {
  type Link,
  type LinkOptions,
  type Side as End,
  VirtualNetwork,
} from '../../packages/channel/test/virtual-network.ts'
import { type Carrier, Performer, type Side } from './performer.ts'
import type { Seen } from './trace.ts'

const endOf = (side: Side): End => (side === 'agent' ? 'a' : 'b')
const sideOf = (end: End): Side => (end === 'a' ? 'agent' : 'peer')
/** Octets of content do not matter: they are encrypted. */
const content = new Uint8Array(2 << 20)

export class SessionWire implements Carrier {
  readonly seen: Seen[] = []
  /** The clear text of each packet's header that may tell which session it is of, by five-tuple: connection ids in hexadecimal. */
  readonly ids: Set<string>[] = []
  readonly performer: Performer
  readonly network: VirtualNetwork
  /** What streams could not take yet. */
  readonly #rest = new Map<string, { octets: number; end: 'more' | 'fin' }>()

  constructor(seed: number, link: LinkOptions, padding: Padding) {
    this.network = new VirtualNetwork(seed, link, { padding })
    this.performer = new Performer(this)
    this.network.tamper = (octets, from, on) => {
      this.#see(octets, from, on)
      return octets
    }
    for (const end of ['a', 'b'] as const) {
      // The network pumps sessions after what is due, so that is where reading and writing belong.
      this.network.heard[end] = (event) => {
        if (event.type === 'readable') this.at(this.now, () => this.#read(end, event.stream))
        if (event.type === 'writable') this.at(this.now, () => this.#writeRest(end, event.stream))
      }
    }
    this.network.run(500)
  }

  get now(): number {
    return this.network.now
  }

  at(time: number, run: () => void): void {
    this.network.at(time, run)
  }

  open(by: Side, name: TrafficClass): number {
    const stream = this.network.sessions[endOf(by)].openStream({ class: name })
    if (stream === undefined) throw new Error('no more streams')
    return stream
  }

  write(stream: number, from: Side, octets: number, then: 'more' | 'fin'): void {
    const end = endOf(from)
    const waiting = this.#rest.get(`${end} ${stream}`)
    if (waiting === undefined) this.#writeNow(end, stream, octets, then)
    else this.#rest.set(`${end} ${stream}`, { octets: waiting.octets + octets, end: then })
  }

  datagram(from: Side, name: TrafficClass, octets: number): void {
    // While no path is there it is not sent, as telemetry would not be.
    this.network.sessions[endOf(from)].sendDatagram(content.subarray(0, octets), { class: name })
  }

  /** Lets milliseconds pass. */
  run(milliseconds: number): void {
    this.network.run(milliseconds)
  }

  #writeNow(end: End, stream: number, octets: number, then: 'more' | 'fin'): void {
    const taken = this.network.sessions[end].write(stream, content.subarray(0, octets), then)
    if (taken < octets) this.#rest.set(`${end} ${stream}`, { octets: octets - taken, end: then })
  }

  #writeRest(end: End, stream: number): void {
    const rest = this.#rest.get(`${end} ${stream}`)
    if (rest === undefined) return
    this.#rest.delete(`${end} ${stream}`)
    this.#writeNow(end, stream, rest.octets, rest.end)
  }

  #read(end: End, stream: number): void {
    const session = this.network.sessions[end]
    let octets = 0
    for (let read = session.read(stream); read instanceof Uint8Array; read = session.read(stream)) octets += read.length
    if (octets > 0) this.performer.arrived(stream, sideOf(end), octets)
  }

  #see(octets: Uint8Array, from: End, on: Link): void {
    const flow = this.network.links.indexOf(on)
    this.seen.push({ at: this.now, way: from === 'a' ? 'out' : 'in', octets: octets.length, flow })
    const id = connectionIdOf(octets)
    if (id !== undefined) (this.ids[flow] ??= new Set()).add(Buffer.from(id).toString('hex'))
  }
}
