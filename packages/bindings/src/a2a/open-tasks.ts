/**
 * Tasks whose stream has not ended, and how far the program has followed each. Reads A2A 1.0 over JSON-RPC and
 * HTTP+JSON, and the names of 0.3.
 * @module
 */

/** At the limit, the stream that was abandoned longest ago is forgotten. */
const maxTasks = 1024
/** Events searched for the name of the task. The first one has it, or a later one if a proxy adds events before it. */
const namedWithin = 16

export interface TaskStream {
  /** The program has taken the event with this data and all before it. `id` is the last id that an event carried. */
  taken(data: string | undefined, id: string | undefined): void
  /** Nothing more will follow. */
  ended(): void
}

export class OpenTasks {
  readonly #lastIds = new Map<string, string>()

  /** The id of the last event of `taskId` that the program has taken. */
  lastEventId(taskId: string): string | undefined {
    return this.#lastIds.get(taskId)
  }

  /** @param taskId if the request names the task; otherwise the events do */
  stream(taskId: string | undefined): TaskStream {
    let task = taskId
    let looks = namedWithin
    return {
      taken: (data, id) => {
        if (task === undefined && data !== undefined && looks-- > 0) task = taskOf(data)
        if (task === undefined || id === undefined) return
        this.#lastIds.delete(task)
        this.#lastIds.set(task, id)
        if (this.#lastIds.size > maxTasks) this.#lastIds.delete(this.#lastIds.keys().next().value!)
      },
      ended: () => {
        if (task !== undefined) this.#lastIds.delete(task)
      },
    }
  }
}

type Json = Readonly<Record<string, unknown>>

/** The task that a request subscribes to (A2A 1.0 §3.1.6). */
export function subscribedTaskOf(input: Parameters<typeof fetch>[0], body: unknown): string | undefined {
  const url = input instanceof Request ? input.url : String(input)
  const [, inPath] = /\/tasks\/([^/?]+):subscribe(?:\?|$)/.exec(url) ?? []
  if (inPath !== undefined) return decodeURIComponent(inPath)
  if (typeof body !== 'string' || !/"(SubscribeToTask|tasks\/resubscribe)"/.test(body)) return undefined
  const { method, params } = jsonOf(body) ?? {}
  const isSubscription = method === 'SubscribeToTask' || method === 'tasks/resubscribe'
  return isSubscription ? textOf((params as Json | undefined)?.['id']) : undefined
}

/** The task to which an event with this data belongs. */
function taskOf(text: string): string | undefined {
  const data = jsonOf(text)
  const result = (data?.['result'] ?? data) as Json | undefined
  const of = (name: string): Json | undefined => result?.[name] as Json | undefined
  return (
    textOf(of('task')?.['id']) ??
    textOf((of('statusUpdate') ?? of('artifactUpdate') ?? result)?.['taskId']) ??
    (result?.['kind'] === 'task' ? textOf(result['id']) : undefined)
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function jsonOf(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
