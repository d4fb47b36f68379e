/**
 * The skills about proposals to steer traffic. `steering-proposal`: an agent says something of an open proposal, or asks for
 * its approval and waits. `steering-approval`: an agent approves one, within `steering.agents` of vagus.yaml, and never one
 * for whose approval it asked itself. Everything is an event with who did it.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { Config, Event } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import type { Approval, Proposal } from '@vagus/api/steering'
import { z } from '@hono/zod-openapi'
import type { EventDraft } from '../../events/event-draft.ts'
import { ProblemError, problemOf, queryProblem } from '../../http/problem.ts'
import { AskRate } from '../../lines/agents/ask-rate.ts'
import { ApprovalProblem } from '../../steering/approval/approval-problem.ts'
import type { Wish } from '../../steering/approval/approval-maker.ts'
import type { Skill, Wanted } from '../skill.ts'
import type { KeptTask, TaskChange } from '../task.ts'

export interface SteeringSkillParts {
  readonly proposals: { find(id: string): Proposal | undefined; all(): readonly Proposal[] }
  readonly approve: (id: string, wish: Wish) => Promise<Approval>
  readonly config: () => Config['steering']
  /** What the record says of proposals by agents. */
  readonly said: () => readonly Pick<Event, 'event' | 'fields' | 'by'>[]
  readonly tell: (draft: EventDraft) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const wishSchema = z.strictObject({
  proposal: z.string().min(1).max(128),
  comment: z.string().min(1).max(500).optional(),
  ask: z.literal('approval').optional(),
})
const approvalSchema = z.strictObject({
  proposal: z.string().min(1).max(128),
  seconds: z.int().min(60).max(86_400).optional(),
})

/** What a task remembers. */
interface Matter {
  readonly proposal: string
  readonly asks: boolean
}

const hour = 3_600_000
/** Of one agent, and so often it approves: each is an event, which others must not be displaced by. */
const commentsPerMinute = 6

export function proposalSkill(parts: SteeringSkillParts): Skill {
  const { proposals, tell, said, now } = parts
  const rate = new AskRate(commentsPerMinute)
  const matterOf = ({ matter }: KeptTask): Matter | null => matter as Matter | null // what `take` returned

  /** Where it stands; undefined: it still waits. */
  function outcome(id: string, task: string): TaskChange | undefined {
    const proposal = proposals.find(id)
    if (proposal === undefined) return { state: 'failed', text: `${id} is forgotten` }
    const { approval, state } = proposal
    const artifacts = [{ id: `${task}-proposal`, name: 'proposal', parts: [{ data: proposal }] }]
    if (approval?.state === 'in-force') {
      const by = approval.approver?.name ?? approval.by
      return { state: 'completed', text: `${id} is approved by ${by} until ${approval.until}`, artifacts }
    }
    return state === 'open'
      ? undefined
      : { state: 'rejected', text: `${id} is ${state}, and was not approved`, artifacts }
  }

  return {
    id: 'steering-proposal',
    card: {
      name: 'Proposals to steer traffic',
      description:
        'Comments on an open proposal (MCP: network_proposals), or asks for its approval and waits for the answer. Data: ' +
        '{proposal, comment?, ask?: "approval"}. Approval stays with the operator, or with a member who may and did not ask.',
      tags: ['network', 'steering'],
      examples: ['ask to approve transit-7: the backup at 03:00 will fill the link'],
    },
    claims: ({ data, text }) => 'proposal' in data || /\bproposal\b|\bask to approve\b/i.test(text),
    take(task, wanted) {
      const { proposal: id, comment, ask } = readData(wishSchema, saidData(wanted))
      const proposal = openProposal(proposals, id)
      const by: Actor = { kind: 'agent', id: task.agent, name: task.name }
      const event = ask === undefined ? 'steering.commented' : 'steering.asked'
      if (comment === undefined && ask === undefined)
        throw new ProblemError(problemOf(400, 'say "comment", or "ask": "approval", or both'))
      const fields = { id, agent: task.name, comment: comment ?? 'no reason given', task: task.id }
      // Cut off after it was told: once is enough.
      if (!said().some((one) => one.fields['task'] === task.id)) {
        if (rate.ask(task.agent, now()) > 0)
          throw refused(`${task.name} may say ${commentsPerMinute} things a minute of proposals`)
        tell({ event, subject: proposal.neighbour, fields, by })
      }
      if (ask === undefined)
        return { state: 'completed', text: `it is in the record of ${id}`, matter: { proposal: id, asks: false } }
      const matter: Matter = { proposal: id, asks: true }
      const over = outcome(id, task.id)
      return { ...(over ?? { state: 'input-required', text: `${id} waits for an approval` }), matter }
    },
    look(task) {
      const matter = matterOf(task)
      return matter?.asks === true ? outcome(matter.proposal, task.id) : undefined
    },
    isAnswerable: ({ matter }) => matter === null,
  }
}

export function approvalSkill(parts: SteeringSkillParts): Skill {
  const { proposals, approve, config, said, now } = parts
  const rate = new AskRate(commentsPerMinute)
  /** Approvals that are being made count before they are there. */
  let making = 0

  /** @throws {ProblemError} which names the bound */
  function secondsWithin(task: KeptTask, proposal: Proposal, seconds: number | undefined): number {
    const { agents: bounds } = config()
    const { id, moves } = proposal
    if (bounds === undefined) throw refused('vagus.yaml has no "steering.agents": agents approve nothing there')
    const hasAsked = said().some(
      ({ event, fields, by }) => event === 'steering.asked' && fields['id'] === id && by?.id === task.agent,
    )
    if (hasAsked) throw refused(`${task.name} asked for the approval of ${id} itself: another one has to approve it`)
    if (moves.length > bounds.moves)
      throw refused(`${id} moves ${moves.length} prefixes; steering.agents.moves allows ${bounds.moves}`)
    const since = now() - hour
    const made = proposals
      .all()
      .filter(({ approval }) => approval?.by === 'agent' && Date.parse(approval.at) > since).length
    const lately = made + making
    if (lately >= bounds.perHour)
      throw refused(`agents approved ${lately} in the last hour; steering.agents.perHour allows ${bounds.perHour}`)
    const most = parseDuration(bounds.lease) / 1000
    if (seconds !== undefined && seconds > most)
      throw refused(`${seconds} s are longer than steering.agents.lease; up to ${most} s are possible`)
    return seconds ?? most
  }

  return {
    id: 'steering-approval',
    card: {
      name: 'Approval of a proposal',
      description:
        'Approves an open proposal within the bounds for agents, if the policies of the fleet let you and you did not ask for ' +
        'it. Data: {proposal, seconds?}.',
      tags: ['network', 'steering'],
      examples: ['approve transit-7'],
    },
    claims: ({ text, data }) => !('proposal' in data) && /^\s*approve\s+\S+-\d+/i.test(text),
    async take(task, wanted) {
      const { proposal: id, seconds } = readData(approvalSchema, saidData(wanted))
      const before = proposals.find(id)?.approval
      // Cut off after it was made: once is enough.
      if (before?.state === 'in-force' && before.approver?.id === task.agent) return done(task, id, before)
      if (rate.ask(task.agent, now()) > 0) throw refused(`${task.name} may approve ${commentsPerMinute} times a minute`)
      const lasts = secondsWithin(task, openProposal(proposals, id), seconds)
      const approver: Actor = { kind: 'agent', id: task.agent, name: task.name }
      making++
      try {
        return done(task, id, await approve(id, { seconds: lasts, by: 'agent', approver, run: 'live' }))
      } catch (error) {
        if (error instanceof ApprovalProblem) throw new ProblemError(problemOf(error.status, error.message))
        throw error
      } finally {
        making--
      }
    },
  }
}

const done = ({ id: task }: KeptTask, id: string, approval: Approval): TaskChange => ({
  state: 'completed',
  text: `${id} is approved until ${approval.until}`,
  artifacts: [{ id: `${task}-approval`, name: 'approval', parts: [{ data: approval }] }],
})

/** @throws {ProblemError} 404, 409 */
function openProposal(proposals: SteeringSkillParts['proposals'], id: string): Proposal {
  const found = proposals.find(id)
  if (found?.state === 'open') return found
  const open = proposals.all().flatMap((one) => (one.state === 'open' ? [one.id] : []))
  const near = open.length === 0 ? 'none is open' : `open are ${open.slice(0, 3).join(', ')}`
  if (found === undefined) throw new ProblemError(problemOf(404, `there is no proposal "${id}"; ${near}`))
  throw refused(`${id} is ${found.state}; ${near}`)
}

/** A sentence names the proposal; what follows a colon is the comment. */
function saidData({ text, data }: Wanted): Readonly<Record<string, unknown>> {
  if ('proposal' in data) return data
  const [, proposal] = /\b([\w.-]{1,128}-\d{1,9})\b/.exec(text) ?? []
  const [, comment] = /:\s*(.+)$/s.exec(text) ?? []
  return {
    ...(proposal === undefined ? {} : { proposal }),
    ...(comment === undefined ? {} : { comment: comment.trim() }),
    ...(/\bask\b/i.test(text) ? { ask: 'approval' } : {}),
    ...data,
  }
}

/** @throws {ProblemError} 400 */
function readData<Schema extends z.ZodObject>(
  schema: Schema,
  data: Readonly<Record<string, unknown>>,
): z.infer<Schema> {
  const read = schema.safeParse(data)
  if (read.success) return read.data
  throw new ProblemError(queryProblem(read.error.issues, Object.keys(schema.shape), data))
}

const refused = (problem: string): ProblemError => new ProblemError(problemOf(409, problem))
