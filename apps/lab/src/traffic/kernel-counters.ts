/**
 * What the kernel has sent from this network namespace, of the IP layer's own counters (RFC 4293 ipSystemStatsTable):
 * octets and packets by family, headers and retransmissions and acknowledgements included.
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

/** Reads /proc/net of the process. @throws {Error} where that is not mounted */
export function readKernelCounters(): FamilyTraffic {
  const read = (name: string): string => readFileSync(`/proc/self/net/${name}`, 'utf8')
  return parseKernelCounters({ snmp: read('snmp'), netstat: read('netstat'), snmp6: read('snmp6') })
}

/** `snmp`, `netstat` and `snmp6` are the texts of these files in /proc/net. Numbers that are missing are 0. */
export function parseKernelCounters(files: Readonly<Record<'snmp' | 'netstat' | 'snmp6', string>>): FamilyTraffic {
  return {
    v4: { octets: inTable(files.netstat, 'IpExt', 'OutOctets'), packets: inTable(files.snmp, 'Ip', 'OutRequests') },
    v6: { octets: inList(files.snmp6, 'Ip6OutOctets'), packets: inList(files.snmp6, 'Ip6OutRequests') },
  }
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
