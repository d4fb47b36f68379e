/**
 * Goes on with the stream of an A2A task that was cut off: by the end of this side-car, or of the connection to the local
 * server. A stock server gives no events again, but it gives the task as it is; what the task has and the reader was not
 * told is told now, each part once.
 *
 * An event that comes while the snapshot is taken may be in both. So artifacts are told from snapshots alone: an event
 * about one only says that it is time to take the next. Statuses are told from events, unless a newer one was told.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import { afterEvent, missingEvents, statusTimeOf, type StreamEvent, type TaskProgress } from './task-progress.ts'
import { type Task, TaskError, type TaskServer } from './task-server.ts'

/** How long a server may take to have in its store what it said in an event: tries, and milliseconds between. */
const storeTries = 40
const storePause = 50

/** What was told so far, and how more is told: fulfilled once it is in the journal. */
export interface Telling {
  progress(): TaskProgress
  tell(event: StreamEvent): Promise<void>
}

/** Tells what is missing until the task says no more. @throws {TaskError} when the server does not know it */
export async function continueTask(server: TaskServer, telling: Telling): Promise<void> {
  const { taskId } = telling.progress()
  if (taskId === undefined) throw new TaskError('the stream ended before it named its task')
  try {
    let first = true
    for await (const event of server.subscribe(taskId)) {
      if (first && 'task' in event) await tellMissing(event['task'] as Task, telling)
      else await take(event, server, telling)
      first = false
    }
  } catch (error) {
    if (!(error instanceof TaskError)) throw error // a task that is over cannot be subscribed to (A2A 1.0 §3.1.6)
  }
  if (!telling.progress().over) await tellMissing(await server.task(taskId), telling)
}

async function take(event: StreamEvent, server: TaskServer, telling: Telling): Promise<void> {
  const update = event['statusUpdate'] as Task | undefined
  if (update === undefined) return tellArtifacts(await server.task(telling.progress().taskId!), telling)
  const task = await taskAt(statusTimeOf(update), server, telling)
  await tellArtifacts(task, telling)
  const after = afterEvent(telling.progress(), event)
  const isTold = after.status === telling.progress().status || statusTimeOf(update) < telling.progress().statusTime
  if (!isTold) await telling.tell(event)
}

/** The task, once its store knows the status of `time`. */
async function taskAt(time: string, server: TaskServer, telling: Telling): Promise<Task> {
  const taskId = telling.progress().taskId!
  for (let tries = 1; ; tries++) {
    const task = await server.task(taskId)
    if (statusTimeOf(task) >= time || tries === storeTries) return task
    await pause(storePause)
  }
}

async function tellMissing(task: Task, telling: Telling): Promise<void> {
  for (const event of missingEvents(telling.progress(), task)) await telling.tell(event)
}

async function tellArtifacts(task: Task, telling: Telling): Promise<void> {
  for (const event of missingEvents(telling.progress(), task)) if ('artifactUpdate' in event) await telling.tell(event)
}
