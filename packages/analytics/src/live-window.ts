/**
 * The last minutes of traffic in slices of 5 s: matrices, heavy hitters, interface loads and the IPv6 share, each over a
 * window that ends some slices ago, because records arrive after their packets. A record is spread over the slices
 * between its first and its last packet, so an exporter's timeouts do not show as bursts.
 *
 * Volumes are estimates: octets × max(sampling rate, 1). Totals, matrices and tops include only counted records;
 * interface loads include all.
 *
 *   block → lay over slices → slices[n].add(share of each record)
 *   query → slices of the window → sum, or merged sketch
 * @module
 */
import { KeyedHash, wordsPerFiveTuple } from '@vagus/address'
import type { FlowBlock } from '@vagus/flow'
import type { Domain } from './domain.ts'
import { type InterfaceLoad, interfaceLoadsOf } from './interface-loads.ts'
import { InterfaceTable } from './interface-table.ts'
import { type Ipv6Point, ipv6PointsOf } from './ipv6-share.ts'
import { Metering } from './metering.ts'
import { PairTable } from './pair-table.ts'
import { leastRecordLag, mostRecordLag, type RecordLags } from './record-lags.ts'
import { samplingVariance } from './sampling-error.ts'
import type { Contribution, Slice } from './slice.ts'
import { SliceRing } from './slice-ring.ts'
import { type Top, topOf } from './top.ts'
import type { TopSet } from './top-sets.ts'
import { type TrafficMatrix, trafficMatrixOf } from './traffic-matrix.ts'
import { totalsOf, type TrafficTotals } from './traffic-totals.ts'
import { familyOf, volume } from './volume.ts'
import { type Composition, compositionOf } from './unusual/composition.ts'
import type { Window } from './window.ts'

export interface LiveWindowConfig {
  readonly domain: Domain
  /** Device number of an exporter: `Enricher.deviceOf`. */
  readonly deviceOf: (exporter: number) => number
  /** Start of counting, milliseconds since 1970: windows do not reach further back. */
  readonly startedAt: number
  /** `hashKeyWords` random words, so that nobody can choose addresses and ports that collide in a sketch. */
  readonly hashKey: Uint32Array
  /** Length of a slice in milliseconds; default 5000. */
  readonly sliceMs?: number
  /** Maximum window of a query in seconds; default 300. */
  readonly maxSeconds?: number
  /** Milliseconds that windows end before now, as records arrive after their packets; default 10,000. */
  readonly lagMs?: number
  /** Learns how late records come; windows then end by that before now, instead of `lagMs`. */
  readonly lags?: RecordLags
}

/** Records since the start. */
export interface LiveCounts {
  readonly records: number
  readonly counted: number
  /** Records that ended before the oldest slice; they are left out. */
  readonly late: number
  /** Records that started before the oldest slice; only the part within the ring is counted. */
  readonly cut: number
  /** Records that ended more than a second after now; they are counted as ending now. */
  readonly future: number
}

const twoTo32 = 2 ** 32
/** A record may span all slices of the ring, but is added to at most this many sketches. */
const maxSketchesPerRecord = 8

export class LiveWindow {
  readonly #domain: Domain
  readonly #deviceOf: (exporter: number) => number
  readonly #ring: SliceRing
  readonly #lags: RecordLags | undefined
  readonly #interfaces = new InterfaceTable()
  readonly #metering = new Metering(this.#interfaces.capacity)
  readonly #sites: PairTable
  readonly #edges: PairTable
  /** By device number: a bit for each family of its exported records. */
  readonly #families: Uint8Array
  readonly #record: Contribution
  readonly #hash: KeyedHash
  #records = 0
  #counted = 0

  constructor({
    domain,
    deviceOf,
    startedAt,
    hashKey,
    sliceMs = 5000,
    maxSeconds = 300,
    lagMs = leastRecordLag,
    lags,
  }: LiveWindowConfig) {
    this.#domain = domain
    this.#lags = lags
    this.#deviceOf = deviceOf
    // Two more: the slice being filled, and the parts of a slice at the ends of the window.
    const slices = Math.ceil((maxSeconds * 1000 + (lags === undefined ? lagMs : mostRecordLag)) / sliceMs) + 2
    const lagAt = (now: number): number => lags?.lagAt(now) ?? lagMs
    this.#ring = new SliceRing({ sliceMs, slices, lagAt, startedAt })
    this.#families = new Uint8Array(domain.devices.length + 1)
    this.#record = emptyContribution()
    this.#hash = new KeyedHash(hashKey)
    this.#sites = new PairTable(this.#hash)
    this.#edges = new PairTable(this.#hash)
    this.#interfaces.reserve(domain.devices)
  }

  /** Adds all rows of an enriched block, and does not retain the block. `now` in milliseconds since 1970. */
  add(block: FlowBlock, now: number): void {
    this.#ring.advance(now)
    this.#lags?.learn(block, now)
    this.#record.block = block
    const { start, end, length } = block
    for (let row = 0; row < length; row++) {
      const from = start[row * 2 + 1]! * twoTo32 + start[row * 2]!
      const to = end[row * 2 + 1]! * twoTo32 + end[row * 2]!
      if (this.#ring.lay(from, to)) this.#addRow(block, row)
    }
    this.#records += length
  }

  #addRow(block: FlowBlock, row: number): void {
    const record = this.#record
    const rate = block.samplingRate[row]! || 1
    const octets = block.octets[row * 2 + 1]! * twoTo32 + block.octets[row * 2]!
    const packets = block.packets[row * 2 + 1]! * twoTo32 + block.packets[row * 2]!
    record.row = row
    record.octets = octets * rate
    record.packets = packets * rate
    record.variance = samplingVariance(octets, packets, rate)
    record.family = familyOf(block.version[row]!)
    this.#findInterfaces(block, row)
    record.isCounted = block.counted[row] === 1
    if (record.isCounted) {
      this.#counted++
      record.sitePair = this.#sites.slotOf(block.srcSite[row]!, block.dstSite[row]!)
      record.edgePair = this.#edges.slotOf(block.ingressEdge[row]!, block.egressEdge[row]!)
      this.#hash.ofFiveTuple(record, block, row)
    }
    const { first, last } = this.#ring
    const stride = Math.ceil((last - first + 1) / maxSketchesPerRecord)
    let untold = 0
    for (let number = first; number <= last; number++) {
      const slice = this.#ring.sliceAt(number)
      const share = this.#ring.shareIn(number)
      const flows = number === last ? 1 : 0
      slice.add(record, share, flows)
      untold += share
      if (!record.isCounted || ((number - first + 1) % stride !== 0 && number < last)) continue
      slice.sketch(record, untold, flows)
      untold = 0
    }
  }

  /** Finds the interfaces that the record is a load of: where it was made, and the other one that it names. */
  #findInterfaces(block: FlowBlock, row: number): void {
    const record = this.#record
    record.inSlot = record.outSlot = -1
    const device = this.#deviceOf(block.exporter[row]!)
    if (device === 0) return
    this.#families[device]! |= 1 << record.family
    const inIf = block.inIf[row]!
    const outIf = block.outIf[row]!
    const isExit = block.direction[row] === 1
    record.isExit = isExit
    if (inIf !== 0 && (inIf !== outIf || !isExit)) record.inSlot = this.#interfaces.findOrInsert(device, inIf)
    if (outIf !== 0 && (inIf !== outIf || isExit)) record.outSlot = this.#interfaces.findOrInsert(device, outIf)
    this.#metering.learn(record.inSlot, record.outSlot, isExit ? 'exit' : 'entry')
  }

  /** The window that answers a query for the last `seconds`. */
  windowAt(seconds: number, now: number): Window {
    return this.#ring.windowAt(seconds, now)
  }

  totals(seconds: number, now: number): TrafficTotals {
    const { window, slices } = this.#ask(seconds, now)
    return totalsOf(window, slices)
  }

  /** @throws {RangeError} when the domain has more sites or devices than `maxMatrixNodes` */
  matrix(between: 'sites' | 'edges', seconds: number, now: number): TrafficMatrix {
    const { window, slices } = this.#ask(seconds, now)
    const nodes = between === 'sites' ? this.#domain.sites.length : this.#domain.devices.length
    return trafficMatrixOf(between, nodes, between === 'sites' ? this.#sites : this.#edges, window, slices)
  }

  /** The `n` heaviest keys of a set of dimensions (`topSetOf`). */
  top(set: TopSet, n: number, seconds: number, now: number): Top {
    const { window, slices } = this.#ask(seconds, now)
    return topOf(set, n, { window, slices, sites: this.#sites, domain: this.#domain })
  }

  /** What `explain` compares of two windows: the heaviest of each set, and how many there are. */
  composition(seconds: number, now: number): Composition {
    const { window, slices } = this.#ask(seconds, now)
    return compositionOf({ window, slices, sites: this.#sites, domain: this.#domain })
  }

  /** Loads of all interfaces that records named. */
  interfaceLoads(seconds: number, now: number): { readonly window: Window; readonly items: readonly InterfaceLoad[] } {
    const { window, slices } = this.#ask(seconds, now)
    return { window, items: interfaceLoadsOf(this.#interfaces, this.#metering, window, slices) }
  }

  /** IPv4 and IPv6 by slice, for `ipv6ShareOf`. Slices without any traffic have zeros. */
  ipv6Points(seconds: number, now: number): { readonly window: Window; readonly points: readonly Ipv6Point[] } {
    const { window, slices } = this.#ask(seconds, now)
    return { window, points: ipv6PointsOf(window, slices, this.#ring.sliceMs) }
  }

  /** Names of devices that exported records but none of IPv6 since the start: their IPv6 share is unknown, not zero. */
  ipv6Blind(): readonly string[] {
    return this.#domain.devices.filter((_, index) => isBlind(this.#families[index + 1]!)).map(({ name }) => name)
  }

  counts(): LiveCounts {
    const { late, cut, future } = this.#ring
    return { records: this.#records, counted: this.#counted, late, cut, future }
  }

  #ask(seconds: number, now: number): { readonly window: Window; readonly slices: readonly Slice[] } {
    const window = this.#ring.windowAt(seconds, now)
    return { window, slices: this.#ring.slicesIn(window) }
  }
}

const isBlind = (families: number): boolean => families !== 0 && (families & (1 << volume.ipv6Octets)) === 0

function emptyContribution(): Contribution {
  return {
    block: undefined as unknown as FlowBlock, // sound: `add` sets it before any row is read
    row: 0,
    octets: 0,
    packets: 0,
    variance: 0,
    family: volume.otherOctets,
    inSlot: -1,
    outSlot: -1,
    isExit: false,
    isCounted: false,
    sitePair: -1,
    edgePair: -1,
    key: new Uint32Array(wordsPerFiveTuple),
    srcHash: 0,
    dstHash: 0,
    pairHash: 0,
    conversationHash: 0,
  }
}
