/**
 * Which part of a change comes from edits where nobody saw what they did, and others may have changed anything since: a
 * program died while they were applied. What others did in the same contexts is theirs.
 * @module
 */
import type { Change } from './change.ts'
import { type Edit, type Path, pathOfEdit } from './path.ts'
import { placeOf } from './places.ts'
import { positiveOf, wordsOf } from './words.ts'
import { isData } from './yang/data-line.ts'
import { dataTracesOf } from './yang/data-traces.ts'

/** Narrower than `partOf`: a line must be what an edit is about. */
export function tracesOf({ added, removed }: Change, edits: readonly Edit[]): Change {
  const data = edits.filter((edit) => isData(pathOfEdit(edit)))
  const lines = edits.filter((edit) => !isData(pathOfEdit(edit)))
  const isDataTrace = dataTracesOf(data)
  const isTrace = (path: Path): boolean => (isData(path) ? isDataTrace(path) : lines.some((edit) => isOf(path, edit)))
  return { added: added.filter(isTrace), removed: removed.filter(isTrace) }
}

/** Contexts that many have lines in. */
const shared = /^(?:router|address-family|vrf) /

function isOf(path: Path, { context, line }: Edit): boolean {
  const within = context.length
  if (path.length <= within) {
    // The context that came or went with the edit, where it is an entry of its own.
    return !shared.test(path.at(-1)!) && path.every((one, at) => isAbout(one, context[at]!))
  }
  if (!isWithin(path, context)) return false
  // What an edit removes goes wherever it stands: a neighbour with its lines in each address family.
  const lines = line.startsWith('no ') ? path.slice(within) : path.slice(-1)
  return lines.some((one) => isAbout(one, line))
}

const isWithin = (path: Path, context: Path): boolean =>
  path.length > context.length && context.every((line, at) => isAbout(path[at]!, line))

/** What a line of a neighbour changes of all its other lines: whether it is there, and as what. */
const wholeNeighbour = /^(neighbor \S+)(?: (?:remote-as|peer-group|interface)\b.*)?$/

function isAbout(printed: string, typed: string): boolean {
  const [line, about] = [positiveOf(printed), asPrinted(positiveOf(typed))]
  const whole = wholeNeighbour.exec(about)?.[1]
  if (whole !== undefined) return begins(line, whole)
  const place = placeOf(line)
  // Without its number a line of a list gets one, or all of the list go.
  const numbered = / seq \d/.test(about) ? place : place.replace(/ seq \d+$/, '')
  return begins(numbered, placeOf(about)) || begins(line, about)
}

/** Lines that FRR prints with other words than it takes. */
const asPrinted = (line: string): string => line.replace(/^continue\b/, 'on-match goto').replace(/^ospf /, 'ip ospf ')

/** Whether the words of both begin alike, as far as both have some. */
function begins(printed: string, typed: string): boolean {
  const [some, others] = [wordsOf(printed), wordsOf(typed)]
  const count = Math.min(some.length, others.length)
  return some.slice(0, count).every((word, at) => isWord(word, others[at]!))
}

/** FRR takes a word by as many letters as tell it apart, and a number with zeros in front. */
function isWord(printed: string, typed: string): boolean {
  if (/^\d+$/.test(typed)) return Number(printed) === Number(typed)
  return printed === typed || (/^[a-z][a-z-]*$/.test(typed) && printed.startsWith(typed))
}
