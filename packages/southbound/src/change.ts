/**
 * What a commit did to a configuration, and how that alone is taken back: lines that others have changed since keep what
 * they have now.
 * @module
 */
import { type Config, keyOf, type Path } from './config.ts'
import { addition, type Edit, pathOfEdit, removal } from './edits.ts'
import { placeOf } from './places.ts'
import { wordsOf } from './words.ts'

export interface Change {
  /** Lines that it brought, in the order of the configuration after it. */
  readonly added: readonly Path[]
  /** Lines that it took away, in the order of the one before. */
  readonly removed: readonly Path[]
}

export function changeOf(before: Config, after: Config): Change {
  return { added: without(after, before), removed: without(before, after) }
}

const without = (all: Config, those: Config): readonly Path[] => [...all].flatMap(([key, path]) => (those.has(key) ? [] : [path]))

/**
 * The part of a change that comes from these edits. The router may say of a line more than was typed, or elsewhere; what
 * somebody else configured in the same moment stands in another context, and begins with another word.
 */
export function partOf({ added, removed }: Change, edits: readonly Edit[]): Change {
  const paths = edits.map(pathOfEdit)
  const outer = new Set(paths.flatMap((path) => (path.length > 1 ? [path[0]!] : [])))
  const firsts = new Set(paths.map((path) => wordsOf(path.at(-1)!)[0] ?? ''))
  const begins = (line: string): boolean => {
    const [word = '', next = ''] = wordsOf(line)
    const first = word === 'no' ? next : word
    return [...firsts].some((one) => one !== '' && first.startsWith(one))
  }
  const isOurs = (path: Path): boolean => outer.has(path[0]!) || path.some(begins)
  return { added: added.filter(isOurs), removed: removed.filter(isOurs) }
}

export interface Undo {
  /** Lines that come back. To be sent first: what is in their place ends by that, and no list is empty meanwhile. */
  readonly back: readonly Edit[]
  /** Lines that go away, of what is there now. */
  readonly away: readonly Edit[]
}

/**
 * Edits after which a configuration that is `now` has nothing of the change any more; none where that is so already. To be
 * called again with what the router has made of `back`, and of `away`.
 */
export function undoOf(change: Change, now: Config): Undo {
  const back = change.removed.filter((path) => !now.has(keyOf(path)) && isFree(path, change, now))
  // A context that stands before its lines comes with them.
  const returning = back.filter((path) => !back.some((one) => isWithin(one, path)))
  const there = change.added.filter((path) => now.has(keyOf(path)) && isRemovable(path, change, now))
  // What goes with its context needs no line of its own; the others go last first.
  const going = there.filter((path) => !there.some((one) => isWithin(path, one))).toReversed()
  return { back: returning.map(addition), away: going.map(removal) }
}

export const isUndone = ({ back, away }: Undo): boolean => back.length + away.length === 0

/** Whether nobody has set the place of a line that was taken away since: it is empty, or has what the change brought. */
function isFree(path: Path, { added, removed }: Change, now: Config): boolean {
  const isThere = (one: Path): boolean => now.has(keyOf(one))
  const successor = added.find((one) => samePlace(one, path))
  if (successor !== undefined) return isThere(successor) || isReplaced(successor, removed, now)
  const context = path.slice(0, -1)
  // A context that came and went with this change comes back with its lines; one that others removed stays away.
  const isContextGone = context.length > 0 && !isThere(context) && !removed.some((one) => keyOf(one) === keyOf(context))
  if (isContextGone) return false
  return ![...now.values()].some((one) => samePlace(one, path))
}

/** Whether the place of a line has again one of those that were taken away. */
const isReplaced = (path: Path, removed: readonly Path[], now: Config): boolean =>
  removed.some((one) => samePlace(one, path) && now.has(keyOf(one)))

/**
 * A context goes as a whole only where nobody else has put a line into it since. An interface stays as long as the kernel has
 * it: its lines go, and FRR prints nothing of it any more.
 */
function isRemovable(path: Path, { added }: Change, now: Config): boolean {
  const isInterface = path.at(-1)!.startsWith('interface ')
  const ours = new Set(added.map(keyOf))
  return ![...now].some(([key, one]) => isWithin(one, path) && (isInterface || !ours.has(key)))
}

const isWithin = (path: Path, context: Path): boolean =>
  path.length > context.length && context.every((line, at) => path[at] === line)

/** Contexts count by their place, too: a route-map entry that denies takes the place of the one that permits. */
const samePlace = (one: Path, other: Path): boolean =>
  one.length === other.length && one.every((line, at) => placeOf(line) === placeOf(other[at]!))
