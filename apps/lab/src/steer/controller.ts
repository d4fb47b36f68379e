/** What the controller of the lab says of its border, asked once a second. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BorderList, ProposalList, ProposalResource } from '@vagus/api/steering'
import { LabError } from '../errors.ts'
import type { BorderSighting } from './figures.ts'

/** Milliseconds between two questions, and until one is given up. */
const every = 500
const patience = 10_000

export class ControllerWatch {
  readonly #address: string
  readonly #signal: AbortSignal | undefined
  /** Oldest first; one every half a second while something is waited for. */
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
      await this.#pause(Math.min(every, left))
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

  /** An open proposal. Rejects with `LabError` `failed` and how full the links are when there is none `within` milliseconds. */
  proposed(within: number): Promise<{ readonly proposal: ProposalResource; readonly at: number }> {
    return this.#until(within, 'the controller proposed nothing', async () => {
      const sighting = await this.#sight()
      const { items } = await this.#get<ProposalList>('/v1/proposals?state=open')
      const [first] = items
      if (first !== undefined) return { proposal: await this.proposal(first.id), at: Date.now() }
      const loads = sighting?.list.items[0]?.links.map(({ link, load }) => `${link} ${load}`)
      throw new Error(`loads in bits/s: ${loads?.join(', ')}`)
    })
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
    const signals = [AbortSignal.timeout(patience), ...(this.#signal === undefined ? [] : [this.#signal])]
    const answer = await fetch(`${this.#address}${path}`, { signal: AbortSignal.any(signals) })
    if (!answer.ok) throw new LabError('failed', `the controller answered ${answer.status} to ${path}`)
    return (await answer.json()) as Resource
  }

  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, this.#signal === undefined ? {} : { signal: this.#signal })
  }

  /** What `look` gives once it does not fail. */
  async #until<Found>(within: number, problem: string, look: () => Promise<Found>): Promise<Found> {
    let missing = ''
    for (const deadline = Date.now() + within; Date.now() < deadline; await this.#pause(every)) {
      try {
        return await look()
      } catch (error) {
        this.#signal?.throwIfAborted()
        missing = (error as Error).message
      }
    }
    throw new LabError('failed', `${problem} within ${within / 1000} s: ${missing}`)
  }
}
