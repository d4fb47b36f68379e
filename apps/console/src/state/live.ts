/**
 * Whether what the page shows is live, paused or stale, and since when. Every answer of the controller counts.
 * @module
 */
import { computed, signal } from '@preact/signals'

/** Three turns of the quickest request: then something is wrong. */
const staleAfter = 6000

/** Milliseconds since 1970 by the browser's clock, once a second. */
export const now = signal(Date.now())
setInterval(() => (now.value = Date.now()), 1000)

export const paused = signal(false)
/** When the controller last answered, by the browser's clock. */
export const answeredAt = signal<number | undefined>(undefined)
/** What went wrong with the last request that got no answer; `undefined` since the next answer. */
export const unreachable = signal<string | undefined>(undefined)

/** Milliseconds since the last answer. */
export const age = computed(() =>
  answeredAt.value === undefined ? undefined : Math.max(0, now.value - answeredAt.value),
)

export type Liveness = 'connecting' | 'live' | 'paused' | 'stale'

export const liveness = computed((): Liveness => {
  if (age.value === undefined) return unreachable.value === undefined ? 'connecting' : 'stale'
  if (unreachable.value !== undefined) return 'stale'
  if (paused.value) return 'paused'
  return age.value > staleAfter ? 'stale' : 'live'
})

export function noteAnswer(): void {
  answeredAt.value = Date.now()
  now.value = Date.now()
  unreachable.value = undefined
}
