/** The octets that travel with the first message of a resumed session. @module */
import { maxEarlyOctets, type Padding, type Peer, resumeOverhead } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import type { HostRoute } from '@vagus/transport'
import type { Opening } from '../exchange/exchange-session.ts'
import type { OwnSide } from './own-side.ts'
import { exchangeProtocol, streamHeader } from '../link/service-header.ts'
import type { Got } from './tickets.ts'

export interface EarlyOctets {
  /** What fits. */
  readonly first: Uint8Array
  /** What follows in the same stream once the session is established. */
  readonly rest: Uint8Array
  /** Padding of the message that carries them. */
  readonly padding: Padding
}
export const noEarlyOctets: EarlyOctets = { first: new Uint8Array(0), rest: new Uint8Array(0), padding: 'none' }

/** Asks `opening` for them once it is certain that `peer` and its journal will read them. */
export async function earlyOctets(
  opening: Opening,
  { ticket, claim, journal }: Got,
  peer: AgentId,
  { route, own }: { readonly route: HostRoute; readonly own: OwnSide },
): Promise<EarlyOctets> {
  if (journal === undefined) return noEarlyOctets
  let proven: Peer | 'unseen'
  try {
    proven = own.known.verify(claim, ticket.remoteStatic, Date.now(), own.id)
  } catch {
    return noEarlyOctets // its document expired or was replaced: the session will tell
  }
  if (proven === 'unseen' || proven.identity.id !== peer) return noEarlyOctets
  const header = streamHeader({ protocol: exchangeProtocol, priority: opening.priority })
  const room = route.kind === 'datagram' ? route.maxOctets - resumeOverhead : maxEarlyOctets
  const said = await opening.begin({ peer, journal }, room - header.length)
  if (said.length === 0) return noEarlyOctets
  const whole = Buffer.concat([header, ...said])
  const padding = own.paddingFor(proven.identity.role)
  return { first: whole.subarray(0, room), rest: whole.subarray(room), padding }
}
