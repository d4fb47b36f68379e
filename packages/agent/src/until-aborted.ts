/** Waits for something that others may also be waiting for. @module */

/** `promise`, or the reason of `signal` if that comes first; the promise continues. */
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
