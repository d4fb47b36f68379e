/** How a router stands after a round, and what is told of it. Pure. @module */
import type { EventDraft } from '../events/event-draft.ts'
import type { Standing } from './polled-router.ts'
import type { RoundResult } from './round.ts'
import { SnmpProblem } from './snmp-problem.ts'

/** Failed rounds in a row after which a router is unreachable; one that says why it refuses is at once. */
const patience = 2

/** @param failures rounds in a row that failed, this one included */
export function standingAfter(
  device: string,
  before: Standing,
  outcome: RoundResult | SnmpProblem,
  failures: number,
  now: number,
): { readonly standing: Standing; readonly drafts: readonly EventDraft[] } {
  if (outcome instanceof SnmpProblem) {
    const { kind, message } = outcome
    if (kind === 'no-answer' && failures < patience) return { standing: { ...before, problem: message }, drafts: [] }
    const isNews = before.state !== 'unreachable'
    const since = isNews ? now : before.since
    return {
      standing: { ...before, state: 'unreachable', since, problem: message },
      drafts: isNews ? [draft('snmp.unreachable', device, { problem: message })] : [],
    }
  }
  const seconds = Math.max(0, Math.round((now - before.since) / 1000))
  return {
    standing: {
      state: 'answers',
      since: before.state === 'answers' ? before.since : now,
      problem: '',
      lastAt: now,
    },
    drafts: [
      ...(before.state === 'unreachable' ? [draft('snmp.back', device, { seconds })] : []),
      ...(outcome.restarted ? [draft('snmp.restarted', device, {})] : []),
      ...outcome.moved.map(({ name, from, to }) => draft('snmp.renumbered', device, { interface: name, from, to })),
    ],
  }
}

const draft = (event: EventDraft['event'], device: string, fields: EventDraft['fields']): EventDraft => ({
  event,
  subject: device,
  fields: { device, ...fields },
})
