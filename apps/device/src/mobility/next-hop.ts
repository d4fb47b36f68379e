/** Which next hops hosts may name. @module */
import { formatAddress } from '@vagus/address'
import { type interfaceAddresses, isIn, isLinkLocal } from '../inventory.ts'
import type { MobileLink } from './mobile-link.ts'

/** A next hop is an address of another on the link, by which every router of ours can be told where it is. */
export function nextHopProblem(
  { name }: Pick<MobileLink, 'name'>,
  octets: Uint8Array,
  own: ReturnType<typeof interfaceAddresses>,
): string | undefined {
  const nextHop = formatAddress(octets)
  const isOn = (own[name] ?? []).some(({ cidr }) => cidr !== null && !isLinkLocal(cidr) && isIn(cidr, nextHop))
  if (!isOn) return `${nextHop} is in no prefix of ${name}; it must be an address on this link, and not link-local`
  const isOurs = Object.values(own).some((all) => all.some(({ address }) => address === nextHop))
  return isOurs ? `${nextHop} is an address of this router` : undefined
}
