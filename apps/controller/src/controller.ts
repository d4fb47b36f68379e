/** Puts the controller together: control state, flow store, collector thread, HTTP. @module */
import { join } from 'node:path'
import type { Endpoint } from '@vagus/address'
import { operator } from '@vagus/api/actor'
import { parseDuration } from '@vagus/api/duration'
import { type Config, sentenceOf } from '@vagus/api'
import type { Tracer } from '@vagus/observability'
import { readKeyFile } from '@vagus/speaker'
import { type ControlStore, type FlowStore, openControlStore, openFlowStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { OwnAgent } from './own-agent/own-agent.ts'
import { openAudit } from './audit/open-audit.ts'
import { openAgents } from './agents/open-agents.ts'
import { createBackend } from './backend.ts'
import { type CollectorThread, startCollectorThread } from './collector/collector-thread.ts'
import type { CollectorDomain } from './collector/messages.ts'
import { type ConfigChanges, changesOf, inUseAfter } from './config/changes.ts'
import { parseFlowEndpoint } from './config/endpoint.ts'
import type { LoadedConfig } from './config/load.ts'
import { checkOwnAddresses } from './config/own-addresses.ts'
import { makeHome } from './config/usable-home.ts'
import { DomainState } from './domain-state.ts'
import { canonicalAddress } from './domain/directory.ts'
import { domainOf, numberedConfig, type Numbering, numberingOf } from './domain/numbering.ts'
import { MatrixDesk } from './estimation/matrix-desk.ts'
import type { EventDraft } from './events/event-draft.ts'
import { eventKeeper } from './events/event-keeper.ts'
import { EventLog } from './events/event-log.ts'
import { EventTraces } from './events/event-traces.ts'
import { draftOfStoreEvent } from './events/from-flow.ts'
import { openForecasts } from './forecast/open-forecasts.ts'
import { openApi } from './http/open-api.ts'
import { openIntents, startIntents } from './intents/open-intents.ts'
import { type Members, openMembers } from './joining/open-members.ts'
import { openFormerLines } from './lines/former-lines.ts'
import { openLineBook, openLines } from './lines/open-lines.ts'
import type { JoinFleet } from './member/join-fleet.ts'
import { fleetStanding, openMember } from './member/open-member.ts'
import { startCoverageClock } from './monitors/coverage-clock.ts'
import { openNeighbourhood } from './neighbourhood.ts'
import { measuredCoverage } from './resources/coverage.ts'
import { approvalKeeper } from './steering/approval/approval-keeper.ts'
import { LeaseBook } from './steering/approval/lease-book.ts'
import { openApprovals } from './steering/open-approvals.ts'
import { openAutonomy } from './steering/open-autonomy.ts'
import { openSteering } from './steering/open-steering.ts'
import { startAddressWatch } from './telemetry/address-watch.ts'
import { startClassWatch } from './telemetry/class-watch.ts'
import { startCommitWatch } from './telemetry/commit-watch.ts'
import { type Refused, TelemetryHub } from './telemetry/hub.ts'
import { measuredLinksOf } from './telemetry/resources.ts'
import { openUnusual } from './unusual/open-unusual.ts'
import { openWhois, openWhoisTable } from './whois/open-whois.ts'

export interface ControllerOptions {
  readonly version: string
  /** Folder of the built console; without it the page says how to build one. */
  readonly console?: string | undefined
  /** Takes a line for people. */
  readonly report?: (line: string) => void
  /** How it becomes a member of the fleet that the configuration names. */
  readonly joinFleet?: JoinFleet | undefined
  /** For what belongs to traces of others; without one nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Aborted during the start: what was begun is undone, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Controller {
  /** Where the API is: `127.0.0.1:7600` or `unix:PATH`. */
  readonly address: string
  /** Where flows are received, with the ports that the kernel chose. */
  readonly flowEndpoints: readonly Endpoint[]
  /** Takes over a new configuration as far as that goes without a restart, and says what changed. */
  reload(loaded: LoadedConfig): ConfigChanges
  /** Tells in the event log that a new configuration was refused. */
  rejectConfig(problem: string): void
  /** Fulfilled by `stop`; rejected when flows can be collected no more, and only a new start would help. */
  readonly finished: Promise<void>
  /** Writes down everything received, and ends. `givenUp` counts the records that the disk did not take. */
  stop(): Promise<{ readonly givenUp: number }>
}

/** Keys of the control state. */
const keys = { snapshot: 'flow-state', numbering: 'numbering', since: 'since' } as const

/** What every part is built on. */
interface Core {
  readonly config: Config
  readonly home: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly control: ControlStore
  readonly events: EventLog
  readonly state: DomainState
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
  /** Closes what was opened, from the last to the first: the API before what it asks, the log before the control state. */
  readonly opened: AsyncDisposableStack
}

/** @throws {ConfigError} when home or an address to listen at is not ours, {UnavailableError} when one cannot be bound */
export async function startController(loaded: LoadedConfig, options: ControllerOptions): Promise<Controller> {
  const opened = new AsyncDisposableStack()
  try {
    return await start(loaded, options, opened)
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

async function start(
  loaded: LoadedConfig,
  options: ControllerOptions,
  opened: AsyncDisposableStack,
): Promise<Controller> {
  const { version, signal } = options
  signal?.throwIfAborted()
  makeHome(loaded)
  await checkOwnAddresses(loaded)
  const core = openCore(loaded, options, opened)
  const { config, state, tell, report } = core
  const finished = Promise.withResolvers<void>()
  finished.promise.catch(() => undefined) // whoever waits hears it; nobody need wait
  const store = await openStore(core)
  signal?.throwIfAborted()
  const collector = await startCollector(core, store, (problem) => finished.reject(new Error(problem)))
  signal?.throwIfAborted()
  const neighbourhood = openNeighbourhood(config, report)
  opened.defer(() => neighbourhood?.stop())
  const telemetry = await startTelemetry(core)
  const measured = () =>
    telemetry === undefined ? new Map() : measuredLinksOf(telemetry.table, state.config, Date.now())
  const matrix = new MatrixDesk({ ...core, collector, table: () => telemetry?.table, now: Date.now })
  opened.defer(() => matrix.stop())
  const forecasts = openForecasts({ ...core, measured })
  const unusual = openUnusual({ ...core, collector })
  const classes = startClassWatch(() => state.config.devices, tell)
  opened.defer(() => classes.stop())
  const whoisTable = openWhoisTable(core)
  const { whereabouts } = whoisTable
  opened.defer(
    startAddressWatch(
      () => state.config.devices,
      tell,
      (device, news) =>
        news === undefined ? whereabouts.edgeSilent(device, Date.now()) : whereabouts.attachments(news, Date.now()),
    ),
  )
  const commits = startCommitWatch(() => state.config.devices, tell)
  opened.defer(() => commits.stop())
  const book = new LeaseBook(approvalKeeper(core.control, Date.now))
  const lineBook = openLineBook(core.control)
  const opening = openAgents({ ...core, watch: whoisTable.watch })
  const { agents, rosters } = opening
  let members: Members | undefined
  const whois = openWhois(core, whoisTable, opening, { own: () => members?.own, joins: () => members?.joins })
  const known = openIntents({ ...core, rosters, book })
  const since = sinceOf(core)
  const steering = openSteering({ ...core, store, since, measured, classes, book, intents: known.steering })
  signal?.throwIfAborted()
  const hasLeases = (id: string): boolean => book.hasLeasesOf(id) || lineBook.hasPartsOf(id)
  members = await openMembers(core, { agents, news: commits, hasLeases })
  const { own, joins } = members
  signal?.throwIfAborted()
  if (config.lines === undefined) opened.defer(openFormerLines({ ...core, book: lineBook, asker: () => own?.parts }))
  const audit = openAudit({ ...core, own })
  opened.defer(() => audit.stop())
  signal?.throwIfAborted()
  const approvals = openApprovals({ steering, book, asker: own?.asker, intents: known.steering, tell, report })
  opened.defer(() => approvals.stop())
  const autonomy = openAutonomy({ ...core, steering, approvals: approvals.desk, intents: known.steering })
  opened.defer(() => autonomy.stop())
  const lines = openLines({
    ...core,
    lines: config.lines,
    measured,
    book: lineBook,
    own,
    standingOf: (agent) => fleetStanding(state.config, rosters, agent),
    siteOf: (agent) => agents.find(agent)?.site ?? null,
    open: known.open,
  })
  opened.defer(() => lines?.stop())
  const lineDesk = lines?.desk
  const intents = startIntents({
    ...core,
    known,
    rosters,
    own,
    watches: () => steering.watches,
    lines: lineDesk,
    lineBook,
  })
  opened.defer(() => intents.stop())
  const parts = {
    ...core,
    audit: audit.desk,
    intents: intents.desk,
    version,
    since,
    agents,
    rosters,
    whois,
    collector,
    store,
    neighbourhood,
    telemetry,
    matrix,
    forecasts,
    unusual,
    steering,
    approvals: approvals.desk,
    autonomy,
    book,
    asker: own?.asker,
    lines: lineDesk,
    joins,
    commits,
    lineFigures: own && (() => own.parts.figures),
  }
  const { address, fetch } = await openApi(core, createBackend(parts), options)
  signal?.throwIfAborted()
  const member = await openMember(
    { ...core, address, api: fetch, lines, lineBook, rosters, steering, approvals: approvals.desk },
    options,
  )
  opened.defer(() => member?.close())
  member?.ended.catch((error: unknown) => finished.reject(error))
  tellStart(core, version, collector)
  return {
    address,
    flowEndpoints: collector.endpoints,
    finished: finished.promise,
    reload: (next) => reload(next, core, { collector, telemetry, own }),
    rejectConfig: (problem) => tell({ event: 'config.rejected', subject: '', fields: { problem }, by: operator }),
    async stop() {
      const givenUp = (): number => state.report?.log.dropped ?? 0
      const before = givenUp()
      tell({ event: 'controller.stopped', subject: '', fields: {} })
      await opened.disposeAsync()
      finished.resolve()
      return { givenUp: givenUp() - before }
    },
  }
}

function tellStart({ config, tell, report }: Core, version: string, collector: CollectorThread): void {
  tell({ event: 'controller.started', subject: '', fields: { version, devices: config.devices.length } })
  if (collector.fallback !== undefined) {
    tell({ event: 'receiver.fallback', subject: 'receiver', fields: { problem: collector.fallback } })
  }
  if (collector.snapshotProblem !== undefined) report(`templates of before are not used: ${collector.snapshotProblem}`)
}

function openCore(
  { config, home }: LoadedConfig,
  { report = () => undefined, tracer }: ControllerOptions,
  opened: AsyncDisposableStack,
): Core {
  const startedAt = Date.now()
  const control = openControlStore({ path: join(home, 'control.sqlite') })
  opened.defer(() => control.close())
  const events = new EventLog(eventKeeper(control, identityCrypto), (problem, event) =>
    report(`${sentenceOf(event)} (the event could not be kept: ${problem})`),
  )
  const traces =
    tracer &&
    new EventTraces(
      tracer,
      events.read(undefined, Infinity, () => true),
    )
  const tell = (draft: EventDraft): void => {
    const now = Date.now()
    events.append(traces === undefined ? draft : traces.traced(draft, now), now)
  }
  const state = new DomainState(config, newDomain(control, config))
  return { config, home, startedAt, control, events, state, tell, report, opened }
}

/** The domain with the numbers that earlier records have; new ones are written down before a record can have them. */
function newDomain(control: ControlStore, config: Config): DomainState['domain'] {
  const numbered = numberedConfig(config)
  const before = control.get(keys.numbering)?.value as Numbering | undefined // sound: written by the line below
  const numbering = numberingOf(before, numbered)
  if (JSON.stringify(numbering) !== JSON.stringify(before)) control.put(keys.numbering, numbering, Date.now())
  return domainOf(numbered, numbering)
}

/** When this state was begun. */
function sinceOf({ control, startedAt }: Core): number {
  const before = control.get(keys.since)?.value
  if (typeof before === 'number') return before
  control.put(keys.since, startedAt, startedAt)
  return startedAt
}

async function openStore({ config, home, tell, opened }: Core): Promise<FlowStore> {
  const seconds = (text: string): number => parseDuration(text) / 1000
  const { raw, minute, fiveMinutes, hour, maxOctets } = config.store
  const store = await openFlowStore({
    folder: join(home, 'flows'),
    retention: {
      raw: seconds(raw),
      minute: seconds(minute),
      fiveMinutes: seconds(fiveMinutes),
      hour: seconds(hour),
    },
    maxOctets,
    onEvent: (event) => tell(draftOfStoreEvent(event)),
  })
  opened.defer(() => store.close())
  return store
}

async function startCollector(
  { config, home, control, state, tell, report, opened }: Core,
  store: FlowStore,
  onFailure: (problem: string) => void,
): Promise<CollectorThread> {
  const snapshot = control.get(keys.snapshot)?.value
  if (snapshot !== undefined) state.takeSnapshot(snapshot as Parameters<DomainState['takeSnapshot']>[0])
  const start = {
    ...collectorDomain(state),
    listen: config.flow.listen.map(parseFlowEndpoint),
    receiveBuffer: config.flow.receiveBuffer,
    folder: join(home, 'flows'),
    snapshot,
    acknowledged: store.notifier(),
  }
  const collector = await startCollectorThread(start, {
    onReport: (report) => state.take(report).forEach(tell),
    onSnapshot: (json) => {
      try {
        control.putJson(keys.snapshot, json, Date.now())
      } catch (error) {
        report(`the exporters' templates could not be written down: ${String(error)}`)
      }
    },
    onFailure,
  })
  opened.defer(() => collector.stop())
  opened.defer(
    startCoverageClock(state.coverageHistory, async (seconds) =>
      measuredCoverage(state, await collector.ask({ kind: 'loads', seconds })),
    ),
  )
  return collector
}

/** Undefined where nobody is to connect. @throws {RangeError} without an AS number, or with a key file that cannot be used */
async function startTelemetry({ config, state, tell, report, opened }: Core): Promise<TelemetryHub | undefined> {
  const { bgp, as, devices } = config
  if (bgp === undefined) return undefined
  if (as === undefined) throw new RangeError('"bgp.listen" needs "as", our AS number')
  const listen = parseFlowEndpoint(bgp.listen)
  const identifier = bgp.identifier ?? listen.address
  const protection = {
    ...(bgp.keyFile === undefined ? {} : { password: readKeyFile(bgp.keyFile) }),
    ...(bgp.hops === undefined ? {} : { ttlSecurity: bgp.hops }),
  }
  const onRefused = ({ address, problem, count }: Refused): void =>
    tell({ event: 'agent.refused', subject: address, fields: { address, problem, count } })
  const telemetry = await TelemetryHub.start({ as, identifier, listen, devices, protection, report, onRefused })
  opened.defer(() => telemetry.stop())
  state.follow(() => measuredLinksOf(telemetry.table, state.config, Date.now()))
  return telemetry
}

const collectorDomain = ({ domain, config, directory }: DomainState): CollectorDomain => ({
  domain,
  samplingRates: new Map(
    config.devices.flatMap((device) =>
      device.samplingRate === undefined ? [] : [[directory.addressOf(device), device.samplingRate]],
    ),
  ),
  agentOf: new Map(
    config.devices.flatMap((device) =>
      device.sources.map((source) => [canonicalAddress(source), directory.addressOf(device)] as const),
    ),
  ),
})

function reload(
  { config }: LoadedConfig,
  { state, control, tell, report }: Core,
  {
    collector,
    telemetry,
    own,
  }: {
    readonly collector: CollectorThread
    readonly telemetry: TelemetryHub | undefined
    readonly own: OwnAgent | undefined
  },
): ConfigChanges {
  const changes = changesOf(state.given, config)
  if (changes.changed.length > changes.restart.length) {
    const inUse = inUseAfter(state.given, config)
    state.setConfig(inUse, newDomain(control, inUse))
    collector.setDomain(collectorDomain(state))
  }
  const restart = changes.restart.length === 0 ? '' : `; ${changes.restart.join(', ')} only after a restart`
  const text = changes.changed.length === 0 ? 'nothing changed' : changes.changed.join(', ') + restart
  tell({ event: 'config.reloaded', subject: '', fields: { changes: text }, by: operator })
  if (changes.changed.includes('devices')) {
    own?.refresh()
    telemetry?.setDevices(config.devices).catch((error: unknown) => report(`telemetry: ${String(error)}`))
  }
  return changes
}
