/** Session ids (RFC 8990 §2.7): random, not in use, not used lately; elsewhere known together with the initiator. @module */
import type { Context } from './node.ts'

/** Of a table with the most sessions a draw fails with odds of 1 in a million; four in a row do not happen by chance. */
const draws = 4

/** A fresh session id, in use from now on; undefined when the generator keeps repeating itself (`IDclash`). */
export function openSessionId({ node, config, now }: Context): number | undefined {
  for (let draw = 0; draw < draws; draw++) {
    const id = config.drawSessionId() >>> 0
    if (node.active.has(id) || node.recent.get(String(id), now) !== undefined) continue
    node.active.add(id)
    return id
  }
  return undefined
}

export function closeSessionId({ node, config, now }: Context, id: number): void {
  node.active.delete(id)
  node.recent.set(String(id), true, now + config.limits.seenMs)
}

/** (session id, initiator) as a key of tables. */
export const sessionKey = (sessionId: number, initiator: Uint8Array): string => `${sessionId} ${initiator.join('.')}`
