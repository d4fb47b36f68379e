/**
 * Makes an approval with the agents of the devices, all or nothing:
 *
 *   look at the goals ─▶ prepare all ─▶ would the neighbour prefer them? ─▶ aside ─▶ endings ─▶ leaving ─▶ in force
 *                            └────────────── whatever fails: what was set is released ──────────────┘
 *
 * @module
 */
import type { Actor } from '@vagus/api'
import type { Approval, Proposal } from '@vagus/api/steering'
import { StoreError } from '@vagus/store'
import type { BorderWatch } from '../border-watch.ts'
import { timeText } from '../../resources/windows.ts'
import { type Asked, askedFor, checkPreference, type SeenGoal, seenGoals } from './agreement.ts'
import { type ApprovalPlan, approvalPlan } from './approval-plan.ts'
import { ApprovalProblem } from './approval-problem.ts'
import type { ApprovalRecords } from './approval-records.ts'
import { Attempt } from './attempt.ts'
import { type HeldLease, type LeaseBook, leaseOf } from './lease-book.ts'
import { AskProblem, type MedAsker } from './med-asker.ts'
import type { MedReleases } from './releases.ts'

export interface MakerParts {
  readonly book: LeaseBook
  /** MEDs that routers can be asked for. */
  readonly meds: readonly number[]
  /** A plan-id: 32 hexadecimal digits, never the same twice. */
  readonly newPlan: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Wish {
  /** Whole seconds. */
  readonly seconds: number
  readonly by: Approval['by']
  /** Which agent. */
  readonly approver?: Actor
  /** `dry`: the agents are asked what they would do. */
  readonly run: 'dry' | 'live'
}

/** What the agents are asked for. */
interface Matter {
  readonly plan: ApprovalPlan
  readonly goals: readonly SeenGoal[]
  readonly asked: readonly Asked[]
  readonly asker: MedAsker
}

/** By how much a lease may end later than we reckon, milliseconds: the accept is on its way, and agents wait for it. */
const slackMs = 60_000
/** A lease with less left is not worth to be made anew, milliseconds. */
const worthRestoring = 1000

export class ApprovalMaker {
  readonly #parts: MakerParts
  readonly #records: ApprovalRecords
  readonly #releases: MedReleases

  constructor(parts: MakerParts, records: ApprovalRecords, releases: MedReleases) {
    this.#parts = parts
    this.#records = records
    this.#releases = releases
  }

  /** @throws {ApprovalProblem} which says who declined, and what became of the rest */
  async make(proposal: Proposal, wish: Wish, watch: BorderWatch, asker: MedAsker): Promise<Approval> {
    const { book, meds, newPlan, now } = this.#parts
    const { border, links: findings } = watch
    const frame = { border, findings, held: book.leases, seconds: wish.seconds, now: now(), newPlan }
    const plan = approvalPlan(proposal, frame)
    try {
      const goals = await seenGoals(plan, asker)
      const asked = askedFor(plan, goals, meds)
      if (asked.length + plan.kept.length === 0)
        throw new ApprovalProblem(409, 'there is nothing to ask for: no other link of the border is up')
      const matter = { plan, goals, asked, asker }
      return wish.run === 'dry' ? await this.#tried(wish, matter) : await this.#made(proposal, wish, matter)
    } catch (error) {
      throw asProblem(error, 'nothing was changed')
    }
  }

  async #tried({ seconds, by }: Wish, { plan, goals, asked, asker }: Matter): Promise<Approval> {
    const now = this.#parts.now()
    const answered = await Promise.all(
      asked.map(async (one) => ({ ...one, answer: await asker.dryRun(one.place, one.med) })),
    )
    checkPreference(plan, goals, answered)
    const leases = answered.map(({ place, answer: { med, told } }) => leaseOf({ ...place, med, before: told }))
    return {
      by,
      state: 'possible',
      at: timeText(now),
      until: timeText(Math.min(now + seconds * 1000, ...plan.kept.map(({ until }) => until))),
      leases: [...leases, ...plan.kept.map(leaseOf), ...goals.map(goalOf)],
      endedAt: null,
      because: null,
    }
  }

  async #made(proposal: Proposal, { seconds, by, approver }: Wish, matter: Matter): Promise<Approval> {
    const { plan, goals, asked, asker } = matter
    const { now } = this.#parts
    const { id, neighbour } = proposal
    const places = asked.map(({ place }) => place)
    const who = { by, ...(approver === undefined ? {} : { approver }) }
    const begun = { proposal: id, neighbour, ...who, places, until: now() + seconds * 1000 + slackMs }
    this.#records.begin(begun)
    const attempt = new Attempt(asker, now)
    try {
      const endings = goals.flatMap(({ ending }) => (ending === undefined ? [] : [ending]))
      checkPreference(plan, goals, await attempt.prepare(asked))
      await attempt.set('aside')
      await attempt.end(endings)
      await attempt.set('leaving')
      const leases = [...attempt.leases, ...plan.kept]
      const until = Math.min(...leases.map((lease) => lease.until))
      const held = { proposal: id, neighbour, ...who, at: now(), until, leases, goals: goals.map(goalOf) }
      return this.#records.commit(proposal, held, new Set([...plan.kept, ...endings]))
    } catch (error) {
      attempt.declineRest('the approval is given up')
      const mayHold = [...attempt.mayHold]
      this.#records.abandon(
        begun,
        mayHold.map(({ place }) => place),
      )
      const left = await this.#takenBack(attempt, asker)
      if (left.length > 0) throw asProblem(error, `NOT taken back: ${left.join(', ')}`)
      const isUntouched = mayHold.length + attempt.mayHaveEnded.size === 0
      throw asProblem(error, isUntouched ? 'nothing was changed' : 'all is as it was before')
    }
  }

  /** In the reverse order. Returns what is left. */
  async #takenBack({ mayHold, mayHaveEnded }: Attempt, asker: MedAsker): Promise<readonly string[]> {
    const of = (role: HeldLease['role']): readonly string[] =>
      [...mayHold].filter((one) => one.role === role).map(({ place }) => place.plan)
    const left = [...(await this.#releases.now(of('leaving')))]
    for (const lease of mayHaveEnded) {
      const problem = await this.#restored(lease, asker)
      if (problem !== undefined) left.push(problem)
    }
    return [...left, ...(await this.#releases.now(of('aside')))]
  }

  /** Makes a lease anew for the rest of its time, unless it is still in force. Returns why that was not possible. */
  async #restored(lease: HeldLease, asker: MedAsker): Promise<string | undefined> {
    const { book, newPlan, now } = this.#parts
    const leaseMs = lease.until - now()
    try {
      if (await isInForce(lease, asker)) return undefined
      if (leaseMs < worthRestoring) return undefined
      // Known before it is asked for: if we stop here, it is found to be no more, and its approval ends.
      const place = { ...lease, leaseMs, plan: newPlan(), setAt: now(), until: now() + leaseMs }
      this.#records.replace(lease, place)
      const prepared = await asker.prepare(place, lease.med)
      prepared.accept()
      const { med, epoch, told: before } = prepared
      const after = await asker.confirm(place, { med, epoch })
      this.#records.replace(place, { ...place, med, epoch, before, after })
      return undefined
    } catch (error) {
      if (!(error instanceof AskProblem)) throw error
      const held = book.held.find(({ leases }) => leases.some(({ plan: own }) => own === error.place.plan))
      const what = `the lease of ${lease.prefix} on ${lease.link}`
      if (held === undefined) return `${what} (${error.problem})`
      const because = `${what} was ended for another proposal, and could not be made anew: ${error.problem}`
      this.#records.finish(held, because, undefined)
      return `${what} of ${held.proposal}, all of which ends now (${error.problem})`
    }
  }
}

/** @throws {AskProblem} where that is not known */
async function isInForce(lease: HeldLease, asker: MedAsker): Promise<boolean> {
  try {
    await asker.confirm(lease, lease)
    return true
  } catch (error) {
    if (error instanceof AskProblem && error.code === 'STALE') return false
    throw error
  }
}

const goalOf = ({ place: { prefix, device, interface: name, link }, told }: SeenGoal): Approval['leases'][number] => ({
  prefix,
  device,
  interface: name,
  link,
  med: null,
  before: [...told],
  after: null,
})

/** What an agent did not do, or the disk did not take, as HTTP has it; `said`: what became of the rest. */
function asProblem(error: unknown, said: string): unknown {
  if (error instanceof StoreError) return new ApprovalProblem(503, `${error.message}; ${said}`, { cause: error })
  if (!(error instanceof AskProblem)) return error
  const status = error.code === 'ABSENT' || error.code === 'SILENT' ? 503 : 409
  return new ApprovalProblem(status, `${error.message}; ${said}`, { cause: error })
}
