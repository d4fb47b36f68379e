/**
 * JSON that every reader reads alike. Of two members with one name some take the first and some the last (RFC 8259 §4), and
 * some do not tell `method` from `Method`: what is decided about must be what the local server gets.
 * @module
 */

/** Whether an object in `text` has two members of one name. @param text what `JSON.parse` takes */
export function hasRepeatedMember(text: string): boolean {
  /** Of each object that is open: the names so far. Of a list: nothing. */
  const open: (Set<string> | undefined)[] = []
  let isName = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') {
      const end = endOfString(text, at)
      const names = isName ? open.at(-1) : undefined
      if (names !== undefined) {
        const name = JSON.parse(text.slice(at, end)) as string
        if (names.has(name)) return true
        names.add(name)
        isName = false
      }
      at = end - 1
    } else if (sign === '{') {
      open.push(new Set())
      isName = true
    } else if (sign === '[') {
      open.push(undefined)
      isName = false
    } else if (sign === '}' || sign === ']') {
      open.pop()
      isName = false
    } else if (sign === ',') isName = open.at(-1) !== undefined
  }
  return false
}

/** Behind the quotation mark that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** A member that a reader who does not tell capitals may take for one of `names`; `undefined`: there is none. */
export function lookalikeOf(value: object, names: readonly string[]): string | undefined {
  return Object.keys(value).find((member) => names.some((name) => member !== name && folded(member) === folded(name)))
}

/** Without case, and with the signs of Unicode that fold to letters: U+017F to s, U+212A to k. */
export const folded = (text: string): string => text.toLowerCase().toUpperCase()
