/**
 * The agent beside a router as its neighbours see it: it keeps leases by the engines of `@vagus/grasp`, and tells its one
 * neighbour a MED that follows from them.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, type Lookup, openAgent } from '@vagus/agent'
import { agentSubstrate, type Grasp, type Negotiation, openGrasp } from '@vagus/asa'
import { classMeds } from '@vagus/bgp/actuation'
import {
  boundsProblem,
  congestionMed,
  declineText,
  defaultLeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type Leases,
  medMatter,
  type MedOffer,
  noLeases,
  stepLeases,
} from '@vagus/grasp/objectives'
import { verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { identityOf, newSeeds, type Seeds } from '../../../../packages/agent/test/identities.ts'

export interface ResponderOptions {
  readonly name: string
  /** Id of the controller's agent. */
  readonly steeredBy: string
  readonly lookup: Lookup
  /** The same keys again, as after a restart. */
  readonly seeds?: Seeds
}

export class MedResponder {
  readonly seeds: Seeds
  readonly #name: string
  readonly #agent: Agent
  readonly #grasp: Grasp
  readonly #ending = new AbortController()
  readonly #epoch = Date.now()
  #sequence = 0
  #leases: Leases<MedOffer> = noLeases
  readonly #timer: NodeJS.Timeout
  /** What is told where nothing is set, by ingress; 100 everywhere else. */
  readonly usual = new Map<string, number>()
  /** `PREFIX INGRESS` -> MED, as set. */
  readonly set = new Map<string, number>()
  /** Everything that was asked, as `prefix ingress med`. */
  readonly asked: string[] = []
  /** Declines the next offers with this. */
  declines: string | undefined
  /** What is other in its offers than it should be. */
  lies: Partial<MedOffer> = {}
  /** Answers nothing. */
  isMute = false

  private constructor(options: ResponderOptions, seeds: Seeds, agent: Agent, grasp: Grasp) {
    this.#name = options.name
    this.seeds = seeds
    this.#agent = agent
    this.#grasp = grasp
    this.#timer = setInterval(() => this.#step({ type: 'tick' }), 100)
    void this.#dial(options.steeredBy)
    void this.#serve()
  }

  static async open(options: ResponderOptions): Promise<MedResponder> {
    const { name, steeredBy, lookup, seeds = newSeeds(name) } = options
    const agent = await openAgent({ identity: identityOf(seeds), lookup })
    const substrate = agentSubstrate(agent, { admits: ({ identity }) => identity.id === steeredBy })
    return new MedResponder(options, seeds, agent, await openGrasp({ mode: 'domain', substrate }))
  }

  get id(): string {
    return this.#agent.id
  }

  /** Its router lost what was set. */
  lose(): void {
    for (const { offer } of this.#leases.byPlan.values()) this.#step({ type: 'lost', planId: offer.planId })
    this.set.clear()
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
    responder.register(congestionMed)
    for await (const one of responder.negotiations(congestionMed, { signal: this.#ending.signal })) void this.#take(one)
  }

  async #take(negotiation: Negotiation<MedOffer>): Promise<void> {
    let [last, purpose]: [MedOffer | undefined, LeaseEffect<MedOffer> | undefined] = [undefined, undefined]
    for await (const { value } of negotiation) {
      this.asked.push(`${value.prefix} ${value.ingress} ${value.med}`)
      if (this.isMute) continue
      const bounds = { meds: classMeds, leaseMs: 86_400_000, leastConfidence: 0, allows: () => true }
      const problem = boundsProblem(value, bounds)
      const [effect] = this.#step({ type: 'asked', run: negotiation.run, offer: value, from: 'the controller' })
      last = value
      purpose = effect
      if (this.declines !== undefined) negotiation.decline(this.declines)
      else if (problem !== undefined) negotiation.decline(declineText(problem))
      else if (effect?.type === 'decline') negotiation.decline(declineText(effect))
      else negotiation.offer({ ...value, header: this.#header(), told: [this.#told(value)], ...this.lies })
    }
    const outcome = await negotiation.outcome.catch(() => undefined)
    if (last === undefined || purpose?.type !== 'go-on' || purpose.purpose === 'dry-run') return
    // Of the peer's own offer, whose header is the newest that is known of it.
    const agreed = outcome?.outcome === 'accepted' ? { ...last, med: outcome.value.med } : undefined
    if (agreed !== undefined) this.#step({ type: 'agreed', purpose: purpose.purpose, offer: agreed })
    else this.#step({ type: 'failed', planId: last.planId })
  }

  #told({ prefix, ingress }: MedOffer) {
    const med = this.set.get(`${prefix} ${ingress}`) ?? this.usual.get(ingress) ?? 100
    return { neighbour: `${ingress}-neighbour`, med, asPathLength: 1 }
  }

  #header(): MedOffer['header'] {
    return { node: this.#name, epoch: this.#epoch, sequence: this.#sequence++ }
  }

  #step(event: LeaseEvent<MedOffer>): readonly LeaseEffect<MedOffer>[] {
    const [leases, effects] = stepLeases(this.#leases, { ...event, now: Date.now() }, defaultLeaseConfig, medMatter)
    this.#leases = leases
    for (const effect of effects) {
      if (effect.type === 'apply') this.set.set(keyOf(effect.offer), effect.offer.med!)
      if (effect.type === 'revert') this.set.delete(keyOf(effect.offer))
    }
    return effects
  }
}

/** The id that these keys prove. */
export function idOfSeeds({ document }: Seeds): string {
  const read = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  return read.identity.id
}

const keyOf = ({ prefix, ingress }: MedOffer): string => `${prefix} ${ingress}`
