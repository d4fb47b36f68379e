/** Secure sessions between agents: the handshake. */
export { NoiseHandshake, type NoiseConfig } from './noise/handshake.ts'
export { type Pattern, patterns, type Token } from './noise/pattern.ts'
export type { TransportKeys } from './noise/symmetric-state.ts'
export type { AeadKey, ChannelCrypto, DhKey, Encapsulation, KemKey } from './ports.ts'
export { type RefusalCode, refusalCodes, type Refused } from './refusal.ts'
