/**
 * Application of a record by its ports. Where both ports are in the table the lower one decides, as it is the one that a
 * server listens on; where two applications list a port, the one that comes first in the list has it.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'
import type { Application } from './domain.ts'

const portCount = 65_536
const tcp = 6
const udp = 17
/** Other protocols with ports where TCP has them: DCCP, SCTP, UDP-Lite. */
const otherWithPorts: readonly number[] = [33, 132, 136]

/** At most this many, as a column holds the number in 16 bits and 0 is unknown. */
const maxApplications = 65_535

/** The ports that any application lists, a bit each: unlike the numbers, all of them stay in the processor's cache. */
const wordsOfPorts = portCount / 32

export class ApplicationTable {
  /** Numbers of the applications by port: TCP, UDP, other protocols; and zeros for protocols without ports. */
  readonly #numbers = new Uint16Array(4 * portCount)
  readonly #tableOf = new Uint8Array(256).fill(3)
  /** By table, bit `port & 31` of word `port >>> 5`. */
  readonly #listed = new Uint32Array(4 * wordsOfPorts)

  /** @throws {RangeError} on a port out of range, or too many applications */
  constructor(applications: readonly Application[]) {
    if (applications.length > maxApplications) {
      throw new RangeError(`at most ${maxApplications} applications can be told apart, got ${applications.length}`)
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

  /** Fills `block.application`: the application's place in the list + 1, or 0 when none of the ports is in the table. */
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

/** Without a branch: the processor cannot predict which port is in the table. */
function numberOf(listed: Uint32Array, numbers: Uint16Array, table: number, src: number, dst: number): number {
  const difference = src - dst
  const low = dst + (difference & (difference >> 31))
  const high = src + dst - low
  const words = table * wordsOfPorts
  const isLow = (listed[words + (low >>> 5)]! >>> (low & 31)) & 1
  const isAny = isLow | ((listed[words + (high >>> 5)]! >>> (high & 31)) & 1)
  const port = high + ((low - high) & -isLow)
  // Where none is listed, one place stands for all, which is in the cache then.
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
