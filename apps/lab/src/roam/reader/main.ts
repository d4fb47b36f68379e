/**
 * The reader: a stock A2A client, `node main.ts URL COUNT MS`. It asks the agent at URL for a task that streams COUNT
 * parts, MS apart, and prints a line of JSON for each part that arrives. It does what the SDK offers to get everything:
 * when the stream breaks, or brings nothing for two seconds, it subscribes to the task again. Beside @a2a-js/sdk it has
 * the one line that docs/20-agents.md gives to clients of a side-car, a `fetch` that resumes streams of events with ids:
 * then it gets what it missed. Where events have no ids, as without a side-car, it gets the task as it is by then.
 * Lines: `Reading`.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { SendMessageRequest, type StreamResponse, SubscribeToTaskRequest, type Task, TaskState } from '@a2a-js/sdk'
import { type Client, ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import type { Reading } from '../reading.ts'

/** Milliseconds without anything after which a stream counts as broken; the writer sends every few. */
const stall = 2000
/** Milliseconds before the next try. */
const pause = 200

const [url, count, interval] = process.argv.slice(2)
const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
  transports: [new JsonRpcTransportFactory({ fetchImpl: resumingFetch() })],
})
const tell = (reading: Reading): void => void process.stdout.write(`${JSON.stringify(reading)}\n`)
const now = (): number => performance.timeOrigin + performance.now()
const over: ReadonlySet<TaskState | undefined> = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_FAILED,
])
const task: { id: string | undefined; isOver: boolean } = { id: undefined, isOver: false }

const partsOf = (parts: Task['artifacts'][number]['parts'] | undefined): number[] =>
  (parts ?? []).flatMap(({ content }) => (content?.$case === 'text' ? [Number(content.value)] : []))

function take({ payload }: StreamResponse): void {
  if (payload?.$case === 'artifactUpdate') {
    for (const part of partsOf(payload.value.artifact?.parts)) tell({ type: 'part', part, at: now() })
  }
  if (payload?.$case === 'statusUpdate') task.isOver = over.has(payload.value.status?.state)
  if (payload?.$case !== 'task') return
  const { id, artifacts, status } = payload.value
  if (task.id !== undefined)
    tell({ type: 'snapshot', parts: artifacts.flatMap(({ parts }) => partsOf(parts)), at: now() })
  task.id = id
  task.isOver = over.has(status?.state)
}

/** Takes everything until the stream ends, breaks or stalls. */
async function follow(stream: (signal: AbortSignal) => AsyncIterable<StreamResponse>): Promise<void> {
  const stalled = new AbortController()
  const give = (): void => stalled.abort(new Error(`nothing came for ${stall} ms`))
  let timer = setTimeout(give, stall)
  try {
    for await (const event of stream(stalled.signal)) {
      clearTimeout(timer)
      take(event)
      timer = setTimeout(give, stall)
    }
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(): Promise<void> {
  let connected: Client | undefined
  const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: `count ${count} ${interval}` }] }
  while (!task.isOver) {
    try {
      const client = (connected ??= await new ClientFactory(options).createFromUrl(url!))
      const { id } = task
      await follow((signal) =>
        id === undefined
          ? client.sendMessageStream(SendMessageRequest.fromJSON({ message }), { signal })
          : client.resubscribeTask(SubscribeToTaskRequest.fromJSON({ id }), { signal }),
      )
      if (!task.isOver) throw new Error('the stream ended before the task did')
    } catch (error) {
      tell({ type: 'broken', why: String(error), at: now() })
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  tell({ type: 'over', at: now() })
}

await readAll()
process.exit(0) // connections that are kept alive would hold it
