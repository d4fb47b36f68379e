/**
 * Whether a roster may replace the one already known of its owner. An owner never goes back: not in its keys, and with the
 * same keys not in its epoch. Else whoever passes rosters on could take a quarantine back.
 * @module
 */
import { relationOf } from './accept.ts'
import { type Refused, RefusalError, settle } from './refusal.ts'
import type { Roster } from './roster.ts'

/** `accepted`: `roster` is the one to keep. `unchanged`: it is already known. */
export type RosterAcceptance = { readonly type: 'accepted' | 'unchanged'; readonly roster: Roster } | Refused

/**
 * Compares `next` with `known`, the last one accepted, or `undefined`. Both are verified; `known` may have expired. Refused
 * as `chain` if it is another owner's, and as `rollback` if it is older or forks the owner's history. A rotation of the
 * owner's key beats any epoch, as with documents: a thief of the key before may have signed the highest.
 */
export function acceptRoster(known: Roster | undefined, next: Roster): RosterAcceptance {
  return settle(() => {
    if (known === undefined) return { type: 'accepted', roster: next }
    if (known.jws === next.jws) return { type: 'unchanged', roster: known }
    if (known.owner !== next.owner) {
      throw new RefusalError('chain', `is the roster of ${next.owner}, not of ${known.owner}`)
    }
    const relation = relationOf(known, next)
    if (relation !== 'newer') throw new RefusalError('rollback', rollbackOf(known, next, relation))
    return { type: 'accepted', roster: next }
  })
}

function rollbackOf(known: Roster, next: Roster, relation: 'same' | 'older' | 'fork'): string {
  if (relation === 'fork') return "the owner's key log does not continue the known one"
  if (next.keyLog.length < known.keyLog.length) {
    return "the owner's key log is older than the known one, which has been rotated since"
  }
  if (relation === 'older') return `epoch ${next.epoch} is below ${known.epoch}, which is known already`
  return `another roster of epoch ${next.epoch} is known already; the next one needs a higher epoch`
}
