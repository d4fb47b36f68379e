/** The input of a task: octets that nobody can compress, the same whenever they are made, and the digest of what came. @module */
import { createCipheriv, createHash } from 'node:crypto'

/** Made anew after a restart, as a file would be read anew. */
export function inputOf(id: string, octets: number): Uint8Array {
  const key = createHash('sha256').update(id).digest().subarray(0, 16)
  return createCipheriv('aes-128-ctr', key, new Uint8Array(16)).update(new Uint8Array(octets))
}

/** What the work gives: of an input that did not arrive whole it is another one. */
export const outputOf = (input: Uint8Array): string => createHash('sha256').update(input).digest('base64url')
