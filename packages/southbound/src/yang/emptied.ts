/**
 * Containers of YANG data that have nothing in them. Their presence may mean something (RFC 7950 §7.5.1), and no model says
 * whose does: what a change filled is to be empty again, and what it made is to go with what was in it.
 * @module
 */
import type { Config } from '../config.ts'
import { type Edit, type Path, pathOfEdit } from '../path.ts'
import { positiveOf } from '../words.ts'
import { aroundOf, dataText, isData, nodeTextOf } from './data-line.ts'
import { pathTextOf, readPath } from './data-path.ts'

/** Whether the line is a node without a value: an empty container, or a leaf of that kind. */
export const isEmptyData = (path: Path): boolean => isData(path) && path.at(-1)!.endsWith(' =')

/** Whether the path is of a node in the container that the other path is. */
export const isWithinData = (path: Path, container: Path): boolean =>
  dataText(path).startsWith(`${dataText(container).slice(0, -' ='.length)}/`)

/** What they remove, they remove with the containers in which nothing would be left. @param now what they are sent to */
export function withEmptied(edits: readonly Edit[], now: Config): readonly Edit[] {
  const others = edits.filter(({ line }) => line === positiveOf(line))
  const removals = edits.filter(({ line }) => line !== positiveOf(line))
  const going = new Set(removals.map((edit) => nodeTextOf(pathOfEdit(edit))))
  // In one pass over a configuration that may have a hundred thousand lines.
  const filled = new Set<string>()
  for (const path of [...now.values(), ...others.map(pathOfEdit)]) {
    const around = aroundOf(nodeTextOf(path))
    if (!around.some((one) => going.has(one))) for (const one of around) filled.add(one)
  }
  const widest = [...going].map((node) => containersAbove(node).find((container) => !filled.has(container)) ?? node)
  return [...others, ...[...new Set(widest)].map((node) => ({ context: [], line: `no ${node}` }))]
}

/** The containers right above a node, up to the next entry of a list, the outermost first. */
function containersAbove(path: string): readonly string[] {
  const read = readPath(path)
  if (read.type === 'problem') return []
  const last = read.steps.length - 1
  let first = last
  while (first > 0 && read.steps[first - 1]!.keys.length === 0) first--
  return Array.from({ length: last - first }, (_, at) => pathTextOf(read.steps.slice(0, first + at + 1)))
}
