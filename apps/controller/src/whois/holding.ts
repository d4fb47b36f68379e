/** That an agent held a place for a time, and who said so. @module */
import { addressProofs, type AddressProof } from '@vagus/api/whois'
import type { AgentId } from '@vagus/identity'
import type { Place } from './place.ts'

/**
 * Who says where an agent is. `document`: its own, in a locator. `self`: it, in a report of a session. `peer`: the other end
 * of a session, which validated the path there. `operator`: vagus.yaml. `edge`: a device, which checked the neighbour on the
 * link. `controller`: it validated the path itself.
 */
export type Speaker = 'document' | 'self' | 'peer' | 'operator' | 'edge' | 'controller'

export interface Claim {
  readonly agent: AgentId
  readonly place: Place
  readonly speaker: Speaker
  /** An id, or a device; absent for the agent itself. */
  readonly by?: string
  /** A peer says so, and the agent knows of no such address of its own. */
  readonly behindNat?: boolean
  /** Device and interface. */
  readonly where?: string
  /** Since when, milliseconds since 1970; default when it is first told. */
  readonly since?: number
}

/** Times in milliseconds since 1970. */
export interface Holding {
  readonly agent: AgentId
  readonly place: Place
  readonly from: number
  /** Undefined: still. */
  readonly to: number | undefined
  readonly speakers: readonly Speaker[]
  /** The first of those who said so, but for the agent itself. */
  readonly by: readonly string[]
  readonly behindNat: boolean
  readonly where: string | undefined
}

const strengths: Readonly<Record<Speaker, AddressProof>> = {
  document: 'claimed',
  self: 'claimed',
  peer: 'attested',
  operator: 'attested',
  edge: 'proven',
  controller: 'proven',
}

/** What one who says so is worth, and what two ends that agree are worth together. */
export function proofOf(speakers: Iterable<Speaker>): AddressProof {
  const all = new Set(speakers)
  const best = Math.max(-1, ...[...all].map((speaker) => addressProofs.indexOf(strengths[speaker])))
  const alone = addressProofs[best] ?? 'claimed'
  return alone === 'attested' && all.has('self') && all.has('peer') ? 'agreed' : alone
}

/** The higher, the stronger; from 1 on. Of equal proofs, one about a port is of more worth than one about a whole address. */
export const strengthOf = ({ speakers, place }: Pick<Holding, 'speakers' | 'place'>): number =>
  addressProofs.indexOf(proofOf(speakers)) * 2 + (place.port === undefined ? 1 : 2)

export const isHeldAt = ({ from, to = Infinity }: Pick<Holding, 'from' | 'to'>, at: number): boolean =>
  from <= at && at < to
