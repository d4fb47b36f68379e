/**
 * Agents of devices in virtual time: they keep leases as the draft says (§5.2), and fail as a script says. What is done and
 * not answered is done all the same, as on a network.
 */
import type { Told } from '@vagus/api/steering'
import type { AskCode } from '../../../src/negotiation/negotiation-problem.ts'
import {
  type AskKind,
  AskProblem,
  type MedAnswer,
  type MedAsker,
  type MedPlace,
  type Prepared,
} from '../../../src/steering/approval/med-asker.ts'

/** How a device takes the next call: `unheard` does not do it, `unanswered` does it and says nothing. */
export type Mood = 'well' | 'decline' | 'absent' | 'unheard' | 'unanswered'

interface DeviceLease {
  readonly place: MedPlace
  readonly med: number
  state: 'prepared' | 'applied' | 'confirmed'
  until: number
  leaseEnd: number
}

const confirmMs = 15_000

export class FakeDevices {
  readonly #now: () => number
  /** One for each call, in their order; then all is well. */
  script: Mood[] = []
  /** By device: gone, so that it hears nothing. */
  readonly away = new Set<string>()
  /** MED that is told where nothing is set, by link; 100 elsewhere. */
  readonly usual = new Map<string, number>()
  /** What each call was about. */
  readonly asked: { readonly kind: AskKind; readonly place: MedPlace; readonly med: number | null }[] = []
  readonly #leases = new Map<string, DeviceLease>()
  /** Plan-ids of those that a person ended at the device. */
  readonly #undone = new Set<string>()
  #generation = 0
  #killing: { calls: number; readonly when: 'before' | 'after'; readonly killed: () => void } | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  /** `PREFIX LINK MED`, what routers tell otherwise than they are configured. */
  get inForce(): readonly string[] {
    return this.#set.map(({ place, med }) => `${place.prefix} ${place.link} ${med}`).sort()
  }

  /** Plan-ids of the same. */
  get plans(): readonly string[] {
    return this.#set.map(({ place }) => place.plan)
  }

  /** The device lost all that it had, as after a restart. */
  restart(device: string): void {
    for (const [plan, { place }] of this.#leases) if (place.device === device) this.#leases.delete(plan)
  }

  /** A person undoes all at the device. */
  undo(device: string): void {
    for (const [plan, { place }] of this.#leases) if (place.device === device) this.#undone.add(plan)
    this.restart(device)
  }

  /** The controller is killed: what it asked before is answered to nobody. Prepared leases are forgotten with their streams. */
  kill(): void {
    this.#generation++
    this.#killing = undefined
    for (const [plan, { state }] of this.#leases) if (state === 'prepared') this.#leases.delete(plan)
  }

  /** Kills the controller at the call that comes after so many, before it is done or after. Fulfilled then. */
  killAt(calls: number, when: 'before' | 'after'): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#killing = { calls, when, killed: resolve }
    return promise
  }

  get asker(): MedAsker {
    const generation = this.#generation
    const call = async <Answer>(
      kind: AskKind,
      place: MedPlace,
      med: number | null,
      act: () => Answer,
    ): Promise<Answer> => {
      if (generation !== this.#generation) return new Promise<Answer>(() => undefined)
      this.asked.push({ kind, place, med })
      const mood = this.away.has(place.device) ? 'absent' : (this.script.shift() ?? 'well')
      await Promise.resolve()
      if (generation !== this.#generation) return new Promise<Answer>(() => undefined)
      const fail = (code: AskCode): never => {
        throw new AskProblem(kind, place, med, { code, problem: `it is ${mood}` })
      }
      if (mood === 'decline') return fail('BUSY')
      if (mood === 'absent') return fail('ABSENT')
      if (mood === 'unheard') return fail('SILENT')
      this.#tick()
      const killing = this.#killing !== undefined && this.#killing.calls-- === 0 ? this.#killing : undefined
      if (killing?.when === 'before') return this.#killed<Answer>(killing)
      const answer = act()
      if (killing !== undefined) return this.#killed<Answer>(killing)
      return mood === 'unanswered' ? fail('SILENT') : answer
    }
    const stale = (kind: AskKind, place: MedPlace, med: number | null): never => {
      const isUndone = this.#undone.has(place.plan)
      const code = isUndone ? 'UNDONE' : 'STALE'
      throw new AskProblem(kind, place, med, { code, problem: isUndone ? 'undone' : 'there is no lease of that plan' })
    }
    return {
      connectedSince: () => 0,
      look: (place) => call('look', place, null, () => this.#told(place)),
      dryRun: (place, med) => call('dryRun', place, med, () => this.#answer(place, med)),
      prepare: (place, med) => call('prepare', place, med, () => this.#prepare(place, med, generation)),
      confirm: (place, { med }) =>
        call('confirm', place, med, () => {
          const lease = this.#leases.get(place.plan)
          if (lease === undefined || lease.state === 'prepared') return stale('confirm', place, med)
          lease.state = 'confirmed'
          lease.until = lease.leaseEnd
          return this.#told(place)
        }),
      release: (place) => call('release', place, null, () => void this.#leases.delete(place.plan)),
    }
  }

  #killed<Answer>({ killed }: { readonly killed: () => void }): Promise<Answer> {
    this.kill()
    killed()
    return new Promise(() => undefined)
  }

  get #set(): readonly DeviceLease[] {
    this.#tick()
    return [...this.#leases.values()].filter(({ state }) => state !== 'prepared')
  }

  #prepare(place: MedPlace, med: number, generation: number): Prepared {
    const held = [...this.#leases.values()].some(
      (one) => one.place.prefix === place.prefix && one.place.link === place.link,
    )
    if (held) throw new AskProblem('prepare', place, med, { code: 'BUSY', problem: 'it is in another lease there' })
    const lease: DeviceLease = { place, med, state: 'prepared', until: this.#now() + confirmMs, leaseEnd: 0 }
    this.#leases.set(place.plan, lease)
    return {
      ...this.#answer(place, med),
      accept: () => {
        if (generation !== this.#generation || this.#leases.get(place.plan) !== lease) return
        lease.state = 'applied'
        lease.leaseEnd = this.#now() + place.leaseMs
        lease.until = this.#now() + confirmMs
      },
      decline: () => void (lease.state === 'prepared' && this.#leases.delete(place.plan)),
    }
  }

  #answer(place: MedPlace, med: number): MedAnswer {
    return { med, told: this.#told(place), epoch: 1 }
  }

  #told({ prefix, link }: MedPlace): readonly Told[] {
    const set = [...this.#leases.values()].find(
      ({ place, state }) => state !== 'prepared' && place.prefix === prefix && place.link === link,
    )
    return [{ neighbour: `${link}-neighbour`, med: set?.med ?? this.usual.get(link) ?? 100, asPathLength: 1 }]
  }

  #tick(): void {
    for (const [plan, { until }] of this.#leases) if (until <= this.#now()) this.#leases.delete(plan)
  }
}
