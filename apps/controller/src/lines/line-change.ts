/** What a line is to be after a change. @module */
import { nearestOf } from '@vagus/api/nearest'
import type { LineChange } from '@vagus/api/lines'
import type { LineNetwork, LineWish, Path } from '@vagus/line'
import { ProblemError, problemOf } from '../http/problem.ts'
import type { KeptLine } from './line-book.ts'

/** @param frame times in milliseconds @throws {ProblemError} with what would be right */
export function changedWish(
  { wish }: Pick<KeptLine, 'wish'>,
  { bitsPerSecond, end: until, avoid, protect }: LineChange,
  { network, now, longest }: { readonly network: LineNetwork; readonly now: number; readonly longest: number },
): LineWish {
  const end = until === undefined ? wish.end : Date.parse(until)
  if (end <= Math.max(now, wish.start)) throw bad('end', `"${until}" is not after now and its start`)
  if (end - now > longest) throw bad('end', `"${until}" is more than 31 days ahead`)
  if (typeof avoid === 'string') checkName(avoid, network)
  // What an earlier change was about is done by now, and may be used again.
  const { avoid: before, ...rest } = wish
  const avoided = avoid === undefined ? before : avoid === null ? undefined : [avoid]
  return {
    ...rest,
    end,
    bitsPerSecond: bitsPerSecond === undefined ? wish.bitsPerSecond : Math.ceil(bitsPerSecond),
    ...(avoided === undefined ? {} : { avoid: avoided }),
    ...(protect === undefined ? {} : { protect }),
  }
}

function checkName(name: string, { nodes, links }: LineNetwork): void {
  const known = [...links, ...nodes].map((one) => one.name)
  if (known.includes(name)) return
  const near = nearestOf(name, known)
  throw bad('avoid', `"${name}" is neither a link nor a node of lines${near === undefined ? '' : `; is it ${near}?`}`)
}

export const isSamePath = (one: Path, other: Path): boolean =>
  JSON.stringify([one.a, one.z, one.hops]) === JSON.stringify([other.a, other.z, other.hops])

const bad = (parameter: string, problem: string): ProblemError =>
  new ProblemError(problemOf(400, `${parameter}: ${problem}`, [{ parameter, problem }]))
