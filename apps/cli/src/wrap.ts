/**
 * Lines of limited width, broken at spaces. Only a longer word makes a longer line.
 * @module
 */

/** A space where lines do not break; printed as a plain space, so that copied text can be typed. */
export const noBreak = '\u00a0'

/** Wraps each line of `text` by itself; its further lines keep its indent. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const [indent = ''] = /^ */.exec(line)!
    return broken(line.slice(indent.length), width - indent.length).map((part) => indent + part)
  })
}

function broken(line: string, width: number): string[] {
  const lines: string[] = []
  for (const word of line.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((part) => part.replaceAll(noBreak, ' '))
}

/** `label`, then `text` from column `indent` on, wrapped; below the label if that is too long. */
export function hanging(label: string, indent: number, text: string, width: number): string[] {
  const visible = lengthOf(label)
  const [start = '', ...more] = wrapped(text, width - indent)
  const below = more.map((line) => ' '.repeat(indent) + line)
  if (visible + 1 > indent) return [label, ' '.repeat(indent) + start, ...below]
  return [`${label}${' '.repeat(indent - visible)}${start}`, ...below]
}

/** Visible length, without colour sequences. */
// oxlint-disable-next-line no-control-regex
export const lengthOf = (text: string): number => Array.from(text.replaceAll(/\u001b\[\d+m/g, '')).length
