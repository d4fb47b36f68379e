/**
 * Only to Customer on receipt (RFC 9234 §5): which routes are leaks, and what a route is marked with that came without.
 * @module
 */
import { role } from '../registry.ts'
import type { PeerFacts } from './decision.ts'

/** Ours where the peer is a customer or a client of our route server: what it sends is meant for everybody. */
const overCustomers: ReadonlySet<number> = new Set([role.provider, role.routeServer])
/** Ours where the peer's routes are for our customers only. */
const underOthers: ReadonlySet<number> = new Set([role.customer, role.peer, role.routeServerClient])

/** @param onlyToCustomer the AS of the attribute, 0 when it is not there */
export function isLeak(onlyToCustomer: number, { role: own, as }: PeerFacts): boolean {
  if (own === undefined || onlyToCustomer === 0) return false
  return overCustomers.has(own) || (own === role.peer && onlyToCustomer !== as)
}

/** The AS with which a route of the peer counts as marked: as it came, or the peer's where we are not above it. */
export function markOf(onlyToCustomer: number | undefined, { role: own, as }: PeerFacts): number | undefined {
  return onlyToCustomer ?? (own !== undefined && underOthers.has(own) ? as : undefined)
}
