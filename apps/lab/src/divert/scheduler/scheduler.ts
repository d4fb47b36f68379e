/**
 * The scheduler of a data centre: it has tasks done by its own workers, or hands them over to another data centre.
 *
 *   own task    ─▶ chosen ─┬─▶ worked ─▶ over
 *                          └─▶ handed over ────────────────────▶ over
 *   of another  ─▶ taken ─▶ input fetched ─▶ worked ─▶ told ─▶ over
 *
 * What is chosen or taken is in the ledger before anybody hears of it, and is never chosen anew: whoever might have a task
 * keeps it. Every message may come twice.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Task } from '../task.ts'
import type { Data, Others } from './a2a.ts'
import { decide, type Strategy } from './decide.ts'
import { inputOf, outputOf } from './input.ts'
import type { Ledger } from './ledger.ts'
import { Market, type Offer } from './market.ts'
import type { Network } from './network.ts'
import { placeOf, type Pool } from './pool.ts'

export interface SchedulerParts {
  readonly name: string
  readonly site: string
  readonly strategy: Strategy
  readonly pool: Pool
  readonly ledger: Ledger
  readonly others: Others
  readonly network: Network
  /** Names of the other schedulers. */
  readonly peers: () => Promise<readonly string[]>
  /** The input of another one's task, by that one's name. */
  readonly input: (from: string, task: Task) => Promise<Response>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds: for an answer to what must arrive, and between two tries of that. */
const patience = { answer: 5000, again: 500 } as const
/** Tasks of others that it has at once; beyond it bids no more. */
const maxTaken = 256
/** Over which it says how fast inputs come, milliseconds. */
const rateWindow = 3000

export class Scheduler {
  readonly #parts: SchedulerParts
  /** One after the other: each sees what those before it have done. */
  #turn: Promise<void> = Promise.resolve()
  /** Of others, whose input is not here, by id. */
  readonly #fetching = new Map<string, { readonly task: Task; readonly from: string; came: number }>()
  /** Octets that came, of whom and when. */
  #arrivals: { readonly at: number; readonly from: string; readonly octets: number }[] = []
  readonly #market: Market

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    const { name: from, strategy, ledger, others, network, peers, now } = parts
    this.#market = new Market({
      peers,
      ask: (peer, within) => others.ask(peer, { type: 'bid', from }, within),
      network: strategy === 'aware' || strategy === 'line' ? network : undefined,
      tell: (messages, took) => ledger.add({ type: 'asked', messages, took, at: now() }),
      now,
    })
    for (const entry of ledger.entries) {
      if (entry.type === 'chosen' && !ledger.has('over', entry.task.id)) this.#go(entry.task, entry.to)
      if (entry.type === 'taken' && !ledger.has('over', entry.task.id)) void this.#serve(entry.task, entry.from)
    }
  }

  /** A task of this data centre; one that is known already is left as it is. */
  arrive(task: Task): void {
    const isKnown = this.#parts.ledger.entries.some((one) => one.type === 'chosen' && one.task.id === task.id)
    if (!isKnown) this.#turn = this.#turn.then(() => this.#choose(task))
  }

  /** What another scheduler says. */
  answer(data: Data): Data {
    const from = String(data['from'])
    if (data['type'] === 'bid') return { ...this.#offer(from) }
    if (data['type'] === 'take') return this.#take(data['task'] as Task, from)
    if (data['type'] === 'output') return this.#over(String(data['id']), String(data['output']))
    throw new Error(`there is no "${String(data['type'])}"; there are bid, take and output`)
  }

  async #choose(task: Task): Promise<void> {
    const { strategy, pool, ledger, network, now } = this.#parts
    const isAsked = strategy !== 'stay' && placeOf(pool.ends()).free === 0
    const bids = isAsked ? await this.#market.bids(task) : []
    // Meanwhile a slot may be free.
    const { to, orders } = decide(strategy, { work: task.work, left: task.due - now() }, placeOf(pool.ends()), bids)
    ledger.add({ type: 'chosen', task, to, at: now() })
    const bid = bids.find(({ name }) => name === to)
    if (bid !== undefined) {
      if (orders === 'line') network.order(bid.site)
      network.use(bid.site)
    }
    this.#go(task, to)
  }

  #offer(asker: string): Offer {
    const { site, pool, now } = this.#parts
    if (this.#fetching.size >= maxTaken) throw new Error(`${maxTaken} tasks of others are here; no more for now`)
    const since = now() - rateWindow
    this.#arrivals = this.#arrivals.filter(({ at }) => at > since)
    const came = this.#arrivals.reduce((sum, { from, octets }) => (from === asker ? sum + octets : sum), 0)
    const underway = [...this.#fetching.values()]
    const pending = underway.reduce((sum, one) => (one.from === asker ? sum + one.task.octets - one.came : sum), 0)
    const ends = pool.ends(underway.map(({ task }) => task.work))
    return { site, ends, pending, rate: (came * 8000) / rateWindow }
  }

  #go(task: Task, to: string | undefined): void {
    void (to === undefined ? this.#workAtHome(task) : this.#handOver(task, to))
  }

  async #workAtHome(task: Task): Promise<void> {
    const { pool, ledger } = this.#parts
    await pool.run(task)
    const output = outputOf(inputOf(task.id, task.octets))
    ledger.add({ type: 'worked', id: task.id, output, at: this.#parts.now() })
    this.#over(task.id, output)
  }

  async #handOver(task: Task, to: string): Promise<void> {
    const { name: from } = this.#parts
    const confirm = this.#market.give(to, task)
    await this.#insist(to, { type: 'take', from, task })
    confirm()
  }

  #take(task: Task, from: string): Data {
    const { ledger, now } = this.#parts
    const isKnown = ledger.entries.some((one) => one.type === 'taken' && one.task.id === task.id)
    if (!isKnown) {
      ledger.add({ type: 'taken', task, from, at: now() })
      void this.#serve(task, from)
    }
    return { taken: task.id }
  }

  async #serve(task: Task, from: string): Promise<void> {
    const { name, pool, ledger, now } = this.#parts
    let output = ledger.entries.find((one) => one.type === 'worked' && one.id === task.id)
    if (output?.type !== 'worked') {
      const input = await this.#fetched(task, from)
      await pool.run(task)
      output = { type: 'worked', id: task.id, output: outputOf(input), at: now() }
      ledger.add(output)
    }
    await this.#insist(from, { type: 'output', from: name, id: task.id, output: output.output })
    ledger.add({ type: 'over', id: task.id, at: now() })
  }

  /** Again and again until it is whole. */
  async #fetched(task: Task, from: string): Promise<Uint8Array> {
    const underway = { task, from, came: 0 }
    this.#fetching.set(task.id, underway)
    for (;;) {
      try {
        const response = await this.#parts.input(from, task)
        if (!response.ok) throw new Error(`HTTP ${response.status}`)
        const parts: Uint8Array[] = []
        for await (const part of response.body!) {
          parts.push(part)
          underway.came += part.length
          this.#arrivals.push({ at: this.#parts.now(), from, octets: part.length })
        }
        if (underway.came === task.octets) {
          this.#fetching.delete(task.id)
          return Buffer.concat(parts)
        }
      } catch {
        await sleep(patience.again) // the other one, or a side-car, is not there
      }
      underway.came = 0
    }
  }

  #over(id: string, output: string): Data {
    const { ledger, now } = this.#parts
    const chosen = ledger.entries.find((one) => one.type === 'chosen' && one.task.id === id)
    if (chosen?.type !== 'chosen') throw new Error(`${id} is no task of this data centre`)
    if (output !== outputOf(inputOf(id, chosen.task.octets))) throw new Error(`the output of ${id} is of another input`)
    if (!ledger.has('over', id)) ledger.add({ type: 'over', id, at: now() })
    return { over: id }
  }

  /** Until it is answered: the other one may be away for a while, and gets it once by its ledger. */
  async #insist(to: string, data: Data): Promise<void> {
    for (;;) {
      try {
        await this.#parts.others.ask(to, data, patience.answer)
        return
      } catch {
        await sleep(patience.again)
      }
    }
  }
}
