/**
 * What the kernel has sent from this network namespace, by its own counters.
 *
 * The IP layer (RFC 4293 ipSystemStatsTable) counts octets and packets by family, headers, retransmissions and
 * acknowledgements included, but before the queue of the interface, which may drop them when it shapes. The interfaces
 * count what left, but not by family. So both are read, and `passed` says how much of the one became the other.
 * @module
 */
import { readFileSync } from 'node:fs'

export interface Traffic {
  readonly octets: number
  readonly packets: number
}
export interface FamilyTraffic {
  readonly v4: Traffic
  readonly v6: Traffic
}

/** Counters of the IP layer since the namespace began. */
export interface KernelReading extends FamilyTraffic {
  /** Share of the octets sent since the reading before that has left the interfaces; a queue that drains makes it more than 1. */
  readonly passed: number
}

/** Files of /proc/net by name. */
export type ProcNet = Readonly<Record<'snmp' | 'netstat' | 'snmp6' | 'dev', string>>

/** Fewer octets than these between two readings say nothing about what passed. */
const leastToJudge = 10_000
/** Frames of other protocols, and what others send, do not make more pass than was sent, but for a queue that drains. */
const maxPassed = 1.2
/** Ethernet header, which interfaces count and the IP layer does not; a veth has no trailer. */
const frameHeader = 14

export class KernelCounters {
  readonly #read: () => ProcNet
  #ip: number
  #interfaces: number

  /** @throws {Error} where /proc/net is not mounted */
  constructor(read: () => ProcNet = readProcNet) {
    this.#read = read
    const files = read()
    this.#ip = octetsOf(familiesIn(files))
    this.#interfaces = interfaceOctetsIn(files)
  }

  read(): KernelReading {
    const files = this.#read()
    const families = familiesIn(files)
    const sent = octetsOf(families) - this.#ip
    if (sent < leastToJudge) return { ...families, passed: 1 }
    const left = interfaceOctetsIn(files) - this.#interfaces
    this.#ip += sent
    this.#interfaces += left
    return { ...families, passed: Math.max(0, Math.min(maxPassed, left / sent)) }
  }
}

function readProcNet(): ProcNet {
  const read = (name: string): string => readFileSync(`/proc/self/net/${name}`, 'utf8')
  return { snmp: read('snmp'), netstat: read('netstat'), snmp6: read('snmp6'), dev: read('dev') }
}

const octetsOf = ({ v4, v6 }: FamilyTraffic): number => v4.octets + v6.octets

/** Numbers that are missing are 0. */
function familiesIn({ netstat, snmp, snmp6 }: ProcNet): FamilyTraffic {
  return {
    v4: { octets: inTable(netstat, 'IpExt', 'OutOctets'), packets: inTable(snmp, 'Ip', 'OutRequests') },
    v6: { octets: inList(snmp6, 'Ip6OutOctets'), packets: inList(snmp6, 'Ip6OutRequests') },
  }
}

/** Sent by all interfaces, without frame headers: of the columns, the ninth are octets and the tenth packets. */
function interfaceOctetsIn({ dev }: ProcNet): number {
  return dev
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) =>
      line
        .slice(line.indexOf(':') + 1)
        .trim()
        .split(/\s+/)
        .map(Number),
    )
    .reduce((sum, columns) => sum + (columns[8] ?? 0) - frameHeader * (columns[9] ?? 0), 0)
}

/** Two lines with one prefix: the names, then the values. */
function inTable(text: string, prefix: string, name: string): number {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith(`${prefix}: `))
    .map((line) => line.split(' '))
  return Number(values?.[names?.indexOf(name) ?? -1] ?? 0)
}

function inList(text: string, name: string): number {
  const line = text.split('\n').find((line) => line.split(/\s/, 1)[0] === name)
  return Number(line?.split(/\s+/)[1] ?? 0)
}
