/**
 * Which intents of a set cannot both be met, and what follows. What only restricts never conflicts: the narrower holds.
 * @module
 */
import type { Connect, Goal, Intent, Places } from './intent.ts'
import type { IntentSet } from './intent-set.ts'
import { contradict, isPin } from './pins.ts'
import { endsOf } from './scope.ts'
import { firstTogether, isActive } from './when.ts'
import { utcText } from './words.ts'

export interface Conflict {
  /** The intent that gives way, or one of two that block each other. */
  readonly intent: string
  readonly other: string
  /** `narrower`: the other restricts, and always wins. `priority`: the other has the higher one. `both`: neither gives way. */
  readonly won: 'narrower' | 'priority' | 'both'
  /** Milliseconds since 1970: when it begins, not before the `now` that was asked for. */
  readonly from: number
  /** A sentence without a full stop. */
  readonly because: string
}

/** Conflicts at `now` or later, before the set expires, by name. */
export function conflictsOf(
  { intents, places, expiresAt }: Pick<IntentSet, 'intents' | 'places' | 'expiresAt'>,
  now: number,
): readonly Conflict[] {
  return pairsOf(intents, places).flatMap(({ one, other, found }) => {
    const from = firstTogether(one.when, other.when, now)
    return from === undefined || from >= expiresAt ? [] : [begun(found, from)]
  })
}

/** Those of `now` alone. */
export function conflictsAt(
  { intents, places }: Pick<IntentSet, 'intents' | 'places'>,
  now: number,
): readonly Conflict[] {
  const active = intents.filter(({ when }) => isActive(when, now))
  return pairsOf(active, places).map(({ found }) => begun(found, now))
}

const begun = (found: Found, from: number): Conflict => ({
  ...found,
  from,
  because: `${found.because}, from ${utcText(from)} on`,
})

/** Of each two intents, whether they can both be met, whenever they hold. */
function pairsOf(
  intents: readonly Intent[],
  places: Places,
): readonly { readonly one: Intent; readonly other: Intent; readonly found: Found }[] {
  const able = intents.filter(({ goal }) => goal.type === 'pin' || goal.type === 'connect' || restrictsLines(goal))
  const sorted = able.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return sorted.flatMap((one, at) =>
    sorted.slice(at + 1).flatMap((other) => {
      const found = conflictBetween(one, other, places) ?? conflictBetween(other, one, places)
      return found === undefined ? [] : [{ one, other, found }]
    }),
  )
}

const restrictsLines = (goal: Goal): boolean =>
  goal.type === 'freeze' || (goal.type === 'bounds' && goal.lines?.sharePercent === 0)

type Found = Omit<Conflict, 'from'>

/** Of `one` with `other`; that of `other` with `one` is asked for besides. */
function conflictBetween(one: Intent, other: Intent, places: Places): Found | undefined {
  if (isPin(one) && isPin(other) && one.priority <= other.priority && contradict(one.goal, other.goal)) {
    const won = one.priority === other.priority ? 'both' : 'priority'
    const words = `"${one.name}" and "${other.name}" leave no link for ${one.goal.prefix}`
    const follows =
      won === 'both'
        ? 'both have the same priority, so nothing moves it at all'
        : `"${other.name}" has the higher priority, and "${one.name}" does not hold`
    return { intent: one.name, other: other.name, won, because: `${words}; ${follows}` }
  }
  if (one.goal.type !== 'connect') return undefined
  if (!restrictsLines(other.goal) || !touchesEnd(one.goal, other, places)) return undefined
  const words = other.goal.type === 'freeze' ? 'lets no line begin' : 'leaves nothing for lines'
  return {
    intent: one.name,
    other: other.name,
    won: 'narrower',
    because: `"${other.name}" ${words} where "${one.name}" needs one; what restricts wins`,
  }
}

/** Whether an intent may hold at a device of one of the sites. Which roles a device has, nobody knows here: it may. */
function touchesEnd({ between }: Connect, { scope }: Intent, places: Places): boolean {
  if (Object.keys(scope).length === 0 || scope.roles !== undefined) return true
  const devices = new Set(between.flatMap((site) => places.sites[site] ?? []))
  const named = [...(scope.devices ?? []), ...(scope.sites ?? []).flatMap((site) => places.sites[site] ?? [])]
  return named.some((name) => devices.has(name)) || hasOnlyLinksAt(devices, scope, places)
}

/** A line needs one link of its end; where an intent about links leaves another one, there is no conflict yet. */
function hasOnlyLinksAt(devices: ReadonlySet<string>, scope: Intent['scope'], places: Places): boolean {
  const links = [...(scope.links ?? []), ...(scope.borders ?? []).flatMap((border) => places.borders[border] ?? [])]
  const key = ({ device, interface: name }: { device: string; interface: string }) => `${device} ${name}`
  const barred = new Set(endsOf(links, places).map(key))
  const all = Object.values(places.links)
    .flat()
    .filter(({ device }) => devices.has(device))
  return all.length > 0 && all.every((end) => barred.has(key(end)))
}
