/** Addresses of routes in the form of `@vagus/nat`. @module */
import { formatAddress, parseAddress } from '@vagus/address'
import type { TransportAddress } from '@vagus/nat'
import { type EndpointUri, type HostRoute, parseEndpointUri } from '@vagus/transport'

/** From where a packet of `route` came; `undefined` if not by UDP. */
export function remoteOf({ transport, remote }: HostRoute): TransportAddress | undefined {
  const uri = transport === 'udp' ? parseEndpointUri(remote) : undefined
  return uri && addressOf(uri)
}

/** In the one form in which addresses are compared. @param uri with an address, not a name */
export const addressOf = ({ host, port }: EndpointUri): TransportAddress => ({
  host: formatAddress(parseAddress(host.replace(/%.*$/, ''))),
  port,
})
