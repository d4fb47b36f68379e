/**
 * Groupings by which the records of a file are summed when it is sealed, so that the most frequent top queries need not
 * read every record. Sums are exact: a grouping with too many groups is left out of a file, and queries read the
 * records instead.
 * @module
 */
import type { Dimension } from '@vagus/api'

/** A grouping can answer a query when it has all dimensions that the query groups by and filters on. */
export const groupings = [
  ['src'],
  ['dst'],
  ['protocol', 'dstPort'],
  ['srcAs', 'dstAs'],
  ['version', 'application', 'srcSite', 'dstSite', 'ingress', 'egress'],
  ['exporter', 'inIf', 'outIf'],
] as const satisfies readonly (readonly Dimension[])[]

/** Index in `groupings` of one that can answer; `undefined` when none can. */
export function groupingFor(dimensions: readonly Dimension[]): number | undefined {
  const index = groupings.findIndex((each) => dimensions.every((one) => (each as readonly Dimension[]).includes(one)))
  return index < 0 ? undefined : index
}

/** Above this, or above a quarter of the records, sums do not pay for their space: reading records is as fast. */
const maxGroups = 500_000
const maxShare = 1 / 4

/** Whether a grouping with `groups` groups of `records` records is kept. */
export const isWorthKeeping = (groups: number, records: number): boolean =>
  groups <= maxGroups && groups <= Math.max(records * maxShare, 1000)
