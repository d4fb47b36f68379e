/** Tasks of A2A (1.0 §4.1) as they are kept. They hold what was said, so that a reader who comes back misses nothing. @module */

/** What a task is in from `completed` on it does not leave. */
type TaskStateName = 'submitted' | 'working' | 'input-required' | 'completed' | 'failed' | 'canceled' | 'rejected'

const over: ReadonlySet<TaskStateName> = new Set(['completed', 'failed', 'canceled', 'rejected'])
export const isOver = ({ state }: Pick<KeptTask, 'state'>): boolean => over.has(state)

export const priorities = ['low', 'medium', 'high', 'critical'] as const
export type Priority = (typeof priorities)[number]

/** A part of a message or an artifact, as ProtoJSON has it: a text, or a value for JSON. */
export interface TaskPart {
  readonly text?: string
  readonly data?: unknown
  readonly mediaType?: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** A status, numbered from 1 in each task. */
export interface Step {
  readonly number: number
  readonly state: TaskStateName
  /** Milliseconds since 1970. */
  readonly at: number
  readonly parts: readonly TaskPart[]
}

export interface TaskArtifact {
  readonly id: string
  readonly name: string
  /** Grows with each change, over all artifacts of the task: a reader remembers the last it was told. */
  readonly revision: number
  readonly parts: readonly TaskPart[]
}

/** What the caller said. */
export interface SaidMessage {
  readonly id: string
  /** Of its parts: the same id with other parts is another message, and an error. */
  readonly digest: string
  readonly parts: readonly TaskPart[]
}

/** Where changes of a task are told, beside its streams. */
export interface TaskPush {
  readonly id: string
  /** `vagus:NAME/path` or `vagus:did:key:…/path`. */
  readonly url: string
  /** The caller's own, which it gets back. */
  readonly token: string
  readonly told: Told
  /** In a row; too many, and nothing is told any more. */
  readonly failures: number
}

/** How far a reader has come. */
export interface Told {
  readonly step: number
  readonly revision: number
}

export interface KeptTask {
  readonly id: string
  readonly contextId: string
  /** Id of the agent that asked: only it sees the task. */
  readonly agent: string
  /** As the owner of its fleet calls it. */
  readonly name: string
  readonly skill: string
  readonly state: TaskStateName
  /** The newest `maxSteps`, oldest first. */
  readonly steps: readonly Step[]
  /** Of skills that keep none elsewhere. */
  readonly artifacts: readonly TaskArtifact[]
  readonly messages: readonly SaidMessage[]
  readonly priority: Priority
  /** By when it must have its result, milliseconds since 1970; null: any time. */
  readonly deadline: number | null
  readonly begunAt: number
  /** What its skill remembers, a value for JSON. */
  readonly matter: unknown
  readonly push: readonly TaskPush[]
}

/** What becomes of a task. Without a state nothing is said. */
export interface TaskChange {
  readonly state?: TaskStateName
  readonly text?: string
  /** Beside the text, for programs. */
  readonly data?: unknown
  readonly artifacts?: readonly Pick<TaskArtifact, 'id' | 'name' | 'parts'>[]
  readonly matter?: unknown
}

/** Statuses that are kept; further back only the state counts. */
const maxSteps = 32

/** @param now milliseconds since 1970 */
export function changed(task: KeptTask, change: TaskChange, now: number): KeptTask {
  const { state, text, data, artifacts = [], matter = task.matter } = change
  const newest = Math.max(0, ...task.artifacts.map(({ revision }) => revision))
  const added = artifacts.map((one, at) => ({ ...one, revision: newest + 1 + at }))
  const kept = task.artifacts.filter(({ id }) => !added.some((one) => one.id === id))
  const parts = [
    ...(text === undefined ? [] : [{ text, mediaType: 'text/plain' }]),
    ...(data === undefined ? [] : [{ data, mediaType: 'application/json' }]),
  ]
  const number = (task.steps.at(-1)?.number ?? 0) + 1
  const steps = state === undefined ? task.steps : [...task.steps, { number, state, at: now, parts }].slice(-maxSteps)
  return { ...task, state: state ?? task.state, steps, artifacts: [...kept, ...added], matter }
}
