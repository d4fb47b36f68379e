/** Waits for something that others may also be waiting for. @module */

/** `promise`, or the reason of `signal` if that has aborted or does so first; the promise continues. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error)
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted, { once: true })
    promise.finally(() => signal.removeEventListener('abort', aborted)).then(resolve, reject)
  })
}
