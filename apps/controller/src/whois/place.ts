/** A place of the network where an agent can be: an address, or one port of it. @module */
import { AddressError, formatAddress, parseAddress, scopeOf } from '@vagus/address'

export interface Place {
  /** As canonical text; IPv4 as a.b.c.d. */
  readonly address: string
  /** Undefined: all ports of the address. */
  readonly port: number | undefined
  readonly protocol: 'udp' | 'tcp' | undefined
}

/** IANA protocol numbers, as flow records have them. */
export const protocolNumbers = { udp: 17, tcp: 6 } as const
const schemes = {
  udp: { protocol: 'udp', port: undefined },
  tcp: { protocol: 'tcp', port: undefined },
  ws: { protocol: 'tcp', port: 80 },
  wss: { protocol: 'tcp', port: 443 },
} as const

export const keyOfPlace = ({ address, port, protocol }: Place): string => `${address} ${port ?? ''} ${protocol ?? ''}`

/** `192.0.2.7:7601 udp`, `192.0.2.7` */
export function placeText({ address, port, protocol }: Place): string {
  if (port === undefined) return address
  return `${address.includes(':') ? `[${address}]` : address}:${port}${protocol === undefined ? '' : ` ${protocol}`}`
}

/**
 * The place that a URI of a path or locator names; undefined where it names none that is one host's everywhere: names,
 * relays, loopbacks, addresses of one link only, and "any".
 */
export function placeOfUri(uri: string): Place | undefined {
  const [, scheme, ipv6, ipv4, digits] =
    /^([a-z]+):\/\/(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?(?:\/|$)/.exec(uri) ?? []
  if (scheme === undefined || !(scheme in schemes)) return undefined
  const { protocol, port: usual } = schemes[scheme as keyof typeof schemes] // sound: as just checked
  const port = digits === undefined ? usual : Number(digits)
  const address = placeAddress(ipv6 ?? ipv4 ?? '')
  if (address === undefined || port === undefined || port < 1 || port > 0xffff) return undefined
  return { address, port, protocol }
}

/** The address as one text; undefined for what is no address, or no one host's. */
export function placeAddress(text: string): string | undefined {
  const address = canonical(text)
  return address === undefined || scopeOf(address) === 'nowhere' ? undefined : address
}

function canonical(text: string): string | undefined {
  try {
    return formatAddress(parseAddress(text))
  } catch (error) {
    if (error instanceof AddressError) return undefined
    throw error
  }
}
