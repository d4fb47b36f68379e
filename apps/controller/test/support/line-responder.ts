/** The agent beside a router as it answers Line.Part: it keeps leases by the engine of `@vagus/grasp`, and has no kernel. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, type Lookup, openAgent } from '@vagus/agent'
import { agentSubstrate, type Grasp, type Negotiation, openGrasp } from '@vagus/asa'
import {
  declineText,
  defaultLeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type LeasePurpose,
  type Leases,
  lineMatter,
  type LineMeasured,
  type LineOffer,
  linePart,
  noLeases,
  planKey,
  stepLeases,
} from '@vagus/grasp/objectives'
import { identityOf, newSeeds, type Seeds } from '../../../../packages/agent/test/identities.ts'

export interface LineResponderOptions {
  readonly name: string
  /** Id of the controller's agent. */
  readonly steeredBy: string
  readonly lookup: Lookup
  /** The same keys again, as after a restart. */
  readonly seeds?: Seeds
}

const config = { ...defaultLeaseConfig, holdMs: 0 }

export class LineResponder {
  readonly seeds: Seeds
  readonly #name: string
  readonly #agent: Agent
  readonly #grasp: Grasp
  readonly #ending = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #epoch = Date.now()
  #sequence = 0
  #leases: Leases<LineOffer> = noLeases
  /** `hold 7`, as the kernel would have it, by plan. */
  readonly set = new Map<string, string>()
  /** Everything that was asked, as `prepare hold 7`. */
  readonly asked: string[] = []
  /** Of which traces that was, as headers say it; without those of none. */
  readonly traces: string[] = []
  /** Declines the next offers of that part with this. */
  declines: { readonly part: 'hold' | 'steer'; readonly with: string } | undefined
  /** What it tells, beside that it steers. */
  tells: LineMeasured = {}
  /** Answers nothing. */
  isMute = false

  private constructor({ name, steeredBy }: LineResponderOptions, seeds: Seeds, agent: Agent, grasp: Grasp) {
    this.#name = name
    this.seeds = seeds
    this.#agent = agent
    this.#grasp = grasp
    this.#timer = setInterval(() => this.#step({ type: 'tick' }), 100)
    void this.#dial(steeredBy)
    void this.#serve()
  }

  static async open(options: LineResponderOptions): Promise<LineResponder> {
    const { name, steeredBy, lookup, seeds = newSeeds(name) } = options
    const agent = await openAgent({ identity: identityOf(seeds), lookup })
    const substrate = agentSubstrate(agent, { admits: ({ identity }) => identity.id === steeredBy })
    return new LineResponder(options, seeds, agent, await openGrasp({ mode: 'domain', substrate }))
  }

  get id(): string {
    return this.#agent.id
  }

  /** What its kernel has. */
  get inForce(): readonly string[] {
    return [...this.set.values()].sort()
  }

  async close(): Promise<void> {
    this.#ending.abort()
    clearInterval(this.#timer)
    await this.#grasp.close()
    await this.#agent.close()
  }

  async #dial(controller: string): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#agent.connect(controller).catch(() => undefined)
      await sleep(200)
    }
  }

  async #serve(): Promise<void> {
    const responder = this.#grasp.agent(this.#name)
    responder.register(linePart)
    for await (const one of responder.negotiations(linePart, { signal: this.#ending.signal })) void this.#take(one)
  }

  async #take(negotiation: Negotiation<LineOffer>): Promise<void> {
    let last: { readonly value: LineOffer; readonly purpose: LeasePurpose } | undefined
    for await (const { value } of negotiation) {
      if (this.isMute) continue
      if (value.header.trace !== undefined) this.traces.push(value.header.trace)
      const { run } = negotiation
      const [effect] = this.#step({ type: 'asked', run, offer: value, from: 'the controller' })
      const problem = this.#problem(value, run, effect)
      this.asked.push(`${effect?.type === 'go-on' ? effect.purpose : effect?.type} ${value.part?.type} ${value.number}`)
      if (effect?.type === 'go-on') last = { value, purpose: effect.purpose }
      if (problem !== undefined) negotiation.decline(problem)
      else negotiation.offer(this.#answer(value, last?.purpose))
    }
    const outcome = await negotiation.outcome.catch(() => undefined)
    if (last === undefined || last.purpose === 'dry-run') return
    const { value, purpose } = last
    if (outcome?.outcome === 'accepted') this.#step({ type: 'agreed', purpose, offer: value })
    else this.#step({ type: 'failed', planId: value.planId })
  }

  #problem({ part, planId }: LineOffer, run: 'dry' | 'live', effect?: LeaseEffect<LineOffer>): string | undefined {
    if (this.declines !== undefined && this.declines.part === part?.type) return this.declines.with
    if (effect?.type === 'decline') return declineText(effect)
    const isUnknown = run === 'dry' && part === null && !this.#leases.byPlan.has(planKey(planId))
    return isUnknown ? 'STALE there is no lease of that plan' : undefined
  }

  #answer(value: LineOffer, purpose: LeasePurpose | undefined): LineOffer {
    const tells = purpose === 'confirm' || (purpose === 'dry-run' && value.part === null)
    const measured = tells ? { measured: { steered: true, ...this.tells } } : {}
    return { ...value, header: { node: this.#name, epoch: this.#epoch, sequence: this.#sequence++ }, ...measured }
  }

  #step(event: LeaseEvent<LineOffer>): readonly LeaseEffect<LineOffer>[] {
    const [leases, effects] = stepLeases(this.#leases, { ...event, now: Date.now() }, config, lineMatter)
    this.#leases = leases
    for (const effect of effects) {
      if (effect.type !== 'apply' && effect.type !== 'revert') continue
      const { planId, number, part } = effect.offer
      if (effect.type === 'revert') this.set.delete(planKey(planId))
      else this.set.set(planKey(planId), `${part!.type} ${number}`)
    }
    return effects
  }
}
