/** The links that there are now, and whether the router's policy fits them. @module */
import { defaultClasses } from '@vagus/bgp/actuation'
import { readInterfaceCounters } from '@vagus/linux'
import type { PolicyPlan, RouterFacts } from '@vagus/router'
import type { AgentOptions } from './agent-options.ts'
import type { AgentParts } from './agent-parts.ts'
import { holdTime } from './agent-sessions.ts'
import { interfaceAddresses, type LinkPlace, linksOf } from './inventory.ts'
import { textOf } from './rounds.ts'

type Policy = AgentParts['policy']

export class RouterLinks {
  readonly #options: AgentOptions
  readonly #facts: RouterFacts
  readonly #found: (places: readonly LinkPlace[]) => void
  #places: readonly LinkPlace[] = []
  #policy: Policy = unknownPolicy('the router has not been asked yet')

  /** @param found hears of the links after each look */
  constructor(options: AgentOptions, facts: RouterFacts, found: (places: readonly LinkPlace[]) => void) {
    this.#options = options
    this.#facts = facts
    this.#found = found
  }

  get places(): readonly LinkPlace[] {
    return this.#places
  }

  /** Of the last look. */
  get policy(): Policy {
    return this.#policy
  }

  /** What is good is that for a round; the operator may have installed the policy, or links have come, just now. */
  async policyNow(): Promise<Policy> {
    const { state, missing } = this.#policy
    if (state === 'unknown' || missing.length > 0) await this.look().catch(() => undefined)
    return this.#policy
  }

  /** Asks the kernel and the router anew. Rejects while the router cannot be asked; the policy is unknown then. */
  async look(): Promise<void> {
    this.#policy = await this.#check().catch((error: unknown) => {
      this.#policy = unknownPolicy(textOf(error))
      throw error
    })
  }

  /** What the router's policy must be for the links that there are. */
  async policyPlan(): Promise<PolicyPlan> {
    const { router, localAddress, carrierAttribute, mobility } = this.#options
    const { as } = this.#facts
    const neighbours = await router.neighbours()
    return {
      as,
      agentAddress: localAddress,
      holdTime,
      classes: defaultClasses,
      links: this.#places
        .filter(({ neighbour }) => neighbour !== undefined && neighbour.as !== as)
        .map(({ ifIndex, name, sessions }) => ({ ifIndex, name, neighbours: sessions })),
      internal: neighbours.filter((one) => one.as === as && one.address !== localAddress).map(({ name }) => name),
      telemetryPrefixes: carrierAttribute === undefined ? 'refuse' : 'accept',
      ...(mobility === undefined ? {} : { mobileBlock: mobility.block }),
    }
  }

  async #check(): Promise<Policy> {
    const { router } = this.#options
    const indices = new Map(readInterfaceCounters().map(({ name, index }) => [name, index]))
    const places = linksOf(indices, interfaceAddresses(), await router.neighbours())
    const known = this.#places.map(({ name, ifIndex }) => `${name} ${ifIndex}`)
    if (!places.every(({ name, ifIndex }) => known.includes(`${name} ${ifIndex}`))) {
      this.#policy = unknownPolicy('there are other links since the router was asked')
    }
    this.#places = places
    this.#found(places)
    const { state, missing, problems } = await router.checkPolicy(await this.policyPlan())
    return { state, missing: [...missing], problems: [...problems] }
  }
}

const unknownPolicy = (why: string): Policy => ({ state: 'unknown', missing: [], problems: [why] })
