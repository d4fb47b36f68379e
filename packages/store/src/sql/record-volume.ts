/**
 * Volume of a record, in SQL. Doubles are exact for whole numbers up to 2^53, and no counter of an exporter fails a
 * query, whereas 64-bit integers do when they overflow. CASE is three times as fast as `greatest`.
 * @module
 */
import { longestRecord } from '../hot/row-group.ts'

const sampling = 'CASE WHEN samplingRate > 1 THEN samplingRate ELSE 1 END'
export const octetsSql = `octets::DOUBLE * ${sampling}`
export const packetsSql = `packets::DOUBLE * ${sampling}`

/** Duration of a record, milliseconds; negative when its times are wrong. */
const lasted = '("end"::DOUBLE - start::DOUBLE)'
/** Whether the record's duration is plausible; otherwise all of it counts at its end. */
export const hasDuration = `${lasted} > 0 AND ${lasted} <= ${longestRecord}`

/** Selects the records that overlap the window. Cheap conditions come first. */
export const touchesSql = (from: number, to: number): string =>
  `"end" >= ${from} AND ("end" < ${to} OR (start < ${to} AND ${hasDuration}))`

/** The part of an overlapping record that is within the window, 0..1. */
export const weightSql = (from: number, to: number): string =>
  `CASE WHEN start >= ${from} AND "end" < ${to} THEN 1.0 WHEN "end" < ${to} AND NOT (${hasDuration}) THEN 1.0
    ELSE ((CASE WHEN "end" < ${to} THEN "end"::DOUBLE ELSE ${to} END)
      - (CASE WHEN start > ${from} THEN start::DOUBLE ELSE ${from} END)) / ${lasted} END`

/** 1 for a record that ended within the window. */
export const endedSql = (to: number): string => `("end" < ${to})::UTINYINT`
