/** The times of four records, two of them in a vector, as `timeLines` has them. @module */
import type { Assembler } from '@vagus/wire'
import { type Constants, local } from './vector-locals.ts'
import { offsetOf, type TimeFields, vectorOctets, vectorOf } from './vector-plan.ts'

const zero = vectorOf([])
/** 2^63 - 1: more than fits into 63 bits lies ahead, not behind. */
const farAhead = [...Array<number>(7).fill(0xff), 0x7f, ...Array<number>(7).fill(0xff), 0x7f]

export function storeTimes(a: Assembler, times: TimeFields, constants: Constants): void {
  for (const pair of [0, 1] as const) {
    const start = local.start[pair]
    const end = local.end[pair]
    readKind(a, times, start, end, constants)
    if (!times.start) a.get(times.end ? end : local.exported).set(start)
    if (!times.end) a.get(start).set(end)
    // What is missing is taken from the other end, or is the export time.
    const isPositive = (time: number): Assembler => a.get(time, constants.of(zero)).vector('i64x2.gt_s')
    a.get(start).get(end, local.exported)
    isPositive(end).vector('v128.bitselect')
    isPositive(start).vector('v128.bitselect').set(start)
    a.get(end, start)
    isPositive(end).vector('v128.bitselect').set(end)
    // What lies too far ahead is taken back.
    const { latest } = local
    a.get(latest, end, end, latest).vector('i64x2.gt_s').vector('v128.bitselect').set(end)
    a.get(end, start, start, latest).vector('i64x2.gt_s').vector('v128.bitselect').set(start)
    a.get(local.row8, start).store(offsetOf('start') + pair * vectorOctets)
    a.get(local.row8, end).store(offsetOf('end') + pair * vectorOctets)
  }
}

/** Uptimes are counted back from the exporter's, or from the end of the flow where that is not known. */
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
