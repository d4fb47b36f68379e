/**
 * Application of a record by its ports. If both ports are in the table the lower one decides, as a server usually
 * listens on it; if two applications list a port, the first application in the list gets it.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'
import type { Application } from './domain.ts'

const portCount = 65_536
const tcp = 6
const udp = 17
/** Other protocols with ports at the same offset as TCP: DCCP, SCTP, UDP-Lite. */
const otherWithPorts: readonly number[] = [33, 132, 136]

/** A column holds the number in 16 bits, and 0 is unknown. */
const maxApplications = 65_535

/** The ports that any application lists, as bits: unlike the numbers, all of them fit in the processor's cache. */
const wordsOfPorts = portCount / 32

export class ApplicationTable {
  /** Application numbers by port, for TCP, UDP and other protocols; and zeros for protocols without ports. */
  readonly #numbers = new Uint16Array(4 * portCount)
  readonly #tableOf = new Uint8Array(256).fill(3)
  /** Per table: bit `port & 31` of word `port >>> 5`. */
  readonly #listed = new Uint32Array(4 * wordsOfPorts)

  /** @throws {RangeError} on a port out of range, or too many applications */
  constructor(applications: readonly Application[]) {
    if (applications.length > maxApplications) {
      throw new RangeError(`there must be at most ${maxApplications} applications, got ${applications.length}`)
    }
    this.#tableOf[tcp] = 0
    this.#tableOf[udp] = 1
    for (const protocol of otherWithPorts) this.#tableOf[protocol] = 2
    for (const [index, application] of applications.entries()) {
      for (const [from, to] of application.ports.map((ports) => rangeOf(application.name, ports))) {
        for (const table of tablesOf(application.protocol)) this.#list(table, from, to, index + 1)
      }
    }
  }

  /** Fills `block.application`: the application's index in the list + 1, or 0 when neither port is in the table. */
  fill({ protocol, srcPort, dstPort, application, length }: FlowBlock): void {
    const listed = this.#listed
    const numbers = this.#numbers
    const tableOf = this.#tableOf
    for (let row = 0; row < length; row++) {
      application[row] = numberOf(listed, numbers, tableOf[protocol[row]!]!, srcPort[row]!, dstPort[row]!)
    }
  }

  /** The same for one record. */
  lookup(protocol: number, srcPort: number, dstPort: number): number {
    return numberOf(this.#listed, this.#numbers, this.#tableOf[protocol]!, srcPort, dstPort)
  }

  #list(table: number, from: number, to: number, application: number): void {
    for (let port = from; port <= to; port++) {
      this.#numbers[table * portCount + port] ||= application
      this.#listed[table * wordsOfPorts + (port >>> 5)]! |= 1 << (port & 31)
    }
  }
}

/** Branch-free: the processor cannot predict which port is in the table. */
function numberOf(listed: Uint32Array, numbers: Uint16Array, table: number, src: number, dst: number): number {
  const difference = src - dst
  const low = dst + (difference & (difference >> 31))
  const high = src + dst - low
  const words = table * wordsOfPorts
  const isLow = (listed[words + (low >>> 5)]! >>> (low & 31)) & 1
  const isAny = isLow | ((listed[words + (high >>> 5)]! >>> (high & 31)) & 1)
  const port = high + ((low - high) & -isLow)
  // Unlisted ports share one place, which then stays in the cache.
  return numbers[table * portCount + (port & -isAny)]! & -isAny
}

const tablesOf = (protocol: Application['protocol']): readonly number[] =>
  protocol === 'any' ? [0, 1, 2] : [protocol === 'tcp' ? 0 : 1]

function rangeOf(application: string, ports: number | string): readonly [from: number, to: number] {
  const [from, to] = typeof ports === 'number' ? [ports, ports] : ports.split('-').map(Number)
  if (from === undefined || to === undefined || !(from >= 0 && from <= to && to < portCount)) {
    throw new RangeError(`ports of ${application} must be 0..65535 or FROM-TO, got "${ports}"`)
  }
  return [from, to]
}
