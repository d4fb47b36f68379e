/** What a new set changes, in words. Pure. @module */
import type { Intent } from '@vagus/intent'

/** Names that one list shows. */
const maxNames = 6

/** Such as `2 added (launch, keep-dns), 1 withdrawn (old)`. */
export function changesText(before: readonly Intent[], after: readonly Intent[]): string {
  const known = new Map(before.map((one) => [one.name, JSON.stringify(one)]))
  const now = new Map(after.map((one) => [one.name, JSON.stringify(one)]))
  const parts = [
    ['added', [...now.keys()].filter((name) => !known.has(name))],
    ['changed', [...now].filter(([name, text]) => known.has(name) && known.get(name) !== text).map(([name]) => name)],
    ['withdrawn', [...known.keys()].filter((name) => !now.has(name))],
  ] as const
  const said = parts.flatMap(([word, names]) =>
    names.length === 0 ? [] : [`${names.length} ${word} (${listed(names)})`],
  )
  return said.length === 0 ? `nothing changed, ${after.length} as before` : said.join(', ')
}

const listed = (names: readonly string[]): string =>
  names.slice(0, maxNames).join(', ') + (names.length > maxNames ? ', …' : '')
