/** The state of the domain at a glance. @module */
import { statfs } from 'node:fs/promises'
import { parseDuration } from '@vagus/api/duration'
import { wantsFlows } from '@vagus/api/wants-flows'
import { apiVersion, type Link, type Status } from '@vagus/api'
import type { DeviceCounters } from '@vagus/api/counters'
import type { StoreStats } from '@vagus/store'
import { deviceExports } from '../domain/device-state.ts'
import { shownSites } from '../domain/sites.ts'
import { storeLag, streamsAt, type View } from '../domain/view.ts'
import { counterCounts } from './counters.ts'
import { domainCoverage } from './coverage.ts'
import { linkItems } from './links.ts'
import { qualityOf, type TroubledBorder, unreadyItems } from './quality.ts'
import { timeText, windowText } from './windows.ts'

/** Window of the traffic in the status, in seconds. */
const statusSeconds = 60

/** `store` is undefined while it does not answer; `unreadiness` says why the controller cannot do its work. */
export async function statusOf(
  view: View,
  store: StoreStats | undefined,
  unreadiness: readonly string[],
  {
    borders = [],
    lines,
    intents,
    counters,
  }: {
    readonly borders?: readonly TroubledBorder[]
    readonly lines?: Status['lines'] | undefined
    readonly intents?: Status['intents']
    readonly counters?: readonly DeviceCounters[] | undefined
  } = {},
): Promise<Status> {
  const { config, report } = view
  const [totals, loads, disk] = await Promise.all([
    view.collector.ask({ kind: 'totals', seconds: statusSeconds }),
    view.collector.ask({ kind: 'loads', seconds: statusSeconds }),
    diskOf(view.home),
  ])
  const now = view.now()
  return {
    apiVersion,
    kind: 'Status',
    domain: config.domain,
    as: config.as ?? null,
    substrate: config.substrate ?? null,
    version: view.version,
    now: timeText(now),
    startedAt: timeText(view.startedAt),
    ready: unreadiness.length === 0,
    devices: deviceCounts(view, now),
    links: linkCounts(linkItems(view, loads)),
    sites: shownSites(config).length,
    flows: {
      records: report?.totals.records ?? 0,
      recordsPerSecond: view.records.perSecond,
      lost: lostRecords(view),
      lastAt: lastRecordAt(view),
      wanted: wantsFlows(config),
    },
    traffic: {
      window: windowText(totals.window),
      bitsPerSecond: totals.bitsPerSecond,
      ipv6Share: totals.ipv6Share,
      coverage: domainCoverage(view, loads),
    },
    store: { ...storeStatus(view, store), disk },
    ...(lines === undefined ? {} : { lines }),
    ...(intents === undefined ? {} : { intents }),
    ...(counters === undefined ? {} : { counters: counterCounts(counters) }),
    quality: [...unreadyItems(unreadiness), ...qualityOf(view, borders, counters)],
  }
}

/** Of the log, before the first report of the collector. */
const beforeReport = { state: 'ok', waiting: 0, dropped: 0 } as const

/** The state of the log comes first: that is where records would be lost. */
export function storeStatus(
  view: Pick<View, 'now' | 'report'>,
  store: StoreStats | undefined,
): Omit<Status['store'], 'disk'> {
  const { state, waiting, dropped } = view.report?.log ?? beforeReport
  return {
    state: state === 'ok' ? (store?.state ?? 'unknown') : state,
    records: store?.records ?? 0,
    octets: store?.octets ?? 0,
    oldest: store?.oldest === undefined ? null : timeText(store.oldest),
    lagSeconds: storeLag(view, store ?? { lagSeconds: 0 }),
    waiting,
    dropped,
  }
}

/** Octets that this process may still write. */
async function diskOf(folder: string): Promise<Status['store']['disk']> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return { folder, freeOctets: bavail * bsize }
  } catch {
    return null // it says so itself where that hurts: in the log
  }
}

/** For streams that count records; others count only missing datagrams. */
function lostRecords({ report }: View): number {
  const streams = report?.exporters.filter(({ lost }) => lost.unit === 'records') ?? []
  return streams.reduce((sum, { lost }) => sum + lost.units, 0)
}

function deviceCounts(view: View, now: number): Status['devices'] {
  const silentAfter = parseDuration(view.config.flow.silentAfter)
  const states = view.config.devices.map(
    (device) => deviceExports(streamsAt(view, view.directory.addressOf(device)), silentAfter, now).state,
  )
  return {
    total: states.length,
    exporting: states.filter((state) => state === 'exporting').length,
    silent: states.filter((state) => state === 'silent').length,
  }
}

/** The busiest as the list of links has it over the same window, by counters. */
export function linkCounts(links: readonly Link[]): Status['links'] {
  let busiest: Status['links']['busiest'] = null
  for (const { name, aToZ, zToA } of links) {
    if (aToZ.fromCounters === null && zToA.fromCounters === null) continue
    const utilisation = Math.max(aToZ.utilisation ?? 0, zToA.utilisation ?? 0)
    if (busiest === null || utilisation > busiest.utilisation) busiest = { name, utilisation }
  }
  return { total: links.length, down: links.filter(({ state }) => state === 'down').length, busiest }
}

function lastRecordAt({ report }: View): string | null {
  const times = report?.exporters.filter(({ records }) => records > 0).map(({ lastAt }) => lastAt) ?? []
  return times.length === 0 ? null : timeText(Math.max(...times))
}
