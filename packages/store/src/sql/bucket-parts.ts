/**
 * Spreads records over buckets of time, in SQL. Most records are within one bucket and stay as they are; the others are
 * split at the boundaries in proportion to time. `flows` counts a record in the bucket in which it ended.
 * @module
 */
import { hasDuration, octetsSql, packetsSql } from './record-volume.ts'

/** Rows with `keys`, `bucket` (its start, milliseconds since 1970), `octets`, `packets` and `flows`. */
export function bucketPartsSql(from: string, keys: readonly string[], bucket: number, where: string): string {
  const list = keys.join(', ')
  const spans = `(start // ${bucket} < "end" // ${bucket} AND ${hasDuration})`
  const share = `((CASE WHEN finish < (part + 1)::DOUBLE * ${bucket} THEN finish ELSE (part + 1)::DOUBLE * ${bucket} END)
    - (CASE WHEN begin > part::DOUBLE * ${bucket} THEN begin ELSE part::DOUBLE * ${bucket} END)) / (finish - begin)`
  return `
    SELECT ${list}, ("end" // ${bucket}) * ${bucket} AS bucket, ${octetsSql} AS octets, ${packetsSql} AS packets, 1 AS flows
    FROM ${from} WHERE ${where} AND NOT ${spans}
    UNION ALL
    SELECT ${list}, part::UBIGINT * ${bucket} AS bucket, volume * ${share} AS octets, count * ${share} AS packets,
      (part = last)::UTINYINT AS flows
    FROM (
      SELECT ${list}, ${octetsSql} AS volume, ${packetsSql} AS count, start::DOUBLE AS begin, "end"::DOUBLE AS finish,
        ("end" // ${bucket})::BIGINT AS last,
        unnest(range((start // ${bucket})::BIGINT, ("end" // ${bucket})::BIGINT + 1)) AS part
      FROM ${from} WHERE ${where} AND ${spans})`
}
