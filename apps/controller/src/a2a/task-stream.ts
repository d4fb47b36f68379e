/**
 * One reader of a task. There is no queue for it: the task is the queue, and the reader a place in it, so that one who is
 * slow costs nothing and misses no status.
 * @module
 */
import type { StreamResponse } from '@a2a-js/sdk'
import { isOver } from './task.ts'
import type { TaskDesk } from './task-desk.ts'
import { newsOf, taskOf, toldAll } from './task-json.ts'

/** The task, then what becomes of it, until it is over, waits for its caller, or `signal` is aborted. */
export async function* taskStream(
  desk: TaskDesk,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<StreamResponse, void, undefined> {
  let wake = Promise.withResolvers<void>()
  const news = (): void => wake.resolve()
  const unwatch = desk.book.watch((changed) => changed === id && news())
  signal.addEventListener('abort', news, { once: true })
  try {
    const first = desk.book.find(id)
    if (first === undefined) return
    let told = toldAll(first, desk.artifactsOf(first))
    yield { payload: { $case: 'task', value: taskOf(first, desk.artifactsOf(first)) } }
    while (!signal.aborted) {
      const task = desk.book.find(id)
      if (task === undefined) return // it was over long ago, for a reader that slept
      for (const one of newsOf(task, desk.artifactsOf(task), told)) {
        told = one.told
        yield one.event
      }
      if (isOver(task) || desk.waitsForCaller(task)) return
      await wake.promise
      wake = Promise.withResolvers<void>()
    }
  } finally {
    unwatch()
    signal.removeEventListener('abort', news)
  }
}

/** Once the task is over or waits for somebody, or the time is, or it lasts anyway. @param within milliseconds */
export function settled(desk: TaskDesk, id: string, within: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const isSettled = (): boolean => {
    const task = desk.book.find(id)
    if (task === undefined || isOver(task) || task.state === 'input-required') return true
    const lasts = desk.skills.some((skill) => skill.id === task.skill && skill.lasts === true)
    return lasts && task.state !== 'submitted'
  }
  const look = (): void => (isSettled() ? resolve() : undefined)
  const unwatch = desk.book.watch(look)
  const timer = setTimeout(resolve, within)
  const leave = (): void => resolve()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  look()
  return promise.finally(() => {
    unwatch()
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  })
}
