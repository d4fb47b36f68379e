/**
 * The links of a router: which interfaces have a neighbour at their other end, and who that is. From the addresses of
 * the interfaces and the router's BGP neighbours; nobody lists them.
 * @module
 */
import { networkInterfaces } from 'node:os'
import { contains, formatAddress, parseAddress, type Prefix } from '@vagus/address'
import type { Neighbour } from '@vagus/router'

export interface LinkPlace {
  readonly ifIndex: number
  readonly name: string
  /** IPv4 addresses of both ends. */
  readonly local: string
  readonly remote: string
  /** What BGP says of the other end; undefined where there is no session over this link. */
  readonly neighbour?: { readonly as: number; readonly identifier?: string }
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
 * `indices`: ifIndex by name. An interface is a link where its IPv4 prefix has two hosts (RFC 3021, or /30), or where a
 * BGP neighbour is inside it.
 */
export function linksOf(
  indices: ReadonlyMap<string, number>,
  addresses: Readonly<Record<string, readonly InterfaceAddress[]>>,
  neighbours: readonly Neighbour[],
): readonly LinkPlace[] {
  return Object.entries(addresses).flatMap(([name, all]) => {
    const ifIndex = indices.get(name)
    const own = all.find(({ address }) => !address.includes(':'))
    if (ifIndex === undefined || name === 'lo' || own?.cidr === null || own === undefined) return []
    const inside = (one: Neighbour): boolean => all.some(({ cidr }) => cidr !== null && isIn(cidr, one.address))
    const behind = neighbours.filter(inside)
    const found = behind.find(({ address }) => !address.includes(':'))
    const remote = found?.address ?? otherEnd(own.cidr)
    if (remote === undefined) return []
    return [
      {
        ifIndex,
        name,
        local: own.address,
        remote,
        sessions: behind.map((one) => one.name),
        ...(found === undefined
          ? {}
          : {
              neighbour: {
                as: found.as,
                ...(found.identifier === undefined ? {} : { identifier: found.identifier }),
              },
            }),
      },
    ]
  })
}

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

const isIn = (cidr: string, address: string): boolean => contains(prefixOf(cidr), parseAddress(address.split('%')[0]!))

function otherEnd(cidr: string): string | undefined {
  const [address = '', length] = cidr.split('/')
  const octets = parseAddress(address)
  if (length === '31') return formatAddress(octets.with(15, octets[15]! ^ 1))
  if (length === '30') return formatAddress(octets.with(15, octets[15]! ^ 3))
  return undefined
}
