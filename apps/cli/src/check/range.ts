/**
 * Ranges of the Monitoring Plugins guidelines ("Threshold and Ranges"), as --warning and --critical take them:
 *
 *   10      alert below 0 or above 10        ~:10    alert above 10
 *   10:     alert below 10                   10:20   alert below 10 or above 20
 *   @10:20  alert from 10 to 20, both included
 *
 * @module
 */

export interface Range {
  /** As it was given, which performance data repeat. */
  readonly text: string
  /** -Infinity for `~`. */
  readonly from: number
  /** Infinity where there is none. */
  readonly to: number
  readonly alert: 'outside' | 'inside'
}

const number = String.raw`-?(?:\d+(?:\.\d*)?|\.\d+)`
const form = new RegExp(`^(@)?(?:(~|${number})?:)?(${number})?$`)

/** Undefined for a text that is no range. */
export function readRange(text: string): Range | undefined {
  const found = form.exec(text)
  if (found === null || text === '' || text === '@') return undefined
  const [, at, start, end] = found
  const hasColon = text.includes(':')
  if (!hasColon && end === undefined) return undefined
  if (hasColon && start === undefined && end === undefined) return undefined
  const from = start === '~' ? -Infinity : Number(start ?? 0)
  const to = end === undefined ? Infinity : Number(end)
  return from <= to ? { text, from, to, alert: at === undefined ? 'outside' : 'inside' } : undefined
}

export function isAlert({ from, to, alert }: Range, value: number): boolean {
  const isWithin = from <= value && value <= to
  return alert === 'inside' ? isWithin : !isWithin
}
