/**
 * Acts at borders without a person, where vagus.yaml lets it: after each step it approves open proposals within bounds, and
 * takes back what it approved where that does harm. Of what a person approved it only tells.
 *
 *   proposals, approvals ──▶ ledger, standing ──▶ decide ──▶ approve
 *   readings ──▶ watched ──▶ end, or tell
 *
 * Each action is written down before it is taken, so that a crash never loosens the bounds.
 * @module
 */
import type { Config } from '@vagus/api'
import type { Approval, Border, Proposal } from '@vagus/api/steering'
import { decide, type Hindrance, standingOf, type Watched, watched, watchedFrom } from '@vagus/steering'
import type { EventDraft } from '../../events/event-draft.ts'
import type { SteeringIntents } from '../../intents/steering-intents.ts'
import type { Wish } from '../approval/approval-maker.ts'
import { type AutonomyKeeper, KeptLedger } from './autonomy-keeper.ts'
import { boundsOf, isInForce, movesOf, pastOf } from './autonomy-view.ts'
import type { BorderWatch } from '../border-watch.ts'
import type { SteeringDesk } from '../steering-desk.ts'

/** Who negotiates approvals. */
export interface Approvals {
  approve(id: string, wish: Wish): Promise<unknown>
  end(id: string, reason: { readonly by: Approval['by']; readonly because: string }): Promise<unknown>
}

export interface AutonomyParts {
  /** Of the moment. */
  readonly config: () => Config['steering']
  readonly steering: Pick<SteeringDesk, 'watches' | 'proposals'>
  readonly approvals: Approvals
  readonly keeper: AutonomyKeeper
  /** What the operator's intents say of it; absent: nothing. */
  readonly intents?: Pick<SteeringIntents, 'refusal' | 'longestLease'> | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** What is remembered of a proposal while it is open or its approval is in force. */
interface Followed {
  watched: Watched
  /** Why it is left to a person, as of the last step. */
  held: string | undefined
  /** What was told of it: each reason once. */
  readonly told: Set<Hindrance | 'doubted'>
}

/** These pass by themselves within a step or two. */
const passing: ReadonlySet<Hindrance> = new Set(['just opened', 'ended'])

export class AutonomyDesk {
  readonly #parts: AutonomyParts
  readonly #followed = new Map<string, Followed>()
  /** What is being negotiated, by neighbour. */
  readonly #running = new Map<string, Promise<unknown>>()
  readonly #ledger: KeptLedger
  #act: Config['steering']['act']

  constructor(parts: AutonomyParts) {
    this.#parts = parts
    this.#ledger = new KeptLedger(parts.keeper, parts.report)
    this.#act = parts.config().act
  }

  /** After a step of all borders at `at`, milliseconds since 1970. What it begins is finished later. */
  step(at: number): void {
    const { steering } = this.#parts
    const all = steering.proposals.all()
    this.#ledger.ends(all, at)
    this.#followConfig(all)
    const live = new Set(all.filter((one) => one.state === 'open' || isInForce(one)).map(({ id }) => id))
    for (const id of this.#followed.keys()) if (!live.has(id)) this.#followed.delete(id)
    for (const watch of steering.watches) {
      const own = all.filter(({ neighbour }) => neighbour === watch.border.neighbour)
      for (const one of own.filter(isInForce)) this.#watch(one, watch, at)
      const open = own.find(({ state }) => state === 'open')
      if (open !== undefined && !isInForce(open)) this.#decide(open, own, watch, at)
    }
  }

  /** Whether it acts at a border, and why. */
  of(watch: BorderWatch): Border['autonomy'] {
    const { config, steering } = this.#parts
    const own = steering.proposals.all().filter(({ neighbour }) => neighbour === watch.border.neighbour)
    const { act } = config()
    if (act === 'on-approval') {
      const left = own.find((one) => isInForce(one) && one.approval?.by === 'vagus')
      const holds =
        left === undefined ? '' : `; ${left.id}, which it approved before, holds until ${left.approval?.until}`
      return { acts: false, because: `steering.act in vagus.yaml is on-approval${holds}` }
    }
    const { acts, because } = standingOf(pastOf(own, watch), boundsOf(config()))
    const open = own.find(({ state }) => state === 'open')
    const held = open && this.#followed.get(open.id)?.held
    return { acts, because: acts && held !== undefined ? `${because}; but not for ${open!.id}: ${held}` : because }
  }

  /** What is being negotiated is finished first. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#running.values())
  }

  /** What was approved before it was told to act no more holds, and is watched. */
  #followConfig(all: readonly Proposal[]): void {
    const { act } = this.#parts.config()
    if (act === this.#act) return
    this.#act = act
    const left = all.filter((one) => isInForce(one) && one.approval?.by === 'vagus').map(({ id }) => id)
    if (act === 'on-approval' && left.length > 0)
      this.#parts.report(`autonomy: steering.act is on-approval now; ${left.join(', ')} holds until its leases end`)
  }

  #decide(proposal: Proposal, past: readonly Proposal[], watch: BorderWatch, now: number): void {
    const { config, intents } = this.#parts
    const { id, neighbour: border } = proposal
    const followed = this.#follow(proposal)
    followed.held = undefined
    if (config().act === 'on-approval' || this.#running.has(border)) return
    const own = boundsOf(config())
    const bounds = { ...own, lease: Math.min(own.lease, intents?.longestLease(proposal) ?? Infinity) }
    const decision = decide({
      now,
      border,
      bounds,
      standing: standingOf(pastOf(past, watch), bounds),
      barred: intents?.refusal(watch.border, proposal, bounds.lease) ?? null,
      proposal: { state: proposal.state, openedAt: Date.parse(proposal.openedAt), moves: movesOf(proposal) },
      problem: watch.problem,
      links: watch.links,
      inForce: past.find(isInForce)?.id ?? null,
      ledger: this.#ledger.actions,
    })
    if (decision.verdict === 'go') {
      const seconds = Math.round(decision.lease / 1000)
      if (this.#ledger.asks(proposal, now))
        this.#run(proposal, (approvals) => approvals.approve(id, { seconds, by: 'vagus', run: 'live' }))
      return
    }
    const { hindrance, because: why } = decision
    followed.held = why
    if (!passing.has(hindrance)) this.#tellOnce(proposal, hindrance, 'steering.held', why)
  }

  #watch(proposal: Proposal, { reading, links }: BorderWatch, now: number): void {
    const { id, approval, expected } = proposal
    if (approval === null || reading?.at !== now) return
    const followed = this.#follow(proposal)
    const since = Date.parse(approval.at)
    const watching = watched(followed.watched, { now, since, moves: movesOf(proposal), expected, reading, links })
    followed.watched = watching.state
    if (watching.verdict === 'keep') return
    const { because } = watching
    if (approval.by === 'operator') this.#tellOnce(proposal, 'doubted', 'steering.doubted', because)
    else if (!this.#running.has(proposal.neighbour))
      this.#run(proposal, (approvals) => approvals.end(id, { by: 'vagus', because }))
  }

  /** One at a time at a border. Who negotiates tells what became of it; what failed may be tried again within the bounds. */
  #run({ id, neighbour }: Proposal, work: (approvals: Approvals) => Promise<unknown>): void {
    const running = work(this.#parts.approvals)
      .catch((error: unknown) => this.#parts.report(`autonomy: ${id}: ${(error as Error).message}`))
      .finally(() => this.#running.delete(neighbour))
    this.#running.set(neighbour, running)
  }

  #follow(proposal: Proposal): Followed {
    const before = this.#followed.get(proposal.id)
    if (before !== undefined) return before
    const followed: Followed = { watched: watchedFrom(movesOf(proposal)), held: undefined, told: new Set() }
    this.#followed.set(proposal.id, followed)
    return followed
  }

  #tellOnce(proposal: Proposal, what: Hindrance | 'doubted', event: EventDraft['event'], why: string): void {
    const { told } = this.#follow(proposal)
    if (told.has(what)) return
    told.add(what)
    this.#parts.tell({ event, subject: proposal.neighbour, fields: { id: proposal.id, why } })
  }
}
