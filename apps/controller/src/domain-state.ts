/**
 * State of the main thread: takes the collector's report once a second, keeps counters, runs the monitors on them, and
 * records their findings as events.
 * @module
 */
import { parseDuration } from '@vagus/api/duration'
import type { Domain } from '@vagus/analytics'
import type { Config, Link } from '@vagus/api'
import type { CollectorSnapshot } from '@vagus/flow'
import type { CollectorReport } from './collector/messages.ts'
import { carriesFlows } from './domain/device-state.ts'
import { CoverageHistory } from './domain/coverage-history.ts'
import { createDirectory, type Directory } from './domain/directory.ts'
import { type LearnedIndices, withIndices } from './domain/learned-indices.ts'
import { type CounterReading, Measurements } from './domain/measurements.ts'
import { RecordRate } from './domain/record-rate.ts'
import { siteLookup, type SiteOf } from './domain/site-lookup.ts'
import type { EventDraft } from './events/event-draft.ts'
import { FloodGuard } from './events/flood-guard.ts'
import { draftOfFlowEvent, draftOfStoreEvent } from './events/from-flow.ts'
import { CongestionMonitor, type LoadReading } from './monitors/congestion.ts'
import { LinkStateMonitor } from './monitors/link-state.ts'
import { OverflowMonitor } from './monitors/overflow.ts'
import { type ExportTime, SilenceMonitor } from './monitors/silence.ts'

/** Samples that wait for a report, which comes each second; the oldest go first. As many as 500 routers with 128 interfaces. */
const maxPolled = 65_536

/** What agents tell, by the link's name. */
type MeasuredLinks = ReadonlyMap<string, Link['measured']>

export class DomainState {
  readonly records = new RecordRate()
  readonly recordsOf = new Map<string, RecordRate>()
  readonly coverageHistory = new CoverageHistory()
  readonly #silence = new SilenceMonitor()
  readonly #linkState = new LinkStateMonitor()
  readonly #congestion = new CongestionMonitor()
  readonly #overflow = new OverflowMonitor()
  readonly #addresses = new Map<number, string>()
  readonly #flood = new FloodGuard()
  /** As the operator wrote it, and with what was learned since. */
  #given: Config
  #config: Config
  #learned: ReadonlyMap<string, string> = new Map()
  #indices: LearnedIndices
  /** What was asked for since the last report. */
  #polled: CounterReading[] = []
  #directory: Directory
  #domain: Domain
  #measurements: Measurements
  #siteOf: SiteOf
  #report: CollectorReport | undefined
  #measured: () => MeasuredLinks = () => new Map()
  /** When we began to listen, milliseconds since 1970: with a long log to read back, well after the start. */
  #listensSince: number | undefined

  /** @param domain of the configuration with `indices`, which its routers told */
  constructor(config: Config, domain: Domain, indices: LearnedIndices = new Map()) {
    this.#given = config
    this.#indices = indices
    this.#config = this.withLearned(config)
    this.#domain = domain
    this.#directory = createDirectory(this.#config)
    this.#measurements = new Measurements(this.#directory, domain)
    this.#siteOf = siteLookup(domain, config)
  }

  /** In use: with the ids that were learned. */
  get config(): Config {
    return this.#config
  }
  /** As it was written. */
  get given(): Config {
    return this.#given
  }
  get domain(): Domain {
    return this.#domain
  }
  get directory(): Directory {
    return this.#directory
  }
  get measurements(): Measurements {
    return this.#measurements
  }
  /** Of the current configuration. */
  get siteOf(): SiteOf {
    return this.#siteOf
  }
  get report(): CollectorReport | undefined {
    return this.#report
  }

  /** Address of an exporter's number. */
  addressOf(exporter: number): string | undefined {
    return this.#addresses.get(exporter)
  }

  /** Numbers that the address has, or had before the collector forgot it and gave it another one. */
  exportersAt(address: string): readonly number[] {
    return [...this.#addresses].filter(([, known]) => known === address).map(([number]) => number)
  }

  /** From the collector's last life, so that records of then keep their exporters' names. */
  takeSnapshot(snapshot: Pick<CollectorSnapshot, 'exporters'>): void {
    for (const { number, address } of snapshot.exporters) this.#addresses.set(number, address)
  }

  /** Applies a new configuration: resets counters, but keeps loads and monitor state of links that stay. */
  setConfig(config: Config, domain: Domain): void {
    this.#given = config
    this.#config = this.withLearned(config)
    this.#domain = domain
    this.#directory = createDirectory(this.#config)
    this.#measurements = new Measurements(this.#directory, domain, this.#measurements.history)
    this.#siteOf = siteLookup(domain, config)
  }

  /** Ids of the agents of devices that joined, by name; what the configuration says itself stays. */
  learn(ids: ReadonlyMap<string, string>): void {
    this.#learned = ids
    this.#config = this.withLearned(this.#given)
  }

  /** `config` with the ids and indices that were learned. */
  withLearned(config: Config): Config {
    return withIndices(withIds(config, this.#learned), this.#indices)
  }

  get indices(): LearnedIndices {
    return this.#indices
  }

  /** What routers told of their interfaces; counters go on. `domainOf` makes the domain of the configuration with it. */
  learnIndices(indices: LearnedIndices, domainOf: (config: Config) => Domain): void {
    this.#indices = indices
    this.#config = this.withLearned(this.#given)
    this.#domain = domainOf(this.#config)
    this.#directory = createDirectory(this.#config)
    this.#measurements = this.#measurements.with(this.#directory, this.#domain)
    this.#siteOf = siteLookup(this.#domain, this.#config)
  }

  /** Counters that were asked for: they count with the next report. */
  addCounters(readings: readonly CounterReading[]): void {
    this.#polled.push(...readings)
    if (this.#polled.length > maxPolled) this.#polled = this.#polled.slice(-maxPolled)
  }

  /** From now on a link is congested when its agent says so, where one does; `measured` is asked each second. */
  follow(measured: () => MeasuredLinks): void {
    this.#measured = measured
  }

  /** Processes the last second and returns its events. */
  take(report: CollectorReport): readonly EventDraft[] {
    const { at, exporters, counters, events, storeEvents } = report
    this.#report = report
    this.#listensSince = Math.min(this.#listensSince ?? at, at) // the clock may have been set back
    for (const { exporter, address } of exporters) this.#addresses.set(exporter, address)
    this.#measurements.take([...counters, ...this.#polled.splice(0)], at)
    this.#countRecords(report)
    const silentAfter = parseDuration(this.#config.flow.silentAfter)
    const devices = new Set(this.#config.devices.map(({ name }) => name))
    const silence = this.#silence.step(this.#exportTimes(report), devices, silentAfter, at)
    // Of sources that somebody invented all fall silent at once; devices are as many as are configured.
    const ofStrangers = silence.filter(({ subject }) => !devices.has(subject))
    return [
      ...silence.filter(({ subject }) => devices.has(subject)),
      ...this.#flood.step([...events.map((event) => draftOfFlowEvent(event, this.#directory)), ...ofStrangers], at),
      ...storeEvents.map(draftOfStoreEvent),
      ...this.#overflow.step(report.receiver.dropped, at),
      ...this.#linkEvents(at),
    ]
  }

  #countRecords({ at, exporters, totals }: CollectorReport): void {
    this.records.add(totals.records, at)
    const sums = new Map<string, number>()
    for (const { address, records } of exporters) sums.set(address, (sums.get(address) ?? 0) + records)
    for (const [address, records] of sums) {
      const rate = this.recordsOf.get(address) ?? new RecordRate()
      this.recordsOf.set(address, rate)
      rate.add(records, at)
    }
    for (const address of this.recordsOf.keys()) if (!sums.has(address)) this.recordsOf.delete(address)
  }

  /** When each exporter last sent anything of a stream that carries flows. What came while we did not listen is not its silence. */
  #exportTimes({ at, exporters }: CollectorReport): readonly ExportTime[] {
    const listensSince = this.#listensSince ?? at
    const times = new Map<string, number>()
    for (const stream of exporters.filter(carriesFlows)) {
      const device = this.#directory.deviceAt(stream.address)?.name ?? stream.address
      times.set(device, Math.max(times.get(device) ?? listensSince, stream.lastAt))
    }
    return [...times].map(([device, lastAt]) => ({ device, lastAt }))
  }

  #linkEvents(at: number): readonly EventDraft[] {
    const { links } = this.#config
    const states = links.map(({ name }) => this.#measurements.linkState(name, at))
    const measured = this.#measured()
    const loads = links.map(({ name, capacity }) => {
      const told = measured.get(name)
      if (told !== undefined) return loadTold(name, told, capacity)
      const { aToZ, zToA } = this.#measurements.linkRate(name, at)
      const isKnown = aToZ !== null || zToA !== null
      return { link: name, utilisation: isKnown ? Math.max(aToZ ?? 0, zToA ?? 0) / capacity : null }
    })
    return [...this.#linkState.step(states, at), ...this.#congestion.step(loads)]
  }
}

const withIds = (config: Config, ids: ReadonlyMap<string, string>): Config => ({
  ...config,
  devices: config.devices.map((device) => {
    const id = device.id ?? ids.get(device.name)
    return id === undefined ? device : { ...device, id }
  }),
})

/** Relative to the capacity that the agent found, which it judges by. */
function loadTold(link: string, told: NonNullable<Link['measured']>, configured: number): LoadReading {
  const utilisation = Math.max(told.aToZ, told.zToA) / (told.capacity || configured)
  return { link, utilisation, told: told.congested === 'no' ? 'calm' : 'congested' }
}
