/**
 * How far the stream of an A2A task has come for its reader, and what is missing up to a snapshot of the task. Pure.
 * What was said is remembered as counts and digests, not as content: per artifact how many parts, and a digest over them;
 * of the status, its state, time and message.
 * @module
 */
import { createHash } from 'node:crypto'

type Json = Readonly<Record<string, unknown>>

interface SaidArtifact {
  readonly parts: number
  /** Chained over the parts. */
  readonly digest: string
}

export interface TaskProgress {
  readonly taskId: string | undefined
  readonly contextId: string | undefined
  readonly artifacts: Readonly<Record<string, SaidArtifact>>
  /** Of the last status; empty before the first. */
  readonly status: string
  /** When it was set, as it says; empty when it does not. */
  readonly statusTime: string
  /** Ids of the agent's messages that were said, with statuses or in the task's history; the newest `maxMessages`. */
  readonly messages: readonly string[]
  /** The task will say nothing more, or the answer was a message and there is no task. */
  readonly over: boolean
}

/** Further back a message is not looked for: it would have been said long ago. */
const maxMessages = 256

export const noProgress: TaskProgress = {
  taskId: undefined,
  contextId: undefined,
  artifacts: {},
  status: '',
  statusTime: '',
  messages: [],
  over: false,
}

/** One event of the stream (`StreamResponse`): a task, a message, or an update of one. */
export type StreamEvent = Json

/** States that a task does not leave (A2A 1.0 §4.1.3). */
const terminalStates = new Set([
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
])

/** States in which the task waits for its user, who asks in another stream (A2A 1.0 §4.1.3). */
const waitingStates = new Set(['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED'])

/** The progress after `event` was said. */
export function afterEvent(before: TaskProgress, event: StreamEvent): TaskProgress {
  const { task, message, statusUpdate, artifactUpdate } = event as Readonly<Record<string, Json | undefined>>
  if (message !== undefined) return { ...before, over: true }
  if (task !== undefined) return afterTask(before, task)
  if (statusUpdate !== undefined) {
    const status = statusUpdate['status'] as Json | undefined
    const messages = withMessages(before, [status?.['message']])
    const statusTime = statusTimeOf(statusUpdate)
    return {
      ...withIds(before, statusUpdate),
      status: statusKey(status),
      statusTime,
      messages,
      over: isTerminal(status),
    }
  }
  if (artifactUpdate !== undefined) {
    const artifact = artifactUpdate['artifact'] as Json | undefined
    const id = String(artifact?.['artifactId'])
    const start = artifactUpdate['append'] === true ? before.artifacts[id] : undefined
    const said = saidOf(partsOf(artifact), start)
    return { ...withIds(before, artifactUpdate), artifacts: { ...before.artifacts, [id]: said } }
  }
  return before
}

/** The progress after the whole task was said. */
function afterTask(before: TaskProgress, task: Json): TaskProgress {
  const artifacts = artifactsOf(task).map(
    (artifact) => [String(artifact['artifactId']), saidOf(partsOf(artifact))] as const,
  )
  const status = task['status'] as Json | undefined
  return {
    taskId: textOf(task['id']) ?? before.taskId,
    contextId: textOf(task['contextId']) ?? before.contextId,
    artifacts: Object.fromEntries(artifacts),
    status: statusKey(status),
    statusTime: statusTimeOf(task),
    messages: withMessages(before, [...historyOf(task), status?.['message']]),
    over: isTerminal(status),
  }
}

/**
 * The events that are missing between `said` and `task`, a snapshot: what the agent said meanwhile (servers move the
 * message of a status into the history when the next one comes), parts of artifacts, then the status. Parts come in one
 * event per artifact, whatever pieces they were said in originally.
 */
export function missingEvents(said: TaskProgress, task: Json): readonly StreamEvent[] {
  const taskId = textOf(task['id']) ?? said.taskId
  const contextId = textOf(task['contextId']) ?? said.contextId
  const last = messageIdOf((task['status'] as Json | undefined)?.['message'])
  const events: StreamEvent[] = historyOf(task)
    .filter(
      (message) => isOfAgent(message) && messageIdOf(message) !== last && !said.messages.includes(messageIdOf(message)),
    )
    .map((message) => ({ statusUpdate: { taskId, contextId, status: { state: 'TASK_STATE_WORKING', message } } }))
  for (const artifact of artifactsOf(task)) {
    const parts = partsOf(artifact)
    const known = said.artifacts[String(artifact['artifactId'])]
    const isContinued =
      known !== undefined && known.parts <= parts.length && saidOf(parts.slice(0, known.parts)).digest === known.digest
    if (isContinued && known.parts === parts.length) continue
    const rest = isContinued ? parts.slice(known.parts) : parts
    const update = { taskId, contextId, artifact: { ...artifact, parts: rest }, append: isContinued, lastChunk: false }
    events.push({ artifactUpdate: update })
  }
  const status = task['status'] as Json | undefined
  if (status !== undefined && statusKey(status) !== said.status)
    events.push({ statusUpdate: { taskId, contextId, status } })
  return events
}

/** When the status of a task or of an update was set, as RFC 3339 text in UTC; empty when it does not say. */
export const statusTimeOf = (holder: Json): string =>
  textOf((holder['status'] as Json | undefined)?.['timestamp']) ?? ''

/** Whether a stream of the task may end with the status that it has. */
export const endsStream = (task: Json): boolean => {
  const status = task['status'] as Json | undefined
  return isTerminal(status) || waitingStates.has(String(status?.['state']))
}

const isTerminal = (status: Json | undefined): boolean => terminalStates.has(String(status?.['state']))

const withIds = (before: TaskProgress, update: Json): TaskProgress => ({
  ...before,
  taskId: before.taskId ?? textOf(update['taskId']),
  contextId: before.contextId ?? textOf(update['contextId']),
})

function saidOf(parts: readonly unknown[], start: SaidArtifact = { parts: 0, digest: '' }): SaidArtifact {
  let { digest } = start
  for (const part of parts)
    digest = createHash('sha256').update(digest).update(JSON.stringify(part)).digest('base64url')
  return { parts: start.parts + parts.length, digest }
}

function statusKey(status: Json | undefined): string {
  if (status === undefined) return ''
  const message = status['message'] as Json | undefined
  return JSON.stringify([status['state'], status['timestamp'] ?? '', message?.['messageId'] ?? ''])
}

function withMessages({ messages }: TaskProgress, more: readonly unknown[]): readonly string[] {
  const ids = more.map(messageIdOf).filter((id) => id !== '')
  return ids.length === 0 ? messages : [...new Set([...messages, ...ids])].slice(-maxMessages)
}

const messageIdOf = (message: unknown): string => textOf((message as Json | undefined)?.['messageId']) ?? ''
const isOfAgent = (message: Json): boolean => /agent$/i.test(String(message['role']))
const historyOf = (task: Json): readonly Json[] => (Array.isArray(task['history']) ? (task['history'] as Json[]) : [])
const artifactsOf = (task: Json): readonly Json[] =>
  Array.isArray(task['artifacts']) ? (task['artifacts'] as Json[]) : []
const partsOf = (artifact: Json | undefined): readonly unknown[] =>
  Array.isArray(artifact?.['parts']) ? (artifact['parts'] as unknown[]) : []
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
