/**
 * YANG data as lines of a configuration: a list entry is a context (`/ietf-interfaces:interfaces/interface[name='eth1']`), a
 * leaf a line with its value (`description = to the core`), an entry of a leaf-list a line without (`server[.='192.0.2.1']`).
 * Names within a context are relative to it.
 * @module
 */
import type { Path } from '../path.ts'
import type { Edit } from '../path.ts'
import { pathTextOf, readPath, type Step, valueOf, valueText } from './data-path.ts'

/** What a line says, or the edit of one. */
export interface DataLine {
  readonly steps: readonly Step[]
  /** Of a leaf, '' of one that has none; undefined: an entry, or a removal. */
  readonly value: string | undefined
}
export type DataRead = ({ readonly type: 'data' } & DataLine) | { readonly type: 'problem'; readonly problem: string }

/** Whether these are contexts and a line of YANG data. */
export const isData = (path: Path): boolean => /^(?:no )?\//.test(path[0] ?? '')

/** `no` in front of the last is left out. */
export const dataText = (path: Path): string =>
  [...path.slice(0, -1), (path.at(-1) ?? '').replace(/^no /, '')].join('/')

/** Total: contexts and line, without "no". */
export function dataOf(path: Path): DataRead {
  const read = readPath(dataText(path))
  if (read.type === 'problem') return read
  const { steps, rest } = read
  if (rest === '') return { type: 'data', steps, value: undefined }
  const value = / =(?: |$)/.test(rest) ? valueOf(rest.slice(3)) : undefined
  if (value !== undefined) return { type: 'data', steps, value }
  return {
    type: 'problem',
    problem: `after "${pathTextOf(steps)}" comes " = " and a value, not "${rest.slice(0, 40)}"`,
  }
}

/** One command with a whole path as an edit; as it is typed where it is none. */
export function dataEditOf(command: string): Edit {
  const [removes, text] = command.startsWith('no ') ? ['no ', command.slice(3)] : ['', command]
  const read = dataOf([text])
  if (read.type === 'problem') return { context: [], line: command }
  const path = dataPathOf(read)
  return { context: path.slice(0, -1), line: `${removes}${path.at(-1)}` }
}

/** Contexts and line. */
export function dataPathOf({ steps, value }: DataLine): Path {
  const path: string[] = []
  let from = 0
  for (const [at, { keys }] of steps.entries()) {
    if (keys.length === 0 && at < steps.length - 1) continue
    path.push(pathTextOf(steps.slice(from, at + 1), steps[from - 1]?.module))
    from = at + 1
  }
  const line = path.pop() ?? ''
  return [...path, value === undefined ? line : `${line} =${value === '' ? '' : ` ${valueText(value)}`}`]
}

const leaf = /^(\/?[^\s[\]]+) =(?: |$)/
const entry = /^\/?[^\s[\]]+\[.*\]$/

/** Of a line in that form: what it sets, without the value. Undefined: it is none. */
export function dataPlaceOf(line: string): string | undefined {
  return leaf.exec(line)?.[1] ?? (entry.test(line) ? line : undefined)
}

/** Contexts and line as one path, without `no` and without the value: which node it is. */
export function nodeTextOf(path: Path): string {
  const line = (path.at(-1) ?? '').replace(/^no /, '')
  return [...path.slice(0, -1), dataPlaceOf(line) ?? line].join('/')
}

/** Texts of the nodes around a node, from the top, and its own; also some that are none, within quotes. */
export const aroundOf = (node: string): readonly string[] => [
  ...Array.from(node.slice(1).matchAll(/[/[]/g), ({ index }) => node.slice(0, index + 1)),
  node,
]
