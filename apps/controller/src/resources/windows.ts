/** Windows and times as resources show them. @module */
import type { Window } from '@vagus/api'

/** RFC 3339 in UTC, from milliseconds since 1970. */
export const timeText = (at: number): string => new Date(at).toISOString()

/** `keptSince` of a resource, absent when its window is whole. Milliseconds since 1970. */
export const keptText = (since: number | undefined): { readonly keptSince?: string } =>
  since === undefined ? {} : { keptSince: timeText(since) }

/** Both in milliseconds since 1970. */
export const windowText = ({ from, to }: { readonly from: number; readonly to: number }): Window => ({
  from: timeText(from),
  to: timeText(to),
  seconds: (to - from) / 1000,
})
