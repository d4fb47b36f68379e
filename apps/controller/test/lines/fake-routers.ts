/**
 * Agents beside routers in virtual time: they keep leases of Line.Part by the engine of `@vagus/grasp`, and fail as a script
 * says. What is done and not answered is done all the same, as on a network. And they keep watch: whenever something is
 * steered into a path, every router of it must hold its part.
 */
import {
  declineCodeOf,
  defaultLeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type Leases,
  lineMatter,
  type LineMeasured,
  type LineOffer,
  noLeases,
  stepLeases,
} from '@vagus/grasp/objectives'
import type { AskCode } from '../../src/negotiation/negotiation-problem.ts'
import { type PartAsk, type PartAsker, type PartPlace, PartProblem } from '../../src/lines/part-asker.ts'

/** How a router takes the next call: `unheard` does not do it, `unanswered` does it and says nothing. */
export type Mood = 'well' | 'decline' | 'unheard' | 'unanswered'

export interface Call {
  readonly what: PartAsk
  readonly device: string
  readonly number: number
  readonly part: 'hold' | 'steer'
}

interface Router {
  leases: Leases<LineOffer>
  /** By plan. */
  readonly set: Map<string, PartPlace>
}

const config = { ...defaultLeaseConfig, holdMs: 0 }

export class FakeRouters {
  readonly #now: () => number
  readonly #routers = new Map<string, Router>()
  /** Which routers a path needs, by its number. */
  readonly #needed = new Map<number, Set<string>>()
  readonly calls: Call[] = []
  /** How the next calls of a kind are taken: the first that fits. */
  /** Until then they answer nothing. */
  held: Promise<void> | undefined = undefined
  readonly moods: { readonly what: PartAsk; readonly device?: string; readonly mood: Mood }[] = []
  /** By device: gone, so that it hears nothing. Its kernel goes on. */
  readonly away = new Set<string>()
  /** By device: what it tells of probes and steering. */
  readonly told = new Map<string, LineMeasured>()
  /** Numbers of paths that do not answer probes. */
  readonly silent = new Set<number>()
  /** Routers that forward nothing, and do not know it: no path over them answers probes. */
  readonly deaf = new Set<string>()
  /** Where something was steered into a path that one of its routers did not hold. */
  readonly violations: string[] = []
  #sequence = 0
  #generation = 0
  #killing: { calls: number; readonly when: 'before' | 'after'; readonly killed: () => void } | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  /** `hold 7 at r1`, what routers have in their kernels. */
  get inForce(): readonly string[] {
    this.tick()
    return [...this.#routers.entries()]
      .flatMap(([device, { set }]) =>
        [...set.values()].map(({ number, part }) => `${part.type} ${number} at ${device}`),
      )
      .sort()
  }

  /** Numbers of the paths that are steered into only when others fail. */
  get standby(): readonly number[] {
    const parts = [...this.#routers.values()].flatMap(({ set }) => [...set.values()])
    return [...new Set(parts.flatMap(({ number, part }) => (part.type === 'steer' && part.standby ? [number] : [])))]
  }

  /** What is kept free on an interface, bits per second. */
  heldOn(device: string, name: string): number {
    this.tick()
    return [...(this.#routers.get(device)?.set.values() ?? [])].reduce((sum, { part }) => {
      const own = part.type === 'hold' ? part.transmits.filter((one) => one.interface === name) : []
      return sum + own.reduce((rates, one) => rates + one.bitsPerSecond, 0)
    }, 0)
  }

  /** When the first lease of that path ends, milliseconds since 1970; Infinity where there is none. */
  endOf(number: number): number {
    const leases = [...this.#routers.values()].flatMap((router) => [...router.leases.byPlan.values()])
    return Math.min(...leases.flatMap(({ offer, until }) => (offer.number === number ? [until] : [])))
  }

  /** The agent and its router were off: all is lost. */
  lose(device: string): void {
    this.#routers.delete(device)
    for (const needed of this.#needed.values()) needed.delete(device)
  }

  /** The controller is killed: what it asked before is answered to nobody. Prepared leases are forgotten with their streams. */
  kill(): void {
    this.#generation++
    this.#killing = undefined
    for (const [device, router] of this.#routers)
      for (const { state, offer } of router.leases.byPlan.values())
        if (state === 'prepared') this.#step(device, { type: 'failed', planId: offer.planId })
  }

  /** Kills the controller at the call that comes after so many, before it is done or after. Fulfilled then. */
  killAt(calls: number, when: 'before' | 'after'): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#killing = { calls, when, killed: resolve }
    return promise
  }

  /** Leases that are over go. */
  tick(): void {
    for (const device of this.#routers.keys()) this.#step(device, { type: 'tick' })
  }

  get asker(): PartAsker {
    const generation = this.#generation
    const isDead = (): boolean => generation !== this.#generation
    const never = <Answer>(): Promise<Answer> => new Promise(() => undefined)
    const call = async <Answer>(what: PartAsk, place: PartPlace, act: () => Answer): Promise<Answer> => {
      if (isDead()) return never()
      const { device, number, part } = place
      this.calls.push({ what, device, number, part: part.type })
      const fail = (code: AskCode, problem: string): never => {
        throw new PartProblem(what, place, { code, problem })
      }
      const at = this.moods.findIndex((one) => one.what === what && (one.device ?? device) === device)
      const mood = at < 0 ? 'well' : this.moods.splice(at, 1)[0]!.mood
      await this.held
      if (isDead()) return never()
      if (this.away.has(device)) return fail('ABSENT', 'its agent is not connected')
      if (mood === 'decline') return fail('RESOURCE', '12 Mbit/s are free')
      if (mood === 'unheard') return fail('SILENT', 'its agent did not answer in time')
      this.tick()
      const killing = this.#killing !== undefined && this.#killing.calls-- === 0 ? this.#killing : undefined
      if (killing?.when === 'before') return this.#killed(killing)
      const answer = act()
      this.#check()
      if (killing !== undefined) return this.#killed(killing)
      return mood === 'unanswered' ? fail('SILENT', 'its agent did not answer in time') : answer
    }
    const agreed = (what: 'confirm' | 'release', place: PartPlace, leaseMs: number, part: LineOffer['part']): void => {
      const offer = this.#offer(place, leaseMs, part)
      const effect = this.#ask(what, place, offer)
      if (effect.type !== 'go-on') return
      if (effect.purpose === what) return void this.#step(place.device, { type: 'agreed', purpose: what, offer })
      this.#step(place.device, { type: 'failed', planId: offer.planId })
      throw new PartProblem(what, place, { code: 'STALE', problem: 'there is no lease of that plan' })
    }
    return {
      connectedSince: (agent) => ([...this.away].some((device) => agent.endsWith(`:${device}`)) ? undefined : 0),
      prepare: (place, leaseMs) =>
        call('prepare', place, () => {
          const offer = this.#offer(place, leaseMs, place.part)
          this.#ask('prepare', place, offer)
          if (place.part.type === 'hold') this.#need(place)
          return {
            accept: () => {
              if (isDead()) return
              this.#step(place.device, { type: 'agreed', purpose: 'prepare', offer })
            },
            decline: () => {
              if (!isDead()) this.#step(place.device, { type: 'failed', planId: offer.planId })
            },
          }
        }),
      confirm: (place, leaseMs) => call('confirm', place, () => agreed('confirm', place, leaseMs, place.part)),
      release: (place) =>
        call('release', place, () => {
          try {
            agreed('release', place, 0, null)
          } catch (error) {
            if (!(error instanceof PartProblem) || error.code !== 'STALE') throw error
          }
        }),
      measured: (place) =>
        call('measured', place, () => {
          if (!this.#router(place.device).set.has(place.plan))
            throw new PartProblem('measured', place, { code: 'STALE', problem: 'there is no lease of that plan' })
          return this.told.get(place.device) ?? { steered: this.#answers(place.number) }
        }),
    }
  }

  #killed<Answer>({ killed }: { readonly killed: () => void }): Promise<Answer> {
    this.kill()
    killed()
    return new Promise(() => undefined)
  }

  #ask(what: PartAsk, place: PartPlace, offer: LineOffer): LeaseEffect<LineOffer> {
    const [effect] = this.#step(place.device, { type: 'asked', run: 'live', offer, from: 'the controller' })
    if (effect?.type === 'decline')
      throw new PartProblem(what, place, { code: declineCodeOf(effect.code)!, problem: effect.problem })
    return effect!
  }

  #offer({ plan, number }: PartPlace, leaseMs: number, part: LineOffer['part']): LineOffer {
    const header = { node: 'controller', epoch: this.#generation, sequence: this.#sequence++ }
    return { header, planId: new Uint8Array(Buffer.from(plan, 'hex')), number, part, leaseMs }
  }

  #router(device: string): Router {
    const known = this.#routers.get(device)
    if (known !== undefined) return known
    const made = { leases: noLeases, set: new Map<string, PartPlace>() }
    this.#routers.set(device, made)
    return made
  }

  #step(device: string, event: LeaseEvent<LineOffer>): readonly LeaseEffect<LineOffer>[] {
    const router = this.#router(device)
    const [leases, effects] = stepLeases(router.leases, { ...event, now: this.#now() }, config, lineMatter)
    router.leases = leases
    for (const effect of effects) {
      if (effect.type !== 'apply' && effect.type !== 'revert') continue
      const { type, offer } = effect
      const plan = Buffer.from(offer.planId).toString('hex')
      const { number, part } = offer
      if (type === 'revert') router.set.delete(plan)
      else if (part !== null) router.set.set(plan, { device, agent: '', plan, number, part })
    }
    return effects
  }

  #answers(number: number): boolean {
    return !this.silent.has(number) && ![...(this.#needed.get(number) ?? [])].some((device) => this.deaf.has(device))
  }

  #need({ number, device }: PartPlace): void {
    const known = this.#needed.get(number)
    const isNew = known === undefined || known.has(device) // a number that is used again
    this.#needed.set(number, isNew ? new Set([device]) : known.add(device))
  }

  /** Nothing is steered into a path that one of its routers does not hold, unless that router lost all by itself. */
  #check(): void {
    const held = new Set(this.inForce)
    for (const one of held) {
      const [, number] = /^steer (\d+) /.exec(one) ?? []
      for (const device of this.#needed.get(Number(number)) ?? [])
        if (!held.has(`hold ${number} at ${device}`)) this.violations.push(`${one}, and ${device} does not hold it`)
    }
  }
}
