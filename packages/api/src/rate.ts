/** Rates as people write them: `1000000000`, `1G`, `2.5M`. @module */

export const ratePattern = /^(\d{1,12}(?:\.\d{1,6})?)([kMG]?)$/
/** Powers of 1000. */
const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/** In bits per second, perhaps with a fraction; `NaN` for what is no rate. */
export function rateOf(text: string): number {
  const [, digits, unit = ''] = ratePattern.exec(text) ?? []
  return Number(digits) * factors[unit]!
}
