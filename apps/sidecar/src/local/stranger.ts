/** Whose a request is that proves nothing, as far as its address tells: behind a proxy all strangers are one. @module */
import { formatAddress, parseScopedAddress, versionOf } from '@vagus/address'

/**
 * An IPv6 address stands for its /64, which one host may have to itself: it would have 2^64 times what others get.
 * @param address as the kernel writes it; empty where the connection has gone already
 */
export function strangerAt(address: string): string {
  if (address === '') return ''
  const { octets } = parseScopedAddress(address)
  return versionOf(octets) === 6 ? Buffer.from(octets.subarray(0, 8)).toString('hex') : formatAddress(octets)
}
