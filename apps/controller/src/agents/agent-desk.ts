/** Where agents publish themselves and tell of their sessions: the list, the reports, and the events that they make. @module */
import type { Agent, AgentResource, AgentsQuery, Membership, SessionList } from '@vagus/api'
import { type Actor, operator } from '@vagus/api/actor'
import { shortId } from '@vagus/api/agent-id'
import { type AgentId, type CompactJws, type IdentityCrypto, isAgentId } from '@vagus/identity'
import type { SiteOf } from '../domain/site-lookup.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import type { Agents } from '../http/backend.ts'
import type { Metric } from '@vagus/signals'
import { agentMetrics } from '../resources/agent-metrics.ts'
import { agentListOf, agentResource, type AgentView, usableLocators } from '../resources/agents.ts'
import { sessionListOf } from '../resources/sessions.ts'
import type { AgentList, ListedAgent } from './agent-list.ts'
import { KeyWatch, type TwoPlaces } from './key-watch.ts'
import { type NameOf, pathText } from './path-text.ts'
import { readReport } from './read-report.ts'
import { SessionEvents } from './session-events.ts'
import { type HeldReport, SessionReports } from './session-reports.ts'

/** Of one name; a fleet that loses a relay must leave room for what else happens. */
const eventsPerMinute = 50

export interface AgentDeskParts {
  readonly list: AgentList
  readonly crypto: IdentityCrypto
  /** By the configuration of the moment. */
  readonly siteOf: SiteOf
  /** What an agent is in a fleet whose roster is here. */
  readonly membershipOf: (id: AgentId) => Omit<Membership, 'enforces'> | undefined
  /** Whether an agent is an active member of that owner's fleet; undefined where no roster of that owner holds here. */
  readonly fleetOf: (owner: AgentId) => ((id: AgentId) => boolean) | undefined
  readonly tell: (draft: EventDraft) => void
  /** Hears what agents say, once it is believed. */
  readonly watch?: AgentWatch
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface AgentWatch {
  reported(report: HeldReport, reportOf: (id: AgentId) => HeldReport | undefined): void
  /** Those whose reports hold no longer. */
  lapsed(reports: readonly HeldReport[]): void
  listed(agent: ListedAgent): void
  unlisted(agent: ListedAgent): void
}

export class AgentDesk implements Agents {
  readonly #parts: AgentDeskParts
  readonly #reports = new SessionReports()
  readonly #events: SessionEvents
  readonly #keys = new KeyWatch()
  readonly #flood = new FloodGuard(eventsPerMinute)

  constructor(parts: AgentDeskParts) {
    this.#parts = parts
    this.#events = new SessionEvents(parts.now())
  }

  all(query: AgentsQuery): ReturnType<Agents['all']> {
    const { list, fleetOf, now } = this.#parts
    const agents = list.all(now())
    if (query.fleet === undefined) return agentListOf(agents, query, this.#view())
    const isMember = fleetOf(query.fleet)
    if (isMember === undefined) return { unknownFleet: query.fleet }
    return agentListOf(
      agents.filter(({ identity }) => isMember(identity.id)),
      query,
      this.#view(),
    )
  }

  find(name: string): AgentResource | undefined {
    const { list, now } = this.#parts
    const agent = list.find(name, now())
    return agent === undefined ? undefined : agentResource(agent, this.#view())
  }

  publish(name: string, document: CompactJws): ReturnType<Agents['publish']> {
    const { list, now } = this.#parts
    const published = list.publish(name, document, now())
    if (!('agent' in published)) return published
    this.#parts.watch?.listed(published.agent)
    if (published.type === 'added') this.#tell([listed(published.agent, now())])
    return { type: published.type, agent: agentResource(published.agent, this.#view()) }
  }

  forget(name: string, by: Actor = operator): AgentResource | undefined {
    const { list, now } = this.#parts
    const agent = list.forget(name, now())
    if (agent === undefined) return undefined
    this.#parts.watch?.unlisted(agent)
    const fields = { agent: agent.name, role: agent.identity.role }
    this.#tell([{ event: 'agent.forgotten', subject: agent.name, fields, by }])
    return agentResource(agent, this.#view())
  }

  report(name: string, jws: CompactJws): ReturnType<Agents['report']> {
    const { list, crypto, now } = this.#parts
    const agent = list.find(name, now())
    if (agent === undefined) return { type: 'unlisted' }
    const read = readReport(jws, agent, now(), crypto)
    if (read.type === 'refused') return read
    const { run, at } = read.report
    // Programs from before say no process: whoever tells as they do is one, too.
    this.#warn(this.#keys.signed(agent.identity.id, run ?? '', Date.parse(at), now()))
    const holding = this.#reports.hold(read.report, now())
    if (holding.type !== 'held') return holding
    const reportOf = (id: AgentId): HeldReport | undefined => this.#reports.of(id, now())
    this.#parts.watch?.reported(holding.report, reportOf)
    this.#warn(this.#keys.reported(holding.report, reportOf))
    list.hear(agent, read.report.ends === true ? 'ended' : 'told', now(), read.report.every)
    this.#tell(this.#events.take(holding.report, this.#nameOf()))
    return { type: 'taken' }
  }

  sessions({ agent, peer }: Parameters<Agents['sessions']>[0]): SessionList | { readonly unknown: string } {
    const filter = { agent: this.#idOf(agent), peer: this.#idOf(peer) }
    if (agent !== undefined && filter.agent === undefined) return { unknown: agent }
    if (peer !== undefined && filter.peer === undefined) return { unknown: peer }
    return sessionListOf(this.#reports.all(this.#parts.now()), filter, this.#nameOf())
  }

  metrics(): readonly Metric[] {
    const { list, now } = this.#parts
    return agentMetrics(list.all(now()), this.#reports.all(now()), now())
  }

  /** To be called about once a second: reports run out, and held back events are told. */
  step(): void {
    const ended = this.#reports.dropEnded(this.#parts.now())
    this.#parts.watch?.lapsed(ended)
    for (const { agent } of ended) this.#keys.lapsed(agent)
    const nameOf = this.#nameOf()
    this.#tell(ended.flatMap(({ agent }) => this.#events.end(agent, nameOf)))
  }

  /** What agents tell now, in the order received. */
  reports(): readonly HeldReport[] {
    return this.#reports.all(this.#parts.now())
  }

  /** Undefined when it is neither on the list nor an agent's id. */
  #idOf(word: string | undefined): AgentId | undefined {
    if (word === undefined) return undefined
    const { list, now } = this.#parts
    return list.find(word, now())?.identity.id ?? (isAgentId(word) ? word : undefined)
  }

  #view(): AgentView {
    const { siteOf, now } = this.#parts
    return { now: now(), siteOf, memberOf: (id) => this.#memberOf(id), movingOf: (id) => this.#movingOf(id) }
  }

  #memberOf(id: AgentId): Membership | undefined {
    const { membershipOf, now } = this.#parts
    const membership = membershipOf(id)
    if (membership === undefined) return undefined
    const told = this.#reports.of(id, now())?.roster
    return { ...membership, enforces: told?.owner === membership.owner ? told.epoch : null }
  }

  /** It tells all its peers the same. */
  #movingOf(id: AgentId): Agent['moving'] {
    const told = this.#reports.of(id, this.#parts.now())?.sessions.find(({ moving }) => moving?.by === 'agent')
    if (told?.moving === undefined) return undefined
    const { to, at, gapMs } = told.moving
    return { to, at, gapMs }
  }

  #nameOf(): NameOf {
    const { list, now } = this.#parts
    const at = now()
    return (id) => list.nameOf(id, at)
  }

  #warn(found: readonly TwoPlaces[]): void {
    const nameOf = this.#nameOf()
    this.#tell(found.map((one) => inTwoPlaces(one, nameOf)))
  }

  #tell(drafts: readonly EventDraft[]): void {
    this.#flood.step(drafts, this.#parts.now()).forEach(this.#parts.tell)
  }
}

function inTwoPlaces(found: TwoPlaces, nameOf: NameOf): EventDraft {
  const agent = nameOf(found.agent) ?? shortId(found.agent)
  if (found.how === 'two processes') return { event: 'agent.twice', subject: agent, fields: { agent } }
  const { teller, session } = found
  const primary = session.paths.find((path) => path.primary)
  const path = primary === undefined ? 'no path' : pathText(primary, nameOf)
  return { event: 'agent.elsewhere', subject: agent, fields: { agent, peer: nameOf(teller) ?? shortId(teller), path } }
}

function listed({ name, identity }: ListedAgent, now: number): EventDraft {
  const networks = usableLocators(identity, now).map(({ network }) => network)
  const fields = { agent: name, role: identity.role, networks: networks.join(', ') || 'no address' }
  return { event: 'agent.listed', subject: name, fields, by: { kind: 'agent', id: identity.id, name } }
}
