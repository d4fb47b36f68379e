/** A day that was recorded once, with courses and ports thinned out. */
import { readFileSync } from 'node:fs'
import type { DayReport } from '../../src/day/report.ts'

export const recorded = (): DayReport =>
  JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as DayReport
