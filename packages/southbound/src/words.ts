/** Lines of a router's command line, as words. @module */

/** Printable ASCII; UTF-8 in descriptions would count octets otherwise than the router does. */
const printable = /^[\x20-\x7e]*$/

/** With one blank between words, as routers print them; undefined where it is no line of printable ASCII. */
export function lineOf(text: string): string | undefined {
  if (!printable.test(text.replaceAll('\t', ' '))) return undefined
  return wordsOf(text).join(' ')
}

export const wordsOf = (line: string): readonly string[] => line.split(/[ \t]+/).filter(Boolean)

/** Without the `no` in front. */
export const positiveOf = (line: string): string => (line.startsWith('no ') ? line.slice(3) : line)

/** What takes a line back: FRR prints what is not its default, which may begin with `no`. */
export const negationOf = (line: string): string => (line.startsWith('no ') ? line.slice(3) : `no ${line}`)

/** Lines whose end is text for people, in which no word means anything. */
const texts = [
  /^description\b/,
  /^neighbor \S+ description\b/,
  /^(?:ip|ipv6) prefix-list \S+ description\b/,
  /^(?:(?:ipv6|mac) )?access-list \S+ remark\b/,
]

/** The part of a line that has a meaning for the router. */
export function meaningOf(line: string): string {
  const positive = positiveOf(line)
  for (const text of texts) {
    const found = text.exec(positive)
    if (found !== null) return found[0]
  }
  return positive
}
