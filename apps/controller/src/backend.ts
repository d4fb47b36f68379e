/** Implements the backend of the HTTP API over the parts of the controller. @module */
import type { Neighbourhood } from '@vagus/asa'
import { type Actor, actorText, apiVersion, type DeviceList, type Expected, type LinkList } from '@vagus/api'
import type { Approval, ApprovalResource } from '@vagus/api/steering'
import type { ControlStore, FlowStore, StoreStats } from '@vagus/store'
import { StoreError } from '@vagus/store'
import { UnavailableError } from '@vagus/linux'
import type { AuditDesk } from './audit/audit-desk.ts'
import { SnapshotDesk } from './backup/snapshot-desk.ts'
import type { AgentDesk } from './agents/agent-desk.ts'
import type { RosterDesk } from './rosters/roster-desk.ts'
import type { Camara } from './camara/camara.ts'
import type { CollectorThread } from './collector/collector-thread.ts'
import type { DomainState } from './domain-state.ts'
import type { View } from './domain/view.ts'
import type { MatrixDesk } from './estimation/matrix-desk.ts'
import type { EventLog } from './events/event-log.ts'
import type { LinkForecasts } from './forecast/link-forecasts.ts'
import type { Backend, Steering } from './http/backend.ts'
import { ProblemError, problemOf } from './http/problem.ts'
import type { JoinDesk } from './joining/join-desk.ts'
import type { LineDesk } from './lines/line-desk.ts'
import type { NegotiationFigures } from './negotiation/negotiation-times.ts'
import type { IntentDesk } from './intents/intent-desk.ts'
import { whoisMetrics } from './resources/agent-metrics.ts'
import { counterMetrics } from './resources/counter-metrics.ts'
import { countersOf, deviceInterfacesOf } from './resources/counters.ts'
import { borderListOf, troubledBordersOf } from './resources/borders.ts'
import { devicesOf } from './resources/devices.ts'
import { forecastMetrics } from './resources/forecast-metrics.ts'
import { exportersOf } from './resources/exporters.ts'
import { exportOf } from './resources/export.ts'
import { intentMetrics, intentStatusOf } from './resources/intent-metrics.ts'
import { ipv6ShareResource } from './resources/ipv6-share.ts'
import { joinsOf } from './resources/joins.ts'
import { lineMetrics, lineStatus } from './resources/line-metrics.ts'
import { linkLoadOf } from './resources/link-load.ts'
import { linksOf } from './resources/links.ts'
import { matrixOf } from './resources/matrix.ts'
import { neighboursOf } from './resources/neighbours.ts'
import { metricsText } from './resources/metrics.ts'
import { approvalWithOwed, proposalListOf, withOwed } from './resources/proposals.ts'
import { statusOf } from './resources/status.ts'
import {
  agentConnectionMetrics,
  leaseMetrics,
  negotiationMetrics,
  steeringMetrics,
} from './resources/steering-metrics.ts'
import { timeText } from './resources/windows.ts'
import { topOf } from './resources/top.ts'
import { topologyOf } from './resources/topology.ts'
import { transferTimesOf } from './resources/transfer-times.ts'
import { trafficSeriesOf } from './resources/traffic-series.ts'
import type { SnmpDesk } from './snmp/snmp-desk.ts'
import type { ApprovalDesk } from './steering/approval/approval-desk.ts'
import { ApprovalProblem } from './steering/approval/approval-problem.ts'
import type { LeaseBook } from './steering/approval/lease-book.ts'
import type { AutonomyDesk } from './steering/autonomy/autonomy-desk.ts'
import type { TimedAsker } from './steering/approval/timed-asker.ts'
import type { SteeringDesk } from './steering/steering-desk.ts'
import type { CommitWatch } from './telemetry/commit-watch.ts'
import { type AgentAnswer, askAgent } from './telemetry/ask-agent.ts'
import type { TelemetryHub } from './telemetry/hub.ts'
import type { UnusualDesk } from './unusual/unusual-desk.ts'
import { agentFlowsOf, agentTrafficOf, marked } from './whois/agent-flows.ts'
import type { OpenedWhois } from './whois/open-whois.ts'
import { deviceTopOf, linkTelemetryListOf, measuredLinksOf } from './telemetry/resources.ts'

export interface BackendParts {
  readonly audit: AuditDesk
  readonly agents: AgentDesk
  readonly rosters: RosterDesk
  readonly whois: OpenedWhois
  readonly intents: IntentDesk
  readonly version: string
  readonly home: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** When the state was created, milliseconds since 1970. */
  readonly since: number
  readonly state: DomainState
  readonly collector: CollectorThread
  readonly snmp: SnmpDesk
  readonly store: FlowStore
  readonly control: ControlStore
  readonly events: EventLog
  /** `undefined` when GRASP is off. */
  readonly neighbourhood: Neighbourhood | undefined
  /** Undefined where the configuration has no `bgp.listen`. */
  readonly telemetry: TelemetryHub | undefined
  readonly matrix: MatrixDesk
  readonly forecasts: LinkForecasts
  /** Undefined where the configuration does not want it. */
  readonly unusual: UnusualDesk | undefined
  readonly steering: SteeringDesk
  readonly approvals: ApprovalDesk
  readonly autonomy: AutonomyDesk
  readonly book: LeaseBook
  readonly commits: Pick<CommitWatch, 'commits'>
  /** Undefined where the configuration has no `lines`. */
  readonly lines: LineDesk | undefined
  /** Undefined where the configuration has no `camara`. */
  readonly camara: Camara | undefined
  /** Undefined where the configuration has no `join`. */
  readonly joins: JoinDesk | undefined
  /** Undefined where the configuration has no `agent`. */
  readonly asker: TimedAsker | undefined
  /** Of negotiations of parts of lines; undefined as `asker`. */
  readonly lineFigures: (() => NegotiationFigures) | undefined
}

/** Without a report for this time the collector is stuck; it sends one per second. */
const reportDeadline = 10_000
/** Of the loads that a question about transfers looks at, milliseconds: what counts is their `now`. */
const transferWindow = 10_000
/** The status must not wait long for a busy store, in milliseconds. */
const statsDeadline = 2000

export function createBackend(parts: BackendParts): Backend {
  const { collector, control, events, state, store } = parts
  const view = (): View => viewOf(parts)
  const stats = statsOf(store)
  const unreadiness = async (): Promise<readonly string[]> =>
    unreadinessOf(state, (await stats()).problem, control.problem)
  return {
    audit: parts.audit,
    agents: parts.agents,
    rosters: parts.rosters,
    intents: parts.intents,
    steering: steeringOf(parts),
    lines: parts.lines,
    joins: parts.joins && joinsOf(parts.joins),
    camara: parts.camara,
    events,
    snapshots: new SnapshotDesk({ ...parts, domain: state.config.domain }),
    config: () => state.config,
    status: () =>
      answered(async () => {
        const found = await stats()
        const borders = troubledBordersOf(parts.steering.watches, parts.steering.proposals, parts.asker !== undefined)
        return statusOf(view(), found.stats, unreadinessOf(state, found.problem, control.problem), {
          borders,
          lines: lineStatus(parts.lines?.state),
          intents: intentStatusOf(parts.intents),
          counters: countersOf(view(), parts.snmp),
        })
      }),
    top: (request) => answered(async () => marked(await topOf(view(), request), parts.whois.book, parts.whois.nameOf)),
    whois: (asked, at) => parts.whois.desk.answer(asked, at),
    agentFlows: (request) => answered(() => agentFlowsOf(view(), parts.whois.book, parts.whois, request)),
    agentTraffic: (name, window) =>
      answered(async () => {
        const agent = parts.agents.find(name)
        return agent && agentTrafficOf(view(), parts.whois, { id: agent.id, name: agent.name }, window)
      }),
    exportFlows: (window, signal) => answered(() => exportOf(view(), window, signal)),
    matrix: ({ between, version, cells, window }) =>
      answered(() => matrixOf(view(), between, version, window, cells === 'all' ? parts.matrix : undefined)),
    links: (window) => answered(async () => withExpected(withMeasured(await linksOf(view(), window), parts), parts)),
    linkLoad: (name, window) =>
      answered(async () => {
        const load = await linkLoadOf(view(), name, window)
        return load && { ...load, ...expectedOf(name, parts) }
      }),
    transferTimes: (asked) =>
      answered(async () => {
        const { items } = withMeasured(await linksOf(view(), transferWindow), parts)
        return transferTimesOf({ config: state.config, links: items, lines: parts.lines, now: Date.now() }, asked)
      }),
    devices: (window) => answered(async () => withAgents(await devicesOf(view(), window), parts)),
    exporters: async () => ({ ...exportersOf(view()), counters: countersOf(view(), parts.snmp) }),
    deviceInterfaces: (device) => deviceInterfacesOf(view(), parts.snmp, device),
    topology: () => topologyOf(view()),
    neighbours: () => neighboursOf(parts.neighbourhood, Date.now()),
    commits: () => [...parts.commits.commits()],
    telemetryLinks: () => linkTelemetryListOf(parts.telemetry?.table, state.config, Date.now()),
    telemetryTop: (device, kind) => deviceTopOf(parts.telemetry?.table, device, kind, Date.now()),
    unusual: (last) => parts.unusual?.list(last, Date.now()),
    askAgent: (device, path) => askAgentOf(state, device, path),
    ipv6Share: (window) => answered(() => ipv6ShareResource(view(), window)),
    trafficSeries: (request) => answered(() => trafficSeriesOf(view(), request)),
    unreadiness,
    metrics: async () =>
      metricsText({
        view: view(),
        store: (await stats()).stats,
        agents: [...parts.agents.metrics(), ...whoisMetrics(parts.whois.book)],
        steering: [
          ...steeringMetrics(parts.steering.watches, parts.steering.proposals),
          ...leaseMetrics(parts.steering.watches, parts.book.held),
          ...agentConnectionMetrics(state.config.devices, parts.asker),
          ...negotiationMetrics(parts.asker?.figures),
          ...lineMetrics(parts.lines?.state, parts.lineFigures?.()),
          ...intentMetrics(parts.intents),
          ...counterMetrics(countersOf(view(), parts.snmp)),
          ...forecastMetrics(state.config.links, parts.forecasts),
        ],
        events: events.lastId,
        residentOctets: process.memoryUsage.rss(),
      }),
  }

  /** An unavailable part is a 503 with the reason, not an internal error. */
  async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof UnavailableError) && !(error instanceof StoreError)) throw error
      throw new ProblemError(problemOf(503, error.message))
    }
  }

  function viewOf({ version, startedAt, since, home }: BackendParts): View {
    const { config, directory, domain, measurements, coverageHistory, report, records, recordsOf } = state
    return {
      version,
      startedAt,
      since,
      now: Date.now,
      home,
      config,
      directory,
      domain,
      measurements,
      coverageHistory,
      report,
      records,
      recordsOf,
      collector,
      store,
      addressOf: (exporter) => state.addressOf(exporter),
      exportersAt: (address) => state.exportersAt(address),
    }
  }
}

function steeringOf({ steering, approvals, autonomy, book, state }: BackendParts): Steering {
  const resourceOf = async (proposal: string, approval: Promise<Approval>): Promise<ApprovalResource> => {
    try {
      return { apiVersion, kind: 'Approval', proposal, ...approvalWithOwed(proposal, await approval, book) }
    } catch (error) {
      if (!(error instanceof ApprovalProblem)) throw error
      throw new ProblemError(problemOf(error.status, error.message))
    }
  }
  return {
    approve: (id, wish, by) => resourceOf(id, approvals.approve(id, { ...wish, by: 'operator', ...namedOf(by) })),
    endApproval: (id, by) =>
      resourceOf(
        id,
        approvals.end(id, {
          by: 'operator',
          because: `${by.name === null ? 'the operator' : actorText(by)} ended it`,
          ...namedOf(by),
        }),
      ),
    borders: () =>
      state.config.steering.enabled
        ? borderListOf(steering.watches, Date.now(), (watch) => autonomy.of(watch))
        : undefined,
    proposals: (query) => proposalListOf(steering.proposals, book, query, Date.now()),
    proposal(id) {
      const found = steering.proposals.find(id)
      return found && { apiVersion, kind: 'Proposal', now: new Date().toISOString(), ...withOwed(found, book) }
    },
  }
}

/** Nothing of an operator without a name: then the word says all. */
const namedOf = (by: Actor): { readonly approver?: Actor } => (by.name === null ? {} : { approver: by })

/** With who is connected of the agents that negotiate. */
function withAgents(list: DeviceList, { state, asker }: BackendParts): DeviceList {
  const ids = new Map(state.config.devices.map(({ name, id }) => [name, id]))
  const items = list.items.map((device) => {
    const id = ids.get(device.name)
    if (id === undefined) return device
    const since = asker?.connectedSince(id)
    return { ...device, agent: { id, connectedSince: since === undefined ? null : timeText(since) } }
  })
  return { ...list, items }
}

function withExpected(list: LinkList, parts: BackendParts): LinkList {
  return { ...list, items: list.items.map((link) => ({ ...link, ...expectedOf(link.name, parts) })) }
}

/** Empty for a link of which nothing is known. */
function expectedOf(name: string, { state, forecasts }: BackendParts): { readonly expected?: Expected } {
  const link = state.config.links.find((one) => one.name === name)
  const expected = link && forecasts.expectedOf(link)
  return expected === undefined ? {} : { expected }
}

function withMeasured(list: LinkList, { telemetry, state }: BackendParts): LinkList {
  if (telemetry === undefined) return list
  const measured = measuredLinksOf(telemetry.table, state.config, Date.now())
  const items = list.items.map((link) => {
    const one = measured.get(link.name)
    return one === undefined ? link : { ...link, measured: one }
  })
  return { ...list, items }
}

async function askAgentOf(
  { config }: DomainState,
  name: string,
  path: string,
): Promise<AgentAnswer | { readonly problem: string }> {
  const device = config.devices.find((one) => one.name === name)
  if (device === undefined) return { problem: `there is no device "${name}"; see /v1/devices` }
  if (device.agent === undefined)
    return { problem: `the configuration names no control socket of the agent of ${name}` }
  try {
    return await askAgent(device.agent, path)
  } catch (error) {
    return { problem: `the agent of ${name} does not answer at ${device.agent}: ${(error as Error).message}` }
  }
}

type Stats = { readonly stats: StoreStats | undefined; readonly problem: string }

/** One query at a time for all callers; its answer is valid for a second. */
function statsOf(store: FlowStore): () => Promise<Stats> {
  let latest: { readonly at: number; readonly answer: Promise<Stats> } | undefined
  return () => {
    const now = performance.now()
    if (latest === undefined || now - latest.at > 1000) {
      const answer = store.stats({ deadline: statsDeadline }).then(
        (stats): Stats => ({ stats, problem: stats.problem }),
        (error: unknown): Stats => ({
          stats: undefined,
          problem: error instanceof Error ? error.message : String(error),
        }),
      )
      latest = { at: now, answer }
    }
    return latest.answer
  }
}

function unreadinessOf({ report }: DomainState, storeProblem: string, controlProblem: string): readonly string[] {
  const reasons: string[] = []
  if (report === undefined) reasons.push('collector: has not reported yet')
  else if (Date.now() - report.at > reportDeadline) reasons.push('collector: has not reported for 10 s')
  else if (report.log.state !== 'ok') reasons.push(`log: ${report.log.problem}`)
  if (storeProblem !== '') reasons.push(`store: ${storeProblem}`)
  if (controlProblem !== '') reasons.push(controlProblem) // which says what it is about
  return reasons
}
