/**
 * Patterns of `like`: texts that must follow each other, with anything between (Cedar, "like"). Matching is linear but for
 * the search of each text, so that no path of a stranger makes it slow.
 * @module
 */

/** The texts between the asterisks; one text alone is a pattern without an asterisk. */
export type Pattern = readonly [string, ...string[]]

export function matches(text: string, [first, ...others]: Pattern): boolean {
  const last = others.pop()
  if (last === undefined) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let from = first.length
  for (const other of others) {
    const at = text.indexOf(other, from)
    if (at < 0 || at + other.length > end) return false
    from = at + other.length
  }
  return true
}
