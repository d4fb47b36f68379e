/** The links of this host over which its address can be attached. @module */
import { networkInterfaces } from 'node:os'
import { parseAddress } from '@vagus/address'
import type { HostLink } from '@vagus/mobility'

/**
 * Those that are up, with a link-local address and one that reaches further, in the order of `wanted`.
 * @param wanted names of interfaces; `*` for all
 * @param own the moving address, which is on no link
 */
export function hostLinks(wanted: readonly string[], own: string | undefined): readonly HostLink[] {
  const found = networkInterfaces()
  const names = wanted.includes('*') ? Object.keys(found) : wanted
  return names.flatMap((name) => {
    const all = (found[name] ?? []).filter((one) => one.family === 'IPv6' && !one.internal)
    if (!all.some(({ address }) => isLinkLocal(address))) return []
    const further = all.find(
      ({ address, cidr }) => !isLinkLocal(address) && address !== own && cidr?.endsWith('/128') !== true,
    )
    return further === undefined ? [] : [{ name, nextHop: parseAddress(further.address) }]
  })
}

export const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address)
