/**
 * What others offer. It is asked ahead while there is something to hand over, so that a decision waits for nobody: offers are
 * some hundred milliseconds old, and what was handed over since is reckoned in.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Task } from '../task.ts'
import type { Data } from './a2a.ts'
import type { Bid } from './decide.ts'
import type { Network } from './network.ts'
import { placeOf } from './pool.ts'

/** What a scheduler says of itself to another. */
export interface Offer {
  readonly site: string
  /** When each slot is free, behind all that is promised, milliseconds from now on. */
  readonly ends: readonly number[]
  /** Octets of the asker's inputs that are on their way, and how fast they came last, bits per second. */
  readonly pending: number
  readonly rate: number
}

export interface MarketParts {
  readonly peers: () => Promise<readonly string[]>
  readonly ask: (peer: string, within: number) => Promise<Data>
  /** Undefined: nobody asks the network. */
  readonly network: Network | undefined
  /** A round of questions is over: messages, and milliseconds until the last answer. */
  readonly tell: (messages: number, took: number) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Milliseconds: until an offer must be there, and for which the first decision waits for it; between two rounds, after which an
 * offer is too old, and for which it is asked ahead.
 */
const times = { patience: 3000, first: 1000, between: 600, stale: 6000, ahead: 2000 } as const

interface Given {
  readonly peer: string
  readonly task: Task
  confirmed: number
}

export class Market {
  readonly #parts: MarketParts
  readonly #offers = new Map<string, Offer & { readonly asked: number }>()
  /** Handed over and in no offer yet. */
  #given: Given[] = []
  #wanted = -Infinity
  /** When a round was over, and the one that is not. */
  #askedAt = -Infinity
  #asking: Promise<void> | undefined
  #isAhead = false

  constructor(parts: MarketParts) {
    this.#parts = parts
  }

  /** For one more task. */
  async bids(task: Task): Promise<readonly Bid[]> {
    const { network, now } = this.#parts
    this.#wanted = now()
    if (!this.#isAhead) void this.#ahead()
    // Nobody may be there: then there is no bid, and it is not waited for again and again.
    if (now() - this.#askedAt > times.stale) await Promise.race([this.#asked(), sleep(times.first)])
    return this.#fresh().map(([name, { site, ends, pending, rate, asked }]): Bid => {
      const age = now() - asked
      const own = this.#given.filter(({ peer }) => peer === name).map((one) => one.task)
      const place = placeOf(ends.map((end) => Math.max(0, end - age)), own.map(({ work }) => work)) // prettier-ignore
      const left = Math.max(0, pending - (rate * age) / 8000)
      const octets = own.reduce((sum, one) => sum + one.octets, left + task.octets)
      const [transfer, withLine] = [network?.transfer(site, octets, rate), network?.withLine(site, octets)]
      return { name, site, ...place, transfer, withLine: withLine ?? null }
    })
  }

  /** A task goes there; the function is called once the other one has it. */
  give(peer: string, task: Task): () => void {
    const given = { peer, task, confirmed: Infinity }
    this.#given.push(given)
    return () => {
      given.confirmed = this.#parts.now()
    }
  }

  #fresh() {
    const since = this.#parts.now() - times.stale
    return [...this.#offers].filter(([, { asked }]) => asked > since)
  }

  async #ahead(): Promise<void> {
    const { now } = this.#parts
    this.#isAhead = true
    while (now() - this.#wanted < times.ahead) {
      await this.#asked()
      await sleep(times.between)
    }
    this.#isAhead = false
  }

  #asked(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#askedAt = this.#parts.now()
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<void> {
    const { peers, ask, network, tell, now } = this.#parts
    const asked = now()
    const names = await peers().catch(() => []) // its side-car is not there
    const offers = names.map(async (peer) => {
      const offer = (await ask(peer, times.patience)) as unknown as Offer
      this.#offers.set(peer, { ...offer, asked })
      this.#given = this.#given.filter((one) => one.peer !== peer || one.confirmed >= asked)
    })
    const sites = [...this.#offers.values()].map(({ site }) => site)
    const [messages] = await Promise.all([network?.refresh(sites) ?? 0, Promise.allSettled(offers)])
    tell(names.length + messages, now() - asked)
  }
}
