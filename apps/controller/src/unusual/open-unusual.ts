/** Begins to tell what is unlike itself. @module */
import { linkLoadsOf } from '@vagus/analytics'
import { parseDuration } from '@vagus/api/duration'
import type { ControlStore } from '@vagus/store'
import type { CollectorThread } from '../collector/collector-thread.ts'
import type { DomainState } from '../domain-state.ts'
import { deviceExports } from '../domain/device-state.ts'
import { streamsAt } from '../domain/view.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { EventLog } from '../events/event-log.ts'
import { measuredCoverage } from '../resources/coverage.ts'
import { BgpFigures } from './bgp-figures.ts'
import { FlapMonitor } from './flap-monitor.ts'
import { FaultCounters } from './interface-faults.ts'
import { MeasuredBy } from './measured-by.ts'
import type { StepReading } from './series-reading.ts'
import { UnusualDesk } from './unusual-desk.ts'

interface Parts {
  readonly state: DomainState
  readonly collector: Pick<CollectorThread, 'ask'>
  readonly control: ControlStore
  readonly events: Pick<EventLog, 'listen'>
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
  readonly opened: AsyncDisposableStack
}

/** Part of a step's loads that must be known. */
const leastKnown = 0.5

/** Undefined where the configuration does not want it. Its step is that of the start: another one needs a restart. */
export function openUnusual({
  state,
  collector,
  control,
  events,
  tell,
  report,
  opened,
}: Parts): UnusualDesk | undefined {
  const flaps = new FlapMonitor()
  const unlisten = events.listen((event) => {
    if (event.event === 'link.down') flaps.down(event.subject, Date.parse(event.at)).forEach(tell)
  })
  opened.defer(unlisten)
  const { enabled, every } = state.config.unusual
  const stepMs = parseDuration(every)
  const reader = new Reader(state, collector, stepMs)
  const desk = enabled
    ? new UnusualDesk({
        stepMs,
        read: (seconds) => reader.read(seconds),
        compose: (seconds) => collector.ask({ kind: 'composition', seconds }),
        control,
        tell,
        report,
      })
    : undefined
  const clock = setInterval(() => {
    const now = Date.now()
    flaps.step(new Set(state.config.links.map(({ name }) => name)), now).forEach(tell)
    void desk?.tick(now)
  }, 1000)
  opened.defer(() => desk?.stop())
  opened.defer(() => clearInterval(clock))
  return desk
}

class Reader {
  readonly #state: DomainState
  readonly #collector: Parts['collector']
  readonly #stepMs: number
  readonly #measured = new MeasuredBy()
  readonly #faults = new FaultCounters()
  readonly #bgp = new BgpFigures()

  constructor(state: DomainState, collector: Parts['collector'], stepMs: number) {
    this.#state = state
    this.#collector = collector
    this.#stepMs = stepMs
  }

  async read(seconds: number): Promise<(StepReading & { readonly coverage: number | null }) | undefined> {
    const [composition, loads, peers] = await Promise.all([
      this.#collector.ask({ kind: 'composition', seconds }),
      this.#collector.ask({ kind: 'loads', seconds }),
      this.#bgp.step(this.#state.config),
    ])
    const { config, report, measurements, directory, domain, recordsOf } = this.#state
    if (report === undefined) return undefined
    const now = Date.now()
    const silentAfter = parseDuration(config.flow.silentAfter)
    const { share: coverage } = measuredCoverage({ config, directory, measurements }, loads)
    const flowed = new Map(
      linkLoadsOf(domain, loads.items, measurements.counters, loads.window).map((one) => [one.name, one]),
    )
    const devices = config.devices.map(({ name }, at) => ({ name, address: directory.addressOf(config.devices[at]!) }))
    const isSilent = (address: string): boolean =>
      deviceExports(streamsAt({ report }, address), silentAfter, now).state !== 'exporting'
    return {
      config,
      loadOf: (link) => {
        const series = measurements.history.series(link, Math.max(5000, this.#stepMs), now)
        return { aToZ: meanOf(series?.aToZ), zToA: meanOf(series?.zToA) }
      },
      flowLoadOf: (link) => {
        const load = flowed.get(link)
        return { aToZ: load?.aToZ.fromFlows ?? null, zToA: load?.zToA.fromFlows ?? null }
      },
      composition,
      measured: this.#measured.step(report, coverage, silentAfter),
      records: new Map(
        devices.flatMap(({ name, address }) => {
          const rate = recordsOf.get(address)
          return rate === undefined ? [] : [[name, rate.perSecond] as const]
        }),
      ),
      silent: new Set(devices.filter(({ address }) => isSilent(address)).map(({ name }) => name)),
      faults: this.#faults.step(this.#state, this.#stepMs),
      peers,
      coverage,
    }
  }
}

/** Null where too little is known. */
function meanOf(rates: readonly (number | null)[] | undefined): number | null {
  const known = rates?.filter((rate) => rate !== null) ?? []
  if (known.length === 0 || known.length < rates!.length * leastKnown) return null
  return known.reduce((sum, rate) => sum + rate, 0) / known.length
}
