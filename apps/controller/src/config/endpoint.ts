/** Where to listen, as people write it. @module */
import { type Endpoint, formatEndpoint, parseEndpoint } from '@vagus/address'
import { type EndpointUri, parseEndpointUri } from '@vagus/transport'

/** Where flows are received. */
export type UdpEndpoint = Endpoint
export type HttpEndpoint = ({ readonly kind: 'tcp' } & Endpoint) | { readonly kind: 'unix'; readonly path: string }

/** `ADDRESS:PORT` for flows; port 0 lets the kernel choose. @throws {AddressError} */
export const parseFlowEndpoint = (text: string): UdpEndpoint => parseEndpoint(text, 0)

/** `ADDRESS:PORT` as for flows, or `unix:PATH`. @throws {AddressError} or {RangeError} */
export function parseHttpEndpoint(text: string): HttpEndpoint {
  if (!text.startsWith('unix:')) return { kind: 'tcp', ...parseEndpoint(text, 0) }
  const path = text.slice('unix:'.length)
  // sun_path has 108 octets with its final zero (unix(7)).
  if (path === '' || Buffer.byteLength(path) > 107) {
    throw new RangeError(`must be unix:PATH with a path of 1..107 octets, got ${Buffer.byteLength(path)}`)
  }
  return { kind: 'unix', path }
}

/** Where an agent listens, such as `udp://192.0.2.10:7602`. @throws {RangeError} */
export function parseListenUri(text: string): EndpointUri {
  const uri = parseEndpointUri(text)
  if (uri !== undefined && uri.kind !== 'wss') return uri
  throw new RangeError(
    `"${text}" must be udp://ADDRESS:PORT, tcp://ADDRESS:PORT or ws://ADDRESS:PORT/PATH, such as udp://192.0.2.10:7602`,
  )
}

/** The inverse of `parseHttpEndpoint`. */
export function formatHttpEndpoint(endpoint: Endpoint | HttpEndpoint): string {
  return 'path' in endpoint ? `unix:${endpoint.path}` : formatEndpoint(endpoint)
}
