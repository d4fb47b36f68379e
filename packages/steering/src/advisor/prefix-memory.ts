/**
 * What is known of prefixes that are or were steered: when that changed, and whether their traffic follows.
 *
 * Times are of a clock that never runs backwards, milliseconds.
 * @module
 */
import { flapSteps } from '../observation.ts'
import type { PrefixDemand } from './demand.ts'
import { isCount, isListOf, isNumber, isRecordOf, isText, orNull } from './json-shape.ts'
import { ignoredMs, maxRemembered, settleMs, settleSteps } from './limits.ts'

interface Memory {
  readonly prefix: string
  /** Number of a link. */
  steeredTo: number | null
  /** Since when that is so. */
  since: number
  /** Steps for which its traffic entered elsewhere. */
  astray: number
  /** When it was last seen that the neighbour ignores it. */
  ignoredAt: number | null
}

const isState = isListOf(
  isRecordOf({
    prefix: isText,
    steeredTo: orNull(isCount),
    since: isNumber,
    astray: isCount,
    ignoredAt: orNull(isNumber),
  }),
  maxRemembered,
)

export class PrefixMemory {
  readonly #stepMs: number
  readonly #known = new Map<string, Memory>()
  #now = 0

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  static restore(state: unknown, stepMs: number, now: number): PrefixMemory | undefined {
    if (!isState(state)) return undefined
    const memory = new PrefixMemory(stepMs)
    memory.#now = now
    for (const one of state as readonly Memory[]) memory.#known.set(one.prefix, { ...one })
    return memory
  }

  /** Whether any steering changed. `reachable`: the links over which traffic can enter. Prefixes left out stay as they are. */
  take(prefixes: Iterable<PrefixDemand>, reachable: (link: number) => boolean, now: number): boolean {
    this.#now = now
    let changed = false
    for (const one of prefixes) {
      const known = this.#known.get(one.prefix)
      if ((known?.steeredTo ?? null) !== one.steeredTo) changed = this.#steer(one) || changed
      else if (known?.steeredTo != null && one.rate > 0 && reachable(known.steeredTo)) this.#watch(known, one.link)
    }
    for (const one of this.#known.values()) if (this.#isPast(one)) this.#known.delete(one.prefix)
    return changed
  }

  /** Whether the neighbour ignored a move of it, less than `ignoredMs` ago. */
  isIgnored(prefix: string): boolean {
    const at = this.#known.get(prefix)?.ignoredAt ?? null
    return at !== null && this.#now - at <= ignoredMs
  }

  /** Milliseconds since its steering changed; null where that is more than `flapSteps` ago. */
  movedAgo(prefix: string): number | null {
    const known = this.#known.get(prefix)
    const ago = known === undefined ? Infinity : this.#now - known.since
    return ago < flapSteps * this.#stepMs ? ago : null
  }

  state(): readonly unknown[] {
    return [...this.#known.values()].map((one) => ({ ...one }))
  }

  #steer({ prefix, steeredTo }: PrefixDemand): boolean {
    const known = this.#known.get(prefix)
    if (known === undefined && this.#known.size >= maxRemembered) return false
    const ignoredAt = known?.ignoredAt ?? null
    this.#known.set(prefix, { prefix, steeredTo, since: this.#now, astray: 0, ignoredAt })
    return true
  }

  #watch(known: Memory, link: number): void {
    if (link === known.steeredTo) {
      known.astray = 0
      known.ignoredAt = null
      return
    }
    known.astray++
    if (known.astray >= settleSteps && this.#now - known.since >= settleMs) known.ignoredAt = this.#now
  }

  #isPast({ prefix, steeredTo }: Memory): boolean {
    return steeredTo === null && this.movedAgo(prefix) === null && !this.isIgnored(prefix)
  }
}
