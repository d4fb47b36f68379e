/** Times as YANG's `date-and-time` has them (RFC 6991 §3, RFC 3339 §5.6): `2021-04-13T17:43:23.747-04:00`. @module */

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970; `undefined` unless `text` is such a time. Digits beyond milliseconds are dropped. */
export function parseDateAndTime(text: string): number | undefined {
  const [, seconds, fraction = '', zone = ''] = form.exec(text) ?? []
  if (seconds === undefined) return undefined
  // oxlint-disable-next-line no-restricted-globals -- reads a given time, and no clock
  const time = Date.parse(`${seconds}${fraction.slice(0, 4)}${zone}`)
  if (Number.isNaN(time)) return undefined
  const [day] = seconds.split('T')
  // 30 February would be read as 2 March.
  // oxlint-disable-next-line no-restricted-globals -- as above
  const isDay = new Date(Date.parse(`${day}T00:00:00Z`)).toISOString().startsWith(day!)
  return isDay ? time : undefined
}

/** Without a fraction if there is none. @param time milliseconds since 1970, 0..253402300799999 (the year 9999) */
// oxlint-disable-next-line no-restricted-globals -- writes a given time, and reads no clock
export const formatDateAndTime = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z')
