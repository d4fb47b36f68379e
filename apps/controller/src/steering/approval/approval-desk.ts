/**
 * Approvals of proposals: makes them, ends them, and keeps an eye on those in force. One is made or ended at a time at a
 * border. Each step is written down before it is taken; what cannot be released at once is named, tried again until its
 * agent answers, and ends by itself with its lease.
 * @module
 */
import type { Approval, Proposal } from '@vagus/api/steering'
import type { SteeringIntents } from '../../intents/steering-intents.ts'
import type { BorderWatch } from '../border-watch.ts'
import { refusedEvent, type Who } from './approval-events.ts'
import { ApprovalMaker, type MakerParts, type Wish } from './approval-maker.ts'
import { ApprovalProblem } from './approval-problem.ts'
import { ApprovalRecords, type RecordParts } from './approval-records.ts'
import { type HeldApproval, type HeldLease, maxHeld } from './lease-book.ts'
import { LeaseWatch } from './lease-watch.ts'
import { AskProblem, type MedAsker } from './med-asker.ts'
import { type MedReleases, medReleases } from './releases.ts'

export interface ApprovalParts extends MakerParts, RecordParts {
  /** Undefined where the configuration has no `agent`. */
  readonly asker: () => MedAsker | undefined
  /** Of the neighbour; undefined where it has no border that is watched. */
  readonly watchOf: (neighbour: string) => BorderWatch | undefined
  /** What the operator's intents say of it; absent: nothing. */
  readonly intents?: Pick<SteeringIntents, 'refusal'> | undefined
}

/** Ids that an answer to an unknown one names. */
const maxNear = 3

export class ApprovalDesk {
  readonly #parts: ApprovalParts
  readonly #records: ApprovalRecords
  readonly #releases: MedReleases
  readonly #maker: ApprovalMaker
  readonly #watch = new LeaseWatch()
  /** The proposal that is being approved, or whose approval is being ended, by neighbour. */
  readonly #busy = new Map<string, string>()
  readonly #running = new Set<Promise<unknown>>()
  #isStopping = false

  constructor(parts: ApprovalParts) {
    this.#parts = parts
    this.#records = new ApprovalRecords(parts)
    this.#releases = medReleases(parts)
    this.#maker = new ApprovalMaker(parts, this.#records, this.#releases)
    this.#records.takeUp()
  }

  /** Finished in any case, whoever waits for it. @throws {ApprovalProblem} which says what became of it */
  approve(id: string, wish: Wish): Promise<Approval> {
    return this.#alone(id, async (proposal) => {
      const { watch, asker } = this.#needed(proposal)
      try {
        const barred = this.#parts.intents?.refusal(watch.border, proposal, wish.seconds * 1000)
        if (barred !== undefined) throw new ApprovalProblem(409, `${barred}; nothing was changed`)
        return await this.#maker.make(proposal, wish, watch, asker)
      } catch (error) {
        if (wish.run === 'live') this.#parts.tell(refusedEvent(proposal, wish, (error as Error).message))
        throw error
      }
    })
  }

  /** `because`: for people. @throws {ApprovalProblem} when it is not in force, or another is being made there */
  end(id: string, { because, ...who }: Who & { readonly because: string }): Promise<Approval> {
    return this.#alone(id, ({ approval }) => {
      const held = this.#parts.book.heldOf(id)
      if (held !== undefined) return this.#ended(held, because, who)
      const since = approval === null ? 'was never approved' : `has ended: ${approval.because}`
      throw new ApprovalProblem(409, `${id} ${since}; there is nothing to undo`)
    })
  }

  /** Confirms leases, ends what is over, and releases what is owed; to be called once a second. Fulfilled when all answered. */
  async step(): Promise<void> {
    if (this.#isStopping) return
    const { book, now, asker } = this.#parts
    const at = now()
    const free = book.held.filter(({ neighbour }) => !this.#busy.has(neighbour))
    const [over, held] = [free.filter(({ until }) => until <= at), free.filter(({ until }) => until > at)]
    const work: Promise<unknown>[] = over.map((one) => this.#ended(one, 'its time was over', undefined))
    const asking = asker()
    if (asking !== undefined) {
      const due = this.#watch.due(
        held.flatMap(({ leases }) => leases),
        at,
        (agent) => asking.connectedSince(agent),
      )
      work.push(...due.map((lease) => this.#confirm(lease, asking)))
    }
    work.push(this.#releases.step())
    await this.#noted(Promise.all(work))
  }

  /** Nothing new is begun; what is in the midst is finished first. Leases in force stay, and are known after a restart. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.allSettled(this.#running)
  }

  async #alone(id: string, work: (proposal: Proposal) => Promise<Approval>): Promise<Approval> {
    const proposal = this.#parts.proposals.find(id)
    if (proposal === undefined) throw new ApprovalProblem(404, this.#unknown(id))
    const { neighbour } = proposal
    const other = this.#busy.get(neighbour)
    if (this.#isStopping) throw new ApprovalProblem(503, 'the controller stops; nothing was changed')
    if (other !== undefined) {
      const problem = `${other} is being approved or undone at the border of ${neighbour}; try again in a moment`
      throw new ApprovalProblem(409, problem)
    }
    this.#busy.set(neighbour, id)
    try {
      return await this.#noted(work(proposal))
    } finally {
      this.#busy.delete(neighbour)
    }
  }

  /** What an approval needs. @throws {ApprovalProblem} */
  #needed({ id, state, neighbour, approval }: Proposal): { readonly watch: BorderWatch; readonly asker: MedAsker } {
    const { book, watchOf } = this.#parts
    if (book.heldOf(id) !== undefined)
      throw new ApprovalProblem(
        409,
        `${id} is in force until ${approval?.until}; "vagus proposal undo ${id}" ends it before`,
      )
    if (state !== 'open')
      throw new ApprovalProblem(
        409,
        `${id} is ${state}; only an open one can be approved: vagus proposal ls --state open`,
      )
    if (book.held.length >= maxHeld) throw new ApprovalProblem(409, `${maxHeld} approvals are in force`)
    const watch = watchOf(neighbour)
    if (watch === undefined) throw new ApprovalProblem(409, `the border of ${neighbour} is not watched any more`)
    const asker = this.#parts.asker()
    if (asker !== undefined) return { watch, asker }
    const example = '"agent: { listen: [udp://ADDRESS:7602] }" in vagus.yaml and a restart give it one'
    throw new ApprovalProblem(
      503,
      `the controller has no agent that could negotiate with those of the devices; ${example}`,
    )
  }

  #unknown(id: string): string {
    const [, neighbour = id] = /^(.*)-\d+$/.exec(id) ?? []
    const all = this.#parts.proposals.all()
    const own = all.filter((one) => one.neighbour === neighbour)
    const near = (own.length === 0 ? all : own).slice(0, maxNear).map((one) => one.id)
    return `there is no proposal "${id}"; ${near.length === 0 ? 'there are none' : `the last are ${near.join(', ')}`}; see /v1/proposals`
  }

  /** First those on links that prefixes leave, so that these go straight back. */
  async #ended(held: HeldApproval, because: string, who: Who | undefined): Promise<Approval> {
    const ended = this.#records.finish(held, because, who)
    const left: string[] = []
    for (const role of ['leaving', 'aside'] as const)
      left.push(...(await this.#releases.now(held.leases.filter((one) => one.role === role).map(({ plan }) => plan))))
    return left.length === 0
      ? ended
      : this.#records.add(held.proposal, ended, `not released at once: ${left.join(', ')}`)
  }

  /** Whether it is still in force; where not, all of its approval ends. */
  async #confirm(lease: HeldLease, asker: MedAsker): Promise<void> {
    const { book, now } = this.#parts
    const problem = await asker.confirm(lease, lease).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AskProblem) return error
        throw error
      },
    )
    const lost = this.#watch.heard(lease, problem, now())
    const held = book.held.find(({ leases }) => leases.includes(lease))
    if (lost !== undefined && held !== undefined && !this.#busy.has(held.neighbour))
      await this.#ended(held, lost, problem?.code === 'UNDONE' ? { by: 'operator' } : undefined)
  }

  /** `stop` waits for it. */
  async #noted<Answer>(work: Promise<Answer>): Promise<Answer> {
    this.#running.add(work)
    try {
      return await work
    } finally {
      this.#running.delete(work)
    }
  }
}
