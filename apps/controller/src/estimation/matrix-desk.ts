/**
 * Keeps the estimator of the matrix between sites: each step it takes what is measured into its memory, and tries how far
 * off it would be if one device's flows were missing.
 * @module
 */
import { MatrixEstimator, type MatrixMemory } from '@vagus/analytics'
import type { Config, Matrix } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import type { TelemetryTable } from '@vagus/bgp/telemetry'
import type { ControlStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import { deviceExports } from '../domain/device-state.ts'
import { streamsAt } from '../domain/view.ts'
import type { CollectorThread } from '../collector/collector-thread.ts'
import { type MatrixNetwork, matrixNetworkOf } from './matrix-network.ts'
import { cellsOf, type MeasuredMatrix, type NetworkReading, readingOf } from './matrix-reading.ts'
import { towardSitesOf } from './toward-sites.ts'

export interface MatrixDeskParts {
  readonly state: DomainState
  readonly collector: Pick<CollectorThread, 'ask'>
  readonly table: () => TelemetryTable | undefined
  readonly control: Pick<ControlStore, 'get' | 'put'>
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** What is missing of a measured matrix, and how sure that is. */
export type Filling = NonNullable<Matrix['estimated']> & {
  /** At source × sites + sink. */
  readonly rates: Float64Array
}

/** Milliseconds between steps, and the window that one learns from. */
const every = 15_000
const windowSeconds = 60
/** Part of the memory that one step replaces: it reaches back most of an hour. */
const memoryRenewal = 0.005
/** The memory is written down so often. */
const saveEvery = 300_000
const memoryKey = 'estimation/pairs'
/** Of the figure how far off a device's pairs are, a try replaces so much. */
const tryRenewal = 0.1
/** Devices that are tried in a step, in turn. */
const triesPerStep = 4
/** Tries of a device before its figure says anything. */
const leastTries = 5

interface Kept {
  readonly sites: readonly string[]
  readonly memory: MatrixMemory
  readonly tries: Readonly<Record<string, Tries>>
}

interface Tries {
  readonly count: number
  readonly error: number
}

interface Engine {
  readonly config: Config
  readonly network: MatrixNetwork
  readonly estimator: MatrixEstimator
}

export class MatrixDesk {
  readonly #parts: MatrixDeskParts
  #engine: Engine | undefined
  #config: Config | undefined
  #tries = new Map<string, Tries>()
  #turn = 0
  #savedAt: number
  readonly #clock: NodeJS.Timeout

  constructor(parts: MatrixDeskParts) {
    this.#parts = parts
    this.#savedAt = parts.now()
    this.#clock = setInterval(() => void this.step(), every)
  }

  stop(): void {
    clearInterval(this.#clock)
    this.#save()
  }

  /** An estimate where flows leave something out; undefined where they do not, and where nothing is known to estimate by. */
  fill(
    matrix: Omit<MeasuredMatrix, 'rate'> & { readonly rate: (source: string, sink: string) => number },
  ): Filling | undefined {
    const engine = this.#follow()
    if (engine === undefined) return undefined
    const { network, estimator } = engine
    const { sites } = network
    const reading = this.#readingOf(network, {
      ...matrix,
      rate: (source, sink) => matrix.rate(sites[source]!, sites[sink]!),
    })
    if (reading.sums.length === 0 || reading.measured.every((rate) => !Number.isNaN(rate))) return undefined
    const { cells, isMeasured, measured, explained } = estimator.estimate(reading)
    const places = [...sites.keys()]
    return {
      rates: cells,
      cells: places.map((source) => places.map((sink) => isMeasured[source * sites.length + sink] === 0)),
      devices: [...reading.blind].sort(),
      share: measured === null ? 0 : 1 - measured,
      explained,
      error: this.#errorOf(reading.blind),
    }
  }

  /** Learns from the last minute; what cannot be asked now is not learned. */
  async step(): Promise<void> {
    const { collector, now, report } = this.#parts
    try {
      const engine = this.#follow()
      if (engine === undefined) return
      const [matrix, loads] = await Promise.all([
        collector.ask({ kind: 'matrix', between: 'sites', seconds: windowSeconds }),
        collector.ask({ kind: 'loads', seconds: windowSeconds }),
      ])
      if (engine !== this.#follow() || loads.window.seconds < windowSeconds) return
      const { domain } = this.#parts.state
      const numbers = new Map(domain.sites.map(({ name }, index) => [name, index]))
      const numberAt = (place: number): number => numbers.get(engine.network.sites[place]!) ?? -1
      const reading = this.#readingOf(engine.network, {
        window: loads.window,
        loads: loads.items,
        rate: (source, sink) => {
          const cell = numberAt(source) * matrix.nodes + numberAt(sink)
          return (matrix.ipv4[cell] ?? 0) + (matrix.ipv6[cell] ?? 0)
        },
      })
      if (reading.sums.length === 0) return
      this.#try(engine, reading)
      engine.estimator.learn(reading)
      if (Math.abs(now() - this.#savedAt) >= saveEvery) this.#save()
    } catch (error) {
      report(`the matrix could not be learned from: ${String(error)}`)
    }
  }

  /** A few devices a step, in turn. */
  #try({ config, network, estimator }: Engine, reading: NetworkReading): void {
    const devices = config.devices.filter(({ role, name }) => role === 'edge' && !reading.blind.has(name))
    for (let count = 0; count < Math.min(triesPerStep, devices.length); count++) {
      const { name } = devices[this.#turn++ % devices.length]!
      const error = estimator.rehearse(reading, cellsOf(network, name, reading))
      if (error === null) continue
      const before = this.#tries.get(name) ?? { count: 0, error }
      const part = Math.max(tryRenewal, 1 / (before.count + 1))
      const mean = before.error * (1 - part) + error * part
      this.#tries.set(name, { count: before.count + 1, error: mean })
    }
  }

  /** The worst of these devices; null where one was not tried often enough. */
  #errorOf(devices: ReadonlySet<string>): number | null {
    let worst = 0
    for (const device of devices) {
      const tries = this.#tries.get(device)
      if (tries === undefined || tries.count < leastTries) return null
      worst = Math.max(worst, tries.error)
    }
    return worst
  }

  /** The engine of the configuration of the moment; sites that stay keep what is remembered of them. */
  #follow(): Engine | undefined {
    const { config } = this.#parts.state
    if (config === this.#config) return this.#engine
    const before = this.#kept() ?? (this.#parts.control.get(memoryKey)?.value as Kept | undefined)
    this.#config = config
    const network = matrixNetworkOf(config)
    if (network === undefined) return (this.#engine = undefined)
    this.#tries = new Map(Object.entries(before?.tries ?? {}))
    const placeOf = new Map((before?.sites ?? []).map((name, place) => [name, place]))
    const cells = network.sites.flatMap((source) =>
      network.sites.map((sink) => {
        const [row, column] = [placeOf.get(source), placeOf.get(sink)]
        if (row === undefined || column === undefined) return null
        return before?.memory.cells[row * before.sites.length + column] ?? null
      }),
    )
    const memory = { cells, ratios: before?.memory.ratios ?? {} }
    return (this.#engine = {
      config,
      network,
      estimator: new MatrixEstimator(network.sites.length, memory, memoryRenewal),
    })
  }

  #readingOf(network: MatrixNetwork, matrix: MeasuredMatrix): NetworkReading {
    const { state, table, now } = this.#parts
    const { config, domain, directory, measurements, siteOf } = state
    const numbers = new Map(domain.devices.map(({ name }, index) => [name, index + 1]))
    const silentAfter = parseDuration(config.flow.silentAfter)
    const addresses = new Map(config.devices.map((device) => [device.name, directory.addressOf(device)]))
    return readingOf(network, matrix, {
      measurements,
      numberOf: (device) => numbers.get(device) ?? 0,
      isExporting: (device) =>
        deviceExports(streamsAt(state, addresses.get(device) ?? ''), silentAfter, now()).state === 'exporting',
      toward: towardSitesOf(table(), config, network.sites, siteOf, now()),
    })
  }

  #kept(): Kept | undefined {
    if (this.#engine === undefined) return undefined
    const { network, estimator } = this.#engine
    return { sites: network.sites, memory: estimator.memory, tries: Object.fromEntries(this.#tries) }
  }

  #save(): void {
    const kept = this.#kept()
    if (kept === undefined) return
    const { control, now, report } = this.#parts
    this.#savedAt = now()
    try {
      control.put(memoryKey, kept, this.#savedAt)
    } catch (error) {
      report(`what is known of the matrix could not be written down: ${String(error)}`)
    }
  }
}
