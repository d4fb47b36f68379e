/**
 * The collector thread: receives, decodes, enriches, writes the log, and keeps the live window when no datagram waits. It
 * answers questions between two batches, and tells the main thread once a second what happened.
 * @module
 */
import { getPriority, setPriority } from 'node:os'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { openFlowLog, type StoreEvent } from '@vagus/store'
import type { Receiver } from './collector/datagrams.ts'
import type { CollectorReport, CollectorStart, FromCollector, ToCollector } from './collector/messages.ts'
import { Pipeline } from './collector/pipeline.ts'
import { startReceiver } from './collector/receiver.ts'
import { SnapshotPace } from './collector/snapshot-pace.ts'

const tickStep = 1000
/** Between two messages to the store about what is in the log, milliseconds. */
const acknowledgeStep = 50

/** As nice(1), from where the process is: three times the share of a thread of usual priority, behind the receiver. */
const priority = -5

const port = parentPort!
const tell = (message: FromCollector): void => port.postMessage(message)
const running = {
  stop: async (): Promise<void> => undefined,
  take: (message: ToCollector): void => tell({ type: 'failed', problem: `"${message.type}" before "start"` }),
}

port.on('message', (message: ToCollector) => {
  if (message.type === 'start') {
    run(message.start).catch((error: unknown) => tell({ type: 'failed', problem: problemOf(error) }))
  } else if (message.type === 'stop') {
    running
      .stop()
      .then(() => tell({ type: 'stopped' }))
      .catch((error: unknown) => tell({ type: 'failed', problem: problemOf(error) }))
      .finally(() => port.close())
  } else running.take(message)
})

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Datagrams not decoded in time are lost; all other threads of the process can wait. */
function comeFirst(): void {
  if (process.platform !== 'linux') return // only there threads have priorities of their own
  try {
    setPriority(Math.max(-20, getPriority() + priority))
  } catch {
    // Fails without the privilege.
  }
}

async function run(start: CollectorStart): Promise<void> {
  comeFirst()
  const storeEvents: StoreEvent[] = []
  const log = openFlowLog(
    {
      folder: start.folder,
      onAcknowledged: acknowledger(start.acknowledged),
      onEvent: (event) => storeEvents.push(event),
    },
    Date.now(),
  )
  const pipeline = new Pipeline(start, log, start.snapshot, Date.now())
  const receiver = await startReceiver(
    start.listen,
    start.receiveBuffer,
    (run, from, now) => pipeline.receive(run, from, now),
    () => pipeline.catchUp(),
  )
  const snapshot = snapshotter(pipeline)
  const timer = setInterval(() => {
    const now = Date.now()
    pipeline.tick(now)
    tell({ type: 'report', report: reportOf(pipeline, receiver, storeEvents.splice(0), log.state(), now) })
    snapshot('when-due')
  }, tickStep)
  running.take = (message) => {
    if (message.type === 'domain') pipeline.setDomain(message.domain, Date.now())
    else if (message.type === 'ask') answer(pipeline, message)
  }
  running.stop = async () => {
    clearInterval(timer)
    await receiver.stop()
    pipeline.tick(Date.now())
    log.close(Date.now())
    // The log may have given up blocks that waited for a full disk.
    tell({ type: 'report', report: reportOf(pipeline, receiver, storeEvents.splice(0), log.state(), Date.now()) })
    snapshot('now')
    start.acknowledged.close()
  }
  const { snapshotProblem } = pipeline
  tell({ type: 'started', endpoints: receiver.endpoints, fallback: receiver.fallback, snapshotProblem })
}

/**
 * Tells the store of acknowledged blocks: the first at once, the newest of those that follow soon. A message for each of
 * some hundred blocks a second would cost more than writing them.
 */
function acknowledger(to: MessagePort): (block: number) => void {
  let newest = 0
  let timer: NodeJS.Timeout | undefined
  return (block) => {
    newest = block
    if (timer !== undefined) return
    to.postMessage(block)
    timer = setTimeout(() => {
      timer = undefined
      if (newest > block) to.postMessage(newest)
    }, acknowledgeStep)
  }
}

function answer(pipeline: Pipeline, { id, query }: Extract<ToCollector, { type: 'ask' }>): void {
  try {
    tell({ type: 'answer', id, answer: pipeline.answer(query, Date.now()) })
  } catch (error) {
    tell({ type: 'refused', id, problem: problemOf(error) })
  }
}

function reportOf(
  pipeline: Pipeline,
  receiver: Receiver,
  storeEvents: readonly StoreEvent[],
  log: CollectorReport['log'],
  at: number,
): CollectorReport {
  const { collector } = pipeline
  return {
    at,
    exporters: collector.exporters(),
    counters: pipeline.takeCounters(),
    events: collector.takeEvents(),
    storeEvents,
    totals: collector.totals(),
    receiver: {
      kind: receiver.kind,
      receiveBuffer: receiver.receiveBuffer,
      dropped: receiver.dropped(),
    },
    liveLeftOut: pipeline.leftOut,
    liveLate: pipeline.late,
    liveFuture: pipeline.future,
    recordLag: pipeline.recordLag(at),
    log,
  }
}

function snapshotter(pipeline: Pipeline): (when: 'when-due' | 'now') => void {
  const pace = new SnapshotPace()
  return (when) => {
    const { collector } = pipeline
    const isDue = pace.isDue(collector.totals())
    if (isDue || when === 'now') tell({ type: 'snapshot', json: JSON.stringify(collector.snapshot()) })
  }
}
