/** Checks locators of paths that a controller names, and tells the addresses of paths from others. @module */
import { containsPrefix, formatAddress, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import { addressesOf } from '@vagus/line'

/** @param text of an IPv6 prefix of 32 bits, @throws {RangeError} that says what would be right */
export function blockOf(text: string): Prefix {
  try {
    const block = parsePrefix(text)
    if (block.version === 6 && block.length === 32) return block
  } catch {
    // said below
  }
  throw new RangeError(`the block of lines must be an IPv6 prefix of 32 bits, such as fd00:c::/32, got "${text}"`)
}

/** Why `text` is not the locator of path `number` at some node; undefined where it is. */
export function locatorProblem(text: string, number: number, block: Prefix): string | undefined {
  const prefix = prefixOf(text)
  if (prefix?.length !== 64 || !containsPrefix(block, prefix)) {
    return `${text} is no locator within ${formatPrefix(block)}`
  }
  const [node, path] = [groupOf(prefix, 2), groupOf(prefix, 3)]
  if (node === 0) return `${text} is of no node`
  return path === number ? undefined : `${text} is of path ${path}, not of path ${number}`
}

/** As it is written alone; undefined where it is none, or written otherwise. */
export function prefixOf(text: string): Prefix | undefined {
  try {
    const prefix = parsePrefix(text)
    return formatPrefix(prefix) === text ? prefix : undefined
  } catch {
    return undefined
  }
}

/** The bits that tell it from all others. */
export const destinationOf = (locator: string): bigint => viewOf(parsePrefix(locator)).getBigUint64(0)

/** Whether an address answers probes of some path. */
export const isProbeAddress = (address: string, block: Prefix): boolean => {
  const prefix = prefixOf(`${address}/128`)
  return (
    prefix !== undefined &&
    containsPrefix(block, prefix) &&
    address === addressesOf(`${formatAddress(masked(prefix))}/64`).probe
  )
}

const masked = ({ octets }: Prefix): Uint8Array => octets.map((octet, at) => (at < 8 ? octet : 0))
const groupOf = (prefix: Prefix, group: number): number => viewOf(prefix).getUint16(group * 2)
const viewOf = ({ octets }: Prefix): DataView => new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
