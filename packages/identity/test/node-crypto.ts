/** The ports of identity as the host implements them, and keys for tests. */
import type { Signer } from '../src/index.ts'
import { identityCrypto, signerOf } from '../../transport/src/index.ts'

export { signerOf }
export const nodeCrypto = identityCrypto

/** A signer for tests, told apart by `number` (0..255). */
export const testSigner = (number: number): Signer => signerOf(new Uint8Array(32).fill(number))

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
