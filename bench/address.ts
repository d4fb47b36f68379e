/**
 * Longest-prefix look-ups a second on a million prefixes, against what one writes without such a table: a Map for each
 * prefix length, asked from the longest to the shortest. Both get the same prefixes and the same random addresses.
 */
import { type Prefix, PrefixTable, writeWords } from '../packages/address/src/index.ts'
import type { Row } from '../scripts/bench.ts'

const prefixCount = 1_000_000
const probeCount = 500_000

/** How many of a hundred prefixes have which length; roughly the shape of the Internet's tables. */
const mixes = {
  4: { 8: 1, 14: 1, 16: 2, 18: 2, 19: 4, 20: 6, 21: 6, 22: 14, 23: 10, 24: 54 },
  6: { 29: 4, 32: 14, 36: 5, 40: 9, 44: 8, 46: 3, 47: 2, 48: 54, 52: 1 },
} as const

/** xorshift32: the same figures in every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0
}

interface Prefixes {
  readonly version: 4 | 6
  /** Four words an address, least significant first. */
  readonly words: Uint32Array
  readonly lengths: Uint8Array
}

/** `prefixCount` different prefixes. IPv4: anywhere. IPv6: more specifics of 60,000 allocations, and these themselves. */
function prefixesOf(version: 4 | 6): Prefixes {
  const random = createRandom(version)
  const mix = Object.entries(mixes[version]).flatMap(([length, share]) =>
    Array.from({ length: share }, () => Number(length)),
  )
  const allocations = Array.from({ length: 60_000 }, () => (0x20000000 | (random() & 0x0c0fffff)) >>> 0)
  const seen = new Map(mix.map((length) => [length, new Set<number>()]))
  const words = new Uint32Array(prefixCount * 4)
  const lengths = new Uint8Array(prefixCount)
  for (let place = 0; place < prefixCount;) {
    const length = mix[random() % mix.length]!
    const high = version === 4 ? 0x01000000 + (random() % 0xdf000000) : allocations[random() % allocations.length]!
    const w3 = (high & maskOf(length)) >>> 0
    const w2 = version === 4 ? 0 : (random() & maskOf(length - 32)) >>> 0
    const first53Bits = w3 * 2 ** 21 + (w2 >>> 11)
    if (seen.get(length)!.has(first53Bits)) continue
    seen.get(length)!.add(first53Bits)
    words.set(version === 4 ? [w3, 0xffff, 0, 0] : [0, 0, w2, w3], place * 4)
    lengths[place++] = length
  }
  return { version, words, lengths }
}

/** The prefixes with consecutive values. */
function* entriesOf({ version, words, lengths }: Prefixes): Iterable<readonly [Prefix, number]> {
  for (let place = 0; place < prefixCount; place++) {
    yield [{ version, octets: octetsOf(words, place * 4), length: lengths[place]! }, place]
  }
}

/** Addresses within prefixes: any prefix alike, or as traffic has it, the n-th with a share of about 1/n. */
const choices = {
  'any address alike': (random: () => number) => random() % prefixCount,
  'addresses as heavy-tailed as traffic': (random: () => number) => Math.floor(prefixCount ** (random() / 2 ** 32)),
} as const

function probesOf({ version, words, lengths }: Prefixes, choose: (random: () => number) => number): Uint32Array {
  const random = createRandom(version + 1)
  const probes = new Uint32Array(probeCount * 4)
  for (let at = 0; at < probes.length; at += 4) {
    const place = choose(random) % prefixCount
    const [w0, w1, w2, w3] = words.subarray(place * 4, place * 4 + 4)
    const host = (word: number, from: number): number => (word | (random() & ~maskOf(lengths[place]! - from))) >>> 0
    probes.set(version === 4 ? [host(w0!, 0), w1!, w2!, w3!] : [random(), random(), host(w2!, 32), host(w3!, 0)], at)
  }
  return probes
}

function octetsOf(words: Uint32Array, at: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => words[at + 3 - (index >> 2)]! >>> (24 - (index & 3) * 8))
}

/** Keys are 32 bits as a number, or the 64 bits in which the IPv6 prefixes differ as a bigint. */
type MapsByLength = readonly (readonly [length: number, map: Map<number | bigint, number>])[]

function mapsOf(version: 4 | 6, entries: Iterable<readonly [Prefix, number]>): MapsByLength {
  const maps = new Map<number, Map<number | bigint, number>>()
  const words = new Uint32Array(4)
  for (const [{ octets, length }, value] of entries) {
    writeWords(words, 0, octets)
    const key = version === 4 ? words[0]! : (BigInt(words[3]!) << 32n) | BigInt(words[2]!)
    const map = maps.get(length) ?? new Map<number | bigint, number>()
    maps.set(length, map.set(key, value))
  }
  return [...maps].sort(([a], [b]) => b - a)
}

function lookUpMaps4(maps: MapsByLength, probes: Uint32Array, at: number): number {
  for (const [length, map] of maps) {
    const value = map.get((probes[at]! & maskOf(length)) >>> 0)
    if (value !== undefined) return value
  }
  return -1
}

function lookUpMaps6(maps: MapsByLength, probes: Uint32Array, at: number): number {
  const address = (BigInt(probes[at + 3]!) << 32n) | BigInt(probes[at + 2]!)
  for (const [length, map] of maps) {
    const rest = BigInt(64 - length)
    const value = map.get((address >> rest) << rest)
    if (value !== undefined) return value
  }
  return -1
}

/** Look-ups a second: each tenth of the probes at its best of `rounds`, as other programs may run beside us. */
function rateOf(probes: Uint32Array, rounds: number, look: (probes: Uint32Array, at: number) => number) {
  const part = probes.length / 10
  const best = Array.from({ length: 10 }, () => Number.POSITIVE_INFINITY)
  let sum = 0
  for (let round = 0; round < rounds; round++) {
    sum = 0
    for (let tenth = 0; tenth < 10; tenth++) {
      const started = performance.now()
      for (let at = tenth * part; at < (tenth + 1) * part; at += 4) sum += look(probes, at)
      best[tenth] = Math.min(best[tenth]!, performance.now() - started)
    }
  }
  return { perSecond: (probes.length / 4 / best.reduce((total, each) => total + each)) * 1000, sum }
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  return ([4, 6] as const).flatMap((version) => {
    progress(`IPv${version}: making ${prefixCount} prefixes`)
    const prefixes = prefixesOf(version)
    const started = performance.now()
    const table = new PrefixTable(entriesOf(prefixes))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const size = `${(table.octets / 1e6).toFixed(0)} MB, built in ${seconds} s`
    const maps = mapsOf(version, entriesOf(prefixes))
    const look = version === 4 ? lookUpMaps4 : lookUpMaps6
    return Object.entries(choices).map(([what, choose]): Row => {
      progress(`IPv${version}: looking up, ${what}`)
      const probes = probesOf(prefixes, choose)
      const ours = rateOf(probes, 8, (column, at) => table.lookup(column, at))
      const peer = rateOf(probes, 2, (column, at) => look(maps, column, at))
      if (ours.sum !== peer.sum) throw new Error(`IPv${version}: the table and the maps found different prefixes`)
      return {
        claim: `longest-prefix match on ${prefixCount.toLocaleString('en')} IPv${version} prefixes, ${what}`,
        unit: 'look-ups/s, one core',
        ours: ours.perSecond,
        peer: peer.perSecond,
        ratio: ours.perSecond / peer.perSecond,
        aim: 'ours >= 10 M look-ups/s; none for the ratio',
        note: `peer: a JavaScript Map for each of ${maps.length} prefix lengths, written here; no npm library is in this tree to compare with. Our table: ${size}`,
      }
    })
  })
}
