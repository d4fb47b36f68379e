/** Sessions as tests have them. @module */
import { ipv4Flowspec, ipv4Unicast, ipv6Unicast, linkState, type UpdateContext } from '../src/index.ts'

export const external: UpdateContext = {
  peer: 'external',
  asOctets: 4,
  families: new Set([ipv4Unicast, ipv6Unicast, ipv4Flowspec]),
  pathIds: new Set(),
}
export const internal: UpdateContext = { ...external, peer: 'internal' }
export const external2: UpdateContext = { ...external, asOctets: 2 }
export const withPathIds: UpdateContext = { ...external, pathIds: new Set([ipv4Unicast, ipv6Unicast]) }
export const withLinkState: UpdateContext = { ...internal, families: new Set([...internal.families, linkState]) }
