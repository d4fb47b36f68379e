/**
 * What an agent asks of its router, and when it takes it back. The rules are few and hold whatever happens in whatever
 * order: no prefix that the router has not got itself; withdrawn at once when the router's own route goes, when its
 * time is over, when its owner says so; forgotten when the session ends, because the router has dropped it then.
 * @module
 */
import { injectionOf, isOriginal, nextHopOf, type OriginalPath, pathInUse, pathTo } from './injection.ts'
import type { TrafficClass } from './traffic-class.ts'

export interface ActuationRequest {
  /** Who asks: only the same may change or undo it. */
  readonly owner: string
  /** Canonical text, as routers print it. */
  readonly prefix: string
  /** Interface index of the link whose neighbours are to see the class. */
  readonly ifIndex: number
  /** A number of the ladder. */
  readonly class: number
  /** Milliseconds; longer than `maxLifetime` is refused. */
  readonly lifetime: number
}

export interface Actuation extends ActuationRequest {
  readonly id: string
  readonly appliedAt: number
  readonly expiresAt: number
}

export type Effect =
  | { readonly type: 'announce'; readonly prefix: string; readonly route: OriginalPath }
  | { readonly type: 'withdraw'; readonly prefix: string }
  | { readonly type: 'ended'; readonly actuation: Actuation; readonly why: EndReason }

export type EndReason = 'undone' | 'expired' | 'replaced' | 'original-gone' | 'session-lost'

/**
 * `local-pref`: the router could not hide how it prefers our route; `originated`: it would be the next hop itself;
 * `policy`: it has not got the policy for the links that there are now. These are said by the host, which knows the
 * router.
 */
type RefusalCode =
  | 'no-session'
  | 'no-route'
  | 'unknown-class'
  | 'owned'
  | 'too-many'
  | 'too-fast'
  | 'too-long'
  | 'local-pref'
  | 'originated'
  | 'policy'

export interface Refusal {
  readonly code: RefusalCode
  /** What was wrong, and what would be right. */
  readonly problem: string
}

export interface ActuatorConfig {
  readonly as: number
  /** Ours: routes originated by it are no originals. */
  readonly bgpIdentifier: number
  /** In the ids of actuations: another one with each start, so that an old receipt takes nothing new back. */
  readonly run: string
  readonly classes: readonly TrafficClass[]
  /** Actuations at once; one more is refused. */
  readonly maxActive: number
  /** Announcements that requests may cause within a minute; one more is refused, taking back never is. */
  readonly maxPerMinute: number
  /** Milliseconds. */
  readonly maxLifetime: number
}

export const defaultActuatorLimits = { maxActive: 64, maxPerMinute: 60, maxLifetime: 24 * 3_600_000 } as const

/** What a request would do. */
export interface ActuationPlan {
  readonly request: ActuationRequest
  readonly original: OriginalPath
  readonly route: OriginalPath
  /** The owner's own actuation of the same prefix and link, which this one takes the place of. */
  readonly replaces?: Actuation
}

interface Held {
  original: OriginalPath
  /**
   * `router`: it said so, against what the attributes tell, as with weights; that holds while the path stays as it is.
   */
  chosenBy: 'attributes' | 'router'
  /** By interface index. */
  readonly actuations: Map<number, Actuation>
}

const minute = 60_000

export class Actuator {
  readonly #config: ActuatorConfig
  readonly #held = new Map<string, Held>()
  #session: 'up' | 'down' = 'down'
  #count = 0
  /** Times of the last announcements that requests caused. */
  #recent: number[] = []

  constructor(config: ActuatorConfig) {
    this.#config = config
  }

  actuations(): readonly Actuation[] {
    return [...this.#held.values()].flatMap(({ actuations }) => [...actuations.values()])
  }

  /** Prefixes of which the router's own routes are to be told with `routeChanged`. */
  prefixes(): readonly string[] {
    return [...this.#held.keys()]
  }

  /**
   * What the request would do, without doing it. `paths`: all that the router tells of exactly this prefix. `nextHop`:
   * of the path that it uses, where that is known; of a prefix that is held already it is our own, and says nothing.
   */
  plan(
    request: ActuationRequest,
    paths: readonly OriginalPath[],
    nextHop: Uint8Array | undefined,
    now: number,
  ): ActuationPlan | Refusal {
    const { classes, maxLifetime, maxActive, maxPerMinute, as } = this.#config
    const { prefix, ifIndex, owner } = request
    if (this.#session === 'down') return refusal('no-session', 'the session with the router is not established')
    if (!classes.some(({ number }) => number === request.class)) {
      const known = classes.map(({ number }) => number).join(', ')
      return refusal('unknown-class', `there is no class ${request.class}; there are ${known}`)
    }
    if (!(request.lifetime > 0 && request.lifetime <= maxLifetime)) {
      return refusal('too-long', `it must last 1 ms to ${maxLifetime / 1000} s, not ${request.lifetime / 1000} s`)
    }
    const held = this.#held.get(prefix)
    const original = this.#originalOf(held, paths, nextHop)
    if (original === undefined) {
      return refusal('no-route', `the router has no route of its own to exactly ${prefix}`)
    }
    const other = held && [...held.actuations.values()].find((one) => one.owner !== owner)
    if (other !== undefined) {
      return refusal('owned', `${prefix} is held by ${other.owner} with ${other.id}; it must undo that first`)
    }
    const replaces = held?.actuations.get(ifIndex)
    if (replaces === undefined && this.actuations().length >= maxActive) {
      return refusal('too-many', `${maxActive} are active; undo one first`)
    }
    this.#recent = this.#recent.filter((at) => now - at < minute && at <= now)
    if (this.#recent.length >= maxPerMinute) {
      return refusal('too-fast', `${maxPerMinute} within a minute are allowed; try again later`)
    }
    const asked = new Map([...(held?.actuations ?? [])].map(([index, one]) => [index, one.class]))
    const route = injectionOf(original, asked.set(ifIndex, request.class), as)
    return { request, original, route, ...(replaces === undefined ? {} : { replaces }) }
  }

  /** Does what `plan` says of the same arguments. */
  apply(
    request: ActuationRequest,
    paths: readonly OriginalPath[],
    nextHop: Uint8Array | undefined,
    now: number,
  ): { readonly actuation: Actuation; readonly effects: readonly Effect[] } | Refusal {
    const plan = this.plan(request, paths, nextHop, now)
    if ('code' in plan) return plan
    const { prefix, ifIndex, lifetime } = request
    const id = `${prefix}@${ifIndex}#${this.#config.run}.${++this.#count}`
    const actuation: Actuation = { ...request, id, appliedAt: now, expiresAt: now + lifetime }
    const { original } = plan
    const held = this.#held.get(prefix) ?? {
      original,
      chosenBy: pathInUse(this.#originalsOf(paths), nextHopOf(original)) === original ? 'attributes' : 'router',
      actuations: new Map<number, Actuation>(),
    }
    follow(held, original)
    held.actuations.set(ifIndex, actuation)
    this.#held.set(prefix, held)
    this.#recent.push(now)
    const effects: Effect[] = [{ type: 'announce', prefix, route: plan.route }]
    if (plan.replaces !== undefined) effects.push({ type: 'ended', actuation: plan.replaces, why: 'replaced' })
    return { actuation, effects }
  }

  /** Takes it back. A refusal when another owns it; nothing happens when it has ended already. */
  undo(id: string, owner: string): readonly Effect[] | Refusal {
    const one = this.actuations().find((actuation) => actuation.id === id)
    if (one === undefined) return []
    if (one.owner !== owner) return refusal('owned', `${id} belongs to ${one.owner}`)
    return this.#end([one], 'undone')
  }

  /** All paths that the router tells of the prefix now; none when it withdrew them. */
  routeChanged(prefix: string, paths: readonly OriginalPath[]): readonly Effect[] {
    const held = this.#held.get(prefix)
    if (held === undefined) return []
    const original = nextOriginal(held, this.#originalsOf(paths))
    if (original === undefined) return this.#end([...held.actuations.values()], 'original-gone')
    const before = this.#injection(held)
    follow(held, original)
    const route = this.#injection(held)
    return isEqual(before, route) ? [] : [{ type: 'announce', prefix, route }]
  }

  sessionUp(): void {
    this.#session = 'up'
  }

  /** The router has dropped our routes with the session; none of them comes back by itself. */
  sessionDown(): readonly Effect[] {
    this.#session = 'down'
    const ended = this.actuations().map((actuation) => ({ type: 'ended', actuation, why: 'session-lost' }) as const)
    this.#held.clear()
    return ended
  }

  /** Ends what has lasted its time. To be called at `nextExpiry`, or more often. */
  expire(now: number): readonly Effect[] {
    return this.#end(
      this.actuations().filter(({ expiresAt }) => expiresAt <= now),
      'expired',
    )
  }

  /** When `expire` has something to do, in milliseconds since 1970. */
  nextExpiry(): number | undefined {
    const all = this.actuations().map(({ expiresAt }) => expiresAt)
    return all.length === 0 ? undefined : Math.min(...all)
  }

  #originalOf(
    held: Held | undefined,
    paths: readonly OriginalPath[],
    nextHop: Uint8Array | undefined,
  ): OriginalPath | undefined {
    const originals = this.#originalsOf(paths)
    return held ? nextOriginal(held, originals) : (pathTo(originals, nextHop) ?? pathInUse(originals))
  }

  #originalsOf(paths: readonly OriginalPath[]): readonly OriginalPath[] {
    return paths.filter((path) => isOriginal(path, this.#config))
  }

  #injection({ original, actuations }: Held): OriginalPath {
    const asked = new Map([...actuations].map(([index, one]) => [index, one.class]))
    return injectionOf(original, asked, this.#config.as)
  }

  #end(ended: readonly Actuation[], why: EndReason): readonly Effect[] {
    const effects: Effect[] = []
    for (const prefix of new Set(ended.map((one) => one.prefix))) {
      const held = this.#held.get(prefix)!
      for (const one of ended) if (one.prefix === prefix) held.actuations.delete(one.ifIndex)
      if (held.actuations.size > 0) effects.push({ type: 'announce', prefix, route: this.#injection(held) })
      else {
        this.#held.delete(prefix)
        effects.push({ type: 'withdraw', prefix })
      }
    }
    return [...effects, ...ended.map((actuation) => ({ type: 'ended', actuation, why }) as const)]
  }
}

/**
 * The path that the router would use without ours, which hides its choice: where the attributes of two are equal, it is
 * taken to stay where it was.
 */
function nextOriginal({ original, chosenBy }: Held, originals: readonly OriginalPath[]): OriginalPath | undefined {
  const same = chosenBy === 'router' ? originals.find((path) => isEqual(path, original)) : undefined
  return same ?? pathInUse(originals, nextHopOf(original))
}

function follow(held: Held, original: OriginalPath): void {
  if (!isEqual(held.original, original)) held.chosenBy = 'attributes'
  held.original = original
}

const refusal = (code: RefusalCode, problem: string): Refusal => ({ code, problem })

const isEqual = (one: OriginalPath, other: OriginalPath): boolean => textOf(one) === textOf(other)
const textOf = (path: OriginalPath): string =>
  JSON.stringify(path, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
