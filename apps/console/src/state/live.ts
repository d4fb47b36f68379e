/**
 * Whether what the page shows is live, paused or stale, and since when. Every answer of the controller counts.
 * @module
 */
import { computed, signal } from '@preact/signals'

/** Three rounds of the most frequent request: after that something is wrong. */
const staleAfter = 6000

const browserNow = signal(Date.now())
setInterval(() => (browserNow.value = Date.now()), 1000)

/** How far the controller's clock is ahead of the browser's, in milliseconds; see `noteAnswer`. */
const ahead = signal(0)
/** The Date of an answer has whole seconds and is older by its way: less than this is no difference of clocks. */
const sameClock = 2500

/** Milliseconds since 1970 by the controller's clock, once a second: ages of what it tells are right by it. */
export const now = computed(() => browserNow.value + ahead.value)

/** The minute that `now` is in, for what need not be drawn again each second. */
export const minute = computed(() => now.value - (now.value % 60_000))

export const paused = signal(false)
/** When the controller last answered, by its own clock. */
export const answeredAt = signal<number | undefined>(undefined)
/** What went wrong with the last request that got no answer; `undefined` since the next answer. */
export const unreachable = signal<string | undefined>(undefined)

/** What the page shows is of then, not of now: nothing on it may speak of the present. */
export const isOld = computed(() => unreachable.value !== undefined)

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

/** `date` is the Date header of the answer. */
export function noteAnswer(date: string | null): void {
  const difference = Date.parse(date ?? '') - Date.now()
  ahead.value = Math.abs(difference) > sameClock ? difference : 0
  browserNow.value = Date.now()
  answeredAt.value = now.peek()
  unreachable.value = undefined
}
