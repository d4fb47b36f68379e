/** The interface between HTTP API and controller. Windows are in milliseconds. @module */
import type {
  Actor,
  AgentList,
  AgentResource,
  AgentsQuery,
  Config,
  DeviceList,
  Dimension,
  ExporterList,
  FlowTop,
  Ipv6Share,
  LinkList,
  LinkLoad,
  Matrix,
  NeighbourList,
  RosterList,
  RosterResource,
  SessionList,
  Status,
  Topology,
  TrafficSeries,
} from '@vagus/api'
import type { AuditHead, AuditList, AuditQuery, AuditTrace } from '@vagus/api/audit'
import type { DeviceInterfaces } from '@vagus/api/counters'
import type { JoinDecision, JoinList, JoinResource } from '@vagus/api/joins'
import type { LineChange, LineList, LineQuote, LineRequest, LineResource, LineState } from '@vagus/api/lines'
import type { IntentList, IntentResource } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import type { SeriesDimension } from '@vagus/api/series'
import type { ApprovalResource, BorderList, Proposal, ProposalList, ProposalResource } from '@vagus/api/steering'
import type { CommitNoticeList } from '@vagus/api/southbound'
import type { AgentFlows, AgentGroup, AgentTraffic, Whois } from '@vagus/api/whois'
import type { DeviceTop, LinkTelemetryList } from '@vagus/api/telemetry'
import type { TransferTimes, TransferTimesQuery } from '@vagus/api/transfers'
import type { UnusualList } from '@vagus/api/unusual'
import type { SnapshotDesk } from '../backup/snapshot-desk.ts'
import type { Unpublished } from '../agents/agent-list.ts'
import type { Camara } from '../camara/camara.ts'
import type { ReadReport } from '../agents/read-report.ts'
import type { Holding } from '../agents/session-reports.ts'
import type { IntentPublication } from '../intents/intent-book.ts'
import type { Publication } from '../rosters/roster-book.ts'
import type { EventLog } from '../events/event-log.ts'
import type { AgentAnswer } from '../telemetry/ask-agent.ts'
import type { FilterTerm } from './filter.ts'

/** `to` undefined is now, and stays now. */
export interface RequestedWindow {
  readonly milliseconds: number
  readonly to: number | undefined
}

export interface TopRequest {
  readonly by: readonly Dimension[]
  readonly n: number
  readonly window: RequestedWindow
  readonly filter: readonly FilterTerm[]
}

export interface AgentFlowsRequest extends Pick<TopRequest, 'n' | 'window'> {
  readonly by: AgentGroup
}

interface MatrixRequest extends Pick<Matrix, 'between' | 'version'> {
  /** `measured`: without estimates. */
  readonly cells: 'all' | 'measured'
  readonly window: RequestedWindow
}

export interface SeriesRequest extends Omit<TopRequest, 'by'> {
  readonly by: SeriesDimension
}

/** A file that is sent. */
export interface FileAnswer {
  readonly octets: number
  /** Since when the records of the window are kept; undefined when all are. Milliseconds since 1970. */
  readonly keptSince: number | undefined
  readonly stream: ReadableStream<Uint8Array>
}

/** Why a session report is not taken. */
export type Unreported =
  | { readonly type: 'unlisted' }
  | Extract<ReadReport, { readonly type: 'refused' }>
  | Exclude<Holding, { readonly type: 'held' }>

/** The agents of the domain. */
export interface Agents {
  /**
   * All that is given must hold. `n`: no more than so many, the reachable ones first. `unknownFleet`: there is no roster of
   * that owner.
   */
  all(query: AgentsQuery): AgentList | { readonly unknownFleet: string }
  find(name: string): AgentResource | undefined
  publish(
    name: string,
    document: string,
  ): { readonly type: 'added' | 'renewed'; readonly agent: AgentResource } | Unpublished
  /** Takes it off the list until it publishes itself again; undefined when there is none of that name or id. */
  forget(name: string, by: Actor): AgentResource | undefined
  /** Takes what the agent of that name has signed of its sessions. */
  report(name: string, jws: string): { readonly type: 'taken' } | Unreported
  /** `unknown`: what is neither on the list nor an agent's id. */
  sessions(query: {
    readonly agent?: string | undefined
    readonly peer?: string | undefined
  }): SessionList | { readonly unknown: string }
}

/** Who publishes a roster: `source` is where others than the operator come from, as `sourceOf` has it. */
export type Publisher = 'operator' | { readonly source: string }

/**
 * Why a roster is not published. `unknown`: no owner is meant; `stranger`: the owner may not, without the operator's key;
 * `tiresome`: too many from there were not believed, so that nothing is verified for so many milliseconds.
 */
export type Unpublishable =
  | { readonly type: 'unknown' }
  | { readonly type: 'stranger' }
  | { readonly type: 'tiresome'; readonly milliseconds: number }
  | Exclude<Publication, { readonly roster: unknown }>

/** The rosters of fleets. An owner is meant by its id, or by its name. */
export interface Rosters {
  all(): RosterList
  find(owner: string): RosterResource | undefined
  /**
   * The newest, or the first one later than that of the epoch `after`, for which it waits so many milliseconds. Where
   * `rotations` says how often its owner's key had been replaced, one after a further rotation is later, whatever its epoch.
   * `unknown`: there is none of that owner. `leave`: who asked has gone, or nobody is to wait any more.
   */
  newest(
    owner: string,
    query: {
      readonly after: number | undefined
      readonly rotations?: number | undefined
      readonly milliseconds: number
      readonly leave: readonly AbortSignal[]
    },
  ): Promise<{ readonly type: 'newer'; readonly jws: string } | { readonly type: 'unchanged' | 'unknown' }>
  publish(
    owner: string,
    jws: string,
    by: Publisher,
  ): { readonly type: 'added' | 'renewed' | 'unchanged'; readonly roster: RosterResource } | Unpublishable
  /** Takes it away until its owner publishes again; undefined when there is none. */
  forget(owner: string, by: Actor): RosterResource | undefined
}

/** What the operator wants. Each throws {ProblemError} 404 where the configuration names no owner. */
export interface Intents {
  list(): IntentList
  /** Undefined when there is none of that name. */
  find(name: string): IntentResource | undefined
  /** The signed set; undefined: none is known yet. */
  signed(): string | undefined
  places(): IntentPlaces
  /** @param source where it comes from, as `sourceOf` has it */
  publish(
    jws: string,
    source: string,
  ):
    | { readonly type: 'added' | 'renewed' | 'unchanged'; readonly list: IntentList }
    | { readonly type: 'tiresome'; readonly milliseconds: number }
    | Exclude<IntentPublication, { readonly set: unknown }>
}

/** What borders show, and what is proposed. */
export interface Steering {
  /** Undefined while the configuration has it off. */
  borders(): BorderList | undefined
  /** `last` in milliseconds; undefined is any state. */
  proposals(query: {
    readonly state: Proposal['state'] | 'in-force' | undefined
    readonly last: number
    readonly n: number
  }): ProposalList
  /** Undefined when there is none of that id. */
  proposal(id: string): ProposalResource | undefined
  /** For the operator, for so many seconds. @throws {ProblemError} 404, 409, 503 */
  approve(
    id: string,
    wish: { readonly seconds: number; readonly run: 'dry' | 'live' },
    by: Actor,
  ): Promise<ApprovalResource>
  /** For the operator, before its time is over. @throws as `approve` */
  endApproval(id: string, by: Actor): Promise<ApprovalResource>
}

/** Private lines, where the configuration has `lines`. Each may throw {ProblemError}: 400, 409 or 503. */
export interface Lines {
  quote(request: LineRequest): LineQuote
  /** `known`: of an order with the same key. */
  order(
    request: LineRequest,
    key: string | undefined,
    by: Actor,
  ): { readonly type: 'ordered' | 'known'; readonly line: LineResource }
  list(query: { readonly state?: LineState | undefined }): LineList
  /** Undefined when there is none of that id; so with the next two. */
  find(id: string): LineResource | undefined
  change(id: string, change: LineChange, by: Actor): Promise<LineResource | undefined>
  release(id: string, by: Actor): Promise<LineResource | undefined>
  /** Of one that an agent asked for beyond its bounds. */
  approve(id: string, by: Actor): Promise<LineResource | undefined>
}

/** Boxes that join, where the configuration has `join`. */
export interface Joins {
  list(): JoinList
  /** Undefined when there is none of that serial number. */
  find(serial: string): JoinResource | undefined
  /** Of the operator. @throws {ProblemError} 400, 404, 409, 503; {StoreError} */
  decide(serial: string, decision: JoinDecision, by: Actor): JoinResource
}

/** The record of what happened. Each may throw {StoreError} where the disk is damaged. */
export interface Audit {
  list(query: AuditQuery): AuditList
  /** Undefined when there is nothing of that id. */
  trace(id: string): AuditTrace | undefined
  head(): AuditHead
  /** Lines with their ends, some at once. */
  record(): Generator<string>
}

export interface Backend {
  readonly audit: Audit
  readonly agents: Agents
  readonly rosters: Rosters
  readonly intents: Intents
  readonly steering: Steering
  /** Undefined where the configuration has none. */
  readonly lines: Lines | undefined
  /** Undefined where the configuration has none. */
  readonly joins: Joins | undefined
  /** Undefined where the configuration has none. */
  readonly camara: Camara | undefined
  readonly events: EventLog
  readonly snapshots: Pick<SnapshotDesk, 'take'>
  config(): Config
  status(): Promise<Status>
  top(request: TopRequest): Promise<FlowTop>
  /** @param at milliseconds since 1970; undefined: now */
  whois(asked: string, at: number | undefined): Whois
  agentFlows(request: AgentFlowsRequest): Promise<AgentFlows>
  /** Of the last `window` milliseconds; undefined when there is no agent of that name or id. */
  agentTraffic(name: string, window: number): Promise<AgentTraffic | undefined>
  /** Single records as a Parquet file; `signal` cancels it. */
  exportFlows(window: RequestedWindow, signal: AbortSignal): Promise<FileAnswer>
  matrix(request: MatrixRequest): Promise<Matrix>
  links(window: number): Promise<LinkList>
  /** Undefined when there is no such link. */
  linkLoad(name: string, window: number): Promise<LinkLoad | undefined>
  /** @throws {ProblemError} for sites that there are not */
  transferTimes(asked: TransferTimesQuery): Promise<TransferTimes>
  devices(window: number): Promise<DeviceList>
  /** As the device told when it was asked by SNMP; a problem for one that is not. */
  deviceInterfaces(device: string): DeviceInterfaces | { readonly problem: string }
  exporters(): Promise<ExporterList>
  topology(): Topology
  neighbours(): NeighbourList
  ipv6Share(window: number): Promise<Ipv6Share>
  trafficSeries(request: SeriesRequest): Promise<TrafficSeries>
  telemetryLinks(): LinkTelemetryList
  /** Told within the last so many milliseconds; undefined where it is not watched. */
  unusual(last: number): UnusualList | undefined
  /** Newest first. */
  commits(): CommitNoticeList['items']
  /** Undefined when no agent tells of such a device. */
  telemetryTop(device: string, view: DeviceTop['view']): DeviceTop | undefined
  /** The answer of the device's agent to a GET; a reason when it cannot be asked. */
  askAgent(device: string, path: string): Promise<AgentAnswer | { readonly problem: string }>
  /** Why the controller cannot do its work; empty when it can. */
  unreadiness(): Promise<readonly string[]>
  /** Prometheus text. */
  metrics(): Promise<string>
}
