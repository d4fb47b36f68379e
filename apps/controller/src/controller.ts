/** Puts the controller together: control state, flow store, collector thread, HTTP. @module */
import type { Endpoint } from '@vagus/address'
import { operator } from '@vagus/api/actor'
import type { Tracer } from '@vagus/observability'
import { openAudit } from './audit/open-audit.ts'
import { openAgents } from './agents/open-agents.ts'
import { createBackend } from './backend.ts'
import { openCamara } from './camara/open-camara.ts'
import type { CollectorThread } from './collector/collector-thread.ts'
import { openCollector } from './collector/open-collector.ts'
import type { ConfigChanges } from './config/changes.ts'
import type { LoadedConfig } from './config/load.ts'
import { checkJoinFiles } from './config/join-files.ts'
import { checkOwnAddresses } from './config/own-addresses.ts'
import { reload } from './config/reload.ts'
import { checkSnmpSecrets } from './config/snmp-secrets.ts'
import { makeHome } from './config/usable-home.ts'
import { type Core, openCore, sinceOf } from './core.ts'
import { MatrixDesk } from './estimation/matrix-desk.ts'
import { openForecasts } from './forecast/open-forecasts.ts'
import { openApi } from './http/open-api.ts'
import { openIntents, startIntents } from './intents/open-intents.ts'
import { type Members, openMembers } from './joining/open-members.ts'
import { openFormerLines } from './lines/former-lines.ts'
import { openLineBook, openLines } from './lines/open-lines.ts'
import type { JoinFleet } from './member/join-fleet.ts'
import { fleetStanding, openMember } from './member/open-member.ts'
import { openNeighbourhood } from './neighbourhood.ts'
import { openStore } from './open-store.ts'
import { approvalKeeper } from './steering/approval/approval-keeper.ts'
import { LeaseBook } from './steering/approval/lease-book.ts'
import { openApprovals } from './steering/open-approvals.ts'
import { openAutonomy } from './steering/open-autonomy.ts'
import { openSnmp } from './snmp/open-snmp.ts'
import { openSteering } from './steering/open-steering.ts'
import { startAddressWatch } from './telemetry/address-watch.ts'
import { startClassWatch } from './telemetry/class-watch.ts'
import { startCommitWatch } from './telemetry/commit-watch.ts'
import { openTelemetry } from './telemetry/open-telemetry.ts'
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
  /** Where the API is: `127.0.0.1:7600`, with TLS `https://192.0.2.10:7600`, or `unix:PATH`. */
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
  checkSnmpSecrets(loaded)
  await checkJoinFiles(loaded)
  const core = openCore(loaded, options, opened)
  const { config, state, tell, report } = core
  const finished = Promise.withResolvers<void>()
  finished.promise.catch(() => undefined) // whoever waits hears it; nobody need wait
  const store = await openStore(core)
  signal?.throwIfAborted()
  const collector = await openCollector(core, store, (problem) => finished.reject(new Error(problem)))
  signal?.throwIfAborted()
  const snmp = openSnmp({ ...core, collector })
  const neighbourhood = openNeighbourhood(config, report)
  opened.defer(() => neighbourhood?.stop())
  const telemetry = await openTelemetry(core)
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
  const camara = openCamara({
    ...core,
    lines: lineDesk,
    lineBook,
    places: {
      config: () => state.config,
      agentOf: (word) => agents.find(word),
      holdersOf: (address, port) => whoisTable.book.at(address, Date.now(), port),
    },
  })
  opened.defer(() => camara?.stop())
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
    snmp: snmp.desk,
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
    camara,
    joins,
    commits,
    lineFigures: own && (() => own.parts.figures),
  }
  const { address, addressHere, fetch } = await openApi(core, createBackend(parts), options)
  signal?.throwIfAborted()
  const member = await openMember(
    { ...core, address: addressHere, api: fetch, lines, lineBook, rosters, steering, approvals: approvals.desk },
    options,
  )
  opened.defer(() => member?.close())
  member?.ended.catch((error: unknown) => finished.reject(error))
  tellStart(core, version, collector)
  return {
    address,
    flowEndpoints: collector.endpoints,
    finished: finished.promise,
    reload: (next) => reload(next, core, { collector, telemetry, own, snmp }),
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
