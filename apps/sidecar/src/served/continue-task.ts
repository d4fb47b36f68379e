/**
 * Goes on with the stream of an A2A task that was cut off: by the end of this side-car, or of the connection to the local
 * server. A stock server gives no events again, but it gives the task as it is; what the task has and the reader was not
 * told is told now, each part once.
 *
 * An event that comes while the snapshot is taken may be in both. So parts of artifacts are told from snapshots, for which
 * an event only says that it is time to take the next, until it is clear where in the artifact the events stand
 * (`ArtifactPlace`); from then on they are told as they come. Statuses are told from events, unless a newer one was told.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import { ArtifactPlace, storedWithin } from './artifact-place.ts'
import { type Arrived, inBatches } from './in-batches.ts'
import {
  afterEvent,
  endsStream,
  missingEvents,
  statusTimeOf,
  type StreamEvent,
  type TaskProgress,
} from './task-progress.ts'
import { type Task, TaskError, type TaskServer } from './task-server.ts'

/** Milliseconds between looks whether the store has a status. */
const storePause = 50
const storeTries = storedWithin / storePause
/** Artifacts whose place is looked for; parts of others are told from snapshots. */
const maxPlaces = 256

/** What was told so far, and how more is told: fulfilled once it is in the journal. */
export interface Telling {
  progress(): TaskProgress
  tell(event: StreamEvent): Promise<void>
}

/**
 * Tells what is missing until the task says no more. @throws {TaskError} when the server does not know it, or gives no
 * stream of it though it works on
 */
export async function continueTask(server: TaskServer, telling: Telling): Promise<void> {
  const { taskId } = telling.progress()
  if (taskId === undefined) throw new TaskError('the stream ended before it named its task')
  const continuation = new Continuation(server, telling, taskId)
  try {
    for await (const batch of inBatches(server.subscribe(taskId))) await continuation.take(batch)
  } catch (error) {
    if (!(error instanceof TaskError)) throw error // a task that is over cannot be subscribed to (A2A 1.0 §3.1.6)
  }
  if (!telling.progress().over) await continuation.end()
}

class Continuation {
  readonly #server: TaskServer
  readonly #telling: Telling
  readonly #taskId: string
  readonly #places = new Map<string, ArtifactPlace>()
  #isFirst = true

  constructor(server: TaskServer, telling: Telling, taskId: string) {
    this.#server = server
    this.#telling = telling
    this.#taskId = taskId
  }

  /** All that came since the last time: one snapshot is enough for it. */
  async take(batch: readonly Arrived<StreamEvent>[]): Promise<void> {
    let needsSnapshot = false
    for (const { value: event, at } of batch) {
      if (this.#isFirst && 'task' in event) await this.tellMissing(event['task'] as Task)
      else if ('statusUpdate' in event) {
        await this.#status(event, needsSnapshot ? 'untold' : 'told')
        needsSnapshot = false
      } else if ('artifactUpdate' in event && !needsSnapshot) needsSnapshot = !(await this.#artifact(event, at))
      else if ('artifactUpdate' in event) this.#place(event, at)
      else needsSnapshot = true
      this.#isFirst = false
    }
    if (!needsSnapshot) return
    const asked = performance.now()
    await this.#tellArtifacts(await this.#server.task(this.#taskId), asked)
    await pause(performance.now() - asked) // large tasks take their time: others have as much
  }

  /**
   * Tells what is left once no more events come. @throws {TaskError} where more would follow: a clean end of the stream
   * would say that this was all
   */
  async end(): Promise<void> {
    const { task } = await this.#taskAt(this.#telling.progress().statusTime)
    await this.tellMissing(task)
    if (!endsStream(task)) throw new TaskError('it gives no stream of the task, which is not over')
  }

  async tellMissing(task: Task): Promise<void> {
    for (const event of missingEvents(this.#telling.progress(), task)) await this.#telling.tell(event)
  }

  async #tellArtifacts(task: Task, asked: number): Promise<void> {
    for (const { artifactId, parts } of (task['artifacts'] ?? []) as readonly Artifact[]) {
      if (Array.isArray(parts)) this.#places.get(String(artifactId))?.snapshot(parts, asked)
    }
    for (const event of missingEvents(this.#telling.progress(), task))
      if ('artifactUpdate' in event) await this.#telling.tell(event)
  }

  /** `false`: which of its parts are to be told, a snapshot must say. */
  async #artifact(event: StreamEvent, at: number): Promise<boolean> {
    const range = this.#place(event, at)
    if (range === undefined) return false
    const update = event['artifactUpdate'] as ArtifactUpdate
    const told = this.#telling.progress().artifacts[String(update.artifact.artifactId)]?.parts ?? 0
    if (range.from > told) return false
    if (range.to <= told) return true
    const parts = update.artifact.parts!.slice(told - range.from)
    await this.#telling.tell({ ...event, artifactUpdate: { ...update, artifact: { ...update.artifact, parts } } })
    return true
  }

  #place(event: StreamEvent, at: number): ReturnType<ArtifactPlace['event']> {
    const { artifact, append } = event['artifactUpdate'] as ArtifactUpdate
    const id = String(artifact?.artifactId)
    let place = this.#places.get(id)
    if (place === undefined) {
      if (this.#places.size >= maxPlaces) return undefined
      place = new ArtifactPlace()
      this.#places.set(id, place)
    }
    const parts = Array.isArray(artifact?.parts) ? artifact.parts : []
    return place.event(parts, append === true ? 'append' : 'replace', at)
  }

  /** All parts that came before it are told first. */
  async #status(event: StreamEvent, parts: 'told' | 'untold'): Promise<void> {
    const update = event['statusUpdate'] as Task
    if (parts === 'untold' || ![...this.#places.values()].every(({ isKnown }) => isKnown)) {
      const { task, asked } = await this.#taskAt(statusTimeOf(update))
      await this.#tellArtifacts(task, asked)
    }
    const before = this.#telling.progress()
    const after = afterEvent(before, event)
    const isTold = after.status === before.status || statusTimeOf(update) < before.statusTime
    if (!isTold) await this.#telling.tell(event)
  }

  /** The task, once its store knows the status of `time`. */
  async #taskAt(time: string): Promise<{ readonly task: Task; readonly asked: number }> {
    for (let tries = 1; ; tries++) {
      const asked = performance.now()
      const task = await this.#server.task(this.#taskId)
      if (statusTimeOf(task) >= time || tries === storeTries) return { task, asked }
      await pause(storePause)
    }
  }
}

interface Artifact {
  readonly artifactId?: unknown
  readonly parts?: readonly unknown[]
}

interface ArtifactUpdate {
  readonly artifact: Artifact
  readonly append?: unknown
}
