/** HKDF-SHA256 (RFC 5869). @module */
import { concatOctets } from '@vagus/wire'
import type { MlsCrypto } from './ports.ts'

export const hashOctets = 32

export function expand(crypto: MlsCrypto, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length <= hashOctets) {
    const block = crypto.hmacSha256(secret, info, Uint8Array.of(1))
    return length === hashOctets ? block : block.slice(0, length)
  }
  if (length > 255 * hashOctets) throw new RangeError(`"length" must be at most ${255 * hashOctets}, got ${length}`)
  const blocks: Uint8Array[] = []
  for (let index = 1; (index - 1) * hashOctets < length; index++)
    blocks.push(crypto.hmacSha256(secret, ...blocks.slice(-1), info, Uint8Array.of(index)))
  return concatOctets(...blocks).slice(0, length)
}
