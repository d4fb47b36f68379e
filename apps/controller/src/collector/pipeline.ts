/** The way of a datagram: records, enrichment, the log, and when there is time the live window. @module */
import { formatAddress, hashKeyWords, parseAddress } from '@vagus/address'
import { createEnricher, type Enricher, LiveWindow, RecordLags } from '@vagus/analytics'
import { type Collector, createCollector, type DatagramRun, type DatagramSource, type FlowBlock } from '@vagus/flow'
import type { FlowLog } from '@vagus/store'
import type { CounterReading } from '../domain/measurements.ts'
import { LiveBacklog } from './live-backlog.ts'
import { answerLive, type LiveAnswer, type LiveQuery, maxLiveSeconds } from './live-query.ts'
import type { CollectorDomain, RecordLag } from './messages.ts'

export class Pipeline {
  readonly collector: Collector
  /** Why the snapshot was not taken; undefined when it was, or there was none. */
  readonly snapshotProblem: string | undefined
  readonly #log: FlowLog
  readonly #backlog = new LiveBacklog(
    (block) => this.#window.add(block, this.#now),
    (block) => this.collector.recycle(block),
  )
  #said: CollectorDomain
  #configured: ReadonlySet<string>
  #enricher: Enricher
  #window: LiveWindow
  /** What exporters showed holds for the next window, too. */
  readonly #lags = new RecordLags()
  #countsAll: boolean
  /** Of the windows before this one. */
  #lateBefore = 0
  #futureBefore = 0
  #now: number

  /** `snapshot`: from the previous run of the collector, or `undefined`. `now` in milliseconds since 1970. */
  constructor(domain: CollectorDomain, log: FlowLog, snapshot: unknown, now: number) {
    this.#log = log
    this.#now = now
    this.#said = domain
    this.#configured = addressesOf(domain)
    const { collector, problem } = this.#restored(snapshot)
    this.collector = collector
    this.snapshotProblem = problem
    this.#enricher = this.#enricherOf(domain)
    this.#window = this.#windowOf(domain, now)
    this.#countsAll = countsAll(domain)
  }

  /** The hot path. */
  receive(run: DatagramRun, from: DatagramSource, now: number): void {
    this.#now = now
    this.collector.receiveRun(run, from, now)
  }

  /** Work that can wait for idle time. Call it until it is `empty`, but look for datagrams between calls. */
  catchUp(): 'done' | 'empty' {
    const state = this.#backlog.step()
    if (state === 'empty') this.#log.flush(this.#now)
    return state
  }

  /** Records that the live window left out since the start, because datagrams came faster than it can take them in. */
  get leftOut(): number {
    return this.#backlog.leftOut
  }

  /** Records that the live window left out since the start, because they ended before what it holds. */
  get late(): number {
    return this.#lateBefore + this.#window.counts().late
  }

  /** Records since the start that ended later than now. */
  get future(): number {
    return this.#futureBefore + this.#window.counts().future
  }

  /** How late records come. `now` in milliseconds since 1970. */
  recordLag(now: number): RecordLag {
    const late = this.#lags.lateAt(now).flatMap(({ exporter, lag }) => {
      const address = this.collector.addressOf(exporter)
      return address === undefined ? [] : [{ address, lag }]
    })
    return { ms: this.#lags.lagAt(now), late }
  }

  /** Passes on everything received so far; about once a second. */
  tick(now: number): void {
    this.#now = now
    this.collector.flush()
    this.collector.tick(now)
    this.#log.tick(now)
  }

  /** From here on; the live window begins anew if its sums are of another domain. */
  setDomain(domain: CollectorDomain, now: number): void {
    this.collector.flush()
    if (JSON.stringify(domain.domain) === JSON.stringify(this.#said.domain)) {
      this.#said = domain
      return
    }
    this.#backlog.clear()
    this.#lateBefore = this.late
    this.#futureBefore = this.future
    this.#said = domain
    this.#configured = addressesOf(domain)
    this.#enricher = this.#enricherOf(domain)
    this.#window = this.#windowOf(domain, now)
    this.#countsAll = countsAll(domain)
  }

  answer(query: LiveQuery, now: number): LiveAnswer {
    return answerLive(this.#window, query, now)
  }

  /** Counter samples since the last call, with the addresses of their devices. */
  takeCounters(): readonly CounterReading[] {
    return this.collector.takeCounters().flatMap((counters) => {
      const address = this.collector.addressOf(counters.exporter)
      return address === undefined ? [] : [{ ...counters, address }]
    })
  }

  /** An unreadable snapshot, such as one of a later version, costs the templates but does not prevent the start. */
  #restored(snapshot: unknown): { readonly collector: Collector; readonly problem: string | undefined } {
    const create = (): Collector =>
      createCollector({
        onBlock: (block) => this.#take(block),
        decoders: 'vector',
        clocks: 'set-right',
        isConfigured: (address) => this.#configured.has(address),
        samplingRateOf: (address) => this.#said.samplingRates.get(address),
        mayReport: (agent, source) => this.#said.agentOf.get(source) === agent,
      })
    const collector = create()
    if (snapshot === undefined) return { collector, problem: undefined }
    try {
      collector.restore(snapshot)
      return { collector, problem: undefined }
    } catch (error) {
      return { collector: create(), problem: error instanceof Error ? error.message : String(error) }
    }
  }

  #take(block: FlowBlock): void {
    this.#enricher.enrich(block)
    if (this.#countsAll) block.counted.fill(1, 0, block.length)
    this.#log.gather(block, this.#now)
    this.#backlog.push(block)
  }

  #enricherOf({ domain }: CollectorDomain): Enricher {
    return createEnricher({ domain, addressOf: (exporter) => this.collector.addressOf(exporter) })
  }

  #windowOf({ domain }: CollectorDomain, now: number): LiveWindow {
    const { deviceOf } = this.#enricher
    const hashKey = crypto.getRandomValues(new Uint32Array(hashKeyWords))
    return new LiveWindow({ domain, deviceOf, hashKey, startedAt: now, maxSeconds: maxLiveSeconds, lags: this.#lags })
  }
}

const addressesOf = ({ domain }: CollectorDomain): ReadonlySet<string> =>
  new Set(domain.devices.map(({ address }) => formatAddress(parseAddress(address))))

/**
 * Without any boundary nothing could ever count, and a newcomer would see zeros. So every observation counts then, and
 * the status says what to configure, because a packet that two routers export is counted twice.
 */
const countsAll = ({ domain }: CollectorDomain): boolean =>
  !domain.devices.some(({ interfaces }) => interfaces.some(({ site }) => site !== undefined))
