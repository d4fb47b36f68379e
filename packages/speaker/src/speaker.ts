/**
 * A BGP speaker on this host. It runs in a thread of its own, so that a full table never stalls the caller; what it tells
 * comes in portions that the caller takes at its own pace.
 * @module
 */
import { Worker } from 'node:worker_threads'
import { UnavailableError } from '@vagus/linux'
import type { Calls } from './api.ts'
import type { SpeakerEvent } from './event.ts'
import type { Endpoint, SpeakerOptions } from './options.ts'
import type { CallName, FromWorker, Problem, ToWorker } from './thread/messages.ts'

/** Each call answers when the thread has done it, and rejects with a RangeError when an argument is not what it must be. */
export type Speaker = { readonly [Name in keyof Calls]: (...args: Calls[Name][0]) => Promise<Calls[Name][1]> } & {
  /** Where connections are accepted. */
  readonly listening: readonly Endpoint[]
  readonly bmpListening: readonly Endpoint[]
}

export const callNames = [
  'announce',
  'withdraw',
  'relay',
  'refresh',
  'watch',
  'addPeer',
  'removePeer',
  'reset',
  'converged',
  'peers',
  'routes',
  'nlri',
  'bmp',
  'diff',
  'close',
] as const satisfies readonly CallName[]

/** Mebibytes of young memory: routes live long or are text that dies at once, and the default of 48 is never given back. */
const youngMegabytes = 8

/**
 * Fulfilled when the speaker listens. `onEvent` is called in the order in which things happened; it must not throw.
 * `signal` ends a start that takes too long; a speaker that is there is closed by its caller.
 * @throws {RangeError} when an option is not what it must be; {UnavailableError} when an address or key cannot be had, or
 * the start was ended
 */
export function startSpeaker(
  options: SpeakerOptions,
  onEvent: (event: SpeakerEvent) => void,
  signal?: AbortSignal,
): Promise<Speaker> {
  const worker = new Worker(new URL('./speaker-worker.ts', import.meta.url), {
    workerData: options,
    name: 'speaker',
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
  })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let next = 0
  let end: Error | undefined
  let isOpen = false
  let isClosing = false
  const post = (message: ToWorker): void => worker.postMessage(message)
  const call = (name: CallName, args: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end)
      isClosing ||= name === 'close'
      waiting.set(next, { resolve, reject })
      post({ type: 'call', id: next++, name, args })
    })
  return new Promise((resolve, reject) => {
    let problem: Error = new UnavailableError('refused', 'the thread of the speaker ended')
    const giveUp = (): void => void worker.terminate()
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted === true) giveUp()
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'open': {
          const calls = Object.fromEntries(callNames.map((name) => [name, (...args: unknown[]) => call(name, args)]))
          signal?.removeEventListener('abort', giveUp)
          isOpen = true
          // Sound: `callNames` are the keys of `Calls`.
          resolve({ ...(calls as unknown as Speaker), listening: message.listening, bmpListening: message.bmp })
          return
        }
        case 'failure':
          problem = errorOf(message.problem)
          return
        case 'event':
          onEvent(message.event)
          if (message.event.type === 'routes' || message.event.type === 'nlri') post({ type: 'taken' })
          return
        case 'answer':
          waiting.get(message.id)?.resolve(message.value as never)
          waiting.delete(message.id)
          return
        case 'refusal':
          waiting.get(message.id)?.reject(errorOf(message.problem))
          waiting.delete(message.id)
      }
    })
    worker.on('error', (error: Error) => (problem = error))
    worker.on('exit', () => {
      end = problem
      if (isOpen && !isClosing) onEvent({ type: 'failure', problem: problem.message })
      for (const { reject: refuse } of waiting.values()) refuse(problem)
      waiting.clear()
      reject(problem)
    })
  })
}

/** The error of the other thread, of the class that it had there. */
function errorOf({ name, message, code }: Problem): Error {
  if (name === 'UnavailableError') return new UnavailableError(code as UnavailableError['code'], message)
  if (name === 'RangeError' || name === 'AddressError') return new RangeError(message)
  return new Error(message)
}
