/** Joins the network as an A2A agent to the controller: its clock, its lines, its events, its proposals. @module */
import { randomUUID } from 'node:crypto'
import type { Config } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import type { Hono } from 'hono'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { type EventLog, maxEvents } from '../events/event-log.ts'
import { IncidentDesk, incidentKeeper } from '../incidents/incident-desk.ts'
import type { AgentLines } from '../lines/agents/agent-lines.ts'
import type { Standing } from '../lines/agents/line-orderers.ts'
import type { LineBook } from '../lines/line-book.ts'
import type { Ask } from '../mcp/answer.ts'
import type { ApprovalDesk } from '../steering/approval/approval-desk.ts'
import type { SteeringDesk } from '../steering/steering-desk.ts'
import { a2aApp } from './a2a-app.ts'
import { networkCard } from './agent-card.ts'
import { NetworkAgent } from './network-agent.ts'
import { PushDesk, type PostTo } from './push-desk.ts'
import { diagnosisSkill, incidentSkill } from './skills/incident.ts'
import { insightSkill } from './skills/insight.ts'
import { privateLineSkill } from './skills/private-line.ts'
import { approvalSkill, proposalSkill } from './skills/steering.ts'
import { TaskBook } from './task-book.ts'
import { TaskDesk, type TaskDeskParts } from './task-desk.ts'
import { taskKeeper } from './task-keeper.ts'

export interface OpenNetworkAgent {
  readonly version: string
  readonly control: ControlStore
  readonly events: EventLog
  readonly state: DomainState
  readonly lineBook: LineBook
  /** Undefined where the configuration has no `lines`. */
  readonly lines: { readonly agents: AgentLines; readonly proofOf: (id: string) => string | null } | undefined
  readonly steering: SteeringDesk
  readonly approvals: ApprovalDesk
  readonly standingOf: (agent: string) => Standing
  readonly refusalOf: TaskDeskParts['refusalOf']
  /** Asks the HTTP API of this process. */
  readonly ask: Ask
  readonly post: PostTo
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export interface OpenedNetworkAgent {
  readonly app: Hono
  stop(): void
}

export function openNetworkAgent(parts: OpenNetworkAgent): OpenedNetworkAgent {
  const { version, control, events, state, lineBook, lines, steering, approvals, standingOf, report } = parts
  const stop = new AbortController()
  const book = new TaskBook(taskKeeper(control, Date.now))
  const incidents = new IncidentDesk({
    events,
    keeper: incidentKeeper(control, Date.now),
    topology: topologyOf(() => state.config),
    now: Date.now,
    report,
  })
  const domain = state.config.fleet?.owner ?? 'network'
  const ofSteering = {
    ...parts,
    proposals: steering.proposals,
    approve: approvals.approve.bind(approvals),
    config: () => state.config.steering,
    said: () => events.read(0, maxEvents, (event) => event === 'steering.commented' || event === 'steering.asked'),
    now: Date.now,
  }
  const sites = (): readonly string[] => state.config.sites.map(({ name }) => name)
  const desk = new TaskDesk({
    book,
    skills: [
      diagnosisSkill({ incidents, domain }),
      incidentSkill({ incidents, domain, now: Date.now }),
      approvalSkill(ofSteering),
      proposalSkill(ofSteering),
      ...(lines === undefined
        ? []
        : [privateLineSkill({ lines: lines.agents, book: lineBook, proofOf: lines.proofOf, sites })]),
      insightSkill({ ask: parts.ask, clock: () => performance.now() }),
    ],
    refusalOf: parts.refusalOf,
    barred(agent) {
      const standing = standingOf(agent)
      return standing.type === 'barred' ? standing.because : undefined
    },
    newId: randomUUID,
    now: Date.now,
    report,
  })
  const push = new PushDesk({ desk, post: parts.post, newId: randomUUID, now: Date.now, report })
  const unwatch = [lineBook.watch(() => desk.look()), book.watch(() => push.step())]
  incidents.watch(() => {
    for (const { id, skill } of book.open) if (skill === 'incident') book.tell(id)
  })
  const clock = setInterval(() => {
    incidents.step()
    desk.step()
    push.step()
  }, 1000)
  desk.step()
  const card = networkCard(version, desk.skills, { push: true })
  const handler = new NetworkAgent({ desk, card, push, newId: randomUUID })
  return {
    app: a2aApp({ handler, card, standingOf, signal: stop.signal }),
    stop() {
      clearInterval(clock)
      for (const end of unwatch) end()
      incidents.stop()
      desk.stop()
      stop.abort()
    },
  }
}

function topologyOf(config: () => Pick<Config, 'links'>) {
  const isAt = (device: string) => (link: Config['links'][number]) => link.a.node === device || link.z.node === device
  return {
    linksOf: (device: string) =>
      config()
        .links.filter(isAt(device))
        .map(({ name }) => name),
    endsOf: (name: string) =>
      config()
        .links.filter((link) => link.name === name)
        .flatMap(({ a, z }) => [a.node, z.node]),
  }
}
