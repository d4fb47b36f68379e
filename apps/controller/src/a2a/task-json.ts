/** Tasks and their changes as A2A 1.0 says them (§4.1, §4.2). @module */
import { StreamResponse, Task } from '@a2a-js/sdk'
import type { KeptTask, Step, TaskArtifact, Told } from './task.ts'

const stateOf = ({ state }: Pick<Step, 'state'>): string => `TASK_STATE_${state.toUpperCase().replaceAll('-', '_')}`

type Ids = Pick<KeptTask, 'id' | 'contextId'>

const messageOf = ({ id: taskId, contextId }: Ids, { number, parts }: Step) => ({
  messageId: `${taskId}-${number}`,
  taskId,
  contextId,
  role: 'ROLE_AGENT',
  parts,
})

const statusOf = (task: Ids, step: Step) => ({
  state: stateOf(step),
  timestamp: new Date(step.at).toISOString(),
  ...(step.parts.length === 0 ? {} : { message: messageOf(task, step) }),
})

const artifactOf = ({ id, name, parts }: TaskArtifact) => ({ artifactId: id, name, parts })

/** @param history messages of it, the newest; undefined: all */
export function taskOf(task: KeptTask, artifacts: readonly TaskArtifact[], history?: number): Task {
  const { id, contextId, skill, steps, messages, priority, deadline, push } = task
  const last = steps.at(-1)!
  const paused = push.filter((one) => isPaused(one)).map((one) => one.id)
  const said = [
    ...messages.map((one) => ({ messageId: one.id, taskId: id, contextId, role: 'ROLE_USER', parts: one.parts })),
    ...steps.slice(0, -1).flatMap((step) => (step.parts.length === 0 ? [] : [messageOf(task, step)])),
  ]
  return Task.fromJSON({
    id,
    contextId,
    status: statusOf(task, last),
    artifacts: artifacts.map(artifactOf),
    history: history === undefined ? said : history === 0 ? [] : said.slice(-history),
    metadata: {
      request_type: skill,
      priority,
      ...(deadline === null ? {} : { response_deadline: new Date(deadline).toISOString() }),
      ...(paused.length === 0 ? {} : { push_paused: paused }),
    },
  })
}

/** Deliveries that failed in a row: then a subscriber is left alone, and asks by itself (GetTask, SubscribeToTask). */
const maxFailures = 5
export const isPaused = ({ failures }: { readonly failures: number }): boolean => failures >= maxFailures

export const toldAll = (task: KeptTask, artifacts: readonly TaskArtifact[]): Told => ({
  step: task.steps.at(-1)?.number ?? 0,
  revision: Math.max(0, ...artifacts.map(({ revision }) => revision)),
})

/** What is new since `told`, with how far it brings a reader: artifacts first, so that the last status ends it. */
export function* newsOf(
  task: KeptTask,
  artifacts: readonly TaskArtifact[],
  told: Told,
): Generator<{ readonly event: StreamResponse; readonly told: Told }> {
  const { id: taskId, contextId } = task
  let { step, revision } = told
  const later = artifacts.filter((one) => one.revision > told.revision)
  for (const artifact of later.toSorted((one, other) => one.revision - other.revision)) {
    revision = artifact.revision
    const artifactUpdate = { taskId, contextId, artifact: artifactOf(artifact), append: false, lastChunk: true }
    yield { event: StreamResponse.fromJSON({ artifactUpdate }), told: { step, revision } }
  }
  for (const one of task.steps.filter(({ number }) => number > told.step)) {
    step = one.number
    const statusUpdate = { taskId, contextId, status: statusOf(task, one) }
    yield { event: StreamResponse.fromJSON({ statusUpdate }), told: { step, revision } }
  }
}
