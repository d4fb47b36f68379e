/** Settings that are a rate. @module */
import { z } from 'zod'
import { rateOf, ratePattern } from './rate.ts'

const rateText = 'must be bits per second above 0, such as 1000000000 or 1G; k, M and G are powers of 1000'

/** Whole bits per second, also written with a unit. */
export const bitsPerSecond = z
  .union([z.int().positive(), z.string().regex(ratePattern, rateText)], rateText)
  .transform((given) => (typeof given === 'number' ? given : Math.round(rateOf(given))))
  .refine((rate) => rate > 0 && Number.isSafeInteger(rate), rateText)
