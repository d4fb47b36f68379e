/**
 * Which lines of a configuration a commit of AI agents may bring or take away: those that a pattern of the operator names,
 * without those that no pattern can allow.
 * @module
 */
import { editText } from './edits.ts'
import { type Edit, type Path, pathOfEdit } from './path.ts'
import { neverProblem } from './never.ts'
import { matches } from './patterns.ts'
import type { Matched } from './like.ts'
import { lineOf, positiveOf, wordsOf } from './words.ts'
import { dataEditProblem, dataProblem } from './yang/allowed-data.ts'

/** `netconf`: paths of YANG data. */
export type Dialect = 'frr' | 'bird' | 'gobgp' | 'netconf'

export interface Allowed {
  readonly dialect: Dialect
  /** As `patternOf` has them. */
  readonly patterns: readonly string[]
  /** Addresses of the agent with which the router has a session. */
  readonly own: readonly string[]
}

/** `problem` says what would be right. */
export interface Refused {
  readonly line: string
  readonly problem: string
}

/** Every edit that must not be sent. */
export const refusedOf = (edits: readonly Edit[], allowed: Allowed): readonly Refused[] =>
  edits.flatMap((edit) => {
    const problem = editProblem(edit, allowed)
    return problem === undefined ? [] : [{ line: editText(edit), problem }]
  })

function editProblem(edit: Edit, allowed: Allowed): string | undefined {
  if (edit.line === '' || [...edit.context, edit.line].some((line) => lineOf(line) !== line))
    return 'it is no line of printable ASCII'
  if (allowed.dialect === 'netconf') return dataEditProblem(edit, allowed.patterns)
  const problem = allowed.dialect === 'bird' ? constantProblem(edit) : undefined
  return problem ?? pathProblem(pathOfEdit(edit), allowed, edit.line === positiveOf(edit.line) ? 'typed' : 'removed')
}

/** Why a line must neither come nor go. */
export function pathProblem(path: Path, { dialect, patterns, own }: Allowed, as: Matched): string | undefined {
  if (dialect === 'netconf') return dataProblem(path, patterns, as)
  for (const line of path) {
    const problem = neverProblem(line, own)
    if (problem !== undefined) return problem
  }
  const [first = ''] = wordsOf(positiveOf(path.at(-1)!))
  // FRR takes it as short as `rout`, too.
  if (/^router\b/.test(first) || 'router'.startsWith(first))
    return 'no routing protocol begins or ends by an AI agent; only lines within one do'
  if (patterns.some((pattern) => matches(pattern, path, as))) return undefined
  return patterns.length === 0
    ? 'the operator of the device allows no changes'
    : `the operator of the device allows only ${patterns.map((one) => `"${one}"`).join(', ')}`
}

/** BIRD reads its file as a program: only constants, which the filters of the operator use, are let in. */
function constantProblem({ context, line }: Edit): string | undefined {
  const isConstant = /^define [A-Za-z_]\w{0,63} = [^;{}"'#]+;$/.test(line) || /^no define [A-Za-z_]\w{0,63}$/.test(line)
  return context.length === 0 && isConstant && !line.includes('/*')
    ? undefined
    : 'AI agents set constants that the filters of the operator use; right is such as "define CUSTOMERS = [ 192.0.2.0/24+ ];" or "no define CUSTOMERS"'
}
