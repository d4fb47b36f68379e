/**
 * By what the records of a sealed file are added up once, when it is sealed: for the questions about largest groups
 * that are asked most, so that they need not read every record. Exact, or not there: a grouping with too many groups is
 * left out of a file, and its records are read instead.
 * @module
 */
import type { Dimension } from '@vagus/api'

/** A question can be answered from a grouping that has all dimensions that it groups by and filters on. */
export const groupings = [
  ['src'],
  ['dst'],
  ['protocol', 'dstPort'],
  ['srcAs', 'dstAs'],
  ['version', 'application', 'srcSite', 'dstSite', 'ingress', 'egress'],
  ['exporter', 'inIf', 'outIf'],
] as const satisfies readonly (readonly Dimension[])[]

/** Place in `groupings` of the one that can answer; `undefined` when none can. */
export function groupingFor(dimensions: readonly Dimension[]): number | undefined {
  const place = groupings.findIndex((each) => dimensions.every((one) => (each as readonly Dimension[]).includes(one)))
  return place < 0 ? undefined : place
}

/** More groups than this, or than a quarter of the records, are not worth their room: reading records is as quick. */
const maxGroups = 500_000
const maxShare = 1 / 4

/** Whether so many groups of so many records are kept. */
export const isWorthKeeping = (groups: number, records: number): boolean =>
  groups <= maxGroups && groups <= Math.max(records * maxShare, 1000)
