/**
 * Lines of at most so many characters, broken at spaces.
 * @module
 */

/** A space at which no line is broken; it is printed as a plain one, so that what is copied can be typed. */
export const noBreak = '\u00a0'

export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => line.replaceAll(noBreak, ' '))
}

/** Without the colours, which take no room. */
// oxlint-disable-next-line no-control-regex
export const lengthOf = (text: string): number => Array.from(text.replaceAll(/\u001b\[\d+m/g, '')).length
