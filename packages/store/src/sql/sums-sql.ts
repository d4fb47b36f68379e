/**
 * Sums of records by group, in SQL: one table for all groupings; the columns of other groupings are null. @module
 */
import { groupings } from '../sealed/groupings.ts'
import { columnsOf } from './filter-sql.ts'
import { octetsSql, packetsSql } from './record-volume.ts'

const sums = ['octets', 'packets', 'flows', 'countedOctets', 'countedPackets', 'countedFlows'] as const

/** Key columns. */
const keys = ['grouping', ...new Set(groupings.flatMap((dimensions) => dimensions.flatMap(columnsOf)))]

/** Sums of whole records: of all, and of those with `counted` = 1. */
export function sumsOfRecordsSql(from: string): string {
  const counted = (value: string): string => `sum(CASE counted WHEN 1 THEN ${value} ELSE 0 END)`
  const volumes = `sum(${octetsSql}) AS octets, sum(${packetsSql}) AS packets, count(*)::DOUBLE AS flows,
    ${counted(octetsSql)} AS countedOctets, ${counted(packetsSql)} AS countedPackets, ${counted('1')}::DOUBLE AS countedFlows`
  return groupings
    .map((dimensions, grouping) => {
      const columns = dimensions.flatMap(columnsOf)
      return `SELECT ${grouping}::UTINYINT AS grouping, ${columns.join(', ')}, ${volumes} FROM ${from} GROUP BY ALL`
    })
    .join(' UNION ALL BY NAME ')
}

/** Sums of several files as one, for the groupings that all of them have. */
export const mergedSumsSql = (from: string, common: readonly number[]): string =>
  `SELECT ${keys.join(', ')}, ${sums.map((sum) => `sum(${sum}) AS ${sum}`).join(', ')}
  FROM ${from} WHERE ${isOneOf(common)} GROUP BY ALL`

/** Whether a row belongs to one of these groupings. */
export const isOneOf = (some: readonly number[]): string =>
  some.length === 0 ? 'false' : `grouping IN (${some.join(', ')})`

/** The columns that a query adds up: of every observation, or of counted ones. */
export const sumColumns = {
  all: { octets: 'octets', packets: 'packets', flows: 'flows' },
  counted: { octets: 'countedOctets', packets: 'countedPackets', flows: 'countedFlows' },
} as const
