/**
 * What a commit did to a configuration, and how that alone is taken back: lines that others have changed since keep what
 * they have now.
 * @module
 */
import { type Config, keyOf } from './config.ts'
import { addition, removal } from './edits.ts'
import { type Edit, type Path, pathOfEdit } from './path.ts'
import { placeOf } from './places.ts'
import { positiveOf, wordsOf } from './words.ts'
import { isEmptyData, isWithinData } from './yang/emptied.ts'

export interface Change {
  /** Lines that it brought, in the order of the configuration after it. */
  readonly added: readonly Path[]
  /** Lines that it took away, in the order of the one before. */
  readonly removed: readonly Path[]
}

export function changeOf(before: Config, after: Config): Change {
  return { added: without(after, before), removed: without(before, after) }
}

const without = (all: Config, those: Config): readonly Path[] =>
  [...all].flatMap(([key, path]) => (those.has(key) ? [] : [path]))

/**
 * The part of a change that comes from these edits. The router may say of a line more than was typed, or elsewhere; what
 * somebody else configured in the same moment stands in another context, and begins with another word.
 */
export function partOf({ added, removed }: Change, edits: readonly Edit[]): Change {
  const paths = edits.map(pathOfEdit)
  const outer = new Set(paths.flatMap((path) => (path.length > 1 ? [kindOf(path[0]!)] : [])))
  const firsts = new Set(paths.map((path) => wordsOf(path.at(-1)!)[0] ?? ''))
  const begins = (line: string): boolean => {
    const [word = '', next = ''] = wordsOf(line)
    const first = word === 'no' ? next : word
    return [...firsts].some((one) => one !== '' && first.startsWith(one))
  }
  const isOurs = (path: Path): boolean => outer.has(kindOf(path[0]!)) || path.some(begins)
  // A container of YANG data is a line only while it is empty.
  const isFilled = (path: Path, others: readonly Path[]): boolean =>
    isEmptyData(path) && others.some((other) => isOurs(other) && isWithinData(other, path))
  return {
    added: added.filter((path) => isOurs(path) || isFilled(path, removed)),
    removed: removed.filter((path) => isOurs(path) || isFilled(path, added)),
  }
}

/** Of a context: FRR prints `route-map A permit 010` as `… 10`, and `interface eth1 vrf default` without the end. */
const kindOf = (context: string): string => wordsOf(positiveOf(context)).slice(0, 2).join(' ')

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
  const there = placedOf(now.values())
  const places = { there, added: placedOf(change.added), removed: placedOf(change.removed) }
  const returning = change.removed.filter((path) => !now.has(keyOf(path)) && isFree(path, now, places))
  const going = removableOf(change.added, now)
  // Contexts as they are opened now, or again.
  const opened = new Map([...there, ...placedOf(returning)])
  const asOpened = (path: Path): Path =>
    path.map((line, at) =>
      at === path.length - 1 ? line : (opened.get(placesOf(path.slice(0, at + 1)))?.at(-1) ?? line),
    )
  // A context comes with its lines.
  const outer = outerOf(returning)
  const back = returning.filter((path) => !outer.has(placesOf(path)))
  return { back: back.map((path) => addition(asOpened(path))), away: going.map((path) => removal(asOpened(path))) }
}

export const isUndone = ({ back, away }: Undo): boolean => back.length + away.length === 0

/** Whether nobody has set the place of a line that was taken away since: it is empty, or has what the change brought. */
function isFree(
  path: Path,
  now: Config,
  { there, added, removed }: Readonly<Record<'there' | 'added' | 'removed', ReadonlyMap<string, Path>>>,
): boolean {
  const place = placesOf(path)
  const successor = added.get(place)
  if (successor !== undefined) return now.has(keyOf(successor))
  if (there.has(place)) return false
  // A context that went with this change comes back with its lines; one that others removed stays away.
  const context = path.slice(0, -1)
  return context.length === 0 || there.has(placesOf(context)) || removed.has(placesOf(context))
}

/** Contexts without a `no`, at least as long as the kernel or BGP has what they are about. */
const lasting = /^(?:interface|address-family|vrf) /

/**
 * Those that are there, the last first, without what goes with its context. A context goes as a whole only where nobody else
 * has put a line into it since. Some contexts cannot be removed: their lines go, and FRR prints nothing of them any more.
 */
function removableOf(added: readonly Path[], now: Config): readonly Path[] {
  const ours = new Set(added.map(keyOf))
  const kept = new Set<string>()
  for (const [key, path] of now) {
    for (const context of contextsOf(path)) {
      if (!ours.has(key) || lasting.test(context.at(-1)!)) kept.add(placesOf(context))
    }
  }
  const going = added.filter((path) => now.has(keyOf(path)) && !kept.has(placesOf(path)))
  const whole = new Set(going.map(placesOf))
  return going.filter((path) => !contextsOf(path).some((context) => whole.has(placesOf(context)))).toReversed()
}

const placesOf = (path: Path): string => path.map(placeOf).join('\n')

const placedOf = (paths: Iterable<Path>): ReadonlyMap<string, Path> =>
  new Map([...paths].map((path) => [placesOf(path), path]))

const contextsOf = (path: Path): readonly Path[] => path.slice(0, -1).map((_, at) => path.slice(0, at + 1))

/** Places of the contexts that these stand in. */
const outerOf = (paths: readonly Path[]): ReadonlySet<string> => new Set(paths.flatMap(contextsOf).map(placesOf))
