/** Waiting for what others wait for, too. @module */

/** `promise`, or the reason of `signal` when that comes first; the promise goes on. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(
      (value) => {
        signal.removeEventListener('abort', aborted)
        resolve(value)
      },
      (error: Error) => {
        signal.removeEventListener('abort', aborted)
        reject(error)
      },
    )
  })
}
