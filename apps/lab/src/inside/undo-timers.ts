/**
 * Undoes faults of limited duration. Each object has one timer: a later fault of it, or undoing it by hand, replaces
 * the earlier one.
 * @module
 */

export interface UndoTimers {
  /** `object` is what the fault is of, `link pe-1-p-1`; `seconds` as `checkedSeconds` of ../fault.ts lets pass. */
  readonly set: (object: string, seconds: number, undo: () => void) => void
  readonly clear: (object: string) => void
}

export function createUndoTimers(): UndoTimers {
  const timers = new Map<string, NodeJS.Timeout>()
  const clear = (object: string): void => {
    clearTimeout(timers.get(object))
    timers.delete(object)
  }
  return {
    clear,
    set(object, seconds, undo) {
      clear(object)
      const timer = setTimeout(() => {
        timers.delete(object)
        undo()
      }, seconds * 1000)
      timers.set(object, timer)
    },
  }
}
