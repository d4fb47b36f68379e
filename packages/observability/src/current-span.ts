/**
 * The span that the running code belongs to, wherever its promises and timers lead: what is told and asked meanwhile belongs
 * to it. Loaded by whoever may be asked within a trace; without one it costs a look at an empty store.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from './tracer.ts'

const store = new AsyncLocalStorage<Span | undefined>()

/** Undefined outside of any. */
export const currentSpan = (): Span | undefined => store.getStore()

/** Runs `work`, and all that it begins, within the span; undefined: outside of any. */
export const within = <Result>(span: Span | undefined, work: () => Result): Result => store.run(span, work)

/** Runs `work` within the span, which ends with it. */
export async function during<Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await within(span, work)
    span?.end()
    return result
  } catch (error) {
    span?.set({ 'error.type': error instanceof Error ? error.name : 'Error' })
    span?.end('') // its message may have what was asked
    throw error
  }
}
