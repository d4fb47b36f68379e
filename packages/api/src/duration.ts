/** Spans of time as people write them, in the configuration, in queries and on the command line. @module */

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export const durationPattern = /^(\d{1,12})(s|m|h|d)$/

/** Milliseconds of `90s`, `15m`, `24h` or `7d`. @throws {RangeError} on anything else */
export function parseDuration(text: string): number {
  const [, count, unit] = durationPattern.exec(text) ?? []
  if (unit === undefined) throw new RangeError(`"${text}" must be a number and s, m, h or d, such as 90s or 24h`)
  return Number(count) * milliseconds[unit as keyof typeof milliseconds]
}
