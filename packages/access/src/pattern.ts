/**
 * Patterns of `like`: texts that must follow each other, with anything between (Cedar, "like"). Matching is linear but for
 * the search of each text, so that no path of a stranger makes it slow.
 * @module
 */

/** The texts between the asterisks; one text alone is a pattern without an asterisk. */
export type Pattern = readonly [string, ...string[]]

/** Whether a text matches, as a function: it is asked with each call. */
export function matcherOf([first, ...others]: Pattern): (text: string) => boolean {
  const last = others.pop()
  if (last === undefined) return (text) => text === first
  if (others.length === 0) {
    return (text) => text.length >= first.length + last.length && text.startsWith(first) && text.endsWith(last)
  }
  return (text) => {
    if (!text.startsWith(first)) return false
    let from = first.length
    for (const other of others) {
      const at = text.indexOf(other, from)
      if (at < 0) return false
      from = at + other.length
    }
    return text.length - last.length >= from && text.endsWith(last)
  }
}
