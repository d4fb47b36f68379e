/** Which events a reader wants. @module */
import { type EventName, type Topic, topics } from '@vagus/api'
import { ProblemError, problemOf } from './problem.ts'

export interface Wanted {
  readonly isWanted: (event: EventName) => boolean
  readonly status: 'wanted' | 'not-wanted'
}

/** `link,exporter,status`; all events and no status when undefined. @throws {ProblemError} */
export function parseTopics(text: string | undefined): Wanted {
  if (text === undefined) return { isWanted: () => true, status: 'not-wanted' }
  const found = new Set(text.split(',').map((part) => part.trim()))
  for (const topic of found) {
    if (topics.some((known) => known === topic)) continue
    const problem = `"${topic}" is no topic; there are ${topics.join(', ')}`
    throw new ProblemError(problemOf(400, `topics: ${problem}`, [{ parameter: 'topics', problem }]))
  }
  return {
    isWanted: (event) => found.has(event.slice(0, event.indexOf('.'))),
    status: found.has('status' satisfies Topic) ? 'wanted' : 'not-wanted',
  }
}
