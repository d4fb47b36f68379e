/** The sums of one time slice, and the contribution of a record to them. @module */
import { type FiveTupleHashes, wordsPerFiveTuple } from '@vagus/address'
import type { FlowBlock } from '@vagus/flow'
import { Distinct } from './distinct.ts'
import { SpaceSaving } from './space-saving.ts'
import { volume, volumeFields, Volumes } from './volume.ts'

/** Minimum keys of each sketch of a slice: 16 × the longest list that is shown, which has 64. */
const sketchCapacity = 1024

/** Offsets in an interface's row of `loads`: octets of records made there; from `implied`, of others. */
export const load = { in: 0, inIpv6: 1, out: 2, outIpv6: 3, implied: 4 } as const
export const loadFields = 8

/** Contribution of one record, computed once and spread over its slices. The object is reused for each record. */
export interface Contribution extends FiveTupleHashes {
  block: FlowBlock
  row: number
  octets: number
  packets: number
  variance: number
  /** Offset of its octets in `volume`. */
  family: number
  /** Interface slots, -1 for none. */
  inSlot: number
  outSlot: number
  /** Whether it was made on exit by `outSlot`, otherwise on entry by `inSlot`. */
  isExit: boolean
  isCounted: boolean
  sitePair: number
  edgePair: number
}

export class Slice {
  /** Start / length of a slice; -1 while unused. */
  number = -1
  readonly totals = new Float64Array(volumeFields)
  readonly sites = new Volumes()
  readonly edges = new Volumes()
  readonly applications = new Volumes()
  loads = new Float64Array(0)
  readonly src = new SpaceSaving(4, sketchCapacity)
  readonly dst = new SpaceSaving(4, sketchCapacity)
  readonly pair = new SpaceSaving(8, sketchCapacity)
  readonly conversation = new SpaceSaving(wordsPerFiveTuple, sketchCapacity)
  readonly sources = new Distinct()
  readonly destinations = new Distinct()

  /** Adds `share` (0..1) of the record; `flows` is 1 in the slice in which it ends, otherwise 0. */
  add(record: Contribution, share: number, flows: number): void {
    const octets = record.octets * share
    const { inSlot, outSlot, isExit, family } = record
    const ipv6 = family === volume.ipv6Octets ? octets : 0
    if (inSlot >= 0) this.#addLoad(inSlot * loadFields + load.in + (isExit ? load.implied : 0), octets, ipv6)
    if (outSlot >= 0) this.#addLoad(outSlot * loadFields + load.out + (isExit ? 0 : load.implied), octets, ipv6)
    if (!record.isCounted) return
    const packets = record.packets * share
    const variance = record.variance * share
    addVolume(this.totals, 0, family, octets, packets, flows, variance)
    if (record.sitePair >= 0) {
      const at = this.sites.rowAt(record.sitePair)
      addVolume(this.sites.rows, at, family, octets, packets, flows, variance)
    }
    if (record.edgePair >= 0) {
      const at = this.edges.rowAt(record.edgePair)
      addVolume(this.edges.rows, at, family, octets, packets, flows, variance)
    }
    const at = this.applications.rowAt(record.block.application[record.row]!)
    addVolume(this.applications.rows, at, family, octets, packets, flows, variance)
  }

  /** Adds `share` of a counted record to the sketches: the costly part, so long records do it in few steps. */
  sketch(record: Contribution, share: number, flows: number): void {
    const { block, row, key } = record
    const octets = record.octets * share
    const packets = record.packets * share
    this.src.add(block.srcAddr, row * 4, record.srcHash, octets, packets, flows)
    this.dst.add(block.dstAddr, row * 4, record.dstHash, octets, packets, flows)
    this.pair.add(key, 0, record.pairHash, octets, packets, flows)
    this.conversation.add(key, 0, record.conversationHash, octets, packets, flows)
    this.sources.add(record.srcHash)
    this.destinations.add(record.dstHash)
  }

  /** Restarts as slice `number` in the same memory. */
  restart(number: number): void {
    this.number = number
    this.totals.fill(0)
    this.loads.fill(0)
    for (const each of [this.sites, this.edges, this.applications]) each.clear()
    for (const each of [this.src, this.dst, this.pair, this.conversation]) each.clear()
    this.sources.clear()
    this.destinations.clear()
  }

  #addLoad(at: number, octets: number, ipv6: number): void {
    if (at >= this.loads.length) {
      const larger = new Float64Array(Math.max(64 * loadFields, this.loads.length * 2, at + loadFields))
      larger.set(this.loads)
      this.loads = larger
    }
    this.loads[at]! += octets
    this.loads[at + 1]! += ipv6
  }
}

function addVolume(
  rows: Float64Array,
  at: number,
  family: number,
  octets: number,
  packets: number,
  flows: number,
  variance: number,
): void {
  rows[at + family]! += octets
  rows[at + volume.packets]! += packets
  rows[at + volume.flows]! += flows
  rows[at + volume.variance]! += variance
}
