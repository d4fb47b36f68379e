/**
 * The mobile block: the one IPv6 prefix in which agents have their addresses, and the only one in which anything is
 * announced for them. An agent's address is the block's bits, and behind them those of its tag, whose last 64 are a hash
 * of its key.
 * @module
 */
import { contains, formatAddress, parseAddress, parsePrefix, type Prefix } from '@vagus/address'

/** Bits: shorter would be a part of the Internet, longer would cut the hash of the tag. */
const lengths = { least: 16, most: 64 } as const

/** @throws {RangeError} that says what would be right; {AddressError} where it is no prefix */
export function mobileBlock(text: string): Prefix {
  const block = parsePrefix(text)
  const { version, length } = block
  if (version === 6 && length >= lengths.least && length <= lengths.most) return block
  throw new RangeError(
    `a mobile block must be an IPv6 prefix of ${lengths.least} to ${lengths.most} bits, such as fd00:77::/48, got "${text}"`,
  )
}

/**
 * The address in the block of the agent with that tag, 16 octets.
 * @param tag IPv6 text, as `agentTag` gives it
 */
export function addressInBlock(block: Prefix, tag: string): Uint8Array<ArrayBuffer> {
  const whole = block.length >> 3
  const mask = 0xff >> (block.length & 7)
  return parseAddress(tag).map((octet, at) => {
    if (at < whole) return block.octets[at]!
    return at === whole ? (block.octets[at]! & ~mask) | (octet & mask) : octet
  })
}

/** The host route of an address (16 octets), as BGP and people write it. */
export const hostRoute = (address: Uint8Array): string => `${formatAddress(address)}/128`

/** The address of a host route in the block; undefined for every other prefix. */
export function addressOfRoute(block: Prefix, route: string): string | undefined {
  if (!route.endsWith('/128')) return undefined
  const address = route.slice(0, -4)
  return contains(block, parseAddress(address)) ? address : undefined
}
