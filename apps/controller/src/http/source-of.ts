/** Whose work a request is, as far as its address tells: behind a proxy everybody is one. @module */
import { formatAddress, parseScopedAddress, versionOf } from '@vagus/address'
import type { Context } from 'hono'
import { socketOf } from './socket-of.ts'

/** An IPv6 address stands for its /64, which one host may have to itself. Empty for a Unix socket. */
export function sourceOf(c: Context): string {
  const address = socketOf(c)?.remoteAddress
  return address === undefined ? '' : sourceOfAddress(address)
}

/** @param address as the kernel writes it */
export function sourceOfAddress(address: string): string {
  const { octets } = parseScopedAddress(address)
  return versionOf(octets) === 6 ? Buffer.from(octets.subarray(0, 8)).toString('hex') : formatAddress(octets)
}
