/**
 * The address plan: every address that a topology does not name itself follows from the number of its node or link.
 * Documentation and private ranges only (RFC 1918, RFC 3849, RFC 4193); /31 and /127 on links (RFC 3021, RFC 6164).
 * @module
 */

/** An IPv4 and an IPv6 address of the same thing. */
export interface Addresses {
  readonly v4: string
  readonly v6: string
}

/** The SIDs of private lines: sites cannot have it either. */
export const lineBlock = 'fd00:c::/32'

/** Taken by loopbacks, links and management: sites cannot have them. */
export const infrastructure = ['10.0.0.0/15', '10.255.0.0/16', '2001:db8::/47', 'fd00:56::/64'] as const

/** Lengths of the management network's prefixes. */
export const managementLength = { v4: 16, v6: 64 } as const

/** Where the controller lives in the management network. */
export const controllerAddresses: Addresses = { v4: '10.255.0.1', v6: 'fd00:56::1' }

/** `number` of the node, from 1. The IPv4 one is the router identifier too. */
export function loopbackOf(number: number): Addresses {
  return { v4: `10.0.${number >> 8}.${number & 255}`, v6: `2001:db8::${hex(number)}` }
}

/** In the management network; flows and counters are exported from here. */
export function managementOf(number: number): Addresses {
  return { v4: `10.255.1.${number}`, v6: `fd00:56::1:${hex(number)}` }
}

/** Both ends of link `number`, from 1. */
export function linkAddresses(number: number): readonly [a: Addresses, z: Addresses] {
  const end = (last: 0 | 1): Addresses => {
    const host = number * 2 + last
    return { v4: `10.1.${host >> 8}.${host & 255}`, v6: `2001:db8:1:${hex(number)}::${last === 0 ? '' : last}` }
  }
  return [end(0), end(1)]
}

function hex(number: number): string {
  return number.toString(16)
}
