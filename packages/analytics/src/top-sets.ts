/**
 * The groupings that are followed live: those that users query most. The store answers other groupings.
 * @module
 */
import { dstPortText, fiveTupleOf, formatWords } from '@vagus/address'
import { type Domain, nameOf } from './domain.ts'

/** Dimensions of each set in display order. */
export const topSets = {
  src: ['src'],
  dst: ['dst'],
  pair: ['src', 'dst'],
  conversation: ['src', 'dst', 'srcPort', 'dstPort', 'protocol'],
  application: ['application'],
  sites: ['srcSite', 'dstSite'],
} as const
export type TopSet = keyof typeof topSets

/** The set that has exactly these dimensions, in any order; undefined when it is not followed live. */
export function topSetOf(by: readonly string[]): TopSet | undefined {
  const wanted = [...by].sort().join()
  return (Object.keys(topSets) as TopSet[]).find((set) => [...topSets[set]].sort().join() === wanted)
}

/** A key by dimension, as text: addresses are canonical, sites and applications names, the rest decimal; type and code of ICMP `8/0`. */
export function textOfKey(set: TopSet, key: Uint32Array, domain: Domain): Record<string, string> {
  switch (set) {
    case 'src':
      return { src: formatWords(key, 0) }
    case 'dst':
      return { dst: formatWords(key, 0) }
    case 'pair':
      return { src: formatWords(key, 0), dst: formatWords(key, 4) }
    case 'conversation': {
      const { src, dst, srcPort, dstPort, protocol } = fiveTupleOf(key)
      const ports = { srcPort: String(srcPort), dstPort: dstPortText({ dstPort, protocol }) }
      return { src, dst, ...ports, protocol: String(protocol) }
    }
    case 'application':
      return { application: nameOf(domain.applications, key[0]!) }
    case 'sites':
      return { srcSite: nameOf(domain.sites, key[0]!), dstSite: nameOf(domain.sites, key[1]!) }
    default:
      return set satisfies never
  }
}
