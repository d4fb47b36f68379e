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
import type { Arrival, Task } from '../task.ts'
import type { Data, Others } from './a2a.ts'
import { type Bid, decide, type Strategy } from './decide.ts'
import { inputOf, outputOf } from './input.ts'
import type { Ledger } from './ledger.ts'
import type { Network, Room } from './network.ts'
import type { Pool } from './pool.ts'

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
  /** Where the input of another one's task is, by that one's name. */
  readonly inputAt: (from: string, task: Task) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds: for a bid, for an answer to what must arrive, and between two tries of that. */
const patience = { bid: 1000, answer: 5000, again: 500 } as const
/** Tasks of others that it has at once; beyond it bids no more. */
const maxTaken = 256
/** Over which it says how fast inputs come, milliseconds. */
const rateWindow = 3000

/** What one says of itself to another. */
interface Offer {
  readonly site: string
  readonly free: number
  readonly wait: number
  /** Octets of the asker's inputs that are on their way, and how fast they came last, bits per second. */
  readonly pending: number
  readonly rate: number
}

export class Scheduler {
  readonly #parts: SchedulerParts
  /** One after the other: each sees what those before it have done. */
  #turn: Promise<void> = Promise.resolve()
  /** Of others, whose input is not here, by id. */
  readonly #fetching = new Map<string, { readonly task: Task; readonly from: string; came: number }>()
  /** Octets that came, of whom and when. */
  #arrivals: { readonly at: number; readonly from: string; readonly octets: number }[] = []
  /** Handed over and not confirmed yet, by id. */
  readonly #unconfirmed = new Map<string, { readonly to: string; readonly task: Task }>()

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    const { ledger } = parts
    for (const entry of ledger.entries) {
      if (entry.type === 'chosen' && !ledger.has('over', entry.task.id)) this.#go(entry.task, entry.to)
      if (entry.type === 'taken' && !ledger.has('over', entry.task.id)) void this.#serve(entry.task, entry.from)
    }
  }

  /** A task of this data centre; one that is known already is left as it is. */
  arrive({ at: _, ...task }: Arrival): void {
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
    const home = pool.place([])
    const isAsked = strategy !== 'stay' && home.free === 0
    const began = now()
    const { bids, sites, setUps, messages } = isAsked ? await this.#bids(task) : noBids
    if (isAsked) ledger.add({ type: 'asked', messages, took: now() - began, at: now() })
    const { to, orders } = decide(strategy, { work: task.work, left: task.due - now() }, home, bids)
    ledger.add({ type: 'chosen', task, to, at: now() })
    const site = sites.get(to ?? '')
    if (site !== undefined) {
      if (orders === 'line') network.order(site, setUps.get(site) ?? 0)
      network.use(site)
    }
    this.#go(task, to)
  }

  async #bids(task: Task) {
    const { name, strategy, others, peers, network } = this.#parts
    const names = await peers()
    const asked = await Promise.allSettled(
      names.map(async (peer) => {
        const offer = await others.ask(peer, { type: 'bid', from: name }, patience.bid)
        return { peer, offer: offer as unknown as Offer }
      }),
    )
    const offers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const all = offers.map(({ offer }) => offer.site)
    const isAware = strategy === 'aware' || strategy === 'line'
    const { rooms, messages } = isAware ? await network.rooms(all, task.octets) : noRooms
    const bids = offers.map(({ peer, offer: { site, free, wait, pending, rate } }): Bid => {
      const known = rooms.get(site) ?? unknownRoom
      const octets = pending + this.#unconfirmedTo(peer) + task.octets
      const setUp = network.mayOrder(site) ? known.setUp : null
      const withLine = setUp === null ? null : setUp + network.overLine(octets)
      return { name: peer, free, wait, transfer: network.transfer(site, octets, known, rate), withLine }
    })
    return {
      bids,
      sites: new Map(offers.map(({ peer, offer }) => [peer, offer.site])),
      setUps: new Map([...rooms].map(([site, { setUp }]) => [site, setUp])),
      messages: names.length + messages,
    }
  }

  #unconfirmedTo(peer: string): number {
    return [...this.#unconfirmed.values()].reduce((sum, one) => (one.to === peer ? sum + one.task.octets : sum), 0)
  }

  #offer(asker: string): Offer {
    const { site, pool, now } = this.#parts
    if (this.#fetching.size >= maxTaken) throw new Error(`${maxTaken} tasks of others are here; no more for now`)
    const since = now() - rateWindow
    this.#arrivals = this.#arrivals.filter(({ at }) => at > since)
    const came = this.#arrivals.reduce((sum, { from, octets }) => (from === asker ? sum + octets : sum), 0)
    const underway = [...this.#fetching.values()]
    const pending = underway.reduce(
      (sum, { from, task, came: here }) => (from === asker ? sum + task.octets - here : sum),
      0,
    )
    const place = pool.place(underway.map(({ task }) => task.work))
    return { site, ...place, pending, rate: (came * 8000) / rateWindow }
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
    this.#unconfirmed.set(task.id, { to, task })
    await this.#insist(to, { type: 'take', from, task })
    this.#unconfirmed.delete(task.id)
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
        const response = await fetch(this.#parts.inputAt(from, task))
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

const unknownRoom: Room = { room: null, setUp: null }
const noRooms = { rooms: new Map<string, Room>(), messages: 0 }
const noBids = { bids: [], sites: new Map<string, string>(), setUps: new Map<string, number | null>(), messages: 0 }
