/**
 * Actuation on this host: the rules of @vagus/bgp joined to the session with the router, and the router asked whether it
 * did what the class means.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { formatPrefix, parseAddress, parsePrefix } from '@vagus/address'
import type { PathAttributes } from '@vagus/bgp'
import {
  type Actuation,
  type ActuationRequest,
  Actuator,
  type Effect,
  type EndReason,
  type OriginalPath,
  type Refusal,
  type TrafficClass,
} from '@vagus/bgp/actuation'
import type { Router, RouterRoute } from '@vagus/router'
import type { DevicePolicy } from '@vagus/api/telemetry'
import type { RoutesEvent, Speaker } from '@vagus/speaker'
import type { TellDeed } from './record/device-record.ts'
import { endedDeed, setDeed } from './record/class-deeds.ts'
import type { LinkPlace } from './inventory.ts'
import { expectation, type Told, toldOf } from './told.ts'

export const routerPeer = 'router'

export interface Asked {
  readonly owner: string
  readonly prefix: string
  /** Interface of the router. */
  readonly interface: string
  readonly class: number
  /** Milliseconds. */
  readonly lifetime: number
}

export interface Plan {
  readonly prefix: string
  readonly interface: string
  readonly class: TrafficClass
  readonly nextHop: string | null
  /** Large communities that the announcement adds. */
  readonly communities: readonly string[]
  readonly before: readonly Told[]
  readonly replaces: string | null
}

export interface Receipt {
  readonly actuation: Actuation
  readonly interface: string
  readonly before: readonly Told[]
  readonly after: readonly Told[]
  /** Milliseconds until every neighbour was told what the class means; null when that did not happen in time. */
  readonly verifiedAfter: number | null
}

/** Milliseconds since 1970 by the clock that was right when we began; setting the time of day does not move it. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()

/** What is known of a prefix at the router: what it told us, and the route that it uses. */
interface Found {
  readonly paths: readonly OriginalPath[]
  /** 4 or 16 octets; undefined also where the router originates the route. */
  readonly nextHop: Uint8Array | undefined
  readonly route: RouterRoute | undefined
}

/** Milliseconds within which a router does what its policy says; FRR takes 50 for an UPDATE. */
const verification = { patience: 2000, every: 25 } as const
/** Ended ones that are remembered. */
const maxEnded = 100

interface ServiceParts {
  readonly actuator: Actuator
  readonly speaker: Pick<Speaker, 'announce' | 'withdraw' | 'watch' | 'routes'>
  readonly router: Router
  readonly as: number
  readonly classes: readonly TrafficClass[]
  readonly places: () => readonly LinkPlace[]
  /** Whether the router has the policy for these places; what is missing is looked for anew. */
  readonly policy: () => Promise<DevicePolicy>
  readonly alsoWatched: readonly string[]
  readonly now: () => number
  readonly report: (line: string) => void
  /** Of each class that is set, and of each that ends. */
  readonly tell?: TellDeed | undefined
}

export class ActuationService {
  readonly #actuator: Actuator
  readonly #speaker: Pick<Speaker, 'announce' | 'withdraw' | 'watch' | 'routes'>
  readonly #router: Router
  readonly #as: number
  readonly #classes: readonly TrafficClass[]
  readonly #places: () => readonly LinkPlace[]
  readonly #policy: ServiceParts['policy']
  /** Prefixes that others want to hear of. */
  readonly #alsoWatched: readonly string[]
  /** Steady, so that a class lasts as long as it was asked for also when the time of day is set meanwhile. */
  readonly #now: () => number
  readonly #report: (line: string) => void
  readonly #tell: TellDeed
  #ended: { readonly actuation: Actuation; readonly why: EndReason; readonly at: number }[] = []
  /** Under way; their prefixes are watched. */
  readonly #pending = new Set<ActuationRequest>()
  #timer: NodeJS.Timeout | undefined
  #onEnded: ((actuation: Actuation, why: EndReason) => void) | undefined

  constructor(parts: ServiceParts) {
    this.#actuator = parts.actuator
    this.#speaker = parts.speaker
    this.#router = parts.router
    this.#as = parts.as
    this.#classes = parts.classes
    this.#places = parts.places
    this.#policy = parts.policy
    this.#alsoWatched = parts.alsoWatched
    this.#now = parts.now
    this.#report = parts.report
    this.#tell = parts.tell ?? (() => undefined)
  }

  active(): readonly Actuation[] {
    return this.#actuator.actuations()
  }

  ended(): readonly { readonly actuation: Actuation; readonly why: EndReason; readonly at: number }[] {
    return this.#ended
  }

  /** Each actuation that ends from now on goes to `listener`, in the moment in which it ends. */
  onEnded(listener: (actuation: Actuation, why: EndReason) => void): void {
    this.#onEnded = listener
  }

  /** The link there. @throws {RangeError} that names those that there are */
  placeAt(name: string): LinkPlace {
    const place = this.#places().find((one) => one.name === name)
    if (place === undefined) {
      const known = this.#places()
        .map((one) => one.name)
        .join(', ')
      throw new RangeError(`there is no link at interface "${name}"; there are: ${known}`)
    }
    if (place.neighbour === undefined || place.neighbour.as === this.#as) {
      throw new RangeError(`interface "${name}" has no BGP neighbour of another AS, so nobody would be told`)
    }
    return place
  }

  /** What is told there now of a prefix, as routers print it. @throws {RangeError} as `placeAt` */
  async toldAt(name: string, prefix: string): Promise<readonly Told[]> {
    return toldOf(this.#router, this.placeAt(name), prefix)
  }

  /** What `apply` would do. @throws {RangeError} when the prefix is none, or there is no such interface */
  async plan(asked: Asked): Promise<Plan | Refusal> {
    const lacking = await this.#lacking()
    if (lacking !== undefined) return lacking
    const { request, place } = this.#requestOf(asked)
    const found = await this.#routeOf(request.prefix)
    const plan = this.#planOf(request, found)
    if ('code' in plan) return plan
    const had = new Set((plan.original.attributes.largeCommunities ?? []).map(textOf))
    return {
      prefix: request.prefix,
      interface: place.name,
      class: this.#classes.find(({ number }) => number === request.class)!,
      nextHop: found.route?.nextHop ?? null,
      communities: (plan.route.attributes.largeCommunities ?? []).map(textOf).filter((one) => !had.has(one)),
      before: await toldOf(this.#router, place, request.prefix),
      replaces: plan.replaces?.id ?? null,
    }
  }

  /** @throws {RangeError} as `plan` */
  async apply(asked: Asked): Promise<Receipt | Refusal> {
    const lacking = await this.#lacking()
    if (lacking !== undefined) return lacking
    const { request, place } = this.#requestOf(asked)
    this.#pending.add(request)
    try {
      // Watched before it is read, so that a change between the two is told.
      await this.#watch()
      return await this.#applyWatched(request, place)
    } finally {
      this.#pending.delete(request)
      await this.#watch()
    }
  }

  async #applyWatched(request: ActuationRequest, place: LinkPlace): Promise<Receipt | Refusal> {
    const before = await toldOf(this.#router, place, request.prefix)
    const found = await this.#routeOf(request.prefix)
    // Nothing is waited for from here until it is announced: a route that goes meanwhile would be told to nobody.
    const planned = this.#planOf(request, found)
    if ('code' in planned) return planned
    const applied = this.#actuator.apply(request, found.paths, found.nextHop, this.#now())
    if ('code' in applied) return applied
    const started = performance.now()
    this.#tell(setDeed(applied.actuation, place.name))
    await this.#perform(applied.effects)
    const classOf = (wanted: number | undefined) => this.#classes.find(({ number }) => number === wanted)
    const isAsAsked = expectation(classOf(request.class)!, classOf(planned.replaces?.class), before)
    const { told, isVerified } = await this.#verified(place, request, isAsAsked)
    return {
      actuation: applied.actuation,
      interface: place.name,
      before,
      after: told,
      verifiedAfter: isVerified ? Math.round(performance.now() - started) : null,
    }
  }

  async undo(id: string, owner: string): Promise<'undone' | 'ended' | Refusal> {
    const effects = this.#actuator.undo(id, owner)
    if ('code' in effects) return effects
    await this.#perform(effects)
    return effects.length === 0 ? 'ended' : 'undone'
  }

  /** Everything of everybody, when the agent stops. */
  async undoAll(): Promise<void> {
    for (const { id, owner } of this.active()) await this.undo(id, owner)
  }

  routesChanged({ changes }: RoutesEvent): void {
    for (const { prefix, paths } of changes) {
      this.#performLater(
        this.#actuator.routeChanged(
          prefix,
          paths.map(({ attributes }) => ({ attributes })),
        ),
      )
    }
  }

  sessionChanged(state: 'established' | 'other'): void {
    if (state === 'established') this.#actuator.sessionUp()
    else {
      const effects = this.#actuator.sessionDown()
      this.#performLater(effects)
      // The speaker would announce them again with the next session; nothing comes back by itself.
      for (const effect of effects) {
        if (effect.type === 'ended') this.#withdraw(effect.actuation.prefix).catch(this.#failed)
      }
    }
  }

  /** Interface indices are in the policy: with that of others, a class would go to the neighbours of another link. */
  async #lacking(): Promise<Refusal | undefined> {
    const { state, missing } = await this.#policy()
    if (state !== 'absent' && (state !== 'incomplete' || missing.length === 0)) return undefined
    const lack = missing.length === 1 ? missing[0]! : `${missing.length} lines are missing`
    const problem = `the router's policy is ${state} for the links that there are now: ${lack}; "vagus device policy DEVICE --apply" installs what is missing`
    return { code: 'policy', problem }
  }

  #requestOf(asked: Asked): { readonly request: ActuationRequest; readonly place: LinkPlace } {
    const place = this.placeAt(asked.interface)
    const prefix = formatPrefix(parsePrefix(asked.prefix))
    const { owner, lifetime } = asked
    return { place, request: { owner, prefix, ifIndex: place.ifIndex, class: asked.class, lifetime } }
  }

  #planOf(request: ActuationRequest, { paths, nextHop, route }: Found) {
    if (route !== undefined && nextHop === undefined) {
      const problem = `${request.prefix} is the router's own, and no router takes a route whose next hop it is itself; ask for one that it learned over BGP`
      return { code: 'originated', problem } satisfies Refusal
    }
    const plan = this.#actuator.plan(request, paths, nextHop, this.#now())
    const kept = this.#router.keepsLocalPref
    const localPref = 'code' in plan ? undefined : plan.original.attributes.localPref
    if (kept === undefined || localPref === undefined || localPref === kept) return plan
    const problem = `${request.prefix} has LOCAL_PREF ${localPref}; beside this router it must have ${kept}, or internal peers would be told another one`
    return { code: 'local-pref', problem } satisfies Refusal
  }

  async #routeOf(prefix: string): Promise<Found> {
    const family = prefix.includes(':') ? 'ipv6-unicast' : 'ipv4-unicast'
    const route = await this.#router.route(prefix).catch(() => undefined)
    // Last, because the router may take its time, and what the speaker tells after this is told as a change.
    const { routes } = await this.#speaker.routes({ of: { table: 'adj-in', peer: routerPeer }, family, prefix })
    return {
      paths: (routes[0]?.paths ?? []).map(({ attributes }) => ({ attributes })),
      nextHop: route && octetsOf(route),
      route,
    }
  }

  async #verified(
    place: LinkPlace,
    request: ActuationRequest,
    isAsAsked: (told: readonly Told[]) => boolean,
  ): Promise<{ readonly told: readonly Told[]; readonly isVerified: boolean }> {
    const deadline = performance.now() + verification.patience
    for (;;) {
      const told = await toldOf(this.#router, place, request.prefix)
      const isVerified = isAsAsked(told)
      const canBe = told.length === 0 || told.some(({ unknown }) => unknown === undefined)
      if (isVerified || !canBe || performance.now() > deadline) return { told, isVerified }
      await sleep(verification.every)
    }
  }

  async #perform(effects: readonly Effect[]): Promise<void> {
    const ended = effects.filter((effect) => effect.type === 'ended')
    const now = this.#now()
    this.#ended = [...this.#ended, ...ended.map(({ actuation, why }) => ({ actuation, why, at: now }))].slice(-maxEnded)
    for (const { actuation, why } of ended) {
      this.#report(`${actuation.id} ended: ${why}`)
      this.#tell(endedDeed(actuation, why))
      this.#onEnded?.(actuation, why)
    }
    // All at once, so that they are not mixed with those of another call.
    await Promise.all(
      effects.map(async (effect) => {
        if (effect.type === 'announce') await this.#announce(effect.prefix, effect.route.attributes)
        else if (effect.type === 'withdraw') await this.#withdraw(effect.prefix)
      }),
    )
    await this.#watch()
    this.#setTimer()
  }

  #performLater(effects: readonly Effect[]): void {
    if (effects.length > 0) this.#perform(effects).catch(this.#failed)
  }

  readonly #failed = (error: unknown): void => this.#report(`actuation: ${String(error)}`)

  #announce(prefix: string, attributes: PathAttributes): Promise<void> {
    const nextHop6 = attributes.mpReach?.nextHop
    const routes = { prefixes: [prefix], attributes, ...(nextHop6 === undefined ? {} : { nextHop6 }) }
    return this.#speaker.announce({ peer: routerPeer }, routes)
  }

  #withdraw(prefix: string): Promise<void> {
    return this.#speaker.withdraw({ peer: routerPeer }, { prefixes: [prefix] })
  }

  #watch(): Promise<void> {
    const pending = [...this.#pending].map(({ prefix }) => prefix)
    const prefixes = new Set([...this.#alsoWatched, ...this.#actuator.prefixes(), ...pending])
    return this.#speaker.watch(routerPeer, [...prefixes])
  }

  /** A timer may come a millisecond before its time: with nothing to end yet, it is set again. */
  #expire(): void {
    const effects = this.#actuator.expire(this.#now())
    if (effects.length === 0) this.#setTimer()
    else this.#performLater(effects)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const next = this.#actuator.nextExpiry()
    if (next === undefined) return
    this.#timer = setTimeout(() => this.#expire(), Math.max(0, next - this.#now()))
    this.#timer.unref()
  }
}

const textOf = (one: { globalAdministrator: number; localData1: number; localData2: number }): string =>
  `${one.globalAdministrator}:${one.localData1}:${one.localData2}`

/** 4 or 16 octets of the next hop that the router uses. */
function octetsOf({ nextHop }: RouterRoute): Uint8Array | undefined {
  if (nextHop === '' || nextHop === '0.0.0.0' || nextHop === '::') return undefined
  const octets = parseAddress(nextHop)
  return nextHop.includes(':') ? octets : octets.subarray(12)
}
