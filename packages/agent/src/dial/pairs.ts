/** From where to where: the remote addresses of an agent, each with the local addresses that may lead there. @module */
import type { AgentId } from '@vagus/identity'
import { type EndpointUri, type HostRoute, parseEndpointUri } from '@vagus/transport'
import type { RelayAddress } from '../relay/relay-message.ts'
import type { Candidates } from './candidates.ts'
import { type LocalAddress, maxLocalAddresses } from './local-addresses.ts'

/** A remote address, and the local address to use. */
export interface Pair {
  /** For people; equal for equal pairs. */
  readonly text: string
  readonly uri: EndpointUri
  readonly localAddress?: string
}

/** Each remote address with each local one that may lead there; with the kernel's choice if there is only one. */
export function pairsOf(uris: readonly EndpointUri[], sources: readonly LocalAddress[]): readonly Pair[] {
  return uris.flatMap((uri): readonly Pair[] => {
    const isLoopback = uri.host.startsWith('127.') || uri.host === '::1'
    const local = sources.filter(({ family }) => family === uri.family)
    if (isLoopback || local.length < 2) return [{ text: uri.text, uri }]
    return local
      .slice(0, maxLocalAddresses)
      .map(({ address }) => ({ text: `${uri.text} from ${address}`, uri, localAddress: address }))
  })
}

/** Through relays; an agent that is itself a relay does not go through itself. */
export function relayedWays({ relayed }: Candidates, own: AgentId): readonly RelayAddress[] {
  return relayed.filter(({ relay }) => relay !== own)
}

/** Whether `route` leads to `uri`, from `localAddress` if one is given. */
export function isSameWay(route: HostRoute, uri: EndpointUri, localAddress: string | undefined): boolean {
  if (route.remote !== uri.text) return false
  return localAddress === undefined || hostOf(route.local) === localAddress
}

/** The address in the URI of a route. */
export function hostOf(uri: string): string {
  return parseEndpointUri(uri)?.host ?? ''
}
