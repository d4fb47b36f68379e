/** Rollups in SQL: partial sums by bucket, so that rollups of the same bucket merge by summing. @module */
import { interfaceDirection, rollupKeys } from '../sealed/tiers.ts'
import { bucketPartsSql } from './bucket-parts.ts'

type RollupRows = keyof typeof rollupKeys

const sums = 'sum(octets) AS octets, sum(packets) AS packets, sum(flows)::UBIGINT AS flows'

/** The rollup of single records into buckets of `bucket` milliseconds. */
export const rollupOfRecordsSql = (rows: RollupRows, from: string, bucket: number, where = 'true'): string =>
  rows === 'traffic' ? trafficSql(from, bucket, where) : interfacesSql(from, bucket, where)

/** Counts each packet once: only records with `counted` = 1. */
function trafficSql(from: string, bucket: number, where: string): string {
  const keys = rollupKeys.traffic
  return `SELECT bucket, ${keys.join(', ')}, ${sums}
    FROM (${bucketPartsSql(from, keys, bucket, `counted = 1 AND ${where}`)}) GROUP BY ALL`
}

/**
 * Every observation, at the interface where it was made, and its implication for the other interface of the record.
 * Grouping before this split leaves a few hundred rows instead of millions.
 */
function interfacesSql(from: string, bucket: number, where: string): string {
  const keys = ['exporter', 'inIf', 'outIf', 'direction', 'version']
  const { in: entry, out: exit, impliedIn, impliedOut } = interfaceDirection
  return `
    WITH seen AS MATERIALIZED (
      SELECT bucket, ${keys.join(', ')}, ${sums} FROM (${bucketPartsSql(from, keys, bucket, where)}) GROUP BY ALL),
    sides AS (
      SELECT bucket, exporter, CASE direction WHEN 1 THEN outIf ELSE inIf END AS interface,
        (CASE direction WHEN 1 THEN ${exit} ELSE ${entry} END)::UTINYINT AS direction, version, octets, packets, flows
      FROM seen
      UNION ALL
      SELECT bucket, exporter, CASE direction WHEN 1 THEN inIf ELSE outIf END AS interface,
        (CASE direction WHEN 1 THEN ${impliedIn} ELSE ${impliedOut} END)::UTINYINT AS direction, version, octets, packets, flows
      FROM seen WHERE inIf <> outIf)
    SELECT bucket, ${rollupKeys.interfaces.join(', ')}, ${sums} FROM sides WHERE interface <> 0 GROUP BY ALL`
}

/** Rollups of the same or a finer bucket, summed into buckets of `bucket` milliseconds. */
export const mergedRollupSql = (rows: RollupRows, from: string, bucket: number): string =>
  `SELECT (bucket // ${bucket}) * ${bucket} AS bucket, ${rollupKeys[rows].join(', ')}, ${sums} FROM ${from} GROUP BY ALL`
