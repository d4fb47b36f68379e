/** The host's network interfaces on which GRASP can speak: up, not loopback, with a link-local IPv6 address. @module */
import { networkInterfaces } from 'node:os'
import { isLinkLocal } from '@vagus/grasp'
import { octetsOf } from './address.ts'

export interface LinkInterface {
  readonly name: string
  /** The kernel's index. */
  readonly index: number
  /** Link-local, 16 octets. */
  readonly address: Uint8Array
}

/** By name; `wanted` of them, or all. @throws {Error} of the system, when it cannot say */
export function readInterfaces(wanted?: readonly string[]): ReadonlyMap<string, LinkInterface> {
  const found = new Map<string, LinkInterface>()
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    for (const { family, internal, address: text, scopeid: index } of addresses) {
      if (internal || family !== 'IPv6' || !index) continue
      const address = octetsOf(text)
      if (isLinkLocal(address) && !found.has(name)) found.set(name, { name, index, address })
    }
  }
  return found
}

/**
 * An address of this host that tells it apart in a domain: IPv6 beyond the link, else IPv4, else a link-local one, with
 * which nothing may travel further than its link (RFC 8990 §2.5.6.2). 4 or 16 octets; undefined without any.
 */
export function hostAddress(): Uint8Array | undefined {
  const octets = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses.filter(({ internal }) => !internal))
    .map(({ address }) => octetsOf(address))
  const rank = (one: Uint8Array): number => (isLinkLocal(one) ? 2 : one.length === 16 ? 0 : 1)
  return octets.toSorted((a, b) => rank(a) - rank(b))[0]
}
