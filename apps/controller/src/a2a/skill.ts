/** What a skill of the network is: it takes a task, and says again and again how the task stands. @module */
import type { KeptTask, TaskArtifact, TaskChange } from './task.ts'

/** What the caller wants, of all its messages for one task. */
export interface Wanted {
  /** Of the text parts, one line each. */
  readonly text: string
  /** Of the data parts: a later one replaces what it names. */
  readonly data: Readonly<Record<string, unknown>>
}

interface SkillCard {
  readonly name: string
  readonly description: string
  readonly tags: readonly string[]
  readonly examples: readonly string[]
}

/** Each may throw {ProblemError}: 4xx rejects the task with its reason, anything else fails it. */
export interface Skill {
  readonly id: string
  readonly card: SkillCard
  /** Whether a message without `request_type` is for it. */
  claims(wanted: Wanted): boolean
  /**
   * Begins the task, goes on with it after a further message, or takes it up after a restart that cut this off: the same task
   * again has no further effect.
   */
  take(task: KeptTask, wanted: Wanted, signal: AbortSignal): TaskChange | Promise<TaskChange>
  /** How an open task stands by now; undefined: as it was said last. Called often. @param now milliseconds since 1970 */
  look?(task: KeptTask, now: number): TaskChange | undefined
  /** Undoes what the task has begun. */
  cancel?(task: KeptTask): void | Promise<void>
  /** Whether `response_deadline` is met already. */
  isMet?(task: KeptTask): boolean
  /** Whether a task that is `input-required` waits for its caller, and not for a person here; default: it does. */
  isAnswerable?(task: KeptTask): boolean
  /** Artifacts that are kept elsewhere. */
  artifactsOf?(task: KeptTask): readonly TaskArtifact[]
  /** Whether nobody should wait for its end. */
  readonly lasts?: true
}
