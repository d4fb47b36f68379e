/**
 * Counter samples of sFlow version 5: generic interface counters and the port's name (sFlow version 5,
 * `counters_sample`, `counters_sample_expanded`, `if_counters`, `port_name`).
 * @module
 */
import type { Reader } from '@vagus/wire'
import type { InterfaceCounters } from '../interface-counters.ts'
import { counterRecordFormat } from './formats.ts'

export type SampledCounters = Omit<InterfaceCounters, 'exporter' | 'at' | 'uptimeMs'>

const unknown32 = 0xffff_ffff

/** Reads a counter sample; undefined if it has no interface counters. @throws {DecodeError} */
export function readCounterSample(r: Reader, size: 'compact' | 'expanded'): SampledCounters | undefined {
  r.skip(size === 'compact' ? 8 : 12) // sequence and source
  let counters: SampledCounters | undefined
  let ifName: string | undefined
  const records = r.uint32()
  for (let index = 0; index < records && r.left > 0; index++) {
    const format = r.uint32()
    const length = r.uint32()
    const record = r.sub(length)
    if (format === counterRecordFormat.interface) counters = readInterface(record)
    else if (format === counterRecordFormat.portName) ifName = readName(record)
    r.skip(Math.min(r.left, -length & 3))
  }
  return counters && { ...counters, ifName }
}

/** Reads the fields in the order of `if_counters`. */
function readInterface(r: Reader): SampledCounters {
  const ifIndex = r.uint32()
  r.skip(4) // ifType
  const ifSpeed = r.uint64()
  r.skip(4) // ifDirection
  const status = r.uint32()
  const inOctets = r.uint64()
  const inPackets = packets(r)
  const inDiscards = known(r.uint32())
  const inErrors = known(r.uint32())
  r.skip(4) // ifInUnknownProtos
  const outOctets = r.uint64()
  const outPackets = packets(r)
  const outDiscards = known(r.uint32())
  const outErrors = known(r.uint32())
  return {
    ifIndex,
    ifName: undefined,
    ifSpeed: Number(ifSpeed),
    adminUp: (status & 1) !== 0,
    operUp: (status & 2) !== 0,
    inOctets,
    outOctets,
    inPackets,
    outPackets,
    inDiscards,
    outDiscards,
    inErrors,
    outErrors,
  }
}

/** The sum of unicast, multicast and broadcast packets. An unsupported counter is 2^32 - 1, and counts as 0. */
const packets = (r: Reader): number => (known(r.uint32()) + known(r.uint32()) + known(r.uint32())) % 0x1_0000_0000

const known = (value: number): number => (value === unknown32 ? 0 : value)

const maxNameOctets = 128

function readName(r: Reader): string {
  const octets = r.octets(Math.min(r.uint32(), r.left, maxNameOctets))
  return new TextDecoder().decode(octets).replaceAll(/\p{Cc}/gu, '')
}
