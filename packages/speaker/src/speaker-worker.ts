/** The thread of a speaker: calls in, answers and events out. @module */
import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { type FromWorker, problemOf, type ToWorker, type WorkerData } from './thread/messages.ts'
import { SpeakerEngine } from './thread/speaker-engine.ts'

const port = parentPort!
/** As nice(1), added to what the process has: an agent that steers is more urgent than a table that loads. */
const yielding = 5
const least = 19
// Linux lowers this thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + yielding, least))

/** Milliseconds for which peers may take their time to close their side; the thread ends sooner when they all have. */
const parting = 250
const send = (message: FromWorker): void => port.postMessage(message)

function fail(error: unknown): never {
  send({ type: 'failure', problem: problemOf(error) })
  process.exit(1) // of this thread only
}

async function answer(engine: SpeakerEngine, { id, name, args }: ToWorker & { type: 'call' }): Promise<void> {
  try {
    // Sound: the other thread takes name and arguments from one entry of `Calls`.
    const call = engine[name] as (...args: readonly unknown[]) => unknown
    send({ type: 'answer', id, value: await call.apply(engine, [...args]) })
  } catch (error) {
    send({ type: 'refusal', id, problem: problemOf(error) })
  }
  if (name !== 'close') return
  port.close()
  setTimeout(() => process.exit(), parting).unref()
}

try {
  const engine = new SpeakerEngine(workerData as WorkerData, (event) => send({ type: 'event', event }))
  const { listening, bmp } = await engine.open()
  port.on('message', (message: ToWorker) => {
    if (message.type === 'taken') engine.taken()
    else void answer(engine, message)
  })
  send({ type: 'open', listening, bmp })
} catch (error) {
  fail(error)
}
