/** A change that reverts by itself unless it is confirmed in time. @module */
import type { PendingPolicy } from './router.ts'

/** `revert` runs after `seconds`, unless `confirm` was called. Only one of the two ever happens. */
export function revertTimer(revert: () => Promise<void>, seconds: number): PendingPolicy {
  let state: 'pending' | 'ended' = 'pending'
  const end = (): boolean => {
    clearTimeout(timer)
    if (state === 'ended') return false
    state = 'ended'
    return true
  }
  const goBack = async (): Promise<void> => {
    if (end()) await revert()
  }
  const timer = setTimeout(() => void goBack().catch(() => undefined), seconds * 1000)
  return {
    confirm: async () => void end(),
    revert: goBack,
  }
}
