/**
 * Times as people read them, in UTC or in the zone of the browser; 24 hours, ISO dates.
 * @module
 */

export type Clock = 'utc' | 'local'

const pad = (value: number): string => String(value).padStart(2, '0')

interface Parts {
  readonly date: string
  readonly minutes: string
  readonly seconds: string
}

function partsOf(milliseconds: number, clock: Clock): Parts {
  // a local time is the UTC time moved by the zone's offset at that moment
  const offset = clock === 'utc' ? 0 : new Date(milliseconds).getTimezoneOffset() * 60_000
  const date = new Date(milliseconds - offset)
  return {
    date: `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`,
    minutes: `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`,
    seconds: pad(date.getUTCSeconds()),
  }
}

/** 14:42:11, from milliseconds since 1970. */
export function formatTime(milliseconds: number, clock: Clock): string {
  const { minutes, seconds } = partsOf(milliseconds, clock)
  return `${minutes}:${seconds}`
}

/** How long a time axis is and how far its ticks are apart. */
export interface TickedAxis {
  readonly spanSeconds: number
  readonly tickSeconds: number
}

/** 14:42; 14:42:30 when ticks are less than a minute apart, 06-30 14:42 when the axis is longer than a day, 06-30 at whole days. */
export function formatTick(milliseconds: number, clock: Clock, axis: TickedAxis): string {
  const { date, minutes, seconds } = partsOf(milliseconds, clock)
  if (axis.tickSeconds >= 86_400 && minutes === '00:00') return date.slice(5)
  if (axis.spanSeconds > 86_400) return `${date.slice(5)} ${minutes}`
  return axis.tickSeconds < 60 ? `${minutes}:${seconds}` : minutes
}

/** 2026-06-30 14:42:11. */
export function formatDateTime(milliseconds: number, clock: Clock): string {
  const { date, minutes, seconds } = partsOf(milliseconds, clock)
  return `${date} ${minutes}:${seconds}`
}
