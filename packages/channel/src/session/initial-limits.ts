/** What each side may assume before the other announces more: a first flight needs no negotiation. @module */
import type { SessionLimits } from './limits.ts'

export const initialLimits = { streamWindow: 65_536, sessionWindow: 262_144, peerStreams: 16 } as const

/** @throws {RangeError} if a limit is lower than what every peer may assume */
export function checkLimits(limits: SessionLimits): SessionLimits {
  for (const name of ['streamWindow', 'sessionWindow', 'peerStreams'] as const) {
    if (limits[name] >= initialLimits[name]) continue
    throw new RangeError(`"${name}" must be at least ${initialLimits[name]}, got ${limits[name]}`)
  }
  return limits
}
