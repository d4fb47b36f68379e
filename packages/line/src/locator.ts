/** Addresses of a path: each of its ends has a locator of 64 bits, BLOCK:NODE:NUMBER::/64 (RFC 8986 §3.1). @module */
import { formatAddress, formatPrefix, parsePrefix } from '@vagus/address'

/** Of nodes and paths; 0 is none. */
export const maxNumber = 65_535

export interface PathAddresses {
  /** Packets that go here leave the path as IPv4 (End.DX4, RFC 8986 §4.5). */
  readonly dx4: string
  /** The same for IPv6 (End.DX6, §4.4). */
  readonly dx6: string
  /** Answers probes (RFC 8762). */
  readonly probe: string
}

/**
 * As text. `block`: an IPv6 prefix of 32 bits; `node` and `number`: 1..65,535.
 * @throws {RangeError} for any others
 */
export function locatorOf(block: string, node: number, number: number): string {
  return formatPrefix({ version: 6, octets: octetsOf(block, node, number), length: 64 })
}

/** In a locator that `locatorOf` made. */
export function addressesOf(locator: string): PathAddresses {
  const { octets } = parsePrefix(locator)
  const within = (last: number): string => formatAddress(octets.with(15, last))
  return { dx4: within(4), dx6: within(6), probe: within(0xa) }
}

function octetsOf(block: string, node: number, number: number): Uint8Array {
  const { version, octets, length } = parsePrefix(block)
  if (version !== 6 || length !== 32) throw new RangeError(`${block} is no IPv6 prefix of 32 bits, such as fd00:c::/32`)
  for (const [what, value] of [
    ['node', node],
    ['path', number],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > maxNumber)
      throw new RangeError(`the number of the ${what} is ${value}; it must be 1..${maxNumber}`)
  }
  const filled = octets.slice()
  filled.set([node >> 8, node & 255, number >> 8, number & 255], 4)
  return filled
}
