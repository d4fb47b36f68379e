/**
 * Containers of YANG data that have nothing in them. Their presence may mean something (RFC 7950 §7.5.1), and no model says
 * whose does: what a change filled is to be empty again, and what it made is to go with what was in it.
 * @module
 */
import type { Config } from '../config.ts'
import { type Edit, type Path, pathOfEdit } from '../path.ts'
import { positiveOf } from '../words.ts'
import { dataText, isData } from './data-line.ts'
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
  const going = removals.map((edit) => dataText(pathOfEdit(edit)).replace(/ =(?: .*)?$/, ''))
  const staying = [...now.values(), ...others.map(pathOfEdit)]
    .map(dataText)
    .filter((line) => !going.some((one) => isAt(line, one)))
  const widest = going.map((path) => {
    const above = containersAbove(path).find((container) => !staying.some((line) => isAt(line, container)))
    return above ?? path
  })
  return [...others, ...[...new Set(widest)].map((path) => ({ context: [], line: `no ${path}` }))]
}

/** Whether the line is of that node, or of one in it. */
const isAt = (line: string, path: string): boolean =>
  line.startsWith(path) && /^(?:$|\/| =|\[)/.test(line.slice(path.length))

/** The containers right above a node, up to the next entry of a list, the outermost first. */
function containersAbove(path: string): readonly string[] {
  const read = readPath(path)
  if (read.type === 'problem') return []
  const last = read.steps.length - 1
  let first = last
  while (first > 0 && read.steps[first - 1]!.keys.length === 0) first--
  return Array.from({ length: last - first }, (_, at) => pathTextOf(read.steps.slice(0, first + at + 1)))
}
