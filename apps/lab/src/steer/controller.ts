/** What the controller of the lab says of its border, asked twice a second. @module */
import type { EventList } from '@vagus/api'
import type { Approval, BorderList, ProposalList, ProposalResource } from '@vagus/api/steering'
import { LabError } from '../errors.ts'
import { pause, until } from '../scenario.ts'
import type { BorderSighting } from './figures.ts'
import { type Negotiations, negotiationsIn } from './negotiations.ts'

/** Milliseconds between two questions, and until one is given up. */
const every = 500
const patience = 10_000

export class ControllerWatch {
  readonly #address: string
  readonly #signal: AbortSignal | undefined
  /** Oldest first; one with each question while something is waited for. */
  readonly sightings: BorderSighting[] = []

  /** `address` as of `LabState.console`. */
  constructor(address: string, signal?: AbortSignal) {
    this.#address = address
    this.#signal = signal
  }

  /** Looks until `milliseconds` have passed. */
  async look(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds
    for (;;) {
      await this.#sight()
      const left = until - Date.now()
      if (left <= 0) return
      await pause(Math.min(every, left), this.#signal)
    }
  }

  /** Settles when a border has all that a proposal needs. Rejects with `LabError` `failed` and what is missing. */
  async ready(within: number): Promise<void> {
    await this.#until(within, 'the controller cannot read its border', async () => {
      const border = (await this.#sight())?.list.items[0]
      if (border === undefined) throw new Error('there is none')
      if (border.problem !== null) throw new Error(border.problem)
      if (border.prefixes.length === 0) throw new Error('no prefix enters')
    })
  }

  /**
   * An open proposal, or one that was `acted` on. Rejects with `LabError` `failed` and how full the links are when there is
   * none `within` milliseconds.
   */
  proposed(
    within: number,
    which: 'open' | 'open or acted' = 'open',
  ): Promise<{ readonly proposal: ProposalResource; readonly at: number }> {
    return this.#until(within, 'the controller proposed nothing', async () => {
      const sighting = await this.#sight()
      const { items } = await this.#get<ProposalList>('/v1/proposals')
      const found = items.find(({ state, approval }) => state === 'open' || (which !== 'open' && approval !== null))
      if (found !== undefined) return { proposal: await this.proposal(found.id), at: Date.now() }
      const loads = sighting?.list.items[0]?.links.map(({ link, load }) => `${link} ${load}`)
      throw new Error(`loads in bits/s: ${loads?.join(', ')}`)
    })
  }

  /** A proposal whose moves are in force. Rejects with `LabError` `failed` when there is none `within` milliseconds. */
  inForce(within: number): Promise<ProposalResource> {
    return this.#until(within, 'the controller approved nothing', async () => {
      await this.#sight()
      const { items } = await this.#get<ProposalList>('/v1/proposals')
      const found = items.find(({ approval }) => approval?.state === 'in-force')
      if (found !== undefined) return this.proposal(found.id)
      const { items: borders } = await this.#get<BorderList>('/v1/borders')
      throw new Error(borders[0]?.autonomy.because ?? 'there is no border')
    })
  }

  /** The approval of a proposal, once it has ended. Rejects with `LabError` `failed` when it has not `within` milliseconds. */
  ended(id: string, within: number): Promise<Approval> {
    return this.#until(within, `the approval of ${id} did not end`, async () => {
      await this.#sight()
      const { approval } = await this.proposal(id)
      if (approval?.state === 'ended') return approval
      throw new Error(approval === null ? 'there is none' : `it is in force until ${approval.until}`)
    })
  }

  async negotiations(): Promise<Negotiations> {
    return negotiationsIn(await (await this.#ask('/metrics')).text())
  }

  /** Devices whose agents are connected to negotiate. */
  async connected(): Promise<readonly string[]> {
    const metrics = await (await this.#ask('/metrics')).text()
    return [...metrics.matchAll(/^vagus_steering_agent_connected\{device="(.*)"\} 1$/gm)].map(([, device]) => device!)
  }

  /** The number of the newest event; 0 without any. */
  async lastEvent(): Promise<number> {
    const { items } = await this.#get<EventList>('/v1/events')
    return items.at(-1)?.id ?? 0
  }

  /** Those about borders, later than that number. */
  async eventsSince(id: number): Promise<EventList['items']> {
    return (await this.#get<EventList>(`/v1/events?after=${id}&topics=steering`)).items
  }

  proposal(id: string): Promise<ProposalResource> {
    return this.#get<ProposalResource>(`/v1/proposals/${id}`)
  }

  async #sight(): Promise<BorderSighting | undefined> {
    const list = await this.#get<BorderList>('/v1/borders').catch(() => undefined)
    this.#signal?.throwIfAborted()
    if (list === undefined) return undefined
    const sighting = { at: Date.now(), list }
    this.sightings.push(sighting)
    return sighting
  }

  async #get<Resource>(path: string): Promise<Resource> {
    return (await (await this.#ask(path)).json()) as Resource
  }

  async #ask(path: string): Promise<Response> {
    const signals = [AbortSignal.timeout(patience), ...(this.#signal === undefined ? [] : [this.#signal])]
    const answer = await fetch(`${this.#address}${path}`, { signal: AbortSignal.any(signals) })
    if (!answer.ok) throw new LabError('failed', `the controller answered ${answer.status} to ${path}`)
    return answer
  }

  #until<Found>(within: number, problem: string, look: () => Promise<Found>): Promise<Found> {
    return until(within, problem, look, this.#signal)
  }
}
