/**
 * What a stock A2A client does to get everything of a task that streams numbered parts: when the stream breaks, or brings
 * nothing for two seconds, it subscribes to the task again. Beside @a2a-js/sdk it has the one line that docs/21-when-something-breaks.md
 * gives to clients of a side-car, a `fetch` that resumes streams of events with ids: then it gets what it missed. Where
 * events have no ids, as without a side-car, it gets the task as it is by then.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SendMessageRequest, type StreamResponse, SubscribeToTaskRequest, type Task, TaskState } from '@a2a-js/sdk'
import { type Client, ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import { type Reading, stall } from './reading.ts'

interface Wish {
  readonly parts: number
  /** Milliseconds between two parts. */
  readonly interval: number
}

/** Settles when the task has ended, after any number of tries. */
export type ReadTask = (wish: Wish, hear: (reading: Reading) => void) => Promise<void>

const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
  transports: [new JsonRpcTransportFactory({ fetchImpl: resumingFetch() })],
})
const over: ReadonlySet<TaskState | undefined> = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_FAILED,
])

/** The clock that all processes of a machine share: other processes record the incidents. */
const now = (): number => Date.now()

/** Asks the agent at `url`; `pause` is the milliseconds before the next try, after one that failed. */
export function taskReader(url: string, pause: number): ReadTask {
  let connected: Client | undefined
  return async ({ parts, interval }, hear) => {
    const task: { id: string | undefined; isOver: boolean } = { id: undefined, isOver: false }

    function take({ payload }: StreamResponse): void {
      if (payload?.$case === 'artifactUpdate') {
        for (const part of partsOf(payload.value.artifact?.parts)) hear({ type: 'part', part, at: now() })
      }
      if (payload?.$case === 'statusUpdate') task.isOver = over.has(payload.value.status?.state)
      if (payload?.$case !== 'task') return
      const { id, artifacts, status } = payload.value
      if (task.id !== undefined)
        hear({ type: 'snapshot', parts: artifacts.flatMap(({ parts }) => partsOf(parts)), at: now() })
      task.id = id
      task.isOver = over.has(status?.state)
    }

    const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: `count ${parts} ${interval}` }] }
    while (!task.isOver) {
      try {
        const client = (connected ??= await new ClientFactory(options).createFromUrl(url))
        const { id } = task
        await follow(
          (signal) =>
            id === undefined
              ? client.sendMessageStream(SendMessageRequest.fromJSON({ message }), { signal })
              : client.resubscribeTask(SubscribeToTaskRequest.fromJSON({ id }), { signal }),
          take,
        )
        if (!task.isOver) throw new Error('the stream ended before the task did')
      } catch (error) {
        hear({ type: 'broken', why: String(error), at: now() })
        await sleep(pause)
      }
    }
    hear({ type: 'over', at: now() })
  }
}

const partsOf = (parts: Task['artifacts'][number]['parts'] | undefined): number[] =>
  (parts ?? []).flatMap(({ content }) => (content?.$case === 'text' ? [Number(content.value)] : []))

/** Takes everything until the stream ends, breaks or stalls. */
async function follow(
  stream: (signal: AbortSignal) => AsyncIterable<StreamResponse>,
  take: (event: StreamResponse) => void,
): Promise<void> {
  const stalled = new AbortController()
  const give = (): void => stalled.abort(new Error(`nothing arrived for ${stall} ms`))
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
