/** Where to listen, as people write it. @module */
import { isIP } from 'node:net'

export interface UdpEndpoint {
  readonly address: string
  /** 0 lets the kernel choose. */
  readonly port: number
}
export type HttpEndpoint = ({ readonly kind: 'tcp' } & UdpEndpoint) | { readonly kind: 'unix'; readonly path: string }

/** `ADDRESS:PORT` or `[ADDRESS]:PORT`. @throws {RangeError} */
export function parseEndpoint(text: string): UdpEndpoint {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const address = bracketed ?? plain ?? ''
  const port = Number(digits)
  if (isIP(address) === 0 || !(port <= 65_535)) {
    throw new RangeError(`must be ADDRESS:PORT, such as 127.0.0.1:4739 or [::1]:4739, got "${text}"`)
  }
  return { address, port }
}

/** As above, or `unix:PATH`. @throws {RangeError} */
export function parseHttpEndpoint(text: string): HttpEndpoint {
  if (!text.startsWith('unix:')) return { kind: 'tcp', ...parseEndpoint(text) }
  const path = text.slice('unix:'.length)
  // sun_path has 108 octets with its final zero (unix(7)).
  if (path === '' || Buffer.byteLength(path) > 107) {
    throw new RangeError(`must be unix:PATH with a path of 1..107 octets, got ${Buffer.byteLength(path)}`)
  }
  return { kind: 'unix', path }
}

/** As it is written: the inverse of the two above. */
export function formatEndpoint(endpoint: UdpEndpoint | HttpEndpoint): string {
  if ('path' in endpoint) return `unix:${endpoint.path}`
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`
}
