/** Who approves in a replay: nobody, a person who approves everything after a while, or the controller by itself. @module */
import type { Proposal } from '../advisor/finding.ts'
import { type Bounds } from '../autonomy/bounds.ts'
import { decide } from '../autonomy/decide.ts'
import { counts, type PastProposal } from '../autonomy/judgment.ts'
import { type Action, noted } from '../autonomy/ledger.ts'
import { standingOf } from '../autonomy/standing.ts'
import { type Watched, watched, watchedFrom } from '../autonomy/watch.ts'
import type { Order, Pilot, PilotView } from './replay.ts'

const nothing: Order = { what: 'nothing' }

export const nobody: Pilot = { step: () => nothing }

/** `after` and `lease` in milliseconds. */
export const personWho = (after: number, lease: number): Pilot => ({
  step({ now, finding, lease: inForce }) {
    const open = finding.proposals.find(({ state }) => state === 'open')
    if (open === undefined || inForce !== undefined || now - open.openedAt < after) return nothing
    return { what: 'approve', proposal: open, lease }
  },
})

const border = 'border'
/** Of the advisor, steps. */
const usualHorizon = 5

export class Autopilot implements Pilot {
  readonly #bounds: Bounds
  readonly #past: PastProposal[] = []
  readonly #takenBack = new Map<number, number>()
  #ledger: readonly Action[] = []
  #inForce: { readonly proposal: Proposal; watched: Watched } | undefined

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  step(view: PilotView): Order {
    for (const one of view.finding.proposals) if (one.endedAt !== null) this.#past.unshift(this.#pastOf(one))
    if (view.lease !== undefined) return this.#watch(view)
    if (this.#inForce !== undefined) this.#note('ended', this.#inForce.proposal, view.now)
    this.#inForce = undefined
    const open = view.finding.proposals.find(({ state }) => state === 'open')
    return open === undefined ? nothing : this.#decide(open, view)
  }

  #decide(proposal: Proposal, { now, finding }: PilotView): Order {
    const { links } = finding
    const isCounted = counts(proposal.state, proposal.outcome?.steps ?? 0, usualHorizon)
    const standing = standingOf(isCounted ? [this.#pastOf(proposal), ...this.#past] : this.#past, this.#bounds)
    const decision = decide({
      now,
      border,
      bounds: this.#bounds,
      problem: null,
      standing,
      proposal,
      links,
      inForce: null,
      ledger: this.#ledger,
    })
    if (decision.verdict === 'no') return nothing
    this.#note('asked', proposal, now)
    this.#inForce = { proposal, watched: watchedFrom(proposal.moves) }
    return { what: 'approve', proposal, lease: decision.lease }
  }

  #watch({ now, finding, reading, lease }: PilotView): Order {
    const inForce = this.#inForce!
    const { moves, expected, number } = inForce.proposal
    const { links } = finding
    const { verdict, state } = watched(inForce.watched, { now, since: lease!.at, moves, expected, reading, links })
    inForce.watched = state
    if (verdict === 'keep') return nothing
    this.#note('ended', inForce.proposal, now)
    this.#inForce = undefined
    this.#takenBack.set(number, now)
    const at = this.#past.findIndex(({ id }) => id === String(number))
    if (at >= 0) this.#past[at] = { ...this.#past[at]!, takenBackAt: now }
    return { what: 'end' }
  }

  #note(what: Action['what'], { number, moves }: Proposal, at: number): void {
    const prefixes = moves.map(({ prefix }) => prefix)
    this.#ledger = noted(this.#ledger, { what, at, border, proposal: String(number), prefixes }, at)
  }

  #pastOf({ number, state, endedAt, because, outcome }: Proposal): PastProposal {
    return {
      id: String(number),
      at: endedAt ?? 0,
      moves: state === 'measured' ? 'in force' : 'not made',
      because: because.map(({ name }) => name),
      outcome: outcome?.links ?? null,
      takenBackAt: this.#takenBack.get(number) ?? null,
    }
  }
}
