/**
 * An endpoint of an agent as locators write it: `udp://192.0.2.1:7601`, `tcp://[2001:db8::1]:7601`, `ws://host/path`.
 * UDP and TCP take addresses, not names, so that the result of a look-up can be dialled at once.
 * @module
 */
import { isIP } from 'node:net'

export type EndpointKind = 'udp' | 'tcp' | 'ws' | 'wss'

export interface EndpointUri {
  readonly kind: EndpointKind
  /** An IP address without brackets; for a WebSocket also a name. */
  readonly host: string
  readonly port: number
  /** 4, 6, or 0 for a name. */
  readonly family: 0 | 4 | 6
  /** The URI as it was written. */
  readonly text: string
}

const form = /^(udp|tcp|ws|wss):\/\/(?:\[([0-9A-Fa-f:.%\w-]+)\]|([^/:[\]]+))(?::(\d{1,5}))?(\/[!-~]*)?$/

/**
 * `undefined` for a URI of another kind, and for text that is not a URI: a document may name networks that we do not
 * speak.
 */
export function parseEndpointUri(text: string): EndpointUri | undefined {
  const [, word, six, host = six, digits, path] = form.exec(text) ?? []
  if (word === undefined || host === undefined) return undefined
  const kind = word as EndpointKind // sound: the pattern allows no other
  const isWeb = kind === 'ws' || kind === 'wss'
  const port = digits === undefined ? (kind === 'ws' ? 80 : kind === 'wss' ? 443 : undefined) : Number(digits)
  const family = isIP(host) as 0 | 4 | 6
  if (port === undefined || port > 65_535 || (family === 0 && !isWeb) || (path !== undefined && !isWeb))
    return undefined
  return { kind, host, port, family, text }
}

export function endpointText(kind: EndpointKind, host: string, port: number, path = ''): string {
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
}
