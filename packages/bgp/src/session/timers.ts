/** How long the timers of a session run (RFC 4271 §10). @module */
import type { Negotiated } from './negotiate.ts'
import { type SessionConfig, timersOf } from './config.ts'
import type { Effect, Way } from './state.ts'

/** RFC 4271 §10: three quarters to all of the time, so that many speakers do not act at once. `random`: 0..1. */
const jittered = (after: number, random: number): number => Math.round(after * (0.75 + random * 0.25))

/** `refused`: the peer was there and not ready. `wanted`: by the peer's operator. */
export type Ending = 'refused' | 'wanted' | 'failed'

/**
 * The wait in idle after so many failures. It doubles, because a peer that fails immediately would otherwise be retried
 * a thousand times a second. One that refuses is asked no more often than one that is not there. A speaker that only
 * listens has nothing to slow down, and would refuse a peer that was restarted: it does not wait if that is what
 * happened.
 */
export function idleHold(failures: number, how: Ending, config: SessionConfig, random: number): Effect {
  const { idleHold, maxIdleHold, connectRetry } = timersOf(config)
  const doubled = Math.min(idleHold * 2 ** Math.min(Math.max(failures - 1, 0), 30), maxIdleHold)
  const listening = how === 'wanted' ? 0 : idleHold
  const dialling = how === 'refused' ? Math.max(doubled, connectRetry) : doubled
  const after = config.mode === 'passive' ? listening : dialling
  return { type: 'set-timer', timer: 'idle-hold', after: jittered(after, random) }
}

export const connectRetry = (config: SessionConfig, random: number): Effect => ({
  type: 'set-timer',
  timer: 'connect-retry',
  after: jittered(timersOf(config).connectRetry, random),
})

export const holdTimer = (way: Way, { holdTime }: Negotiated): readonly Effect[] =>
  holdTime === 0
    ? [{ type: 'clear-timer', timer: `hold-${way}` }]
    : [{ type: 'set-timer', timer: `hold-${way}`, after: holdTime * 1000 }]

/** A third of the hold time (RFC 4271 §4.4). */
export const keepaliveTimer = (way: Way, { holdTime }: Negotiated, random: number): readonly Effect[] =>
  holdTime === 0
    ? []
    : [{ type: 'set-timer', timer: `keepalive-${way}`, after: jittered((holdTime * 1000) / 3, random) }]

export const clearConnectionTimers = (way: Way): readonly Effect[] => [
  { type: 'clear-timer', timer: `hold-${way}` },
  { type: 'clear-timer', timer: `keepalive-${way}` },
]
