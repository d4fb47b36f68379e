/** What is wrong with policies, with the line and a mark below the place. Pure. @module */
import type { PolicyProblem } from '@vagus/access'
import { printable } from '../table.ts'

/** Of more the first ones: later ones often follow from them. */
const maxShown = 5
/** Characters of the line on each side of the place. */
const around = 40

/** `acme.cedar:3:9: unknown action`, then the line, then a caret. */
export function problemsText(file: string, text: string, problems: readonly PolicyProblem[]): string {
  const lines = text.split('\n')
  const shown = problems.slice(0, maxShown).map(({ line, column, problem }) => {
    const whole = (lines[line - 1] ?? '').replace(/\r$/, '')
    const from = Math.max(0, column - 1 - around)
    // A tab stays one column wide here: `printable` makes it one character.
    const part = printable(whole.slice(from, column - 1 + around))
    return `${file}:${line}:${column}: ${problem}\n  ${part}\n  ${' '.repeat(column - 1 - from)}^`
  })
  const more = problems.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')
}
