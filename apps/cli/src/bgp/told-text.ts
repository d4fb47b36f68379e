/** What a neighbour is sent of a prefix, and what a traffic class does, in words. @module */
import type { ActuationPlan, ActuationReceipt } from '@vagus/api/telemetry'
import { printable } from '../table.ts'

export const toldText = ({ neighbour, med, asPathLength, unknown }: ActuationReceipt['after'][number]): string =>
  unknown !== undefined
    ? `${neighbour}: unknown: ${printable(unknown)}`
    : `${neighbour} is sent MED ${med ?? 'none'}, ${asPathLength} ${asPathLength === 1 ? 'AS' : 'ASes'}`

/** `MED 200` */
export function classText({ med, prepend, localPref }: ActuationPlan['class']): string {
  if (med !== undefined) return `MED ${med}`
  if (prepend !== undefined) return `own AS prepended ${prepend} ${prepend === 1 ? 'time' : 'times'}`
  return localPref === undefined ? 'nothing' : `local preference ${localPref}`
}
