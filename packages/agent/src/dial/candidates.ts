/**
 * Which of the addresses that others name are candidates for a path. A document or a greeting may name any, also ones
 * that have nothing to do with its agent: what is sent there must be little, and nothing where no single host can
 * answer. We cannot know who owns the hosts that can answer: many agents are at loopback and private addresses.
 * @module
 */
import { AddressError, contains, parsePrefix, parseScopedAddress } from '@vagus/address'
import { type EndpointUri, parseEndpointUri } from '@vagus/transport'
import { parseRelayAddress, type RelayAddress } from '../relay/relay-message.ts'

/** Candidates of one agent, those it prefers first. A session has eight paths. */
const maxDirect = 16
const maxRelayed = 4

/** In the order in which they are tried. */
export interface Candidates {
  readonly direct: readonly EndpointUri[]
  readonly relayed: readonly RelayAddress[]
}

const order = { udp: 0, tcp: 1, ws: 2, wss: 3 } as const

/**
 * No host has them for its own: this network, multicast, reserved and the limited broadcast (RFC 6890, RFC 1112 §4),
 * and the same of IPv6 (RFC 4291 §2.4). The broadcast of a network the kernel refuses by itself.
 */
const nobodys = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8'].map(parsePrefix)

/** @param addresses as URIs, the preferred first */
export function candidatesOf(addresses: readonly string[]): Candidates {
  const direct: EndpointUri[] = []
  const relayed: RelayAddress[] = []
  for (const text of addresses) {
    const uri = parseEndpointUri(text)
    if (uri !== undefined) {
      if (direct.length < maxDirect && mayBeSomebodys(uri)) direct.push(uri)
      continue
    }
    const address = parseRelayAddress(text)
    if (address !== undefined && relayed.length < maxRelayed) relayed.push(address)
  }
  return { direct: direct.sort((a, b) => order[a.kind] - order[b.kind]), relayed }
}

function mayBeSomebodys(uri: EndpointUri): boolean {
  if (uri.port === 0) return false
  const host = hostInUse(uri)
  if (host === undefined) return false
  try {
    const { octets } = parseScopedAddress(host)
    return !nobodys.some((prefix) => contains(prefix, octets))
  } catch (error) {
    if (error instanceof AddressError) return uri.family === 0 // a name
    throw error
  }
}

/** A name of a WebSocket may be an address in another form, as `0` is 0.0.0.0. */
function hostInUse({ family, host, text }: EndpointUri): string | undefined {
  if (family !== 0) return host
  return URL.canParse(text) ? new URL(text).hostname.replace(/^\[|\]$/g, '') : undefined
}
