/** Settings that are a rate. @module */
import { z } from 'zod'
import { ratePattern } from './intent-file.ts'

const rateText = 'must be bits per second above 0, such as 1000000000 or 1G; k, M and G are powers of 1000'
const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/** Whole bits per second, also written with a unit. */
export const bitsPerSecond = z
  .union([z.int().positive(), z.string().regex(ratePattern, rateText)], rateText)
  .transform((given) => {
    if (typeof given === 'number') return given
    const [, digits, unit = ''] = ratePattern.exec(given) ?? []
    return Math.round(Number(digits) * units[unit]!)
  })
  .refine((rate) => rate > 0 && Number.isSafeInteger(rate), rateText)
