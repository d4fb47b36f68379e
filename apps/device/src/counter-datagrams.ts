/** A reading of all interfaces as sFlow datagrams of a size that fits a frame. @module */
import { type CounterSample, encodeCounterDatagram } from '@vagus/flow'
import type { Interface } from '@vagus/linux'

/** Samples a datagram: nine are some 1,400 octets, which passes an Ethernet frame whole, over IPv6 too. */
const samplesPerDatagram = 9
const loopback = 'lo'

/** What stays the same from one reading to the next, and the two numbers that grow. */
export interface CounterSource {
  /** Text of the device's address. */
  readonly agentAddress: string
  readonly subAgent: number
  /** Datagrams made so far; `counterDatagrams` counts on. */
  datagrams: number
  /** Readings made so far: the sequence number of each interface's sample. */
  readings: number
}

/** The interfaces except loopback, which carries no traffic of the network. Uptime in milliseconds. */
export function counterDatagrams(
  source: CounterSource,
  interfaces: readonly Interface[],
  uptimeMs: number,
): readonly Uint8Array[] {
  source.readings++
  const samples = interfaces.filter(({ name }) => name !== loopback).map((one) => sampleOf(one, source.readings))
  const datagrams: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += samplesPerDatagram) {
    source.datagrams++
    datagrams.push(
      encodeCounterDatagram({
        agentAddress: source.agentAddress,
        subAgent: source.subAgent,
        sequence: source.datagrams,
        uptimeMs,
        samples: samples.slice(at, at + samplesPerDatagram),
      }),
    )
  }
  return datagrams
}

const sampleOf = (one: Interface, sequence: number): CounterSample => ({
  sequence,
  ifIndex: one.index,
  ifName: one.name,
  ifSpeed: BigInt(one.speed),
  adminUp: one.admin === 'up',
  operUp: one.oper === 'up',
  inOctets: one.inOctets,
  inPackets: Number(one.inPackets),
  inMulticastPackets: Number(one.inMulticast),
  inDiscards: Number(one.inDiscards),
  inErrors: Number(one.inErrors),
  outOctets: one.outOctets,
  outPackets: Number(one.outPackets),
  outDiscards: Number(one.outDiscards),
  outErrors: Number(one.outErrors),
})
