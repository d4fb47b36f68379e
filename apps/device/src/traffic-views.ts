/**
 * The heaviest of what the router's flow export says, by destination and source network, flow and application, over a
 * sliding window of slices. Sketches bound the memory whatever the traffic, and merge.
 *
 * A flow is told when it ends or at the exporter's active timeout, so what it carried is shared out over the slices
 * between its first and its last packet, and the window ends as long ago as flows lately took to be told:
 *
 *   |<- window ->|<------ delay ------>|now
 *
 * A constant rate is then seen as one, late by at most the timeout. Of flows that take longer than `maxDelay` only the
 * part of that last time is seen. A flow that several interfaces export counts at one (`observers.ts`).
 * @module
 */
import { hashKeyWords, KeyedHash, wordsPerFiveTuple, writeFiveTuple } from '@vagus/address'
import { ApplicationTable, defaultApplications, SpaceSaving } from '@vagus/analytics'
import type { FlowBlock } from '@vagus/flow'
import { Observers } from './observers.ts'

/** Milliseconds; the window is so many slices. */
const slice = { milliseconds: 5000, count: 2 } as const
/** The longest delay that is waited for, milliseconds. Each slice of it is up to 0.7 MB of sketches. */
const maxDelay = 120_000
/** Exporters look for flows that are due now and then: one may take a little longer than those before. */
const patience = 1.1
const maxSlices = Math.ceil((maxDelay * patience) / slice.milliseconds) + slice.count + 2
const twoTo32 = 2 ** 32
/** Entries of a sketch: 16 for each of the 64 that are told, so that counts of those are all but exact. */
const capacity = 1024
/** Traffic is gathered by networks of this length; the route that covers one gives the prefix that is told. */
export const networkLength = { 4: 24, 6: 48 } as const

const wordsOf = { 'destination-network': 4, 'source-network': 4, flow: wordsPerFiveTuple, application: 1 } as const
type SketchName = keyof typeof wordsOf
const names = Object.keys(wordsOf) as SketchName[] // sound: the table has exactly these names

interface Slice {
  readonly sketches: Readonly<Record<SketchName, SpaceSaving>>
  ipv4: number
  ipv6: number
}

/** One key of a sketch with its octets in the window. */
export interface Heavy {
  readonly key: Uint32Array
  readonly octets: number
}

/** What is known of a window. */
export interface SeenTraffic {
  /** Octets per second by IP version. */
  readonly ipv4: number
  readonly ipv6: number
  /** Milliseconds. */
  readonly window: number
  /** The `n` heaviest, heaviest first. */
  top(name: SketchName, n: number): readonly Heavy[]
}

export class TrafficViews {
  readonly #applications = new ApplicationTable(defaultApplications)
  readonly #key = new Uint32Array(wordsPerFiveTuple)
  readonly #hash = new KeyedHash(crypto.getRandomValues(new Uint32Array(hashKeyWords)))
  /** By number: the time since 1970 in slices. */
  readonly #slices = new Map<number, Slice>()
  /** How long flows took at most from their first packet to being told, by the slice in which they were told. */
  readonly #delays = new Map<number, number>()
  readonly #observers = new Observers()
  readonly #startedAt: number
  /** When the exporter last let hear of itself, if it told of a flow at all. */
  #heardAt = -Infinity

  /** `now` in milliseconds since 1970: of the time before nothing is known. */
  constructor(now: number) {
    this.#startedAt = now
  }

  /** Rows of a block; `now` in milliseconds since 1970. */
  take(block: FlowBlock, now: number): void {
    const silence = this.#silence
    for (let row = 0; row < block.length; row++) {
      const version = block.version[row]!
      if (version !== 4 && version !== 6) continue
      this.#heardAt = now
      writeFiveTuple(this.#key, block, row)
      const flow = this.#hash.of(this.#key, 0, wordsPerFiveTuple)
      if (this.#observers.counts(block, row, flow, now, silence)) this.#takeRow(block, row, version, now)
    }
    this.#forget(now)
  }

  /** A datagram of the exporter came, with rows or without: what is not told is not there. */
  heard(now: number): void {
    if (this.#heardAt > -Infinity) this.#heardAt = now
  }

  /**
   * The window that ends as long before `now` as flows take to be told; undefined while nothing is known of it, and when
   * the exporter has been silent for longer than that: no word is not no traffic.
   */
  seen(now: number): SeenTraffic | undefined {
    this.#forget(now)
    const to = numberOf(now - this.#delay)
    const from = Math.max(to - slice.count, Math.ceil(this.#startedAt / slice.milliseconds))
    if (Math.abs(now - this.#heardAt) > this.#silence || from >= to) return undefined
    const slices = [...this.#slices].filter(([number]) => number >= from && number < to).map(([, one]) => one)
    const window = (to - from) * slice.milliseconds
    const rateOf = (version: 'ipv4' | 'ipv6'): number =>
      (slices.reduce((octets, one) => octets + one[version], 0) * 1000) / window
    return {
      ipv4: rateOf('ipv4'),
      ipv6: rateOf('ipv6'),
      window,
      top(name, n) {
        if (slices.length === 0) return []
        const merged = SpaceSaving.merged(slices.map(({ sketches }) => sketches[name]))
        return merged.top(n).map(({ key, octets }) => ({ key: key.slice(), octets }))
      },
    }
  }

  applicationName(index: number): string {
    return index === 0 ? 'other' : defaultApplications[index - 1]!.name
  }

  #takeRow(block: FlowBlock, row: number, version: 4 | 6, now: number): void {
    const octets = wide(block.octets, row) * Math.max(1, block.samplingRate[row]!)
    const end = Math.min(wide(block.end, row), now)
    const start = Math.min(wide(block.start, row), end)
    const told = numberOf(now)
    const oldest = told - maxSlices + 1
    this.#delays.set(told, Math.max(this.#delays.get(told) ?? 0, Math.min(now - start, maxDelay)))
    if (numberOf(end) < oldest) return
    if (start === end) return this.#add(block, row, version, numberOf(end), octets)
    for (let number = Math.max(oldest, numberOf(start)); number * slice.milliseconds < end; number++) {
      const from = Math.max(start, number * slice.milliseconds)
      const to = Math.min(end, (number + 1) * slice.milliseconds)
      this.#add(block, row, version, number, (octets * (to - from)) / (end - start))
    }
  }

  #add(block: FlowBlock, row: number, version: 4 | 6, number: number, octets: number): void {
    const one = this.#sliceAt(number)
    const key = this.#key
    if (version === 4) one.ipv4 += octets
    else one.ipv6 += octets
    const add = (name: SketchName): void => {
      const words = wordsOf[name]
      one.sketches[name].add(key, 0, this.#hash.of(key, 0, words), octets, 1, 1)
    }
    writeFiveTuple(key, block, row)
    add('flow')
    key[0] = this.#applications.lookup(block.protocol[row]!, block.srcPort[row]!, block.dstPort[row]!)
    add('application')
    networkOf(key, block.srcAddr, row * 4, version)
    add('source-network')
    networkOf(key, block.dstAddr, row * 4, version)
    add('destination-network')
  }

  #sliceAt(number: number): Slice {
    const known = this.#slices.get(number)
    if (known !== undefined) return known
    const sketches = Object.fromEntries(names.map((name) => [name, new SpaceSaving(wordsOf[name], capacity)]))
    const made = { sketches: sketches as Slice['sketches'], ipv4: 0, ipv6: 0 } // sound: made from all names
    this.#slices.set(number, made)
    return made
  }

  get #delay(): number {
    return Math.max(0, ...this.#delays.values()) * patience
  }

  /** Milliseconds without a word after which no more is expected. */
  get #silence(): number {
    return Math.max(slice.milliseconds * slice.count, this.#delay)
  }

  /** Slices that no window needs any more, and delays of more than `maxDelay` ago. */
  #forget(now: number): void {
    const told = numberOf(now)
    for (const number of this.#delays.keys()) {
      if (number < told - maxDelay / slice.milliseconds || number > told) this.#delays.delete(number)
    }
    const oldest = numberOf(now - this.#delay) - slice.count
    for (const number of this.#slices.keys()) if (number < oldest || number > told) this.#slices.delete(number)
  }
}

const numberOf = (time: number): number => Math.floor(time / slice.milliseconds)
const wide = (column: Uint32Array, row: number): number => column[row * 2]! + column[row * 2 + 1]! * twoTo32

/** The first four words of `key`: the address without the bits behind `networkLength`. */
function networkOf(key: Uint32Array, words: Uint32Array, at: number, version: 4 | 6): void {
  if (version === 4) {
    key[0] = words[at]! & 0xffff_ff00
    key[1] = 0xffff
    key[2] = 0
    key[3] = 0
    return
  }
  key[0] = 0
  key[1] = 0
  key[2] = words[at + 2]! & 0xffff_0000
  key[3] = words[at + 3]!
}
