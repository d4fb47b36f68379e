/** What the two threads of a speaker say to each other. @module */
import type { Calls } from '../api.ts'
import type { SpeakerEvent } from '../event.ts'
import type { Endpoint, SpeakerOptions } from '../options.ts'

export type CallName = keyof Calls

export type ToWorker =
  | { readonly type: 'call'; readonly id: number; readonly name: CallName; readonly args: readonly unknown[] }
  /** An event with changes was taken. */
  | { readonly type: 'taken' }

export type FromWorker =
  | { readonly type: 'open'; readonly listening: readonly Endpoint[]; readonly bmp: readonly Endpoint[] }
  | { readonly type: 'failure'; readonly problem: Problem }
  | { readonly type: 'event'; readonly event: SpeakerEvent }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly problem: Problem }

/** An error, across threads: its class is lost there, its name is not. */
export interface Problem {
  readonly name: string
  readonly message: string
  readonly code?: string
}

export type WorkerData = SpeakerOptions

export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { name, message, ...(code === undefined ? {} : { code }) }
}
