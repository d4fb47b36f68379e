/** Ties a call to an AbortSignal for as long as it lasts. @module */

/** Calls `abandon` with the signal's reason when it aborts before `done` is settled, at once when it has aborted. */
export function whenAborted(
  signal: AbortSignal | undefined,
  done: Promise<unknown>,
  abandon: (reason: unknown) => void,
): void {
  if (signal === undefined) return
  const onAbort = (): void => abandon(signal.reason)
  if (signal.aborted) return onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const forget = (): void => signal.removeEventListener('abort', onAbort)
  done.then(forget, forget)
}
