/**
 * Did-you-mean: the known word nearest to a mistyped one, by optimal string alignment distance (insertions, deletions,
 * substitutions, neighbours swapped).
 * @module
 */

/** Longer words are not typing mistakes; this bounds the table of distances. */
const maxWord = 64

/**
 * The nearest of `known`, or `undefined` when none is within a third of the word's length (at least one edit). A word
 * of one letter is near to none: one edit turns it into any other.
 */
export function nearestOf(word: string, known: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > maxWord) return undefined
  const reach = word.length === 1 ? 0 : Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let least = reach + 1
  for (const candidate of known) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best ?? soleExtension(word, known)
}

/** `stat` for `status`: an unfinished word that starts only one known word. */
function soleExtension(word: string, known: Iterable<string>): string | undefined {
  const longer = [...known].filter((candidate) => candidate.startsWith(word))
  return longer.length === 1 ? longer[0] : undefined
}

function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, substitution)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
