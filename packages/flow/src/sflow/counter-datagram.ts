/**
 * Interface counters as an sFlow version 5 datagram. A device agent sends it, so that any collector can read it (sFlow
 * version 5, "sFlow Datagram Format", `counters_sample`, `if_counters`, `port_name`).
 *
 *   octets  4        4+4|16         4          4         4       4        (4       4       n)*
 *           version  agent address  sub-agent  sequence  uptime  samples   format  length  sample
 * @module
 */
import { parseAddress, versionOf } from '@vagus/address'
import { type Codec, counted, encode, octets, struct, uint32, uint64 } from '@vagus/wire'
import { counterRecordFormat, sampleFormat, sflowVersion } from './formats.ts'
import { string, variableArray } from './xdr.ts'

/** Totals since the interface came up. Totals with 32-bit fields are written modulo 2^32. */
export interface CounterSample {
  /** Number of the sample for this interface, from 1. */
  readonly sequence: number
  readonly ifIndex: number
  readonly ifName: string
  /** IANAifType; 6 is ethernetCsmacd. */
  readonly ifType?: number
  /** Bits per second; 0 is unknown. */
  readonly ifSpeed: bigint
  readonly adminUp: boolean
  readonly operUp: boolean
  readonly inOctets: bigint
  readonly inPackets: number
  readonly inMulticastPackets?: number
  readonly inDiscards: number
  readonly inErrors: number
  readonly outOctets: bigint
  readonly outPackets: number
  readonly outDiscards: number
  readonly outErrors: number
}

export interface CounterDatagram {
  /** Text of the device's address. */
  readonly agentAddress: string
  readonly subAgent: number
  /** Number of the datagram for this agent and sub-agent, from 1. */
  readonly sequence: number
  readonly uptimeMs: number
  readonly samples: readonly CounterSample[]
}

const interfaceCounters = struct({
  ifIndex: uint32,
  ifType: uint32,
  ifSpeed: uint64,
  ifDirection: uint32,
  ifStatus: uint32,
  ifInOctets: uint64,
  ifInUcastPkts: uint32,
  ifInMulticastPkts: uint32,
  ifInBroadcastPkts: uint32,
  ifInDiscards: uint32,
  ifInErrors: uint32,
  ifInUnknownProtos: uint32,
  ifOutOctets: uint64,
  ifOutUcastPkts: uint32,
  ifOutMulticastPkts: uint32,
  ifOutBroadcastPkts: uint32,
  ifOutDiscards: uint32,
  ifOutErrors: uint32,
  ifPromiscuousMode: uint32,
})

const interfaceCountersRecord = struct({ format: uint32, body: counted(4, interfaceCounters) })
const portNameRecord = struct({ format: uint32, body: counted(4, string(255)) })

const counterSample = struct({
  format: uint32,
  body: counted(
    4,
    struct({
      sequence: uint32,
      source: uint32,
      records: uint32,
      counters: interfaceCountersRecord,
      name: portNameRecord,
    }),
  ),
})

const header = (addressOctets: 4 | 16) =>
  struct({
    version: uint32,
    addressType: uint32,
    agentAddress: octets(addressOctets),
    subAgent: uint32,
    sequence: uint32,
    uptime: uint32,
    samples: variableArray(counterSample),
  })
type Header = typeof header extends (size: 4 | 16) => Codec<infer T> ? T : never

/** A data source of type 0 is an ifIndex of 24 bits. */
const maxIfIndex = 0xff_ffff

/**
 * Encodes one datagram. About 1,400 octets hold nine samples; the caller chooses how many to send at once.
 * @throws {AddressError} if the agent address is not valid
 * @throws {RangeError} if a number does not fit its field
 */
export function encodeCounterDatagram(datagram: CounterDatagram): Uint8Array<ArrayBuffer> {
  const address = parseAddress(datagram.agentAddress)
  const isVersion4 = versionOf(address) === 4
  const value: Header = {
    version: sflowVersion,
    addressType: isVersion4 ? 1 : 2,
    agentAddress: isVersion4 ? address.subarray(12) : address,
    subAgent: datagram.subAgent,
    sequence: datagram.sequence,
    uptime: modulo32(datagram.uptimeMs),
    samples: datagram.samples.map(wireSample),
  }
  return encode(header(isVersion4 ? 4 : 16), value)
}

function wireSample(sample: CounterSample): Header['samples'][number] {
  if (sample.ifIndex > maxIfIndex) {
    throw new RangeError(`"ifIndex" must be 0..${maxIfIndex} in a counter sample, got ${sample.ifIndex}`)
  }
  return {
    format: sampleFormat.counters,
    body: {
      sequence: sample.sequence,
      source: sample.ifIndex,
      records: 2,
      counters: { format: counterRecordFormat.interface, body: wireCounters(sample) },
      name: { format: counterRecordFormat.portName, body: sample.ifName },
    },
  }
}

const fullDuplex = 1

function wireCounters(sample: CounterSample): Header['samples'][number]['body']['counters']['body'] {
  const multicast = sample.inMulticastPackets ?? 0
  return {
    ifIndex: sample.ifIndex,
    ifType: sample.ifType ?? 6,
    ifSpeed: sample.ifSpeed,
    ifDirection: fullDuplex,
    ifStatus: (sample.adminUp ? 1 : 0) | (sample.operUp ? 2 : 0),
    ifInOctets: sample.inOctets,
    ifInUcastPkts: modulo32(Math.max(0, sample.inPackets - multicast)),
    ifInMulticastPkts: modulo32(multicast),
    ifInBroadcastPkts: 0,
    ifInDiscards: modulo32(sample.inDiscards),
    ifInErrors: modulo32(sample.inErrors),
    ifInUnknownProtos: 0,
    ifOutOctets: sample.outOctets,
    ifOutUcastPkts: modulo32(sample.outPackets),
    ifOutMulticastPkts: 0,
    ifOutBroadcastPkts: 0,
    ifOutDiscards: modulo32(sample.outDiscards),
    ifOutErrors: modulo32(sample.outErrors),
    ifPromiscuousMode: 0,
  }
}

const modulo32 = (value: number): number => Math.trunc(value) % 0x1_0000_0000
