/** Settings that are a length of time. @module */
import { z } from 'zod'
import { durationPattern, parseDuration } from './duration.ts'

const durationText = 'must be a number and s, m, h or d, such as 90s, 15m, 24h or 7d'

export const duration = z
  .string(durationText)
  .regex(durationPattern, durationText)
  .refine((text) => !/^0+[smhd]$/.test(text), 'must be above 0')
  .describe('a number and s, m, h or d, above 0')

/** Milliseconds, both ends within. Text that is no duration is refused by its pattern. */
export function isWithin(text: string, least: number, most: number): boolean {
  if (!durationPattern.test(text)) return true
  const milliseconds = parseDuration(text)
  return milliseconds >= least && milliseconds <= most
}
