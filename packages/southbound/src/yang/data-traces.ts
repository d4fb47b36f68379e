/** Which lines of YANG data edits are about, where nobody saw what became of them. @module */
import { type Edit, type Path, pathOfEdit } from '../path.ts'
import { positiveOf } from '../words.ts'
import { aroundOf, nodeTextOf } from './data-line.ts'

/** Nodes that are set or removed, what is in one that is removed, and entries and containers around that came or went. */
export function dataTracesOf(edits: readonly Edit[]): (path: Path) => boolean {
  const nodes = edits.map((edit) => nodeTextOf(pathOfEdit(edit)))
  const around = new Set(nodes.flatMap(aroundOf))
  const removed = new Set(nodes.filter((_, at) => edits[at]!.line !== positiveOf(edits[at]!.line)))
  return (path) => {
    const node = nodeTextOf(path)
    return around.has(node) || aroundOf(node).some((one) => removed.has(one))
  }
}
