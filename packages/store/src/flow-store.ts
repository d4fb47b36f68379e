/**
 * The flow store: a thread that reads the log into DuckDB, seals it into Parquet files with rollups, and answers
 * queries. The log is the only input. If the thread dies, a new one continues from what is on the disk.
 * @module
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { StoreError } from './errors.ts'
import type { StoreEvent } from './event.ts'
import { type FlowStoreOptions, settingsOf } from './flow-store-options.ts'
import { spillFolder } from './folder.ts'
import type { Patience } from './query/queries.ts'
import { Inquiries } from './worker/inquiries.ts'
import type { FromWorker, QuestionName, Questions, ToWorker } from './worker/messages.ts'

/** Milliseconds between the end of a thread and the start of the next; doubled each time up to the maximum. */
const restartAfter = { shortest: 500, longest: 30_000 }

/**
 * Opens the store and reads what its log holds beyond the sealed files.
 * @throws {StoreError | RangeError} when the disk or the database refuses, or an option is out of range
 */
export async function openFlowStore(options: FlowStoreOptions): Promise<FlowStore> {
  const store = new FlowStore(options)
  await store.opened
  return store
}

/** Every query rejects with `StoreError`, with `RangeError` when it has no answer, or with its signal's reason. */
export class FlowStore {
  /** Resolves when the first thread has read the disk. */
  readonly opened: Promise<void>
  readonly #options: FlowStoreOptions
  readonly #inquiries = new Inquiries((message) => this.#post(message))
  readonly #notifiers: MessagePort[] = []
  #worker: Worker | undefined
  #acknowledged = 0
  #restartAfter = restartAfter.shortest
  #restart: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: FlowStoreOptions) {
    settingsOf(options)
    this.#options = options
    this.opened = this.#start()
  }

  /** A port to transfer to the thread that writes the log, which posts the numbers of acknowledged blocks to it. */
  notifier(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    port2.on('message', (block: number) => this.notify(block))
    port2.unref()
    this.#notifiers.push(port2)
    return port1
  }

  /** The same from this thread. */
  notify(block: number): void {
    if (block <= this.#acknowledged) return
    this.#acknowledged = block
    this.#post({ type: 'acknowledged', block })
  }

  /** Resolves when the block and all before it can be queried. */
  loaded(block: number, patience?: Patience): Promise<void> {
    return this.#inquiries.loaded(block, patience)
  }

  top(...[query, patience]: Ask<'top'>): Answer<'top'> {
    return this.#ask('top', query, patience)
  }

  series(...[query, patience]: Ask<'series'>): Answer<'series'> {
    return this.#ask('series', query, patience)
  }

  matrix(...[query, patience]: Ask<'matrix'>): Answer<'matrix'> {
    return this.#ask('matrix', query, patience)
  }

  interfaceSeries(...[query, patience]: Ask<'interfaceSeries'>): Answer<'interfaceSeries'> {
    return this.#ask('interfaceSeries', query, patience)
  }

  /** Traffic by who held its addresses and ports at the time. */
  attribution(...[query, patience]: Ask<'attribution'>): Answer<'attribution'> {
    return this.#ask('attribution', query, patience)
  }

  /** Folder for files to be handed over; emptied at each start of the thread. */
  get draftFolder(): string {
    return spillFolder(this.#options.folder)
  }

  /** Writes the records that ended in the window to a Parquet file for other programs. */
  exportParquet(...[query, patience]: Ask<'exportParquet'>): Answer<'exportParquet'> {
    return this.#ask('exportParquet', query, patience)
  }

  stats(patience?: Patience): Answer<'stats'> {
    return this.#ask('stats', undefined, patience)
  }

  /** Seals the records in memory at once, and merges and removes what is due. */
  seal(patience?: Patience): Promise<void> {
    return this.#ask('seal', undefined, patience)
  }

  /**
   * Holds the files of one moment by links below `into`, which must be below `draftFolder`; who asks removes them. All
   * that was acknowledged before is in them.
   */
  freeze(into: string, patience?: Patience): Answer<'freeze'> {
    return this.#ask('freeze', into, patience)
  }

  /** Stops the thread; unsealed records are read from the log at the next start. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#restart)
    const worker = this.#worker
    if (worker !== undefined) {
      const exited = new Promise((resolve) => worker.once('exit', resolve))
      this.#post({ type: 'close' })
      await exited
    }
    this.#inquiries.refuseAll(new StoreError('closed', 'the store was closed'))
    for (const port of this.#notifiers) port.close()
  }

  #ask<Name extends QuestionName>(name: Name, query: Questions[Name][0], patience?: Patience): Answer<Name> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the store was closed'))
    if (this.#worker === undefined) return Promise.reject(new StoreError('failed', 'the store starts again'))
    return this.#inquiries.ask(name, query, patience)
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  /** Resolves when the thread answers; rejects when it ends before. */
  #start(): Promise<void> {
    const { onEvent: _, ...workerData } = this.#options
    const worker = new Worker(new URL('./store-worker.ts', import.meta.url), { workerData })
    this.#worker = worker
    let problem = 'the thread ended'
    return new Promise((resolve, reject) => {
      let isOpen = false
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'open') {
          isOpen = true
          resolve()
          if (this.#acknowledged > 0) this.#post({ type: 'acknowledged', block: this.#acknowledged })
        } else if (message.type === 'failure') problem = message.problem
        else if (message.type === 'event') this.#options.onEvent?.(message.event)
        else this.#inquiries.hear(message)
      })
      worker.on('error', (error: Error) => (problem = error.message))
      worker.on('exit', () => {
        this.#worker = undefined
        const error = new StoreError('failed', `the flow store failed: ${problem}`)
        this.#inquiries.refuseAll(error)
        if (!isOpen) reject(error)
        else if (!this.#closed) this.#startAgain(problem)
      })
    })
  }

  #startAgain(problem: string): void {
    const event: StoreEvent = { event: 'store.failed', at: Date.now(), fields: { problem } }
    this.#options.onEvent?.(event)
    this.#restart = setTimeout(() => {
      this.#start().then(
        () => (this.#restartAfter = restartAfter.shortest),
        (error: Error) => {
          if (!this.#closed) this.#startAgain(error.message)
        },
      )
    }, this.#restartAfter)
    this.#restartAfter = Math.min(this.#restartAfter * 2, restartAfter.longest)
  }
}

type Ask<Name extends QuestionName> = readonly [query: Questions[Name][0], patience?: Patience]
type Answer<Name extends QuestionName> = Promise<Questions[Name][1]>
