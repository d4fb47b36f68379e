/**
 * Whether a roster may replace the one already known of its owner. An owner never goes back: not in its keys, and with the
 * same keys not in its epoch. Else whoever passes rosters on could take a quarantine back.
 * @module
 */
import type { Refused } from './refusal.ts'
import type { Roster } from './roster.ts'
import { acceptStatement } from './statement.ts'

/** `accepted`: `roster` is the one to keep. `unchanged`: it is already known. */
export type RosterAcceptance = { readonly type: 'accepted' | 'unchanged'; readonly roster: Roster } | Refused

/** As `acceptStatement` has it. */
export function acceptRoster(known: Roster | undefined, next: Roster): RosterAcceptance {
  const accepted = acceptStatement(known, next, 'roster')
  return accepted.type === 'refused' ? accepted : { type: accepted.type, roster: accepted.statement }
}
