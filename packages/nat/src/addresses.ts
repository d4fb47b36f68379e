/**
 * Which addresses one end tells the other, and which of those that it is told it probes: packets go only where a NAT or
 * its peer can be.
 * @module
 */
import { scopeOf } from '@vagus/address'
import type { Offer } from './offer.ts'
import { isSameAddress, type TransportAddress } from './transport-address.ts'

/** Private addresses of one peer that are probed: few hosts have more than two networks. */
const maxPrivate = 4

/**
 * Where observers see this end. Its addresses in its own network are told only to one that is seen at the same public
 * address: for all others they lead nowhere, and are nobody's business.
 * @param hosts of the sockets in their own networks
 * @param peer what the other end told; `undefined` before it has
 */
export function toldAddresses(
  seen: readonly TransportAddress[],
  hosts: readonly TransportAddress[],
  peer: Pick<Offer, 'addresses'> | undefined,
): readonly TransportAddress[] {
  const isNear = peer !== undefined && isBehindSame(seen, peer.addresses)
  const all = isNear ? [...hosts, ...seen] : seen
  return all.filter((each, index) => all.findIndex((other) => isSameAddress(other, each)) === index)
}

/**
 * Those of `told` that are probed: no address of nobody, and private ones only where they can be of a network of ours,
 * because the peer is behind the same NAT, or observers see ourselves at a private address.
 */
export function probedAddresses(
  told: readonly TransportAddress[],
  seen: readonly TransportAddress[],
): readonly TransportAddress[] {
  const mayBeNear = isBehindSame(seen, told) || seen.some(({ host }) => scopeOf(host) === 'private')
  const ofScope = (wanted: string): readonly TransportAddress[] => told.filter(({ host }) => scopeOf(host) === wanted)
  return [...(mayBeNear ? ofScope('private').slice(0, maxPrivate) : []), ...ofScope('global')]
}

const isBehindSame = (seen: readonly TransportAddress[], told: readonly TransportAddress[]): boolean =>
  told.some(({ host }) => seen.some((own) => own.host === host))
