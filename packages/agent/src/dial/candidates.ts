/**
 * Which addresses named by others are candidates for a path. A document or a greeting may name any address, even of
 * hosts unrelated to its agent: so we send little there, and nothing where no single host can answer. We cannot know
 * who owns the hosts that can answer: many agents are at loopback and private addresses.
 * @module
 */
import { AddressError, contains, parsePrefix, parseScopedAddress } from '@vagus/address'
import { type EndpointUri, parseEndpointUri } from '@vagus/transport'
import { parseRelayAddress, type RelayAddress } from '../relay/relay-message.ts'

/** Maximum candidates of one agent, in its order of preference. A session has eight paths. */
const maxDirect = 16
const maxRelayed = 4

/** In the order of attempts. */
export interface Candidates {
  readonly direct: readonly EndpointUri[]
  readonly relayed: readonly RelayAddress[]
}

const order = { udp: 0, tcp: 1, ws: 2, wss: 3 } as const

/**
 * Addresses that belong to no host: this network, multicast, reserved and the limited broadcast (RFC 6890, RFC 1112
 * §4), and their IPv6 equivalents (RFC 4291 §2.4). The kernel itself refuses the broadcast of a network.
 */
const nobodys = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8'].map(parsePrefix)

/** @param addresses as URIs, in order of preference */
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
    if (error instanceof AddressError) return uri.family === 0 // true for a name
    throw error
  }
}

/** A WebSocket's name may be an address in another form, as `0` is 0.0.0.0. */
function hostInUse({ family, host, text }: EndpointUri): string | undefined {
  if (family !== 0) return host
  return URL.canParse(text) ? new URL(text).hostname.replace(/^\[|\]$/g, '') : undefined
}
