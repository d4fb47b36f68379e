/** Octets for challenges, which nobody can guess who does not know the seed. @module */
import type { ChannelCrypto } from '../ports.ts'

const challengeOctets = 8
const challengesAtOnce = 8

/** Another 8 octets with each call. @param seed 32 fresh random octets */
export function challengesOf(crypto: ChannelCrypto, seed: Uint8Array): () => Uint8Array {
  let drawn: Uint8Array | undefined
  let count = 0
  return () => {
    const index = count++ % challengesAtOnce
    if (index === 0 || drawn === undefined) {
      const salt = new TextEncoder().encode(`challenge ${count}`)
      drawn = crypto.hkdf(salt, seed, challengesAtOnce * challengeOctets)
    }
    return drawn.subarray(index * challengeOctets, (index + 1) * challengeOctets)
  }
}
