/**
 * Asks the routers that `vagus.yaml` names for their interface counters, each at its time, and tells what became of it.
 * @module
 */
import type { Config } from '@vagus/api'
import type { CounterReading } from '../domain/measurements.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { Wanted } from './places.ts'
import { type Asking, PolledRouter } from './polled-router.ts'
import type { RoundResult } from './round.ts'
import { PollSchedule } from './schedule.ts'
import type { SnmpSecrets } from './secrets.ts'
import { type SnmpTarget, targetsOf } from './settings.ts'
import { SnmpProblem } from './snmp-problem.ts'
import { standingAfter } from './standing.ts'

/** How often it is looked whose turn it is, milliseconds. */
const tick = 100

export interface SnmpDeskOptions {
  readonly secretsOf: (target: SnmpTarget) => SnmpSecrets
  readonly openSession: (target: SnmpTarget, secrets: SnmpSecrets) => Promise<Asking>
  readonly onReadings: (readings: readonly CounterReading[]) => void
  /** Which ifIndex interfaces have at a device, by name. */
  readonly onIndices: (device: string, indices: ReadonlyMap<string, number>) => void
  readonly tell: (draft: EventDraft) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export class SnmpDesk {
  readonly #options: SnmpDeskOptions
  readonly #schedule = new PollSchedule()
  readonly #routers = new Map<string, PolledRouter>()
  /** Addresses by which tables know devices. */
  #addresses: ReadonlyMap<string, string> = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(options: SnmpDeskOptions) {
    this.#options = options
  }

  /**
   * From now on those of `config` are asked; one whose setting changed is asked from the start, and its secrets are read again.
   * @param addresses of its devices, by name, in the form that the collector uses
   */
  set(config: Pick<Config, 'devices' | 'snmp'>, addresses: ReadonlyMap<string, string>): void {
    const { now } = this.#options
    this.#addresses = addresses
    const targets = targetsOf(config)
    const wantedOf = new Map(config.devices.map(({ name, interfaces }) => [name, interfaces.map(wantedFrom)]))
    for (const target of targets) {
      const router = this.#routers.get(target.device)
      const wanted = wantedOf.get(target.device) ?? []
      if (router !== undefined && JSON.stringify(router.target) === JSON.stringify(target)) {
        router.rounds.want(wanted)
        continue
      }
      router?.close()
      const open = async (): Promise<Asking> => this.#options.openSession(target, this.#secretsOf(target))
      this.#routers.set(target.device, new PolledRouter(target, wanted, open, now))
    }
    const names = new Set(targets.map(({ device }) => device))
    for (const [name, router] of this.#routers) {
      if (names.has(name)) continue
      router.close()
      this.#routers.delete(name)
    }
    this.#schedule.set(targets, now())
    this.#run()
  }

  /** By the device's name; undefined for one that is not asked. */
  routerOf(device: string): PolledRouter | undefined {
    return this.#routers.get(device)
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const router of this.#routers.values()) router.close()
    this.#routers.clear()
  }

  #run(): void {
    clearInterval(this.#timer)
    if (this.#routers.size === 0) return
    this.#timer = setInterval(() => {
      for (const device of this.#schedule.take(this.#options.now())) void this.#ask(device)
    }, tick)
  }

  async #ask(device: string): Promise<void> {
    const router = this.#routers.get(device)
    if (router === undefined) return
    let outcome: RoundResult | SnmpProblem
    try {
      outcome = await router.round()
    } catch (error) {
      outcome = error instanceof SnmpProblem ? error : new SnmpProblem('malformed', `failed: ${String(error)}`)
    }
    if (this.#routers.get(device) !== router) return // another setting meanwhile
    const at = this.#options.now()
    const isFailed = outcome instanceof SnmpProblem
    this.#schedule.done(device, isFailed ? 'failed' : 'answered', at)
    const { standing, drafts } = standingAfter(device, router.standing, outcome, this.#schedule.failuresOf(device), at)
    router.standing = standing
    drafts.forEach(this.#options.tell)
    if (!(outcome instanceof SnmpProblem)) this.#pass(router, outcome)
  }

  #pass({ target: { device, every }, rounds }: PolledRouter, { samples }: RoundResult): void {
    const address = this.#addresses.get(device)
    if (address === undefined) return
    const indices = new Map<string, number>()
    for (const { wanted, index } of rounds.facts.places) if (index !== undefined) indices.set(wanted.name, index)
    this.#options.onIndices(device, indices)
    this.#options.onReadings(samples.map((one) => ({ ...one, exporter: 0, source: 'snmp', every, address })))
  }

  #secretsOf(target: SnmpTarget): SnmpSecrets {
    try {
      return this.#options.secretsOf(target)
    } catch (error) {
      throw new SnmpProblem('wrong-secret', (error as Error).message)
    }
  }
}

/** An index of 0 is one that is not known. */
const wantedFrom = ({ name, index }: Config['devices'][number]['interfaces'][number]): Wanted => ({
  name,
  index: index === 0 ? undefined : index,
})
