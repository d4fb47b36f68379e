/**
 * How many octets and packets of IP this site's kernel has sent, by destination site and family.
 *
 * UDP is known exactly. What TCP adds to the data is not: acknowledgements are delayed and merged, segments sent twice.
 * So TCP is estimated by destination, and what the kernel counted beyond UDP is shared out in proportion to the
 * estimates: the sum is the kernel's, only its split between the sites is an estimate. That holds as long as nothing
 * else talks in the namespace; what the estimate cannot explain is not shared out but reported as unexplained.
 * @module
 */
import type { FamilyTraffic, Traffic } from './kernel-counters.ts'
import { ackOctets, closingOctets, openingOctets, packetOctets, synOctets, type Version } from './packet.ts'

/** The kernel's count and the estimate agree when their ratio lies within; else they wait for each other. */
const leastRatio = 0.8
const mostRatio = 1.25
/** Milliseconds after which an estimate that does not agree is taken as it is. */
const mostWait = 5000

interface Counter {
  octets: number
  packets: number
}
interface Line {
  readonly settled: Counter
  readonly udp: Counter
  readonly tcp: Counter
}

export class Account {
  readonly #lines: Readonly<Record<Version, ReadonlyMap<string, Line>>>
  readonly #unexplained = { v4: 0, v6: 0 }
  /** What of the kernel's counters is booked. */
  readonly #base: { readonly v4: Counter; readonly v6: Counter }
  /** Since when the estimate waits, in milliseconds since 1970. */
  readonly #waits: { v4: number | undefined; v6: number | undefined } = { v4: undefined, v6: undefined }

  /** `sites`: all destinations; `kernel`: the counters now. */
  constructor(sites: readonly string[], kernel: FamilyTraffic) {
    const lines = (): ReadonlyMap<string, Line> =>
      new Map(sites.map((site) => [site, { settled: counter(), udp: counter(), tcp: counter() }]))
    this.#lines = { 4: lines(), 6: lines() }
    this.#base = { v4: { ...kernel.v4 }, v6: { ...kernel.v6 } }
  }

  /** A datagram was sent. `payload` in octets. */
  sentDatagram(to: string, version: Version, payload: number): void {
    count(this.#line(to, version).udp, packetOctets(version, 'udp', payload), 1)
  }

  /** A segment of data was sent. */
  sentSegment(to: string, version: Version, payload: number): void {
    count(this.#line(to, version).tcp, packetOctets(version, 'tcp', payload), 1)
  }

  /** A connection was opened from here. */
  connected(to: string, version: Version): void {
    count(this.#line(to, version).tcp, openingOctets(version), 2)
  }

  /** A connection from here was closed. */
  closed(to: string, version: Version): void {
    count(this.#line(to, version).tcp, closingOctets(version), 2)
  }

  /** A connection from another site was accepted: SYN-ACK now, FIN and ACK at its end. */
  accepted(from: string, version: Version): void {
    count(this.#line(from, version).tcp, synOctets(version) + closingOctets(version), 3)
  }

  /** So many segments came in, each of which is acknowledged (see `packet.ts`). */
  received(from: string, version: Version, segments: number): void {
    count(this.#line(from, version).tcp, segments * ackOctets(version), segments)
  }

  /** Books what was sent since the last time; about once a second. `now` in milliseconds since 1970. */
  settle(kernel: FamilyTraffic, now: number): void {
    this.#settle(4, 'v4', kernel.v4, now)
    this.#settle(6, 'v6', kernel.v6, now)
  }

  /** All that is booked, since the account began. */
  sent(): Readonly<Record<string, FamilyTraffic>> {
    const booked = (version: Version, site: string): Traffic => {
      const { octets, packets } = this.#line(site, version).settled
      return { octets: Math.round(octets), packets: Math.round(packets) }
    }
    return Object.fromEntries(
      [...this.#lines[4].keys()].map((site) => [site, { v4: booked(4, site), v6: booked(6, site) }]),
    )
  }

  /** Octets that the kernel counted, less those booked, where the two did not agree; below 0 when it counted fewer. */
  unexplained(): { readonly v4: number; readonly v6: number } {
    return { v4: Math.round(this.#unexplained.v4), v6: Math.round(this.#unexplained.v6) }
  }

  #settle(version: Version, family: 'v4' | 'v6', kernel: Traffic, now: number): void {
    const lines = [...this.#lines[version].values()]
    const base = this.#base[family]
    for (const { settled, udp } of lines) {
      count(base, udp.octets, udp.packets)
      move(udp, settled, { octets: 1, packets: 1 })
    }
    const estimated = sumOf(lines.map(({ tcp }) => tcp))
    const counted = { octets: kernel.octets - base.octets, packets: kernel.packets - base.packets }
    const since = (this.#waits[family] ??= now)
    const agreed = agree(counted.octets, estimated.octets)
    if (!agreed && now - since < mostWait) return
    if (!agreed) this.#unexplained[family] += counted.octets - estimated.octets
    const ratio = {
      octets: agreed ? counted.octets / estimated.octets : 1,
      packets: agree(counted.packets, estimated.packets) ? counted.packets / estimated.packets : 1,
    }
    for (const { settled, tcp } of lines) move(tcp, settled, ratio)
    count(base, counted.octets, counted.packets)
    this.#waits[family] = undefined
  }

  #line(site: string, version: Version): Line {
    const line = this.#lines[version].get(site)
    if (line === undefined) throw new RangeError(`"site" must be a destination of the plan, got ${site}`)
    return line
  }
}

const counter = (): Counter => ({ octets: 0, packets: 0 })

function count(counter: Counter, octets: number, packets: number): void {
  counter.octets += octets
  counter.packets += packets
}

const sumOf = (counters: readonly Counter[]): Traffic => ({
  octets: counters.reduce((sum, { octets }) => sum + octets, 0),
  packets: counters.reduce((sum, { packets }) => sum + packets, 0),
})

const agree = (counted: number, estimated: number): boolean =>
  counted >= estimated * leastRatio && counted <= estimated * mostRatio && estimated > 0

/** Books what is in `from`, times `ratio`, to `to`. */
function move(from: Counter, to: Counter, ratio: Traffic): void {
  count(to, from.octets * ratio.octets, from.packets * ratio.packets)
  count(from, -from.octets, -from.packets)
}
