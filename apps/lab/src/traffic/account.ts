/**
 * How many octets and packets of IP this site's kernel has sent, by destination site and family.
 *
 * What was given to the kernel of UDP is known exactly. What TCP adds to its data is not: acknowledgements, segments sent
 * twice. So TCP is estimated by destination, and what the kernel counted beyond UDP is shared out in proportion to the
 * estimates: the sum is the kernel's, only its split between the sites is an estimate. That holds as long as nothing else
 * talks in the namespace; what the estimate cannot explain is not shared out but reported as unexplained.
 *
 * When the queue of the interface drops packets, the kernel has counted them, each time that TCP sent one again too. Then
 * TCP is booked as estimated, for in the end its data leaves once, and UDP as what else left the interface.
 * @module
 */
import type { FamilyTraffic, KernelReading, Traffic } from './kernel-counters.ts'
import { ackOctets, closingOctets, openingOctets, packetOctets, synOctets, type Version } from './packet.ts'

/** The kernel's count and the estimate agree when their ratio lies within; else they wait for each other. */
const leastRatio = 0.5
const maxRatio = 2
/** When less than this share of what the IP layer sent leaves the interface, its queue drops packets. */
const leastPassed = 0.97
/** Milliseconds after which an estimate that does not agree is taken as it is. */
const maxWait = 5000

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
  /** The kernel's counters when last settled. */
  #base: FamilyTraffic
  /** What the kernel counted of TCP, and is not booked. */
  readonly #counted = { v4: counter(), v6: counter() }
  /** Since when the estimate waits, in milliseconds since 1970. */
  readonly #waits: { v4: number | undefined; v6: number | undefined } = { v4: undefined, v6: undefined }

  /** `sites`: all destinations; `kernel`: the counters now. */
  constructor(sites: readonly string[], kernel: FamilyTraffic) {
    const lines = (): ReadonlyMap<string, Line> =>
      new Map(sites.map((site) => [site, { settled: counter(), udp: counter(), tcp: counter() }]))
    this.#lines = { 4: lines(), 6: lines() }
    this.#base = { v4: kernel.v4, v6: kernel.v6 }
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

  /** `segments` arrived, each of which is acknowledged (see `packet.ts`). */
  received(from: string, version: Version, segments: number): void {
    count(this.#line(from, version).tcp, segments * ackOctets(version), segments)
  }

  /** Books what was sent since the last time; about once a second. `now` in milliseconds since 1970. */
  settle(kernel: KernelReading, now: number): void {
    const sent = kernel.v4.octets + kernel.v6.octets - this.#base.v4.octets - this.#base.v6.octets
    if (kernel.passed < leastPassed) this.#settleWithDrops(sent * kernel.passed)
    else for (const version of [4, 6] as const) this.#settle(version, kernel, now)
    this.#base = { v4: kernel.v4, v6: kernel.v6 }
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

  /** Octets of TCP that the kernel counted and that wait to be booked. */
  waiting(): { readonly v4: number; readonly v6: number } {
    return { v4: Math.round(this.#counted.v4.octets), v6: Math.round(this.#counted.v6.octets) }
  }

  /** `left`: octets that left the interfaces, of both families. */
  #settleWithDrops(left: number): void {
    const lines = [...this.#lines[4].values(), ...this.#lines[6].values()]
    const udp = sumOf(lines.map(({ udp }) => udp))
    const tcp = sumOf(lines.map(({ tcp }) => tcp))
    const share = udp.octets === 0 ? 0 : Math.max(0, Math.min(1, (left - tcp.octets) / udp.octets))
    for (const line of lines) {
      move(line.udp, line.settled, { octets: share, packets: share })
      move(line.tcp, line.settled, { octets: 1, packets: 1 })
    }
    for (const family of ['v4', 'v6'] as const) {
      this.#counted[family] = counter()
      this.#waits[family] = undefined
    }
  }

  #settle(version: Version, kernel: KernelReading, now: number): void {
    const family = version === 4 ? 'v4' : 'v6'
    const lines = [...this.#lines[version].values()]
    const [base, counted, { octets, packets }] = [this.#base[family], this.#counted[family], kernel[family]]
    const udp = sumOf(lines.map(({ udp }) => udp))
    count(counted, octets - base.octets - udp.octets, packets - base.packets - udp.packets)
    for (const { settled, udp } of lines) move(udp, settled, { octets: 1, packets: 1 })

    const estimated = sumOf(lines.map(({ tcp }) => tcp))
    const since = (this.#waits[family] ??= now)
    const agreed = agree(counted.octets, estimated.octets)
    if (!agreed && now - since < maxWait) return
    if (!agreed) this.#unexplained[family] += counted.octets - estimated.octets
    const ratio = {
      octets: agreed ? counted.octets / estimated.octets : 1,
      packets: agree(counted.packets, estimated.packets) ? counted.packets / estimated.packets : 1,
    }
    for (const { settled, tcp } of lines) move(tcp, settled, ratio)
    this.#counted[family] = counter()
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
  counted >= estimated * leastRatio && counted <= estimated * maxRatio && estimated > 0

/** Books what is in `from`, times `ratio`, to `to`. */
function move(from: Counter, to: Counter, ratio: Traffic): void {
  count(to, from.octets * ratio.octets, from.packets * ratio.packets)
  count(from, -from.octets, -from.packets)
}
