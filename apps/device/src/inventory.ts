/**
 * The links of a router: which interfaces have a neighbour at their other end, and who that is. From the addresses of
 * the interfaces and the router's BGP neighbours; nobody lists them.
 * @module
 */
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { contains, formatAddress, parseAddress, type Prefix } from '@vagus/address'
import type { Neighbour } from '@vagus/router'

export interface LinkPlace {
  readonly ifIndex: number
  readonly name: string
  /** Addresses of both ends: IPv4 where there is IPv4, else IPv6; a link-local one names its interface behind `%`. */
  readonly local: string
  readonly remote: string
  /** What BGP says of the other end; undefined where there is no session over this link. */
  readonly neighbour?: { readonly as: number; readonly identifier?: string }
  /** ASes of further neighbours behind it, as on a LAN of an exchange; only where there are any. */
  readonly otherAses?: readonly number[]
  /** All BGP neighbours behind it, as the router names them: of both IP versions. */
  readonly sessions: readonly string[]
}

interface InterfaceAddress {
  readonly address: string
  readonly cidr: string | null
}

/** Interfaces of this namespace with their addresses, as the operating system has them. */
export const interfaceAddresses = (): Readonly<Record<string, readonly InterfaceAddress[]>> =>
  networkInterfaces() as Record<string, readonly InterfaceAddress[]>

/**
 * `indices`: ifIndex by name. An interface is a link where its prefix has two hosts (RFC 3021 and 6164, or /30), or where
 * a BGP neighbour is inside it.
 */
export function linksOf(
  indices: ReadonlyMap<string, number>,
  addresses: Readonly<Record<string, readonly InterfaceAddress[]>>,
  neighbours: readonly Neighbour[],
): readonly LinkPlace[] {
  return Object.entries(addresses).flatMap(([name, all]) => {
    const ifIndex = indices.get(name)
    if (ifIndex === undefined || name === 'lo') return []
    const behind = neighbours.filter((one) => isBehind(one, name, all))
    const ends = endsOf(name, all, behind)
    if (ends === undefined) return []
    const found = behind.find(({ address }) => isIPv4(address) === isIPv4(ends.local)) ?? behind[0]
    return [{ ifIndex, name, ...ends, sessions: behind.map((one) => one.name), ...factsOf(found, behind) }]
  })
}

/** Every interface has the same link-local prefix: there, only the name that the router says tells. */
function isBehind({ interfaceName, address }: Neighbour, name: string, all: readonly InterfaceAddress[]): boolean {
  if (interfaceName !== undefined) return interfaceName === name
  return !isLinkLocal(address) && all.some(({ cidr }) => cidr !== null && isIn(cidr, address))
}

function endsOf(
  name: string,
  all: readonly InterfaceAddress[],
  behind: readonly Neighbour[],
): Pick<LinkPlace, 'local' | 'remote'> | undefined {
  const own = all.find(({ address }) => isIPv4(address)) ?? all.find(({ address }) => !isLinkLocal(address)) ?? all[0]
  if (own === undefined || own.cidr === null) return undefined
  const same = behind.find(({ address }) => isIPv4(address) === isIPv4(own.address))
  const remote = same?.address ?? otherEnd(own.cidr) ?? behind[0]?.address
  // A neighbour that was never met has no address yet.
  if (remote === undefined || isIP(remote) === 0) return undefined
  return { local: own.address, remote: isLinkLocal(remote) ? `${remote}%${name}` : remote }
}

function factsOf(
  found: Neighbour | undefined,
  behind: readonly Neighbour[],
): Pick<LinkPlace, 'neighbour' | 'otherAses'> {
  if (found === undefined) return {}
  const { as, identifier } = found
  const otherAses = [...new Set(behind.map((one) => one.as))].filter((other) => other !== as)
  return {
    neighbour: { as, ...(identifier !== undefined && { identifier }) },
    ...(otherAses.length > 0 && { otherAses }),
  }
}

export const isIPv4 = (address: string): boolean => !address.includes(':')
export const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address)

/** The prefix that an interface's address is in; its host bits may be set. */
function prefixOf(cidr: string): Prefix {
  const at = cidr.indexOf('/')
  const length = Number(cidr.slice(at + 1))
  const version = cidr.includes(':') ? 6 : 4
  const bits = length + (version === 4 ? 96 : 0)
  const octets = parseAddress(cidr.slice(0, at).split('%')[0]!).map((octet, index) => {
    return octet & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8)))
  })
  return { version, length, octets }
}

/** A neighbour whose address the router does not say, because it has not met it yet, is nowhere. */
export const isIn = (cidr: string, address: string): boolean =>
  isIP(address) !== 0 && contains(prefixOf(cidr), parseAddress(address))

function otherEnd(cidr: string): string | undefined {
  const [address = '', length] = cidr.split('/')
  const octets = parseAddress(address)
  if (length === '31' || length === '127') return formatAddress(octets.with(15, octets[15]! ^ 1))
  if (length === '30') return formatAddress(octets.with(15, octets[15]! ^ 3))
  return undefined
}
