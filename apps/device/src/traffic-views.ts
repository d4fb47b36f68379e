/**
 * The heaviest of what the router's flow export says, by destination and source network, flow and application, over a
 * sliding window of slices. Sketches bound the memory whatever the traffic, and merge.
 * @module
 */
import { hashKeyWords, KeyedHash, wordsPerFiveTuple, writeFiveTuple } from '@vagus/address'
import { ApplicationTable, defaultApplications, SpaceSaving } from '@vagus/analytics'
import type { FlowBlock } from '@vagus/flow'

/** Milliseconds; the window is so many slices. */
const slice = { milliseconds: 2000, count: 5 } as const
/** Entries of a sketch: 16 for each of the 64 that are told, so that counts of those are all but exact. */
const capacity = 1024
/** Traffic is gathered by networks of this length; the route that covers one gives the prefix that is told. */
export const networkLength = { 4: 24, 6: 48 } as const

const wordsOf = { 'destination-network': 4, 'source-network': 4, flow: wordsPerFiveTuple, application: 1 } as const
export type SketchName = keyof typeof wordsOf
const names = Object.keys(wordsOf) as SketchName[] // sound: the table has exactly these names

interface Slice {
  readonly startedAt: number
  readonly sketches: Readonly<Record<SketchName, SpaceSaving>>
  ipv4: number
  ipv6: number
}

/** One key of a sketch with its octets in the window. */
export interface Heavy {
  readonly key: Uint32Array
  readonly octets: number
}

export class TrafficViews {
  readonly #applications = new ApplicationTable(defaultApplications)
  readonly #key = new Uint32Array(wordsPerFiveTuple)
  readonly #hash = new KeyedHash(crypto.getRandomValues(new Uint32Array(hashKeyWords)))
  #slices: Slice[] = []

  /** Rows of a block; `now` in milliseconds since 1970. */
  take(block: FlowBlock, now: number): void {
    const current = this.#current(now)
    for (let row = 0; row < block.length; row++) this.#takeRow(current, block, row)
  }

  /** Octets per second by IP version over the window, and its milliseconds. */
  totals(now: number): { readonly ipv4: number; readonly ipv6: number; readonly window: number } {
    this.#current(now)
    const window = Math.max(1, now - (this.#slices[0]?.startedAt ?? now))
    const sum = (version: 'ipv4' | 'ipv6'): number =>
      (this.#slices.reduce((octets, one) => octets + one[version], 0) * 1000) / window
    return { ipv4: sum('ipv4'), ipv6: sum('ipv6'), window }
  }

  /** The `n` heaviest, heaviest first. */
  top(name: SketchName, n: number): readonly Heavy[] {
    if (this.#slices.length === 0) return []
    const merged = SpaceSaving.merged(this.#slices.map(({ sketches }) => sketches[name]))
    return merged.top(n).map(({ key, octets }) => ({ key: key.slice(), octets }))
  }

  applicationName(index: number): string {
    return index === 0 ? 'other' : defaultApplications[index - 1]!.name
  }

  #takeRow(current: Slice, block: FlowBlock, row: number): void {
    const key = this.#key
    // A flow may last longer than a slice; what it carried counts when it is told.
    const octets =
      (block.octets[row * 2]! + block.octets[row * 2 + 1]! * 2 ** 32) * Math.max(1, block.samplingRate[row]!)
    const version = block.version[row]!
    if (version === 4) current.ipv4 += octets
    else if (version === 6) current.ipv6 += octets
    else return
    const add = (name: SketchName): void => {
      const words = wordsOf[name]
      current.sketches[name].add(key, 0, this.#hash.of(key, 0, words), octets, 1, 1)
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

  #current(now: number): Slice {
    const startedAt = now - (now % slice.milliseconds)
    const last = this.#slices.at(-1)
    if (last !== undefined && last.startedAt >= startedAt) return last
    const sketches = Object.fromEntries(names.map((name) => [name, new SpaceSaving(wordsOf[name], capacity)]))
    const made = { startedAt, sketches: sketches as Slice['sketches'], ipv4: 0, ipv6: 0 } // sound: made from all names
    this.#slices = [...this.#slices, made].filter((one) => one.startedAt > startedAt - slice.milliseconds * slice.count)
    return made
  }
}

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
