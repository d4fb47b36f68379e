/** Events about proposals, from what became of them. @module */
import type { Proposal } from '@vagus/api/steering'
import type { EventDraft } from '../events/event-draft.ts'

/** `before`: its state at the step before; undefined for a new one. */
export function proposalEvents(proposal: Proposal, before: Proposal['state'] | undefined): readonly EventDraft[] {
  const { id, state } = proposal
  const told = (event: EventDraft['event'], fields: EventDraft['fields']): EventDraft => ({
    event,
    subject: proposal.neighbour,
    fields: { id, link: proposal.because[0]?.link ?? '', ...fields },
  })
  const isNew = before === undefined
  const drafts = isNew
    ? [told('steering.proposed', { percent: percentWhenOpened(proposal), what: whatOf(proposal) })]
    : []
  if (state === before) return drafts
  if (state === 'taken') return [...drafts, told('steering.taken', { what: whatOf(proposal) })]
  if (state === 'relieved') return [...drafts, told('steering.relieved', {})]
  if (state !== 'measured') return drafts
  const { outcome } = proposal
  return [...drafts, outcome === null ? told('steering.unmeasured', {}) : told('steering.measured', peaksOf(proposal))]
}

/** `10.16.0.0/16 from pe-1-tr-1 to pe-2-tr-1, and 2 more moves` */
export function whatOf({ moves }: Proposal): string {
  const [first] = moves
  if (first === undefined) return 'nothing'
  const more = moves.length - 1
  const rest = more === 0 ? '' : `, and ${more} more ${more === 1 ? 'move' : 'moves'}`
  return `${first.prefix} from ${first.from} to ${first.to}${rest}`
}

function percentWhenOpened({ because: [first] }: Proposal): number | string {
  return first === undefined || first.load === null ? '?' : percentOf(first.load, first.capacity)
}

function peaksOf({ because: [first], outcome }: Proposal): EventDraft['fields'] {
  const seen = outcome?.links.find(({ link }) => link === first?.link)
  if (first === undefined || seen === undefined) return {}
  return {
    percent: percentOf(seen.peak, first.capacity),
    otherPercent: percentOf(seen.otherPeak, first.capacity),
  }
}

const percentOf = (rate: number, capacity: number): number => Math.round((rate / capacity) * 100)
