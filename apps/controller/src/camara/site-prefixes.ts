/** Which site of ours holds a subnet whole. @module */
import { AddressError, containsPrefix, formatPrefix, parseAddress, parsePrefix, versionOf } from '@vagus/address'
import type { Config } from '@vagus/api'

/** As routers print it, bits after the length cleared; undefined for what is no address and no subnet. */
export function subnetOf(text: string): string | undefined {
  const [address = '', digits] = text.split('/')
  try {
    const octets = parseAddress(address)
    const version = address.includes(':') ? 6 : 4
    const whole = version === 4 ? 32 : 128
    const length = digits === undefined ? whole : Number(digits)
    if (versionOf(octets) !== version || length > whole) return undefined
    const bits = version === 4 ? 96 + length : length
    const masked = Uint8Array.from(octets, (octet, at) => octet & (0xff00 >> Math.min(Math.max(bits - at * 8, 0), 8)))
    return formatPrefix({ version, octets: masked, length })
  } catch (error) {
    if (error instanceof AddressError) return undefined
    throw error
  }
}

/** By the longest prefix; undefined where it is of no site of ours, or a part of it is another one's. */
export function siteHolding(subnet: string, sites: Config['sites']): string | undefined {
  const wanted = parsePrefix(subnet)
  const all = sites.flatMap((site) => site.prefixes.map((text) => ({ site, prefix: parsePrefix(text) })))
  const holder = all
    .filter(({ prefix }) => containsPrefix(prefix, wanted))
    .reduce<(typeof all)[number] | undefined>(
      (best, one) => (best === undefined || one.prefix.length > best.prefix.length ? one : best),
      undefined,
    )?.site
  const isShared = all.some(({ site, prefix }) => site !== holder && containsPrefix(wanted, prefix))
  return holder?.kind === 'site' && !isShared ? holder.name : undefined
}
