/**
 * A full table as UPDATE messages, the same for the same size: prefix lengths, path lengths, communities and prefixes per
 * attribute block are drawn so that their shares are those of the public table.
 * @module
 */
import { parseAddress, type Prefix } from '@vagus/address'
import { encodeUpdate, type PathAttributes, type UpdateContext } from '@vagus/bgp'

const context: UpdateContext = { peer: 'external', asOctets: 4, families: new Set([257]), pathIds: new Set() }
/** Of a hundred prefixes: length and how many have it. */
const lengths = [
  [24, 60],
  [22, 11],
  [23, 9],
  [21, 5],
  [20, 5],
  [19, 3],
  [16, 3],
  [18, 3],
  [17, 1],
] as const
const lengthTable = lengths.flatMap(([length, count]) => Array.from({ length: count }, () => length))
const pathLengths = [1, 2, 2, 3, 3, 3, 4, 4, 5]

export interface FullTable {
  readonly octets: Uint8Array
  readonly messages: number
  readonly attributeSets: number
}

export function fullTable(routes: number, as: number, nextHop: string): FullTable {
  const below = random(7)
  const seen = new Set<number>()
  const prefix = (): Prefix => {
    for (;;) {
      const length = lengthTable[below(lengthTable.length)]!
      const first = 1 + below(222)
      // Not private, loopback or link-local: BIRD takes no route to 169.254.0.0/16.
      if (first === 10 || first === 127 || first === 169) continue
      const address = (first * 2 ** 24 + below(2 ** 24)) & (-1 << (32 - length))
      const key = (address >>> 0) * 64 + length
      if (seen.has(key)) continue
      seen.add(key)
      const octets = parseAddress('0.0.0.0')
      new DataView(octets.buffer).setInt32(12, address)
      return { version: 4, octets, length }
    }
  }
  const parts: Uint8Array[] = []
  let attributeSets = 0
  for (let made = 0; made < routes; attributeSets++) {
    // A few blocks have hundreds of prefixes, most have one or two (Pareto, 1.15).
    const share = Math.trunc((1 - below(1_000_000) / 1_000_000) ** (-1 / 1.15))
    const count = Math.min(routes - made, Math.max(1, share), 400)
    const attributes = attributesOf(as, parseAddress(nextHop).slice(12), below)
    const announced = Array.from({ length: count }, () => ({ prefix: prefix() }))
    parts.push(encodeUpdate({ withdrawn: [], announced, attributes }, context))
    made += count
  }
  return { octets: new Uint8Array(Buffer.concat(parts)), messages: parts.length, attributeSets }
}

function attributesOf(as: number, nextHop: Uint8Array, below: (limit: number) => number): PathAttributes {
  const some = <T>(most: number, one: () => T): readonly T[] => Array.from({ length: 1 + below(most) }, one)
  const path = Array.from({ length: pathLengths[below(pathLengths.length)]! }, () => 1000 + below(399_000))
  return {
    origin: below(4) === 0 ? 2 : 0,
    asPath: [{ type: 2, as: [as, ...path] }],
    nextHop,
    ...(below(10) < 3 ? { multiExitDisc: below(500) } : {}),
    ...(below(10) < 4 ? { communities: some(8, () => (1000 + below(64_000)) * 65536 + below(65536)) } : {}),
    ...(below(100) < 12
      ? {
          largeCommunities: some(4, () => ({
            globalAdministrator: 1000 + below(399_000),
            localData1: below(9),
            localData2: below(9999),
          })),
        }
      : {}),
  }
}

function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}
