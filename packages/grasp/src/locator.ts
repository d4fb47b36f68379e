/**
 * Locator options (RFC 8990 §2.9.5): where an objective is served.
 *
 *   [103, 16 octets, protocol, port]     IPv6          [105, name, protocol, port]             FQDN
 *   [104,  4 octets, protocol, port]     IPv4          [106, URI, protocol/null, port/null]    URI
 * @module
 */
import { type CborItem, DecodeError, encodeCbor, majorType, type Writer, writeHead } from '@vagus/wire'
import { checkUint, elementAt, optionOf, readOctets, readTextField, readUint } from './message/fields.ts'
import { optionCode, transportProtocol, type TransportProtocol } from './registry.ts'

interface Transport {
  readonly protocol: TransportProtocol
  readonly port: number
}

export interface AddressLocator extends Transport {
  /** ipv6: 16 octets; ipv4: 4. */
  readonly type: 'ipv6' | 'ipv4'
  readonly address: Uint8Array
}

export interface FqdnLocator extends Transport {
  readonly type: 'fqdn'
  readonly name: string
}

export interface UriLocator {
  readonly type: 'uri'
  readonly uri: string
  /** Null when the URI says it. */
  readonly protocol: TransportProtocol | null
  readonly port: number | null
}

export type Locator = AddressLocator | FqdnLocator | UriLocator

const codeOf = {
  ipv6: optionCode.ipv6Locator,
  ipv4: optionCode.ipv4Locator,
  fqdn: optionCode.fqdnLocator,
  uri: optionCode.uriLocator,
} as const

/** Whether `item` begins with the number of a locator option. */
export function isLocator(item: CborItem): boolean {
  const option = optionOf(item) ?? 0
  return option >= optionCode.ipv6Locator && option <= optionCode.uriLocator
}

/** @throws {DecodeError} `bad-value`, `bad-length`; also when it is no locator */
export function readLocator(item: CborItem): Locator {
  const elements = item.elements()
  const element = (index: number, name: string): CborItem => elementAt(item, elements, index, name)
  const option = optionOf(item)
  const where = element(1, 'address')
  const protocol = element(2, 'transport protocol')
  const port = element(3, 'port')
  if (option === optionCode.uriLocator) {
    const uri = readTextField(where, 'URI')
    return { type: 'uri', uri, protocol: orNull(protocol, readProtocol), port: orNull(port, readPort) }
  }
  const transport = { protocol: readProtocol(protocol), port: readPort(port) }
  if (option === optionCode.ipv6Locator) {
    return { type: 'ipv6', address: readOctets(where, [16], 'IPv6 address').slice(), ...transport }
  }
  if (option === optionCode.ipv4Locator) {
    return { type: 'ipv4', address: readOctets(where, [4], 'IPv4 address').slice(), ...transport }
  }
  if (option === optionCode.fqdnLocator) return { type: 'fqdn', name: readTextField(where, 'FQDN'), ...transport }
  throw new DecodeError('bad-value', item.offset, 'a locator must begin with 103..106')
}

const nullOctet = 0xf6

function orNull<T>(item: CborItem, read: (item: CborItem) => T): T | null {
  return item.octets[0] === nullOctet ? null : read(item)
}

const readPort = (item: CborItem): number => readUint(item, 65_535, 'port')

function readProtocol(item: CborItem): TransportProtocol {
  const protocol = readUint(item, 255, 'transport protocol')
  if (protocol === transportProtocol.tcp || protocol === transportProtocol.udp) return protocol
  throw new DecodeError('bad-value', item.offset, `transport protocol must be 6 or 17, got ${protocol}`)
}

/** @throws {RangeError} */
export function writeLocator(w: Writer, locator: Locator): void {
  writeHead(w, majorType.array, 4)
  writeHead(w, majorType.unsigned, codeOf[locator.type])
  w.octets(encodeCbor(whereOf(locator)))
  w.octets(encodeCbor(locator.protocol))
  w.octets(encodeCbor(locator.port === null ? null : checkUint(locator.port, 65_535, 'port')))
}

function whereOf(locator: Locator): string | Uint8Array {
  if (locator.type === 'uri') return locator.uri
  if (locator.type === 'fqdn') return locator.name
  const wanted = locator.type === 'ipv6' ? 16 : 4
  if (locator.address.length === wanted) return locator.address
  throw new RangeError(`an ${locator.type} locator must have ${wanted} octets, got ${locator.address.length}`)
}

/** Whether `address` (4 or 16 octets) works on one link only: fe80::/10 or 169.254.0.0/16. */
export function isLinkLocal(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 169 && address[1] === 254
  return address[0] === 0xfe && (address[1]! & 0xc0) === 0x80
}

/** Whether the locator names a link-local address. */
export const isLinkLocalLocator = (locator: Locator): boolean =>
  (locator.type === 'ipv6' || locator.type === 'ipv4') && isLinkLocal(locator.address)

/** The locator as one string, equal for equal locators: a key of tables. */
export function locatorKey(locator: Locator): string {
  const where = whereOf(locator)
  return `${locator.type} ${typeof where === 'string' ? where : where.join('.')} ${locator.protocol} ${locator.port}`
}
