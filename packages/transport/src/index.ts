/** What carries sessions on this host: the cryptographic ports over node:crypto. */
export { channelCrypto, dhKeyOf, kemKeyOf, newDhKey, newKemKey } from './channel-crypto.ts'
export { identityCrypto, randomOctets, signerOf } from './identity-crypto.ts'
