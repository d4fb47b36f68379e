/** The times of four records, two per vector. They must be the same as those of `timeLines`. @module */
import type { Assembler } from '@vagus/wire'
import { type Constants, local } from './vector-locals.ts'
import { offsetOf, type TimeFields, vectorOctets, vectorOf } from './vector-plan.ts'

const zero = vectorOf([])
/** 2^63 - 1, for unsigned times of 64 bits that would be negative if read as signed. */
const farAhead = [...Array<number>(7).fill(0xff), 0x7f, ...Array<number>(7).fill(0xff), 0x7f]

export function storeTimes(a: Assembler, times: TimeFields, constants: Constants): void {
  for (const pair of [0, 1] as const) {
    const start = local.start[pair]
    const end = local.end[pair]
    readKind(a, times, start, end, constants)
    if (!times.start) a.get(times.end ? end : local.exported).set(start)
    if (!times.end) a.get(start).set(end)
    // A missing time is the other time, or the export time.
    const isPositive = (time: number): Assembler => a.get(time, constants.of(zero)).vector('i64x2.gt_s')
    a.get(start).get(end, local.exported)
    isPositive(end).vector('v128.bitselect')
    isPositive(start).vector('v128.bitselect').set(start)
    a.get(end, start)
    isPositive(end).vector('v128.bitselect').set(end)
    // Limit times that are too far ahead.
    const { latest } = local
    a.get(latest, end, end, latest).vector('i64x2.gt_s').vector('v128.bitselect').set(end)
    a.get(end, start, start, latest).vector('i64x2.gt_s').vector('v128.bitselect').set(start)
    a.get(local.row8, start).store(offsetOf('start') + pair * vectorOctets)
    a.get(local.row8, end).store(offsetOf('end') + pair * vectorOctets)
  }
}

/**
 * Converts times of one kind. Uptimes count back from the exporter's uptime, or from the end of the flow if that is
 * unknown.
 */
function readKind(a: Assembler, times: TimeFields, start: number, end: number, constants: Constants): void {
  const { exported, column: up } = local
  a.get(local.uptimes, times.end === 'uptime' ? end : start, local.knowsUptime)
    .vector('v128.bitselect')
    .set(up)
  for (const [kind, time] of [
    [times.start, start],
    [times.end, end],
  ] as const) {
    if (kind === 'milliseconds') {
      a.get(constants.of(farAhead), time, constants.of(zero), time)
        .vector('i64x2.gt_s')
        .vector('v128.bitselect')
        .set(time)
    } else if (kind === 'uptime') {
      a.get(exported, up, time).vector('i64x2.sub').i32(32).vector('i64x2.shl').i32(32).vector('i64x2.shr_s')
      a.vector('i64x2.sub').set(time)
    }
  }
}
