/**
 * The flow store inside its thread. Three activities run concurrently: loading blocks from the log; sealing, merging
 * and removing what is due, in sequence; and answering queries.
 * @module
 */
import { rmSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { diskProblemOf, StoreError } from '../errors.ts'
import type { StoreEvent } from '../event.ts'
import type { StoreSettings } from '../flow-store-options.ts'
import { logFolder, makeFolder, spillFolder } from '../folder.ts'
import type { HotRecords } from '../hot/hot-records.ts'
import { setAsideForeign } from '../log/foreign.ts'
import { LogReader } from '../log/log-reader.ts'
import type { StoreStats } from '../query/queries.ts'
import type { Reach } from '../query/tier-choice.ts'
import { Catalogue } from '../sealed/catalogue.ts'
import { Leases } from '../sealed/leases.ts'
import { reachOf } from '../sealed/reach.ts'
import { fileKinds, rawKind } from '../sealed/tiers.ts'
import { freezeStore, type FrozenFile } from '../snapshot/freeze.ts'
import type { View } from '../sql/view.ts'
import { type Database, databaseErrorOf, openDatabase } from './database.ts'
import { Lag } from './lag.ts'
import { Loader } from './loader.ts'
import { QuestionQueue } from './question-queue.ts'
import { Signal } from './signal.ts'
import { Upkeep } from './upkeep.ts'

export interface EngineEvents {
  readonly onEvent: (event: StoreEvent) => void
  readonly onLoaded: (block: number) => void
  /** The engine cannot continue: it must be restarted from the disk. */
  readonly onFailure: (problem: string) => void
}

/** Milliseconds between reads of the log without a notification: a notification may be lost, a block may not. */
const pollEvery = 1000
const upkeepEvery = 60_000
/** Milliseconds to the next try after loading or sealing failed. */
const retryAfter = 1000
/** Milliseconds that a block must wait for loading to be behind, and between checks whether it has caught up. */
const behindAfter = 500
const loadFirstStep = 100

/** The data that a query reads; call `release` after it is answered. */
export interface Reading {
  readonly view: View
  readonly reach: Reach
  readonly release: () => void
}

interface SealRequest {
  readonly wanted: number
  readonly resolve: () => void
  readonly reject: (error: StoreError) => void
}

export class StoreEngine {
  readonly questions: QuestionQueue
  readonly lag = new Lag()
  readonly #settings: StoreSettings
  readonly #database: Database
  readonly #events: EngineEvents
  readonly #catalogue: Catalogue
  readonly #loader: Loader
  readonly #reader: LogReader
  readonly #upkeep: Upkeep
  readonly #leases = new Leases()
  readonly #loading = new Signal()
  readonly #keeping = new Signal()
  #sealing: HotRecords | undefined
  /** Callers that wait for blocks up to `wanted` to be sealed. */
  #requests: SealRequest[] = []
  #state: StoreStats['state'] = 'ok'
  #problem = ''
  #isLoadingRefused = false
  #closed = false
  #loops: Promise<unknown> = Promise.resolve()

  private constructor(
    settings: StoreSettings,
    events: EngineEvents,
    database: Database,
    catalogue: Catalogue,
    reader: LogReader,
  ) {
    this.#settings = settings
    this.#events = events
    this.#database = database
    this.#catalogue = catalogue
    this.#reader = reader
    this.#loader = new Loader(reader, this.#leases, spillFolder(settings.folder), catalogue.covered)
    this.#upkeep = new Upkeep(settings, database.sealing, catalogue, this.#leases)
    this.questions = new QuestionQueue(database.asking)
  }

  /** @throws an error of the disk or the database */
  static async open(settings: StoreSettings, events: EngineEvents): Promise<StoreEngine> {
    const { folder } = settings
    makeFolder(logFolder(folder))
    rmSync(spillFolder(folder), { recursive: true, force: true })
    makeFolder(spillFolder(folder))
    setAsideForeign(folder, Date.now(), events.onEvent)
    const database = await openDatabase(settings)
    const onDamage = ({ file, octets, problem }: { file: string; octets: number; problem: string }): void =>
      events.onEvent({ event: 'store.damaged', at: Date.now(), fields: { file, octets, problem } })
    const catalogue = await Catalogue.open(database.sealing, folder, onDamage)
    const reader = new LogReader(logFolder(folder), catalogue.covered, onDamage)
    const engine = new StoreEngine(settings, events, database, catalogue, reader)
    engine.#upkeep.removeSegments()
    engine.#replay()
    engine.#loops = Promise.all([engine.#load(), engine.#keep()])
    return engine
  }

  acknowledged(block: number): void {
    this.lag.acknowledged(block, Date.now())
    this.#loading.poke()
  }

  /** The data for one query, as it is now. */
  view(): Reading {
    const hot = this.#unsealed()
    const lists = new Map(fileKinds.map((kind) => [kind, this.#catalogue.files(kind)] as const))
    return {
      view: { hot: hot.flatMap(({ files }) => files), files: (kind) => lists.get(kind) ?? [] },
      reach: reachOf(this.#catalogue, hot),
      release: this.#leases.take(),
    }
  }

  stats(): StoreStats {
    const records = this.#catalogue.files(rawKind).reduce((sum, { rows }) => sum + rows, 0)
    const files = this.#catalogue.all
    return {
      state: this.#state,
      problem: this.#problem,
      records: records + this.#loader.hot.rows + (this.#sealing?.rows ?? 0),
      octets: files.reduce((sum, { octets }) => sum + octets, 0) + this.#upkeep.logOctets(),
      oldest: this.#oldest(),
      completeTo: this.lag.completeTo(Date.now()),
      lagSeconds: this.lag.milliseconds(Date.now()) / 1000,
      loadedTo: this.#loader.loadedTo,
      sealedTo: this.#catalogue.covered,
      files: files.length,
    }
  }

  /** Seals the blocks that are loaded now, and merges and removes what is due. */
  seal(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#requests.push({ wanted: this.#loader.loadedTo, resolve, reject })
      this.#loading.poke()
      this.#keeping.poke()
    })
  }

  /** Holds the files of this moment by links below `into`. @throws {StoreError} */
  freeze(into: string): readonly FrozenFile[] {
    return freezeStore(this.#settings.folder, into)
  }

  async close(): Promise<void> {
    this.#closed = true
    const closed = new StoreError('closed', 'the store was closed')
    this.questions.callOffAll(closed)
    for (const { reject } of this.#requests.splice(0)) reject(closed)
    this.#loading.poke()
    this.#keeping.poke()
    // A single interrupt does not stop a statement that is about to start.
    const interrupts = setInterval(() => this.#database.sealing.interrupt(), 10)
    await this.#loops
    clearInterval(interrupts)
    await this.questions.ended()
    this.#reader.close()
    this.#database.close()
  }

  #oldest(): number | undefined {
    const parts = [...this.#catalogue.files(rawKind), ...this.#unsealed()]
    return parts.length === 0 ? undefined : Math.min(...parts.map(({ firstAt }) => firstAt))
  }

  /** Unsealed records that can be queried, oldest first. */
  #unsealed(): readonly HotRecords[] {
    return [this.#sealing, this.#loader.hot].filter(
      (records) => records !== undefined && records.rows > 0,
    ) as HotRecords[]
  }

  /** Loads blocks from before the start, as many as fit at once. */
  #replay(): void {
    while (this.#loader.hot.appendedRows < this.#settings.hotRows && this.#loader.load() === 'more');
    this.#loader.flush()
    const { rows } = this.#loader.hot
    if (rows > 0) this.#events.onEvent({ event: 'store.replayed', at: Date.now(), fields: { records: rows } })
    this.#loaded()
  }

  #loaded(): void {
    this.lag.loaded(this.#loader.loadedTo, Date.now())
    this.#events.onLoaded(this.#loader.loadedTo)
  }

  async #load(): Promise<void> {
    try {
      while (!this.#closed) {
        const before = this.#loader.loadedTo
        const state = this.#tryLoading()
        if (this.#loader.loadedTo > before) this.#loaded()
        if (state === 'more') await setImmediate()
        else await this.#loading.wait(state === 'refused' ? retryAfter : (this.#loader.hot.dueIn ?? pollEvery))
      }
    } catch (error) {
      if (!this.#closed) this.#events.onFailure(`loading: ${(error as Error).message}`)
    }
  }

  /** `refused`: neither memory nor disk has space for the block; it stays in the log. */
  #tryLoading(): 'more' | 'all' | 'refused' {
    try {
      if (this.#sealing === undefined && this.#isDue()) {
        this.#sealing = this.#loader.rotate()
        this.#keeping.poke()
      }
      // When sealing does not keep up, the rest stays in the log on the disk.
      const isFull = this.#sealing !== undefined && this.#loader.hot.appendedRows >= 2 * this.#settings.hotRows
      const state = isFull ? 'all' : this.#loader.load()
      if (isFull) this.#loader.flush()
      if (this.#isLoadingRefused) this.#recovered()
      this.#isLoadingRefused = false
      return state
    } catch (error) {
      if (diskProblemOf(error) !== 'disk-full') throw error
      this.#isLoadingRefused = true
      this.#failed(new StoreError('disk-full', (error as Error).message))
      return 'refused'
    }
  }

  #isDue(): boolean {
    const { appendedRows: rows, filledAt } = this.#loader.hot
    const { hotRows, hotMilliseconds } = this.#settings
    if (rows === 0) return false
    const isAsked = this.#requests.some(({ wanted }) => wanted > this.#catalogue.covered)
    return rows >= hotRows || performance.now() - filledAt >= hotMilliseconds || isAsked
  }

  /** Sealing waits while blocks wait to be loaded, until memory is full or a caller requests it. */
  #mustLoadFirst(): boolean {
    const hasRoom = this.#loader.hot.appendedRows < 2 * this.#settings.hotRows
    return hasRoom && this.#requests.length === 0 && this.lag.milliseconds(Date.now()) > behindAfter
  }

  async #keep(): Promise<void> {
    try {
      await this.#keepUntilClosed()
    } catch (error) {
      if (!this.#closed) this.#events.onFailure(`upkeep: ${(error as Error).message}`)
    }
  }

  async #keepUntilClosed(): Promise<void> {
    // Not by wall-clock time: if the clock were set back by an hour, nothing would be removed for an hour.
    let upkeepAt = performance.now() + upkeepEvery
    while (!this.#closed) {
      if (this.#sealing !== undefined && this.#mustLoadFirst()) {
        await this.#keeping.wait(loadFirstStep)
        continue
      }
      const sealed = this.#sealing === undefined || (await this.#seal(this.#sealing))
      const ready = this.#requests.filter(({ wanted }) => !sealed || wanted <= this.#catalogue.covered)
      if (sealed && (ready.length > 0 || performance.now() >= upkeepAt)) {
        await this.#keepFiles()
        upkeepAt = performance.now() + upkeepEvery
      }
      this.#requests = this.#requests.filter((request) => !ready.includes(request))
      for (const { resolve, reject } of ready) {
        if (this.#state === 'ok') resolve()
        else reject(new StoreError(this.#state, this.#problem))
      }
      await this.#keeping.wait(sealed ? pollEvery : retryAfter)
    }
  }

  async #seal(hot: HotRecords): Promise<boolean> {
    const done = await this.#attempt(() => this.#upkeep.seal(hot, () => (this.#sealing = undefined)))
    if (done) this.#loading.poke()
    // Only retention frees space, and needs almost none itself; so a full disk can recover.
    else if (this.#state === 'disk-full') this.#makeRoom()
    return done
  }

  #makeRoom(): void {
    try {
      this.#upkeep.expire(Date.now())
    } catch (error) {
      this.#problem += `; and old files cannot be removed: ${(error as Error).message}`
    }
  }

  async #keepFiles(): Promise<void> {
    await this.#attempt(async () => {
      this.#upkeep.expire(Date.now())
      while (!this.#closed && this.#sealing === undefined && (await this.#upkeep.mergeNext(Date.now())));
    })
  }

  /** Does the work and updates the state; returns whether it succeeded. */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
    } catch (error) {
      if (!this.#closed) this.#failed(databaseErrorOf(error))
      return false
    }
    this.#recovered()
    return true
  }

  #recovered(): void {
    if (this.#state === 'ok') return
    this.#state = 'ok'
    this.#problem = ''
    this.#events.onEvent({ event: 'store.recovered', at: Date.now(), fields: { dropped: 0 } })
  }

  #failed({ code, message }: StoreError): void {
    const before = this.#state
    this.#state = code === 'disk-full' ? 'disk-full' : 'failed'
    this.#problem = message
    if (before === this.#state) return
    const at = Date.now()
    if (this.#state === 'failed') this.#events.onEvent({ event: 'store.failed', at, fields: { problem: message } })
    else {
      const waiting = (this.#sealing?.rows ?? 0) + this.#loader.hot.rows
      this.#events.onEvent({ event: 'store.disk-full', at, fields: { waiting, dropped: 0 } })
    }
  }
}
