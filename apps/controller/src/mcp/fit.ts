/** Makes answers fit into the context of a model, and says what was left out and how to ask for it. @module */
import { plain } from './plain.ts'

/** Of the JSON of an answer: some five thousand tokens, of which a conversation can take a few dozen. */
export const maxAnswerOctets = 16_384
/** For the sentences about what was left out. */
const octetsForCut = 512
/** Lists within items are shortened, in these steps, before fewer items than this are shown. */
const enoughItems = 10
const innerEntries = [Infinity, 64, 16, 4, 1] as const

export type Answer = Readonly<Record<string, unknown>>

/** What a tool's answer is, apart from what was cut off it. */
export interface Fitted {
  readonly answer: Answer
  /** What was left out, in sentences; none when nothing was. */
  readonly cut: readonly string[]
}

/** Where the items that matter most stand in a list. */
export type Foremost = 'first' | 'last'

export const octetsOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
const room = maxAnswerOctets - octetsForCut

/** As many items of the list `key` as fit, from its foremost on. @param rest how to ask for the others */
export function fitList(
  answer: Answer,
  key: string,
  { foremost, rest }: { readonly foremost: Foremost; readonly rest: (shown: number) => string },
): Fitted {
  const items = answer[key] as readonly unknown[]
  const others = plain({ ...answer, [key]: [] }) as Answer
  const ranked = foremost === 'first' ? items : items.toReversed()
  const withLists = (entries: number): readonly unknown[] => fitting(ranked, entries, room - octetsOf(others))
  const isEnough = (shown: readonly unknown[]): boolean => shown.length >= Math.min(items.length, enoughItems)
  const entries = innerEntries.find((each) => isEnough(withLists(each))) ?? innerEntries.at(-1)!
  const shown = withLists(entries)
  const cut: string[] = []
  if (shown.length < items.length)
    cut.push(`the ${foremost} ${shown.length} of ${items.length} ${key}; ${rest(shown.length)}`)
  if (entries !== Infinity) cut.push(`lists within an item end after ${entries}; fewer items have longer ones`)
  return { answer: { ...others, [key]: foremost === 'first' ? shown : shown.toReversed() }, cut }
}

/** Those of the first that have room in `octets`. */
function fitting(items: readonly unknown[], entries: number, octets: number): readonly unknown[] {
  const shown: unknown[] = []
  let left = octets
  for (const item of items) {
    const short = plain(item, entries)
    left -= octetsOf(short) + 1
    if (left < 0) break
    shown.push(short)
  }
  return shown
}

/** The answer with `entries` of each list in it; `undefined` when that does not fit. */
export function whole(answer: object, entries = Infinity): Answer | undefined {
  const short = plain(answer, entries) as Answer
  return octetsOf(short) > room ? undefined : short
}

/** An answer without a list of its own; `undefined` when it does not fit even with one entry a list. */
export function fitWhole(answer: Answer): Fitted | undefined {
  for (const entries of innerEntries) {
    const short = whole(answer, entries)
    if (short !== undefined)
      return { answer: short, cut: entries === Infinity ? [] : [`its lists end after ${entries} entries`] }
  }
  return undefined
}
