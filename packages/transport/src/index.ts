/**
 * What carries sessions on this host: the cryptographic ports over OpenSSL or node:crypto, pools of fresh keys,
 * sockets.
 */
export { watchAddresses } from './address-watch.ts'
export { channelCrypto } from './channel-crypto.ts'
export { defaultRouteInterfaces } from './default-routes.ts'
export { identityCrypto, randomOctets, signerOf } from './identity-crypto.ts'
export { type Ipv6Standing, ipv6Standings } from './ipv6-standings.ts'
export { dhKeyOf, kemKeyOf, newDhKey, newKemKey } from './key-agreement.ts'
export { KeyPool } from './key-pool.ts'
export { type EndpointKind, type EndpointUri, parseEndpointUri } from './paths/endpoint-uri.ts'
export { type Endpoint, type HostRoute, routeCost, type RouteReceiver } from './paths/host-route.ts'
export { mlsCrypto } from './mls-crypto.ts'
export { listen, RouteDialler } from './paths/listen.ts'
export { type OpenUdp, openUdp } from './paths/open-udp.ts'
export { maxUdpOctets } from './paths/udp.ts'
export { type Proxy, proxyOf } from './paths/proxy.ts'
export { trustAlso, trustSystem } from './paths/trust.ts'
