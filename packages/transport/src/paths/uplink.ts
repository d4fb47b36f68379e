/**
 * Which interface a socket must be bound to. The kernel routes by destination: with two default routes and no rules by
 * source, packets from the second uplink's address leave by the first, whose network drops them.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { defaultRouteInterfaces } from '../default-routes.ts'

/**
 * The interface that has the address `local` and a default route, if others have one too. `undefined` if the kernel's
 * choice is right or nothing better is known: one default route, `host` is of this host, or several interfaces have
 * the address.
 */
export function uplinkOf(local: string, host: string, family: 4 | 6): string | undefined {
  const uplinks = defaultRouteInterfaces(family)
  if (uplinks.size < 2 || host.startsWith('127.')) return undefined
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address }) => ({ name, address })),
  )
  if (all.some(({ address }) => address === host)) return undefined
  const [own, ...others] = all.filter(({ address }) => address === local)
  return own !== undefined && others.length === 0 && uplinks.has(own.name) ? own.name : undefined
}

/** Whether `address` belongs to a TUN or WireGuard interface: what the kernel sends through a VPN must not go around it. */
export function isOfTunnel(address: string): boolean {
  const own = Object.entries(networkInterfaces()).find(([, all = []]) => all.some((each) => each.address === address))
  if (own === undefined) return false
  const folder = `/sys/class/net/${own[0]}`
  try {
    return existsSync(`${folder}/tun_flags`) || /^DEVTYPE=wireguard$/m.test(readFileSync(`${folder}/uevent`, 'utf8'))
  } catch {
    return false // it is gone
  }
}
