/**
 * Answers as a model gets them. Names, skills and sentences hold text of strangers, who may hide instructions in
 * characters that nobody sees; figures have more digits than anybody reads.
 * @module
 */
import { unseen } from '@vagus/api/unseen'

/** UTF-16 units of one text. Sentences of ours are shorter, so what is longer is cut. */
const maxText = 500
/** A rate to one in a million is nearer than any counter or clock. */
const digits = 6
/** Each run of characters that show nothing becomes one U+FFFD, so that it shows. */
export function plainText(text: string): string {
  const cut = text.length > maxText ? `${text.slice(0, maxText)}…` : text
  return cut.replaceAll(unseen, '\ufffd')
}

/** A copy of what was JSON, with plain texts, short figures, and at most `maxEntries` of each list in it. */
export function plain(value: unknown, maxEntries = Infinity): unknown {
  if (typeof value === 'string') return plainText(value)
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(digits))
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.slice(0, maxEntries).map((each) => plain(each, maxEntries))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [plainText(key), plain(each, maxEntries)] as const),
  )
}
