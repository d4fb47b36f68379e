/**
 * An address with a port as text: `192.0.2.1:4739`, and with brackets around IPv6, whose colons would hide the one
 * before the port (RFC 5952 §6).
 * @module
 */
import { parseScopedAddress } from './address.ts'
import { AddressError } from './errors.ts'

export interface Endpoint {
  /** As written, without the brackets; IPv6 may have a zone. */
  readonly address: string
  readonly port: number
}

/** `leastPort` 0 is for listeners that let the kernel choose. @throws {AddressError} */
export function parseEndpoint(text: string, leastPort: 0 | 1): Endpoint {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*:[^\]]*)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const address = bracketed ?? plain
  const port = Number(digits)
  if (address === undefined || !isAddress(address) || port < leastPort || port > 65_535) {
    throw new AddressError(
      text,
      `must be ADDRESS:PORT, such as 192.0.2.1:4739 or [2001:db8::1]:4739, with a port ${leastPort}..65535`,
    )
  }
  return { address, port }
}

/** The inverse of `parseEndpoint`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function isAddress(text: string): boolean {
  try {
    parseScopedAddress(text)
    return true
  } catch {
    return false
  }
}
