/** Waiting for somebody who may go away. @module */

/**
 * What `awaited` brings, or `gone` once `signal` has aborted. A `Promise.race` with a promise of the abort would keep every
 * value until then.
 */
export function unlessGone<Value>(awaited: Promise<Value>, signal: AbortSignal): Promise<Value | 'gone'> {
  return new Promise((resolve, reject) => {
    const gone = (): void => resolve('gone')
    if (signal.aborted) gone()
    signal.addEventListener('abort', gone, { once: true })
    awaited.finally(() => signal.removeEventListener('abort', gone)).then(resolve, reject)
  })
}
