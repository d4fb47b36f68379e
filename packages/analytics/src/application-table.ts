/**
 * Application of a record by its ports. Where both ports are in the table the lower one decides, as it is the one that a
 * server listens on; where two applications list a port, the one that comes first in the list has it.
 * @module
 */
import type { Application } from './domain.ts'

const portCount = 65_536
const tcp = 6
const udp = 17
/** Other protocols with ports where TCP has them: DCCP, SCTP, UDP-Lite. */
const otherWithPorts: readonly number[] = [33, 132, 136]

/** At most this many, as a column holds the number in 16 bits and 0 is unknown. */
export const maxApplications = 65_535

export class ApplicationTable {
  /** Number of the application by port: TCP, UDP, other protocols; and a table of zeros for protocols without ports. */
  readonly #tables: readonly [tcp: Uint16Array, udp: Uint16Array, other: Uint16Array, none: Uint16Array]
  readonly #tableOf = new Uint8Array(256).fill(3)

  /** @throws {RangeError} on a port out of range, or too many applications */
  constructor(applications: readonly Application[]) {
    if (applications.length > maxApplications) {
      throw new RangeError(`at most ${maxApplications} applications can be told apart, got ${applications.length}`)
    }
    const create = (): Uint16Array => new Uint16Array(portCount)
    this.#tables = [create(), create(), create(), create()]
    this.#tableOf[tcp] = 0
    this.#tableOf[udp] = 1
    for (const protocol of otherWithPorts) this.#tableOf[protocol] = 2
    for (const [index, application] of applications.entries()) {
      for (const [from, to] of application.ports.map((ports) => rangeOf(application.name, ports))) {
        for (const table of this.#tablesOf(application.protocol)) {
          for (let port = from; port <= to; port++) table[port] ||= index + 1
        }
      }
    }
  }

  /** Place of the application in the list + 1; 0 when neither port is in the table or the protocol has no ports. */
  lookup(protocol: number, srcPort: number, dstPort: number): number {
    const table = this.#tables[this.#tableOf[protocol]!]!
    if (srcPort < dstPort) return table[srcPort]! || table[dstPort]!
    return table[dstPort]! || table[srcPort]!
  }

  #tablesOf(protocol: Application['protocol']): readonly Uint16Array[] {
    if (protocol === 'any') return this.#tables.slice(0, 3)
    return [this.#tables[protocol === 'tcp' ? 0 : 1]]
  }
}

function rangeOf(application: string, ports: number | string): readonly [from: number, to: number] {
  const [from, to] = typeof ports === 'number' ? [ports, ports] : ports.split('-').map(Number)
  if (from === undefined || to === undefined || !(from >= 0 && from <= to && to < portCount)) {
    throw new RangeError(`ports of ${application} must be 0..65535 or FROM-TO, got "${ports}"`)
  }
  return [from, to]
}
