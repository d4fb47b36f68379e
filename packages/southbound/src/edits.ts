/**
 * Commands of a commit as edits, each with the contexts that it is for: what FRR makes of `exit`, of lines that open a
 * context, and of lines that only stand at the top.
 * @module
 */
import { keyOf, pathText } from './config.ts'
import type { Edit, Path } from './path.ts'
import { lineOf, negationOf, positiveOf } from './words.ts'
import { dataEditOf, dataText, isData } from './yang/data-line.ts'

/** Where a line opens a context: by the context that it stands in, innermost first; '' is the top. */
const openers: readonly (readonly [within: RegExp, line: RegExp])[] = [
  [
    /^$/,
    /^(?:interface \S.*|router \S.*|route-map \S+ (?:permit|deny) \d+|vrf \S+|bfd|nexthop-group \S+|pbr-map \S+ seq \d+)$/,
  ],
  [/^router bgp /, /^address-family \S.*$/],
  [/^bfd$/, /^(?:peer|profile) \S.*$/],
]

const topOnly =
  /^(?:interface|router|route-map|vrf|access-list|(?:ip|ipv6|mac) (?:prefix-list|access-list)|bgp (?:as-path|community-list|large-community-list|extcommunity-list)) /

/** Whether a line, also with `no`, stands at the top alone, so that a context ends before it. */
export const standsAtTop = (line: string): boolean => topOnly.test(positiveOf(line))

const opens = (context: readonly string[], line: string): boolean =>
  openers.some(([within, opener]) => within.test(context.at(-1) ?? '') && opener.test(line))

/** Empty lines, comments and the words that end a context are understood, and are no edits. */
export function editsOf(commands: readonly string[]): readonly Edit[] {
  const edits: Edit[] = []
  let context: readonly string[] = []
  for (const command of commands) {
    if (isData([command.trim()])) {
      context = []
      edits.push(dataEditOf(command.trim()))
      continue
    }
    const line = lineOf(command) ?? command
    if (line === '' || /^[!#]/.test(line)) continue
    if (line === 'end') context = []
    else if (/^exit(?:-[a-z-]+)?$/.test(line)) context = context.slice(0, -1)
    else {
      if (standsAtTop(line)) context = []
      // A context ends where another of its kind begins: `address-family` after `address-family`.
      while (
        context.length > 0 &&
        !opens(context, line) &&
        context.some((_, at) => opens(context.slice(0, at), line))
      ) {
        context = context.slice(0, -1)
      }
      edits.push({ context, line })
      if (opens(context, line)) context = [...context, line]
    }
  }
  return edits.filter((edit, at) => !isOnlyContext(edit, edits[at + 1]))
}

/** A line that opens a context is no edit of its own where the next one is inside. */
const isOnlyContext = ({ context, line }: Edit, next: Edit | undefined): boolean =>
  next !== undefined && next.context.length > context.length && next.context[context.length] === line

/** As they would be typed. */
export function editText({ context, line }: Edit): string {
  const path = [...context, line]
  if (!isData(path)) return pathText(path)
  return `${line === positiveOf(line) ? '' : 'no '}${dataText(path)}`
}

export const removal = (path: Path): Edit => ({ context: path.slice(0, -1), line: negationOf(path.at(-1)!) })

export const addition = (path: Path): Edit => ({ context: path.slice(0, -1), line: path.at(-1)! })

/** Lines to type, one level deeper in each context. */
export function typed(edits: readonly Edit[]): readonly string[] {
  let open = ''
  return edits.flatMap((edit) => {
    const { context, line } = edit
    if (isData([...context, line])) return [editText(edit)]
    const isOpen = keyOf(context) === open
    open = keyOf(context)
    const heads = isOpen ? [] : context.map((one, depth) => `${' '.repeat(depth)}${one}`)
    return [...heads, `${' '.repeat(context.length)}${line}`]
  })
}
