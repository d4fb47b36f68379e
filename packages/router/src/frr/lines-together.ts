/** Edits as one text for `vtysh -f`, and which line of it was rejected. @module */
import { type Edit, standsAtTop } from '@vagus/southbound'

/**
 * Contexts are opened where they change. They are left as FRR prints it, but where the next line ends them by itself: up to
 * FRR 9 an `exit` ends the transaction, too.
 */
export const linesTogether = (edits: readonly Edit[]): readonly string[] =>
  edits.flatMap(({ context, line }, at) => {
    const next = edits[at + 1]
    const isLeft = next === undefined || standsAtTop(next.context[0] ?? next.line) || isIn(next, context)
    return [...(isIn(edits[at - 1], context) ? [] : context), line, ...(isLeft ? [] : context.map(() => 'exit'))]
  })

const isIn = (edit: Edit | undefined, context: readonly string[]): boolean =>
  edit !== undefined && edit.context.join('\n') === context.join('\n')

/** The first line that was rejected, '' where FRR says it of all together, and what FRR said to it. */
export function rejectedLine(
  lines: readonly string[],
  output: string,
): { readonly line: string; readonly said: string } {
  const found = /^line (\d+): (?:% ([^[\n]*))?/m.exec(output)
  // A daemon says it before vtysh says of which line.
  if (found !== null)
    return {
      line: lines[Number(found[1]) - 1] ?? '',
      said: found[2] ?? output.slice(0, found.index).replaceAll('\n', ' '),
    }
  return { line: '', said: /^Error description: (.*)/m.exec(output)?.[1] ?? output.split('\n')[0]! }
}
