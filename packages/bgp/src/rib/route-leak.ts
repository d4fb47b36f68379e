/** Only to Customer on receipt (RFC 9234 §5): which routes are leaks. @module */
import { role } from '../registry.ts'
import type { PeerFacts } from './decision.ts'

/** Ours where the peer is a customer or a client of our route server: what it sends is meant for everybody. */
const overCustomers: ReadonlySet<number> = new Set([role.provider, role.routeServer])

/** @param onlyToCustomer the AS of the attribute, 0 when it is not there */
export function isLeak(onlyToCustomer: number, { role: own, as }: PeerFacts): boolean {
  if (own === undefined || onlyToCustomer === 0) return false
  return overCustomers.has(own) || (own === role.peer && onlyToCustomer !== as)
}
