/** How links stand to the loads that intents keep them below, by counters, at the controller. Pure. @module */
import { type Intent, type IntentSet, isAt, whereAt } from '@vagus/intent'

export interface MeasuredLink {
  readonly name: string
  readonly ends: readonly { readonly device: string; readonly interface: string }[]
  /** Of its capacity, the fuller direction; null: not known. */
  readonly share: number | null
}

/** Of one intent. */
export interface LoadFigure {
  /** Links of the network that it is about. */
  readonly links: number
  /** The fullest of them at the last look; undefined: of none a load is known. */
  readonly fullest: { readonly link: string; readonly share: number } | undefined
  /** Links above, the longest first. */
  readonly above: readonly { readonly link: string; readonly since: number; readonly most: number }[]
  /** Milliseconds for which a link was above, since the intent is known. */
  readonly aboveMs: number
}

type Scoped = Pick<IntentSet, 'intents' | 'places'>
type Roles = (device: string) => readonly string[] | undefined

/** After a longer time without a look nobody knows what was in between, milliseconds. */
const longestGap = 60_000

export class LoadFigures {
  readonly #figures = new Map<string, LoadFigure>()
  #at = -Infinity

  /** @param now milliseconds since 1970 */
  step({ intents, places }: Scoped, links: readonly MeasuredLink[], rolesOf: Roles, now: number): void {
    const passed = now - this.#at
    const isSeamless = passed >= 0 && passed <= longestGap
    this.#at = now
    const known = new Set(intents.map(({ name }) => name))
    for (const name of this.#figures.keys()) if (!known.has(name)) this.#figures.delete(name)
    for (const intent of intents) {
      if (intent.goal.type !== 'keep-below') continue
      const own = links.filter(({ ends }) => ends.some((end) => isIn(intent, places, end, rolesOf)))
      const before = this.#figures.get(intent.name)
      this.#figures.set(intent.name, figureOf(own, intent.goal.percent / 100, before, { now, passed, isSeamless }))
    }
  }

  of(intent: string): LoadFigure | undefined {
    return this.#figures.get(intent)
  }
}

function isIn(
  { scope }: Intent,
  places: IntentSet['places'],
  { device, interface: name }: MeasuredLink['ends'][number],
  rolesOf: Roles,
): boolean {
  const where = whereAt(scope, places, { name: device, roles: rolesOf(device) })
  return where !== undefined && isAt(where, name)
}

function figureOf(
  links: readonly MeasuredLink[],
  limit: number,
  before: LoadFigure | undefined,
  { now, passed, isSeamless }: { readonly now: number; readonly passed: number; readonly isSeamless: boolean },
): LoadFigure {
  const loads = links.flatMap(({ name, share }) => (share === null ? [] : [{ link: name, share }]))
  const above = loads
    .filter(({ share }) => share > limit)
    .map(({ link, share }) => {
      const known = isSeamless ? before?.above.find((one) => one.link === link) : undefined
      return { link, since: known?.since ?? now, most: Math.max(known?.most ?? 0, share) }
    })
    .sort((one, other) => one.since - other.since || other.most - one.most)
  return {
    links: links.length,
    fullest: loads.toSorted((one, other) => other.share - one.share)[0],
    above,
    aboveMs: (before?.aboveMs ?? 0) + (isSeamless && (before?.above.length ?? 0) > 0 ? passed : 0),
  }
}
