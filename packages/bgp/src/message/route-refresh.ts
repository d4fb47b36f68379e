/**
 * ROUTE-REFRESH (RFC 2918 §3) with the demarcation of RFC 7313 §3.2.
 *
 *   octets  2    1        1     n
 *           AFI  subtype  SAFI  outbound route filters (RFC 5291): kept, never acted on, for we do not offer them
 *
 * @module
 */
import { type Codec, rest, struct, uint16, uint8 } from '@vagus/wire'
import { errorCode, refreshSubtype, routeRefreshSubcode } from '../registry.ts'
import { type Malformed, malformed } from './notification.ts'

export interface RouteRefresh {
  readonly type: 'route-refresh'
  readonly afi: number
  readonly subtype: number
  readonly safi: number
  readonly filters: Uint8Array
}

export const routeRefreshBody: Codec<Omit<RouteRefresh, 'type'>> = struct({
  afi: uint16,
  subtype: uint8,
  safi: uint8,
  filters: rest,
})

/** RFC 7313 §5: begin and end have exactly four octets; the data of the NOTIFICATION is the whole message. */
export function faultOfRefresh(refresh: RouteRefresh, octets: Uint8Array): Malformed | undefined {
  const { begin, end } = refreshSubtype
  if (refresh.filters.length === 0 || (refresh.subtype !== begin && refresh.subtype !== end)) return undefined
  const problem = `ROUTE-REFRESH of subtype ${refresh.subtype} has ${refresh.filters.length} octets too many`
  return malformed(errorCode.routeRefresh, routeRefreshSubcode.invalidLength, problem, octets.slice())
}
